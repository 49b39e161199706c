import { expect } from 'chai';
import { describe, it } from 'mocha';
import { decideRotation, keyStates } from '../../server/domain/key-rotation.ts';
import type { KeyTimes } from '../../server/domain/key-rotation.ts';

const now = Temporal.Instant.from('2026-05-11T08:00:00Z');
const hours = (count: number) => now.add({ hours: count });
/** A key by the hours, from now, at which it was made, signs from and retires. */
const key = (kid: string, made: number, signs: number | null = null, retires: number | null = null): KeyTimes =>
  ({ kid, createdAt: hours(made), signsFrom: signs === null ? null : hours(signs), retiresAt: retires === null ? null : hours(retires) });
const day = 24;

describe('key rotation', () => {
  const rows: [name: string, keys: KeyTimes[], states: string, decision: { make?: number; retire?: [string, number][]; remove?: string[] }, asked?: boolean][] = [
    ['no key at all: one that signs at once', [], '', { make: 0 }],
    ['a young key: nothing', [key('a', -10 * day)], 'a signing', {}],
    ['a young key, and somebody asks: one that signs in two days', [key('a', -10 * day)], 'a signing', { make: 48 }, true],
    ['a key two days before its end: the next one', [key('a', -88 * day)], 'a signing', { make: 48 }],
    ['an hour before that: nothing yet', [key('a', -88 * day + 1)], 'a signing', {}],
    ['a key long past its end, as after a year switched off', [key('a', -365 * day)], 'a signing', { make: 48 }],
    ['the next is on its way: nothing', [key('a', -89 * day), key('b', -1, 47)], 'b coming, a signing', {}],
    ['the next is on its way, and somebody asks: nothing', [key('a', -89 * day), key('b', -1, 47)], 'b coming, a signing', {}, true],
    ['the next signs: the last retires a day later', [key('a', -90 * day), key('b', -48, 0)], 'b signing, a former', { retire: [['a', 24]] }],
    ['the next has signed for a week before anybody looked: a day from now', [key('a', -97 * day), key('b', -9 * day, -7 * day)], 'b signing, a former', { retire: [['a', 24]] }],
    ['a former key that knows its end: nothing', [key('a', -90 * day, null, 20), key('b', -48, -4)], 'b signing, a former', {}],
    ['a former key past its end goes', [key('a', -91 * day, null, 0), key('b', -3 * day, -25)], 'b signing, a retired', { remove: ['a'] }],
    ['two made at the same start: the newer signs', [key('a', -2), key('b', -1)], 'b signing, a former', { retire: [['a', 24]] }],
  ];
  for (const [name, keys, states, { make, retire = [], remove = [] }, asked = false] of rows) {
    it(name, () => {
      expect(keyStates(keys, now).map(({ kid, state }) => `${kid} ${state}`).join(', ')).to.equal(states);
      const decision = decideRotation(keys, now, { asked });
      expect(decision.makeOneThatSignsFrom?.toString() ?? null).to.equal(make === undefined ? null : hours(make).toString());
      expect(decision.retire.map(({ kid, at }) => [kid, at.toString()])).to.deep.equal(retire.map(([kid, at]) => [kid, hours(at).toString()]));
      expect(decision.remove).to.deep.equal(remove);
    });
  }
});
