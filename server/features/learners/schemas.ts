import { Type } from 'typebox';
import { rowId } from '../../domain/row-id.ts';

export const LearnerParams = Type.Object({ person: Type.String({ pattern: rowId }) });
export const LearnerQuery = Type.Object({ page: Type.Integer({ minimum: 1, maximum: 10_000, default: 1 }) });
