// What the demo's learners tell of the assignments of the weeks that they have read to the end.
import type { Pool } from 'pg';
import type { Programme } from '../../server/content/programme.ts';
import { run } from '../../server/database.ts';

/** By the key of the assignment: one account for learners in turn. */
const accounts: Record<string, string[]> = {
  'charter': [
    'We met for fifty minutes in the seminar room. The leader opened, and everybody wrote an aim in silence first. Two of the five were the same sentence. The number still has a question mark.',
    'Three visits of twenty minutes, one for each shift. The night staff want something else than the day staff, and the charter now says so. I talked too much on the second visit.',
  ],
  'current-state': [
    'We followed one form for four hours. It waited for three of them. Nobody had guessed more than one, and the clerk laughed when we added it up.',
    'The map has a gap between 17:00 and 19:00, because nobody from evenings could come. I go on Thursday. The Pareto chart surprised the doctor most.',
  ],
  'theory-and-first-test': [
    'The team crossed out one of my drivers within a minute and was right. First test on Tuesday with one patient. The predictions lie between two minutes and fifteen.',
    'We counted last week twice and came to 11 and 14. The definition has one more sentence now. The first cycle is planned for the Wednesday round.',
  ],
  'baseline-and-first-cycle': [
    'Twelve points by hand, and the chart hangs beside the kettle. The test took eleven minutes and not five, because the printer is on the other corridor. We adapt.',
    'Ten points, so the median is provisional. Two cups of tea stood on the chart by Friday, which I take as a good sign. My prediction was the furthest off.',
  ],
};

/** Tells of the assignment of a week; `turn` chooses among the accounts. */
export async function tellDemoAssignment(sql: Pool, programme: Programme, { cohortId, personId, week, turn }: { cohortId: string; personId: string; week: number; turn: number }, at: Temporal.Instant): Promise<void> {
  const key = programme.weeks[week - 1]?.assignment?.key;
  const told = accounts[key ?? ''];
  if (key === undefined || !told) return;
  await run(sql, insertReport, [cohortId, personId, key, told[turn % told.length], String(at)]);
}

const insertReport = { name: 'demo-assignment-report', text: 'insert into assignment_report (cohort_id, person_id, assignment, account, written_at, done_at) values ($1, $2, $3, $4, $5, $5)' };
