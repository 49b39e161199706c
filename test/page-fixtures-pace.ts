// Examples of the pages about pace; page-fixtures.ts shows them beside all others.
import type { Programme } from '../server/content/programme.ts';
import type { MaterialChange } from '../server/features/material/changes.ts';
import { materialPage } from '../server/features/material/pages.ts';
import type { Consequences } from '../server/features/material/pages.ts';
import { learnerPacePage, pacePage } from '../server/features/pace/pages.ts';
import type { PacedLearner } from '../server/features/pace/pages.ts';
import type { Page, Role } from '../server/plugins/views.ts';

export function paceExamples({ at, now, programme, longName }: { at: (path: string) => string; now: Temporal.Instant; programme: Programme; longName: string }): Record<string, { path: string; role: Role; page: Page }> {
  const plain = { name: 'Spring 2026', startsOn: Temporal.PlainDate.from('2026-04-13'), timeZone: 'Europe/London', breaks: [] };
  const cohort = { ...plain, breaks: [{ beforeWeek: 3, days: 7 }, { beforeWeek: 9, days: 14 }] };
  const learner: PacedLearner = { personId: 'p1', name: 'Amara Okafor', breaks: [], pausedOn: null, extensionDays: 0, reason: null };
  const learners: PacedLearner[] = [learner, { ...learner, personId: 'p2', name: longName, breaks: [{ beforeWeek: 2, days: 14 }], extensionDays: 7, reason: 'Her ward moved.' }, { ...learner, personId: 'p3', name: null, pausedOn: Temporal.PlainDate.from('2026-05-04') }];
  const shown = (page: Page, path = '/cohort/pace') => ({ path, role: 'faculty' as const, page });
  const changes: MaterialChange[] = [
    { area: 'programme', week: null, part: 'Outcomes', before: '1. understand improvement', after: '1. understand the science of improvement' },
    { area: 'week', week: 2, part: 'Four ways of looking', before: `Deming had four lenses. ${'A sentence that stays as it is. '.repeat(9)}They are old.`, after: `Deming had four lenses, which he called profound. ${'A sentence that stays as it is. '.repeat(9)}They are old.` },
    { area: 'week', week: 2, part: `Teaching card: ${longName}`, before: null, after: 'A new card, with <b>markup</b> shown as text.' },
    { area: 'week', week: 2, part: 'A section with a new drawing', before: 'As it was.', after: 'As it was.' },
    { area: 'week', week: 7, part: 'A section that went', before: 'It is gone.', after: null },
    { area: 'glossary', week: null, part: 'run chart', before: 'A line.', after: 'A line with its median.' },
    { area: 'plan', week: null, part: 'Goals: First goal', before: `${longName} ${longName}`, after: null },
    { area: 'rubric', week: null, part: 'Team assessment', before: '15 points at most', after: '20 points at most' },
    { area: 'policies', week: null, part: 'Attendance', before: 'Five virtual workshops must be attended', after: 'Four virtual workshops must be attended' },
  ];
  const field = (label: string) => ({ key: `goals.${label}`, label });
  const consequences: Consequences = {
    form: { gone: [field('First goal'), field(longName)], shorter: [field('Sponsor')], required: [field('When you meet')] }, hasForm: true, hasRubric: true, sectionsGone: 1,
    underWay: { plans: 14, inGone: 3, inShorter: 1, waiting: 2, drafted: 1, decided: 5, workshops: 1 },
  };
  const nothing: Consequences = { form: { gone: [], shorter: [], required: [] }, hasForm: false, hasRubric: false, sectionsGone: 0, underWay: { plans: 1, inGone: 0, inShorter: 0, waiting: 1, drafted: 0, decided: 0, workshops: 0 } };
  return {
    'material': shown(materialPage({ at, cohortName: cohort.name, changes, consequences, from: 'a', to: 'b', notice: null }), '/cohort/material'),
    'material-no-forms': shown(materialPage({ at, cohortName: longName, changes: changes.slice(-3), consequences: nothing, from: 'a', to: 'b', notice: null }), '/cohort/material'),
    'material-same': shown(materialPage({ at, cohortName: longName, changes: [], consequences: nothing, from: 'a', to: 'b', notice: 'elsewhere' }), '/cohort/material'),
    'material-current': shown(materialPage({ at, cohortName: cohort.name, changes: [], consequences: null, from: 'b', to: 'b', notice: 'accepted' }), '/cohort/material'),
    'pace': shown(pacePage({ at, now, programme, cohort, learners, notice: 'moved' })),
    'pace-plain': shown(pacePage({ at, now, programme, cohort: plain, learners: [learner] })),
    'pace-errors': shown(pacePage({ at, now, programme, cohort, learners, values: { beforeWeek: 1, weeks: 9, reason: longName }, errors: { beforeWeek: 'Choose a week from 6 to 12: weeks that have opened stay where they are.', weeks: 'Choose how long it lasts, 1 to 6 weeks.', reason: 'Shorten the reason to 300 letters or fewer.' } })),
    'pace-over': shown(pacePage({ at, now: now.add({ hours: 24 * 120 }), programme, cohort, learners: [], notice: 'elsewhere' })),
    'pace-learner': shown(learnerPacePage({ at, now, programme, cohort, learner })),
    'pace-learner-paused': shown(learnerPacePage({ at, now, programme, cohort, learner: { ...learner, name: longName, pausedOn: Temporal.PlainDate.from('2026-05-04'), extensionDays: 7, reason: 'On leave.' }, notice: 'changed' })),
  };
}
