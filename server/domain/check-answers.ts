// Answers to the questions of a knowledge check, kind by kind: what a form may hold, and what is right.
import { analyseRunChart } from './run-chart.ts';

/** What marking needs to know of a question. */
export type Question = { key: string; points: number } & (
  | { kind: 'single-choice' | 'several-choices'; choices: readonly { key: string; right: boolean }[] }
  | { kind: 'ordering'; /** In the right order. */ items: readonly { key: string }[] }
  | { kind: 'matching'; pairs: readonly { key: string; right: string }[]; options: readonly { key: string }[] }
  | { kind: 'number'; answer: number; tolerance: number; unit: string | null }
  | { kind: 'run-chart'; values: readonly (number | null)[]; baseline: number | null }
);

/**
 * What somebody answered, by the names of the form's fields and as it is kept. `order`: "KEY:PLACE", first place first.
 * `match`: "KEY:OPTION", in the order of the pairs. `number`: as a number is written in English without separators.
 * `points`: positions in order, or "none".
 */
export type Answer = { choice: string } | { choices: string[] } | { order: string[] } | { match: string[] } | { number: string } | { points: string[] };

/** The fields of a form, by name, as the browser sent them; what was kept has the same shape. */
export type AnswerFields = { choice?: string; choices?: readonly string[]; order?: readonly string[]; match?: readonly string[]; number?: string; points?: readonly string[] };

/** One question of a try, answered. */
export type Given = { answer: Answer; points: number };

/** The answer that a form holds, or that was kept, in the one form in which two can be compared; null where it is none to this question, or not a whole one. */
export function readAnswer(question: Question, fields: AnswerFields): Answer | null {
  switch (question.kind) {
    case 'single-choice': {
      const { choice } = fields;
      return choice !== undefined && question.choices.some(({ key }) => key === choice) ? { choice } : null;
    }
    case 'several-choices': {
      const chosen = listOf(fields.choices);
      const choices = question.choices.map(({ key }) => key).filter((key) => chosen.includes(key));
      return choices.length > 0 && chosen.every((key) => choices.includes(key)) ? { choices } : null;
    }
    case 'ordering': {
      const places = question.items.map((_item, index) => String(index + 1));
      const order = pairsOf(listOf(fields.order), question.items.map(({ key }) => key), places);
      if (!order || new Set(order.map(([, place]) => place)).size < places.length) return null;
      return { order: order.toSorted(([, one], [, other]) => Number(one) - Number(other)).map((pair) => pair.join(':')) };
    }
    case 'matching': {
      const match = pairsOf(listOf(fields.match), question.pairs.map(({ key }) => key), question.options.map(({ key }) => key));
      return match && { match: match.map((pair) => pair.join(':')) };
    }
    case 'number': {
      const number = readNumber(fields.number ?? '', question.unit);
      return number === null ? null : { number: String(number) };
    }
    case 'run-chart': {
      const marked = listOf(fields.points);
      if (marked.length === 1 && marked[0] === 'none') return { points: ['none'] };
      const points = question.values.flatMap((value, index) => (value !== null && marked.includes(String(index + 1)) ? [String(index + 1)] : []));
      return points.length > 0 && marked.every((point) => points.includes(point)) ? { points } : null;
    }
  }
}

/** Gives an answer its points: all of the question's or none. */
export function markAnswer(question: Question, answer: Answer): Given {
  return { answer, points: isRight(question, answer) ? question.points : 0 };
}

/** Whether two answers, both from `readAnswer`, say the same. */
export function isSameAnswer(one: Answer, other: Answer): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * The 1-based positions that signal on a run chart (in a shift or a trend), and those that lie within a signal without
 * counting (on the median in a shift, repeated in a trend): these may be marked or not.
 */
export function signallingPoints({ values, baseline }: { values: readonly (number | null)[]; baseline: number | null }): { counting: number[]; passed: number[] } {
  const { shifts, trends } = analyseRunChart(values, baseline === null ? {} : { baseline });
  const counting = new Set([...shifts, ...trends].flatMap(({ points }) => points));
  const passed = [...shifts, ...trends].flatMap(({ points }) => {
    const [first = 0, last = 0] = [points[0], points.at(-1)];
    return values.flatMap((value, index) => (value !== null && index + 1 > first && index + 1 < last && !counting.has(index + 1) ? [index + 1] : []));
  });
  const inOrder = (points: Iterable<number>) => [...new Set(points)].toSorted((a, b) => a - b);
  return { counting: inOrder(counting), passed: inOrder(passed) };
}

/** Whether the answer earns the question's points: all of them or none. On a run chart, points within a signal may be marked or not. */
export function isRight(question: Question, answer: Answer): boolean {
  switch (question.kind) {
    case 'single-choice':
      return 'choice' in answer && question.choices.some(({ key, right }) => right && key === answer.choice);
    case 'several-choices':
      return 'choices' in answer && question.choices.every(({ key, right }) => right === answer.choices.includes(key));
    case 'ordering':
      return 'order' in answer && question.items.every(({ key }, index) => answer.order[index] === `${key}:${index + 1}`);
    case 'matching':
      return 'match' in answer && question.pairs.every(({ key, right }) => answer.match.includes(`${key}:${right}`));
    case 'number':
      // A hair more than the tolerance: 0.3 is within 0.1 of 0.2, whatever arithmetic says.
      return 'number' in answer && Math.abs(Number(answer.number) - question.answer) <= question.tolerance + 1e-9;
    case 'run-chart': {
      if (!('points' in answer)) return false;
      const { counting, passed } = signallingPoints(question);
      const marked = answer.points.filter((point) => point !== 'none').map(Number);
      return counting.every((point) => marked.includes(point)) && marked.every((point) => counting.includes(point) || passed.includes(point));
    }
  }
}

/** What was kept or came in an address may be anything. */
function listOf(value: readonly string[] | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];
}

/** "KEY:VALUE" for each key once, in the order of the keys, with known values; null when something is missing or strange. */
function pairsOf(entries: readonly string[], keys: readonly string[], values: readonly string[]): [key: string, value: string][] | null {
  if (entries.length !== keys.length) return null;
  const pairs = keys.flatMap((key): [string, string][] => entries.filter((entry) => entry.startsWith(`${key}:`)).map((entry) => [key, entry.slice(key.length + 1)]));
  return pairs.length === keys.length && new Set(pairs.map(([key]) => key)).size === keys.length && pairs.every(([, value]) => values.includes(value)) ? pairs : null;
}

/** "12", "-3.5", "1,200", "7,5", with the unit or without; null for anything else. */
function readNumber(text: unknown, unit: string | null): number | null {
  if (typeof text !== 'string' || text.length > 40) return null;
  const bare = text.trim().replace(/^[−–]/, '-');
  const figure = unit !== null && bare.toLowerCase().endsWith(unit.toLowerCase()) ? bare.slice(0, -unit.length).trim() : bare;
  if (/^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(figure)) return Number(figure.replaceAll(',', ''));
  return /^[-+]?\d+([.,]\d+)?$/.test(figure) ? Number(figure.replace(',', '.')) : null;
}
