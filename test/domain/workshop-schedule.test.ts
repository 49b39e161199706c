import { describe, it } from 'mocha';
import { expect } from 'chai';
import { decideReason, decideSetting, movedDays, plannedWorkshops, proposeDays } from '../../server/domain/workshop-schedule.ts';
import type { TypedDay, TypedWorkshop } from '../../server/domain/workshop-schedule.ts';
import { changeOf, findDisorder, nextSession, revisionMark } from '../../server/domain/workshop-sessions.ts';

const calendar = (startsOn = '2026-04-13') => ({ startsOn: Temporal.PlainDate.from(startsOn), timeZone: 'Europe/London' });
const instant = (text: string) => Temporal.Instant.from(text);

describe('scheduling workshops: the plan', () => {
  it('holds what has a key, with its week, and leaves out what is older than keys', () => {
    const weeks = [{ number: 1, workshop: { key: 'a', kind: 'virtual' as const, title: 'A', days: 1 } }, { number: 2, workshop: null }, { number: 3, workshop: { kind: 'in-person' as const, title: 'Old', days: 3 } }];
    expect(plannedWorkshops(weeks)).to.deep.equal([{ key: 'a', kind: 'virtual', title: 'A', days: 1, week: 1 }]);
  });

  const proposals: [what: string, startsOn: string, week: number, kind: 'virtual' | 'in-person', days: number, expected: string][] = [
    ['online: the week’s Tuesday', '2026-04-13', 1, 'virtual', 1, '2026-04-14 14:00-16:00'],
    ['in person: Tuesday to Thursday', '2026-04-13', 3, 'in-person', 3, '2026-04-28 09:00-17:00, 2026-04-29 09:00-17:00, 2026-04-30 09:00-17:00'],
    ['a cohort of Wednesdays, online: the last day of its week is a Tuesday', '2026-04-15', 1, 'virtual', 1, '2026-04-21 14:00-16:00'],
    ['a cohort of Wednesdays, in person: the first three working days in the week', '2026-04-15', 1, 'in-person', 3, '2026-04-15 09:00-17:00, 2026-04-16 09:00-17:00, 2026-04-17 09:00-17:00'],
    ['a cohort of Saturdays', '2026-04-18', 1, 'in-person', 3, '2026-04-21 09:00-17:00, 2026-04-22 09:00-17:00, 2026-04-23 09:00-17:00'],
    ['a whole working week', '2026-04-13', 1, 'in-person', 5, '2026-04-13 09:00-17:00, 2026-04-14 09:00-17:00, 2026-04-15 09:00-17:00, 2026-04-16 09:00-17:00, 2026-04-17 09:00-17:00'],
    ['over New Year', '2026-12-28', 1, 'in-person', 3, '2026-12-29 09:00-17:00, 2026-12-30 09:00-17:00, 2026-12-31 09:00-17:00'],
  ];
  for (const [what, startsOn, week, kind, days, expected] of proposals) {
    it(`proposes, ${what}`, () => expect(proposeDays({ week, kind, days }, calendar(startsOn)).map(({ date, start, end }) => `${date} ${start}-${end}`).join(', ')).to.equal(expected));
  }
});

describe('scheduling workshops: what was typed', () => {
  const good: TypedDay = { date: '2026-05-12', start: '14:00', end: '16:00' };
  const typed = (days: TypedDay[], more: Omit<TypedWorkshop, 'days'> = {}): TypedWorkshop => ({ days: new Map(days.map((day, index) => [index + 1, day])), ...more });
  const three = (...dates: string[]) => dates.map((date) => ({ date, start: '09:00', end: '17:00' }));
  const virtual: [what: string, typed: TypedWorkshop, fields: string][] = [
    ['a day without a link yet', typed([good]), ''],
    ['a link', typed([good], { link: ' https://meet.example.org/j/123?pwd=x ' }), ''],
    ['a link without https', typed([good], { link: 'http://meet.example.org/1' }), 'link'],
    ['a link without its beginning', typed([good], { link: 'meet.example.org/1' }), 'link'],
    ['a script for a link', typed([good], { link: 'javascript:alert(1)' }), 'link'],
    ['a link with a password in it', typed([good], { link: 'https://me:secret@meet.example.org' }), 'link'],
    ['a link with words beside it', typed([good], { link: 'https://meet.example.org/1 code 77' }), 'link'],
    ['a link longer than its column', typed([good], { link: `https://meet.example.org/${'x'.repeat(2048)}` }), 'link'],
    ['nothing at all', typed([{}]), '1-date'],
    ['no times', typed([{ date: '2026-05-12' }]), '1-start 1-end'],
    ['an end before the start', typed([{ ...good, end: '13:00' }]), '1-end'],
    ['an end at the start', typed([{ ...good, end: '14:00' }]), '1-end'],
    ['a start that does not exist', typed([{ date: '2026-03-29', start: '01:30', end: '03:00' }]), '1-start'],
    ['an end that does not exist', typed([{ date: '2026-03-29', start: '00:30', end: '01:30' }]), '1-end'],
    ['a start that comes twice', typed([{ date: '2026-10-25', start: '01:15', end: '01:45' }]), ''],
    ['a year that is a slip of the keyboard', typed([{ ...good, date: '2206-05-12' }]), '1-date'],
    ['years ago', typed([{ ...good, date: '2020-05-12' }]), '1-date'],
    ['the last day that makes sense', typed([{ ...good, date: '2027-07-05' }]), ''],
    ['one day more', typed([{ ...good, date: '2027-07-06' }]), '1-date'],
  ];
  for (const [what, one, fields] of virtual) {
    it(`online, ${what}: ${fields || 'good'}`, () => {
      const decision = decideSetting('virtual', one, 'Europe/London', { calendar: calendar(), weeks: 12 });
      expect(decision.good ? '' : Object.keys(decision.errors).join(' ')).to.equal(fields);
    });
  }
  const inPerson: [what: string, typed: TypedWorkshop, fields: string][] = [
    ['three days and a place', typed(three('2026-04-28', '2026-04-29', '2026-04-30'), { venue: 'The hall', address: '1 Street' }), ''],
    ['days with a gap', typed(three('2026-04-28', '2026-05-05', '2026-05-06'), { venue: 'The hall' }), ''],
    ['no place', typed(three('2026-04-28', '2026-04-29', '2026-04-30')), 'venue'],
    ['a place of blanks', typed(three('2026-04-28', '2026-04-29', '2026-04-30'), { venue: ' \n ' }), 'venue'],
    ['a place longer than its column', typed(three('2026-04-28'), { venue: 'x'.repeat(256) }), 'venue'],
    ['an address longer than its column', typed(three('2026-04-28'), { venue: 'x', address: 'x'.repeat(1001) }), 'address'],
    ['days out of order', typed(three('2026-04-29', '2026-04-28', '2026-04-30'), { venue: 'x' }), '2-date'],
    ['two days on one', typed(three('2026-04-28', '2026-04-28', '2026-04-30'), { venue: 'x' }), '2-date'],
    ['the last before the first', typed(three('2026-04-28', '2026-04-29', '2026-04-27'), { venue: 'x' }), '3-date'],
    ['one bad day among good ones', typed([...three('2026-04-28'), {}, ...three('2026-04-30')], { venue: 'x' }), '2-date'],
  ];
  for (const [what, one, fields] of inPerson) {
    it(`in person, ${what}: ${fields || 'good'}`, () => {
      const decision = decideSetting('in-person', one, 'Europe/London', { calendar: calendar(), weeks: 12 });
      expect(decision.good ? '' : Object.keys(decision.errors).join(' ')).to.equal(fields);
    });
  }
  it('keeps a link or a place as they go into the row, and a day that stood there however far away', () => {
    const long = decideSetting('virtual', typed([{ ...good, date: '2020-05-12' }], { link: 'https://meet.example.org/1', venue: 'not asked' }), 'Europe/London', { calendar: calendar(), weeks: 12, standing: [instant('2020-05-12T13:00:00Z')] });
    expect(long.good && { ...long.setting, days: long.setting.days.map(({ startsAt }) => String(startsAt)) }).to.deep.equal({ timeZone: 'Europe/London', meetingUrl: 'https://meet.example.org/1', venue: null, address: null, days: ['2020-05-12T13:00:00Z'] });
  });

  it('asks for a reason, as one line of 300 letters', () => {
    expect(decideReason(' The trainer\nis ill ')).to.deep.equal({ good: true, reason: 'The trainer is ill' });
    for (const bad of [undefined, ' ', 'x'.repeat(301)]) expect(decideReason(bad).good).to.equal(false);
  });
  it('calls a day moved when it begins at another moment', () => {
    const before = [{ day: 1, startsAt: instant('2026-05-12T13:00:00Z') }, { day: 2, startsAt: instant('2026-05-13T13:00:00Z') }];
    expect(movedDays(before, [before[0]!, { day: 2, startsAt: instant('2026-05-14T13:00:00Z') }])).to.deep.equal([2]);
  });
});

describe('the days of workshops', () => {
  const session = (startsAt: string, hours: number, cancelled = false) => ({ startsAt: instant(startsAt), endsAt: instant(startsAt).add({ hours }), cancelledAt: cancelled ? instant('2026-01-01T00:00:00Z') : null });
  const [first, second, third] = [session('2026-05-12T13:00:00Z', 2), session('2026-05-13T13:00:00Z', 2, true), session('2026-05-14T13:00:00Z', 2)] as const;
  const cases: [what: string, now: string, expected: object | null][] = [
    ['before all', '2026-05-01T00:00:00Z', first], ['while one is on', '2026-05-12T14:59:00Z', first], ['once it has ended, past a cancelled one', '2026-05-12T15:00:00Z', third], ['after all', '2026-05-14T15:00:00Z', null],
  ];
  for (const [what, now, expected] of cases) it(`the next one, ${what}`, () => expect(nextSession([third, second, first], instant(now))).to.equal(expected));

  const none = { cancelledAt: null, cancelReason: null, movedFrom: null };
  const changes: [string, Parameters<typeof changeOf>[0], string][] = [
    ['as scheduled', none, 'none'],
    ['moved', { ...none, movedFrom: first.startsAt }, 'moved'],
    ['moved, then cancelled', { movedFrom: first.startsAt, cancelledAt: first.startsAt, cancelReason: 'x' }, 'cancelled'],
    ['put back', { ...none, movedFrom: first.startsAt, cancelReason: 'x' }, 'put-back'],
  ];
  for (const [what, facts, expected] of changes) it(`${what}: ${expected}`, () => expect(changeOf(facts)).to.equal(expected));

  it('are marked by their revisions, in order of days', () => expect(revisionMark([{ day: 2, revision: 3 }, { day: 1, revision: 0 }])).to.equal('1:0 2:3'));
  it('overlap when one begins before the other has ended, and are in order when it begins at its end', () => {
    const days = (start: string) => [{ day: 1, ...session('2026-05-12T09:00:00Z', 8) }, { day: 2, ...session(start, 8) }];
    expect(findDisorder(days('2026-05-12T16:59:00Z'))).to.deep.equal({ day: 2, problem: 'overlap' });
    expect(findDisorder(days('2026-05-12T17:00:00Z'))).to.equal(null);
    expect(findDisorder(days('2026-05-11T09:00:00Z'))).to.deep.equal({ day: 2, problem: 'outOfOrder' });
  });
});
