import { Type } from 'typebox';
import { rowId } from '../../domain/row-id.ts';

export const WeekParams = Type.Object({ week: Type.Integer({ minimum: 1, maximum: 999 }) });
/** `version`: of the entry that the writer saw, 0 where there was none. No text means that it was emptied. */
export const EntryForm = Type.Object({ text: Type.Optional(Type.String()), version: Type.Integer({ minimum: 0, maximum: 2_147_483_646 }) });
/** `learner`: of one person alone. */
export const SharedQuery = Type.Object({ page: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })), learner: Type.Optional(Type.String({ pattern: rowId })) });
