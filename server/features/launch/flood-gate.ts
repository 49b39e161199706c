// Too many unfinished logins of one address or one registration (rule 11), told without counting at every login.
import { run } from '../../database.ts';
import type { Sql, Statement } from '../../database.ts';

/** Unfinished attempts within their ten minutes from which a login is refused. */
export const floodLimits = { address: 1_000, registration: 20_000 };

/** Where a login comes from: a network, and what names its registration. */
export type LoginSource = { address: string; registrationId: string | null; issuer: string; clientId: string | null };

export type FloodGate = {
  /** Whether one more login may begin. A "no" has the database's word for it. */
  isOpen: (source: LoginSource, now: Temporal.Instant) => Promise<boolean>;
  /** Tells of a login that began. */
  began: (source: LoginSource) => void;
  /** Tells of a launch that arrived from this address, so that one login less is unfinished there. */
  finished: (address: string) => void;
};

/** What the database counted when it was last asked, and how many began here since and have not finished here. */
type Tally = { counted: number; since: number; askedAt: number; asking: Promise<void> | null };

/** A flood that is refused asks the database at most once a second. */
const asksAgainAfter = 1_000;
/** Sources remembered at a time, of each kind; who is forgotten starts at nothing. */
const talliesKept = 20_000;

/**
 * Logins that finish do not count, and only the database knows which did. So this process counts what it began, and
 * asks when that might be too many: at the limit, and at every tenth of it on the way, because others begin some too.
 */
export function createFloodGate(sql: Sql): FloodGate {
  const addresses = new Map<string, Tally>();
  const registrations = new Map<string, Tally>();
  return {
    isOpen: async (source, now) =>
      (await isBelow(addresses.get(source.address), floodLimits.address, { ...countOfAddress, values: [source.address] }, now))
      && isBelow(registrations.get(keyOf(source)), floodLimits.registration, { ...countOfRegistration, values: [source.issuer, source.clientId, source.registrationId] }, now),
    began: (source) => {
      countOne(addresses, source.address);
      countOne(registrations, keyOf(source));
    },
    // Where everybody finishes nothing is ever asked: a count reads an hour's attempts, which are as many as there are
    // launches. Never below nothing, for a launch may come from another address than its login did.
    finished: (address) => {
      const tally = addresses.get(address);
      if (tally && tally.since > 0) tally.since -= 1;
    },
  };

  async function isBelow(tally: Tally | undefined, limit: number, { values, ...count }: Statement & { values: unknown[] }, now: Temporal.Instant): Promise<boolean> {
    if (!tally) return true;
    const mayBeTooMany = tally.counted + tally.since >= limit;
    const knowsBetter = mayBeTooMany && tally.counted >= limit && now.epochMilliseconds - tally.askedAt < asksAgainAfter;
    if ((mayBeTooMany && !knowsBetter) || tally.since >= limit / 10) {
      // Those who come while it is asked wait for the same answer.
      tally.asking ??= ask(tally, count, [...values, String(now)], now).finally(() => { tally.asking = null; });
      await tally.asking;
    }
    return tally.counted + tally.since < limit;
  }

  async function ask(tally: Tally, count: Statement, values: unknown[], now: Temporal.Instant): Promise<void> {
    const [row] = await run<{ open: number }>(sql, count, values);
    Object.assign(tally, { counted: row?.open ?? 0, since: 0, askedAt: now.epochMilliseconds });
  }
}

const keyOf = ({ registrationId, issuer, clientId }: LoginSource): string => JSON.stringify([registrationId, issuer, clientId]);

function countOne(tallies: Map<string, Tally>, key: string): void {
  const tally = tallies.get(key) ?? { counted: 0, since: 0, askedAt: 0, asking: null };
  tally.since += 1;
  tallies.delete(key);   // the one used last stands last, and the first is forgotten
  tallies.set(key, tally);
  const [oldest] = tallies.keys();
  if (tallies.size > talliesKept && oldest !== undefined) tallies.delete(oldest);
}

// No index serves these: every login would pay for it, and they are asked once in a hundred logins of one source at most.
const countOfAddress = {
  name: 'count-open-attempts-of-address',
  text: 'select count(*)::int as open from login_attempt where address = $1 and consumed_at is null and expires_at > $2',
};
const countOfRegistration = {
  name: 'count-open-attempts-of-registration',
  text: `select count(*)::int as open from login_attempt l join platform_registration r on r.id = l.registration_id
          where r.issuer = $1 and ($2::varchar is null or r.client_id = $2) and ($3::uuid is null or r.id = $3)
            and l.consumed_at is null and l.expires_at > $4`,
};
