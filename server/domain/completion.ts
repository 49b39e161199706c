// Completing the programme: what the policy asks, part by part, and how far one learner is with each. The numbers are the
// content's (`completion:` and `attendance:` in programme.yaml). Source of the rule: field notes 1.1, completion rule.
import type { AttendanceStanding } from './attendance.ts';
import type { Result } from './knowledge-check.ts';

/** What completing asks beside attendance; content/programme.ts has it as part of the material. */
export type CompletionPolicy = {
  /** Of the sections of all weeks, rounded up; 0 to 100. */
  sectionsPercent: number;
  /** Checks that count, with the least share of their points, in percent. */
  checks: readonly { week: number; percent: number }[];
  /** The weeks whose assignments count, and how many of them must be done. Absent where completing asks for none. */
  assignments?: { weeks: readonly number[]; needed: number };
  /** Present where the coaching plan must be passed. */
  plan?: { beginsInWeek: number };
};

/** none: nothing is written. begun: written, not handed in. submitted: with faculty. returned: to be revised. The last two are graded. */
export type PlanState = 'none' | 'begun' | 'submitted' | 'returned' | 'passed' | 'not-passed';

/** `points` of the last released grade; null while there is none. */
export type PlanStanding = { state: PlanState; points: Result | null };

/** What a coach does with the team in a week and gives an account of. `key` names it in addresses, and for good. */
export type Assignment = { week: number; key: string; title: string };

export type CompletionFacts = {
  weeks: readonly { number: number; sectionsTotal: number }[];
  /** Whether a week is open to the learner. */
  isOpen: (week: number) => boolean;
  /** Number of sections done, by week number; weeks without any may be missing. */
  sectionsDone: ReadonlyMap<number, number>;
  /** The best finished try, by week number. */
  bestChecks: ReadonlyMap<number, Result>;
  /** The assignments of the material, in the order of their weeks, whether they count or not. */
  assignments: readonly Assignment[];
  /** The keys of those that the learner has done, and perhaps of some that the material no longer has. */
  assignmentsDone: ReadonlySet<string>;
  attendance: AttendanceStanding;
  plan: PlanStanding;
};

/** met: nothing is missing. open: it can still be met. not-met: it cannot, as far as the learner alone can do anything about it. */
export type PartOutcome = 'met' | 'open' | 'not-met';

export type CheckStanding = {
  week: number;
  /** What the best try must reach, in percent. */
  percent: number;
  best: Result | null;
  /** passed: it counts. low: tried, and not enough. undone: open, no finished try. ahead: its week has not opened. */
  state: 'passed' | 'low' | 'undone' | 'ahead';
};

/** done: it counts. undone: open, and not done yet. ahead: its week has not opened. */
export type AssignmentStanding = Assignment & { state: 'done' | 'undone' | 'ahead' };

export type CompletionPart =
  | { kind: 'attendance'; outcome: PartOutcome; standing: AttendanceStanding }
  /** `open`: open weeks with undone sections, in order. `ahead`: undone sections of weeks that have not opened. */
  | { kind: 'sections'; outcome: PartOutcome; done: number; total: number; needed: number; percent: number; open: { week: number; undone: number }[]; ahead: number }
  | { kind: 'checks'; outcome: PartOutcome; passed: number; checks: CheckStanding[] }
  /** `done` of the ones that count; as many as `needed` are enough. */
  | { kind: 'assignments'; outcome: PartOutcome; done: number; needed: number; assignments: AssignmentStanding[] }
  /** `beginsInWeek`: by then it should be begun. `dueInWeek`: the last week of the programme. */
  | { kind: 'plan'; outcome: PartOutcome; plan: PlanStanding; beginsInWeek: number; dueInWeek: number };

export type Completion = { outcome: PartOutcome; parts: CompletionPart[] };

/**
 * How far a learner is with each part that counts, in the order in which a page tells them. A part of which the programme
 * asks nothing (no workshops, no sections, no checks, no assignments, no plan) is left out. Sections and assignments may be done and
 * checks tried at any time, so these stay open for ever; a day that was missed and a plan that was not passed do not.
 */
export function completionOf(policy: CompletionPolicy, { weeks, isOpen, sectionsDone, bestChecks, attendance, plan, ...facts }: CompletionFacts): Completion {
  const sections = sectionsPart();
  const checks = checksPart();
  const assignments = assignmentsPart();
  const parts: CompletionPart[] = [
    ...(attendance.inPerson.days + attendance.virtual.days > 0 ? [{ kind: 'attendance' as const, outcome: attendance.outcome, standing: attendance }] : []),
    ...(sections.needed > 0 ? [sections] : []),
    ...(checks.checks.length > 0 ? [checks] : []),
    ...(assignments.needed > 0 ? [assignments] : []),
    ...(policy.plan ? [{ kind: 'plan' as const, outcome: planOutcome(plan.state), plan, ...policy.plan, dueInWeek: Math.max(...weeks.map(({ number }) => number)) }] : []),
  ];
  return { outcome: together(parts), parts };

  function sectionsPart(): CompletionPart & { kind: 'sections' } {
    const counted = weeks.map(({ number, sectionsTotal }) => ({ week: number, total: sectionsTotal, done: Math.min(sectionsDone.get(number) ?? 0, sectionsTotal) }));
    const total = counted.reduce((sum, week) => sum + week.total, 0);
    const done = counted.reduce((sum, week) => sum + week.done, 0);
    const needed = Math.ceil((total * policy.sectionsPercent) / 100);
    const undone = counted.flatMap((week) => (week.done < week.total ? [{ week: week.week, undone: week.total - week.done }] : []));
    return {
      kind: 'sections', outcome: done >= needed ? 'met' : 'open', done, total, needed, percent: policy.sectionsPercent,
      open: undone.filter(({ week }) => isOpen(week)),
      ahead: undone.filter(({ week }) => !isOpen(week)).reduce((sum, week) => sum + week.undone, 0),
    };
  }

  function checksPart(): CompletionPart & { kind: 'checks' } {
    const standings = policy.checks.map(({ week, percent }): CheckStanding => {
      const best = bestChecks.get(week) ?? null;
      const state = best ? (reaches(best, percent) ? 'passed' : 'low') : isOpen(week) ? 'undone' : 'ahead';
      return { week, percent, best, state };
    });
    const passed = standings.filter(({ state }) => state === 'passed').length;
    return { kind: 'checks', outcome: passed === standings.length ? 'met' : 'open', passed, checks: standings };
  }

  // What the material does not have, nobody can do: it is not asked for.
  function assignmentsPart(): CompletionPart & { kind: 'assignments' } {
    const { weeks: counted, needed: asked } = policy.assignments ?? { weeks: [], needed: 0 };
    const standings = facts.assignments.filter(({ week }) => counted.includes(week)).map((assignment): AssignmentStanding =>
      ({ ...assignment, state: facts.assignmentsDone.has(assignment.key) ? 'done' : isOpen(assignment.week) ? 'undone' : 'ahead' }));
    const done = standings.filter(({ state }) => state === 'done').length;
    const needed = Math.min(asked, standings.length);
    return { kind: 'assignments', outcome: done >= needed ? 'met' : 'open', done, needed, assignments: standings };
  }
}

/** Whether a result is at least so many percent of its maximum; exactly so many is enough. */
export function reaches({ points, maximum }: Result, percent: number): boolean {
  return points * 100 >= percent * maximum;
}

/** A plan that was graded and not passed can be handed in again only when faculty return it. */
function planOutcome(state: PlanState): PartOutcome {
  if (state === 'passed') return 'met';
  return state === 'not-passed' ? 'not-met' : 'open';
}

function together(parts: readonly CompletionPart[]): PartOutcome {
  if (parts.some(({ outcome }) => outcome === 'not-met')) return 'not-met';
  return parts.every(({ outcome }) => outcome === 'met') ? 'met' : 'open';
}
