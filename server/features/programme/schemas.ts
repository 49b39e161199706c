import { Type } from 'typebox';

/** Where a launch lands a guest it says why they are one: nothing of the course is kept with their sign-in. */
export const ProgrammeQuery = Type.Object({ guest: Type.Optional(Type.Union([Type.Literal('no-role'), Type.Literal('no-course')])) });
export const MediaParams = Type.Object({ file: Type.String({ pattern: '^[a-z0-9][a-z0-9.-]*$' }) });
