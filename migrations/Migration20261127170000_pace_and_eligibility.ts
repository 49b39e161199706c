import { Migration } from '@mikro-orm/migrations';

/** Breaks of a cohort's calendar, the pace of single learners, and the eligibility form with its tools self-assessment. */
export class Migration20261127170000_pace_and_eligibility extends Migration {
  override up(): void {
    this.addSql(`alter table "cohort" add "breaks" jsonb not null default '[]'`);
    this.addSql(`alter table "cohort" add "eligibility_required" boolean not null default false`);
    this.addSql(`create table "learner_pace" (
        "cohort_id" uuid not null,
        "person_id" uuid not null,
        "breaks" jsonb not null default '[]',
        "paused_on" date null,
        "extension_days" smallint not null default 0,
        "reason" varchar(1000) null,
        "changed_at" timestamptz(3) not null,
        "changed_by" uuid null,
        primary key ("cohort_id", "person_id"))`);
    this.addSql(`create index "learner_pace_person_id_index" on "learner_pace" ("person_id")`);
    this.addSql(`create table "eligibility" (
        "cohort_id" uuid not null,
        "person_id" uuid not null,
        "answers" jsonb not null default '{}',
        "version" int not null default 1,
        "state" text not null default 'draft',
        "saved_at" timestamptz(3) not null,
        "submitted_at" timestamptz(3) null,
        "decided_at" timestamptz(3) null,
        "decided_by" uuid null,
        "word" varchar(2000) null,
        primary key ("cohort_id", "person_id"))`);
    this.addSql(`create index "eligibility_person_id_index" on "eligibility" ("person_id")`);
    this.addSql(`create table "tools_assessment" (
        "cohort_id" uuid not null,
        "person_id" uuid not null,
        "moment" text not null,
        "answers" jsonb not null default '{}',
        "saved_at" timestamptz(3) not null,
        primary key ("cohort_id", "person_id", "moment"))`);
    this.addSql(`create index "tools_assessment_person_id_index" on "tools_assessment" ("person_id")`);
    for (const [table, rule] of [['learner_pace', 'on update cascade '], ['eligibility', 'on update cascade '], ['tools_assessment', '']]) {
      this.addSql(`alter table "${table}" add constraint "${table}_cohort_id_foreign" foreign key ("cohort_id") references "cohort" ("id") ${rule}on delete restrict`);
      this.addSql(`alter table "${table}" add constraint "${table}_person_id_foreign" foreign key ("person_id") references "person" ("id") ${rule}on delete restrict`);
    }
    this.addSql(`alter table "eligibility" add constraint "eligibility_state_check" check ("state" in ('draft', 'submitted', 'returned', 'accepted'))`);
    this.addSql(`alter table "tools_assessment" add constraint "tools_assessment_moment_check" check ("moment" in ('before', 'after'))`);
  }
}
