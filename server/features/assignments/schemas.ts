import { Type } from 'typebox';
import { rowId } from '../../domain/row-id.ts';

export const AssignmentParams = Type.Object({ key: Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', maxLength: 100 }) });
export const PersonParams = Type.Object({ person: Type.String({ pattern: rowId }) });
export const AccountsQuery = Type.Object({ page: Type.Integer({ minimum: 1, maximum: 10_000, default: 1 }) });
/** `version`: of the account that the writer saw, 0 where there was none. No account means that nothing was typed. */
export const ReportForm = Type.Object({ account: Type.Optional(Type.String()), version: Type.Integer({ minimum: 0, maximum: 2_147_483_646 }) });
