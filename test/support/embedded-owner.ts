// The embedded PostgreSQL with its owner in a process of its own, for tests that kill either.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export type EmbeddedOwner = {
  child: ChildProcess;
  /** The database's address, once it takes connections. */
  ready: Promise<string>;
  /** All that it wrote for an operator, when it has ended. */
  complaint: Promise<string>;
};

/** Starts an owner of this data folder; SIGTERM ends it in order. */
export function startOwner(dataDir: string): EmbeddedOwner {
  const script = join(import.meta.dirname, 'own-embedded-postgres.ts');
  const child = spawn(process.execPath, [script, JSON.stringify({ dataDir })], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ready = once(createInterface({ input: child.stdout }), 'line').then(([line]) => String(line));
  const complaint = (async () => {
    let output = '';
    for await (const chunk of child.stderr) output += chunk;
    return output;
  })();
  return { child, ready, complaint };
}

/** Ends a child by a signal and waits until it has ended. */
export async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

/** The process number of the PostgreSQL that runs on this data folder of PostgreSQL's own. */
export function postmasterOn(cluster: string): number {
  return Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** Makes that no PostgreSQL starts on its data folder (one that runs goes on), until the answer is called. */
export function breakCluster(cluster: string): () => void {
  const file = join(cluster, 'PG_VERSION');
  renameSync(file, `${file}.away`);
  return () => renameSync(`${file}.away`, file);
}
