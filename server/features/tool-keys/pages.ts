// What operators see of our own keys.
import { keyRotation, keyStates } from '../../domain/key-rotation.ts';
import type { KeyState, KeyTimes } from '../../domain/key-rotation.ts';
import { fullDate, timeAndZone } from '../../format.ts';
import type { English } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';

export type KeysInput = {
  at: (path: string) => string;
  english?: English;
  now: Temporal.Instant;
  keys: readonly KeyTimes[];
  /** Where platforms fetch them. */
  keySetUrl: string;
  notice?: 'made' | 'coming' | 'replaced' | null;
};

/** `GET /admin/tool-keys`. Times are in UTC: operators look after servers of several zones. */
export function keysPage({ at, english = 'en-GB', now, keys, keySetUrl, notice = null }: KeysInput) {
  const moment = (instant: Temporal.Instant) => {
    const utc = instant.toZonedDateTimeISO('UTC');
    return `${fullDate(utc, english)}, ${timeAndZone(utc, english)}`;
  };
  const states = keyStates(keys, now).filter(({ state }) => state !== 'retired');
  const words = ({ state, signsFrom, createdAt, retiresAt }: (typeof states)[number]): { point: string; text: string } => {
    const begins = signsFrom ?? createdAt;
    const table: Record<KeyState, { point: string; text: string }> = {
      signing: { point: 'done', text: `Signs since ${moment(begins)}` },
      coming: { point: 'open', text: `Published; signs from ${moment(begins)}` },
      former: { point: 'part', text: retiresAt === null ? 'Signs no more; still published' : `Signs no more; published until ${moment(retiresAt)}` },
      retired: { point: 'locked', text: 'Published no more' },
    };
    return table[state];
  };
  const signing = states.find(({ state }) => state === 'signing');
  const isComing = states.some(({ state }) => state === 'coming');
  return {
    template: 'tool-keys/keys',
    data: {
      title: 'Keys',
      keySetUrl,
      action: at('/admin/tool-keys'),
      keys: states.map((key) => ({ kid: key.kid, ...words(key) })),
      next: isComing || signing === undefined ? null : `The next key is made by itself about ${moment((signing.signsFrom ?? signing.createdAt).add(keyRotation.signsFor).subtract(keyRotation.publishedBefore))}.`,
      mayMake: !isComing,
      notice: notice === 'made' ? { heading: 'A new key is published', text: 'It signs in two days, when every platform has had time to fetch it. Nothing has to be done at any LMS.' }
        : notice === 'coming' ? { heading: 'A new key is already on its way', text: 'It is published, and signs at the time that stands below.' }
        : notice === 'replaced' ? { heading: 'The keys are replaced', text: 'The new key signs from now on. Platforms that keep our key set for some hours may refuse scores and rosters until they fetch it again; they are sent again by themselves.' } : null,
    },
  } satisfies Page;
}
