// How many audit rows of refusals one network may cause: garbage must not fill the database.
import { isIPv6 } from 'node:net';

/** Rows within ten minutes. */
export type RefusalLimits = {
  network: number;
  /** Of all networks together: whoever holds an IPv6 prefix has a new network for every request. */
  all: number;
};
const usualLimits: RefusalLimits = { network: 1_000, all: 20_000 };
const window = Temporal.Duration.from({ minutes: 10 });
/** Networks remembered at a time; the oldest window goes first. */
const networksKept = 10_000;

/** write: an audit row. last: an audit row that also says no more will follow. silent: the page only. */
export type RefusalBudget = (network: string, now: Temporal.Instant) => 'write' | 'last' | 'silent';

/**
 * Counts refusals by network in ten-minute windows, in this process. Nobody's LMS is refused a thousand times in ten
 * minutes; past that the page stays the same and the rows stop, the last one saying so.
 */
export function createRefusalBudget(limits = usualLimits): RefusalBudget {
  const windows = new Map<string, { until: Temporal.Instant; rows: number }>();
  const all = { until: Temporal.Instant.fromEpochMilliseconds(0), rows: 0 };
  return (network, now) => {
    let current = windows.get(network);
    if (!current || Temporal.Instant.compare(current.until, now) <= 0) {
      windows.delete(network);
      const [oldest] = windows.keys();
      if (windows.size >= networksKept && oldest !== undefined) windows.delete(oldest);
      current = { until: now.add(window), rows: 0 };
      windows.set(network, current);
    }
    if (Temporal.Instant.compare(all.until, now) <= 0) Object.assign(all, { until: now.add(window), rows: 0 });
    current.rows += 1;
    if (current.rows > limits.network || all.rows >= limits.all) return 'silent';
    all.rows += 1;
    return current.rows === limits.network || all.rows === limits.all ? 'last' : 'write';
  };
}

/** What the last row of a while says besides. */
export const lastRow = (budget: ReturnType<RefusalBudget>): { note?: string } => (budget === 'last' ? { note: 'further refusals of this network are not written for a while' } : {});

/** An IPv6 customer has at least a /64 to herself, so that is what is counted. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address.slice(0, 64);
  const [front = [], back = []] = address.split('::').map((groups) => groups.split(':').filter(Boolean));
  const zeros = address.includes('::') ? Array<string>(8 - front.length - back.length).fill('0') : [];
  return `${[...front, ...zeros, ...back].slice(0, 4).join(':')}::/64`;
}
