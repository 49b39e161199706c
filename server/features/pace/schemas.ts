import { Type } from 'typebox';
import { rowId } from '../../domain/row-id.ts';

const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }));
/** How many breaks stood there when the form was made: of two who change them the second is told. */
const loaded = Type.Integer({ minimum: 0, maximum: 1000, default: 0 });

export const PaceQuery = Type.Object({ notice: Type.Optional(Type.Union([Type.Literal('moved'), Type.Literal('taken-back'), Type.Literal('changed'), Type.Literal('elsewhere')])) });
export const BreakForm = Type.Object({ beforeWeek: Type.Optional(Type.Integer()), weeks: Type.Optional(Type.Integer()), reason: text(2000), loaded });
export const BreakParams = Type.Object({ index: Type.Integer({ minimum: 0, maximum: 1000 }) });
export const RemovalForm = Type.Object({ loaded });
export const PersonParams = Type.Object({ person: Type.String({ pattern: rowId }) });
export const LearnerForm = Type.Object({ extensionDays: Type.Optional(Type.Integer()), reason: text(2000) });
