// The standing that PostgreSQL keeps of each learner (migration learner_standings): whatever is written, by whomever, it says the same.
import { expect } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import pg from 'pg';
import type { LearnerStanding } from '../server/learner-standing.ts';
import { expectTrueStandings, insertBareCohort, insertBarePeople, testDatabaseUrl, withTwoClients } from './support/database.ts';
import { startTestApp } from './support/app.ts';
import type { TestApp } from './support/app.ts';

const cohort = '00000000-0000-4000-8000-00000000000a';
const person = '00000000-0000-4000-8000-00000000000b';
const other = '00000000-0000-4000-8000-00000000000c';
const id = (last: string) => `00000000-0000-4000-8000-0000000000${last}`;

describe('the standing of a learner', () => {
  let test: TestApp;
  before(async () => { test = await startTestApp(); });
  after(() => test.close());
  beforeEach(async () => {
    await test.sql.query(`do $$ declare name text; begin
      foreach name in array array['grade', 'submission', 'coaching_plan_answer', 'coaching_plan', 'knowledge_check_answer', 'knowledge_check_attempt', 'assignment_report', 'tools_assessment', 'eligibility', 'learner_pace', 'reading_place', 'section_completion', 'learner_standing'] loop
        execute format('delete from %I', name);
      end loop; delete from cohort; delete from person; end $$`);
    await insertBareCohort(test.sql, cohort);
    await insertBarePeople(test.sql, test.registrationId, [person, other]);
    await expectTrueStandings(test.sql);
  });

  const write = (text: string) => test.sql.query(text.replaceAll('LEARNER', `'${cohort}', '${person}'`));
  const standing = async (): Promise<LearnerStanding | undefined> => (await test.sql.query<{ facts: LearnerStanding }>('select facts from learner_standing where person_id = $1', [person])).rows[0]?.facts;

  /** Each writes one thing after the other; the standing after each. */
  const tables: Record<string, [statement: string, facts: LearnerStanding][]> = {
    'sections done': [
      [`insert into section_completion (cohort_id, person_id, week, section, done_at) values (LEARNER, 2, 'b', now()), (LEARNER, 1, 'a', now())`, { sections: [[1, 'a'], [2, 'b']] }],
      [`delete from section_completion where week = 2`, { sections: [[1, 'a']] }],
      [`delete from section_completion`, {}],
    ],
    'places, the last read at the end': [
      [`insert into reading_place (cohort_id, person_id, week, section, read_at) values (LEARNER, 2, 'b', '2026-05-02Z'), (LEARNER, 1, 'a', '2026-05-01Z')`, { places: [[1, 'a'], [2, 'b']] }],
      [`update reading_place set section = 'c', read_at = '2026-05-03Z' where week = 1`, { places: [[2, 'b'], [1, 'c']] }],
    ],
    'a pace of their own': [
      [`insert into learner_pace (cohort_id, person_id, breaks, paused_on, changed_at) values (LEARNER, '[]', '2026-05-04', now())`, { pace: { breaks: [], pausedOn: '2026-05-04' } }],
      [`update learner_pace set paused_on = null, breaks = '[{"from":"2026-05-04","to":"2026-05-08"}]'`, { pace: { breaks: [{ from: '2026-05-04', to: '2026-05-08' }] } as never }],
    ],
    'the form about team and project': [
      [`insert into eligibility (cohort_id, person_id, state, saved_at) values (LEARNER, 'submitted', now())`, { eligibility: { state: 'submitted', isRead: false } }],
      [`update eligibility set state = 'returned', word = repeat('é', 400)`, { eligibility: { state: 'returned', word: 'é'.repeat(301), isRead: false } }],
      [`update eligibility set state = 'accepted', word = null, acceptance_read_at = now()`, { eligibility: { state: 'accepted', isRead: true } }],
    ],
    'tools': [
      [`insert into tools_assessment (cohort_id, person_id, moment, answers, saved_at) values (LEARNER, 'before', '{"a": 1, "b": 2}', now())`, { tools: { before: 2 } }],
      [`update tools_assessment set answers = '{"a": 1}'`, { tools: { before: 1 } }],
    ],
    'assignments, once they are done': [
      [`insert into assignment_report (cohort_id, person_id, assignment, account, written_at) values (LEARNER, 'listen', 'We met.', now())`, {}],
      [`update assignment_report set done_at = now()`, { assignments: ['listen'] }],
      [`update assignment_report set done_at = null`, {}],
    ],
    'tries at knowledge checks': [
      [`insert into knowledge_check_attempt (id, cohort_id, person_id, week, begun_at) values ('${id('01')}', LEARNER, 3, '2026-05-01Z')`, { tries: [[3, 0, null, null]] }],
      [`insert into knowledge_check_answer (attempt_id, question, answer, points, answered_at) values ('${id('01')}', 'q', '[]', 1, now())`, { tries: [[3, 1, null, null]] }],
      [`update knowledge_check_attempt set finished_at = now(), points = 4.5, maximum = 10`, { tries: [[3, null, 4.5, 10]] }],
      [`insert into knowledge_check_attempt (id, cohort_id, person_id, week, begun_at) values ('${id('02')}', LEARNER, 3, '2026-05-02Z')`, { tries: [[3, null, 4.5, 10], [3, 0, null, null]] }],
      [`delete from knowledge_check_attempt where id = '${id('01')}'`, { tries: [[3, 0, null, null]] }],
      [`insert into knowledge_check_answer (attempt_id, question, answer, points, answered_at) values ('${id('02')}', 'q', '[]', 1, now())`, { tries: [[3, 1, null, null]] }],
      [`delete from knowledge_check_attempt`, {}],
    ],
    'the coaching plan': [
      [`insert into coaching_plan (id, cohort_id, person_id, created_at) values ('${id('03')}', LEARNER, now())`, {}],
      [`insert into coaching_plan_answer (plan_id, field, text, saved_at) values ('${id('03')}', 'a.a', 'Words', now()), ('${id('03')}', 'a.b', '', now())`, { planFilled: 1 }],
      [`update coaching_plan_answer set text = 'More words'`, { planFilled: 2 }],
      [`update coaching_plan_answer set text = '' where field = 'a.a'`, { planFilled: 1 }],
      [`insert into submission (id, plan_id, number, receipt, answers, evidence, submitted_at, state_at) values ('${id('04')}', '${id('03')}', 1, 'R1', '{}', '[]', now(), now())`, { planFilled: 1, submission: { number: 1, state: 'submitted', isRead: false } }],
      [`update submission set state = 'withdrawn'`, { planFilled: 1 }],
      [`insert into submission (id, plan_id, number, receipt, answers, evidence, submitted_at, state_at) values ('${id('05')}', '${id('03')}', 2, 'R2', '{}', '[]', now(), now())`, { planFilled: 1, submission: { number: 2, state: 'submitted', isRead: false } }],
      [`with returned as (update submission set state = 'returned' where number = 2 returning id) insert into grade (submission_id, grader_id, decision, assessment, maximum, decided_at) select id, '${other}', 'returned', '{}', 10, now() from returned`, { planFilled: 1, submission: { number: 2, state: 'returned', isRead: false } }],
      [`update grade set read_at = now()`, { planFilled: 1, submission: { number: 2, state: 'returned', isRead: true } }],
      [`update coaching_plan set person_id = '${other}'`, {}],
      [`update coaching_plan set person_id = '${person}'`, { planFilled: 1, submission: { number: 2, state: 'returned', isRead: true } }],
      [`delete from coaching_plan_answer`, { submission: { number: 2, state: 'returned', isRead: true } }],
    ],
  };
  for (const [what, steps] of Object.entries(tables)) {
    it(`tells ${what}`, async () => {
      for (const [statement, facts] of steps) {
        await write(statement);
        expect((await standing()) ?? {}, statement).to.deep.equal(facts);
      }
      await expectTrueStandings(test.sql);
    });
  }

  it('goes with what somebody moves to another learner', async () => {
    await write(`insert into section_completion (cohort_id, person_id, week, section, done_at) values (LEARNER, 1, 'a', now())`);
    await write(`insert into eligibility (cohort_id, person_id, state, saved_at) values (LEARNER, 'submitted', now())`);
    await write(`update section_completion set person_id = '${other}'`);
    await write(`update eligibility set person_id = '${other}'`);
    expect(await standing()).to.deep.equal({});
    await expectTrueStandings(test.sql);
  });

  it('misses nothing of two transactions that write at the same time', async () => {
    await withTwoClients(async (...clients) => {
      for (let round = 0; round < 20; round += 1) {
        for (const [index, client] of clients.entries()) {
          await client.query('begin');
          await client.query(`insert into section_completion (cohort_id, person_id, week, section, done_at) values ($1, $2, $3, 'a', now())`, [cohort, person, round * 2 + index]);
        }
        await Promise.all(clients.map((client) => client.query('commit')));
      }
      expect((await standing())?.sections?.length).to.equal(40);
    });
  });

  it('is left as it was by a transaction that is rolled back', async () => {
    await write(`insert into section_completion (cohort_id, person_id, week, section, done_at) values (LEARNER, 1, 'a', now())`);
    const client = new pg.Client({ connectionString: testDatabaseUrl() });
    await client.connect();
    await client.query('begin');
    await client.query('delete from section_completion');
    await client.query('rollback');
    await client.end();
    expect(await standing()).to.deep.equal({ sections: [[1, 'a']] });
  });
});
