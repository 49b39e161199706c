import { Type } from 'typebox';
import { postMarks } from '../../domain/discussion.ts';
import { rowId } from '../../domain/row-id.ts';

const week = Type.Integer({ minimum: 1, maximum: 999 });
const post = Type.String({ pattern: rowId });

export const WeekParams = Type.Object({ week });
export const PostParams = Type.Object({ week, post });
export const MarkParams = Type.Object({ week, post, mark: Type.Enum([...postMarks]) });

export const ThreadQuery = Type.Object({ page: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })), notice: Type.Optional(Type.Enum(['test'])) });
/** `key`: made with the form, so that a post sent twice is one. `mention`: people chosen from the list. */
export const PostForm = Type.Object({ text: Type.Optional(Type.String()), key: Type.String({ pattern: rowId }), mention: Type.Optional(Type.Array(Type.String({ pattern: rowId }), { maxItems: 500 })) });
export const MendingForm = Type.Object({ text: Type.Optional(Type.String()) });
export const RemovalForm = Type.Object({ reason: Type.Optional(Type.String()) });
