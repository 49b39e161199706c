import { expect } from 'chai';
import { describe, it } from 'mocha';
import { decideNudge, decidePreference, timeOfDay } from '../../server/domain/mail-choices.ts';
import { calendarMail, isProgrammeOver } from '../../server/domain/mail-timetable.ts';
import { isMailAddress, mailGoesAt, usualPreference, whyNotSent } from '../../server/domain/mail-timing.ts';
import type { MailFacts, MailPreference } from '../../server/domain/mail-timing.ts';

const at = (text: string) => Temporal.Instant.from(text);

describe('when a mail goes', () => {
  const rows: [what: string, change: Partial<MailPreference>, zone: string, queuedAt: string, now: string, goesAt: string][] = [
    ['by day at once', {}, 'Europe/London', '2026-05-11T08:00:00Z', '2026-05-11T08:00:00Z', '2026-05-11T08:00:00Z'],
    ['at night in the morning', {}, 'Europe/London', '2026-05-10T23:00:00Z', '2026-05-10T23:00:00Z', '2026-05-11T06:00:00Z'],
    ['in the evening next morning', {}, 'Europe/London', '2026-05-11T19:00:00Z', '2026-05-11T19:00:00Z', '2026-05-12T06:00:00Z'],
    ['one minute before the quiet hours at once', {}, 'Europe/London', '2026-05-11T18:59:00Z', '2026-05-11T18:59:59Z', '2026-05-11T18:59:59Z'],
    ['as they end at once', {}, 'Europe/London', '2026-05-10T23:00:00Z', '2026-05-11T06:00:00Z', '2026-05-11T06:00:00Z'],
    ['by the clock of the reader', {}, 'Pacific/Auckland', '2026-05-11T08:00:00Z', '2026-05-11T08:00:00Z', '2026-05-11T19:00:00Z'],
    ['through a spring-forward night', {}, 'Europe/London', '2026-03-28T23:00:00Z', '2026-03-28T23:00:00Z', '2026-03-29T06:00:00Z'],
    ['without quiet hours at once', { quietFrom: 0, quietUntil: 0 }, 'Europe/London', '2026-05-10T23:00:00Z', '2026-05-10T23:00:00Z', '2026-05-10T23:00:00Z'],
    ['quiet hours by day', { quietFrom: 9 * 60, quietUntil: 17 * 60 }, 'Europe/London', '2026-05-11T09:00:00Z', '2026-05-11T09:00:00Z', '2026-05-11T16:00:00Z'],
    ['quiet until a time that the clock change removes', { quietFrom: 22 * 60, quietUntil: 90 }, 'Europe/London', '2026-03-28T23:00:00Z', '2026-03-28T23:00:00Z', '2026-03-29T01:30:00Z'],
    ['in a digest at the next half past seven', { pace: 'daily' }, 'Europe/London', '2026-05-11T08:00:00Z', '2026-05-11T08:00:00Z', '2026-05-12T06:30:00Z'],
    ['in the digest of this morning, queued at night', { pace: 'daily' }, 'Europe/London', '2026-05-11T03:00:00Z', '2026-05-11T04:00:00Z', '2026-05-11T06:30:00Z'],
    ['in a digest whose time has come', { pace: 'daily' }, 'Europe/London', '2026-05-11T03:00:00Z', '2026-05-11T06:30:00Z', '2026-05-11T06:30:00Z'],
    ['in a digest that was missed, by day', { pace: 'daily' }, 'Europe/London', '2026-05-11T03:00:00Z', '2026-05-11T12:00:00Z', '2026-05-11T12:00:00Z'],
    ['in a digest after long quiet hours', { pace: 'daily', quietUntil: 9 * 60 }, 'Europe/London', '2026-05-11T03:00:00Z', '2026-05-11T04:00:00Z', '2026-05-11T08:00:00Z'],
  ];
  for (const [what, change, zone, queuedAt, now, goesAt] of rows) {
    it(what, () => expect(String(mailGoesAt({ queuedAt: at(queuedAt), preference: { ...usualPreference, ...change }, zone }, at(now)))).to.equal(goesAt));
  }
});

describe('why a mail is not sent', () => {
  const good: MailFacts = { kind: 'due', address: 'a@example.org', isEnrolled: true, isOver: false, goodUntil: null, off: [] };
  const now = at('2026-05-11T08:00:00Z');
  const rows: [what: string, change: Partial<MailFacts>, why: ReturnType<typeof whyNotSent>][] = [
    ['nothing speaks against it', {}, null],
    ['no address', { address: null }, 'no-address'],
    ['an address that is none', { address: 'nobody' }, 'no-address'],
    ['out of the course', { isEnrolled: false }, 'left'],
    ['after the programme', { isOver: true }, 'over'],
    ['old news', { goodUntil: now }, 'old-news'],
    ['news still', { goodUntil: now.add({ seconds: 1 }) }, null],
    ['unwanted', { off: ['due'] }, 'unwanted'],
    ['another kind is unwanted', { off: ['nudge'] }, null],
    ['a link to sign in was asked for, whatever else is unwanted, and after the programme', { kind: 'sign-in', isOver: true, off: ['due', 'nudge', 'reply', 'week-opened'] }, null],
    ['a late link to sign in', { kind: 'sign-in', goodUntil: now }, 'old-news'],
  ];
  for (const [what, change, why] of rows) it(what, () => expect(whyNotSent({ ...good, ...change }, now)).to.equal(why));

  it('an address is one address, and no beginning of another line', () => {
    for (const good of ['a@b.example', 'o’neill@example.org', 'first.last+tag@sub.example.org', 'jörg@exämple.org']) expect(isMailAddress(good), good).to.equal(true);
    for (const bad of ['', 'a', '@b', 'a@', 'a@b@c', 'a b@c', 'a@b\r\nBcc: c@d', 'a@b\n', 'a@b, c@d', 'a@b;c@d', '<a@b>', '"a"@b', 'a:b@c', `${'a'.repeat(250)}@b.org`, 'a\u0000@b']) expect(isMailAddress(bad), bad).to.equal(false);
  });
});

describe('what the calendar says by mail', () => {
  const calendar = { startsOn: Temporal.PlainDate.from('2026-04-13'), timeZone: 'Europe/London' };
  const rows: [what: string, now: string, mails: string[]][] = [
    ['nothing before week 1', '2026-04-12T22:59:00Z', []],
    ['week 1 as it opens', '2026-04-12T23:00:00Z', ['week-opened 1']],
    ['week 5 on its third day', '2026-05-13T22:59:00Z', ['week-opened 5']],
    ['nothing on its fourth', '2026-05-13T23:00:00Z', []],
    ['nothing before its last two days', '2026-05-15T22:59:00Z', []],
    ['that week 5 ends in two days', '2026-05-15T23:00:00Z', ['due 5']],
    ['and on the morning of its last day', '2026-05-17T10:59:00Z', ['due 5']],
    ['and no more when it is all but over', '2026-05-17T11:00:00Z', []],
    ['the last week, too', '2026-07-04T12:00:00Z', ['due 12']],
    ['nothing after the last week', '2026-07-05T23:00:00Z', []],
  ];
  for (const [what, now, mails] of rows) it(what, () => expect(calendarMail(12, calendar, at(now)).map(({ kind, week }) => `${kind} ${week}`)).to.deep.equal(mails));

  it('follows the breaks, the pause and the longer time of one learner', () => {
    const said = (change: Partial<Parameters<typeof calendarMail>[1]>, now: string, extensionDays = 0) => calendarMail(12, { ...calendar, ...change }, at(now), extensionDays).map(({ kind, week, goodUntil }) => `${kind} ${week} ${String(goodUntil).slice(0, 10)}`);
    const breaks = [{ beforeWeek: 5, days: 7 }];
    expect(said({ breaks }, '2026-05-08T23:00:00Z'), 'before the holiday').to.deep.equal(['due 4 2026-05-10']);
    expect(said({ breaks }, '2026-05-11T08:00:00Z'), 'in the holiday').to.deep.equal([]);
    expect(said({ breaks }, '2026-05-16T08:00:00Z'), 'at its end').to.deep.equal([]);
    expect(said({ breaks }, '2026-05-18T08:00:00Z'), 'after it').to.deep.equal(['week-opened 5 2026-05-21']);
    expect(said({ pausedOn: Temporal.PlainDate.from('2026-05-11') }, '2026-05-11T08:00:00Z')).to.deep.equal([]);
    expect(said({}, '2026-05-16T08:00:00Z', 7), 'a week more').to.deep.equal(['due 4 2026-05-17']);
    expect(said({}, '2026-07-11T08:00:00Z', 7), 'and after the last week').to.deep.equal(['due 12 2026-07-12']);
    expect(isProgrammeOver(12, { ...calendar, breaks }, at('2026-07-06T08:00:00Z'))).to.equal(false);
  });

  it('is good until the week is old, or over', () => {
    expect(String(calendarMail(12, calendar, at('2026-05-11T08:00:00Z'))[0]?.goodUntil)).to.equal('2026-05-14T23:00:00Z');
    expect(String(calendarMail(12, calendar, at('2026-05-16T08:00:00Z'))[0]?.goodUntil)).to.equal('2026-05-17T23:00:00Z');
  });

  it('a programme is over when its last week is', () => {
    expect(isProgrammeOver(12, calendar, at('2026-07-05T22:59:00Z'))).to.equal(false);
    expect(isProgrammeOver(12, calendar, at('2026-07-05T23:00:00Z'))).to.equal(true);
    expect(isProgrammeOver(12, calendar, at('2026-07-12T22:59:00Z'), 7), 'a week more').to.equal(false);
    expect(isProgrammeOver(12, calendar, at('2026-07-12T23:00:00Z'), 7)).to.equal(true);
  });
});

describe('what somebody chooses about mail', () => {
  const isZone = (name: string) => name === 'Europe/Berlin';
  it('is taken as typed', () => {
    expect(decidePreference({ kinds: ['due', 'nothing'], pace: 'daily', timeZone: 'Europe/Berlin', quietFrom: '9:05', quietUntil: '23:59' }, isZone)).to.deep.equal({ good: true, preference: { timeZone: 'Europe/Berlin', quietFrom: 545, quietUntil: 1439, pace: 'daily', off: ['week-opened', 'nudge', 'reply'] } });
    expect(timeOfDay(545)).to.equal('09:05');
  });
  it('is refused where it is no time or no zone, each at its field', () => {
    const decision = decidePreference({ quietFrom: '24:00', timeZone: 'Mars/Olympus' }, isZone);
    expect(decision.good ? [] : Object.keys(decision.errors)).to.have.members(['quietFrom', 'quietUntil', 'timeZone']);
  });
  it('a message is its paragraphs, without what is no text', () => {
    expect(decideNudge(' How are you?\r\n\r\nBcc:\tx\u0000@y \n')).to.deep.equal({ good: true, paragraphs: ['How are you?', 'Bcc: x @y'] });
    expect(decideNudge(' \n ').good).to.equal(false);
    expect(decideNudge('x'.repeat(2_001)).good).to.equal(false);
    expect(decideNudge('x'.repeat(2_000)).good).to.equal(true);
  });
});
