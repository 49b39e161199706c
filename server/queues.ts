// Durable work: queues in the same PostgreSQL (pg-boss), so that what has to be done later is written down in the
// transaction that causes it. A row of our own is always the truth; a job carries its id, wakes somebody and backs off.
import { PgBoss } from 'pg-boss';
import type { ConstructorOptions } from 'pg-boss';
import type { Pool } from 'pg';
import { inTransaction } from './database.ts';
import type { Sql } from './database.ts';

/** Every queue there is, and what its jobs carry. */
export type QueueData = {
  /** A score that waits for its delivery: features/scores. */
  'deliver-score': { scoreId: string };
  /** A course whose roster is wanted: features/rosters. */
  'read-roster': { contextId: string };
  /** A deployment whose platform shall send us notices: features/notices. */
  'register-notices': { deploymentId: string };
  /** A mail that waits to be sent: features/mail. */
  'send-mail': { mailId: string };
};
export type QueueName = keyof QueueData;

const queueNames: readonly QueueName[] = ['deliver-score', 'read-roster', 'register-notices', 'send-mail'];

/**
 * How every queue is kept. `short` lets only one job of a key wait, which is what makes many changes one delivery.
 * Whoever works on a job says so every few seconds; ten seconds of silence mean that its process has died, and the job is
 * given to the next. Jobs end well or come again (see `Worked`), so pg-boss's own retries are only for such deaths.
 */
const queueOptions = { heartbeatSeconds: 10, expireInSeconds: 3600, retryLimit: 1000, retryDelay: 0, deleteAfterSeconds: 3600, retentionSeconds: 30 * 86_400 };
const supervisionSeconds = 5;
const touchMs = 3_000;

/**
 * `key`: of jobs with one key only one waits. `lane`: whom it burdens, usually a platform: jobs of one lane wait for
 * each other, and never for those of another.
 */
export type NewJob<Name extends QueueName> = { key: string; data: QueueData[Name]; lane: Lane; delaySeconds?: number };
export type Lane = { id: string; oneByOne: boolean };

export type Queues = {
  /** Adds jobs within the transaction of `sql`. A job is left out where one of its key waits already. */
  add<Name extends QueueName>(sql: Sql, queue: Name, jobs: readonly NewJob<Name>[]): Promise<void>;
  close(): Promise<void>;
};

/** What became of a job: `done`, or it comes again after so many seconds. */
export type Worked =
  | { outcome: 'done' }
  /** `askedToPause`: by the platform. When it asks twice running, the whole lane waits that long. */
  | { outcome: 'again'; inSeconds: number; askedToPause?: boolean };

export type DrainOptions<Name extends QueueName> = {
  queue: Name;
  work: (data: QueueData[Name]) => Promise<Worked>;
  log: (error: Error) => void;
  /** How often to look for new jobs while there are none. */
  pollMs?: number;
};

/** Installs pg-boss's tables and our queues, or brings both up to date. Safe when several processes do it at once. */
export async function installQueues(pool: Pool): Promise<void> {
  const boss = newBoss(pool, { migrate: true });
  await boss.start();
  try {
    for (const name of queueNames) {
      await boss.createQueue(name, { ...queueOptions, policy: 'short' });
      await boss.updateQueue(name, queueOptions);
    }
  } finally {
    await boss.stop({ graceful: false, close: false });
  }
}

/** For processes that only leave work for others: no timers that look after the queues. The pool stays the caller's. */
export async function openQueues(pool: Pool): Promise<Queues> {
  const boss = newBoss(pool, {});
  await boss.start();
  return {
    add: (sql, queue, jobs) => addTo(boss, sql, queue, jobs),
    close: () => boss.stop({ graceful: false, close: false }),
  };
}

/**
 * Works on a queue until it is stopped: many lanes at once, in each lane a few jobs or one. So a platform that hangs
 * holds up nobody else's. `stop` takes no new jobs, waits for those under way and gives the others back.
 */
export async function startQueueWork(pool: Pool, { log }: { log: (error: Error) => void }): Promise<{ drain: <Name extends QueueName>(options: Omit<DrainOptions<Name>, 'log'>) => void; add: Queues['add']; stop: () => Promise<void> }> {
  const boss = newBoss(pool, { migrate: true, supervise: true, log });
  await boss.start();
  const drains: { stop: () => Promise<void> }[] = [];
  return {
    drain: (options) => { drains.push(drain(boss, pool, { ...options, log })); },
    add: (sql, queue, jobs) => addTo(boss, sql, queue, jobs),
    stop: async () => {
      await Promise.all(drains.map((one) => one.stop()));
      await boss.stop({ graceful: false, close: false });
    },
  };
}

function newBoss(pool: Pool, { migrate = false, supervise = false, log = () => {} }: { migrate?: boolean; supervise?: boolean; log?: (error: Error) => void }): PgBoss {
  const boss = new PgBoss({
    db: databaseOf(pool),
    migrate, supervise, schedule: false,
    registerInstance: false, openTelemetry: { enabled: false },
    superviseIntervalSeconds: supervisionSeconds, monitorIntervalSeconds: supervisionSeconds,
    maintenanceIntervalSeconds: 3600, flowIntervalSeconds: 3600, queueCacheIntervalSeconds: 3600, bamIntervalSeconds: 600,
    reindex: false, monitorVacuum: false,
  });
  // What its timers meet while the database is away. Without a listener it would end the process.
  boss.on('error', log);
  return boss;
}

/** pg-boss speaks through our own pool or client: no connections of its own, and jobs that commit with what causes them. */
function databaseOf(sql: Sql): NonNullable<ConstructorOptions['db']> {
  return { executeSql: (text, values) => sql.query(text, values) };
}

async function addTo<Name extends QueueName>(boss: PgBoss, sql: Sql, queue: Name, jobs: readonly NewJob<Name>[]): Promise<void> {
  if (jobs.length === 0) return;
  await boss.insert(queue, jobs.map(({ key, data, lane, delaySeconds }) => ({
    singletonKey: key, data, group: { id: lane.id, ...(lane.oneByOne && { tier: oneByOne }) },
    ...(delaySeconds !== undefined && { startAfter: delaySeconds }),
  })), { db: databaseOf(sql) });
}

const oneByOne = 'one-by-one';

const widthOfLane = 4;       // jobs of one lane at work together
const lengthOfLane = 12;     // a lane with as many fetched jobs is given no more
const batch = 12;
const mostFetched = 600;     // so that fifty platforms may hang, and the fifty-first is served still

type Fetched<Data> = { id: string; retryCount: number; key: string; data: Data; lane: RunningLane<Data> };
type RunningLane<Data> = Lane & { waiting: Fetched<Data>[]; atWork: number; pausedUntil: number; wasAskedToPause: boolean };

function drain<Name extends QueueName>(boss: PgBoss, pool: Pool, { queue, work, log, pollMs = 1000 }: DrainOptions<Name>): { stop: () => Promise<void> } {
  type Job = Fetched<QueueData[Name]>;
  type JobLane = RunningLane<QueueData[Name]>;
  const lanes = new Map<string, JobLane>();
  const fetched = new Map<string, Job>();
  const finished: { job: Job; worked: Worked }[] = [];
  const stopping = new AbortController();
  let wake = () => {};

  const looking = look();
  const settling = settleAll();
  const touching = setInterval(() => { void touch(); }, touchMs);
  return { stop };

  async function stop(): Promise<void> {
    stopping.abort();
    wake();
    await looking;
    const unbegun = [...lanes.values()].flatMap((lane) => lane.waiting.splice(0));
    for (const job of unbegun) fetched.delete(job.id);
    await settling;
    clearInterval(touching);
    // With pg-boss's own words for it: they are there for the next worker at once.
    if (unbegun.length > 0) await boss.fail(queue, unbegun, { message: 'given back' }).catch(log);
  }

  /** Fetches jobs as long as there are any and lanes that take them. */
  async function look(): Promise<void> {
    while (!stopping.signal.aborted) {
      const full = [...lanes.values()].filter(isFull).map(({ id }) => id);
      let came = 0;
      try {
        if (fetched.size < mostFetched) came = await take(full);
      } catch (error) {
        log(error as Error);
      }
      // After a full batch there is more: at once, unless it is for a lane that is full, which calls when it has room.
      if (came < batch) await pause(pollMs);
    }
  }

  async function take(full: readonly string[]): Promise<number> {
    const jobs = await boss.fetch<QueueData[Name]>(queue, { batchSize: batch, includeMetadata: true, ...(full.length > 0 && { ignoreGroups: [...full] }) });
    for (const { id, retryCount, data, groupId, groupTier, singletonKey } of jobs) {
      const lane = laneOf(groupId ?? '', groupTier === oneByOne);
      const job = { id, retryCount, data, lane, key: singletonKey ?? id };
      fetched.set(id, job);
      lane.waiting.push(job);
      advance(lane);
    }
    return jobs.length;
  }

  function laneOf(id: string, single: boolean): JobLane {
    const known = lanes.get(id);
    if (known) return Object.assign(known, { oneByOne: single });
    const lane: JobLane = { id, oneByOne: single, waiting: [], atWork: 0, pausedUntil: 0, wasAskedToPause: false };
    lanes.set(id, lane);
    return lane;
  }

  function isFull({ waiting, atWork, pausedUntil }: JobLane): boolean {
    return waiting.length + atWork >= lengthOfLane || pausedUntil > performance.now();
  }

  function advance(lane: JobLane): void {
    const rest = lane.pausedUntil - performance.now();
    if (stopping.signal.aborted || rest > 0) return;
    while (lane.atWork < (lane.oneByOne ? 1 : widthOfLane)) {
      const job = lane.waiting.shift();
      if (!job) break;
      lane.atWork += 1;
      void carryOut(job);
    }
  }

  async function carryOut(job: Job): Promise<void> {
    const { lane } = job;
    const worked = await attempt(job);
    lane.atWork -= 1;
    finished.push({ job, worked });
    const asked = worked.outcome === 'again' && worked.askedToPause === true;
    if (asked && lane.wasAskedToPause) pauseLane(lane, worked.inSeconds);
    lane.wasAskedToPause = asked;
    advance(lane);
    if (lane.waiting.length + lane.atWork === 0 && lane.pausedUntil <= performance.now()) lanes.delete(lane.id);
    if (lane.waiting.length === 0) wake();
  }

  /** What waits in a paused lane goes back, with the same pause; the lane takes nothing until it is over. */
  function pauseLane(lane: JobLane, seconds: number): void {
    lane.pausedUntil = performance.now() + seconds * 1000;
    for (const job of lane.waiting.splice(0)) finished.push({ job, worked: { outcome: 'again', inSeconds: seconds } });
    setTimeout(() => { if (lane.waiting.length + lane.atWork === 0) lanes.delete(lane.id); }, seconds * 1000).unref();
  }

  async function attempt({ data }: Job): Promise<Worked> {
    try {
      return await work(data);
    } catch (error) {
      // A bug of ours, or a database that is away: not at once again, and not lost.
      log(error as Error);
      return { outcome: 'again', inSeconds: 15 };
    }
  }

  /** Notes what is finished, many at a time. What is not noted when the process dies is worked on again. */
  async function settleAll(): Promise<void> {
    while (!stopping.signal.aborted || fetched.size > 0) {
      const some = finished.splice(0);
      if (some.length > 0) {
        try {
          await settle(some);
        } catch (error) {
          log(error as Error);
          finished.push(...some);
          await sleep(1_000);
          if (stopping.signal.aborted) return;
        }
      }
      await sleep(50);
    }
  }

  async function settle(some: readonly { job: Job; worked: Worked }[]): Promise<void> {
    const again = some.flatMap(({ job, worked }) => (worked.outcome === 'again' ? [{ key: job.key, data: job.data, lane: job.lane, delaySeconds: worked.inSeconds }] : []));
    await inTransaction(pool, async (sql) => {
      await addTo(boss, sql, queue, again);
      await boss.complete(queue, some.map(({ job }) => job), undefined, { db: databaseOf(sql) });
    });
    for (const { job } of some) fetched.delete(job.id);
  }

  async function touch(): Promise<void> {
    if (fetched.size > 0) await boss.touch(queue, [...fetched.values()]).catch(log);
  }

  function pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => { clearTimeout(timer); resolve(); };
    });
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}
