import { Type } from 'typebox';

/** Whom the page shows. `here`: everybody who is in the course now. */
export const rosterGroups = ['here', 'learners', 'staff', 'never', 'left'] as const;
export type RosterGroup = (typeof rosterGroups)[number];

export const RosterQuery = Type.Object({
  group: Type.Union(rosterGroups.map((group) => Type.Literal(group)), { default: 'here' }),
  /** A part of a name or of an e-mail address. */
  name: Type.Optional(Type.String({ maxLength: 200 })),
  page: Type.Integer({ minimum: 1, maximum: 100_000, default: 1 }),
  notice: Type.Optional(Type.Union([Type.Literal('asked'), Type.Literal('under-way'), Type.Literal('just-now')])),
});
