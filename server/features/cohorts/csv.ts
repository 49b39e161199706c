// Every learner of a cohort as one line of a table for spreadsheets.
import { daysOfLearner } from '../../attendance-standing.ts';
import type { Marks, Session } from '../../attendance-standing.ts';
import { toCsv } from '../../csv.ts';
import { dayStanding } from '../../domain/attendance.ts';
import type { PlannedDay } from '../../domain/attendance.ts';
import type { AttentionContext } from '../../domain/attention.ts';
import { resultWords } from '../../domain/knowledge-check.ts';
import type { LearnerProgress } from '../../learner-facts.ts';
import { attentionWords, levelWords, planWords } from '../../learner-words.ts';
import { rankLearners } from './pages.ts';

type CsvInput = Omit<AttentionContext, 'weeks'> & {
  weeks: readonly { number: number; sectionsTotal: number; hasCheck: boolean }[];
  learners: readonly LearnerProgress[];
  days: readonly PlannedDay<Session>[];
  marks: ReadonlyMap<string, Marks>;
};

/** `GET /cohort.csv`: those who need help first, as on the cohort's page. Dates as YYYY-MM-DD, in the cohort's zone. */
export function cohortCsv({ learners, weeks, days, marks, now, cohort, completion, assignments = [] }: CsvInput): string {
  const today = now.toZonedDateTimeISO(cohort.timeZone).toPlainDate();
  const checks = weeks.filter(({ hasCheck }) => hasCheck);
  const head = [
    'Name', 'E-mail', 'Last here', 'Weeks done', 'Sections done', 'Sections in all', ...checks.map(({ number }) => `Week ${number}: best check`),
    ...(assignments.length > 0 ? ['Assignments done', 'Assignments in all'] : []),
    'Days attended', 'Days excused', 'Days absent', 'Days not marked', 'Coaching plan', 'Plan points', 'Plan maximum', 'Level', 'Why',
  ];
  const ranked = rankLearners(learners.map((learner) => ({ ...learner, plan: learner.plan.state, points: learner.plan.points })), { weeks, cohort, now, completion: completion ?? null, assignments });
  return toCsv([head, ...ranked.map(({ learner, attention }) => {
    const done = weeks.map(({ number, sectionsTotal }) => ({ done: Math.min(learner.sectionsDone.get(number) ?? 0, sectionsTotal), total: sectionsTotal }));
    const standings = daysOfLearner(days, marks.get(learner.personId), now).map(dayStanding);
    const count = (wanted: string) => String(standings.filter((standing) => standing === wanted).length);
    return [
      learner.name ?? '', learner.email ?? '', attention.seenOn === null ? '' : String(attention.seenOn),
      String(done.filter((week) => week.total > 0 && week.done === week.total).length),
      String(done.reduce((sum, week) => sum + week.done, 0)), String(done.reduce((sum, week) => sum + week.total, 0)),
      ...checks.map(({ number }) => { const best = learner.bestChecks.get(number); return best ? resultWords(best) : ''; }),
      ...(assignments.length > 0 ? [String(assignments.filter(({ key }) => learner.assignmentsDone.has(key)).length), String(assignments.length)] : []),
      count('attended'), count('excused'), count('absent'), count('unmarked'),
      planWords[learner.plan].word, learner.points ? String(learner.points.points) : '', learner.points ? String(learner.points.maximum) : '',
      levelWords[attention.level].level, attentionWords(attention, today, 'en-GB'),
    ];
  })]);
}
