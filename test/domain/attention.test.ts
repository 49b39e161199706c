import { expect } from 'chai';
import { describe, it } from 'mocha';
import { attentionFor } from '../../server/domain/attention.ts';

describe('who needs help first', () => {
  const weeks = Array.from({ length: 12 }, (_, index) => ({ number: index + 1, sectionsTotal: 6 }));
  const cohort = { startsOn: Temporal.PlainDate.from('2026-04-13'), timeZone: 'Europe/London' };
  const today = Temporal.PlainDate.from('2026-05-12');
  const on = (day: string) => Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: 'Europe/London', plainTime: '10:00' }).toInstant();
  const now = on('2026-05-12');   // a Tuesday in week 5
  const seen = (daysAgo: number) => today.subtract({ days: daysAgo }).toZonedDateTime('Europe/London').toInstant();
  const weeksDone = (count: number) => new Map(weeks.slice(0, count).map(({ number }) => [number, 6]));

  const cases = [
    { name: 'up to date and here today', lastSeenAt: seen(0), sectionsDone: weeksDone(4), level: 'course' },
    { name: 'one week behind', lastSeenAt: seen(0), sectionsDone: weeksDone(3), level: 'watch' },
    { name: 'one section short of a finished week', lastSeenAt: seen(0), sectionsDone: new Map([...weeksDone(3), [4, 5]]), level: 'watch' },
    { name: 'a week away, but not behind', lastSeenAt: seen(8), sectionsDone: weeksDone(4), level: 'course' },
    { name: 'six days away and behind', lastSeenAt: seen(6), sectionsDone: weeksDone(3), level: 'watch' },
    { name: 'a week away and behind', lastSeenAt: seen(7), sectionsDone: weeksDone(3), level: 'week' },
    { name: 'two weeks behind', lastSeenAt: seen(0), sectionsDone: weeksDone(2), level: 'week' },
    { name: 'three weeks behind', lastSeenAt: seen(0), sectionsDone: weeksDone(1), level: 'today' },
    { name: 'thirteen days away, not behind', lastSeenAt: seen(13), sectionsDone: weeksDone(4), level: 'course' },
    { name: 'two weeks away', lastSeenAt: seen(14), sectionsDone: weeksDone(4), level: 'today' },
    { name: 'two weeks away with everything open done', lastSeenAt: seen(14), sectionsDone: weeksDone(5), level: 'course' },
    { name: 'never here', lastSeenAt: null, sectionsDone: weeksDone(0), level: 'today' },
  ];
  for (const { name, level, ...learner } of cases) {
    it(`${name}: ${level}`, () => expect(attentionFor(learner, { weeks, cohort, now }).level).to.equal(level));
  }

  it('counts what was done against what is open, and the day in the cohort’s zone', () => {
    const lateAtNight = Temporal.Instant.from('2026-05-11T23:30:00Z');   // already the 12th in London
    const facts = { lastSeenAt: lateAtNight, sectionsDone: new Map([[1, 6], [2, 4], [9, 3]]) };
    expect(attentionFor(facts, { weeks, cohort: { ...cohort, startsOn: Temporal.PlainDate.from('2026-04-27') }, now })).to.deep.include({ sectionsDone: 10, sectionsTotal: 18, weeksBehind: 1 });
    expect(attentionFor(facts, { weeks, cohort: { ...cohort, startsOn: Temporal.PlainDate.from('2026-04-27') }, now }).seenOn?.toString()).to.equal('2026-05-12');
  });

  it('before the start nobody is behind', () => {
    const never = { lastSeenAt: null, sectionsDone: new Map<number, number>() };
    expect(attentionFor(never, { weeks, cohort, now: on('2026-04-01') }))
      .to.deep.equal({ level: 'course', weeksBehind: 0, sectionsDone: 0, sectionsTotal: 0, seenOn: null, paused: false });
  });

  it('when the weeks are over nobody is away, but who left work undone is still seen', () => {
    const away = { lastSeenAt: seen(0), sectionsDone: weeksDone(11) };
    expect(attentionFor(away, { weeks, cohort, now: on('2026-08-01') }).level).to.equal('watch');
  });

  describe('with a pace of their own', () => {
    const facts = { lastSeenAt: seen(8), sectionsDone: weeksDone(2) };
    const pace = { breaks: [], pausedOn: null, extensionDays: 0 };
    it('a break of a week means one week less behind', () => {
      expect(attentionFor({ ...facts, pace: { ...pace, breaks: [{ beforeWeek: 3, days: 7 }] } }, { weeks, cohort, now })).to.include({ weeksBehind: 1, level: 'week' });
    });
    it('a holiday of the cohort counts for everybody', () => {
      expect(attentionFor(facts, { weeks, cohort: { ...cohort, breaks: [{ beforeWeek: 2, days: 7 }] }, now })).to.include({ weeksBehind: 1 });
    });
    it('who has more time is behind when that is over', () => {
      expect(attentionFor({ ...facts, pace: { ...pace, extensionDays: 3 } }, { weeks, cohort, now })).to.include({ weeksBehind: 1 });
      expect(attentionFor({ ...facts, pace: { ...pace, extensionDays: 1 } }, { weeks, cohort, now })).to.include({ weeksBehind: 2 });
    });
    it('nobody is needed while they pause', () => {
      expect(attentionFor({ ...facts, pace: { ...pace, pausedOn: Temporal.PlainDate.from('2026-05-01') } }, { weeks, cohort, now })).to.include({ level: 'course', paused: true });
    });
  });
});
