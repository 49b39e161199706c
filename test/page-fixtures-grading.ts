// Examples of the pages of grading; page-fixtures.ts shows them beside all others.
import type { PlanForm, Rubric } from '../server/content/programme.ts';
import { readAssessment } from '../server/domain/rubric.ts';
import type { RubricAssessment } from '../server/domain/rubric.ts';
import { deskPage } from '../server/features/grading/desk.ts';
import type { DeskInput } from '../server/features/grading/desk.ts';
import { nothingHandedInPage, queuePage } from '../server/features/grading/pages.ts';
import type { QueueInput } from '../server/features/grading/pages.ts';
import type { GradedSubmission, KeptGrade, QueueEntry } from '../server/features/grading/submission.ts';
import type { Page, Role } from '../server/plugins/views.ts';

type Input = { at: (path: string) => string; now: Temporal.Instant; cohort: { name: string; timeZone: string }; longName: string };

const levels = (maximum: number) => [['exemplary', 'Exemplary', maximum - 1, maximum], ['proficient', 'Proficient', maximum - 3, maximum - 2], ['developing', 'Developing', 5, maximum - 4], ['not-yet', 'Not yet', 0, 4]]
  .map(([key, title, from, to]) => ({ key: String(key), title: String(title), from: Number(from), to: Number(to), text: `What “${title}” means in a sentence or two, so that graders mean the same by it.` }));

export const smallRubric: Rubric = {
  title: 'Coaching plan', feedbackPrompts: ['one strength', 'one question', 'one next step'],
  bands: [{ key: 'pass', title: 'Pass', from: 20, passes: true }, { key: 'not-yet', title: 'Not yet', from: 0, passes: false }],
  criteria: [
    { key: 'aim', title: 'Aim, charter and theory of change', maximum: 10, critical: false, levels: levels(10) },
    { key: 'goals', title: 'Team assessment, and the coaching goals that follow from it in plain words', maximum: 15, critical: true, levels: levels(15) },
    { key: 'next', title: 'The next team', maximum: 10, critical: false, levels: levels(10).slice(1).map((level, index) => (index === 0 ? { ...level, to: 10 } : level)) },
  ],
};
const smallPlan: PlanForm = {
  title: 'Coaching plan', introduction: [],
  sections: [
    { key: 'team', title: 'Team assessment', help: '', fields: [{ key: 'now', label: 'What can the team do today?', help: null, kind: 'text', required: true }, { key: 'on', label: 'Assessed on', help: null, kind: 'date', required: false }] },
    { key: 'goals', title: 'Coaching goals', help: '', fields: [{ key: 'first', label: 'What will the team do without you?', help: null, kind: 'text', required: true }, { key: 'second', label: 'And what else?', help: null, kind: 'line', required: false }] },
  ],
};
const assessed = (levelKeys: (string | undefined)[], comment = ''): RubricAssessment => readAssessment(smallRubric, {
  comment, criteria: Object.fromEntries(smallRubric.criteria.map(({ key }, index) => [key, { level: levelKeys[index], comment: index === 0 ? 'A clear line from aim to test.\n\nWhat would a second source say?' : '' }])),
}).assessment;

/** Every page of grading by a name for it. */
export function gradingExamples({ at, now, cohort, longName }: Input): Record<string, { path: string; role: Role; page: Page }> {
  const place = { at, cohort, now };
  const entry = (index: number, change: Partial<QueueEntry> = {}): QueueEntry => ({
    id: `s${index}`, number: 1, receipt: 'K7QM2XRD', state: 'submitted', submittedAt: now.subtract({ hours: 50 - index }), stateAt: now.subtract({ hours: 50 - index }),
    learnerName: ['Rhys Pritchard', longName, null, 'محمد عبد الرحمن الشريف', 'Zoë Łapińska'][index % 5] ?? null, points: null, maximum: null, band: null, openWith: [], ownDraftAt: null, ...change,
  });
  const queue = (change: Partial<QueueInput> = {}): QueueInput => ({
    ...place, hasRubric: true, counts: { submitted: 3, returned: 1, released: 1, withdrawn: 1 }, filter: null, page: 1, notice: null,
    entries: [entry(0, { ownDraftAt: now }), entry(1, { openWith: ['Dr Eleanor Whitfield', null] }), entry(2), entry(3, { state: 'returned', number: 2 }), entry(4, { state: 'released', points: 78, maximum: 100, band: 'Pass' }), entry(5, { state: 'withdrawn' })], ...change,
  });

  const own = { assessment: assessed(['exemplary', 'proficient', undefined], 'A plan that I would like to read again.'), version: 4, savedAt: now.subtract({ minutes: 3 }) };
  const theirs = assessed(['proficient', 'not-yet', 'proficient'], 'Splendid, but for the goals.');
  const grade: KeptGrade = { graderId: 'g2', grader: 'Dr Eleanor Whitfield', decision: 'released', assessment: theirs, points: 17, maximum: 35, band: 'Not yet', decidedAt: now.subtract({ hours: 1 }), readAt: null, versionId: null };
  const submission = (change: Partial<GradedSubmission> = {}): GradedSubmission => ({
    id: 's1', planId: 'p1', number: 2, receipt: 'K7QM2XRD', state: 'submitted', submittedAt: now.subtract({ hours: 40 }), stateAt: now.subtract({ hours: 40 }),
    learner: { personId: 'l1', name: 'Rhys Pritchard' },
    answers: { 'team.now': 'Seven people, four of them on nights.\nThe same three people speak.', 'team.on': '2026-04-30', 'goals.first': 'The team plots and reads its own chart.', 'notes.other': 'x'.repeat(200) },
    evidence: [{ id: 'e1', name: 'Run chart of falls on the unit, April.pdf', mediaType: 'application/pdf', bytes: 240_000 }, { id: 'e2', name: `${'photograph'.repeat(20)}.jpeg`, mediaType: 'image/jpeg', bytes: 3_400_000 }],
    others: [
      { id: 's0', number: 1, state: 'returned', submittedAt: now.subtract({ hours: 400 }), stateAt: now.subtract({ hours: 300 }), points: null, maximum: 35, band: null, comment: 'Add a prediction to each test.\nThen hand it in again.', grader: longName },
      { id: 's3', number: 3, state: 'withdrawn', submittedAt: now.subtract({ hours: 90 }), stateAt: now.subtract({ hours: 80 }), points: null, maximum: null, band: null, comment: null, grader: null },
    ],
    grade: null, draft: own, colleagues: [], versionId: null, ...change,
  });
  const desk = (change: Partial<DeskInput> = {}): DeskInput => ({
    ...place, reader: { role: 'faculty', personId: 'g1', mayDecide: true }, submission: submission(), counts: { submitted: 12, returned: 1, released: 4, withdrawn: 1 },
    plan: smallPlan, rubric: smallRubric, rubricVersion: 'f'.repeat(64), score: null, ...change,
  });
  const colleague = { graderId: 'g2', name: 'Dr Eleanor Whitfield', isAssistant: false, version: 0, savedAt: now.subtract({ minutes: 10 }), assessment: null };
  const typed = { comment: '', criteria: { aim: { level: 'proficient', points: '12', comment: 'x'.repeat(60) }, goals: { level: 'superb' }, next: { points: '4' } } };
  const read = readAssessment(smallRubric, typed);
  const sent = { state: 'sent' as const, points: 17, maximum: 35, comment: null, sentAt: now, seen: null };
  const shown = (role: Role, page: Page, path = '/grading') => ({ path, role, page });
  const shownDesk = (change: Partial<DeskInput> = {}, role: Role = 'faculty') => shown(role, deskPage(desk(change)), '/grading/submissions/s1');

  return {
    'grading-queue': shown('faculty', queuePage(queue())),
    'grading-queue-large': shown('administrator', queuePage(queue({ counts: { submitted: 2000, returned: 31, released: 12, withdrawn: 0 }, filter: 'waiting', page: 2, entries: Array.from({ length: 50 }, (_, index) => entry(index)), notice: 'last' }))),
    'grading-queue-empty': shown('faculty', queuePage(queue({ counts: { submitted: 0, returned: 0, released: 0, withdrawn: 0 }, entries: [], notice: 'none' }))),
    'grading-queue-none-in-state': shown('assistant', queuePage(queue({ counts: { submitted: 1, returned: 0, released: 0, withdrawn: 0 }, filter: 'returned', entries: [], hasRubric: false }))),
    'grading-queue-beyond': shown('faculty', queuePage(queue({ page: 9, entries: [] }))),
    'grading-nothing': shown('faculty', nothingHandedInPage({ at, name: longName })),
    'grading-desk': shownDesk(),
    'grading-desk-new': shownDesk({ submission: submission({ draft: null, others: [], evidence: [], number: 1, learner: { personId: 'l1', name: null }, colleagues: [colleague] }) }),
    'grading-desk-complete': shownDesk({ submission: submission({ draft: { ...own, assessment: theirs }, learner: { personId: 'l1', name: longName } }) }),
    'grading-desk-assistant': shownDesk({ reader: { role: 'assistant', personId: 'g1', mayDecide: false }, submission: submission({ colleagues: [{ ...colleague, version: 3, savedAt: now.subtract({ hours: 30 }) }] }) }, 'assistant'),
    'grading-desk-assisted': shownDesk({ notice: 'taken-over', submission: submission({ colleagues: [{ graderId: 'g3', name: 'Jonas Lindqvist', isAssistant: true, version: 2, savedAt: now.subtract({ hours: 2 }), assessment: theirs }] }) }, 'administrator'),
    'grading-desk-newer-rubric': shownDesk({ earlier: [{ ...smallRubric, criteria: [{ key: 'gone', title: longName, maximum: 10, critical: false, levels: [] }] }], submission: submission({ draft: { ...own, assessment: { comment: '', criteria: { gone: { level: 'good', points: 7, comment: 'What I thought of it.\nAt length.' }, 'gone-too': { level: null, points: null, comment: 'x'.repeat(200) }, aim: { level: 'no-such-level', points: 99, comment: 'Kept.' } } } } }) }),
    'grading-desk-problems': shownDesk({ refused: { typed, ...read, because: 'incomplete' } }),
    'grading-desk-no-comment': shownDesk({ refused: { typed: { criteria: {} }, assessment: assessed([]), problems: [], because: 'no-comment' } }),
    'grading-desk-conflict': shownDesk({ refused: { typed: { criteria: {}, comment: 'From the other window' }, assessment: assessed([], 'From the other window'), problems: [], because: 'conflict' } }),
    'grading-desk-other-rubric': shownDesk({ earlier: [{ ...smallRubric, criteria: [{ key: 'gone', title: longName, maximum: 10, critical: false, levels: [] }] }], refused: { typed, ...read, kept: { ...read.assessment, criteria: { ...read.assessment.criteria, gone: { level: null, points: null, comment: 'What I thought of it.\nAt length.' } } }, because: 'other-rubric' } }),
    'grading-desk-conflict-by-other-rubric': shownDesk({ refused: { typed: { criteria: {}, comment: 'From the other window' }, assessment: assessed([], 'From the other window'), problems: [], because: 'conflict', isByOther: true } }),
    'grading-desk-already': shownDesk({ refused: { typed: { criteria: {} }, assessment: own.assessment, problems: [], because: 'already' }, submission: submission({ state: 'released', grade }), score: { ...sent, state: 'waiting', sentAt: null } }),
    'grading-desk-withdrawn': shownDesk({ submission: submission({ state: 'withdrawn' }) }),
    'grading-desk-withdrawn-meanwhile': shownDesk({ refused: { typed: { criteria: {} }, assessment: own.assessment, problems: [], because: 'withdrawn' }, submission: submission({ state: 'withdrawn' }) }),
    'grading-desk-released': shownDesk({ notice: 'released', submission: submission({ state: 'released', grade, draft: null }), score: sent }),
    'grading-desk-returned': shownDesk({ notice: 'returned', submission: submission({ state: 'returned', draft: null, grade: { ...grade, graderId: 'g1', decision: 'returned', points: null, band: null, readAt: now } }) }),
    'grading-desk-no-rubric': shownDesk({ rubric: undefined, plan: undefined, submission: submission({ answers: {}, others: [] }) }),
    'grading-correction': shownDesk({ correcting: { reason: '', decidedAt: String(grade.decidedAt) }, submission: submission({ state: 'released', grade, draft: null }) }),
    'grading-correction-refused': shownDesk({ correcting: { reason: '', decidedAt: String(grade.decidedAt) }, submission: submission({ state: 'released', grade, draft: null }), refused: { typed, ...read, because: 'no-reason' } }),
    'grading-correction-other-rubric': shownDesk({ correcting: { reason: 'I had overlooked a chart.', decidedAt: String(grade.decidedAt) }, submission: submission({ state: 'released', grade, draft: null }), refused: { typed, ...read, because: 'other-rubric' } }),
    'grading-corrected': shownDesk({ notice: 'corrected', submission: submission({ state: 'released', grade, draft: null }), score: { ...sent, state: 'refused' } }),
  };
}
