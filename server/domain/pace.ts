// Holiday weeks of a cohort, and the pace of single learners: what may be asked for, and what becomes of it.
import { calendarWeek, weekStartsOn } from './calendar.ts';
import type { CalendarBreak, CohortCalendar } from './calendar.ts';
import { oneLine } from './typed-text.ts';

export type BreakRequest = { beforeWeek?: number; weeks?: number; reason?: string };
export type BreakDecision =
  | { good: true; break: CalendarBreak; reason: string }
  | { good: false; errors: Partial<Record<keyof BreakRequest, string>> };

/** A break is counted in weeks, so that weeks go on opening on their day. */
export const longestBreak = 6;
const longestReason = 300;

/**
 * Whether a break may be put before a week: one that has not opened yet, so that nothing that is past is moved.
 * @param total the weeks of the programme
 */
export function decideBreak({ beforeWeek, weeks, reason }: BreakRequest, calendar: CohortCalendar, total: number, now: Temporal.Instant): BreakDecision {
  const errors: Partial<Record<keyof BreakRequest, string>> = {};
  const why = oneLine(reason);
  const first = Math.max(1, calendarWeek(calendar, now) + 1);
  if (beforeWeek === undefined || !Number.isInteger(beforeWeek) || beforeWeek < first || beforeWeek > total) {
    errors.beforeWeek = first > total ? 'Every week has opened already, so nothing is left to move.' : `Choose a week from ${first} to ${total}: weeks that have opened stay where they are.`;
  }
  if (weeks === undefined || !Number.isInteger(weeks) || weeks < 1 || weeks > longestBreak) errors.weeks = `Choose how long it lasts, 1 to ${longestBreak} weeks.`;
  if (why.length > longestReason) errors.reason = `Shorten the reason to ${longestReason} letters or fewer.`;
  if (beforeWeek === undefined || weeks === undefined || Object.keys(errors).length > 0) return { good: false, errors };
  return { good: true, break: { beforeWeek, days: 7 * weeks }, reason: why };
}

/** Whether a break may be taken back: the week after it would not begin in the past. */
export function mayTakeBack(calendar: CohortCalendar, index: number, now: Temporal.Instant): boolean {
  const breaks = calendar.breaks ?? [];
  const one = breaks[index];
  if (!one) return false;
  const without = { ...calendar, breaks: breaks.toSpliced(index, 1) };
  const today = now.toZonedDateTimeISO(calendar.timeZone).toPlainDate();
  return Temporal.PlainDate.compare(weekStartsOn(without, one.beforeWeek), today) > 0;
}

/** Days that a learner may have after the end of a week before they count as behind. */
export const extensions = [0, 3, 7, 14, 21, 28] as const;
