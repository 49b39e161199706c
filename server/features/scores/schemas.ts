import { Type } from 'typebox';
import { rowId } from '../../domain/row-id.ts';

export const ScoresQuery = Type.Object({ notice: Type.Optional(Type.Union([Type.Literal('again'), Type.Literal('none')])) });
export const ColumnParams = Type.Object({ column: Type.String({ pattern: rowId }) });
export const ColumnQuery = Type.Object({
  page: Type.Integer({ minimum: 1, maximum: 100_000, default: 1 }),
  notice: Type.Optional(Type.Union([Type.Literal('again'), Type.Literal('none'), Type.Literal('read'), Type.Literal('no-column')])),
});
export const ScoreParams = Type.Object({ column: Type.String({ pattern: rowId }), score: Type.String({ pattern: rowId }) });
