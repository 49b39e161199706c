import { expect } from 'chai';
import { describe, it } from 'mocha';
import { clockTime, dateRange, fromToday, fullDate, inWords, list, longDate, plural, readerEnglish, sentence, timeAndZone, zonePlace } from '../server/format.ts';

const day = (text: string) => Temporal.PlainDate.from(text);
const moment = (text: string) => Temporal.ZonedDateTime.from(text);

describe('days', () => {
  it('have their weekday', () => {
    expect(longDate(day('2026-05-11'))).to.equal('Monday 11 May');
    expect(fullDate(day('2026-05-17'))).to.equal('Sunday 17 May 2026');
  });
  for (const [from, to, words] of [
    ['2026-05-11', '2026-05-17', 'Monday 11 to Sunday 17 May'],
    ['2026-06-29', '2026-07-05', 'Monday 29 June to Sunday 5 July'],
    ['2026-12-28', '2027-01-03', 'Monday 28 December 2026 to Sunday 3 January 2027'],
  ] as const) it(`a week reads "${words}"`, () => expect(dateRange(day(from), day(to))).to.equal(words));
});

describe('times', () => {
  for (const [when, words] of [
    ['2026-06-01T00:00[Europe/London]', '00:00 BST'],
    ['2026-01-05T14:05[Europe/London]', '14:05 GMT'],
    ['2026-06-01T09:00[America/New_York]', '09:00 EDT'],
    ['2026-06-01T09:00[Asia/Kolkata]', '09:00 IST'],
    ['2026-06-01T09:00[America/Sao_Paulo]', '09:00 GMT-3'],
    ['2026-06-01T09:00[UTC]', '09:00 UTC'],
  ] as const) it(`have their zone: ${words}`, () => expect(timeAndZone(moment(when))).to.equal(words));
  it('are on the 24-hour clock', () => expect(clockTime(moment('2026-06-01T07:03[Europe/London]'))).to.equal('07:03'));
  it('of a zone happen in a place', () => {
    expect(zonePlace('America/Argentina/Buenos_Aires')).to.equal('Buenos Aires');
    expect(zonePlace('UTC')).to.equal('UTC');
  });
});

describe('how far away a day is', () => {
  const today = day('2026-05-12');
  for (const [other, words] of [
    ['2026-05-12', 'today'], ['2026-05-13', 'tomorrow'], ['2026-05-11', 'yesterday'], ['2026-05-18', 'in six days'],
    ['2026-04-24', '18 days ago'], ['2026-06-08', 'in four weeks'], ['2026-04-20', 'three weeks ago'],
  ] as const) it(`${other} is ${words}`, () => expect(fromToday(day(other), today)).to.equal(words));
});

describe('counts', () => {
  it('are words up to twelve', () => {
    expect([0, 1, 12, 13].map(inWords)).to.deep.equal(['no', 'one', 'twelve', '13']);
    expect(plural(1, 'section')).to.equal('one section');
    expect(plural(2, 'person', 'people')).to.equal('two people');
    expect(sentence(plural(40, 'learner'))).to.equal('40 learners');
  });
  it('of things are listed with "and"', () => expect([list([]), list(['a']), list(['a', 'b', 'c'])]).to.deep.equal(['', 'a', 'a, b and c']));
});

describe('the reader’s English', () => {
  for (const [locale, english] of [
    ['en-US', 'en-US'], ['en_us', 'en-US'], ['EN-us', 'en-US'], ['en-US-u-ca-buddhist', 'en-US'], ['en_AU.UTF-8', 'en-AU'], ['en-CA', 'en-CA'],
    ['en-GB', 'en-GB'], ['en-ZA', 'en-GB'], ['en', 'en-GB'], [null, 'en-GB'], ['', 'en-GB'], ['de', 'en-GB'], ['es-US', 'en-GB'], ['eng-US', 'en-GB'],
    ['en-USA', 'en-GB'], ['en-QX', 'en-GB'], ['en-999', 'en-GB'], ['en-US\u0000', 'en-US'], ['<script>', 'en-GB'],
  ] as const) it(`of ${JSON.stringify(locale)} is ${english}`, () => expect(readerEnglish(locale)).to.equal(english));

  const thursday = moment('2026-05-14T14:05[America/New_York]');
  for (const [english, date, full, range, time] of [
    ['en-GB', 'Thursday 14 May', 'Thursday 14 May 2026', 'Monday 11 to Sunday 17 May', '14:05 EDT'],
    ['en-US', 'Thursday, May 14', 'Thursday, May 14, 2026', 'Monday, May 11 to Sunday, May 17', '2:05\u00a0PM EDT'],
    ['en-CA', 'Thursday, May 14', 'Thursday, May 14, 2026', 'Monday, May 11 to Sunday, May 17', '2:05\u00a0p.m. EDT'],
    ['en-AU', 'Thursday 14 May', 'Thursday 14 May 2026', 'Monday 11 to Sunday 17 May', '2:05\u00a0pm EDT'],
    ['en-IE', 'Thursday 14 May', 'Thursday 14 May 2026', 'Monday 11 to Sunday 17 May', '14:05 EDT'],
  ] as const) {
    it(`in ${english}: ${full}, ${time}`, () => {
      expect(longDate(thursday, english)).to.equal(date);
      expect(fullDate(thursday, english)).to.equal(full);
      expect(dateRange(day('2026-05-11'), day('2026-05-17'), english)).to.equal(range);
      expect(timeAndZone(thursday, english)).to.equal(time);
    });
  }
  it('tells midnight and noon of a day with two halves', () => {
    expect(clockTime(moment('2026-06-01T00:00[Europe/London]'), 'en-US')).to.equal('12:00\u00a0AM');
    expect(clockTime(moment('2026-06-01T12:00[Europe/London]'), 'en-US')).to.equal('12:00\u00a0PM');
  });
});
