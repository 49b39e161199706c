// Examples of the pages of the eligibility form and the tools self-assessment; page-fixtures.ts shows them beside all others.
import { improvementTools } from '../server/domain/tools-assessment.ts';
import { readPage, submissionPage, writePage } from '../server/features/eligibility/pages.ts';
import type { FormFacts } from '../server/features/eligibility/pages.ts';
import { decisionPage, formsPage } from '../server/features/eligibility/pages-forms.ts';
import { assessPage, toolsPage } from '../server/features/eligibility/pages-tools.ts';
import type { Page, Role } from '../server/plugins/views.ts';
import { wholeForm } from './support/eligibility.ts';

type Shown = { path: string; role: Role; page: Page };

export function eligibilityExamples({ at, now, longName }: { at: (path: string) => string; now: Temporal.Instant; longName: string }): Record<string, Shown> {
  const facts = { at, cohort: { name: 'Spring 2026', timeZone: 'Europe/London' } };
  const empty: FormFacts = { answers: {}, version: 0, state: 'draft', savedAt: null, submittedAt: null, decidedAt: null, word: null };
  const whole: FormFacts = { answers: wholeForm, version: 20, state: 'submitted', savedAt: now, submittedAt: now, decidedAt: null, word: null };
  const long: FormFacts = { ...whole, state: 'returned', decidedAt: now, word: `${longName} asks who the sponsor is.\n\nPlease name one.`, answers: { ...wholeForm, 'member-1-name': longName, 'member-1-role': longName, 'member-5-name': 'Somebody', 'project-title': longName, 'sponsor-email': `${'wolfeschlegelsteinhausen'.repeat(4)}@hospital.example` } };
  const before = Object.fromEntries(improvementTools.map(({ key }, index) => [key, 1 + (index % 4)]));
  const after = Object.fromEntries(improvementTools.slice(1).map(({ key }, index) => [key, 1 + ((index * 2 + 2) % 5)]));
  const learner = (page: Page, path = '/eligibility'): Shown => ({ path, role: 'learner', page });
  const staff = (page: Page, role: Role = 'faculty', path = '/eligibility/forms'): Shown => ({ path, role, page });
  const later = { week: 12, isOpen: false };
  const list = [
    { personId: 'p1', name: longName, state: 'submitted' as const, since: now.subtract({ hours: 50 }) }, { personId: 'p2', name: null, state: 'submitted' as const, since: now },
    { personId: 'p3', name: 'Dilan Yılmaz', state: 'returned' as const, since: now }, { personId: 'p4', name: 'Amara Okafor', state: 'draft' as const, since: now },
    { personId: 'p5', name: 'Priya Raman', state: null, since: null }, { personId: 'p6', name: 'Siobhán Ní Bhriain', state: 'accepted' as const, since: now },
  ];
  const decision = { facts, mayDecide: true, personId: 'p1', name: 'Amara Okafor', form: whole, before, after: null, week: 12 };
  return {
    'eligibility': learner(writePage({ facts, form: empty, tools: {}, mark: 'mark', required: true })),
    'eligibility-returned': learner(writePage({ facts, form: long, tools: before, mark: 'mark', required: true })),
    'eligibility-refused': learner(writePage({ facts, form: { ...whole, state: 'draft' }, tools: { 'run-chart': 3 }, mark: 'mark', required: false, refused: new Map([
      ['member-4-name', { typed: longName, stored: '' }], ['project-title', { typed: longName, stored: 'Safer discharge' }], ['sponsor-email', { typed: 'helena', problem: 'no-email' as const }], ['statement', { typed: 'x'.repeat(4_100), problem: 'too-long' as const }],
    ]) })),
    'eligibility-missing': learner(submissionPage({ facts, form: { ...empty, answers: { 'member-1-name': longName, 'project-state': 'new' } }, tools: {}, problem: 'missing' }), '/eligibility/submission'),
    'eligibility-ready': learner(submissionPage({ facts, form: { ...long, answers: { ...long.answers, 'member-5-role': 'Porter' } }, tools: before, problem: 'changed' }), '/eligibility/submission'),
    'eligibility-waiting': learner(readPage({ facts, form: whole, tools: before, isLate: true })),
    'eligibility-accepted': learner(readPage({ facts, form: { ...whole, state: 'accepted', decidedAt: now, word: 'A good team. Welcome.' }, tools: before })),
    'eligibility-tools': learner(assessPage({ facts, moment: 'before', answers: {}, mark: 'mark', later }), '/eligibility/tools'),
    'eligibility-tools-after': learner(assessPage({ facts, moment: 'after', answers: after, mark: null, later: { ...later, isOpen: true }, refused: new Map([['run-chart', { typed: 'Could teach it', stored: '' }], ['pareto-chart', { typed: 'Never', problem: 'no-level' }]]) }), '/eligibility/tools/after'),
    'eligibility-tools-first': learner(toolsPage({ facts, before, after: null, later: { ...later, isOpen: true } }), '/eligibility/tools'),
    'eligibility-tools-changed': learner(toolsPage({ facts, before, after, later: { ...later, isOpen: true } }), '/eligibility/tools'),
    'eligibility-forms': staff(formsPage({ facts, mayDecide: true, required: true, total: 6, waiting: 2, forms: list, page: 1, notice: 'required' })),
    'eligibility-forms-empty': staff(formsPage({ facts, mayDecide: false, required: false, total: 0, waiting: 0, forms: [], page: 1 }), 'assistant'),
    'eligibility-forms-large': staff(formsPage({ facts, mayDecide: true, required: false, total: 250, waiting: 0, forms: list.slice(3), page: 2 }), 'administrator'),
    'eligibility-form': staff(decisionPage(decision)),
    'eligibility-form-errors': staff(decisionPage({ ...decision, name: null, form: { ...long, state: 'submitted' }, after, values: { decision: 'returned' }, errors: { decision: 'Choose whether you accept the form or return it.', word: 'Say what should change, so that the learner knows what to do.' } })),
    'eligibility-form-late': staff(decisionPage({ ...decision, name: longName, form: long, late: { word: 'Accepted, welcome.' } })),
    'eligibility-form-unread': staff(decisionPage({ ...decision, mayDecide: false, form: { ...whole, state: 'draft' } }), 'assistant'),
  };
}
