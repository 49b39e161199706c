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
    expect(attentionFor(facts, { weeks, cohort: { ...cohort, startsOn: Temporal.PlainDate.from('2026-04-27') }, now })).to.deep.include({ sectionsDone: 10, sectionsTotal: 18, weeksBehind: [2] });
    expect(attentionFor(facts, { weeks, cohort: { ...cohort, startsOn: Temporal.PlainDate.from('2026-04-27') }, now }).seenOn?.toString()).to.equal('2026-05-12');
  });

  it('before the start nobody is behind', () => {
    const never = { lastSeenAt: null, sectionsDone: new Map<number, number>() };
    expect(attentionFor(never, { weeks, cohort, now: on('2026-04-01') }))
      .to.deep.equal({ level: 'course', reasons: [], weeksBehind: [], sectionsDone: 0, sectionsTotal: 0, seenOn: null, paused: false, thisWeek: 0 });
  });

  it('when the weeks are over nobody is away, but who left work undone is still seen', () => {
    const away = { lastSeenAt: seen(0), sectionsDone: weeksDone(11) };
    expect(attentionFor(away, { weeks, cohort, now: on('2026-08-01') }).level).to.equal('watch');
  });

  describe('with a pace of their own', () => {
    const facts = { lastSeenAt: seen(8), sectionsDone: weeksDone(2) };
    const pace = { breaks: [], pausedOn: null, extensionDays: 0 };
    it('a break of a week means one week less behind', () => {
      expect(attentionFor({ ...facts, pace: { ...pace, breaks: [{ beforeWeek: 3, days: 7 }] } }, { weeks, cohort, now })).to.deep.include({ weeksBehind: [3], level: 'week' });
    });
    it('a holiday of the cohort counts for everybody', () => {
      expect(attentionFor(facts, { weeks, cohort: { ...cohort, breaks: [{ beforeWeek: 2, days: 7 }] }, now })).to.deep.include({ weeksBehind: [3] });
    });
    it('who has more time is behind when that is over', () => {
      expect(attentionFor({ ...facts, pace: { ...pace, extensionDays: 3 } }, { weeks, cohort, now })).to.deep.include({ weeksBehind: [3] });
      expect(attentionFor({ ...facts, pace: { ...pace, extensionDays: 1 } }, { weeks, cohort, now })).to.deep.include({ weeksBehind: [3, 4] });
    });
    it('nobody is needed while they pause', () => {
      expect(attentionFor({ ...facts, pace: { ...pace, pausedOn: Temporal.PlainDate.from('2026-05-01') } }, { weeks, cohort, now })).to.deep.include({ level: 'course', paused: true, weeksBehind: [] });
    });
  });

  describe('says why', () => {
    const completion = { sectionsPercent: 90, checks: [{ week: 1, percent: 70 }, { week: 3, percent: 70 }, { week: 5, percent: 70 }], plan: { beginsInWeek: 8 } };
    const passed = new Map([1, 3, 5].map((week) => [week, { points: 9, maximum: 10 }]));
    const well = { lastSeenAt: seen(0), sectionsDone: weeksDone(4), bestChecks: passed, absences: 0, plan: 'none' as const };
    const late = { now: on('2026-06-02'), facts: { ...well, lastSeenAt: on('2026-06-02'), sectionsDone: weeksDone(8) } };   // a Tuesday in week 8
    const reasonCases: { name: string; facts: Partial<typeof well>; at?: Temporal.Instant; level: string; reasons: object[] }[] = [
      { name: 'nothing while on course', facts: {}, level: 'course', reasons: [] },
      { name: 'weeks behind, by number', facts: { sectionsDone: new Map([[1, 6], [3, 6]]) }, level: 'week', reasons: [{ kind: 'weeks-behind', weeks: [2, 4] }] },
      { name: 'a check of a finished week undone', facts: { bestChecks: new Map([[1, { points: 7, maximum: 10 }]]) }, level: 'watch', reasons: [{ kind: 'checks-undone', weeks: [3] }] },
      { name: 'a check below what completing asks', facts: { bestChecks: new Map([[1, { points: 69, maximum: 100 }], [3, { points: 8, maximum: 10 }]]) }, level: 'watch', reasons: [{ kind: 'checks-low', weeks: [1] }] },
      { name: 'one day missed', facts: { absences: 1 }, level: 'watch', reasons: [{ kind: 'absent', days: 1 }] },
      { name: 'two days missed', facts: { absences: 2 }, level: 'week', reasons: [{ kind: 'absent', days: 2 }] },
      { name: 'the plan not begun, in its week', facts: late.facts, at: late.now, level: 'watch', reasons: [{ kind: 'plan-not-begun', week: 8 }] },
      { name: 'the plan not begun, when its week is over', facts: { ...late.facts, lastSeenAt: on('2026-06-09') }, at: on('2026-06-09'), level: 'week', reasons: [{ kind: 'plan-not-begun', week: 8 }] },
      { name: 'nothing of a plan that is begun', facts: { ...late.facts, plan: 'begun' as never }, at: late.now, level: 'course', reasons: [] },
      { name: 'a fortnight away, and what else there is', facts: { lastSeenAt: seen(15), sectionsDone: weeksDone(3), absences: 1 }, level: 'today', reasons: [{ kind: 'away', days: 15 }, { kind: 'weeks-behind', weeks: [4] }, { kind: 'absent', days: 1 }] },
      { name: 'never here', facts: { lastSeenAt: null as never, sectionsDone: weeksDone(0), bestChecks: new Map() }, level: 'today', reasons: [{ kind: 'never-here', days: 29 }, { kind: 'weeks-behind', weeks: [1, 2, 3, 4] }, { kind: 'checks-undone', weeks: [1, 3] }] },
    ];
    for (const { name, facts, at = now, level, reasons } of reasonCases) {
      it(`${name}: ${level}`, () => expect(attentionFor({ ...well, ...facts }, { weeks, cohort, now: at, completion })).to.deep.include({ level, reasons }));
    }
    it('assignments of finished weeks, when more are undone than may be', () => {
      const assignments = [1, 2, 3, 5].map((week) => ({ week, key: `task-${week}`, title: 'A task' }));
      const reasonsOf = (done: string[], needed: number) => attentionFor({ ...well, assignmentsDone: new Set(done) }, { weeks, cohort, now, assignments, completion: { ...completion, assignments: { weeks: [1, 2, 3, 5], needed } } });
      expect(reasonsOf(['task-1'], 4)).to.deep.include({ level: 'watch', reasons: [{ kind: 'assignments-undone', weeks: [2, 3] }] });
      expect(reasonsOf(['task-1', 'task-2'], 3), 'one may be left out').to.deep.include({ level: 'course', reasons: [] });
      expect(reasonsOf(['task-1', 'task-2', 'task-3'], 4), 'week 5 is not over').to.deep.include({ level: 'course', reasons: [] });
      expect(attentionFor({ ...well, assignmentsDone: new Set() }, { weeks, cohort, now, completion })).to.deep.include({ level: 'course', reasons: [] });
    });
    it('while they pause, only that', () => {
      const since = Temporal.PlainDate.from('2026-05-01');
      expect(attentionFor({ ...well, absences: 3, pace: { breaks: [], pausedOn: since, extensionDays: 0 } }, { weeks, cohort, now, completion })).to.deep.include({ level: 'course', reasons: [{ kind: 'paused', since }] });
    });
    it('asks nothing of checks and plan where the material says nothing of them', () => {
      expect(attentionFor({ ...late.facts, bestChecks: new Map() }, { weeks, cohort, now: late.now })).to.deep.include({ level: 'course', reasons: [] });
    });
  });
});
