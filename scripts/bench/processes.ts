// What processes cost, as Linux counts it: processor time from /proc/PID/stat and schedstat, memory from /proc/PID/status.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second for every program (sysconf(_SC_CLK_TCK), proc(5)). */
const millisecondsPerTick = 10;

type Stat = { pid: number; parent: number; ownMs: number; endedChildrenMs: number };

/** Whether this machine can tell what a process costs. */
export const canMeasure = process.platform === 'linux' && existsSync('/proc/self/schedstat');

/** Processor time of one process so far, all its threads included, those that ended too. */
export function processCpuMs(pid: number): number {
  return readStat(pid)?.ownMs ?? 0;
}

/** The same of the threads that live, and to the nanosecond: for what takes less than many ticks, in a process whose threads all live on. */
export function threadsCpuMs(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + (readScheduled(`${pid}/task/${thread}`) ?? 0), 0);
}

/**
 * Processor time of a process and of everything under it. A PostgreSQL connection is a process of its own, of one thread:
 * while it lives it is read here, when it has ended its parent's count of ended children holds it.
 */
export function treeCpuMs(root: number): number {
  const stats = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => readStat(Number(name)) ?? []);
  const under = new Set([root]);
  for (let before = 0; before !== under.size;) {
    before = under.size;
    for (const { pid, parent } of stats) if (under.has(parent)) under.add(pid);
  }
  return stats.filter(({ pid }) => under.has(pid)).reduce((sum, { pid, ownMs, endedChildrenMs }) => sum + (readScheduled(`${pid}`) ?? ownMs) + endedChildrenMs, 0);
}

/** Resident memory in MB (2^20 bytes). */
export function residentMb(pid: number): number {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

/** What a process's first thread, or a thread, has run so far, in milliseconds; null when it has ended. */
function readScheduled(of: string): number | null {
  try {
    return Number(readFileSync(`/proc/${of}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return null;
  }
}

function readStat(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold anything, brackets too.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number);
    const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15);
    return { pid, parent: fields[1] ?? 0, ownMs: (utime + stime) * millisecondsPerTick, endedChildrenMs: (cutime + cstime) * millisecondsPerTick };
  } catch {
    return null;   // it ended between the listing and the reading
  }
}
