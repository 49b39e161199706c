/**
 * Installs what is missing, before any other npm script. Plain JavaScript without dependencies, since it runs under
 * whatever Node 20 or later the machine has. Says nothing on stdout, which belongs to the command that follows.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, linkSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const ownNode = join(modules, '.bin', 'node');
const stampFile = join(modules, '.coachline-setup');
const lockFile = join(root, '.setup-lock');
const lockIsStaleAfter = 15_000;

// A production installation may leave out what only development needs.
const production = process.env.NODE_ENV === 'production' || /\bdev\b/.test(process.env.npm_config_omit ?? '');

if (!isSetUp()) await setUp();

/** Whether node_modules was made from these very files, on this kind of machine, with at least what is needed now. */
function isSetUp() {
  const stamp = readText(stampFile);
  return (stamp === stampFor('everything') || (production && stamp === stampFor('production'))) && isExecutable(ownNode);
}

function stampFor(extent) {
  const hash = createHash('sha256');
  for (const file of ['package-lock.json', 'package.json']) hash.update(`${file}\n${readText(join(root, file)) ?? ''}\n`);
  return hash.update(`${process.platform}-${process.arch} ${extent}`).digest('hex');
}

async function setUp() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    fail(`Coachline needs Node 20 or later to set itself up, and this is Node ${process.versions.node}. Install a newer one from https://nodejs.org.`);
  }
  const release = await takeLock();
  try {
    if (isSetUp()) return;   // the set-up that we waited for did it
    if (!isInstalledByHand()) await install();
    writeFileSync(stampFile, stampFor(production ? 'production' : 'everything'));
  } finally {
    release();
  }
}

/** Whether someone has run `npm ci` already: npm notes in node_modules what it has put there. */
function isInstalledByHand() {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const present = readJson(join(modules, '.package-lock.json'))?.packages;
  const project = readJson(join(root, 'package.json'));
  if (!wanted || !present || !isExecutable(ownNode)) return false;
  const inStep = ['dependencies', 'devDependencies', 'optionalDependencies']
    .every((kind) => sameEntries(project[kind], wanted['']?.[kind]));
  const suits = (list, own) => !list || list.includes(own);
  return inStep && Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || (production && entry.dev)) return true;
    if (present[path]) return present[path].version === entry.version && existsSync(join(root, path, 'package.json'));
    return entry.optional && !(suits(entry.os, process.platform) && suits(entry.cpu, process.arch) && !entry.libc);
  });
}

async function install() {
  const quietly = ['--no-audit', '--no-fund', '--loglevel=error'];
  say('Installing what is missing…');
  let { code, output } = await runNpm([existsSync(join(root, 'package-lock.json')) ? 'ci' : 'install', ...quietly]);
  if (/can only install packages when/.test(output)) {
    say('package-lock.json does not fit package.json here; installing by package.json instead…');
    ({ code, output } = await runNpm(['install', '--no-save', ...quietly]));
  }
  if (code !== 0) fail(explain(output, code));
  if (!ownNodeRuns()) await fetchOwnNode();
}

/**
 * Where npm may not run packages' scripts, `node` has not fetched its program, and npm has linked nothing: do these two
 * things, which we need.
 */
async function fetchOwnNode() {
  const { node } = npmCommand();
  const installer = join(modules, 'node', 'installArchSpecificPackage.js');
  if (existsSync(installer)) {
    await run(node, [installer], join(modules, 'node'));
    rmSync(ownNode, { force: true });
    symlinkSync(join('..', 'node', 'bin', 'node'), ownNode);
  }
  if (!ownNodeRuns()) {
    fail('npm has installed the packages, but not the Node that Coachline runs on. See the lines above; npm rebuild node may tell more.');
  }
}

function ownNodeRuns() {
  return spawnSync(ownNode, ['--version'], { stdio: 'ignore' }).status === 0;
}

function runNpm(args) {
  const { node, script } = npmCommand();
  return script ? run(node, [script, ...args], root) : run('npm', args, root);
}

/**
 * The npm that runs us, under the machine's own Node: the one in node_modules would be deleted under its feet. Started
 * in another way than by npm, whatever `npm` the machine has.
 */
function npmCommand() {
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  const outside = [node, process.execPath].find((path) => path && !path.startsWith(modules + sep)) ?? 'node';
  return { node: outside, script: script && basename(script) === 'npm-cli.js' ? script : undefined };
}

/** Runs a program with all that it prints going to stderr, and keeps the last of that. */
async function run(program, args, cwd) {
  const PATH = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(modules)).join(delimiter);
  const child = spawn(program, args, { cwd, env: { ...process.env, PATH }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      process.stderr.write(chunk);
      output = (output + chunk).slice(-20_000);
    });
  }
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 1, output: error.code === 'ENOENT' ? 'no npm' : error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** What npm's failure means, and what to do. */
function explain(output, code) {
  const npm = /npm\/(\d+)\S*/.exec(process.env.npm_config_user_agent ?? '');
  if (output === 'no npm') return 'npm was not found. It comes with Node: install that from https://nodejs.org, then try again.';
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|npm (error|ERR!) network/.test(output)) {
    return 'Installing failed: the package registry could not be reached. Check the network (or the proxy that npm uses), then try again.';
  }
  if (/ENOSPC/.test(output)) return 'Installing failed: the disk is full. Free about 1 GB, then try again.';
  if (/EACCES|EPERM|EROFS/.test(output)) return `Installing failed: this user may not write to ${modules}. Try again as the user who owns the folder.`;
  if (npm && Number(npm[1]) < 9) return `Installing failed under npm ${npm[0].slice(4)}, which is old. Install Node 20 or later, which brings a newer one, then try again.`;
  return `Installing failed (npm ended with ${code}). Its own words are above; npm ci shows them again.`;
}

/**
 * Lets one set-up work at a time. The holder touches the lock every few seconds; one that nobody touches belonged to a
 * set-up that was killed.
 */
async function takeLock() {
  const mine = `${process.pid} ${performance.timeOrigin}`;
  for (let waiting = false; ; waiting = true) {
    try {
      writeFileSync(lockFile, mine, { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') fail(`Setting up failed: this user may not write to ${root} (${error.code}). Try again as the user who owns the folder.`);
    }
    if (clearStaleLock()) continue;
    if (!waiting) say('Another set-up is at work here; waiting for it…');
    await sleep(250);
  }
  const touch = setInterval(() => { try { utimesSync(lockFile, new Date(), new Date()); } catch { /* gone with its folder */ } }, 3000);
  const release = () => {
    clearInterval(touch);
    if (readText(lockFile) === mine) rmSync(lockFile, { force: true });
  };
  process.on('exit', release);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));
  return release;
}

function clearStaleLock() {
  const seen = readText(lockFile);
  if (seen === null) return true;
  const holderEnded = seen !== '' && !isAlive(Number(seen.split(' ')[0]));
  const untouched = Date.now() - (statSync(lockFile, { throwIfNoEntry: false })?.mtimeMs ?? 0) > lockIsStaleAfter;
  if (!holderEnded && !untouched) return false;
  // Two may find it stale at once, and the slower must not take away the lock that the quicker has just made.
  const aside = `${lockFile}.${process.pid}`;
  try {
    renameSync(lockFile, aside);
    if (readText(aside) !== seen) linkSync(aside, lockFile);
    rmSync(aside, { force: true });
  } catch {
    // The other was quicker.
  }
  return true;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function sameEntries(some = {}, others = {}) {
  const flat = (entries) => JSON.stringify(Object.entries(entries).map(String).toSorted((a, b) => (a < b ? -1 : 1)));
  return flat(some) === flat(others);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).size > 0;
  } catch {
    return false;
  }
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function fail(line) {
  say(line);
  process.exit(1);
}
