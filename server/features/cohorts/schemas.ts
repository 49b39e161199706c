import { Type } from 'typebox';
import { rowId } from '../../domain/row-id.ts';

export const CohortQuery = Type.Object({
  page: Type.Integer({ minimum: 1, maximum: 100_000, default: 1 }),
  notice: Type.Optional(Type.Union([Type.Literal('started'), Type.Literal('joined'), Type.Literal('changed')])),
});
export const CohortParams = Type.Object({ cohort: Type.String({ pattern: rowId }) });

// Everything is optional here because the page says in words what is missing, beside what was typed.
export const StartForm = Type.Object({ name: Type.Optional(Type.String()), startsOn: Type.Optional(Type.String()), timeZone: Type.Optional(Type.String()) });
/** The settings, and beside them those that stood there when the form was made. */
export const SettingsForm = Type.Object({
  ...StartForm.properties,
  loadedName: Type.Optional(Type.String()), loadedStartsOn: Type.Optional(Type.String()), loadedTimeZone: Type.Optional(Type.String()),
});
export const CopyForm = Type.Object({ decision: Type.Optional(Type.Enum(['new', 'same'])) });
export const LinkForm = Type.Object({ code: Type.Optional(Type.String()), cohort: Type.Optional(Type.String()) });
