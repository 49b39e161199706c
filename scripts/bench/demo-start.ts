// How long `npm run demo` takes to open for the second time: from the command to both addresses answering.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from './browser.ts';
import { answers, end, freePort } from './servers.ts';

const root = join(import.meta.dirname, '../..');

/** Seconds of the first and the second start in an empty data folder, or null where there is no demo. */
export async function measureDemo(client: Client, dataDir: string): Promise<{ first: number; second: number } | null> {
  if (!existsSync(join(root, 'scripts/demo.ts'))) return null;
  return { first: await start(client, dataDir), second: await start(client, dataDir) };
}

async function start(client: Client, dataDir: string): Promise<number> {
  const [port, lmsPort] = [await freePort(), await freePort()];
  const begun = performance.now();
  const child = spawn('npm', ['run', 'demo'], {
    cwd: root, stdio: ['ignore', 'ignore', 'inherit'], detached: true,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], DATA_DIR: dataDir, PORT: String(port), PRACTICE_LMS_PORT: String(lmsPort) },
  });
  try {
    while (!(await answers(client, `http://127.0.0.1:${port}/readyz`)) || !(await answers(client, `http://127.0.0.1:${lmsPort}/`))) {
      if (child.exitCode !== null || performance.now() - begun > 120_000) throw new Error('npm run demo did not start.');
      await sleep(20);
    }
    return (performance.now() - begun) / 1000;
  } finally {
    // As Ctrl-C in a terminal: npm and what it started hear it together.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGINT');
    await end(child);
  }
}
