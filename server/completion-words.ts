// What a learner and their faculty read about completing the programme: each part in words and numbers, what is missing, and what to do.
import type { AttendanceStanding } from './domain/attendance.ts';
import type { AssignmentStanding, CheckStanding, Completion, CompletionPart, PartOutcome } from './domain/completion.ts';
import { resultWords } from './domain/knowledge-check.ts';
import type { Result } from './domain/knowledge-check.ts';
import { passingPoints, rubricMaximum } from './domain/rubric.ts';
import type { GradingCriterion, GradingLevel, GradingRubric } from './domain/rubric.ts';
import { inWords, list, plural, sentence } from './format.ts';
import { planWords, weekRanges } from './learner-words.ts';

export type PartWords = {
  /** An anchor on the page. */
  key: string;
  heading: string;
  point: string;
  /** Met, can still be met, not met. */
  state: string;
  /** What the programme asks. */
  rule: string;
  /** How far the learner is, a line a count. */
  counts: string[];
  /** Null when nothing is. */
  missing: string | null;
  /** What the learner can do about it today; only for the learner. */
  toDo: { href: string; label: string; detail: string | null }[];
  /** How much more there is to do than is listed; null when that is all. */
  more: string | null;
};

/** What the words about the plan need of a rubric; that of content/programme.ts has it. */
export type TitledRubric = Pick<GradingRubric, 'bands'> & { criteria: readonly (Omit<GradingCriterion, 'levels'> & { title: string; levels: readonly (GradingLevel & { title: string })[] })[] };

const outcomeWords: Record<PartOutcome, { point: string; state: string }> = {
  'met': { point: 'done', state: 'Met' },
  'open': { point: 'part', state: 'Can still be met' },
  'not-met': { point: 'attention', state: 'Not met' },
};

/** As many weeks as a page lists one by one. */
const weeksListed = 4;

/**
 * Every part as a page shows it.
 * @param at prefixes the links of what to do
 * @param reader staff are told nothing to do: each step is the learner's
 * @param hasPlanForm whether the cohort's material has a plan to fill in, and so a page that it can be done on
 * @param rubric what the plan is graded by; absent where the material has none
 */
export function completionWords({ parts }: Completion, { at, reader, hasPlanForm = false, rubric }: { at: (path: string) => string; reader: 'learner' | 'staff'; hasPlanForm?: boolean; rubric?: TitledRubric | undefined }): PartWords[] {
  return parts.map((part) => {
    const words = wordsOf(part);
    return { key: part.kind, ...outcomeWords[part.outcome], more: null, ...words, ...(reader === 'learner' ? {} : { toDo: [], more: null }) };
  });

  function wordsOf(part: CompletionPart): Omit<PartWords, 'key' | 'point' | 'state' | 'more'> & { more?: string | null } {
    switch (part.kind) {
      case 'attendance': return {
        heading: 'Workshops', rule: attendanceRule(part.standing), counts: attendanceCounts(part.standing), missing: attendanceMissing(part.standing, reader),
        toDo: part.outcome === 'met' ? [] : [
          ...(part.standing.inPerson.toCome + part.standing.virtual.toCome > 0 ? [{ href: at('/workshops'), label: 'Workshops to come', detail: 'When they are, and how to join.' }] : []),
          { href: at('/attendance'), label: 'Your attendance, day by day', detail: part.standing.inPerson.unmarked + part.standing.virtual.unmarked > 0 ? 'A day that you attended and that has no mark: tell your faculty.' : null },
        ],
      };
      case 'sections': return {
        heading: 'Sections', rule: `${part.percent === 100 ? 'All' : `At least ${part.percent} % of the`} sections of all weeks: ${part.needed} of ${part.total}.`, counts: [`${part.done} of ${part.total} sections done`],
        missing: part.outcome === 'met' ? null : `${sentence(plural(part.needed - part.done, 'section'))}${part.open.length === 0 ? '; they come with the weeks that open next' : ''}.`,
        toDo: part.outcome === 'met' ? [] : part.open.slice(0, weeksListed).map(({ week, undone }) => ({ href: at(`/weeks/${week}`), label: `Week ${week}`, detail: `${sentence(plural(undone, 'section'))} to do` })),
        more: part.outcome === 'met' ? null : moreWords(part.open.length, 'week'),
      };
      case 'checks': return {
        heading: 'Knowledge checks', rule: checksRule(part.checks), counts: [`${part.passed} of ${part.checks.length} reached`, ...part.checks.flatMap(({ week, best }) => (best ? [`Week ${week}: ${resultWords(best)}, ${percentOf(best)} %`] : []))],
        missing: part.outcome === 'met' ? null : checksMissing(part.checks),
        toDo: part.checks.flatMap(({ week, percent, state }) => (state === 'undone' || state === 'low' ? [{ href: at(`/weeks/${week}/check`), label: `Check of week ${week}`, detail: state === 'low' ? `Try again; ${percent} % is enough` : 'Not done yet' }] : [])),
      };
      case 'assignments': {
        const undone = part.outcome === 'met' ? [] : part.assignments.filter(({ state }) => state === 'undone');
        return {
          heading: 'Assignments', rule: assignmentsRule(part, reader), counts: [`${part.done} of ${part.assignments.length} assignments done`],
          missing: part.outcome === 'met' ? null : assignmentsMissing(part),
          toDo: undone.slice(0, weeksListed).map(({ week, key, title }) => ({ href: at(`/assignments/${key}`), label: title, detail: `Week ${week}: not done yet` })),
          more: moreWords(undone.length, 'assignment'),
        };
      }
      case 'plan': return {
        heading: 'Coaching plan', rule: planRule(part, rubric),
        counts: [`${planWords[part.plan.state].word}${part.plan.points ? `${part.outcome === 'open' ? '; the last grade was' : ','} ${resultWords(part.plan.points)} points` : ''}`],
        ...planNext(part.plan.state),
      };
    }
  }

  function planNext(state: (CompletionPart & { kind: 'plan' })['plan']['state']): Pick<PartWords, 'missing' | 'toDo'> {
    const link = (label: string, detail: string | null = null) => (hasPlanForm ? [{ href: at('/plan'), label, detail }] : []);
    switch (state) {
      case 'none': return { missing: 'The plan is not begun.', toDo: link('Begin the coaching plan') };
      case 'begun': return { missing: 'The plan is not handed in.', toDo: link('Go on with the coaching plan') };
      case 'submitted': return { missing: 'The grade. Faculty have the plan, and nothing needs to be done until they answer.', toDo: link('The plan as it was handed in') };
      case 'returned': return { missing: 'A revised version. Faculty have returned the plan with their words.', toDo: link('Revise the coaching plan', 'What faculty wrote stands beside it') };
      case 'not-passed': return { missing: 'A grade that passes. The plan can be handed in again when faculty return it: they say what would help.', toDo: link('What faculty wrote') };
      case 'passed': return { missing: null, toDo: [] };
    }
  }
}

/** "Two of four parts are met": the whole in one line. */
export function completionHeading({ outcome, parts }: Completion): string {
  const met = parts.filter((part) => part.outcome === 'met').length;
  if (outcome === 'met') return 'All that completing asks is met';
  return `${met === 0 ? 'None' : sentence(inWords(met))} of ${plural(parts.length, 'part')} ${met === 1 ? 'is' : 'are'} met${met === 0 ? ' yet' : ''}`;
}

function attendanceRule({ inPerson, virtual }: AttendanceStanding): string {
  const excused = inPerson.mayExcuse === 0 ? '' : `, of which ${inWords(inPerson.mayExcuse)} may be missed with an excuse`;
  const parts = [
    ...(inPerson.days > 0 ? [`all ${plural(inPerson.days, 'day')} in person${excused}`] : []),
    ...(virtual.days > 0 ? [virtual.needed === virtual.days ? `all ${plural(virtual.days, 'virtual workshop')}` : `at least ${inWords(virtual.needed)} of ${plural(virtual.days, 'virtual workshop')}`] : []),
  ];
  return `${sentence(parts.join('; '))}. Coming late or leaving early counts as attended.`;
}

function attendanceCounts({ inPerson, virtual }: AttendanceStanding): string[] {
  const line = (counts: AttendanceStanding['inPerson' | 'virtual'], unit: string) => {
    const rest = [[counts.excused, 'excused'], [counts.absent, 'missed'], [counts.unmarked, 'not marked yet'], [counts.toCome, 'to come']] as const;
    return [`${counts.attended} of ${counts.days} ${unit} attended`, ...rest.flatMap(([count, words]) => (count === 0 ? [] : [`${inWords(count)} ${words}`]))].join(', ');
  };
  return [...(inPerson.days > 0 ? [line(inPerson, 'days in person')] : []), ...(virtual.days > 0 ? [line(virtual, 'virtual workshops')] : [])];
}

function attendanceMissing({ outcome, inPerson, virtual }: AttendanceStanding, reader: 'learner' | 'staff'): string | null {
  if (outcome === 'met') return null;
  if (outcome === 'not-met') return `More was missed than the programme lets pass.${reader === 'learner' ? ' Talk about it with your faculty, and tell them of a day that is marked wrongly.' : ''}`;
  const days = inPerson.toCome + inPerson.unmarked;
  const missing = [...(days > 0 ? [`${plural(days, 'day')} in person`] : []), ...(virtual.attended < virtual.needed ? [plural(virtual.needed - virtual.attended, 'virtual workshop')] : [])];
  return `${sentence(list(missing))}.`;
}

function checksRule(checks: readonly CheckStanding[]): string {
  const percents = new Set(checks.map(({ percent }) => percent));
  const [least] = percents;
  const which = `${checks.length === 1 ? 'The check' : 'The checks'} of ${weekRanges(checks.map(({ week }) => week))}`;
  const much = percents.size === 1 ? `at least ${least} % in ${checks.length === 1 ? 'the' : 'each'} best try` : `in the best try at least ${list(checks.map(({ week, percent }) => `${percent} % in week ${week}`))}`;
  return `${which}, ${much}. Tries are unlimited.`;
}

function checksMissing(checks: readonly CheckStanding[]): string {
  const of = (...states: CheckStanding['state'][]) => checks.filter(({ state }) => states.includes(state)).map(({ week }) => week);
  const parts = [[of('undone'), 'not done'], [of('low'), 'not high enough yet'], [of('ahead'), 'still to open']] as const;
  return `${weeksSaid(parts)}.`;
}

/** "Week 3: not done. Weeks 5 to 8: still to open", without what holds for none. */
function weeksSaid(parts: readonly (readonly [weeks: readonly number[], words: string])[]): string {
  return parts.flatMap(([weeks, words]) => (weeks.length === 0 ? [] : [`${sentence(weekRanges(weeks))}: ${words}`])).join('. ');
}

function assignmentsRule({ needed, assignments }: CompletionPart & { kind: 'assignments' }, reader: 'learner' | 'staff'): string {
  const total = assignments.length;
  const of = weekRanges(assignments.map(({ week }) => week));
  const which = needed < total ? `At least ${inWords(needed)} of the ${plural(total, 'assignment')} of ${of}` : total === 1 ? `The assignment of ${of}` : `All ${plural(total, 'assignment')} of ${of}`;
  return `${which}. One is done when ${reader === 'learner' ? 'you have done it with your team and said' : 'the learner has said'} in a few lines what happened.`;
}

function assignmentsMissing({ done, needed, assignments }: CompletionPart & { kind: 'assignments' }): string {
  const of = (wanted: AssignmentStanding['state']) => assignments.filter(({ state }) => state === wanted).map(({ week }) => week);
  const parts = [[of('undone'), 'not done'], [of('ahead'), 'still to open']] as const;
  const all = weeksSaid(parts);
  return needed < assignments.length ? `${sentence(plural(needed - done, 'assignment'))} more. ${all}.` : `${all}.`;
}

/** "And one more week"; null where all are listed. */
function moreWords(count: number, one: string): string | null {
  return count > weeksListed ? `And ${plural(count - weeksListed, `more ${one}`)}.` : null;
}

function planRule({ beginsInWeek, dueInWeek }: CompletionPart & { kind: 'plan' }, rubric: TitledRubric | undefined): string {
  const points = rubric ? passingPoints(rubric) : null;
  const passed = rubric && points !== null ? `with at least ${points} of ${rubricMaximum(rubric)} points${criticalRule(rubric)}` : 'and passed';
  return `Handed in and graded by faculty, ${passed}. ${beginsInWeek < dueInWeek ? `It should be begun by week ${beginsInWeek}; its` : 'Its'} final version is due in week ${dueInWeek}.`;
}

/** ", and no “Not yet” in two criteria (Tests; Data)": a critical one at its lowest level fails the plan whatever its points. */
function criticalRule({ criteria }: TitledRubric): string {
  const byLevel = new Map<string, string[]>();
  for (const { critical, title, levels } of criteria) {
    const lowest = levels.at(-1)?.title;
    if (critical && lowest !== undefined) byLevel.set(lowest, [...(byLevel.get(lowest) ?? []), title]);
  }
  return [...byLevel].map(([level, titles]) => `, and no “${level}” in ${plural(titles.length, 'criterion', 'criteria')} (${titles.join('; ')})`).join('');
}

/** Rounded down, so that nothing looks reached that is not. */
function percentOf({ points, maximum }: Result): number {
  return Math.floor((points * 100) / maximum);
}
