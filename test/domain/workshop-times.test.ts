import { describe, it } from 'mocha';
import { expect } from 'chai';
import { comesTwice, joinWindow, readMoment } from '../../server/domain/workshop-times.ts';

const instant = (text: string) => Temporal.Instant.from(text);

describe('workshop times: the moment of a typed day and time', () => {
  const cases: [what: string, date: string | undefined, time: string | undefined, zone: string, expected: string][] = [
    ['in London in summer', '2026-05-12', '14:00', 'Europe/London', '2026-05-12T13:00:00Z'],
    ['in London in winter', '2026-01-13', '14:00', 'Europe/London', '2026-01-13T14:00:00Z'],
    ['half an hour off in Kolkata', '2026-05-12', '09:00', 'Asia/Kolkata', '2026-05-12T03:30:00Z'],
    ['typed without a nought, with blanks', '2026-05-12', ' 9:05 ', 'UTC', '2026-05-12T09:05:00Z'],
    ['with seconds, as some browsers send', '2026-05-12', '09:05:00', 'UTC', '2026-05-12T09:05:00Z'],
    ['just before the clocks jump', '2026-03-29', '00:59', 'Europe/London', '2026-03-29T00:59:00Z'],
    ['that the clocks jump over', '2026-03-29', '01:00', 'Europe/London', 'skipped'],
    ['at the end of the jump', '2026-03-29', '01:59', 'Europe/London', 'skipped'],
    ['just after the jump', '2026-03-29', '02:00', 'Europe/London', '2026-03-29T01:00:00Z'],
    ['jumped over in New York', '2026-03-08', '02:30', 'America/New_York', 'skipped'],
    ['jumped over by half an hour on Lord Howe', '2026-10-04', '02:15', 'Australia/Lord_Howe', 'skipped'],
    ['on a day that Samoa left out', '2011-12-30', '09:00', 'Pacific/Apia', 'skipped'],
    ['that comes twice: the first', '2026-10-25', '01:30', 'Europe/London', '2026-10-25T00:30:00Z'],
    ['that comes twice in New York: the first', '2026-11-01', '01:30', 'America/New_York', '2026-11-01T05:30:00Z'],
    ['of no day', undefined, '14:00', 'UTC', 'no-day'],
    ['of a day that does not exist', '2026-02-30', '14:00', 'UTC', 'no-day'],
    ['of a day in words', 'Tuesday', '14:00', 'UTC', 'no-day'],
    ['without a time', '2026-05-12', undefined, 'UTC', 'no-time'],
    ['of 24 o’clock', '2026-05-12', '24:00', 'UTC', 'no-time'],
    ['with sixty minutes', '2026-05-12', '12:60', 'UTC', 'no-time'],
    ['in words', '2026-05-12', 'two', 'UTC', 'no-time'],
  ];
  for (const [what, date, time, zone, expected] of cases) {
    it(`${what}: ${date} ${time} ${zone}`, () => {
      const reading = readMoment(date, time, zone);
      expect(reading.good ? String(reading.instant) : reading.reason).to.equal(expected);
    });
  }

  const twice: [string, string, boolean][] = [
    ['2026-10-25T00:30:00Z', 'Europe/London', true], ['2026-10-25T01:30:00Z', 'Europe/London', true], ['2026-10-25T02:00:00Z', 'Europe/London', false],
    ['2026-03-29T01:00:00Z', 'Europe/London', false], ['2026-10-25T00:30:00Z', 'UTC', false], ['2026-11-01T05:00:00Z', 'America/New_York', true],
  ];
  for (const [moment, zone, expected] of twice) it(`${moment} in ${zone} ${expected ? 'shows a time that comes twice' : 'comes once'}`, () => expect(comesTwice(instant(moment), zone)).to.equal(expected));
});

describe('workshop times: the door', () => {
  const session = { startsAt: instant('2026-05-12T13:00:00Z'), endsAt: instant('2026-05-12T15:00:00Z') };
  const cases: [string, string][] = [
    ['2026-05-12T12:49:59.999Z', 'before'], ['2026-05-12T12:50:00Z', 'open'], ['2026-05-12T13:00:00Z', 'open'], ['2026-05-12T14:59:59Z', 'open'], ['2026-05-12T15:00:00Z', 'over'], ['2027-05-12T13:00:00Z', 'over'],
  ];
  for (const [now, state] of cases) it(`at ${now} it is ${state}`, () => expect(joinWindow(session, instant(now)).state).to.equal(state));
  it('opens ten minutes before', () => expect(String(joinWindow(session, session.startsAt).opensAt)).to.equal('2026-05-12T12:50:00Z'));
});
