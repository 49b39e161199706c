// What a learner's page tells of the past, as facts; pages.ts has the words.
import type { AttendanceMark } from '../../domain/attendance.ts';
import type { Result } from '../../domain/knowledge-check.ts';

/** What happened. `roll` stands at the beginning of its day, not when it was taken. `visit` is a day, without detail. */
export type LearnerEvent = { at: Temporal.Instant } & (
  | { kind: 'visit' }
  | { kind: 'sections'; week: number; count: number }
  | ({ kind: 'check'; week: number } & Result)
  | { kind: 'roll'; key: string; day: number; mark: AttendanceMark }
  | { kind: 'submission' | 'withdrawal'; number: number }
  | { kind: 'decision'; number: number; decision: 'returned' | 'released'; passed: boolean | null; points: number | null; maximum: number }
  | { kind: 'pace'; change: 'more-time' | 'pause' | 'resume'; extensionDays: number }
);
