import { Type } from 'typebox';

/** `current`: faculty read the newest material before their cohort accepts it; while it is written, as it is written. */
export const WeekQuery = Type.Object({ material: Type.Optional(Type.Literal('current')) });
export const WeekParams = Type.Object({ week: Type.Integer({ minimum: 1, maximum: 999 }) });

const section = Type.String({ pattern: '^[a-z0-9-]{1,100}$' });
export const SectionParams = Type.Object({ week: Type.Integer({ minimum: 1, maximum: 999 }), section });
export const PlaceForm = Type.Object({ section });
