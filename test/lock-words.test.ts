import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Lock } from '../server/domain/week-schedule.ts';
import { heldBackLines } from '../server/lock-words.ts';

describe('what holds weeks back', () => {
  const eligibility: Lock = { because: 'eligibility' };
  const later: Lock = { because: 'later' };
  const rows: [what: string, locks: (Lock | null)[], lines: string[]][] = [
    ['nothing', [null, null], []],
    ['the calendar alone, of which nothing is said', [null, later], []],
    ['the form, told once and from the first week that waits', [null, null, eligibility, eligibility, later], ['/eligibility: Weeks 3 and later wait for your form']],
    ['weeks before, each week by itself', [null, { because: 'requires', weeks: [1] }, { because: 'requires', weeks: [1, 2] }, later], ['/weeks/1: Week 2 waits for week 1', '/weeks/1: Week 3 waits for week 1 and week 2']],
  ];
  for (const [what, locks, lines] of rows) {
    it(what, () => expect(heldBackLines((path) => path, locks.map((lock, index) => ({ number: index + 1, lock }))).map(({ href, label }) => `${href}: ${label}`)).to.deep.equal(lines));
  }
});
