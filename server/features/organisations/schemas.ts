import { Type } from 'typebox';
import { RowId } from '../../plugins/row-id.ts';

export const OrganisationParams = Type.Object({ organisation: RowId });
export const OrganisationQuery = Type.Object({ notice: Type.Optional(Type.Literal('changed')) });
// Everything is optional here because the page says in words what is missing, beside what was typed.
export const OrganisationForm = Type.Object({
  name: Type.Optional(Type.String()),
  telephone: Type.Optional(Type.String()),
  days: Type.Optional(Type.String()),
  hours: Type.Optional(Type.String()),
});
