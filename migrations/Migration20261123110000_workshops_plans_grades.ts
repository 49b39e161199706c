import { Migration } from '@mikro-orm/migrations';

/** Workshops with their days, attendance, coaching plans with evidence and submissions, grades. */
export class Migration20261123110000_workshops_plans_grades extends Migration {
  override up(): void {
    this.addSql(`create table "coaching_plan" (
        "id" uuid not null default gen_random_uuid(),
        "cohort_id" uuid not null,
        "person_id" uuid not null,
        "created_at" timestamptz(3) not null,
        primary key ("id"))`);
    this.addSql(`create index "coaching_plan_person_id_index" on "coaching_plan" ("person_id")`);
    this.addSql(`alter table "coaching_plan" add constraint "coaching_plan_cohort_id_person_id_unique" unique ("cohort_id", "person_id")`);
    this.addSql(`create table "evidence_file" (
        "id" uuid not null default gen_random_uuid(),
        "plan_id" uuid not null,
        "name" varchar(255) not null,
        "media_type" varchar(100) not null,
        "bytes" int not null,
        "sha256" bytea not null,
        "uploaded_at" timestamptz(3) not null,
        "removed_at" timestamptz(3) null,
        primary key ("id"))`);
    this.addSql(`create index "evidence_file_plan_id_index" on "evidence_file" ("plan_id")`);
    this.addSql(`create table "coaching_plan_answer" (
        "plan_id" uuid not null,
        "field" varchar(201) not null,
        "text" text not null,
        "version" int not null default 1,
        "saved_at" timestamptz(3) not null,
        primary key ("plan_id", "field"))`);
    this.addSql(`create table "submission" (
        "id" uuid not null default gen_random_uuid(),
        "plan_id" uuid not null,
        "number" smallint not null,
        "receipt" varchar(16) not null,
        "answers" jsonb not null,
        "evidence" jsonb not null,
        "state" text not null default 'submitted',
        "submitted_at" timestamptz(3) not null,
        "state_at" timestamptz(3) not null,
        primary key ("id"))`);
    this.addSql(`alter table "submission" add constraint "submission_receipt_unique" unique ("receipt")`);
    this.addSql(`create index "submission_state_submitted_at_index" on "submission" ("state", "submitted_at")`);
    this.addSql(`alter table "submission" add constraint "submission_plan_id_number_unique" unique ("plan_id", "number")`);
    this.addSql(`create unique index "submission_waiting_unique" on "submission" ("plan_id") where "state" = 'submitted'`);
    this.addSql(`create table "grade_draft" (
        "submission_id" uuid not null,
        "grader_id" uuid not null,
        "assessment" jsonb not null,
        "version" int not null default 1,
        "saved_at" timestamptz(3) not null,
        primary key ("submission_id", "grader_id"))`);
    this.addSql(`create index "grade_draft_grader_id_index" on "grade_draft" ("grader_id")`);
    this.addSql(`create table "grade" (
        "submission_id" uuid not null,
        "grader_id" uuid not null,
        "decision" text not null,
        "assessment" jsonb not null,
        "points" numeric(8,2) null,
        "maximum" numeric(8,2) not null,
        "band" varchar(100) null,
        "passed" boolean null,
        "decided_at" timestamptz(3) not null,
        "read_at" timestamptz(3) null,
        primary key ("submission_id"))`);
    this.addSql(`create index "grade_grader_id_index" on "grade" ("grader_id")`);
    this.addSql(`create table "workshop" (
        "id" uuid not null default gen_random_uuid(),
        "cohort_id" uuid not null,
        "key" varchar(100) not null,
        "created_at" timestamptz(3) not null,
        primary key ("id"))`);
    this.addSql(`alter table "workshop" add constraint "workshop_cohort_id_key_unique" unique ("cohort_id", "key")`);
    this.addSql(`create table "workshop_session" (
        "id" uuid not null default gen_random_uuid(),
        "workshop_id" uuid not null,
        "day" smallint not null,
        "starts_at" timestamptz(3) not null,
        "ends_at" timestamptz(3) not null,
        "time_zone" varchar(64) not null,
        "meeting_url" varchar(2048) null,
        "venue" varchar(255) null,
        "address" varchar(1000) null,
        "moved_from" timestamptz(3) null,
        "move_reason" varchar(1000) null,
        "cancelled_at" timestamptz(3) null,
        "cancel_reason" varchar(1000) null,
        "revision" int not null default 0,
        "changed_at" timestamptz(3) null,
        "created_at" timestamptz(3) not null,
        primary key ("id"))`);
    this.addSql(`create index "workshop_session_starts_at_index" on "workshop_session" ("starts_at")`);
    this.addSql(`alter table "workshop_session" add constraint "workshop_session_workshop_id_day_unique" unique ("workshop_id", "day")`);
    this.addSql(`create table "attendance" (
        "session_id" uuid not null,
        "person_id" uuid not null,
        "status" text not null,
        "recorded_at" timestamptz(3) not null,
        "recorded_by" uuid null,
        primary key ("session_id", "person_id"))`);
    this.addSql(`create index "attendance_person_id_index" on "attendance" ("person_id")`);
    this.addSql(`alter table "cohort" add "attendance_column" boolean not null default false`);
    this.addSql(`alter table "coaching_plan" add constraint "coaching_plan_cohort_id_foreign" foreign key ("cohort_id") references "cohort" ("id") on delete restrict`);
    this.addSql(`alter table "coaching_plan" add constraint "coaching_plan_person_id_foreign" foreign key ("person_id") references "person" ("id") on delete restrict`);
    this.addSql(`alter table "evidence_file" add constraint "evidence_file_plan_id_foreign" foreign key ("plan_id") references "coaching_plan" ("id") on delete restrict`);
    this.addSql(`alter table "coaching_plan_answer" add constraint "coaching_plan_answer_plan_id_foreign" foreign key ("plan_id") references "coaching_plan" ("id") on delete cascade`);
    this.addSql(`alter table "submission" add constraint "submission_plan_id_foreign" foreign key ("plan_id") references "coaching_plan" ("id") on delete restrict`);
    this.addSql(`alter table "submission" add constraint "submission_state_check" check ("state" in ('submitted', 'withdrawn', 'returned', 'released'))`);
    this.addSql(`alter table "grade_draft" add constraint "grade_draft_submission_id_foreign" foreign key ("submission_id") references "submission" ("id") on update cascade on delete cascade`);
    this.addSql(`alter table "grade_draft" add constraint "grade_draft_grader_id_foreign" foreign key ("grader_id") references "person" ("id") on update cascade on delete restrict`);
    this.addSql(`alter table "grade" add constraint "grade_submission_id_foreign" foreign key ("submission_id") references "submission" ("id") on update cascade on delete restrict`);
    this.addSql(`alter table "grade" add constraint "grade_grader_id_foreign" foreign key ("grader_id") references "person" ("id") on delete restrict`);
    this.addSql(`alter table "grade" add constraint "grade_decision_check" check ("decision" in ('returned', 'released'))`);
    this.addSql(`alter table "workshop" add constraint "workshop_cohort_id_foreign" foreign key ("cohort_id") references "cohort" ("id") on delete restrict`);
    this.addSql(`alter table "workshop_session" add constraint "workshop_session_workshop_id_foreign" foreign key ("workshop_id") references "workshop" ("id") on delete restrict`);
    this.addSql(`alter table "workshop_session" add constraint "workshop_session_ends_after_start" check ("ends_at" > "starts_at")`);
    this.addSql(`alter table "attendance" add constraint "attendance_session_id_foreign" foreign key ("session_id") references "workshop_session" ("id") on update cascade on delete restrict`);
    this.addSql(`alter table "attendance" add constraint "attendance_person_id_foreign" foreign key ("person_id") references "person" ("id") on update cascade on delete restrict`);
    this.addSql(`alter table "attendance" add constraint "attendance_status_check" check ("status" in ('present', 'late', 'left-early', 'excused', 'absent'))`);
  }
}
