// What graders look at: a submission, what was decided about it, and who has it on the desk.
import type { SubmissionState } from '../../domain/coaching-plan.ts';
import type { GradeDecision, RubricAssessment } from '../../domain/rubric.ts';

export type { SubmissionState };

/** A submission as a line of the queue. Names are null where the LMS withholds them. */
export type QueueEntry = {
  id: string;
  number: number;
  receipt: string;
  state: SubmissionState;
  submittedAt: Temporal.Instant;
  stateAt: Temporal.Instant;
  learnerName: string | null;
  /** Null until it is released. */
  points: number | null;
  maximum: number | null;
  band: string | null;
  /** Others who have it open just now. */
  openWith: (string | null)[];
  /** When the reader's own draft was last saved; null where there is none. */
  ownDraftAt: Temporal.Instant | null;
};

export type SubmissionCounts = Record<SubmissionState, number>;

export type GradedSubmission = {
  id: string;
  planId: string;
  number: number;
  receipt: string;
  state: SubmissionState;
  submittedAt: Temporal.Instant;
  stateAt: Temporal.Instant;
  learner: { personId: string; name: string | null };
  /** `section.field` to text, as they stood. */
  answers: Record<string, string>;
  evidence: { id: string; name: string; mediaType: string; bytes: number }[];
  /** The other submissions of the same plan, in order. */
  others: OtherSubmission[];
  grade: KeptGrade | null;
  /** Of whose form the answers are; null for that of the cohort. */
  versionId: string | null;
  /** The reader's own; version 0 says that the page was opened, and no more. */
  draft: { assessment: RubricAssessment; version: number; savedAt: Temporal.Instant } | null;
  colleagues: ColleagueDraft[];
};

export type OtherSubmission = { id: string; number: number; state: SubmissionState; submittedAt: Temporal.Instant; stateAt: Temporal.Instant; points: number | null; maximum: number | null; band: string | null; comment: string | null; grader: string | null };

export type KeptGrade = {
  graderId: string;
  grader: string | null;
  decision: GradeDecision;
  assessment: RubricAssessment;
  points: number | null;
  maximum: number;
  band: string | null;
  decidedAt: Temporal.Instant;
  readAt: Temporal.Instant | null;
  /** By whose rubric it was given; null for that of the cohort. */
  versionId: string | null;
};

/** Another's draft. `assessment` is null where it is private, which is all but an assistant's to those who decide. */
export type ColleagueDraft = { graderId: string; name: string | null; isAssistant: boolean; version: number; savedAt: Temporal.Instant; assessment: RubricAssessment | null };

/** How long a page that was opened, or a draft that was saved, counts as being worked on. */
export const openFor = Temporal.Duration.from({ minutes: 30 });

export const SUBMISSIONS_PER_PAGE = 50;
