// The real server as a process of its own, for tests that stop, kill and overhear it.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

export type ServerProcess = {
  child: ChildProcess;
  /** Everything that it wrote so far, both streams. */
  output: () => string;
  /** What it wrote to stderr: the lines for an operator. */
  complaint: () => string;
  /** Its address, once it listens. Rejects with what it said when it ends before. */
  address: Promise<string>;
  /** How it ended. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

/** What browsers call it, whatever port it got. */
export const childPublicUrl = 'http://coachline.test';

/**
 * Starts server/main.ts on a port that the system chooses.
 * @param env all the environment there is besides PATH
 * @param folder another copy of the repository
 * @param entry another file than server/main.ts, and its arguments
 */
export function startServer(env: Record<string, string>, folder = root, [file, ...args]: [file: string, ...args: string[]] = ['server/main.ts']): ServerProcess {
  const child = spawn(process.execPath, [join(folder, file), ...args], {
    cwd: folder, stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '', PORT: '0', PUBLIC_URL: childPublicUrl, ...env },
  });
  const written = { all: '', stderr: '' };
  const ended = once(child, 'close').then(([code, signal]) => ({ code: code as number | null, signal: signal as NodeJS.Signals | null }));
  const address = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      written.all += chunk.toString();
      const [, found] = /Server listening at (http:\/\/[\d.:]+)/.exec(written.all) ?? [];
      if (found) resolve(found);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      written.all += chunk.toString();
      written.stderr += chunk.toString();
    });
    void ended.then(({ code }) => reject(new Error(`the server ended with ${code}: ${written.all}`)));
  });
  address.catch(() => {});   // a test that expects the end does not wait for the address
  return { child, output: () => written.all, complaint: () => written.stderr, address, ended };
}

const dataDirs: string[] = [];
process.on('exit', () => {
  for (const folder of dataDirs) rmSync(folder, { recursive: true, force: true });
});

/** A data folder that goes when the tests end, if nobody has removed it before. */
export function newDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'coachline-data-'));
  dataDirs.push(folder);
  return folder;
}

/** A browser without a screen for a server behind a socket: keeps cookies, follows nothing. */
export function browserOf(address: string) {
  const cookies = new Map<string, string>();
  const send = async (method: 'GET' | 'POST', path: string, { form, headers = {} }: { form?: Record<string, string>; headers?: Record<string, string> } = {}) => {
    const answer = await fetch(address + path, {
      method, redirect: 'manual',
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(method === 'POST' && { origin: childPublicUrl, 'content-type': 'application/x-www-form-urlencoded' }), ...headers,
      },
      ...(form && { body: new URLSearchParams(form).toString() }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return { status: answer.status, location: answer.headers.get('location') ?? '', headers: answer.headers, body: await answer.text() };
  };
  return {
    cookies,
    get: (path: string, headers?: Record<string, string>) => send('GET', path, headers && { headers }),
    post: (path: string, form: Record<string, string>, headers?: Record<string, string>) => send('POST', path, headers ? { form, headers } : { form }),
  };
}
