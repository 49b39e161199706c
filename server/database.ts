// The database: which entities there are, how it is opened, and the two ways to speak SQL to it.
import { defineConfig, MikroORM } from '@mikro-orm/postgresql';
import { Migrator } from '@mikro-orm/migrations';
import { join } from 'node:path';
import { Administrator } from './entities/administrator.ts';
import { AuditEvent } from './entities/audit-event.ts';
import { Cohort } from './entities/cohort.ts';
import { Context } from './entities/context.ts';
import { Deployment } from './entities/deployment.ts';
import { Enrolment } from './entities/enrolment.ts';
import { LoginAttempt } from './entities/login-attempt.ts';
import { Organisation } from './entities/organisation.ts';
import { Person } from './entities/person.ts';
import { PlatformRegistration } from './entities/platform-registration.ts';
import { ProgrammeVersion } from './entities/programme-version.ts';
import { ReadingPlace } from './entities/reading-place.ts';
import { ResourceLink } from './entities/resource-link.ts';
import { SectionCompletion } from './entities/section-completion.ts';
import { SignIn } from './entities/sign-in.ts';
import { SignInLink } from './entities/sign-in-link.ts';

const entities = [
  Administrator, AuditEvent, Cohort, Context, Deployment, Enrolment, LoginAttempt, Organisation, Person,
  PlatformRegistration, ProgrammeVersion, ReadingPlace, ResourceLink, SectionCompletion, SignIn, SignInLink,
] as const;

/** Opens the ORM on a PostgreSQL address. Connects lazily: a database that is away is met by the first statement. */
export function openOrm(clientUrl: string, { poolSize = 10 }: { poolSize?: number } = {}) {
  return new MikroORM(defineConfig({
    clientUrl,
    entities: [...entities],
    extensions: [Migrator],
    migrations: { path: join(import.meta.dirname, '../migrations'), snapshot: false, tableName: 'migration' },
    pool: { min: 0, max: poolSize },
    driverOptions: { connectionTimeoutMillis: 5_000, keepAlive: true },
    forceUtcTimezone: true,
  }));
}
export type Orm = ReturnType<typeof openOrm>;
/** Carries the list of entities, so that `sqlOf` is typed by it. */
export type EntityManager = Orm['em'];

/** Typed SQL: entity and property names, values converted both ways. */
export function sqlOf(em: EntityManager) {
  return em.getKysely({ tableNamingStrategy: 'entity', columnNamingStrategy: 'property', convertValues: true });
}
