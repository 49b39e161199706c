import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { AttendanceStanding } from '../../server/domain/attendance.ts';
import { completionOf } from '../../server/domain/completion.ts';
import type { CompletionFacts, CompletionPolicy, PlanState } from '../../server/domain/completion.ts';

describe('completing the programme', () => {
  const policy: CompletionPolicy = { sectionsPercent: 90, checks: [{ week: 1, percent: 70 }, { week: 3, percent: 70 }], assignments: { weeks: [1, 2], needed: 2 }, plan: { beginsInWeek: 3 } };
  const counts = { days: 3, attended: 3, excused: 0, absent: 0, unmarked: 0, toCome: 0 };
  const attended: AttendanceStanding = { outcome: 'met', inPerson: { ...counts, mayExcuse: 1 }, virtual: { ...counts, needed: 2 } };
  const weeks = [1, 2, 3].map((number) => ({ number, sectionsTotal: 5 }));
  const passed = { points: 7, maximum: 10 };
  const all: CompletionFacts = {
    weeks, isOpen: () => true, sectionsDone: new Map([[1, 5], [2, 5], [3, 4]]), bestChecks: new Map([[1, passed], [3, passed]]),
    assignments: [1, 2, 3].map((week) => ({ week, key: `task-${week}`, title: `Task ${week}` })), assignmentsDone: new Set(['task-1', 'task-2']),
    attendance: attended, plan: { state: 'passed', points: { points: 80, maximum: 100 } },
  };
  const outcomes = (change: Partial<CompletionFacts>, asked = policy) => {
    const { outcome, parts } = completionOf(asked, { ...all, ...change });
    return { outcome, ...Object.fromEntries(parts.map((part) => [part.kind, part.outcome])) };
  };
  const plan = (state: PlanState) => ({ plan: { state, points: null } });
  const met = { outcome: 'met', attendance: 'met', sections: 'met', checks: 'met', assignments: 'met', plan: 'met' };

  const cases: [what: string, change: Partial<CompletionFacts>, expected: object][] = [
    ['everything that counts', {}, met],
    ['one section short of the share', { sectionsDone: new Map([[1, 5], [2, 5], [3, 3]]) }, { ...met, outcome: 'open', sections: 'open' }],
    ['more marked than a week has', { sectionsDone: new Map([[1, 50], [2, 2], [3, 2]]) }, { ...met, outcome: 'open', sections: 'open' }],
    ['nothing yet', { sectionsDone: new Map(), bestChecks: new Map(), assignmentsDone: new Set(), ...plan('none'), attendance: { ...attended, outcome: 'open' } }, { outcome: 'open', attendance: 'open', sections: 'open', checks: 'open', assignments: 'open', plan: 'open' }],
    ['a check a point too low', { bestChecks: new Map([[1, passed], [3, { points: 69, maximum: 100 }]]) }, { ...met, outcome: 'open', checks: 'open' }],
    ['a check undone', { bestChecks: new Map([[3, passed]]) }, { ...met, outcome: 'open', checks: 'open' }],
    ['an assignment undone', { assignmentsDone: new Set(['task-2']) }, { ...met, outcome: 'open', assignments: 'open' }],
    ['an assignment in place of one that counts', { assignmentsDone: new Set(['task-1', 'task-3', 'task-of-old']) }, { ...met, outcome: 'open', assignments: 'open' }],
    ['a plan with faculty', plan('submitted'), { ...met, outcome: 'open', plan: 'open' }],
    ['a plan to be revised', plan('returned'), { ...met, outcome: 'open', plan: 'open' }],
    ['a plan that did not pass', plan('not-passed'), { ...met, outcome: 'not-met', plan: 'not-met' }],
    ['more missed than may be', { attendance: { ...attended, outcome: 'not-met' }, sectionsDone: new Map() }, { ...met, outcome: 'not-met', attendance: 'not-met', sections: 'open' }],
  ];
  for (const [what, change, expected] of cases) it(what, () => expect(outcomes(change)).to.deep.equal(expected));

  it('leaves out what the programme does not ask for', () => {
    const none = { ...counts, days: 0, attended: 0 };
    expect(outcomes({ attendance: { outcome: 'met', inPerson: { ...none, mayExcuse: 0 }, virtual: { ...none, needed: 0 } } }, { sectionsPercent: 0, checks: [] })).to.deep.equal({ outcome: 'met' });
  });

  it('says what is missing, and what of it can be done today', () => {
    const { parts } = completionOf(policy, { ...all, isOpen: (week) => week < 3, sectionsDone: new Map([[1, 5], [2, 3]]), bestChecks: new Map() });
    expect(parts.find(({ kind }) => kind === 'sections')).to.deep.include({ done: 8, total: 15, needed: 14, open: [{ week: 2, undone: 2 }], ahead: 5 });
    expect(parts.find(({ kind }) => kind === 'checks')).to.deep.include({ passed: 0, checks: [{ week: 1, percent: 70, best: null, state: 'undone' }, { week: 3, percent: 70, best: null, state: 'ahead' }] });
  });

  it('says which assignments count and are done, undone or ahead, and asks for no more than there are', () => {
    const asked = { ...policy, assignments: { weeks: [1, 2, 3, 4], needed: 3 } };
    const { parts } = completionOf(asked, { ...all, isOpen: (week) => week < 3, assignmentsDone: new Set(['task-1']) });
    expect(parts.find(({ kind }) => kind === 'assignments')).to.deep.equal({
      kind: 'assignments', outcome: 'open', done: 1, needed: 3,
      assignments: [{ week: 1, key: 'task-1', title: 'Task 1', state: 'done' }, { week: 2, key: 'task-2', title: 'Task 2', state: 'undone' }, { week: 3, key: 'task-3', title: 'Task 3', state: 'ahead' }],
    });
    expect(outcomes({ assignmentsDone: new Set(['task-1', 'task-2', 'task-3']) }, { ...policy, assignments: { weeks: [1, 2, 3], needed: 2 } })).to.include({ assignments: 'met' });
    expect(outcomes({ assignmentsDone: new Set(['task-1', 'task-2', 'task-3']) }, { ...policy, assignments: { weeks: [1, 2, 3, 4], needed: 4 } }), 'week 4 has none').to.include({ assignments: 'met' });
  });

  it('says by when the plan should be begun, and that it is due in the last week', () => {
    expect(completionOf({ ...policy, plan: { beginsInWeek: 2 } }, all).parts.find(({ kind }) => kind === 'plan')).to.deep.include({ beginsInWeek: 2, dueInWeek: 3 });
  });

  it('exactly the share is enough, and thirds are rounded up', () => {
    const three = { weeks: [{ number: 1, sectionsTotal: 3 }], sectionsDone: new Map([[1, 2]]) };
    expect(outcomes(three, { ...policy, sectionsPercent: 66 })).to.include({ sections: 'met' });
    expect(outcomes(three, { ...policy, sectionsPercent: 67 })).to.include({ sections: 'open' });
  });
});
