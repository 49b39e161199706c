import { Type } from 'typebox';
import { rowId } from '../../domain/row-id.ts';

const week = Type.Integer({ minimum: 1, maximum: 999 });
const number = Type.Integer({ minimum: 1, maximum: 9999 });
const key = Type.String({ pattern: '^[a-z0-9-]{1,100}$' });

export const CheckParams = Type.Object({ week });
export const TryParams = Type.Object({ week, number });
export const QuestionParams = Type.Object({ week, number, question: key });
export const PersonParams = Type.Object({ week, person: Type.String({ pattern: rowId }) });

/** Answers that are not kept travel along in the address: see `trial.ts`. */
const trial = Type.Optional(Type.String({ maxLength: 12_000 }));
export const TrialQuery = Type.Object({ trial });
/** `earlier`: another window answered first. */
export const QuestionQuery = Type.Object({ trial, earlier: Type.Optional(Type.String()) });
/** The fields of every kind of question; which of them count is the question's to say (`readAnswer`). */
const entries = Type.Optional(Type.Array(Type.String({ maxLength: 220 }), { maxItems: 60 }));
export const AnswerForm = Type.Object({
  choice: Type.Optional(Type.String({ maxLength: 100 })),
  choices: entries,
  order: entries,
  match: entries,
  number: Type.Optional(Type.String({ maxLength: 40 })),
  points: entries,
  trial,
});
