// Attendance: when a roll may be taken, what a mark is worth, and what the programme's policy makes of all of them.
// The numbers are the content's (`attendance:` in programme.yaml); the defaults stand here.

/** What may be said of a learner on one day of a workshop, in the order in which a roll offers it. Who was not marked has none. */
export const attendanceMarks = ['present', 'late', 'left-early', 'excused', 'absent'] as const;
export type AttendanceMark = (typeof attendanceMarks)[number];

/** Somebody who came late or left early was there: both count as attended, whole. */
const attendedMarks: readonly AttendanceMark[] = ['present', 'late', 'left-early'];

/** Numbers of the policy. */
export type AttendancePolicy = {
  /** In-person days that may be missed with an excuse. */
  inPersonDaysExcused: number;
  /** Virtual workshops that must be attended. */
  virtualAttended: number;
};

/** For programmes whose content says nothing: every day in person but one excused, and four virtual workshops. */
export const defaultAttendancePolicy: AttendancePolicy = { inPersonDaysExcused: 1, virtualAttended: 4 };

/** How long before a day begins its roll opens. */
export const rollOpensMinutesBefore = 60;

export type SessionTime = { startsAt: Temporal.Instant; endsAt: Temporal.Instant; isCancelled: boolean };

/** unplanned: on nobody's calendar yet. ahead: its roll is not open. open: it can be taken, and the day is not over. ended: over. */
export type DayPhase = 'unplanned' | 'ahead' | 'open' | 'ended' | 'cancelled';

/** How it stands with a day now; null for a day that the programme has and the calendar does not. */
export function dayPhase(session: SessionTime | null, now: Temporal.Instant): DayPhase {
  if (!session) return 'unplanned';
  if (session.isCancelled) return 'cancelled';
  if (Temporal.Instant.compare(now, rollOpensAt(session)) < 0) return 'ahead';
  return Temporal.Instant.compare(now, session.endsAt) < 0 ? 'open' : 'ended';
}

/** When the roll of a day may first be taken. */
export function rollOpensAt({ startsAt }: Pick<SessionTime, 'startsAt'>): Temporal.Instant {
  return startsAt.subtract({ minutes: rollOpensMinutesBefore });
}

/** A workshop as the content has it. Without a key no session can belong to it. */
export type PlannedWorkshop = { key?: string; kind: 'virtual' | 'in-person'; title: string; days: number };

/** One day of the programme: of the content's plan, with its session where the calendar has one. */
export type PlannedDay<Session> = { key: string | null; kind: PlannedWorkshop['kind']; title: string; day: number; days: number; session: Session | null };

/**
 * Every day on which attendance counts, in the order of the programme: the days of its workshops, and whatever further
 * days the calendar has for one of them. Sessions of workshops that the content does not know are left out.
 */
export function plannedDays<Session extends { key: string; day: number }>(workshops: readonly PlannedWorkshop[], sessions: readonly Session[]): PlannedDay<Session>[] {
  return workshops.flatMap(({ key = null, kind, title, days }) => {
    const own = sessions.filter((session) => session.key === key);
    const total = Math.max(days, ...own.map(({ day }) => day));
    return Array.from({ length: total }, (_, index) => ({ key, kind, title, day: index + 1, days: total, session: own.find(({ day }) => day === index + 1) ?? null }));
  });
}

/** A day as it counts for one learner. */
export type AttendanceDay = { kind: PlannedWorkshop['kind']; phase: DayPhase; mark: AttendanceMark | null };

/** What a day is for one learner. unmarked: it is over and nobody has said anything, which is neither attended nor missed. */
export type DayStanding = 'attended' | 'excused' | 'absent' | 'unmarked' | 'to-come' | 'cancelled';

export function dayStanding({ phase, mark }: Pick<AttendanceDay, 'phase' | 'mark'>): DayStanding {
  if (phase === 'cancelled') return 'cancelled';
  // A mark on a day that was moved ahead waits with it.
  if (phase === 'unplanned' || phase === 'ahead') return 'to-come';
  if (mark === null) return phase === 'ended' ? 'unmarked' : 'to-come';
  if (attendedMarks.includes(mark)) return 'attended';
  return mark === 'excused' ? 'excused' : 'absent';
}

/** Days by what they are; `days` is all but the cancelled ones. */
export type DayCounts = { days: number; attended: number; excused: number; absent: number; unmarked: number; toCome: number };

/** met: nothing that is still to come can change it. open: it can still be met. not-met: it no longer can. */
export type AttendanceStanding = {
  outcome: 'met' | 'open' | 'not-met';
  /** `mayExcuse`: how many excused days the policy lets pass. */
  inPerson: DayCounts & { mayExcuse: number };
  /** `needed`: how many must be attended. */
  virtual: DayCounts & { needed: number };
};

/**
 * What the policy makes of one learner's days (field notes 1.1, completion rule).
 * In person: every day that is held must be attended, and so many excused ones count as if they had been. Virtual: so
 * many must be attended; an excused one is missed like any other. A cancelled day asks nothing of anybody: where fewer
 * virtual workshops are held than must be attended, all that are held must be. A day that is over and not marked is
 * never counted as attended.
 */
export function attendanceStanding(days: readonly AttendanceDay[], { inPersonDaysExcused, virtualAttended }: AttendancePolicy): AttendanceStanding {
  const inPerson = countDays(days.filter(({ kind }) => kind === 'in-person'));
  const virtual = countDays(days.filter(({ kind }) => kind === 'virtual'));
  const needed = Math.min(virtualAttended, virtual.days);
  const missed = inPerson.absent + Math.max(0, inPerson.excused - inPersonDaysExcused);
  const canStill = missed === 0 && virtual.attended + virtual.unmarked + virtual.toCome >= needed;
  const isMet = canStill && inPerson.unmarked + inPerson.toCome === 0 && virtual.attended >= needed;
  return { outcome: isMet ? 'met' : canStill ? 'open' : 'not-met', inPerson: { ...inPerson, mayExcuse: inPersonDaysExcused }, virtual: { ...virtual, needed } };
}

function countDays(days: readonly AttendanceDay[]): DayCounts {
  const standings = days.map((day) => dayStanding(day));
  const count = (wanted: DayStanding) => standings.filter((standing) => standing === wanted).length;
  return { days: days.length - count('cancelled'), attended: count('attended'), excused: count('excused'), absent: count('absent'), unmarked: count('unmarked'), toCome: count('to-come') };
}

/** What a grade book is told: so many days attended of those that were marked and not excused. */
export type AttendanceScore = { given: number; maximum: number; isComplete: boolean; comment: string };

/**
 * The score of one learner; null while no marked day counts.
 * The comment names the excused days and counts those that were held and not marked: a grade book shows four of four as
 * everything, and must not let anybody think that nothing is missing.
 */
export function attendanceScore(days: readonly (AttendanceDay & { title: string })[]): AttendanceScore | null {
  const { attended, absent, unmarked, toCome } = countDays(days);
  const maximum = attended + absent;
  if (maximum === 0) return null;
  const excused = days.filter((day) => dayStanding(day) === 'excused').map(({ title }) => title);
  const comment = [
    `Attended ${attended} of ${maximum} ${maximum === 1 ? 'day' : 'days'}${toCome + unmarked === 0 ? '' : ' so far'}.`,
    excused.length === 0 ? '' : `Excused: ${excused.join('; ')}.`,
    unmarked === 0 ? '' : `Not marked yet: ${unmarked} ${unmarked === 1 ? 'day' : 'days'}.`,
  ].filter(Boolean).join(' ');
  return { given: attended, maximum, isComplete: toCome === 0, comment };
}

/** `by`: as people call them; null where that is not known any more. */
export type KeptMark = { mark: AttendanceMark; at: Temporal.Instant; by: string | null };

export type RollLearner = {
  personId: string;
  /** Null where the LMS withholds it. */
  name: string | null;
  /** False for somebody who has left the course and has a mark still. */
  isHere: boolean;
  kept: KeptMark | null;
};

/** How far the roll of a session is: of those who are here now, and by whom it was taken. */
export type RollState = { marked: number; takers: string[] };

/** conflict: somebody else has said something else since the reader saw the roll; the reader decides. */
export type MarkDecision = 'write' | 'same' | 'conflict';

/**
 * Whether a mark is kept. Each learner is a matter of its own: two people who take one roll at once disturb each other
 * only where they disagree.
 * @param current what stands now, null for nothing
 * @param seen what stood there when the reader chose
 */
export function decideMark({ current, seen, wanted }: { current: AttendanceMark | null; seen: AttendanceMark | null; wanted: AttendanceMark }): MarkDecision {
  if (current === wanted) return 'same';
  // Where nothing stands, nobody can disagree.
  return current === null || current === seen ? 'write' : 'conflict';
}
