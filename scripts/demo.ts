// `npm run demo`: Coachline on its embedded PostgreSQL with a cohort in its fifth week, and the practice LMS beside it.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { loadConfig } from '../server/config.ts';
import { ownerPresent } from '../server/embedded-postgres/owner.ts';
import type { PracticeLms } from './practice-lms/server.ts';

const root = join(import.meta.dirname, '..');

try {
  await demo();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function demo(): Promise<void> {
  const { values: { fresh = false } } = parseArgs({ options: { fresh: { type: 'boolean' } } });
  // The demo always brings its own database, whatever else the environment names.
  const env = { ...process.env, DATABASE_URL: '', NODE_ENV: '' };
  const config = loadConfig(env);
  const { dataDir, practiceLmsPort: lmsPort, publicUrl } = config;

  const isNew = prepareDataDir(dataDir, fresh);
  const server = startServer(env, join(dataDir, 'coachline.log'));
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    server.kill('SIGTERM');
  };
  // Ctrl-C reaches the server too, which stops its database in order; here we wait for it.
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
  const ended = once(server, 'exit');

  let lms: PracticeLms | undefined;
  try {
    // While the server starts: reading what makes the demo's data takes as long as all of that, and only the first time it is needed.
    const [{ startPracticeLms }, { isDemoFilled }] = await Promise.all([import('./practice-lms/server.ts'), import('./demo/filled.ts'), isNew && import('./demo/data.ts')]);
    lms = await startPracticeLms({ port: lmsPort, toolUrl: publicUrl, keysFolder: join(dataDir, 'practice-lms') });
    if (await becomesReady(server, `http://${config.host}:${config.port}/readyz`)) {
      const { platform } = lms;
      if (isNew || !(await isDemoFilled({ dataDir, platform }))) await (await import('./demo/data.ts')).startDemoData({ dataDir, platform, now: Temporal.Now.instant() });
      sayWhere({ lmsUrl: lms.url, publicUrl, logFile: join(dataDir, 'coachline.log') });
    }
  } catch (error) {
    stop();
    await Promise.all([ended, lms?.close()]);
    throw error;
  }

  const [code, signal] = (await ended) as [number | null, NodeJS.Signals | null];
  await lms.close();
  if (!stopping) throw new Error(`Coachline stopped by itself (${code === null ? `signal ${signal}` : `exit code ${code}`}); see ${join(dataDir, 'coachline.log')}.`);
  process.stdout.write(code === 0 ? 'Stopped. The data is kept for the next time.\n' : '');
}

/** A folder that a demo made carries a mark, so that `--fresh` never wipes anything else. Gives whether there was nothing in it yet. */
function prepareDataDir(dataDir: string, fresh: boolean): boolean {
  const mark = join(dataDir, 'demo');
  const isFull = existsSync(dataDir) && readdirSync(dataDir).length > 0;
  if (isFull && !existsSync(mark)) throw new Error(`${dataDir} holds data that the demo did not make. Give the demo a folder of its own, for example DATA_DIR=.data-demo npm run demo.`);
  if (fresh && ownerPresent(dataDir)) throw new Error(`A demo runs on ${dataDir}. Stop it first (Ctrl-C where it runs), then begin anew.`);
  if (fresh) rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(mark, 'Made by npm run demo; npm run demo -- --fresh empties this folder.\n');
  return fresh || !isFull;
}

function startServer(env: NodeJS.ProcessEnv, logFile: string): ChildProcess {
  const server = spawn(process.execPath, [join(root, 'server/main.ts')], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  server.stdout?.pipe(createWriteStream(logFile, { flags: 'w' }));
  return server;
}

/** Waits until the server answers; false when it ended instead, having said why on stderr. */
async function becomesReady(server: ChildProcess, address: string): Promise<boolean> {
  while (server.exitCode === null && server.signalCode === null) {
    const answer = await fetch(address).catch(() => null);
    if (answer?.ok) return true;
    await sleep(50);
  }
  return false;
}

function sayWhere({ lmsUrl, publicUrl, logFile }: { lmsUrl: string; publicUrl: string; logFile: string }): void {
  // The command line must find this demo where it is, not where it would be by itself.
  const settings = ['DATA_DIR', 'PORT', 'PUBLIC_URL'].flatMap((name) => (process.env[name] ? [`${name}=${process.env[name]} `] : [])).join('');
  const course = (person: string, path = '') => `${lmsUrl}/as/${person}/courses/spring${path}`;
  process.stdout.write(`
  Practice LMS   ${lmsUrl}   start here: launch as a learner, as faculty, as administrator
  Coachline      ${publicUrl}   the public programme page
  Log            ${logFile}

  The spring course has a cohort in its fifth week; the autumn course has none yet. To try:
  1. Faculty put the whole programme into the course (deep linking): ${course('eleanor', '/deep-linking')}
  2. A learner opens week 1 and takes its knowledge check:           ${course('amara')}
  3. The grade has arrived, and leads back to her answers:           ${course('eleanor', '/grade-book')}
     In Coachline, “Programme home”, then “What the grade books were told” and “People in this course”.
  4. Faculty grade one of three coaching plans, take a roll:          ${course('eleanor', '/links/home')}
  5. Faculty follow Łukasz, who has been away, through all that happened; one eligibility form waits: ${course('eleanor', '/links/home')}
  6. An administrator moves the workshop of tomorrow, and a learner sees it on her home: ${course('ruth', '/links/home')}
  7. Under Platforms the self-test; “Connect an LMS”, “Any other LMS”, make a link; paste: ${lmsUrl}/administration/tools
  8. Be another LMS, at the foot of the first page, or let its services fail: ${lmsUrl}/faults
  When it stops, the practice LMS forgets the links and grades that it was given; Coachline keeps its side (--fresh begins anew).

  For a sign-in outside the LMS: ${settings}npm run -s cli -- admin:link --email you@example.org
  Ctrl-C stops both.
`);
}
