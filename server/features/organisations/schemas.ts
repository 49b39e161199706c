import { Type } from 'typebox';
import { rowId } from '../../domain/row-id.ts';

export const OrganisationParams = Type.Object({ organisation: Type.String({ pattern: rowId }) });
export const OrganisationQuery = Type.Object({ notice: Type.Optional(Type.Literal('changed')) });
// Everything is optional here because the page says in words what is missing, beside what was typed.
export const OrganisationForm = Type.Object({
  name: Type.Optional(Type.String()),
  telephone: Type.Optional(Type.String()),
  days: Type.Optional(Type.String()),
  hours: Type.Optional(Type.String()),
});
