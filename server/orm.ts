// The ORM: which entities there are, and how their schema is kept up to date. Statements are run by database.ts, which
// knows nothing of it: forty megabytes that a job's thread does without.
import { defineConfig, MikroORM } from '@mikro-orm/postgresql';
import { Migrator } from '@mikro-orm/migrations';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { poolSettings } from './database.ts';
import { Administrator } from './entities/administrator.ts';
import { AssignmentReport } from './entities/assignment-report.ts';
import { Attendance } from './entities/attendance.ts';
import { AuditEvent } from './entities/audit-event.ts';
import { CoachingPlan } from './entities/coaching-plan.ts';
import { CoachingPlanAnswer } from './entities/coaching-plan-answer.ts';
import { Cohort } from './entities/cohort.ts';
import { CohortNewsVersion } from './entities/cohort-news-version.ts';
import { Context } from './entities/context.ts';
import { ContextCopy } from './entities/context-copy.ts';
import { DeepLinkingRequest } from './entities/deep-linking-request.ts';
import { Deployment } from './entities/deployment.ts';
import { DiscussionAddressee } from './entities/discussion-addressee.ts';
import { DiscussionMark } from './entities/discussion-mark.ts';
import { DiscussionPost } from './entities/discussion-post.ts';
import { DiscussionReading } from './entities/discussion-reading.ts';
import { Eligibility } from './entities/eligibility.ts';
import { Enrolment } from './entities/enrolment.ts';
import { EvidenceFile } from './entities/evidence-file.ts';
import { Grade } from './entities/grade.ts';
import { GradeDraft } from './entities/grade-draft.ts';
import { JournalEntry } from './entities/journal-entry.ts';
import { KnowledgeCheckAnswer } from './entities/knowledge-check-answer.ts';
import { KnowledgeCheckAttempt } from './entities/knowledge-check-attempt.ts';
import { LearnerPace } from './entities/learner-pace.ts';
import { LearnerStanding } from './entities/learner-standing.ts';
import { LineItem } from './entities/line-item.ts';
import { LoginAttempt } from './entities/login-attempt.ts';
import { Mail } from './entities/mail.ts';
import { MailPreference } from './entities/mail-preference.ts';
import { MailSetting } from './entities/mail-setting.ts';
import { MailSignIn } from './entities/mail-sign-in.ts';
import { Notice } from './entities/notice.ts';
import { Organisation } from './entities/organisation.ts';
import { Person } from './entities/person.ts';
import { PlatformRegistration } from './entities/platform-registration.ts';
import { ProgrammePassage } from './entities/programme-passage.ts';
import { ProgrammeVersion } from './entities/programme-version.ts';
import { ReadingPlace } from './entities/reading-place.ts';
import { RegistrationLink } from './entities/registration-link.ts';
import { ResourceLink } from './entities/resource-link.ts';
import { RosterSync } from './entities/roster-sync.ts';
import { Score } from './entities/score.ts';
import { SectionCompletion } from './entities/section-completion.ts';
import { SelfTest } from './entities/self-test.ts';
import { SignIn } from './entities/sign-in.ts';
import { SignInLink } from './entities/sign-in-link.ts';
import { Submission } from './entities/submission.ts';
import { ToolKey } from './entities/tool-key.ts';
import { ToolsAssessment } from './entities/tools-assessment.ts';
import { Workshop } from './entities/workshop.ts';
import { WorkshopSession } from './entities/workshop-session.ts';
import { shareQuickStatements } from './shared-connection.ts';

const entities = [
  Administrator, AssignmentReport, Attendance, AuditEvent, CoachingPlan, CoachingPlanAnswer, Cohort, CohortNewsVersion, Context, ContextCopy, DeepLinkingRequest, Deployment,
  DiscussionAddressee, DiscussionMark, DiscussionPost, DiscussionReading,
  Eligibility, Enrolment, EvidenceFile, Grade, GradeDraft, JournalEntry, KnowledgeCheckAnswer, KnowledgeCheckAttempt, LearnerPace, LearnerStanding, LineItem, LoginAttempt, Mail, MailPreference, MailSetting, MailSignIn, Notice, Organisation,
  Person, PlatformRegistration, ProgrammePassage, ProgrammeVersion, ReadingPlace, RegistrationLink, ResourceLink, RosterSync, Score, SectionCompletion,
  SelfTest, SignIn, SignInLink, Submission, ToolKey, ToolsAssessment, Workshop, WorkshopSession,
] as const;

/** Opens the ORM on a PostgreSQL address. Connects lazily: a database that is away is met by the first statement. */
export function openOrm(clientUrl: string, { poolSize = 10 }: { poolSize?: number } = {}) {
  return new MikroORM(defineConfig({
    clientUrl,
    entities: [...entities],
    extensions: [Migrator],
    migrations: { path: join(import.meta.dirname, '../migrations'), snapshot: false, silent: true, tableName: 'migration' },
    // Ours are written by hand, in migrations: entities cannot say what the standing of a learner is put together of.
    schemaGenerator: { ignoreTriggers: true, ignoreRoutines: true },
    pool: { min: 0, max: poolSize, idleTimeoutMillis: poolSettings.idleTimeoutMillis },
    // `pipeline` lets statements share a connection; by itself it changes nothing.
    driverOptions: { ...poolSettings.driver, pipeline: true },
    forceUtcTimezone: true,
  }));
}
export type Orm = ReturnType<typeof openOrm>;
export type EntityManager = Orm['em'];


/** The pool behind the ORM; its quick statements share a connection. */
export async function sqlPool(orm: Orm): Promise<Pool> {
  const pool: Pool = await orm.em.getConnection().getNativeClient();
  shareQuickStatements(pool);
  return pool;
}
