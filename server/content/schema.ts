// What programme.yaml and the front matter of a week file may hold. An unknown key is an error: it is a typing mistake.
import { Type } from 'typebox';
import type { Static, TObject, TProperties, TSchema } from 'typebox';
import { mostWeeks } from '../domain/week-schedule.ts';

export const closed = <T extends TProperties>(properties: T): TObject<T> => Type.Object(properties, { additionalProperties: false });
export const text = Type.String({ minLength: 1, pattern: '\\S' });
export const texts = Type.Array(text, { minItems: 1 });
export const orNull = <T extends TSchema>(schema: T) => Type.Union([Type.Null(), schema]);

/** Words in small letters joined by hyphens; keys end in addresses and in progress rows. */
const KEBAB_CASE = '^[a-z0-9]+(-[a-z0-9]+)*$';
export const kebabCase = new RegExp(KEBAB_CASE);
export const key = Type.String({ pattern: KEBAB_CASE });

const WeekOutline = closed({
  number: Type.Integer({ minimum: 1 }),
  title: text,
  summary: text,
  workshop: orNull(closed({ key, kind: Type.Enum(['virtual', 'in-person']), title: text, days: Type.Integer({ minimum: 1, maximum: 5 }), notes: Type.Optional(Type.String({ pattern: '^workshops/[a-z0-9]+(-[a-z0-9]+)*\\.md$' })) })),
  topics: texts,
  outcomes: Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1 }),
  requires: Type.Optional(Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1 })),
  reflection: Type.Optional(text),
  withYourTeam: text,
  assignment: Type.Optional(closed({ key, title: text, task: text })),
  material: orNull(Type.String({ pattern: '^weeks/[0-9]{2}-[a-z0-9]+(-[a-z0-9]+)*\\.md$' })),
  check: Type.Optional(orNull(Type.String({ pattern: '^checks/[0-9]{2}-[a-z0-9]+(-[a-z0-9]+)*\\.yaml$' }))),
  cards: Type.Optional(Type.Array(Type.String({ pattern: '^cards/[0-9]{2}-[a-z0-9]+(-[a-z0-9]+)*\\.md$' }), { minItems: 1 })),
});

export const ProgrammeFile = closed({
  key,
  title: text,
  tagline: text,
  promise: texts,
  outcomes: texts,
  audience: texts,
  prerequisites: texts,
  introduction: closed({
    title: text,
    summary: text,
    points: Type.Array(closed({ title: text, text }), { minItems: 1 }),
    file: orNull(Type.String({ pattern: '^media/[a-z0-9][a-z0-9.-]*$' })),
    captions: orNull(Type.String({ pattern: '^media/[a-z0-9][a-z0-9.-]*\\.vtt$' })),
  }),
  help: closed({ telephone: text, days: text, hours: text }),
  glossary: Type.Optional(Type.Enum(['glossary.yaml'])),
  attendance: Type.Optional(closed({ inPersonDaysExcused: Type.Integer({ minimum: 0 }), virtualAttended: Type.Integer({ minimum: 0 }) })),
  completion: Type.Optional(closed({
    sectionsPercent: Type.Integer({ minimum: 0, maximum: 100 }),
    checks: Type.Array(closed({ week: Type.Integer({ minimum: 1 }), percent: Type.Integer({ minimum: 1, maximum: 100 }) })),
    assignments: Type.Optional(closed({ weeks: Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1 }), needed: Type.Integer({ minimum: 1 }) })),
    plan: Type.Optional(closed({ beginsInWeek: Type.Integer({ minimum: 1 }) })),
  })),
  weeks: Type.Array(WeekOutline, { minItems: 1, maxItems: mostWeeks }),
  plan: Type.Optional(orNull(Type.String({ pattern: '^plan\\.yaml$' }))),
  rubric: Type.Optional(Type.Enum(['rubric.yaml'])),
});
export type ProgrammeFile = Static<typeof ProgrammeFile>;

export const WeekFrontMatter = closed({
  week: Type.Integer({ minimum: 1 }),
  lede: text,
  goals: Type.Array(text, { minItems: 3, maxItems: 5 }),
  reading: Type.Array(closed({ key, text, url: Type.Optional(Type.String({ pattern: '^https://[^\\s]+$' })) })),
});
export type WeekFrontMatter = Static<typeof WeekFrontMatter>;

/** The keys that a question of any kind has; those of its own are in the schema of its kind. */
const anyQuestion = {
  key,
  section: text,
  question: text,
  points: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })),
};
const choices = Type.Array(closed({ key, text, right: Type.Optional(Type.Boolean()), explanation: text }), { minItems: 2, maxItems: 8 });

/** What a question of each kind may hold. */
export const questionFiles = {
  'single-choice': closed({ ...anyQuestion, kind: Type.Literal('single-choice'), choices }),
  'several-choices': closed({ ...anyQuestion, kind: Type.Literal('several-choices'), choices }),
  'ordering': closed({ ...anyQuestion, kind: Type.Literal('ordering'), items: Type.Array(closed({ key, text }), { minItems: 3, maxItems: 8 }), explanation: text }),
  'matching': closed({ ...anyQuestion, kind: Type.Literal('matching'), pairs: Type.Array(closed({ key, left: text, right: text }), { minItems: 3, maxItems: 8 }), explanation: text }),
  'number': closed({ ...anyQuestion, kind: Type.Literal('number'), answer: Type.Number(), tolerance: Type.Optional(Type.Number({ minimum: 0 })), unit: Type.Optional(text), explanation: text }),
  'run-chart': closed({
    ...anyQuestion,
    kind: Type.Literal('run-chart'),
    title: text,
    values: Type.Array(Type.Union([Type.Null(), Type.Number()]), { minItems: 5, maxItems: 60 }),
    labels: Type.Optional(Type.Array(text, { minItems: 5, maxItems: 60 })),
    baseline: Type.Optional(Type.Integer({ minimum: 1 })),
    better: Type.Optional(Type.Enum(['up', 'down'])),
    explanation: text,
  }),
};
export type QuestionKind = keyof typeof questionFiles;
export type QuestionFile = { [Kind in QuestionKind]: Static<(typeof questionFiles)[Kind]> }[QuestionKind];

/** Of each question only the kind is looked at here: what else it holds is judged by the schema of its kind, so that the messages are about that. */
export const CheckFile = closed({
  week: Type.Integer({ minimum: 1 }),
  minutes: Type.Integer({ minimum: 1, maximum: 60 }),
  introduction: text,
  questions: Type.Array(Type.Object({ kind: Type.Enum(Object.keys(questionFiles) as QuestionKind[]) }), { minItems: 1, maxItems: 40 }),
});
export type CheckFile = Omit<Static<typeof CheckFile>, 'questions'> & { questions: QuestionFile[] };

/** A just-in-time teaching card: one idea, ten minutes. */
export const CardFrontMatter = closed({
  week: Type.Integer({ minimum: 1 }),
  title: text,
  idea: text,
  trigger: text,
  minutes: Type.Integer({ minimum: 3, maximum: 30 }),
  materials: texts,
});

/** Facilitator's notes for a workshop: what happens when, day by day. */
export const NotesFrontMatter = closed({
  workshop: key,
  purpose: text,
  materials: texts,
  days: Type.Array(closed({
    title: text,
    starts: Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' }),
    agenda: Type.Array(closed({ minutes: Type.Integer({ minimum: 1, maximum: 240 }), kind: Type.Enum(['plenary', 'breakout', 'pairs', 'alone', 'break']), title: text, how: text }), { minItems: 2 }),
  }), { minItems: 1, maxItems: 5 }),
});

/**
 * The words of the field, each explained once. `also`: other forms of the word that mean the same. `everyday`: those of
 * its forms that weeks before use in an everyday sense, and why that is another word.
 */
export const GlossaryFile = Type.Array(closed({
  key, term: text, also: Type.Optional(Type.Array(text)), definition: text, week: Type.Integer({ minimum: 1 }),
  everyday: Type.Optional(closed({ words: texts, why: text })),
}), { minItems: 1 });
export type GlossaryFile = Static<typeof GlossaryFile>;
