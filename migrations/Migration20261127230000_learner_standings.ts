import { Migration } from '@mikro-orm/migrations';

/** When the standing of a learner may have changed: the table, how its rows lead to the learner, and the changes that count. */
const changes: [table: string, leadsBy: 'itself' | 'plan' | 'submission' | 'attempt', events: string, when?: string][] = [
  ['section_completion', 'itself', 'insert or delete or update'],
  ['reading_place', 'itself', 'insert or delete or update'],
  ['learner_pace', 'itself', 'insert or delete or update'],
  ['eligibility', 'itself', 'insert or delete or update of cohort_id, person_id, state, word, acceptance_read_at'],
  ['tools_assessment', 'itself', 'insert or delete or update'],
  ['assignment_report', 'itself', 'insert or delete or update of cohort_id, person_id, assignment, done_at'],
  ['knowledge_check_attempt', 'itself', 'insert or delete or update'],
  ['knowledge_check_answer', 'attempt', 'insert or delete'],
  ['coaching_plan', 'itself', 'delete or update of cohort_id, person_id'],
  // A plan is saved with every few words that somebody writes; its standing only knows which fields are empty.
  ['coaching_plan_answer', 'plan', 'insert', `new.text <> ''`],
  ['coaching_plan_answer', 'plan', 'delete', `old.text <> ''`],
  ['coaching_plan_answer', 'plan', 'update of text', `(old.text = '') <> (new.text = '')`],
  ['submission', 'plan', 'insert or delete or update of state'],
  ['grade', 'submission', 'insert or delete or update of read_at'],
];

/**
 * How each learner stands, as one document: home and the weeks read a dozen tables, which costs PostgreSQL a quarter of a
 * millisecond to begin and nothing to do. The document is put together again when a transaction that touched one of them
 * commits, after its last statement, so that nothing else waits for its lock.
 *
 * On a running system: the triggers wait for the writers of twelve tables, which then wait until the standings there are
 * have been put together, some thousands a second (twelve thousand took 1.8 seconds).
 */
export class Migration20261127230000_learner_standings extends Migration {
  override up(): void {
    // With room on each page, so that a new document takes the place of the old one.
    this.addSql(`create table "learner_standing" (
        "cohort_id" uuid not null,
        "person_id" uuid not null,
        "facts" json not null,
        primary key ("cohort_id", "person_id")) with (fillfactor = 60)`);
    this.addSql(`create index "learner_standing_person_id_index" on "learner_standing" ("person_id")`);
    this.addSql(`alter table "learner_standing" add constraint "learner_standing_cohort_id_foreign" foreign key ("cohort_id") references "cohort" ("id") on update cascade on delete restrict`);
    this.addSql(`alter table "learner_standing" add constraint "learner_standing_person_id_foreign" foreign key ("person_id") references "person" ("id") on update cascade on delete restrict`);

    // What is not there is left out. Of a word by faculty, as much as a page shows that only mentions it, and one more.
    this.addSql(`
      create function learner_facts(of_cohort uuid, of_person uuid) returns json language sql stable as $$
        select json_strip_nulls(json_build_object(
          'sections', (select json_agg(json_build_array(week, section) order by week, section) from section_completion where cohort_id = of_cohort and person_id = of_person),
          'places', (select json_agg(json_build_array(week, section) order by read_at, week) from reading_place where cohort_id = of_cohort and person_id = of_person),
          'pace', (select json_build_object('breaks', breaks, 'pausedOn', paused_on) from learner_pace where cohort_id = of_cohort and person_id = of_person),
          'eligibility', (select json_build_object('state', state, 'word', left(word, 301), 'isRead', acceptance_read_at is not null)
             from eligibility where cohort_id = of_cohort and person_id = of_person),
          'tools', (select json_object_agg(t.moment, (select count(*) from jsonb_object_keys(t.answers))) from tools_assessment t where t.cohort_id = of_cohort and t.person_id = of_person),
          'assignments', (select json_agg(assignment order by assignment) from assignment_report where cohort_id = of_cohort and person_id = of_person and done_at is not null),
          'tries', (select json_agg(json_build_array(t.week, case when t.finished_at is null then (select count(*) from knowledge_check_answer where attempt_id = t.id) end, t.points, t.maximum) order by t.begun_at, t.id)
             from knowledge_check_attempt t where t.cohort_id = of_cohort and t.person_id = of_person),
          'planFilled', (select nullif(count(*), 0) from coaching_plan p join coaching_plan_answer a on a.plan_id = p.id and a.text <> '' where p.cohort_id = of_cohort and p.person_id = of_person),
          'submission', (select json_build_object('number', u.number, 'state', u.state, 'isRead', g.read_at is not null)
             from coaching_plan p join submission u on u.plan_id = p.id and u.state <> 'withdrawn' left join grade g on g.submission_id = u.id
            where p.cohort_id = of_cohort and p.person_id = of_person order by u.number desc limit 1)))
      $$`);

    // Locked first and read by a statement of its own, which sees what another transaction committed meanwhile. Whoever
    // removes a person or a cohort with all that is known of it in one transaction leaves nothing to tell of.
    this.addSql(`
      create function refresh_learner_standing(of_cohort uuid, of_person uuid) returns void language plpgsql as $$
        begin
          insert into learner_standing (cohort_id, person_id, facts)
          select c.id, p.id, '{}' from cohort c, person p where c.id = of_cohort and p.id = of_person on conflict do nothing;
          perform from learner_standing where cohort_id = of_cohort and person_id = of_person for update;
          update learner_standing set facts = learner_facts(of_cohort, of_person) where cohort_id = of_cohort and person_id = of_person;
        end $$`);

    this.addSql(`
      create function learner_standing_changed() returns trigger language plpgsql as $$
        declare
          changed record := case tg_op when 'DELETE' then old else new end;
          of_cohort uuid;
          of_person uuid;
        begin
          case tg_argv[0]
            when 'itself' then of_cohort := changed.cohort_id; of_person := changed.person_id;
            when 'plan' then select cohort_id, person_id into of_cohort, of_person from coaching_plan where id = changed.plan_id;
            when 'submission' then select p.cohort_id, p.person_id into of_cohort, of_person from submission u join coaching_plan p on p.id = u.plan_id where u.id = changed.submission_id;
            when 'attempt' then select cohort_id, person_id into of_cohort, of_person from knowledge_check_attempt where id = changed.attempt_id;
          end case;
          -- an answer that went with its plan or its attempt: that tells of it itself
          if of_cohort is not null then perform refresh_learner_standing(of_cohort, of_person); end if;
          if tg_op = 'UPDATE' and tg_argv[0] = 'itself' then
            if (old.cohort_id, old.person_id) is distinct from (of_cohort, of_person) then perform refresh_learner_standing(old.cohort_id, old.person_id); end if;
          end if;
          return null;
        end $$`);

    for (const [index, [table, leadsBy, events, when]] of changes.entries()) {
      this.addSql(`create constraint trigger "learner_standing_${index + 1}" after ${events} on "${table}" deferrable initially deferred
        for each row ${when === undefined ? '' : `when (${when}) `}execute function learner_standing_changed('${leadsBy}')`);
    }

    this.addSql(`
      insert into learner_standing (cohort_id, person_id, facts)
      select cohort_id, person_id, learner_facts(cohort_id, person_id)
        from (select cohort_id, person_id from section_completion union select cohort_id, person_id from reading_place union select cohort_id, person_id from learner_pace
              union select cohort_id, person_id from eligibility union select cohort_id, person_id from tools_assessment union select cohort_id, person_id from assignment_report
              union select cohort_id, person_id from knowledge_check_attempt union select cohort_id, person_id from coaching_plan) known`);
  }
}
