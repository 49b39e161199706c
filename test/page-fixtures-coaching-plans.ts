// Examples of the pages of a coaching plan; page-fixtures.ts shows them beside all others.
import type { PlanForm, Programme, Rubric } from '../server/content/programme.ts';
import { answerKey } from '../server/domain/coaching-plan.ts';
import { mentorPage, noPlanPage, overviewPage, sectionPage } from '../server/features/coaching-plans/pages.ts';
import type { OverviewInput, PlanFacts } from '../server/features/coaching-plans/pages.ts';
import { submissionPage, wholePage } from '../server/features/coaching-plans/pages-submission.ts';
import type { SubmissionInput } from '../server/features/coaching-plans/pages-submission.ts';
import type { Page, Role } from '../server/plugins/views.ts';

type Input = {
  at: (path: string) => string;
  now: Temporal.Instant;
  programme: Programme;
  cohort: { name: string; startsOn: Temporal.PlainDate; timeZone: string };
  longName: string;
};

/** A form of three sections with a field of every kind. */
const smallPlan: PlanForm = {
  title: 'Coaching plan', introduction: ['How you will coach this team.', 'Write a little every week.'],
  sections: [
    { key: 'you', title: 'You and your setting', help: 'Who coaches, and how much time there is for it.', fields: [
      { key: 'role', label: 'Your role', help: null, kind: 'line', required: true }, { key: 'time', label: 'Time you have', help: 'Hours a week', kind: 'text', required: true }, { key: 'more', label: 'Anything else', help: null, kind: 'text', required: false },
    ] },
    { key: 'goals', title: 'Goals of your coaching, about the team and not about the project', help: 'Two to four.', fields: [{ key: 'first', label: 'First goal', help: 'By when?', kind: 'text', required: true }] },
    { key: 'dates', title: 'Dates', help: 'When.', fields: [{ key: 'starts-on', label: 'Begins on', help: null, kind: 'date', required: true }] },
  ],
};

const rubric: Rubric = {
  title: 'Rubric', feedbackPrompts: ['One strength'], bands: [{ key: 'pass', title: 'Pass', from: 70, passes: true }],
  criteria: ['Aim, charter and theory of change', 'Team assessment and coaching goals', 'Data for improvement'].map((title, index) => ({
    key: `criterion-${index}`, title, maximum: 15, critical: index === 1,
    levels: [{ key: 'exemplary', title: 'Exemplary', from: 14, to: 15, text: 'Evidence from two sources or more; the goals are specific, observable and bound to a time.' }, { key: 'not-yet', title: 'Not yet', from: 0, to: 13, text: 'None, or goals of the project only.' }],
  })),
};

/** Every page of the plan by a name for it. */
export function planExamples({ at, now, programme, cohort, longName }: Input): Record<string, { path: string; role: Role; page: Page }> {
  const form = programme.plan ?? smallPlan;
  const [first, second] = form.sections;
  const last = form.sections.at(-1);
  if (!first || !second || !last) throw new Error('the plan has no three sections');
  const facts: PlanFacts & { form: PlanForm } = { at, form, cohort, mark: '0123456789abcdef' };
  const longText = `By the end of June the team plans its own tests, each with a prediction, before I arrive.\n\n“${longName}” keeps the board.\n${'Verbesserungsbegleitung'.repeat(12)}`;
  const all = new Map(form.sections.flatMap(({ key, fields }) => fields.map((field) => [answerKey(key, field.key), field.kind === 'date' ? '2026-06-01' : field.kind === 'line' ? longName : longText] as const)));
  const filledSome = new Set([...all.keys()].slice(0, 1));
  const filledAll = new Set(all.keys());
  const evidence = ['Run chart, weeks 1 to 5.png', `${longName.repeat(2)}.pdf`].map((name, index) => ({ id: `e${index}`, name, mediaType: 'image/png', bytes: 310_000 * (index * 40 + 1), uploadedAt: now }));
  const line = (number: number, change: Partial<OverviewInput['submissions'][number]> = {}): OverviewInput['submissions'][number] => ({ number, receipt: 'K7QM-2XRD', state: 'submitted', submittedAt: now, decision: null, ...change });
  const overview = (change: Partial<OverviewInput> = {}) => overviewPage({ facts, filled: new Set(), savedAt: null, evidence: [], submissions: [], ...change });
  const answers = new Map(first.fields.map(({ key, kind }, index) => [answerKey(first.key, key), { text: kind === 'date' ? '2026-06-01' : index === 0 ? longName : longText, version: 3, savedAt: now }]));
  const section = { facts, section: first, answers, filled: filledSome, waiting: null };
  const submission: SubmissionInput['submission'] = { number: 1, receipt: 'K7QM-2XRD', state: 'submitted', submittedAt: now, stateAt: now, answers: all, evidence, decision: null };
  const shownAs = (change: Partial<SubmissionInput['submission']>, isTooLate = false) => submissionPage({ facts, rubric, readerName: 'Amara Okafor', now, submission: { ...submission, ...change }, isTooLate });
  const assessment = {
    criteria: { 'criterion-0': { level: 'exemplary', points: 14, comment: 'A clear aim.\nWho will hold it when you leave?' }, 'criterion-1': { level: 'not-yet', points: 9, comment: '' }, 'criterion-2': { level: null, points: null, comment: longText } },
    comment: `Dear Amara,\n\nthis reads as a plan that will be used. ${longText}`,
  };
  const shorter: PlanForm['sections'][number] = { ...first, fields: [{ key: 'a', label: 'A day', help: 'Which one?', kind: 'date', required: true }, { key: 'b', label: 'A line', help: null, kind: 'line', required: false }] };
  const shown = (page: Page, role: Role = 'learner', path = '/plan') => ({ path, role, page });

  return {
    'plan-new': shown(overview()),
    'plan-begun': shown(overview({ filled: filledSome, savedAt: now, evidence })),
    'plan-missing': shown(overview({ filled: filledSome, savedAt: now, problem: { kind: 'missing' } })),
    'plan-ready': shown(overview({ filled: filledAll, savedAt: now, evidence: Array.from({ length: 10 }, () => evidence[0]!) })),
    'plan-files-refused': shown(overview({ filled: filledSome, savedAt: now, evidence, problem: { kind: 'files', files: [{ name: 'good.png', refused: null }, { name: `${longName}.docx`, refused: 'not-what-its-name-says' }, { name: 'film.png', refused: 'too-large' }] } })),
    'plan-no-file': shown(overview({ problem: { kind: 'files', files: [] } })),
    'plan-waiting': shown(overview({ filled: filledAll, savedAt: now, evidence, submissions: [line(1, { state: 'withdrawn' }), line(2)] })),
    'plan-returned': shown(overview({ filled: filledAll, savedAt: now, submissions: [line(1, { state: 'returned', decision: { points: null, maximum: 100, band: null, isRead: false } })] })),
    'plan-graded': shown(overview({ filled: filledAll, savedAt: now, submissions: [line(1, { state: 'returned', decision: { points: null, maximum: 100, band: null, isRead: true } }), line(2, { state: 'released', decision: { points: 84, maximum: 100, band: 'Pass', isRead: true } })] })),
    'plan-test-learner': shown(overviewPage({ facts: { ...facts, mark: null }, filled: new Set(), savedAt: null, evidence: [], submissions: [] })),
    'plan-newer-form': shown(overview({ filled: new Set([...filledAll, 'gone.first', 'gone.second']), savedAt: now })),
    'plan-whole-newer-form': shown(wholePage({ facts, readerName: longName, now, answers: new Map([...all, ['gone.first', longText], ['gone.on', '2026-06-01'], [`nowhere.${'x'.repeat(150)}`, 'Still here.']]), evidence: [], earlier: [{ title: 'Plan', introduction: [], sections: [{ key: 'gone', title: longName, help: '', fields: [{ key: 'first', label: 'First', help: null, kind: 'text', required: true }, { key: 'on', label: 'On', help: null, kind: 'date', required: true }] }] }] })),
    'plan-section-shorter': shown(sectionPage({ ...section, facts: { ...facts, form: { ...form, sections: [shorter, second] } }, section: shorter, answers: new Map([[`${first.key}.a`, { text: longText, version: 1, savedAt: now }], [`${first.key}.b`, { text: longText, version: 1, savedAt: now }]]) })),
    'plan-none-begun': shown(noPlanPage({ at, cohortName: longName, isBegun: true })),
    'plan-section': shown(sectionPage(section)),
    'plan-section-new': shown(sectionPage({ ...section, section: last, answers: new Map(), waiting: { number: 1, submittedAt: now } })),
    'plan-section-refused': shown(sectionPage({ ...section, refused: new Map([[first.fields[0]!.key, { typed: 'x'.repeat(501), problem: 'too-long' }], [first.fields[1]!.key, { typed: 'Mine', stored: { text: longText, version: 4 } }]]) })),
    'plan-whole': shown(wholePage({ facts, readerName: longName, now, answers: all, evidence })),
    'plan-whole-empty': shown(wholePage({ facts, readerName: 'Amara Okafor', now, answers: new Map(), evidence: [] })),
    'plan-submission': shown(shownAs({})),
    'plan-submission-withdrawn': shown(shownAs({ state: 'withdrawn' })),
    'plan-submission-returned': shown(shownAs({ state: 'returned', decision: { kind: 'returned', assessment: { criteria: {}, comment: 'Say more about your team.' }, points: null, maximum: 100, band: null, passed: null, decidedAt: now } }, true)),
    'plan-submission-graded': shown(shownAs({ state: 'released', decision: { kind: 'released', assessment, points: 84, maximum: 100, band: 'Pass', passed: true, decidedAt: now } })),
    'plan-submission-not-passed': shown(shownAs({ state: 'released', evidence: [], decision: { kind: 'released', assessment: { criteria: {}, comment: '' }, points: 41, maximum: 100, band: 'Not yet', passed: false, decidedAt: now } })),
    'plan-none': shown(noPlanPage({ at, cohortName: longName })),
    'plan-mentor': shown(mentorPage({ at, cohortName: cohort.name }), 'mentor'),
  };
}
