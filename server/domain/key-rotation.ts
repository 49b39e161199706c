// When the tool's signing key changes. A platform keeps our key set for hours (Security Framework 1.0, 6.4), so a new key
// is published before it signs, and an old one until nothing that it signed is good any more.

export type KeyTimes = {
  kid: string;
  createdAt: Temporal.Instant;
  /** Null: it has signed since it was made. */
  signsFrom: Temporal.Instant | null;
  /** Null: not retired yet. */
  retiresAt: Temporal.Instant | null;
};

/** signing: signs now. coming: published, signs later. former: signs no more, published until it retires. retired: published no more. */
export type KeyState = 'signing' | 'coming' | 'former' | 'retired';

export const keyRotation = {
  /** How long one key signs. */
  signsFor: Temporal.Duration.from({ hours: 90 * 24 }),
  /** How long a new key is published before it signs: longer than any platform is known to keep a key set. */
  publishedBefore: Temporal.Duration.from({ hours: 48 }),
  /** How long an old key stays published. Nothing that we sign is good for more than an hour; the rest is for clocks and caches. */
  publishedAfter: Temporal.Duration.from({ hours: 24 }),
};

export type RotationDecision = {
  /** When the key that is to be made now shall sign; null when none is to be made. */
  makeOneThatSignsFrom: Temporal.Instant | null;
  /** Keys that sign no more and are not yet told when to retire. */
  retire: { kid: string; at: Temporal.Instant }[];
  /** Keys that are published no more. */
  remove: string[];
};

/** The state of every key, the newest first. */
export function keyStates(keys: readonly KeyTimes[], now: Temporal.Instant): (KeyTimes & { state: KeyState })[] {
  const newestFirst = keys.toSorted((a, b) => compare(beginOf(b), beginOf(a)) || compare(b.createdAt, a.createdAt) || (a.kid < b.kid ? -1 : 1));
  const signing = newestFirst.find((key) => compare(beginOf(key), now) <= 0);
  return newestFirst.map((key) => {
    const state = key === signing ? 'signing' : compare(beginOf(key), now) > 0 ? 'coming' : key.retiresAt !== null && compare(key.retiresAt, now) <= 0 ? 'retired' : 'former';
    return { ...key, state };
  });
}

/**
 * What is to be done about the keys now.
 * @param asked somebody wants a new key although it is not time yet
 */
export function decideRotation(keys: readonly KeyTimes[], now: Temporal.Instant, { asked = false }: { asked?: boolean } = {}): RotationDecision {
  const states = keyStates(keys, now);
  const signing = states.find(({ state }) => state === 'signing');
  const isDue = signing === undefined || compare(beginOf(signing).add(keyRotation.signsFor).subtract(keyRotation.publishedBefore), now) <= 0;
  const isComing = states.some(({ state }) => state === 'coming');
  return {
    makeOneThatSignsFrom: !isComing && (isDue || asked) ? (signing ? now.add(keyRotation.publishedBefore) : now) : null,
    retire: signing === undefined ? [] : states
      .filter(({ state, retiresAt }) => state === 'former' && retiresAt === null)
      .map(({ kid }) => ({ kid, at: latest(beginOf(signing), now).add(keyRotation.publishedAfter) })),
    remove: states.filter(({ state }) => state === 'retired').map(({ kid }) => kid),
  };
}

const beginOf = ({ signsFrom, createdAt }: KeyTimes): Temporal.Instant => signsFrom ?? createdAt;
const compare = (one: Temporal.Instant, other: Temporal.Instant): number => Temporal.Instant.compare(one, other);
const latest = (one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant => (compare(one, other) > 0 ? one : other);
