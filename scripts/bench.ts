// npm run bench: what launches and pages cost, beside the least that they can cost. A missed target is told, not failed.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel, openClient } from './bench/browser.ts';
import type { Client, SignedInPage } from './bench/browser.ts';
import { measureDemo } from './bench/demo-start.ts';
import { facultyOf, heatMapSize, knownLearners, learnerAt, newLearners, populationOf } from './bench/population.ts';
import type { BenchPerson, Population } from './bench/population.ts';
import { canMeasure, residentMb, threadsCpuMs, treeCpuMs } from './bench/processes.ts';
import { judge, median, printTable, tell } from './bench/report.ts';
import { measureMail } from './bench/mail.ts';
import { measureRoster } from './bench/roster.ts';
import { measureScores } from './bench/scores.ts';
import { prepareDatabase, serveKeySet, startFloor, startPostgres, startServer } from './bench/servers.ts';
import type { BenchPostgres, RunningServer } from './bench/servers.ts';

/**
 * Processes of each kind: of processes that run the same code one may take a third more than another, all its life, by
 * where its code happens to lie in memory. They take turns, so that each is as busy in its turn as if it were alone.
 */
const turns = 3;
/** In each turn. */
const rounds = 4;
const launchesARound = 320;
const pagesARound = 800;
/** Processor time of the server that a page may take. */
const pageMs = 15;
/** Servers run for weeks: what is measured begins when V8 has compiled what a launch takes, which is after some thousands. */
const warmUp = { launches: 3_200, pages: 3_200 };

if (!canMeasure) {
  process.stdout.write('The bench counts processor time as Linux keeps it under /proc, so it runs on Linux only. Everything else of Coachline runs here.\n');
} else {
  await bench();
}

async function bench(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'coachline-bench-'));
  const client = openClient();
  const cleanUp: (() => unknown)[] = [() => client.close(), () => rm(folder, { recursive: true, force: true })];
  try {
    const postgres = await startPostgres(join(folder, 'data'));
    cleanUp.unshift(postgres.stop);
    const { platform, stop } = await serveKeySet();
    cleanUp.unshift(stop);

    // Two sizes of the same house, side by side.
    const few = await house(postgres, platform, client, populationOf(100), cleanUp);
    const many = await house(postgres, platform, client, populationOf(100_000), cleanUp);

    const [server] = many.servers;
    const { pages: [aWeek] } = await client.launch(server, platform, [learnerAt(many.population, 0, 0)]);
    const { pages: [aHome] } = await client.launch(server, platform, [learnerAt(many.population, 0, 1, '/')]);
    if (!aWeek || !aHome) throw new Error('The first launches showed no page.');
    const pages = { '/weeks/1': await read(client, server, aWeek), '/': await read(client, server, aHome) };
    const floorUrl = await postgres.create('bench_floor');
    const floors = await several(() => startFloor(floorUrl, platform, pages, folder));
    cleanUp.unshift(() => endAll(floors));

    const meter: Meter = { client, platform, postgres, floors };
    await measureLaunches(meter, few, many);
    await measurePages(meter, many, pages);
    await measureHeatMap(meter, many);
    await measureMemory(meter, few);
    await measureScores(client, postgres);
    await measureMail(client, postgres);
    await measureRoster(client, postgres);
    await measureDemoStart(client, folder);
    printTable();
  } finally {
    for (const end of cleanUp) await end();
  }
}

/** Servers of one kind; the figures that need one alone take the first. */
type Servers = readonly [RunningServer, ...RunningServer[]];
/** Servers, the population of their database, and what has been added to it. */
type House = { servers: Servers; url: string; population: Population; newcomers: number };
type Platform = Parameters<Client['launch']>[1];
type Meter = { client: Client; platform: Platform; postgres: BenchPostgres; floors: Servers };

async function house(postgres: BenchPostgres, platform: Platform, client: Client, population: Population, cleanUp: (() => unknown)[]): Promise<House> {
  const url = await postgres.create(`bench_${population.users}`);
  await prepareDatabase(url, population, platform);
  const secretKey = randomBytes(32).toString('hex');
  const servers = await several(() => startServer(client, url, { jobs: 'off', secretKey }));
  cleanUp.unshift(() => endAll(servers));
  return { servers, url, population, newcomers: 0 };
}

async function several(start: () => Promise<RunningServer>): Promise<Servers> {
  const servers: [RunningServer, ...RunningServer[]] = [await start()];
  while (servers.length < turns) servers.push(await start());
  return servers;
}

async function endAll(servers: Servers): Promise<void> {
  for (const { stop } of servers) await stop();
}

type Cost = { server: number; database: number; seconds: number };

/** What `work` costs a server and PostgreSQL, for each of its `count` parts, in milliseconds of processor time. */
async function costOf({ postgres }: Meter, server: RunningServer, count: number, work: () => Promise<{ seconds: number }>): Promise<Cost> {
  const before = { server: threadsCpuMs(server.pid), database: treeCpuMs(postgres.pid) };
  const { seconds } = await work();
  return { server: (threadsCpuMs(server.pid) - before.server) / count, database: (treeCpuMs(postgres.pid) - before.database) / count, seconds: seconds / count };
}

type Kind = { servers: Servers; work: (server: RunningServer, count: number, salt: number) => Promise<{ seconds: number }> };

/** What each kind of work costs, round by round: all kinds in each round, and each turn with processes of its own. */
async function costsOf(meter: Meter, kinds: readonly Kind[], { warmUp: toWarmUp, aRound }: { warmUp: number; aRound: number }): Promise<Cost[][]> {
  const costs = kinds.map((): Cost[] => []);
  for (let turn = 0; turn < turns; turn += 1) {
    const inTurn = kinds.map(({ servers, work }) => ({ server: servers[turn] ?? servers[0], work }));
    for (const { server, work } of [...inTurn, ...inTurn]) await work(server, toWarmUp / 2, 0);
    for (let round = 1; round <= rounds; round += 1) {
      const salt = turn * rounds + round;
      for (const [index, { server, work }] of inTurn.entries()) costs[index]?.push(await costOf(meter, server, aRound, () => work(server, aRound, salt)));
    }
  }
  return costs;
}

/**
 * Launches of people seen for the first time and of people who come again, at both sizes and at the floor, in turn, so
 * that whatever else this machine does falls on all of them alike.
 */
async function measureLaunches(meter: Meter, few: House, many: House): Promise<void> {
  const { client, platform, floors } = meter;
  const newcomersOf = (to: House, count: number) => newLearners(to.population, count, (to.newcomers += count));
  const knownOf = ({ population }: House, count: number, salt: number) => knownLearners(population, count, salt * 7_919);
  const launches = (people: (count: number, salt: number) => BenchPerson[]): Kind['work'] => (server, count, salt) => client.launch(server, platform, people(count, salt));
  const kinds: (Kind & { name: string })[] = [
    { name: 'floor', servers: floors, work: launches((count, salt) => knownOf(many, count, salt)) },
    { name: 'first launch, 100 users', servers: few.servers, work: launches((count) => newcomersOf(few, count)) },
    { name: 'repeat launch, 100 users', servers: few.servers, work: launches((count, salt) => knownOf(few, count, salt)) },
    { name: 'first launch, 100,000 users', servers: many.servers, work: launches((count) => newcomersOf(many, count)) },
    { name: 'repeat launch, 100,000 users', servers: many.servers, work: launches((count, salt) => knownOf(many, count, salt)) },
  ];
  const costs = await costsOf(meter, kinds, { warmUp: warmUp.launches, aRound: launchesARound });

  const floorCosts = costs[0] ?? [];
  for (const [index, { name }] of kinds.entries()) {
    const timesFloor = ratioOf(costs[index] ?? [], floorCosts);
    tellCost(name, costs[index] ?? [], { timesFloor });
    if (index > 0) judge({ figure: `${name}: CPU of server and database, of the floor's`, value: timesFloor, unit: ' times', atMost: 2.5 });
  }
  // Nothing may grow: a quarter is the noise of a busy machine, and a thousand times the users are far beyond it.
  judge({ figure: 'first launch: CPU with 100,000 users, of that with 100', value: ratioOf(costs[3] ?? [], costs[1] ?? []), unit: ' times', atMost: 1.25 });
  judge({ figure: 'repeat launch: CPU with 100,000 users, of that with 100', value: ratioOf(costs[4] ?? [], costs[2] ?? []), unit: ' times', atMost: 1.25 });
}

/** Week page and home of learners with progress, in a small and a large cohort, against the same bytes from a bare Fastify. */
async function measurePages(meter: Meter, many: House, pages: Record<string, string>): Promise<void> {
  const { client, platform, postgres, floors } = meter;
  const kinds: { name: string; path: string; servers: Servers; visits: SignedInPage[] }[] = [];
  for (const [title, path] of [['week page', '/weeks/1'], ['home', '/']] as const) {
    const bare: SignedInPage = { path: `/bare${path}`, cookie: '' };
    const guests = (await client.launch(floors[0], platform, Array.from({ length: 8 }, (_, index) => learnerAt(many.population, 0, index, path)))).pages;
    kinds.push({ name: `${title}, bare`, path, servers: floors, visits: [bare] });
    kinds.push({ name: `${title}, bare with a sign-in read`, path, servers: floors, visits: guests });
    for (const [size, course] of [['30', 0], ['3,000', 2]] as const) {
      const learners = Array.from({ length: 8 }, (_, index) => learnerAt(many.population, course, index * 3, path));
      kinds.push({ name: `${title}, cohort of ${size}`, path, servers: many.servers, visits: (await client.launch(many.servers[0], platform, learners)).pages });
    }
  }
  const costs = await costsOf(meter, kinds.map(({ servers, visits }) => ({ servers, work: (server, count) => visitPages(client, server, visits, count) })), { warmUp: warmUp.pages, aRound: pagesARound });

  for (const [index, { name, path, servers: [server], visits: [first] }] of kinds.entries()) {
    // Of the four kinds of each page the first is bare, the second bare with its sign-in read, and two are real.
    const place = index % 4;
    const timesBare = ratioOf(costs[index] ?? [], costs[index - place] ?? []);
    const timesBareSignedIn = ratioOf(costs[index] ?? [], costs[index - place + 1] ?? []);
    const isReal = place >= 2;
    const statements = isReal && first ? await postgres.countStatements(() => read(client, server, first)) : null;
    tellCost(name, costs[index] ?? [], { timesBare, timesBareSignedIn, statements, bytes: Buffer.byteLength(pages[path] ?? '') });
    if (!isReal) continue;
    judge({ figure: `${name}: CPU, of a bare page that reads its sign-in`, value: timesBareSignedIn, unit: ' times', atMost: 3 });
    judge({ figure: `${name}: CPU, of a bare page without any statement`, value: timesBare, unit: ' times', atMost: 3 });
    judge({ figure: `${name}: SQL statements`, value: statements ?? NaN, unit: '', atMost: 6 });
    judge({ figure: `${name}: CPU of the server`, value: serverMsOf(costs[index] ?? []), unit: ' ms', atMost: pageMs });
  }
  judge({ figure: 'week page before fonts', value: Buffer.byteLength(pages['/weeks/1'] ?? '') / 1000, unit: ' kB', atMost: 100 });
}

/** The page on which faculty see every learner by weeks: its cost grows with the cohort, so its target names one of 200. */
async function measureHeatMap(meter: Meter, many: House): Promise<void> {
  const { client, platform, postgres } = meter;
  const [server] = many.servers;
  const { pages: visits } = await client.launch(server, platform, [facultyOf(1)]);
  await visitPages(client, server, visits, 100);
  const costs: Cost[] = [];
  for (let round = 1; round <= turns * rounds; round += 1) costs.push(await costOf(meter, server, 40, () => visitPages(client, server, visits, 40)));
  let body = '';
  const statements = await postgres.countStatements(async () => { body = await read(client, server, visits[0]!); });
  const name = `heat map, cohort of ${heatMapSize}`;
  if (!body.includes(`of ${heatMapSize}`)) throw new Error(`The heat map does not show a cohort of ${heatMapSize}.`);
  tellCost(name, costs, { statements, bytes: Buffer.byteLength(body) });
  judge({ figure: `${name}: CPU of the server`, value: serverMsOf(costs), unit: ' ms', atMost: pageMs });
  judge({ figure: `${name}: SQL statements`, value: statements, unit: '', atMost: 5 });
}

/** Memory after a start as `npm start` starts, jobs included, and of the server that has just done all this work. */
async function measureMemory({ client }: Meter, few: House): Promise<void> {
  const worked = residentMb(few.servers[0].pid);
  const fresh = await startServer(client, few.url, { jobs: 'on' });
  await sleep(4_000);
  const idle = residentMb(fresh.pid);
  await fresh.stop();
  tell('memory', { idleMb: idle, afterLaunchesMb: worked });
  judge({ figure: 'server idle after its start, jobs on', value: idle, unit: ' MB', atMost: 250 });
}

async function measureDemoStart(client: Client, folder: string): Promise<void> {
  const starts = await measureDemo(client, join(folder, 'demo'));
  tell('npm run demo', starts ? { firstStartSeconds: starts.first, secondStartSeconds: starts.second } : { skipped: true });
  if (starts) judge({ figure: 'npm run demo, second start', value: starts.second, unit: ' s', atMost: 6 });
}

async function visitPages(client: Client, server: RunningServer, visits: readonly SignedInPage[], count: number): Promise<{ seconds: number }> {
  const begun = performance.now();
  await inParallel(Array.from({ length: count }), async (_none, index) => { await read(client, server, visits[index % visits.length]!); });
  return { seconds: (performance.now() - begun) / 1000 };
}

async function read(client: Client, { origin }: RunningServer, { path, cookie }: SignedInPage): Promise<string> {
  const { status, body } = await client.get(`${origin}${path}`, { cookie });
  if (status !== 200) throw new Error(`${path} was answered ${status}.`);
  return body;
}

function tellCost(name: string, costs: readonly Cost[], more: Record<string, number | null>): void {
  const middle = (part: (cost: Cost) => number) => median(costs.map(part));
  tell(name, {
    perSecond: 1 / middle(({ seconds }) => seconds), serverMs: middle(({ server }) => server), databaseMs: middle(({ database }) => database),
    cpuMs: middle(({ server, database }) => server + database), ...more,
  });
}

/** Processor time of the server alone, a page. */
function serverMsOf(costs: readonly Cost[]): number {
  return median(costs.map(({ server }) => server));
}

/** How many times the CPU of `of` these cost: the median over the rounds, in each of which both were measured. */
function ratioOf(costs: readonly Cost[], of: readonly Cost[]): number {
  return median(costs.map(({ server, database }, round) => (server + database) / ((of[round]?.server ?? NaN) + (of[round]?.database ?? NaN))));
}
