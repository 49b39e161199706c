// One learner as the staff of their cohort see them: where they stand, and what happened, newest first.
import { completionHeading, completionWords } from '../../completion-words.ts';
import type { AttendanceMark } from '../../domain/attendance.ts';
import type { Attention } from '../../domain/attention.ts';
import type { Completion, PlanStanding } from '../../domain/completion.ts';
import { resultWords } from '../../domain/knowledge-check.ts';
import { fullDate, plural, sentence, timeAndZone } from '../../format.ts';
import type { English } from '../../format.ts';
import { attentionWords, levelWords, planWords, weekCell, withheldName } from '../../learner-words.ts';
import type { Page } from '../../plugins/views.ts';
import type { LearnerEvent } from './events.ts';
import { linksOf } from './links.ts';

/** As many events as a page shows. */
export const eventsPerPage = 40;

export type LearnerInput = {
  at: (path: string) => string;
  english?: English;
  now: Temporal.Instant;
  cohort: { name: string; timeZone: string };
  /** Whether the reader decides about pace, which assistants do not. */
  decides: boolean;
  learner: { personId: string; name: string | null; email: string | null; isHere: boolean; sectionsDone: ReadonlyMap<number, number>; plan: PlanStanding };
  attention: Attention;
  weeks: readonly { number: number; sectionsTotal: number }[];
  /** Weeks whose check the learner has finished at least once, in order. */
  checkedWeeks: readonly number[];
  /** Null where the cohort's material says nothing of completing. */
  completion: Completion | null;
  /** One more than a page shows where there are older ones. */
  events: readonly LearnerEvent[];
  page: number;
  /** The workshops of the programme, by key. */
  workshops: ReadonlyMap<string, { title: string; days: number }>;
};

/** `GET /learners/PERSON`; `?page=N` for older events. */
export function learnerPage({ at, english = 'en-GB', now, cohort, decides, learner, attention, weeks, checkedWeeks, completion, events, page, workshops }: LearnerInput) {
  const today = now.toZonedDateTimeISO(cohort.timeZone).toPlainDate();
  const name = learner.name ?? withheldName;
  const path = `/learners/${learner.personId}`;
  const address = (number: number) => at(number === 1 ? path : `${path}?page=${number}`);
  return {
    template: 'learners/learner',
    data: {
      title: name,
      kicker: `${cohort.name}: one learner`,
      name,
      hasLeft: !learner.isHere,
      email: learner.email,
      level: levelWords[attention.level],
      reason: attentionWords(attention, today, english),
      weeks: weeks.map((week) => weekCell(week, learner.sectionsDone.get(week.number) ?? 0, attention.thisWeek)),
      completion: completion ? { heading: completionHeading(completion), parts: completionWords(completion, { at, reader: 'staff' }) } : null,
      links: linksOf({ at, personId: learner.personId, isHere: learner.isHere, decides, checkedWeeks, plan: learner.plan.state }),
      days: byDay(events.slice(0, eventsPerPage), (event) => eventWords(event, workshops)),
      nothing: page === 1 ? 'Nothing has happened yet.' : 'There is nothing older.',
      pager: page === 1 && events.length <= eventsPerPage ? null : {
        newer: page > 1 ? address(page - 1) : null,
        older: events.length > eventsPerPage ? address(page + 1) : null,
      },
      cohortHref: at('/cohort'),
      plan: completion === null ? planWords[learner.plan.state] : null,
    },
  } satisfies Page;

  /** Events by their day in the cohort's zone, which is told once. */
  function byDay(all: readonly LearnerEvent[], wordsOf: (event: LearnerEvent) => { point: string; words: string }) {
    const days: { day: string; events: { point: string; words: string; time: string | null }[] }[] = [];
    for (const event of all) {
      const moment = event.at.toZonedDateTimeISO(cohort.timeZone);
      const day = fullDate(moment, english);
      if (days.at(-1)?.day !== day) days.push({ day, events: [] });
      // When in the day somebody reads is theirs.
      const time = event.kind === 'visit' || event.kind === 'sections' ? null : timeAndZone(moment, english);
      days.at(-1)?.events.push({ ...wordsOf(event), time });
    }
    return days;
  }
}

const markWords: Record<AttendanceMark, { point: string; words: string }> = {
  'present': { point: 'done', words: 'present' },
  'late': { point: 'done', words: 'late' },
  'left-early': { point: 'done', words: 'left early' },
  'excused': { point: 'part', words: 'excused' },
  'absent': { point: 'attention', words: 'absent' },
};

function eventWords(event: LearnerEvent, workshops: LearnerInput['workshops']): { point: string; words: string } {
  switch (event.kind) {
    case 'visit': return { point: 'open', words: 'Was here' };
    case 'sections': return { point: 'done', words: `${sentence(plural(event.count, 'section'))} of week ${event.week} finished` };
    case 'check': return { point: 'done', words: `Check of week ${event.week} finished: ${resultWords(event)}` };
    case 'roll': {
      const workshop = workshops.get(event.key);
      const day = workshop && workshop.days > 1 ? `, day ${event.day} of ${workshop.days}` : '';
      const { point, words } = markWords[event.mark];
      return { point, words: `${workshop?.title ?? 'A workshop'}${day}: ${words}` };
    }
    case 'submission': return { point: 'done', words: `Coaching plan handed in, version ${event.number}` };
    case 'withdrawal': return { point: 'open', words: `Coaching plan taken back, version ${event.number}` };
    case 'decision': {
      if (event.decision === 'returned') return { point: 'attention', words: `Coaching plan returned for revision, version ${event.number}` };
      const points = event.points === null ? '' : `: ${resultWords({ points: event.points, maximum: event.maximum })} points`;
      return { point: event.passed ? 'done' : 'attention', words: `Coaching plan graded, version ${event.number}${points}, ${event.passed ? 'passed' : 'not passed'}` };
    }
    case 'pace': return { point: 'part', words: { 'pause': 'Pause begun', 'resume': 'Pause ended', 'more-time': event.extensionDays > 0 ? `More time given: ${plural(event.extensionDays, 'day')} after the end of each week` : 'No more time after the end of each week' }[event.change] };
  }
}
