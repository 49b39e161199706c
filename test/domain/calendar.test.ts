import { describe, it } from 'mocha';
import { expect } from 'chai';
import { breakBefore, breakOfPause, calendarWeek, dayIn, nextMonday, weekDates, weekOpensAt, weekStartsOn } from '../../server/domain/calendar.ts';

const cohort = (startsOn: string, timeZone = 'Europe/London') => ({ startsOn: Temporal.PlainDate.from(startsOn), timeZone });

describe('calendar: the dates of a week', () => {
  const cases: [string, number, string, string][] = [
    ['2026-03-02', 1, '2026-03-02', '2026-03-08'],
    ['2026-03-02', 2, '2026-03-09', '2026-03-15'],
    ['2026-03-02', 12, '2026-05-18', '2026-05-24'],
    ['2026-03-04', 1, '2026-03-04', '2026-03-10'],     // a cohort may start on any day
    ['2024-02-26', 1, '2024-02-26', '2024-03-03'],     // leap day
    ['2026-12-28', 1, '2026-12-28', '2027-01-03'],     // over New Year
  ];
  for (const [startsOn, week, from, to] of cases) {
    it(`week ${week} from ${startsOn} is ${from} to ${to}`, () => {
      const dates = weekDates(cohort(startsOn), week);
      expect([dates.from.toString(), dates.to.toString()]).to.deep.equal([from, to]);
    });
  }
});

describe('calendar: when a week opens', () => {
  const cases: [string, string, string, number, string][] = [
    ['at midnight in London in winter', '2026-03-02', 'Europe/London', 1, '2026-03-02T00:00:00Z'],
    ['an hour earlier in UTC once summer time has begun', '2026-03-02', 'Europe/London', 5, '2026-03-29T23:00:00Z'],
    ['on the very day the clocks go forward', '2026-03-29', 'Europe/London', 1, '2026-03-29T00:00:00Z'],
    ['on the very day the clocks go back', '2026-10-25', 'Europe/London', 1, '2026-10-24T23:00:00Z'],
    ['a week after the clocks went back', '2026-10-19', 'Europe/London', 2, '2026-10-26T00:00:00Z'],
    ['at midnight in New York', '2026-03-02', 'America/New_York', 1, '2026-03-02T05:00:00Z'],
    ['at midnight in New York in summer time', '2026-03-02', 'America/New_York', 2, '2026-03-09T04:00:00Z'],
    ['half an hour off in Kolkata', '2026-03-02', 'Asia/Kolkata', 1, '2026-03-01T18:30:00Z'],
    ['three quarters off in Kathmandu', '2026-03-02', 'Asia/Kathmandu', 1, '2026-03-01T18:15:00Z'],
    ['a day ahead in Auckland', '2026-03-02', 'Pacific/Auckland', 1, '2026-03-01T11:00:00Z'],
    ['where São Paulo had no midnight, at one o’clock', '2018-11-04', 'America/Sao_Paulo', 1, '2018-11-04T03:00:00Z'],
    ['where Beirut had no midnight, at one o’clock', '2024-03-31', 'Asia/Beirut', 1, '2024-03-30T22:00:00Z'],
    ['where Havana had midnight twice, at the first', '2026-11-01', 'America/Havana', 1, '2026-11-01T04:00:00Z'],
    ['where Samoa skipped the whole day, at the next', '2011-12-30', 'Pacific/Apia', 1, '2011-12-30T10:00:00Z'],
  ];
  for (const [name, startsOn, timeZone, week, expected] of cases) {
    it(name, () => expect(weekOpensAt(cohort(startsOn, timeZone), week).toString()).to.equal(expected));
  }

  it('is the same moment at which the calendar turns to that week, in every zone and over every clock change', () => {
    for (const timeZone of ['UTC', 'Europe/London', 'America/New_York', 'America/Sao_Paulo', 'Asia/Beirut', 'America/Havana', 'Australia/Lord_Howe', 'Pacific/Chatham', 'Pacific/Kiritimati']) {
      for (const startsOn of ['2018-08-19', '2018-10-14', '2024-02-04', '2026-09-13', '2026-12-28']) {
        const calendar = cohort(startsOn, timeZone);
        for (let week = 1; week <= 13; week += 1) {
          const opensAt = weekOpensAt(calendar, week);
          const where = `${timeZone}, ${startsOn}, week ${week}`;
          expect(calendarWeek(calendar, opensAt), where).to.equal(week);
          expect(calendarWeek(calendar, opensAt.subtract({ milliseconds: 1 })), where).to.equal(week - 1);
        }
      }
    }
  });
});

describe('calendar: which week it is', () => {
  const cases: [string, string, string, number][] = [
    ['long before the start', 'Europe/London', '2020-01-01T00:00:00Z', 0],
    ['a moment before the start', 'Europe/London', '2026-03-01T23:59:59.999Z', 0],
    ['at the start', 'Europe/London', '2026-03-02T00:00:00Z', 1],
    ['at the start in Auckland, while London still sleeps', 'Pacific/Auckland', '2026-03-01T11:00:00Z', 1],
    ['late on the day of the start in Honolulu', 'Pacific/Honolulu', '2026-03-03T09:59:59Z', 1],
    ['before the start in Honolulu, while it is Monday in London', 'Pacific/Honolulu', '2026-03-02T09:59:59Z', 0],
    ['on the last Sunday night of week 4, summer time having begun', 'Europe/London', '2026-03-29T22:59:59Z', 4],
    ['on the Monday after', 'Europe/London', '2026-03-29T23:00:00Z', 5],
    ['in week 12', 'Europe/London', '2026-05-24T22:59:59Z', 12],
    ['after the last week: simply 13', 'Europe/London', '2026-05-24T23:00:00Z', 13],
    ['a year later', 'Europe/London', '2027-03-01T00:00:00Z', 53],
  ];
  for (const [name, timeZone, now, expected] of cases) {
    it(name, () => expect(calendarWeek(cohort('2026-03-02', timeZone), Temporal.Instant.from(now))).to.equal(expected));
  }
});

describe('calendar: the Monday that is offered', () => {
  const cases: [string, string][] = [
    ['2026-03-02', '2026-03-02'], ['2026-03-03', '2026-03-09'], ['2026-03-07', '2026-03-09'], ['2026-03-08', '2026-03-09'], ['2026-12-31', '2027-01-04'],
  ];
  for (const [day, monday] of cases) it(`${day}: ${monday}`, () => expect(nextMonday(Temporal.PlainDate.from(day)).toString()).to.equal(monday));
});

describe('a calendar with breaks', () => {
  const at = (day: string) => Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: 'Europe/London', plainTime: '12:00' }).toInstant();
  const plain = { startsOn: Temporal.PlainDate.from('2026-04-13'), timeZone: 'Europe/London' };
  const holiday = { ...plain, breaks: [{ beforeWeek: 4, days: 7 }, { beforeWeek: 4, days: 7 }, { beforeWeek: 6, days: 7 }] };
  const starts: [week: number, day: string][] = [[3, '2026-04-27'], [4, '2026-05-18'], [5, '2026-05-25'], [6, '2026-06-08']];
  for (const [week, day] of starts) it(`begins week ${week} on ${day}`, () => expect(String(weekStartsOn(holiday, week))).to.equal(day));

  const weeks: [day: string, week: number, before: number | null][] = [
    ['2026-04-12', 0, null], ['2026-05-03', 3, null], ['2026-05-04', 3, 4], ['2026-05-17', 3, 4], ['2026-05-18', 4, null], ['2026-05-31', 5, null], ['2026-06-01', 5, 6], ['2026-06-08', 6, null],
  ];
  for (const [day, week, before] of weeks) {
    it(`${day} is in week ${week}${before ? `, in the break before week ${before}` : ''}`, () => {
      expect(calendarWeek(holiday, at(day))).to.equal(week);
      expect(breakBefore(holiday, at(day))).to.equal(before);
    });
  }

  it('stands still while a learner pauses, and not before', () => {
    const paused = { ...plain, pausedOn: Temporal.PlainDate.from('2026-05-06') };
    expect([calendarWeek(paused, at('2026-04-20')), calendarWeek(paused, at('2026-05-06')), calendarWeek(paused, at('2026-07-01'))]).to.deep.equal([2, 4, 4]);
  });

  const pauses: [from: string, to: string, left: { beforeWeek: number; days: number } | null][] = [
    ['2026-05-06', '2026-05-06', null], ['2026-05-06', '2026-05-10', null], ['2026-05-06', '2026-05-11', { beforeWeek: 5, days: 7 }],
    ['2026-05-06', '2026-05-13', { beforeWeek: 5, days: 7 }], ['2026-05-06', '2026-05-14', { beforeWeek: 5, days: 14 }],
  ];
  for (const [from, to, left] of pauses) {
    it(`a pause from ${from} to ${to} leaves ${left ? `${left.days} days before week ${left.beforeWeek}` : 'nothing'}`, () => expect(breakOfPause(plain, Temporal.PlainDate.from(from), Temporal.PlainDate.from(to))).to.deep.equal(left));
  }
});

describe('the day that it is somewhere', () => {
  // In this order: what is remembered of one moment must not be said of another.
  const moments: [string, string, string][] = [
    ['Europe/London', '2026-03-28T23:59:59.999Z', '2026-03-28'],
    ['Europe/London', '2026-03-29T00:00:00Z', '2026-03-29'],
    ['Europe/London', '2026-03-29T22:59:59.999Z', '2026-03-29'],   // a day of 23 hours
    ['Europe/London', '2026-03-29T23:00:00Z', '2026-03-30'],
    ['Europe/London', '2026-03-28T12:00:00Z', '2026-03-28'],       // and back again
    ['Pacific/Auckland', '2026-03-28T12:00:00Z', '2026-03-29'],
    ['Europe/London', '2026-10-25T23:30:00Z', '2026-10-25'],       // a day of 25
    ['Europe/London', '2026-10-26T00:00:00Z', '2026-10-26'],
    ['America/Sao_Paulo', '2018-11-04T02:59:59.999Z', '2018-11-03'],
    ['America/Sao_Paulo', '2018-11-04T03:00:00Z', '2018-11-04'],   // its midnight did not exist
    ['America/Sao_Paulo', '2018-11-05T01:59:59.999Z', '2018-11-04'],
    ['America/Sao_Paulo', '2018-11-05T02:00:00Z', '2018-11-05'],
    ['Pacific/Apia', '2011-12-30T09:59:59.999Z', '2011-12-29'],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', '2011-12-31'],        // which had no 30th
  ];
  it('begins and ends with the clocks of the zone', () => {
    for (const [zone, now, day] of moments) expect(String(dayIn(zone, Temporal.Instant.from(now))), `${now} in ${zone}`).to.equal(day);
  });

  it('is the same object while it lasts, so that what is counted from it is counted once', () => {
    const morning = dayIn('Europe/London', Temporal.Instant.from('2026-06-01T08:00:00Z'));
    expect(dayIn('Europe/London', Temporal.Instant.from('2026-06-01T20:00:00Z'))).to.equal(morning);
  });
});
