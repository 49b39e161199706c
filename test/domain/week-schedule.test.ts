import { describe, it } from 'mocha';
import { expect } from 'chai';
import { nextStep, weekStatuses } from '../../server/domain/week-schedule.ts';
import type { ReadingPlace } from '../../server/domain/week-schedule.ts';

const calendar = { startsOn: Temporal.PlainDate.from('2026-03-02'), timeZone: 'Europe/London' };
const weeks = Array.from({ length: 12 }, (_, index) => ({ number: index + 1, sections: [`w${index + 1}-a`, `w${index + 1}-b`] }));

/** '1a 1b 3a' is sections a and b of week 1 and section a of week 3. */
function done(marks: string): Map<number, Set<string>> {
  const map = new Map<number, Set<string>>();
  for (const mark of marks.split(' ').filter(Boolean)) {
    const week = parseInt(mark, 10);
    map.set(week, (map.get(week) ?? new Set()).add(`w${week}-${mark.slice(-1)}`));
  }
  return map;
}

const all = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `${from + index}a ${from + index}b`).join(' ');

/** One letter a week: done, current, open, locked. */
function states(now: string, marks = ''): string {
  return weekStatuses(weeks, calendar, done(marks), Temporal.Instant.from(now)).map(({ state }) => state[0]).join('');
}

describe('week schedule: the state of every week', () => {
  const cases: [string, string, string, string][] = [
    ['before the start everything is locked', '2026-03-01T23:59:59Z', '', 'llllllllllll'],
    ['at the start week 1 opens', '2026-03-02T00:00:00Z', '', 'clllllllllll'],
    ['week 5 opens at midnight in London, an hour earlier in UTC', '2026-03-29T23:00:00Z', '', 'oooocLLLLLLL'.toLowerCase()],
    ['and not a moment sooner', '2026-03-29T22:59:59.999Z', '', 'ooocllllllll'],
    ['in week 12 everything is open', '2026-05-20T10:00:00Z', '', 'oooooooooooc'],
    ['in week 13 none is current', '2026-05-25T10:00:00Z', '', 'oooooooooooo'],
    ['a year later all are still open', '2027-05-25T10:00:00Z', '', 'oooooooooooo'],
    ['a week is done with its last section', '2026-03-10T10:00:00Z', '1a 1b 2a', 'dcllllllllll'],
    ['the current week may be done', '2026-03-10T10:00:00Z', all(1, 2), 'ddllllllllll'],
    ['done work never locks, should the cohort be moved', '2026-02-01T10:00:00Z', '1a 1b 3a', 'dlolllllllll'],
    ['nor work in a week ahead', '2026-03-03T10:00:00Z', '4b', 'clloLLLLLLLL'.toLowerCase()],
  ];
  for (const [name, now, marks, expected] of cases) it(name, () => expect(states(now, marks)).to.equal(expected));

  it('says how far each is done, and which is this week', () => {
    const statuses = weekStatuses(weeks, calendar, done('1a 1b 2a'), Temporal.Instant.from('2026-03-03T10:00:00Z'));
    expect(statuses.slice(0, 3).map(({ state, isThisWeek, sectionsDone, sectionsTotal }) => ({ state, isThisWeek, sectionsDone, sectionsTotal }))).to.deep.equal([
      { state: 'done', isThisWeek: true, sectionsDone: 2, sectionsTotal: 2 },
      { state: 'open', isThisWeek: false, sectionsDone: 1, sectionsTotal: 2 },
      { state: 'locked', isThisWeek: false, sectionsDone: 0, sectionsTotal: 2 },
    ]);
  });

  it('counts only the sections that the week has: one that was taken out is not counted, and keeps the week open', () => {
    const [first, second] = weekStatuses(weeks, calendar, new Map([[2, new Set(['gone'])]]), Temporal.Instant.from('2026-03-03T10:00:00Z'));
    expect(first).to.include({ state: 'current', sectionsDone: 0 });
    expect(second).to.include({ state: 'open', sectionsDone: 0, sectionsTotal: 2 });
  });

  it('a week without sections is never done, and an empty set of done sections opens nothing', () => {
    const now = Temporal.Instant.from('2026-03-03T10:00:00Z');
    const [first, second] = weekStatuses([{ number: 1, sections: [] }, { number: 2, sections: ['x'] }], calendar, new Map([[2, new Set<string>()]]), now);
    expect([first?.state, second?.state]).to.deep.equal(['current', 'locked']);
  });

  it('follows the cohort’s own zone', () => {
    const now = Temporal.Instant.from('2026-03-01T12:00:00Z');
    const first = (timeZone: string) => weekStatuses(weeks, { ...calendar, timeZone }, new Map(), now)[0]?.state;
    expect([first('Pacific/Auckland'), first('Europe/London'), first('America/New_York')]).to.deep.equal(['current', 'locked', 'locked']);
  });

  it('opens a week at the first moment of a day that has no midnight', () => {
    const saoPaulo = { startsOn: Temporal.PlainDate.from('2018-11-04'), timeZone: 'America/Sao_Paulo' };
    const at = (now: string) => weekStatuses(weeks, saoPaulo, new Map(), Temporal.Instant.from(now))[0]?.state;
    expect([at('2018-11-04T02:59:59Z'), at('2018-11-04T03:00:00Z')]).to.deep.equal(['locked', 'current']);
  });
});

describe('week schedule: the one next step', () => {
  function step(now: string, marks: string, place: ReadingPlace | null = null): string {
    const doneSections = done(marks);
    const next = nextStep(weeks, weekStatuses(weeks, calendar, doneSections, Temporal.Instant.from(now)), doneSections, place);
    switch (next.kind) {
      case 'carry-on':
      case 'begin': return `${next.kind} ${next.section}`;
      case 'wait': return `wait for ${next.week}`;
      case 'finished': return 'finished';
    }
  }

  const week3 = '2026-03-17T10:00:00Z';
  const cases: [string, string, string, ReadingPlace | null, string][] = [
    ['before the start: wait for week 1', '2026-02-20T10:00:00Z', '', null, 'wait for 1'],
    ['nothing read: begin with week 1', week3, '', null, 'begin w1-a'],
    ['the earliest unfinished week comes first', week3, '1a', null, 'carry-on w1-b'],
    ['week 1 done: begin week 2', week3, '1a 1b', null, 'begin w2-a'],
    ['a gap: the section that is missing', week3, '1b', null, 'carry-on w1-a'],
    ['the week last read comes before earlier ones', week3, '', { week: 3, section: 'w3-a' }, 'carry-on w3-a'],
    ['the very section last read, even if an earlier one is undone', week3, '', { week: 2, section: 'w2-b' }, 'carry-on w2-b'],
    ['the section last read is done: the next undone one of that week', week3, '2a', { week: 2, section: 'w2-a' }, 'carry-on w2-b'],
    ['the last section read is done: an earlier one of that week', week3, '2b', { week: 2, section: 'w2-b' }, 'carry-on w2-a'],
    ['the week last read is done: the earliest unfinished', week3, '2a 2b', { week: 2, section: 'w2-b' }, 'begin w1-a'],
    ['the section last read is no longer in the week', week3, '', { week: 2, section: 'gone' }, 'carry-on w2-a'],
    ['the week last read is locked now: the earliest unfinished', week3, '', { week: 9, section: 'w9-a' }, 'begin w1-a'],
    ['the week last read is not in the programme', week3, '', { week: 40, section: 'x' }, 'begin w1-a'],
    ['everything open is done: wait for the next', week3, all(1, 3), null, 'wait for 4'],
    ['a week ahead was done: wait for the first that is locked', week3, `${all(1, 3)} 5a 5b`, null, 'wait for 4'],
    ['a week ahead was begun: carry on there', week3, `${all(1, 3)} 5a`, null, 'carry-on w5-b'],
    ['week 13, work left over', '2026-05-26T10:00:00Z', all(1, 11), null, 'begin w12-a'],
    ['everything done: finished', '2026-05-20T10:00:00Z', all(1, 12), { week: 12, section: 'w12-b' }, 'finished'],
    ['everything done and long over: finished', '2027-05-20T10:00:00Z', all(1, 12), null, 'finished'],
  ];
  for (const [name, now, marks, place, expected] of cases) it(name, () => expect(step(now, marks, place)).to.equal(expected));

  it('no weeks at all: finished', () => expect(nextStep([], [], new Map(), null)).to.deep.equal({ kind: 'finished' }));
});

describe('what else keeps a week locked', () => {
  const plan = [1, 2, 3, 4].map((number) => ({ number, sections: ['a', 'b'], ...(number === 3 ? { requires: [1, 2] } : {}) }));
  const calendar = { startsOn: Temporal.PlainDate.from('2026-04-13'), timeZone: 'Europe/London' };
  const inWeek3 = Temporal.Instant.from('2026-04-28T09:00:00Z');
  const locks = (done: [number, string[]][], openUpTo?: number) => weekStatuses(plan, calendar, new Map(done.map(([week, keys]) => [week, new Set(keys)])), inWeek3, openUpTo === undefined ? {} : { openUpTo }).map(({ lock }) => lock);

  it('weeks that must be done first', () => {
    expect(locks([[1, ['a', 'b']], [2, ['a']]])).to.deep.equal([null, null, { because: 'requires', weeks: [2] }, { because: 'later' }]);
    expect(locks([[1, ['a', 'b']], [2, ['a', 'b']]])).to.deep.equal([null, null, null, { because: 'later' }]);
  });
  it('an eligibility form that is not accepted', () => {
    expect(locks([], 1)).to.deep.equal([null, { because: 'eligibility' }, { because: 'eligibility' }, { because: 'later' }]);
  });
  it('but never a week in which something was done', () => {
    expect(locks([[2, ['a']], [3, ['b']], [4, ['a']]], 1)).to.deep.equal([null, null, null, null]);
  });
});
