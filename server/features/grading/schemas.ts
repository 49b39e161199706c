import { Type } from 'typebox';
import type { Static } from 'typebox';
import { rowId } from '../../domain/row-id.ts';
import type { GradingRubric, TypedAssessment } from '../../domain/rubric.ts';

const id = Type.String({ pattern: rowId });

export const QueueQuery = Type.Object({
  state: Type.Optional(Type.Enum(['waiting', 'returned', 'released', 'withdrawn'])),
  page: Type.Integer({ minimum: 1, maximum: 100_000, default: 1 }),
  /** `last`: there was no other to go on to. */
  notice: Type.Optional(Type.Enum(['last', 'none'])),
});
export const NextQuery = Type.Object({ after: Type.Optional(id) });
export const PersonParams = Type.Object({ person: id });
export const SubmissionParams = Type.Object({ submission: id });
export const SubmissionQuery = Type.Object({ notice: Type.Optional(Type.Enum(['released', 'returned', 'corrected', 'taken-over'])) });

/** Fields of the rubric are called after its criteria: `level.KEY`, `points.KEY`, `comment.KEY`. Everything is optional here because the page says in words what is missing. */
export const AssessmentForm = Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())]));
type AssessmentForm = Static<typeof AssessmentForm>;

export const AdoptionForm = Type.Object({ grader: id, version: Type.Optional(Type.String({ maxLength: 20 })) });

/** What a grader typed into the rubric's form, by criterion. */
export function typedAssessment({ criteria }: GradingRubric, form: AssessmentForm): TypedAssessment {
  return {
    criteria: Object.fromEntries(criteria.map(({ key }) => [key, { level: one(form, `level.${key}`), points: one(form, `points.${key}`), comment: lines(one(form, `comment.${key}`)) }])),
    comment: lines(one(form, 'comment')),
  };
}

/** The value of a field; the first, where a form that is none of ours sends several. */
export function one(form: AssessmentForm, name: string): string | undefined {
  return Object.hasOwn(form, name) ? [form[name] ?? []].flat()[0] : undefined;
}

/** The version of the draft that a form was made with; 0 where it was made with none. */
export function versionOf(typed: string | undefined): number {
  return typed !== undefined && /^\d{1,9}$/.test(typed) ? Number(typed) : 0;
}

/** Words of several lines: line ends as \n, and no other control characters, which PostgreSQL keeps none of. */
export function lines(text: string | undefined): string | undefined {
  return text?.toWellFormed().replaceAll(/\r\n?/g, '\n').replaceAll(/[^\P{Cc}\n\t]/gu, '');
}
