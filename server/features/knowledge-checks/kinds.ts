// What the kinds of question look like, asked and explained. The right answer leaves this file by `explain` alone.
import type { CheckQuestion, MatchingQuestion, OrderingQuestion, RunChartQuestion } from '../../content/programme.ts';
import { isRight, signallingPoints } from '../../domain/check-answers.ts';
import type { Answer, AnswerFields } from '../../domain/check-answers.ts';
import { analyseRunChart } from '../../domain/run-chart.ts';
import { sentence } from '../../format.ts';
import { pointList, runChartFigure, signalWords } from '../../run-chart-figure.ts';
import type { RunChartFigure } from '../../run-chart-figure.ts';

/** What the form of a question prints, by the shape of its controls. */
export type Fields =
  | { kind: 'choices'; type: 'radio' | 'checkbox'; name: string; choices: { key: string; textHtml: string; checked: boolean }[] }
  | { kind: 'selects'; name: string; empty: string; lines: { id: string; textHtml: string | null; text: string; options: { value: string; text: string; selected: boolean }[] }[] }
  | { kind: 'number'; unit: string | null; value: string }
  | { kind: 'run-chart'; chart: RunChartFigure; points: { position: number; label: string; value: string; checked: boolean }[]; none: boolean };

/** Where a form held no whole answer: what was missing, and what to do. */
export type Missing = { heading: string; advice: string };

/** @param sent what the form held when it was refused, so that nothing has to be given twice */
export function fieldsOf(question: CheckQuestion, sent: AnswerFields): Fields {
  switch (question.kind) {
    case 'single-choice':
      return { kind: 'choices', type: 'radio', name: 'choice', choices: question.choices.map(({ key, textHtml }) => ({ key, textHtml, checked: sent.choice === key })) };
    case 'several-choices':
      return { kind: 'choices', type: 'checkbox', name: 'choices', choices: question.choices.map(({ key, textHtml }) => ({ key, textHtml, checked: sent.choices?.includes(key) ?? false })) };
    case 'ordering':
      return { kind: 'selects', name: 'order', empty: 'Choose a place', lines: mixed(question).map(({ key, text }) => ({ id: `order-${key}`, textHtml: null, text, options: question.items.map((_item, index) => option(`${key}:${index + 1}`, ordinal(index + 1), sent.order)) })) };
    case 'matching':
      return { kind: 'selects', name: 'match', empty: 'Choose what belongs to it', lines: question.pairs.map(({ key, leftHtml }) => ({ id: `match-${key}`, textHtml: leftHtml, text: '', options: question.options.map((one) => option(`${key}:${one.key}`, one.text, sent.match)) })) };
    case 'number':
      return { kind: 'number', unit: question.unit, value: sent.number ?? '' };
    case 'run-chart': {
      const chart = chartOf(question, false);
      return { kind: 'run-chart', chart, points: chart.points.map(({ position, label, value }) => ({ position, label, value, checked: sent.points?.includes(String(position)) ?? false })), none: sent.points?.includes('none') ?? false };
    }
  }
}

export function missingFrom(question: CheckQuestion): Missing {
  switch (question.kind) {
    case 'single-choice': return { heading: 'Nothing was chosen', advice: 'Choose one of the answers, then press “Answer”.' };
    case 'several-choices': return { heading: 'Nothing was chosen', advice: 'Choose every answer that fits, then press “Answer”.' };
    case 'ordering': return { heading: 'The order is not whole yet', advice: 'Give every line a place, and no two lines the same.' };
    case 'matching': return { heading: 'Something has no partner yet', advice: 'Choose for every line what belongs to it.' };
    case 'number': return { heading: 'That is no number', advice: 'Write a number in figures, such as 7 or 2.5.' };
    case 'run-chart': return { heading: 'Nothing to go by', advice: 'Mark the points that signal, or mark that none does, not both.' };
  }
}

export type ExplainedAnswer = {
  /** One of the two is there: HTML from the course material, or plain text. */
  textHtml: string | null;
  text: string;
  detail: string | null;
  explanationHtml: string | null;
  is: 'right' | 'wrong' | null;
  point: 'done' | 'attention' | 'open';
  tags: string[];
};
export type Explained = {
  answers: ExplainedAnswer[];
  /** About the question as a whole; null where each answer has its own. */
  explanationHtml: string | null;
  chart: RunChartFigure | null;
  chartId: string;
  findings: string;
};

/**
 * What was answered, what is right, and why.
 * @param theirs "Your answer", or whose it is
 */
export function explain(question: CheckQuestion, answer: Answer, theirs: string): Explained {
  const plain = { chart: null, chartId: question.key, findings: '' };
  switch (question.kind) {
    case 'single-choice': case 'several-choices': {
      const chosen = 'choice' in answer ? [answer.choice] : 'choices' in answer ? answer.choices : [];
      const answers = question.choices.map(({ key, textHtml, explanationHtml, right }): ExplainedAnswer => {
        const isChosen = chosen.includes(key);
        const isMissed = right && !isChosen && question.kind === 'several-choices';
        return {
          textHtml, text: '', detail: null, explanationHtml,
          is: right ? 'right' : isChosen ? 'wrong' : null,
          point: isMissed || (isChosen && !right) ? 'attention' : right ? 'done' : 'open',
          tags: [...(isChosen ? [theirs] : []), ...(isMissed ? ['Right, and not chosen'] : right ? ['Right answer'] : [])],
        };
      });
      return { ...plain, answers, explanationHtml: null };
    }
    case 'ordering':
      return { ...plain, explanationHtml: question.explanationHtml, answers: question.items.map(({ key, text }, index) => {
        const place = 'order' in answer ? answer.order.findIndex((entry) => entry.startsWith(`${key}:`)) : -1;
        return compared(`${sentence(ordinal(index + 1))}: ${text}`, place === index, `${theirs}: ${place < 0 ? 'none' : ordinal(place + 1)}`);
      }) };
    case 'matching':
      return { ...plain, explanationHtml: question.explanationHtml, answers: question.pairs.map((pair) => explainPair(question, pair, answer, theirs)) };
    case 'number': {
      const unit = question.unit === null ? '' : ` ${question.unit}`;
      const given = 'number' in answer ? answer.number : '';
      const isWithin = isRight(question, answer);
      const right = { ...compared(`${question.answer}${unit}`, true, isWithin ? theirs : 'Right answer'), detail: question.tolerance > 0 ? `Anything from ${tidy(question.answer - question.tolerance)} to ${tidy(question.answer + question.tolerance)} counts.` : null };
      return { ...plain, explanationHtml: question.explanationHtml, answers: isWithin ? [right] : [compared(`${given}${unit}`, false, theirs), right] };
    }
    case 'run-chart': {
      const { counting } = signallingPoints(question);
      const marked = 'points' in answer ? answer.points.filter((point) => point !== 'none').map(Number) : [];
      const words = (points: readonly number[]) => (points.length === 0 ? 'No point signals' : sentence(pointList(points)));
      const isSame = words(counting) === words(marked);
      return {
        answers: [compared(words(counting), true, isSame ? theirs : 'What signals'), ...(isSame ? [] : [compared(words(marked), isRight(question, answer), theirs)])],
        explanationHtml: question.explanationHtml,
        chart: chartOf(question, true),
        chartId: question.key,
        findings: signalWords(analysisOf(question)).join(' '),
      };
    }
  }
}

function explainPair(question: MatchingQuestion, { leftHtml, key, right }: MatchingQuestion['pairs'][number], answer: Answer, theirs: string): ExplainedAnswer {
  const textOf = (option: string) => question.options.find((one) => one.key === option)?.text ?? 'nothing';
  const given = ('match' in answer ? answer.match.find((entry) => entry.startsWith(`${key}:`)) : undefined)?.slice(key.length + 1) ?? '';
  return { ...compared('', given === right, given === right ? theirs : `${theirs}: ${textOf(given)}`), textHtml: leftHtml, detail: `Belongs to: ${textOf(right)}` };
}

function compared(text: string, isRight: boolean, tag: string): ExplainedAnswer {
  return { textHtml: null, text, detail: null, explanationHtml: null, is: isRight ? 'right' : 'wrong', point: isRight ? 'done' : 'attention', tags: [tag] };
}

/** In alphabetical order, which tells nothing; where that is the right order, backwards. */
function mixed({ items }: OrderingQuestion): OrderingQuestion['items'] {
  const sorted = items.toSorted((a, b) => a.text.localeCompare(b.text, 'en-GB'));
  return sorted.every((item, index) => item === items[index]) ? sorted.toReversed() : sorted;
}

function option(value: string, text: string, sent: readonly string[] | undefined): { value: string; text: string; selected: boolean } {
  return { value, text, selected: sent?.includes(value) ?? false };
}

function analysisOf({ values, baseline }: RunChartQuestion) {
  return analyseRunChart(values, baseline === null ? {} : { baseline });
}

function chartOf(question: RunChartQuestion, showSignals: boolean): RunChartFigure {
  const { title, values, labels, baseline, better } = question;
  return runChartFigure({ title, values, labels, baseline, better, analysis: analysisOf(question), showSignals });
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'];
const ordinal = (place: number): string => ordinals[place - 1] ?? `number ${place}`;
const tidy = (value: number): number => Number(value.toFixed(9));
