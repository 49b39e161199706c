import { Migration } from '@mikro-orm/migrations';

/** LTI Advantage: columns and scores, rosters, deep linking, notices and copies, self-tests, knowledge checks, keys that rotate. */
export class Migration20261123093000_advantage extends Migration {
  override up(): void {
    this.addSql(`create table "notice" (
        "registration_id" uuid not null,
        "notice_id" varchar(255) not null,
        "nonce" varchar(255) not null,
        "type" varchar(100) not null,
        "received_at" timestamptz(3) not null,
        "outcome" varchar(100) not null,
        primary key ("registration_id", "notice_id"))`);
    this.addSql(`alter table "notice" add constraint "notice_registration_id_nonce_unique" unique ("registration_id", "nonce")`);
    this.addSql(`create table "knowledge_check_attempt" (
        "id" uuid not null default gen_random_uuid(),
        "cohort_id" uuid not null,
        "person_id" uuid not null,
        "week" smallint not null,
        "begun_at" timestamptz(3) not null,
        "finished_at" timestamptz(3) null,
        "points" numeric(8,2) null,
        "maximum" numeric(8,2) null,
        primary key ("id"))`);
    this.addSql(`create index "knowledge_check_attempt_person_id_index" on "knowledge_check_attempt" ("person_id")`);
    this.addSql(`create index "knowledge_check_attempt_cohort_id_person_id_week_index" on "knowledge_check_attempt" ("cohort_id", "person_id", "week")`);
    this.addSql(`create unique index "knowledge_check_attempt_open_unique" on "knowledge_check_attempt" ("cohort_id", "person_id", "week") where "finished_at" is null`);
    this.addSql(`create table "knowledge_check_answer" (
        "attempt_id" uuid not null,
        "question" varchar(100) not null,
        "answer" jsonb not null,
        "points" numeric(8,2) not null,
        "answered_at" timestamptz(3) not null,
        primary key ("attempt_id", "question"))`);
    this.addSql(`create table "context_copy" (
        "context_id" uuid not null,
        "origin_id" uuid not null,
        "source" text not null,
        "noticed_at" timestamptz(3) not null,
        "decision" text null,
        "decided_at" timestamptz(3) null,
        "decided_by" uuid null,
        primary key ("context_id"))`);
    this.addSql(`create index "context_copy_origin_id_index" on "context_copy" ("origin_id")`);
    this.addSql(`create table "line_item" (
        "id" uuid not null default gen_random_uuid(),
        "context_id" uuid not null,
        "resource_id" varchar(255) not null,
        "tag" varchar(255) not null,
        "label" varchar(255) not null,
        "score_maximum" numeric(8,2) not null,
        "target" varchar(2048) null,
        "url" varchar(2048) null,
        "resource_link_id" uuid null,
        "problem" varchar(100) null,
        "lease_until" timestamptz(3) null,
        "created_at" timestamptz(3) not null,
        primary key ("id"))`);
    this.addSql(`create index "line_item_resource_link_id_index" on "line_item" ("resource_link_id")`);
    this.addSql(`alter table "line_item" add constraint "line_item_context_id_resource_id_tag_unique" unique ("context_id", "resource_id", "tag")`);
    this.addSql(`create table "roster_sync" (
        "context_id" uuid not null,
        "version" int not null default 0,
        "requested_at" timestamptz(3) not null,
        "waiting" boolean not null default true,
        "attempts" smallint not null default 0,
        "lease_until" timestamptz(3) null,
        "started_at" timestamptz(3) null,
        "finished_at" timestamptz(3) null,
        "completed_at" timestamptz(3) null,
        "outcome" text null,
        "reason" varchar(100) null,
        "members" int null,
        primary key ("context_id"))`);
    this.addSql(`create table "score" (
        "id" uuid not null default gen_random_uuid(),
        "line_item_id" uuid not null,
        "person_id" uuid not null,
        "version" int not null default 1,
        "sent_version" int not null default 0,
        "sent_score" numeric(8,2) null,
        "score_given" numeric(8,2) null,
        "score_maximum" numeric(8,2) not null,
        "comment" text null,
        "sent_comment" text null,
        "activity_progress" text not null,
        "grading_progress" text not null,
        "submitted_at" timestamptz(3) null,
        "timestamp" timestamptz(3) null,
        "state" text not null default 'waiting',
        "reason" varchar(100) null,
        "status" smallint null,
        "attempts" int not null default 0,
        "changed_at" timestamptz(3) not null,
        "sent_at" timestamptz(3) null,
        "lease_until" timestamptz(3) null,
        "result_score" numeric(8,2) null,
        "result_maximum" numeric(8,2) null,
        "result_read_at" timestamptz(3) null,
        primary key ("id"))`);
    this.addSql(`create index "score_person_id_index" on "score" ("person_id")`);
    this.addSql(`create index "score_waiting_index" on "score" ("changed_at") where "state" = 'waiting'`);
    this.addSql(`alter table "score" add constraint "score_line_item_id_person_id_unique" unique ("line_item_id", "person_id")`);
    this.addSql(`create table "self_test" (
        "id" uuid not null default gen_random_uuid(),
        "registration_id" uuid not null,
        "deployment_id" uuid not null,
        "actor_id" uuid null,
        "findings" jsonb not null,
        "ran_at" timestamptz(3) not null,
        primary key ("id"))`);
    this.addSql(`create index "self_test_registration_id_index" on "self_test" ("registration_id")`);
    this.addSql(`create index "self_test_deployment_id_index" on "self_test" ("deployment_id")`);
    this.addSql(`create table "deep_linking_request" (
        "id" uuid not null default gen_random_uuid(),
        "sign_in_id" varchar(32) not null,
        "context_id" uuid not null,
        "settings" jsonb not null,
        "created_at" timestamptz(3) not null,
        "answered_at" timestamptz(3) null,
        "chosen" text[] null,
        primary key ("id"))`);
    this.addSql(`create index "deep_linking_request_sign_in_id_index" on "deep_linking_request" ("sign_in_id")`);
    this.addSql(`create index "deep_linking_request_context_id_index" on "deep_linking_request" ("context_id")`);
    this.addSql(`alter table "platform_registration" add "product_family_code" varchar(255) null,
        add "token_audience" varchar(2048) null,
        add "granted_scopes" text[] null,
        add "held_reason" varchar(100) null`);
    this.addSql(`alter table "deployment" add "notices_url" varchar(2048) null,
        add "notice_types" text[] not null default '{}',
        add "notices_registered_at" timestamptz(3) null,
        add "notices_problem" varchar(100) null`);
    this.addSql(`alter table "context" add "line_items_url" varchar(2048) null,
        add "grade_scopes" text[] not null default '{}',
        add "memberships_url" varchar(2048) null`);
    this.addSql(`alter table "enrolment" add "roster_version" int null`);
    this.addSql(`alter table "enrolment" alter column "last_seen_at" drop not null`);
    this.addSql(`alter table "resource_link" add "target" varchar(2048) null,
        add "line_item_url" varchar(2048) null`);
    this.addSql(`alter table "sign_in" add "locale" varchar(35) null,
        add "launch_report" jsonb null`);
    this.addSql(`alter table "tool_key" add "signs_from" timestamptz(3) null,
        add "retires_at" timestamptz(3) null`);
    this.addSql(`alter table "notice" add constraint "notice_registration_id_foreign" foreign key ("registration_id") references "platform_registration" ("id") on delete cascade`);
    this.addSql(`alter table "knowledge_check_attempt" add constraint "knowledge_check_attempt_cohort_id_foreign" foreign key ("cohort_id") references "cohort" ("id") on delete restrict`);
    this.addSql(`alter table "knowledge_check_attempt" add constraint "knowledge_check_attempt_person_id_foreign" foreign key ("person_id") references "person" ("id") on delete restrict`);
    this.addSql(`alter table "knowledge_check_answer" add constraint "knowledge_check_answer_attempt_id_foreign" foreign key ("attempt_id") references "knowledge_check_attempt" ("id") on delete cascade`);
    this.addSql(`alter table "context_copy" add constraint "context_copy_context_id_foreign" foreign key ("context_id") references "context" ("id") on update cascade on delete cascade`);
    this.addSql(`alter table "context_copy" add constraint "context_copy_origin_id_foreign" foreign key ("origin_id") references "context" ("id") on delete cascade`);
    this.addSql(`alter table "context_copy" add constraint "context_copy_source_check" check ("source" in ('notice', 'history'))`);
    this.addSql(`alter table "context_copy" add constraint "context_copy_decision_check" check ("decision" in ('new', 'same'))`);
    this.addSql(`alter table "line_item" add constraint "line_item_context_id_foreign" foreign key ("context_id") references "context" ("id") on delete cascade`);
    this.addSql(`alter table "line_item" add constraint "line_item_resource_link_id_foreign" foreign key ("resource_link_id") references "resource_link" ("id") on delete set null`);
    this.addSql(`alter table "roster_sync" add constraint "roster_sync_context_id_foreign" foreign key ("context_id") references "context" ("id") on update cascade on delete cascade`);
    this.addSql(`alter table "roster_sync" add constraint "roster_sync_outcome_check" check ("outcome" in ('complete', 'incomplete', 'refused'))`);
    this.addSql(`alter table "score" add constraint "score_line_item_id_foreign" foreign key ("line_item_id") references "line_item" ("id") on delete cascade`);
    this.addSql(`alter table "score" add constraint "score_person_id_foreign" foreign key ("person_id") references "person" ("id") on delete restrict`);
    this.addSql(`alter table "score" add constraint "score_activity_progress_check" check ("activity_progress" in ('Initialized', 'Started', 'InProgress', 'Submitted', 'Completed'))`);
    this.addSql(`alter table "score" add constraint "score_grading_progress_check" check ("grading_progress" in ('FullyGraded', 'Pending', 'PendingManual', 'Failed', 'NotReady'))`);
    this.addSql(`alter table "score" add constraint "score_state_check" check ("state" in ('waiting', 'sent', 'refused'))`);
    this.addSql(`alter table "self_test" add constraint "self_test_registration_id_foreign" foreign key ("registration_id") references "platform_registration" ("id") on delete cascade`);
    this.addSql(`alter table "self_test" add constraint "self_test_deployment_id_foreign" foreign key ("deployment_id") references "deployment" ("id") on delete cascade`);
    this.addSql(`alter table "deep_linking_request" add constraint "deep_linking_request_sign_in_id_foreign" foreign key ("sign_in_id") references "sign_in" ("id") on delete cascade`);
    this.addSql(`alter table "deep_linking_request" add constraint "deep_linking_request_context_id_foreign" foreign key ("context_id") references "context" ("id") on delete cascade`);
  }
}
