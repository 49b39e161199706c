import { Type } from 'typebox';
import { rowId } from '../../domain/row-id.ts';

const key = Type.String({ pattern: '^[a-z0-9-]{1,200}$' });

export const SectionParams = Type.Object({ section: key });
export const FieldParams = Type.Object({ section: key, field: key });
export const SubmissionParams = Type.Object({ number: Type.Integer({ minimum: 1, maximum: 9999 }) });
export const EvidenceParams = Type.Object({ evidence: Type.String({ pattern: rowId }) });

/** One field, as the script saves it. No text means that the field was emptied. */
export const AnswerForm = Type.Object({ text: Type.Optional(Type.String()), version: Type.Integer({ minimum: 0, maximum: 2_147_483_646 }) });
/** A whole section: `answer.KEY`, `version.KEY`, `loaded.KEY` and `keep.KEY` of each of its fields. */
export const SectionForm = Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())]));
