// The eligibility form: what it asks, what is still missing, and who may change or decide it when.
import { manyLines, oneLine } from './typed-text.ts';

export type EligibilityState = 'draft' | 'submitted' | 'returned' | 'accepted';
export type EligibilityDecision = 'accepted' | 'returned';

/** line: one line. text: several. state: one of `projectStates`. email: a line that looks like an address. */
export type FieldKind = 'line' | 'text' | 'state' | 'email';
/** `of`: whose it is, where the label alone does not tell. */
export type EligibilityField = { key: string; kind: FieldKind; label: string; help: string | null; of?: string };
export type EligibilityPart = { key: string; title: string; help: string; fields: readonly EligibilityField[] };

/** Field to text; a field that nobody wrote in may be absent. */
export type EligibilityAnswers = Readonly<Record<string, string>>;

/** Of a team: how many it needs, and for how many there is room. */
export const teamSize = { least: 3, most: 8 } as const;

/** As they are kept and as they are read. */
export const projectStates = ['new', 'under way'] as const;

/** The most that a field takes, in characters (UTF-16 units, as browsers count them). */
export const longest: Record<FieldKind, number> = { line: 200, text: 4_000, state: 20, email: 254 };

/** The two fields of a member of the team, counted from 1. */
export const memberFields = (number: number): { name: EligibilityField; role: EligibilityField } => ({
  name: { key: `member-${number}-name`, kind: 'line', label: 'Name', help: null, of: `member ${number}` },
  role: { key: `member-${number}-role`, kind: 'line', label: 'Role', help: null, of: `member ${number}` },
});

/** The numbers of the rows of the team. */
export const memberNumbers: readonly number[] = Array.from({ length: teamSize.most }, (_none, index) => index + 1);

/** What the form asks besides the team, in its order. */
export const parts: readonly EligibilityPart[] = [
  {
    key: 'project', title: 'The project', help: 'The one that you will coach your team through for twelve weeks.',
    fields: [
      { key: 'project-title', kind: 'line', label: 'What you call it', help: null },
      { key: 'project-state', kind: 'state', label: 'How far it is', help: null },
      { key: 'project-about', kind: 'text', label: 'What it is about', help: 'What should become better, for whom, and how you would know. A few sentences are enough.' },
    ],
  },
  {
    key: 'sponsor', title: 'The sponsor', help: 'Somebody in your organisation who wants this project, gives the team time for it and clears what is in its way.',
    fields: [
      { key: 'sponsor-name', kind: 'line', label: 'Sponsor’s name', help: null },
      { key: 'sponsor-role', kind: 'line', label: 'Sponsor’s role', help: null },
      { key: 'sponsor-email', kind: 'email', label: 'Sponsor’s e-mail', help: 'Read by your faculty. Coachline itself writes nothing to it.' },
    ],
  },
  {
    key: 'you', title: 'What you bring', help: 'The programme builds on some experience with improvement; tell your faculty where you stand.',
    fields: [
      { key: 'experience', kind: 'text', label: 'Your experience on an improvement team', help: 'What the team worked on, what you did in it, and what came of it.' },
      { key: 'learning', kind: 'text', label: 'What you have learned about improvement so far', help: 'Courses, or what you taught yourself or learned at work.' },
      { key: 'statement', kind: 'text', label: 'Why you want to coach this team', help: 'And how you will find the time for it: coaches spend a quarter to half of their week.' },
    ],
  },
];

const fields: ReadonlyMap<string, EligibilityField> = new Map(
  [...memberNumbers.flatMap((number) => Object.values(memberFields(number))), ...parts.flatMap((part) => part.fields)].map((field) => [field.key, field]),
);

/** Every field of the form, the team's first. */
export const eligibilityFields: readonly EligibilityField[] = [...fields.values()];

/** The field of this key; null where there is none. */
export function findOptionalField(key: string): EligibilityField | null {
  return fields.get(key) ?? null;
}

/** too-long: how long it may be stands in `longest`. */
export type AnswerProblem = 'too-long' | 'no-state' | 'no-email';

/** What somebody typed into a field, as it is kept. What is wrong with it is said, and then nothing of it may be kept. */
export function readAnswer(kind: FieldKind, typed: string | undefined): { text: string; problem: AnswerProblem | null } {
  const text = kind === 'text' ? manyLines(typed) : oneLine(typed);
  if (text.length > longest[kind]) return { text, problem: 'too-long' };
  if (text === '') return { text, problem: null };
  if (kind === 'state' && !projectStates.some((state) => state === text)) return { text, problem: 'no-state' };
  // Only what cannot be one at all is refused: whether a letter arrives, an address alone never tells.
  if (kind === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(text)) return { text, problem: 'no-email' };
  return { text, problem: null };
}

/** members: how many whole rows the team still lacks; `key` is the first field to write in. */
export type Missing = { kind: 'members'; key: string; lacking: number } | { kind: 'half-member'; key: string; label: 'Name' | 'Role'; number: number } | { kind: 'field'; key: string; label: string };

/** What the form still needs before it can be handed in, in its order. */
export function missingAnswers(answers: EligibilityAnswers): Missing[] {
  const isFilled = ({ key }: EligibilityField) => (answers[key] ?? '') !== '';
  const rows = memberNumbers.map((number) => ({ number, ...memberFields(number) }));
  const whole = rows.filter(({ name, role }) => isFilled(name) && isFilled(role));
  const half = rows.filter(({ name, role }) => isFilled(name) !== isFilled(role));
  const lacking = teamSize.least - whole.length - half.length;
  const empty = rows.find(({ name, role }) => !isFilled(name) && !isFilled(role));
  return [
    ...half.map(({ number, name, role }): Missing => (isFilled(name) ? { kind: 'half-member', key: role.key, label: 'Role', number } : { kind: 'half-member', key: name.key, label: 'Name', number })),
    ...(lacking > 0 && empty ? [{ kind: 'members' as const, key: empty.name.key, lacking }] : []),
    ...parts.flatMap((part) => part.fields.filter((field) => !isFilled(field)).map(({ key, label }): Missing => ({ kind: 'field', key, label }))),
  ];
}

/** The learner writes until it is handed in, and again when it came back. */
export const mayWrite = (state: EligibilityState): boolean => state === 'draft' || state === 'returned';

export type FieldSaving = 'untouched' | 'save' | 'changed';

/**
 * What becomes of a text that somebody typed while others may have written too.
 * untouched: the page showed this very text, or it stands there already. changed: something else stands there now than the page showed.
 * @param versionOf a number that stands for a text; `seen` is that of what the page showed
 */
export function decideSaving({ stored, typed, seen }: { stored: string; typed: string; seen: number }, versionOf: (text: string) => number): FieldSaving {
  if (typed === stored || versionOf(typed) === seen) return 'untouched';
  return versionOf(stored) === seen ? 'save' : 'changed';
}

export type Decided = { good: true; decision: EligibilityDecision; word: string } | { good: false; errors: { decision?: string; word?: string } };

/** The most that faculty may write when they decide. */
export const longestWord = 2_000;

/** Faculty accept a form or return it; who returns one says why. */
export function decideForm({ decision, word: typed }: { decision?: EligibilityDecision | undefined; word?: string | undefined }): Decided {
  const word = manyLines(typed).trim();
  const errors = {
    ...(decision === undefined && { decision: 'Choose whether you accept the form or return it.' }),
    ...(word.length > longestWord ? { word: `Shorten this to ${longestWord.toLocaleString('en-GB')} letters or fewer.` }
      : decision === 'returned' && word === '' && { word: 'Say what should change, so that the learner knows what to do.' }),
  };
  return decision === undefined || Object.keys(errors).length > 0 ? { good: false, errors } : { good: true, decision, word };
}
