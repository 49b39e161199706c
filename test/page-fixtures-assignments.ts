// Examples of the pages of assignments; page-fixtures.ts shows them beside all others.
import type { Programme } from '../server/content/programme.ts';
import { longestAccount } from '../server/domain/assignment.ts';
import type { Report } from '../server/domain/assignment.ts';
import { accountsPage, assignmentPage, isAssigned } from '../server/features/assignments/pages.ts';
import type { AssignmentInput, ToldAccount } from '../server/features/assignments/pages.ts';
import type { Page, Role } from '../server/plugins/views.ts';

type Input = { at: (path: string) => string; now: Temporal.Instant; programme: Programme; cohort: { name: string; timeZone: string }; longName: string };

/** Every page of assignments by a name for it. */
export function assignmentExamples({ at, now, programme, cohort, longName }: Input): Record<string, { path: string; role: Role; page: Page }> {
  const facts = { at, cohort, programme };
  const [first, second] = programme.weeks.filter(isAssigned);
  if (!first || !second) return {};
  const longText = `“${longName}” said it (see https://example.org/${'a-very-long-path/'.repeat(8)}).\n\n<b>Not bold</b>\n${'Verbesserungsbegleitung'.repeat(12)}`;
  const report = (change: Partial<Report> = {}): Report => ({ account: longText, version: 3, writtenAt: now, doneAt: now.subtract({ hours: 30 }), ...change });
  const page = (change: Partial<AssignmentInput> = {}) => assignmentPage({ facts, week: second, reader: 'learner', report: null, mark: '0123456789abcdef', ...change });
  const told = (name: string | null, index: number): ToldAccount => ({ assignment: second.assignment.key, personId: `p${index}`, name, account: index === 0 ? longText : 'We met for an hour. The porter knew most.', writtenAt: now.subtract({ hours: index }) });
  const reports = [longName, null, 'Amara Okafor'].map(told);
  const shown = (shownPage: Page, role: Role = 'learner', path = `/assignments/${second.assignment.key}`) => ({ path, role, page: shownPage });
  return {
    'assignment-new': shown(page({ week: first })),
    'assignment-done': shown(page({ report: report() })),
    'assignment-taken-back': shown(page({ report: report({ doneAt: null, account: 'Short.' }) })),
    'assignment-empty': shown(page({ refused: { typed: '', because: 'empty' } })),
    'assignment-too-long': shown(page({ report: report(), refused: { typed: 'x'.repeat(longestAccount + 1), because: 'too-long' } })),
    'assignment-changed': shown(page({ report: report(), refused: { typed: 'Mine', because: 'changed' } })),
    'assignment-test-learner': shown(page({ reader: 'test-learner', mark: null })),
    'assignment-mentor': shown(page({ reader: 'mentor', mark: null }), 'mentor'),
    'assignment-staff-none': shown(page({ reader: 'staff', mark: null, told: { total: 0, page: 1, reports: [] } }), 'faculty'),
    'assignment-staff': shown(page({ reader: 'staff', mark: null, told: { total: 43, page: 2, reports } }), 'assistant'),
    'assignment-staff-beyond': shown(page({ reader: 'staff', mark: null, told: { total: 0, page: 9, reports: [] } }), 'administrator'),
    'assignments-of-learner': shown(accountsPage({ facts, learner: { personId: 'p1', name: longName }, reports: [...reports.slice(0, 1), { ...reports[2]!, assignment: first.assignment.key }] }), 'faculty', '/assignments/of/p1'),
    'assignments-of-learner-none': shown(accountsPage({ facts, learner: { personId: 'p1', name: null }, reports: [] }), 'faculty', '/assignments/of/p1'),
  };
}
