// What a line of an LMS's roster makes of somebody, and when a course's roster is read by night.
import { courseRole } from './roles.ts';
import type { RolePolicy } from './roles.ts';

export type { RolePolicy };

/** The roles of people on a roster. Guests, mentors and test students are never on one (contract, "Who is who"). */
export const rosterRoles = ['administrator', 'faculty', 'assistant', 'learner'] as const;
export type RosterRole = (typeof rosterRoles)[number];

/** `here`: in the course, in a role that means nothing to us. It tells nothing about what they are, only that they have not left. */
export type RosterPlace = { on: true; role: RosterRole } | { on: false; here: boolean };

/** Where a member with these roles stands. */
export function rosterPlace(roles: readonly string[], policy: RolePolicy): RosterPlace {
  const { role, testUser } = courseRole(roles, true, policy);
  if (testUser || role === 'mentor') return { on: false, here: false };
  return role === 'guest' ? { on: false, here: true } : { on: true, role };
}

/** What is known of the last reading. */
export type RosterSyncFacts = {
  waiting: boolean;
  leaseUntil: Temporal.Instant | null;
  outcome: 'complete' | 'incomplete' | 'refused' | null;
};

/**
 * How it stands with a course's roster: `absent` where the LMS offers none; `again` after a failure, when it is tried
 * again by itself.
 */
export type RosterState = 'absent' | 'never' | 'waiting' | 'reading' | 'complete' | 'again' | 'failed';

export function rosterState(sync: RosterSyncFacts | null, { offered, now }: { offered: boolean; now: Temporal.Instant }): RosterState {
  if (!offered) return 'absent';
  if (!sync) return 'never';
  if (sync.leaseUntil !== null && Temporal.Instant.compare(sync.leaseUntil, now) > 0) return 'reading';
  const failed = sync.outcome === 'incomplete' || sync.outcome === 'refused';
  if (sync.waiting) return failed ? 'again' : 'waiting';
  return failed ? 'failed' : 'complete';
}

/** Rosters are read between midnight and six in the morning where the cohort is. */
const nightMinutes = 6 * 60;

/**
 * When the last reading by night was due: once a day, each course at a minute of its own, so that an LMS is not asked
 * for all its courses at once. Whoever was asleep then finds it due whenever they wake.
 * @param contextId a UUID, of which the minute is made
 */
export function lastNightlyReading(contextId: string, timeZone: string, now: Temporal.Instant): Temporal.Instant {
  const minute = Number.parseInt(contextId.slice(0, 8), 16) % nightMinutes;
  const local = now.toZonedDateTimeISO(timeZone);
  const slotOn = (day: Temporal.PlainDate) => day.toZonedDateTime({ timeZone, plainTime: { hour: Math.floor(minute / 60), minute: minute % 60 } }).toInstant();
  const today = slotOn(local.toPlainDate());
  return Temporal.Instant.compare(today, now) <= 0 ? today : slotOn(local.toPlainDate().subtract({ days: 1 }));
}

/** Seconds after each failed attempt until the next; after the last one it waits for the night, or for somebody to ask. */
const pauses = [30, 2 * 60, 10 * 60, 30 * 60];
const longestPause = 3600;

/**
 * How long to wait after so many failed attempts; null to give up for now.
 * @param askedSeconds the pause that the platform asked for, if it did
 */
export function pauseBeforeRetry(attempts: number, askedSeconds = 0): number | null {
  const pause = pauses[attempts - 1];
  return pause === undefined ? null : Math.min(Math.max(pause, askedSeconds), longestPause);
}
