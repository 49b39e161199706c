// How long `npm run demo` takes to open for the second time: from the command to the lines that say where to open it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
  const demo = spawn('npm', ['run', 'demo'], {
    cwd: root, stdio: ['ignore', 'pipe', 'ignore'], detached: true,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], DATA_DIR: dataDir, PORT: String(port), PRACTICE_LMS_PORT: String(lmsPort) },
  });
  const exit = once(demo, 'exit');
  let said = '';
  demo.stdout.setEncoding('utf8').on('data', (text: string) => { said += text; });
  try {
    // It says where to open the practice LMS when all is ready, its data included.
    while (!said.includes(`:${lmsPort}`) || !(await answers(client, `http://127.0.0.1:${port}/readyz`))) {
      if (demo.exitCode !== null || performance.now() - begun > 120_000) throw new Error('npm run demo did not start.');
      await sleep(20);
    }
    return (performance.now() - begun) / 1000;
  } finally {
    // As Ctrl-C in a terminal: npm and what it started hear it together.
    if (demo.pid !== undefined && demo.exitCode === null) process.kill(-demo.pid, 'SIGINT');
    await Promise.race([exit, sleep(30_000, undefined, { ref: false })]);
    await end(demo);
  }
}
