// What faculty read about a learner: the level, why, and how far each week is. For the cohort's page, a learner's page and the CSV.
import type { Attention, AttentionLevel, AttentionReason } from './domain/attention.ts';
import type { PlanState } from './domain/completion.ts';
import { fromToday, list, longDate, plural, sentence } from './format.ts';
import type { English } from './format.ts';

export const withheldName = 'Name withheld by your learning platform';

export const levelWords: Record<AttentionLevel, { point: string; level: string }> = {
  today: { point: 'error', level: 'Act today' },
  week: { point: 'attention', level: 'Ask this week' },
  watch: { point: 'part', level: 'Watch' },
  course: { point: 'done', level: 'On course' },
};

/** How far a coaching plan is, with its shape; `passed` and `not-passed` are what faculty have released. */
export const planWords: Record<PlanState, { point: string; word: string }> = {
  'none': { point: 'open', word: 'Not begun' },
  'begun': { point: 'part', word: 'Begun' },
  'submitted': { point: 'part', word: 'Handed in' },
  'returned': { point: 'attention', word: 'Returned for revision' },
  'passed': { point: 'done', word: 'Passed' },
  'not-passed': { point: 'attention', word: 'Not passed' },
};

/** When they were last here, how much is done, and every sign that they may need help, as sentences. */
export function attentionWords({ seenOn, sectionsDone, sectionsTotal, reasons, paused }: Attention, today: Temporal.PlainDate, english: English): string {
  const seen = seenOn ? `Last here ${seenWords(seenOn, today, english)}.` : 'Has not opened Coachline yet.';
  const work = sectionsTotal === 0 ? '' : `${sectionsDone} of ${sectionsTotal} sections done.`;
  const signs = reasons.map((reason) => reasonWords(reason, today, english)).filter((words) => words !== '');
  return [...(paused ? signs : []), seen, work, ...(paused ? [] : signs)].filter((words) => words !== '').join(' ');
}

/** One sign as a sentence; '' for what the sentence about the last visit says already. */
function reasonWords(reason: AttentionReason, today: Temporal.PlainDate, english: English): string {
  switch (reason.kind) {
    case 'paused': return `Pauses since ${longDate(reason.since, english)}, ${fromToday(reason.since, today)}.`;
    case 'never-here': case 'away': return '';
    case 'weeks-behind': return `${sentence(plural(reason.weeks.length, 'week'))} behind: ${weekList(reason.weeks)}.`;
    case 'checks-undone': return `${reason.weeks.length === 1 ? 'Check' : 'Checks'} of ${weekList(reason.weeks)} not done.`;
    case 'checks-low': return `${reason.weeks.length === 1 ? 'Check' : 'Checks'} of ${weekList(reason.weeks)} below what completing asks.`;
    case 'assignments-undone': return `${reason.weeks.length === 1 ? 'Assignment' : 'Assignments'} of ${weekList(reason.weeks)} not done.`;
    case 'absent': return `Absent without excuse on ${plural(reason.days, 'workshop day')}.`;
    case 'plan-not-begun': return `Coaching plan not begun; its week is week ${reason.week}.`;
  }
}

/** "week 3", "weeks 1, 2 and 4". */
export function weekList(weeks: readonly number[]): string {
  return weeksOf(weeks, weeks.map(String));
}

/** As `weekList`, but from three in a row "weeks 2 to 5 and 7": where there may be many. */
export function weekRanges(weeks: readonly number[]): string {
  const rows: number[][] = [];
  for (const week of weeks) {
    const row = rows.at(-1);
    if (row && week === (row.at(-1) ?? NaN) + 1) row.push(week);
    else rows.push([week]);
  }
  return weeksOf(weeks, rows.flatMap((row) => (row.length > 2 ? [`${row[0]} to ${row.at(-1)}`] : row.map(String))));
}

const weeksOf = ({ length }: readonly number[], told: readonly string[]): string => `${length === 1 ? 'week' : 'weeks'} ${list(told)}`;

function seenWords(seenOn: Temporal.PlainDate, today: Temporal.PlainDate, english: English): string {
  const relative = fromToday(seenOn, today);
  return relative === 'today' || relative === 'yesterday' ? relative : `on ${longDate(seenOn, english)}, ${relative}`;
}

/** One week of one learner as a point: what kind of cell, which shape, and the same in words. It is behind only where the reason beside it says so. */
export function weekCell(week: { number: number; sectionsTotal: number }, done: number, { thisWeek, weeksBehind }: Pick<Attention, 'thisWeek' | 'weeksBehind'>) {
  const words = (text: string) => `Week ${week.number}: ${text}`;
  if (week.sectionsTotal > 0 && done >= week.sectionsTotal) return { number: week.number, kind: 'done', point: 'done', words: words('done') };
  if (week.number > thisWeek && done === 0) return { number: week.number, kind: 'ahead', point: null, words: words('opens later') };
  const counted = `${done} of ${week.sectionsTotal} sections done`;
  if (weeksBehind.includes(week.number)) return { number: week.number, kind: 'late', point: 'attention', words: words(`behind, ${counted}`) };
  if (done > 0) return { number: week.number, kind: 'part', point: 'part', words: words(counted) };
  return { number: week.number, kind: 'open', point: 'open', words: words('not begun') };
}

