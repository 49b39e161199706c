// Examples of a learner's progress and of a learner's page; page-fixtures.ts shows them beside all others.
import type { AttendanceStanding } from '../server/domain/attendance.ts';
import { attentionFor } from '../server/domain/attention.ts';
import { completionOf } from '../server/domain/completion.ts';
import type { CompletionFacts, PlanState } from '../server/domain/completion.ts';
import { eventsPerPage, learnerPage } from '../server/features/learners/pages.ts';
import type { LearnerInput } from '../server/features/learners/pages.ts';
import { progressPage } from '../server/features/progress/pages.ts';
import { heldBackLines } from '../server/lock-words.ts';
import type { Page, Role } from '../server/plugins/views.ts';
import { smallRubric } from './page-fixtures-grading.ts';

export function progressExamples({ at, now, cohort, longName }: { at: (path: string) => string; now: Temporal.Instant; cohort: { name: string; startsOn: Temporal.PlainDate; timeZone: string }; longName: string }): Record<string, { path: string; role: Role; page: Page }> {
  const weeks = Array.from({ length: 12 }, (_none, index) => ({ number: index + 1, sectionsTotal: 6 }));
  const policy = { sectionsPercent: 90, checks: [1, 3, 7, 8, 9, 10, 11, 12].map((week) => ({ week, percent: 70 })), assignments: { weeks: [1, 2, 3, 4, 5, 6, 7, 8], needed: 8 }, plan: { beginsInWeek: 8 } };
  const standing = (outcome: AttendanceStanding['outcome'], attended: number): AttendanceStanding => ({
    outcome,
    inPerson: { days: 6, attended, excused: outcome === 'not-met' ? 2 : 0, absent: 0, unmarked: outcome === 'open' ? 1 : 0, toCome: outcome === 'open' ? 5 - attended : 0, mayExcuse: 1 },
    virtual: { days: 5, attended: outcome === 'met' ? 5 : 1, excused: 0, absent: 0, unmarked: 0, toCome: outcome === 'met' ? 0 : 4, needed: 4 },
  });
  const assignments = policy.assignments.weeks.map((week) => ({ week, key: `task-${week}`, title: week === 4 ? `A very long name of an assignment, and ${'Verbesserungsbegleitung'.repeat(3)}` : 'Charter and first aim' }));
  const facts = (plan: PlanState, change: Partial<CompletionFacts> = {}): CompletionFacts => ({
    weeks, isOpen: (week) => week <= 5, sectionsDone: new Map([[1, 6], [2, 4], [3, 6], [4, 1]]), bestChecks: new Map([[1, { points: 8, maximum: 10 }], [3, { points: 6, maximum: 11 }]]),
    assignments, assignmentsDone: new Set(['task-1']), attendance: standing('open', 3), plan: { state: plan, points: null }, ...change,
  });
  const done = facts('passed', {
    sectionsDone: new Map(weeks.map(({ number }) => [number, 6])), bestChecks: new Map(policy.checks.map(({ week }) => [week, { points: 9, maximum: 10 }])),
    assignmentsDone: new Set(assignments.map(({ key }) => key)), attendance: standing('met', 6), plan: { state: 'passed', points: { points: 82, maximum: 100 } },
  });
  const own = (counted: CompletionFacts, isKept = true, heldBack: ReturnType<typeof heldBackLines> = []) => progressPage({ at, cohortName: cohort.name, programmeTitle: 'Improvement Coach', hasPlanForm: true, rubric: smallRubric, heldBack, counted, completion: isKept ? completionOf(policy, counted) : null });
  const lost = facts('not-passed', { attendance: standing('not-met', 4), plan: { state: 'not-passed', points: { points: 48, maximum: 100 } } });

  const ago = (hours: number) => now.subtract({ hours });
  const events: LearnerInput['events'] = [
    { at: ago(1), kind: 'assignment', assignment: 'task-4', words: `We met.\n\n${longName}` }, { at: ago(1), kind: 'assignment', assignment: 'gone', words: 'We met.' },
    { at: ago(2), kind: 'check', week: 3, points: 6, maximum: 11 }, { at: ago(3), kind: 'sections', week: 4, count: 1 }, { at: ago(3), kind: 'visit' },
    { at: ago(5), kind: 'post', postId: 'd1', week: 4, isReply: true, words: `@Zsófia, we ask the night staff first.\n\n${longName} ${'reads it to them. '.repeat(30)}` }, { at: ago(6), kind: 'post', postId: 'd2', week: 3, isReply: false, words: null },
    { at: ago(26), kind: 'journal', week: 3, words: `I filled the silence again.\n${longName}` }, { at: ago(27), kind: 'check-begun', week: 4 },
    { at: ago(28), kind: 'mail', mailId: 'm1', mail: 'nudge', subject: `A message from ${longName}`, state: 'sent' }, { at: ago(29), kind: 'mail', mailId: 'm2', mail: 'week-opened', subject: 'Week 4 is open: Teams', state: 'failed' }, { at: ago(29), kind: 'mail', mailId: 'm3', mail: 'reply', subject: 'Somebody mentioned you', state: 'suppressed' },
    { at: ago(30), kind: 'pace', change: 'more-time', extensionDays: 7, by: longName }, { at: ago(31), kind: 'pace', change: 'resume', extensionDays: 0, by: null }, { at: ago(90), kind: 'pace', change: 'pause', extensionDays: 0, by: 'Dr Eleanor Whitfield' },
    { at: ago(120), kind: 'decision', submissionId: 's2', number: 2, decision: 'released', passed: true, points: 82, maximum: 100, by: 'Dr Eleanor Whitfield' }, { at: ago(130), kind: 'submission', submissionId: 's2', number: 2 },
    { at: ago(150), kind: 'decision', submissionId: 's1', number: 1, decision: 'returned', passed: null, points: null, maximum: 100, by: null }, { at: ago(151), kind: 'submission', submissionId: 's1', number: 1 }, { at: ago(152), kind: 'withdrawal', submissionId: 's0', number: 1 },
    { at: ago(190), kind: 'eligibility', step: 'accepted', by: 'Dr Eleanor Whitfield', words: null }, { at: ago(191), kind: 'eligibility', step: 'submitted', by: 'Amara Okafor', words: null },
    { at: ago(195), kind: 'eligibility', step: 'returned', by: longName, words: `Who is your sponsor? ${longName}` }, { at: ago(196), kind: 'tools', moment: 'before', answered: 15 },
    ...(['present', 'late', 'left-early', 'excused', 'absent'] as const).map((mark, index) => ({ at: ago(200 + index), kind: 'roll' as const, key: index === 4 ? 'gone' : 'three-days', day: index + 1, mark })),
  ];
  const learner = (change: Partial<LearnerInput>, person: Partial<LearnerInput['learner']> = {}): Page => {
    const counted = facts('passed');
    const shown = { personId: 'p1', name: 'Amara Okafor', email: 'amara.okafor@example.org', isHere: true, sectionsDone: counted.sectionsDone, plan: { state: 'passed' as const, points: { points: 82, maximum: 100 } }, ...person };
    const attention = attentionFor({ lastSeenAt: ago(24 * 8), sectionsDone: shown.sectionsDone, bestChecks: counted.bestChecks, absences: 1, plan: shown.plan.state }, { weeks, cohort, now, completion: policy });
    return learnerPage({
      at, now, cohort, reader: 'faculty', decides: true, readsJournals: true, learner: shown, attention, weeks, checkedWeeks: [1, 3], completion: completionOf(policy, counted), rubric: smallRubric, events, page: 1, hasTold: true, assignments: new Map(assignments.map((one) => [one.key, one])),
      workshops: new Map([['three-days', { title: `Coaching, aims and tests: ${longName}`, days: 5 }]]), ...change,
    });
  };
  const shown = (role: Role, path: string, page: Page) => ({ path, role, page });
  return {
    'progress': shown('learner', '/progress', own(facts('none'))),
    'progress-met': shown('learner', '/progress', own(done)),
    'progress-not-met': shown('learner', '/progress', own(lost)),
    'progress-nothing': shown('learner', '/progress', own(facts('none', { sectionsDone: new Map(), bestChecks: new Map(), assignmentsDone: new Set(), attendance: standing('open', 0) }))),
    'progress-returned': shown('learner', '/progress', own(facts('returned', { plan: { state: 'returned', points: { points: 55, maximum: 100 } } }))),
    'progress-held-back': shown('learner', '/progress', own(facts('none'), true, heldBackLines(at, [{ number: 2, lock: { because: 'eligibility' } }, { number: 3, lock: { because: 'eligibility' } }, { number: 4, lock: { because: 'requires', weeks: [2, 3] } }]))),
    'progress-without': shown('learner', '/progress', own(facts('none'), false)),
    'learner': shown('faculty', '/learners/p1', learner({})),
    'learner-long': shown('assistant', '/learners/p1', learner({ reader: 'assistant', decides: false, page: 2, events: Array.from({ length: eventsPerPage + 1 }, (_none, index) => ({ ...events[index % events.length]!, at: ago(20 * index) })) }, { name: longName, email: `${'bartholomaeus.zbigniew.'.repeat(4)}@northern-teaching-hospitals.example.org`, isHere: false })),
    'learner-empty': shown('administrator', '/learners/p1', learner({ reader: 'administrator', readsJournals: false, events: [], completion: null, checkedWeeks: [], hasTold: false }, { name: null, email: null, sectionsDone: new Map(), plan: { state: 'none', points: null } })),
  };
}
