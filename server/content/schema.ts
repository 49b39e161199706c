// What programme.yaml and the front matter of a week file may hold. An unknown key is an error: it is a typing mistake.
import { Type } from 'typebox';
import type { Static, TObject, TProperties, TSchema } from 'typebox';

const closed = <T extends TProperties>(properties: T): TObject<T> => Type.Object(properties, { additionalProperties: false });
const text = Type.String({ minLength: 1, pattern: '\\S' });
const texts = Type.Array(text, { minItems: 1 });
const orNull = <T extends TSchema>(schema: T) => Type.Union([Type.Null(), schema]);

/** Words in small letters joined by hyphens; keys end in addresses and in progress rows. */
const KEBAB_CASE = '^[a-z0-9]+(-[a-z0-9]+)*$';
export const kebabCase = new RegExp(KEBAB_CASE);
const key = Type.String({ pattern: KEBAB_CASE });

const WeekOutline = closed({
  number: Type.Integer({ minimum: 1 }),
  title: text,
  summary: text,
  workshop: orNull(closed({ key, kind: Type.Enum(['virtual', 'in-person']), title: text, days: Type.Integer({ minimum: 1, maximum: 5 }) })),
  topics: texts,
  outcomes: Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1 }),
  withYourTeam: text,
  material: orNull(Type.String({ pattern: '^weeks/[0-9]{2}-[a-z0-9]+(-[a-z0-9]+)*\\.md$' })),
  check: Type.Optional(orNull(Type.String({ pattern: '^checks/[0-9]{2}-[a-z0-9]+(-[a-z0-9]+)*\\.yaml$' }))),
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
  weeks: Type.Array(WeekOutline, { minItems: 1 }),
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
const SingleChoiceFile = closed({
  ...anyQuestion,
  kind: Type.Enum(['single-choice']),
  choices: Type.Array(closed({ key, text, right: Type.Optional(Type.Boolean()), explanation: text }), { minItems: 2, maxItems: 8 }),
});

/** A further kind of question makes `questions` a union: check each by the schema of its `kind` then, or the messages blur. */
export const CheckFile = closed({
  week: Type.Integer({ minimum: 1 }),
  minutes: Type.Integer({ minimum: 1, maximum: 60 }),
  introduction: text,
  questions: Type.Array(SingleChoiceFile, { minItems: 1, maxItems: 40 }),
});
export type CheckFile = Static<typeof CheckFile>;
