// The roll of a day, its sign-in sheet, the rolls of a cohort, and what a learner's own days come to.
import type { Session } from '../../attendance-standing.ts';
import { courseGrade } from '../../domain/course-grade.ts';
import { attendanceMarks, dayPhase, dayStanding, rollOpensAt } from '../../domain/attendance.ts';
import type { AttendanceDay, AttendanceMark, AttendanceStanding, KeptMark, PlannedDay, RollLearner, RollState } from '../../domain/attendance.ts';
import { clockTime, courseGradeWords, dayAndMonth, fullDate, inWords, list, longDate, plural, sentence, timeAndZone, zoneName } from '../../format.ts';
import type { English } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';
import type { SentScore } from '../../score-standing.ts';

type At = (path: string) => string;
/** What every page of a day needs. */
export type DayInput = { at: At; english?: English; now: Temporal.Instant; cohortName: string; day: PlannedDay<Session> & { session: Session } };

/** Words, letter and figure of each mark; the letter is its key in the roll. */
const markWords: Record<AttendanceMark, { word: string; letter: string }> = {
  'present': { word: 'Present', letter: 'P' },
  'late': { word: 'Late', letter: 'L' },
  'left-early': { word: 'Left early', letter: 'E' },
  'excused': { word: 'Excused', letter: 'X' },
  'absent': { word: 'Absent', letter: 'A' },
};
const withheld = 'Name withheld by the LMS';

export type RollInput = DayInput & {
  roll: readonly RollLearner[];
  /** Under which marks that wait for the network are kept on this device. */
  keep: string;
  notice?: 'saved' | 'unchanged' | null;
  /** What the reader chose where somebody else has marked differently since; send with 409. */
  conflicts?: ReadonlyMap<string, AttendanceMark>;
};

/** `GET /attendance/KEY/DAY`: the roll as one form, which posts to `…/marks`. */
export function rollPage({ at, english = 'en-GB', now, cohortName, day, roll, keep, notice = null, conflicts = new Map() }: RollInput) {
  const learners = roll.map((learner) => {
    const chosen = conflicts.get(learner.personId);
    const name = learner.name ?? withheld;
    return {
      id: learner.personId,
      name,
      hasLeft: !learner.isHere,
      seen: learner.kept?.mark ?? '',
      marks: attendanceMarks.map((value) => ({ value, word: markWords[value].word, isChosen: (chosen ?? learner.kept?.mark) === value })),
      by: learner.kept ? markedBy(learner.kept, day.session, now, english) : null,
      conflict: chosen && learner.kept ? `${learner.kept.by ?? 'Somebody'} has marked ${markWords[learner.kept.mark].word.toLowerCase()} in the meantime. You chose ${markWords[chosen].word.toLowerCase()}: save again to replace it.` : null,
    };
  });
  const problems = learners.flatMap(({ id, name, conflict }) => (conflict ? [{ href: `#learner-${id}`, text: name }] : []));
  return {
    template: 'attendance/roll',
    data: {
      ...dayHead({ at, english, now, cohortName, day }),
      title: `Roll: ${titleOf(day)}`,
      action: at(`${pathOf(day)}/marks`),
      keep,
      zone: zoneName(day.session.startsAt.toZonedDateTimeISO(day.session.timeZone)),
      notice: notice === null ? null : { saved: 'Saved. Each learner has the mark that stands below.', unchanged: 'Nothing was changed: no mark was chosen that did not stand there already.' }[notice],
      conflicts: problems.length === 0 ? null : { heading: sentence(`${plural(problems.length, 'mark')} not saved yet: somebody else was quicker`), items: problems },
      learners,
      tally: tally(roll),
      keys: attendanceMarks.map((value, index) => ({ value, word: markWords[value].word, letter: markWords[value].letter, figure: String(index + 1) })),
      sheet: at(`${pathOf(day)}/sheet`),
    },
  } satisfies Page;
}

/** What the script of the roll is answered: every mark that stands, and whose post was not kept because it disagrees with one. */
export function rollAnswer({ day, roll, now, english = 'en-GB', conflicts }: { day: DayInput['day']; roll: readonly RollLearner[]; now: Temporal.Instant; english?: English; conflicts: readonly string[] }) {
  const learners = Object.fromEntries(roll.map(({ personId, kept }) => [personId, kept ? { mark: kept.mark, by: markedBy(kept, day.session, now, english) } : { mark: '', by: '' }]));
  return { learners, conflicts, tally: tally(roll), savedAt: clockTime(now.toZonedDateTimeISO(day.session.timeZone), english) };
}

/** "38 of 40 marked: 36 present, one late, one absent". Those who have left are not counted. */
function tally(roll: readonly RollLearner[]): string {
  const here = roll.filter(({ isHere }) => isHere);
  const marked = here.filter(({ kept }) => kept !== null);
  const counts = attendanceMarks.flatMap((value) => {
    const count = marked.filter(({ kept }) => kept?.mark === value).length;
    return count === 0 ? [] : [`${inWords(count)} ${markWords[value].word.toLowerCase()}`];
  });
  return `${marked.length} of ${here.length} marked${counts.length === 0 ? '' : `: ${counts.join(', ')}`}`;
}

/** "Eleanor, 14:05"; with the day when that is not today. */
function markedBy({ by, at }: KeptMark, { timeZone }: Session, now: Temporal.Instant, english: English): string {
  const moment = at.toZonedDateTimeISO(timeZone);
  const isToday = moment.toPlainDate().equals(now.toZonedDateTimeISO(timeZone).toPlainDate());
  return [by ?? 'Somebody', isToday ? '' : dayAndMonth(moment, english), clockTime(moment, english)].filter(Boolean).join(', ');
}

/** The roll of a day that has none: it was cancelled, or is not near enough yet. Send with 409. */
export function closedPage({ at, english = 'en-GB', now, cohortName, day }: DayInput) {
  const { session } = day;
  const opens = rollOpensAt(session).toZonedDateTimeISO(session.timeZone);
  const words = session.isCancelled
    ? { heading: 'This day was cancelled', text: 'No roll is taken for it, and it counts for nobody. If it takes place after all, put it back on the calendar first.', reason: session.cancelReason }
    : { heading: 'It is too early for this roll', text: `It opens an hour before the day begins: on ${longDate(opens, english)} at ${timeAndZone(opens, english)}.`, reason: null };
  return {
    template: 'attendance/closed',
    data: { ...dayHead({ at, english, now, cohortName, day }), title: words.heading, words, sheet: session.isCancelled ? null : at(`${pathOf(day)}/sheet`) },
  } satisfies Page;
}

/** `GET /attendance/KEY/DAY/sheet`: names with lines to sign on, for paper. */
export function sheetPage({ at, english = 'en-GB', now, cohortName, day, roll }: DayInput & { roll: readonly RollLearner[] }) {
  return {
    template: 'attendance/sheet',
    data: {
      ...dayHead({ at, english, now, cohortName, day }),
      title: `Sign-in sheet: ${titleOf(day)}`,
      learners: roll.filter(({ isHere }) => isHere).map(({ name }) => ({ name: name ?? withheld })),
      spare: [1, 2, 3, 4],
      roll: at(pathOf(day)),
    },
  } satisfies Page;
}

export type RollsInput = {
  at: At;
  english?: English;
  now: Temporal.Instant;
  cohortName: string;
  /** Those of the calendar, in any order. */
  days: readonly (PlannedDay<Session> & { session: Session })[];
  /** How many days of the programme are not on the calendar. */
  unplanned: number;
  learners: number;
  states: ReadonlyMap<string, RollState>;
};

/** `GET /attendance` for staff: the days of the cohort and how far their rolls are. */
export function rollsPage({ at, english = 'en-GB', now, cohortName, days, unplanned, learners, states }: RollsInput) {
  const byTime = days.toSorted((one, other) => Temporal.Instant.compare(one.session.startsAt, other.session.startsAt));
  const rows = byTime.map((day) => {
    const phase = dayPhase(day.session, now);
    const state = states.get(day.session.id);
    const isTaken = state !== undefined && state.marked >= learners;
    return {
      group: phase === 'ahead' ? 'ahead' as const : phase === 'cancelled' ? 'cancelled' as const : isTaken ? 'taken' as const : 'waiting' as const,
      title: titleOf(day), when: whenOf(day.session, english),
      href: phase === 'cancelled' ? null : phase === 'ahead' ? at(`${pathOf(day)}/sheet`) : at(pathOf(day)),
      ...stateOfRoll(day, phase, state, learners, english),
    };
  });
  const groups = ([['waiting', 'Waiting for their roll'], ['taken', 'Taken'], ['ahead', 'Still to come'], ['cancelled', 'Cancelled']] as const)
    .map(([group, heading]) => ({ group, heading, days: rows.filter((row) => row.group === group) })).filter((group) => group.days.length > 0);
  return {
    template: 'attendance/rolls',
    data: {
      title: 'Attendance', kicker: `${cohortName}, ${plural(learners, 'learner')}`, groups,
      unplanned: unplanned === 0 || days.length === 0 ? null : sentence(`${plural(unplanned, 'day')} of the programme ${unplanned === 1 ? 'is' : 'are'} not on the calendar yet.`),
      csv: at('/attendance.csv'),
    },
  } satisfies Page;
}

function stateOfRoll({ session }: { session: Session }, phase: ReturnType<typeof dayPhase>, state: RollState | undefined, learners: number, english: English): { point: string; words: string } {
  const by = state && state.takers.length > 0 ? `, by ${list(state.takers)}` : '';
  if (phase === 'cancelled') return { point: 'locked', words: 'Cancelled' };
  if (phase === 'ahead') {
    const opens = rollOpensAt(session).toZonedDateTimeISO(session.timeZone);
    return { point: 'open', words: `Opens on ${longDate(opens, english)} at ${timeAndZone(opens, english)}` };
  }
  if (!state || state.marked === 0) return { point: phase === 'open' ? 'current' : 'attention', words: 'Not taken yet' };
  return { point: state.marked >= learners ? 'done' : 'attention', words: `${state.marked} of ${learners} marked${by}` };
}

export type OwnInput = {
  at: At;
  english?: English;
  now: Temporal.Instant;
  cohort: { name: string; timeZone: string };
  days: readonly (PlannedDay<Session> & AttendanceDay)[];
  standing: AttendanceStanding;
  /** What the LMS was told; null where attendance has no column there, or nothing counts yet. */
  score: SentScore | null;
};

/** `GET /attendance` for a learner: each day, and what the programme makes of them. */
export function ownPage({ english = 'en-GB', cohort, days, standing, score }: OwnInput) {
  const { inPerson, virtual } = standing;
  return {
    template: 'attendance/own',
    data: {
      title: 'Your attendance',
      kicker: cohort.name,
      outcome: outcomeWords(standing),
      counts: [
        ...(inPerson.days === 0 ? [] : [{ heading: 'In person', line: countLine(inPerson, 'day'), rule: inPersonRule(standing) }]),
        ...(virtual.days === 0 ? [] : [{ heading: 'Virtual', line: countLine(virtual, 'workshop'), rule: virtual.needed === virtual.days ? 'All must be attended.' : `At least ${inWords(virtual.needed)} of ${inWords(virtual.days)} must be attended.` }]),
      ],
      grade: courseGradeWords(courseGrade(score)),
      days: days.map((day) => ({ title: titleOf(day), kind: day.kind === 'virtual' ? 'Virtual' : 'In person', when: day.session ? whenOf(day.session, english) : 'no date yet', ...dayWords(day) })),
    },
  } satisfies Page;
}

function outcomeWords({ outcome, inPerson, virtual }: AttendanceStanding): { point: string; heading: string; text: string } {
  const missing = [
    ...(inPerson.toCome + inPerson.unmarked > 0 ? [`${plural(inPerson.toCome + inPerson.unmarked, 'day')} in person`] : []),
    ...(virtual.attended < virtual.needed ? [plural(virtual.needed - virtual.attended, 'virtual workshop')] : []),
  ];
  const unmarked = inPerson.unmarked + virtual.unmarked;
  const unmarkedWords = unmarked === 0 ? '' : ` ${sentence(plural(unmarked, 'day'))} that ${unmarked === 1 ? 'is' : 'are'} over ${unmarked === 1 ? 'has' : 'have'} no mark yet; ask your faculty if you were there.`;
  switch (outcome) {
    case 'met': return { point: 'done', heading: 'You have attended what the programme asks', text: `Nothing is missing.${unmarkedWords}` };
    case 'open': return { point: 'part', heading: 'You can still meet what the programme asks', text: `Still missing: ${list(missing)}.${unmarkedWords}` };
    case 'not-met': return { point: 'attention', heading: 'More was missed than the programme lets pass', text: `Talk with your faculty about what that means for you. If you were there on a day that is marked otherwise, tell them.${unmarkedWords}` };
  }
}

function inPersonRule({ inPerson: { mayExcuse } }: AttendanceStanding): string {
  return mayExcuse === 0 ? 'All must be attended.' : `All must be attended; ${inWords(mayExcuse)} may be missed with an excuse.`;
}

/** "3 of 6 days attended, one excused, two to come": the whole is always what the programme has, so that nothing looks complete that is not. */
function countLine({ days, attended, excused, absent, unmarked, toCome }: AttendanceStanding['inPerson' | 'virtual'], unit: string): string {
  const parts = [[excused, 'excused'], [absent, 'missed'], [unmarked, 'not marked yet'], [toCome, 'to come']] as const;
  return [`${attended} of ${days} ${days === 1 ? unit : `${unit}s`} attended`, ...parts.flatMap(([count, words]) => (count === 0 ? [] : [`${inWords(count)} ${words}`]))].join(', ');
}

/** What a day came to, in words, for the learner whom it is about. */
function dayWords({ phase, mark, kind }: AttendanceDay): { point: string; words: string } {
  switch (dayStanding({ phase, mark })) {
    case 'attended': return { point: 'done', words: mark === 'late' ? 'Late; counts as attended' : mark === 'left-early' ? 'Left early; counts as attended' : 'Present' };
    case 'excused': return { point: 'part', words: kind === 'virtual' ? 'Excused; does not count as attended' : 'Excused' };
    case 'absent': return { point: 'attention', words: 'Absent' };
    case 'unmarked': return { point: 'attention', words: 'Not marked yet' };
    case 'to-come': return { point: 'open', words: phase === 'open' ? 'Today, not marked yet' : 'To come' };
    case 'cancelled': return { point: 'locked', words: 'Cancelled; counts for nobody' };
  }
}

/** What a cell of the CSV says of a day. */
export function dayCell({ phase, mark }: AttendanceDay): string {
  const standing = dayStanding({ phase, mark });
  if (standing === 'unmarked') return 'Not marked';
  if (standing === 'to-come') return 'To come';
  return standing === 'cancelled' || mark === null ? 'Cancelled' : markWords[mark].word;
}

function dayHead({ at, english = 'en-GB', cohortName, day }: DayInput) {
  return { kicker: cohortName, heading: titleOf(day), when: whenOf(day.session, english), back: at('/attendance') };
}

/** "Coaching to learn, day 2 of 3". */
export function titleOf({ title, day, days }: Pick<PlannedDay<Session>, 'title' | 'day' | 'days'>): string {
  return days > 1 ? `${title}, day ${day} of ${days}` : title;
}

/** "Thursday 14 May 2026, 14:00 to 16:00 BST". */
function whenOf({ startsAt, endsAt, timeZone }: Session, english: English): string {
  const [start, end] = [startsAt.toZonedDateTimeISO(timeZone), endsAt.toZonedDateTimeISO(timeZone)];
  return `${fullDate(start, english)}, ${clockTime(start, english)} to ${timeAndZone(end, english)}`;
}

const pathOf = ({ key, day }: PlannedDay<Session>): string => `/attendance/${key ?? ''}/${day}`;
