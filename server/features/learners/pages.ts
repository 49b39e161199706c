// One learner as the staff of their cohort see them: where they stand, and what happened, newest first.
import { completionHeading, completionWords } from '../../completion-words.ts';
import type { TitledRubric } from '../../completion-words.ts';
import type { Attention } from '../../domain/attention.ts';
import type { Completion, PlanStanding } from '../../domain/completion.ts';
import { fullDate, timeAndZone } from '../../format.ts';
import type { English } from '../../format.ts';
import { attentionWords, levelWords, planWords, weekCell, withheldName } from '../../learner-words.ts';
import type { Page } from '../../plugins/views.ts';
import { eventLine } from './events.ts';
import type { EventLine, EventPlace, LearnerEvent } from './events.ts';
import { linksOf } from './links.ts';

/** As many events as a page shows. */
export const eventsPerPage = 40;

export type LearnerInput = {
  at: (path: string) => string;
  english?: English;
  now: Temporal.Instant;
  cohort: { name: string; timeZone: string };
  reader: EventPlace['reader'];
  /** Whether the reader decides about pace, which assistants do not. */
  decides: boolean;
  /** Whether learners share entries of their journal with the reader. */
  readsJournals: boolean;
  learner: { personId: string; name: string | null; email: string | null; isHere: boolean; sectionsDone: ReadonlyMap<number, number>; plan: PlanStanding };
  attention: Attention;
  weeks: readonly { number: number; sectionsTotal: number }[];
  /** Weeks whose check the learner has finished at least once, in order. */
  checkedWeeks: readonly number[];
  /** Null where the cohort's material says nothing of completing. */
  completion: Completion | null;
  /** What the plan is graded by; absent where the cohort's material has none. */
  rubric?: TitledRubric | undefined;
  /** One more than a page shows where there are older ones. */
  events: readonly LearnerEvent[];
  page: number;
  workshops: EventPlace['workshops'];
  assignments: EventPlace['assignments'];
  /** Whether they have told of any assignment. */
  hasTold: boolean;
};

/** `GET /learners/PERSON`; `?page=N` for older events. */
export function learnerPage({ at, english = 'en-GB', now, cohort, reader, decides, readsJournals, learner, attention, weeks, checkedWeeks, completion, rubric, events, page, workshops, assignments, hasTold }: LearnerInput) {
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
      weeks: weeks.map((week) => weekCell(week, learner.sectionsDone.get(week.number) ?? 0, attention)),
      completion: completion ? { heading: completionHeading(completion), parts: completionWords(completion, { at, reader: 'staff', rubric }) } : null,
      links: linksOf({ at, personId: learner.personId, isHere: learner.isHere, decides, readsJournals, checkedWeeks, hasTold, plan: learner.plan.state }),
      days: byDay(events.slice(0, eventsPerPage), (event) => eventLine(event, { at, personId: learner.personId, isHere: learner.isHere, reader, workshops, assignments })),
      nothing: page === 1 ? 'Nothing has happened yet. What this learner does and is told stands here day by day: sections and checks, workshops, the coaching plan, posts, mails.' : 'There is nothing older.',
      pager: page === 1 && events.length <= eventsPerPage ? null : {
        newer: page > 1 ? address(page - 1) : null,
        older: events.length > eventsPerPage ? address(page + 1) : null,
      },
      cohortHref: at('/cohort'),
      plan: completion === null ? planWords[learner.plan.state] : null,
    },
  } satisfies Page;

  /** Events by their day in the cohort's zone, which is told once. */
  function byDay(all: readonly LearnerEvent[], lineOf: (event: LearnerEvent) => EventLine) {
    const days: { day: string; events: (EventLine & { time: string | null })[] }[] = [];
    for (const event of all) {
      const moment = event.at.toZonedDateTimeISO(cohort.timeZone);
      const day = fullDate(moment, english);
      if (days.at(-1)?.day !== day) days.push({ day, events: [] });
      // When in the day somebody reads is theirs.
      const time = event.kind === 'visit' || event.kind === 'sections' ? null : timeAndZone(moment, english);
      days.at(-1)?.events.push({ ...lineOf(event), time });
    }
    return days;
  }
}
