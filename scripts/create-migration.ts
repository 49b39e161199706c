// Writes the migration that takes the database from the last one to the entities as they are now: read it, tidy it,
// and make it safe on a running system (add, backfill, then constrain). `node scripts/create-migration.ts NAME`
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../server/embedded-postgres.ts';
import { openMigratedOrm } from '../server/open-database.ts';

const [name] = process.argv.slice(2);
if (!name || !/^[a-z0-9-]+$/.test(name)) throw new Error('Say what it does, in lower-case words with hyphens: node scripts/create-migration.ts NAME');

// A scratch database: the difference must not depend on what somebody has lying about.
const dataDir = await mkdtemp(join(tmpdir(), 'coachline-migration-'));
const postgres = await startEmbeddedPostgres({ dataDir, durable: false, log: () => {} });
try {
  const orm = await openMigratedOrm(postgres.url);
  const { fileName, diff } = await orm.migrator.create(join(import.meta.dirname, '../migrations'), false, false, name);
  process.stdout.write(diff.up.length === 0 ? 'The entities and the migrations agree; nothing was written.\n' : `Wrote migrations/${fileName}\n`);
  await orm.close();
} finally {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}
