import { Type } from 'typebox';
import { rowId } from '../../domain/row-id.ts';

const version = Type.Integer({ minimum: 0, maximum: 2_147_483_646 });
const field = Type.String({ pattern: '^[a-z0-9-]{1,100}$' });
const moment = Type.Union([Type.Literal('before'), Type.Literal('after')]);

export const FieldParams = Type.Object({ field });
export const MomentParams = Type.Object({ moment });
export const ToolParams = Type.Object({ moment, field });
export const PersonParams = Type.Object({ person: Type.String({ pattern: rowId }) });

/** One field, as the script saves it. No text means that the field was emptied. */
export const AnswerForm = Type.Object({ text: Type.Optional(Type.String()), version });
/** A whole form: `answer.KEY`, `version.KEY` and `keep.KEY` of each of its fields. */
export const WholeForm = Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())]));
/** `version`: of the form that was read before it was handed in. */
export const SubmissionForm = Type.Object({ version });
export const FormsQuery = Type.Object({ page: Type.Integer({ minimum: 1, maximum: 100_000, default: 1 }), notice: Type.Optional(Type.Union([Type.Literal('required'), Type.Literal('free')])) });
/** `version`: of the form that was decided about. */
export const DecisionForm = Type.Object({ decision: Type.Optional(Type.Union([Type.Literal('accepted'), Type.Literal('returned')])), word: Type.Optional(Type.String({ maxLength: 20_000 })), version });
export const RequirementForm = Type.Object({ required: Type.Union([Type.Literal('yes'), Type.Literal('no')]) });
