// A knowledge check on its pages. A question's answer and explanations leave this file only once it has been answered.
import type { CheckQuestion, KnowledgeCheck, Programme, ProgrammeWeek } from '../../content/programme.ts';
import { courseGrade } from '../../domain/course-grade.ts';
import { bestResult, isBetter, newestTry, openQuestionAfter, resultWords } from '../../domain/knowledge-check.ts';
import type { AnswerFields } from '../../domain/check-answers.ts';
import type { GivenAnswers, Result, Try } from '../../domain/knowledge-check.ts';
import { courseGradeWords, fullDate, inWords, list, plural, sentence, timeAndZone } from '../../format.ts';
import type { English } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';
import type { SentScore } from '../../score-standing.ts';
import { explain, fieldsOf, missingFrom } from './kinds.ts';
import type { Explained } from './kinds.ts';

/** `learner` has tries that are kept; everybody else tries it out, and nothing is. */
export type CheckReader = 'learner' | 'test-learner' | 'mentor' | 'staff';

export type CheckFacts = {
  programme: Programme;
  cohort: { id: string; programmeVersionId: string; startsOn: Temporal.PlainDate; timeZone: string };
  week: ProgrammeWeek;
  check: KnowledgeCheck;
  reader: CheckReader;
  /** How days and times are told to this reader. */
  english?: English;
};

export type ShownTry = Try & { begunAt: Temporal.Instant; finishedAt: Temporal.Instant | null };

type At = (path: string) => string;
type CheckInput = {
  at: At;
  facts: CheckFacts;
  tries: readonly ShownTry[];
  /** The answers of a trial as they travel in addresses; null where answers are kept. */
  trial: string | null;
};

/** `GET /weeks/N/check` before a try is finished: what it is, and where to begin or to carry on. */
export function startPage({ at, facts, tries, trial }: CheckInput) {
  const { check, week } = facts;
  const given = tries.at(-1)?.given;
  const open = openQuestionAfter(check.questions, given ?? new Map());
  return {
    template: 'knowledge-checks/start',
    data: {
      ...shared(at, facts),
      title: `Week ${week.number}: knowledge check`,
      introduction: check.introduction,
      isKept: trial === null,
      length: `${sentence(plural(check.questions.length, 'question'))}, about ${check.minutes} minutes`,
      answered: given ? `You have answered ${inWords(countGiven(check, given))} of ${plural(check.questions.length, 'question')}. They are kept.` : null,
      main: {
        href: at(questionPath(facts, newestTry(tries), open ?? check.questions[0]?.key ?? '', trial)),
        label: given && open ? `Carry on with question ${placeOf(check, open)}` : 'Begin',
      },
    },
  } satisfies Page;
}

export type QuestionInput = CheckInput & {
  /** The try, counted from 1. */
  number: number;
  question: CheckQuestion;
  /** earlier: another window answered first. unanswered: the form held no whole answer (send with 422). */
  notice: 'earlier' | 'unanswered' | null;
  /** What a refused form held, so that it need not be given twice. */
  sent?: AnswerFields;
};

/**
 * `GET /weeks/N/check/tries/T/questions/KEY`: one question, with a form until it is answered and with every answer
 * explained after. The form posts to `…/answer`; the answer is 303 to this page at `#explanation`, where the focus goes.
 */
export function questionPage({ at, facts, tries, trial, number, question, notice, sent = {} }: QuestionInput) {
  const { check, week } = facts;
  const given: GivenAnswers = tries[number - 1]?.given ?? new Map();
  const place = placeOf(check, question.key);
  const here = given.get(question.key);
  const isRight = here?.points === question.points;
  const path = (key: string) => at(questionPath(facts, number, key, trial));
  return {
    template: 'knowledge-checks/question',
    data: {
      ...shared(at, facts),
      title: `Question ${place} of ${check.questions.length}: knowledge check of week ${week.number}`,
      heading: `Question ${place} of ${check.questions.length}`,
      worth: question.points > 1 ? `${sentence(inWords(question.points))} points` : null,
      promptHtml: question.promptHtml,
      notice,
      missing: notice === 'unanswered' ? missingFrom(question) : null,
      trail: check.questions.map(({ key, points }, index) => {
        const answered = given.get(key);
        const words = answered ? (answered.points === points ? 'right' : 'not right') : 'not answered yet';
        return { number: index + 1, href: path(key), words, point: answered ? (answered.points === points ? 'done' : 'attention') : key === question.key ? 'current' : 'open', isHere: key === question.key };
      }),
      form: here ? null : { action: at(`${questionPath(facts, number, question.key, null)}/answer`), trial, fields: fieldsOf(question, sent) },
      explained: here ? {
        verdict: isRight ? 'That is right' : 'Not this time',
        isRight,
        ...explain(question, here.answer, 'Your answer'),
        section: isRight ? null : sectionOf(at, facts, question.section),
        next: nextAfter(at, facts, given, number, question.key, trial),
      } : null,
    },
  } satisfies Page;
}

export type ResultInput = CheckInput & { number: number; score: SentScore | null };

/** `GET /weeks/N/check/tries/T` when that try is finished, and `GET /weeks/N/check` when the last one is. */
export function resultPage({ at, facts, tries, trial, number, score }: ResultInput) {
  const { check, week, reader } = facts;
  const shown = tries[number - 1];
  const result = shown?.result ?? { points: 0, maximum: 1 };
  const finished = tries.flatMap((one) => one.result ?? []);
  const open = tries.find((one) => one.result === null);
  const again = newestTry(tries);
  const given: GivenAnswers = shown?.given ?? new Map();
  const openKey = openQuestionAfter(check.questions, open?.given ?? new Map()) ?? '';
  return {
    template: 'knowledge-checks/result',
    data: {
      ...shared(at, facts),
      title: `Week ${week.number}: knowledge check, ${resultWords(result)}`,
      heading: resultWords(result),
      line: reader === 'learner' ? standingWords(finished, result, number) : 'This was a trial: nothing of it was kept or sent.',
      finished: reader === 'learner' && shown?.finishedAt ? `Try ${number}, finished on ${moment(shown.finishedAt, facts)}.` : null,
      grade: reader === 'learner' ? courseGradeWords(courseGrade(score)) : null,
      readAgain: readAgain(at, facts, given),
      questions: check.questions.map(({ key, points, section }, index) => {
        const isRight = given.get(key)?.points === points;
        return { number: index + 1, href: at(questionPath(facts, number, key, trial)), about: sectionOf(at, facts, section)?.title ?? '', point: isRight ? 'done' : 'attention', words: isRight ? 'Right' : 'Not right' };
      }),
      tries: finished.length > 1 ? tries.flatMap((one, index) => (one.result && one.finishedAt ? [{
        number: index + 1, isHere: index + 1 === number, href: at(`${checkPath(facts)}/tries/${index + 1}`), result: resultWords(one.result), when: moment(one.finishedAt, facts),
      }] : [])) : [],
      again: open && trial === null
        ? { label: `Carry on with try ${again}, question ${placeOf(check, openKey)}`, href: at(questionPath(facts, again, openKey, null)), isMain: true }
        : { label: 'Try again', href: at(questionPath(facts, trial === null ? again : 1, check.questions[0]?.key ?? '', null)), isMain: result.points < result.maximum },
    },
  } satisfies Page;
}

export type ReviewInput = {
  at: At;
  facts: CheckFacts;
  /** `name` is null where the LMS withholds it. */
  learner: { name: string | null };
  tries: readonly ShownTry[];
  score: SentScore | null;
};

/** `GET /weeks/N/check/of/PERSON`, for staff: a learner's best try, question by question, and what the LMS was told. */
export function reviewPage({ at, facts, learner, tries, score }: ReviewInput) {
  const { check, week } = facts;
  const finished = tries.filter((one) => one.result !== null);
  const best = bestResult(finished.flatMap((one) => one.result ?? []));
  const shown = finished.find((one) => one.result === best);
  const name = learner.name ?? 'A learner whose name your LMS withholds';
  return {
    template: 'knowledge-checks/review',
    data: {
      ...shared(at, facts),
      asReader: null,
      title: `${name}: knowledge check of week ${week.number}`,
      heading: name,
      line: best && shown?.finishedAt
        ? `${resultWords(best)}, ${finished.length === 1 ? 'in one try' : `the best of ${inWords(finished.length)} tries`}. Finished on ${moment(shown.finishedAt, facts)}.`
        : 'No try is finished yet. When one is, you see it here, question by question.',
      course: courseLine(score, best !== null, facts),
      tries: tries.map((one, index) => ({
        number: index + 1,
        result: one.result ? resultWords(one.result) : `${countGiven(check, one.given)} of ${plural(check.questions.length, 'question')} answered`,
        when: one.finishedAt ? moment(one.finishedAt, facts) : `begun on ${moment(one.begunAt, facts)}`,
        isBest: one === shown,
      })),
      questions: shown ? check.questions.map((question, index) => {
        const given = shown.given.get(question.key);
        return {
          number: index + 1,
          promptHtml: question.promptHtml,
          isRight: given?.points === question.points,
          words: given === undefined ? 'Not asked then' : given.points === question.points ? 'Right' : 'Not right',
          explained: given === undefined ? null : briefly(explain(question, given.answer, 'Their answer')),
        };
      }) : [],
    },
  } satisfies Page;
}

function shared(at: At, { week, programme, reader }: CheckFacts) {
  return {
    kicker: `Week ${week.number} of ${programme.weeks.length}, ${week.title}: knowledge check`,
    back: { href: at(`/weeks/${week.number}`), label: `Back to week ${week.number}` },
    asReader: { staff: 'You see this as learners do. Nothing that you answer is recorded.', mentor: 'You read along. Nothing that you answer is recorded.', learner: null, 'test-learner': null }[reader],
  };
}

const checkPath = ({ week }: CheckFacts): string => `/weeks/${week.number}/check`;

function questionPath(facts: CheckFacts, number: number, key: string, trial: string | null): string {
  return `${checkPath(facts)}/tries/${number}/questions/${key}${trial === null ? '' : `?trial=${trial}`}`;
}

const placeOf = (check: KnowledgeCheck, key: string): number => check.questions.findIndex((question) => question.key === key) + 1;
const countGiven = (check: KnowledgeCheck, given: GivenAnswers): number => check.questions.filter(({ key }) => given.has(key)).length;

/** For staff, who know why: what was answered and what is right, without the other answers and the reasons. */
function briefly({ answers, ...explained }: Explained): Explained {
  return { ...explained, answers: answers.filter(({ tags }) => tags.length > 0), explanationHtml: null };
}

function nextAfter(at: At, facts: CheckFacts, given: GivenAnswers, number: number, key: string, trial: string | null) {
  const next = openQuestionAfter(facts.check.questions, given, key);
  if (next === null) return { href: at(`${checkPath(facts)}/tries/${number}${trial === null ? '' : `?trial=${trial}`}`), label: 'See your result' };
  const isInTurn = placeOf(facts.check, next) === placeOf(facts.check, key) + 1;
  return { href: at(questionPath(facts, number, next, trial)), label: isInTurn ? 'Next question' : `On to question ${placeOf(facts.check, next)}` };
}

function sectionOf(at: At, { week }: CheckFacts, key: string) {
  const section = week.material?.sections.find((candidate) => candidate.key === key);
  return section ? { href: `${at(`/weeks/${week.number}`)}#${section.key}`, title: section.title } : null;
}

/** The sections behind what was not right, in the order of the week, each once. */
function readAgain(at: At, facts: CheckFacts, given: GivenAnswers) {
  const missed = facts.check.questions.filter(({ key, points }) => given.get(key)?.points !== points);
  return (facts.week.material?.sections ?? []).flatMap(({ key, minutes }) => {
    const numbers = missed.filter((question) => question.section === key).map((question) => String(placeOf(facts.check, question.key)));
    const section = sectionOf(at, facts, key);
    return numbers.length > 0 && section ? [{ ...section, detail: `About ${minutes} minutes, for ${numbers.length === 1 ? 'question' : 'questions'} ${list(numbers)}` }] : [];
  });
}

function standingWords(finished: readonly Result[], result: Result, number: number): string {
  const best = bestResult(finished) ?? result;
  const isFull = result.points === result.maximum;
  if (finished.length === 1) return isFull ? 'All of it, at the first try.' : 'That is your first try. Your best result counts, and you can try as often as you like.';
  if (isBetter(best, result)) return `Your best result counts: it is ${resultWords(best)}.`;
  const isFirstBest = finished.slice(0, number - 1).every((one) => isBetter(result, one));
  return `${isFull ? 'All of it. ' : ''}${isFirstBest ? 'This is your best result, and it counts.' : 'As good as your best result.'}`;
}

/** For staff: what the LMS was told, and how far that has got. */
function courseLine(score: SentScore | null, isFinished: boolean, facts: CheckFacts) {
  const grade = courseGrade(score);
  const sent = score?.sentAt ? `Sent on ${moment(score.sentAt, facts)}` : null;
  const what = score ? `${resultWords(score)}${score.comment ? `, with the comment “${score.comment}”` : ''}` : '';
  switch (grade.kind) {
    case 'none': return { point: 'open', words: isFinished ? 'Nothing was sent: this learner is in no course that takes grades from here.' : 'Nothing is sent before a try is finished.' };
    case 'on-its-way': return { point: 'part', words: `On its way to your LMS: ${what}.` };
    case 'refused': return { point: 'error', words: `Your LMS did not take it: ${what}.` };
    case 'shown': return { point: 'done', words: `${sent ?? 'Sent'}: ${what}.` };
    case 'gone': return { point: 'attention', words: `${sent ?? 'Sent'}: ${what}. Your LMS shows no score there any more.` };
    case 'changed': return { point: 'attention', words: `${sent ?? 'Sent'}: ${what}. Your LMS now shows ${resultWords(grade)}, so somebody has changed it there.` };
  }
}

/** "Monday 11 May 2026, 09:05 BST". */
function moment(instant: Temporal.Instant, { cohort, english = 'en-GB' }: CheckFacts): string {
  const local = instant.toZonedDateTimeISO(cohort.timeZone);
  return `${fullDate(local, english)}, ${timeAndZone(local, english)}`;
}
