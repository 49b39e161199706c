import { Migration } from '@mikro-orm/migrations';

/** The first tables: organisations, platforms, people, courses, cohorts, reading progress, audit. */
export class Migration20261123070000_house extends Migration {
  override up(): void {
    this.addSql(`create table "audit_event" (
        "id" bigserial primary key,
        "at" timestamptz(3) not null,
        "action" varchar(100) not null,
        "reason" varchar(100) null,
        "reference" varchar(64) null,
        "organisation_id" uuid null,
        "registration_id" uuid null,
        "actor_id" uuid null,
        "detail" jsonb null)`);
    this.addSql(`create index "audit_event_organisation_id_at_index" on "audit_event" ("organisation_id", "at")`);
    this.addSql(`create index "audit_event_at_index" on "audit_event" ("at")`);
    this.addSql(`create table "tool_key" (
        "kid" varchar(64) not null,
        "public_jwk" jsonb not null,
        "sealed_private_key" bytea not null,
        "created_at" timestamptz(3) not null,
        primary key ("kid"))`);
    this.addSql(`create table "organisation" (
        "id" uuid not null default gen_random_uuid(),
        "short_name" varchar(63) not null,
        "name" varchar(255) not null,
        "help_telephone" varchar(255) null,
        "help_days" varchar(255) null,
        "help_hours" varchar(255) null,
        "created_at" timestamptz(3) not null,
        primary key ("id"))`);
    this.addSql(`alter table "organisation" add constraint "organisation_short_name_unique" unique ("short_name")`);
    this.addSql(`create table "administrator" (
        "id" uuid not null default gen_random_uuid(),
        "email" varchar(255) not null,
        "organisation_id" uuid null,
        "created_at" timestamptz(3) not null,
        primary key ("id"))`);
    this.addSql(`create index "administrator_organisation_id_index" on "administrator" ("organisation_id")`);
    this.addSql(`create unique index "administrator_email_organisation_unique" on "administrator" ("email", "organisation_id") nulls not distinct`);
    this.addSql(`create table "platform_registration" (
        "id" uuid not null default gen_random_uuid(),
        "organisation_id" uuid not null,
        "name" varchar(255) not null,
        "issuer" varchar(2048) not null,
        "client_id" varchar(255) not null,
        "authentication_url" varchar(2048) not null,
        "token_url" varchar(2048) not null,
        "keyset_url" varchar(2048) not null,
        "active" boolean not null default true,
        "institution_administrators" boolean not null default true,
        "frame_origins" text[] not null default '{}',
        "created_at" timestamptz(3) not null,
        primary key ("id"))`);
    this.addSql(`create index "platform_registration_organisation_id_index" on "platform_registration" ("organisation_id")`);
    this.addSql(`alter table "platform_registration" add constraint "platform_registration_issuer_client_id_unique" unique ("issuer", "client_id")`);
    this.addSql(`create table "person" (
        "id" uuid not null default gen_random_uuid(),
        "registration_id" uuid not null,
        "organisation_id" uuid not null,
        "sub" varchar(255) not null,
        "name" varchar(255) null,
        "given_name" varchar(255) null,
        "family_name" varchar(255) null,
        "email" varchar(255) null,
        "created_at" timestamptz(3) not null,
        primary key ("id"))`);
    this.addSql(`create index "person_organisation_id_index" on "person" ("organisation_id")`);
    this.addSql(`alter table "person" add constraint "person_registration_id_organisation_id_sub_unique" unique ("registration_id", "organisation_id", "sub")`);
    this.addSql(`create table "login_attempt" (
        "state_hash" bytea not null,
        "nonce_hash" bytea not null,
        "browser_hash" bytea not null,
        "storage_hash" bytea null,
        "storage_target" varchar(255) null,
        "registration_id" uuid not null,
        "target" varchar(2048) not null,
        "deployment_hint" varchar(255) null,
        "address" varchar(64) not null,
        "expires_at" timestamptz(3) not null,
        "consumed_at" timestamptz(3) null,
        "sign_in_id" varchar(32) null,
        primary key ("state_hash"))`);
    this.addSql(`create table "deployment" (
        "id" uuid not null default gen_random_uuid(),
        "registration_id" uuid not null,
        "deployment_id" varchar(255) not null,
        "organisation_id" uuid null,
        "first_seen_as" varchar(600) null,
        "created_at" timestamptz(3) not null,
        "approved_at" timestamptz(3) null,
        primary key ("id"))`);
    this.addSql(`create index "deployment_organisation_id_index" on "deployment" ("organisation_id")`);
    this.addSql(`alter table "deployment" add constraint "deployment_registration_id_deployment_id_unique" unique ("registration_id", "deployment_id")`);
    this.addSql(`create table "programme_version" (
        "id" varchar(64) not null,
        "programme_key" varchar(255) not null,
        "content" jsonb not null,
        "created_at" timestamptz(3) not null,
        primary key ("id"))`);
    this.addSql(`create table "cohort" (
        "id" uuid not null default gen_random_uuid(),
        "organisation_id" uuid not null,
        "programme_version_id" varchar(64) not null,
        "name" varchar(255) not null,
        "starts_on" date not null,
        "time_zone" varchar(64) not null,
        "join_code" varchar(16) not null,
        "created_at" timestamptz(3) not null,
        primary key ("id"))`);
    this.addSql(`create index "cohort_organisation_id_index" on "cohort" ("organisation_id")`);
    this.addSql(`create index "cohort_programme_version_id_index" on "cohort" ("programme_version_id")`);
    this.addSql(`alter table "cohort" add constraint "cohort_join_code_unique" unique ("join_code")`);
    this.addSql(`create table "context" (
        "id" uuid not null default gen_random_uuid(),
        "deployment_id" uuid not null,
        "context_id" varchar(255) not null,
        "title" varchar(255) null,
        "label" varchar(255) null,
        "cohort_id" uuid null,
        "created_at" timestamptz(3) not null,
        primary key ("id"))`);
    this.addSql(`create index "context_cohort_id_index" on "context" ("cohort_id")`);
    this.addSql(`create index "context_context_id_index" on "context" ("context_id")`);
    this.addSql(`alter table "context" add constraint "context_deployment_id_context_id_unique" unique ("deployment_id", "context_id")`);
    this.addSql(`create table "enrolment" (
        "id" uuid not null default gen_random_uuid(),
        "context_id" uuid not null,
        "person_id" uuid not null,
        "role" text not null,
        "active" boolean not null default true,
        "created_at" timestamptz(3) not null,
        "last_seen_at" timestamptz(3) not null,
        primary key ("id"))`);
    this.addSql(`create index "enrolment_person_id_index" on "enrolment" ("person_id")`);
    this.addSql(`alter table "enrolment" add constraint "enrolment_context_id_person_id_unique" unique ("context_id", "person_id")`);
    this.addSql(`alter table "enrolment" add constraint "enrolment_role_check" check ("role" in ('administrator', 'faculty', 'assistant', 'learner', 'mentor'))`);
    this.addSql(`create table "reading_place" (
        "cohort_id" uuid not null,
        "person_id" uuid not null,
        "week" smallint not null,
        "section" varchar(100) not null,
        "read_at" timestamptz(3) not null,
        primary key ("cohort_id", "person_id", "week"))`);
    this.addSql(`create index "reading_place_person_id_index" on "reading_place" ("person_id")`);
    this.addSql(`create table "registration_link" (
        "token_hash" bytea not null,
        "organisation_id" uuid not null,
        "expires_at" timestamptz(3) not null,
        "busy_until" timestamptz(3) null,
        "used_at" timestamptz(3) null,
        "configuration_url" varchar(2048) null,
        "configuration" jsonb null,
        primary key ("token_hash"))`);
    this.addSql(`create index "registration_link_organisation_id_index" on "registration_link" ("organisation_id")`);
    this.addSql(`create table "resource_link" (
        "id" uuid not null default gen_random_uuid(),
        "context_id" uuid not null,
        "resource_link_id" varchar(255) not null,
        "title" varchar(255) null,
        "created_at" timestamptz(3) not null,
        primary key ("id"))`);
    this.addSql(`alter table "resource_link" add constraint "resource_link_context_id_resource_link_id_unique" unique ("context_id", "resource_link_id")`);
    this.addSql(`create table "section_completion" (
        "cohort_id" uuid not null,
        "person_id" uuid not null,
        "week" smallint not null,
        "section" varchar(100) not null,
        "done_at" timestamptz(3) not null,
        primary key ("cohort_id", "person_id", "week", "section"))`);
    this.addSql(`create index "section_completion_person_id_index" on "section_completion" ("person_id")`);
    this.addSql(`create table "sign_in" (
        "id" varchar(32) not null,
        "secret_hash" bytea not null,
        "role" text not null,
        "test_user" boolean not null default false,
        "deployment_id" uuid null,
        "administrator_id" uuid null,
        "person_id" uuid null,
        "context_id" uuid null,
        "frame_origins" text[] not null default '{}',
        "return_url" varchar(2048) null,
        "ticket_hash" bytea null,
        "ticket_expires_at" timestamptz(3) null,
        "created_at" timestamptz(3) not null,
        "last_seen_at" timestamptz(3) not null,
        "ended_at" timestamptz(3) null,
        primary key ("id"))`);
    this.addSql(`create index "sign_in_person_id_index" on "sign_in" ("person_id")`);
    this.addSql(`create index "sign_in_context_id_index" on "sign_in" ("context_id")`);
    this.addSql(`alter table "sign_in" add constraint "sign_in_role_check" check ("role" in ('operator', 'administrator', 'faculty', 'assistant', 'learner', 'mentor', 'guest'))`);
    this.addSql(`create table "sign_in_link" (
        "token_hash" bytea not null,
        "administrator_id" uuid not null,
        "expires_at" timestamptz(3) not null,
        "used_at" timestamptz(3) null,
        primary key ("token_hash"))`);
    this.addSql(`create index "sign_in_link_administrator_id_index" on "sign_in_link" ("administrator_id")`);
    this.addSql(`alter table "administrator" add constraint "administrator_organisation_id_foreign" foreign key ("organisation_id") references "organisation" ("id") on delete restrict`);
    this.addSql(`alter table "platform_registration" add constraint "platform_registration_organisation_id_foreign" foreign key ("organisation_id") references "organisation" ("id") on delete restrict`);
    this.addSql(`alter table "person" add constraint "person_registration_id_foreign" foreign key ("registration_id") references "platform_registration" ("id") on delete restrict`);
    this.addSql(`alter table "person" add constraint "person_organisation_id_foreign" foreign key ("organisation_id") references "organisation" ("id") on delete restrict`);
    this.addSql(`alter table "deployment" add constraint "deployment_registration_id_foreign" foreign key ("registration_id") references "platform_registration" ("id") on delete restrict`);
    this.addSql(`alter table "deployment" add constraint "deployment_organisation_id_foreign" foreign key ("organisation_id") references "organisation" ("id") on delete restrict`);
    this.addSql(`alter table "cohort" add constraint "cohort_organisation_id_foreign" foreign key ("organisation_id") references "organisation" ("id") on delete restrict`);
    this.addSql(`alter table "cohort" add constraint "cohort_programme_version_id_foreign" foreign key ("programme_version_id") references "programme_version" ("id") on delete restrict`);
    this.addSql(`alter table "context" add constraint "context_deployment_id_foreign" foreign key ("deployment_id") references "deployment" ("id") on delete restrict`);
    this.addSql(`alter table "context" add constraint "context_cohort_id_foreign" foreign key ("cohort_id") references "cohort" ("id") on delete restrict`);
    this.addSql(`alter table "enrolment" add constraint "enrolment_context_id_foreign" foreign key ("context_id") references "context" ("id") on delete restrict`);
    this.addSql(`alter table "enrolment" add constraint "enrolment_person_id_foreign" foreign key ("person_id") references "person" ("id") on delete restrict`);
    this.addSql(`alter table "reading_place" add constraint "reading_place_cohort_id_foreign" foreign key ("cohort_id") references "cohort" ("id") on delete restrict`);
    this.addSql(`alter table "reading_place" add constraint "reading_place_person_id_foreign" foreign key ("person_id") references "person" ("id") on delete restrict`);
    this.addSql(`alter table "registration_link" add constraint "registration_link_organisation_id_foreign" foreign key ("organisation_id") references "organisation" ("id") on delete cascade`);
    this.addSql(`alter table "resource_link" add constraint "resource_link_context_id_foreign" foreign key ("context_id") references "context" ("id") on delete cascade`);
    this.addSql(`alter table "section_completion" add constraint "section_completion_cohort_id_foreign" foreign key ("cohort_id") references "cohort" ("id") on delete restrict`);
    this.addSql(`alter table "section_completion" add constraint "section_completion_person_id_foreign" foreign key ("person_id") references "person" ("id") on delete restrict`);
    this.addSql(`alter table "sign_in" add constraint "sign_in_administrator_id_foreign" foreign key ("administrator_id") references "administrator" ("id") on delete cascade`);
    this.addSql(`alter table "sign_in" add constraint "sign_in_person_id_foreign" foreign key ("person_id") references "person" ("id") on delete cascade`);
    this.addSql(`alter table "sign_in_link" add constraint "sign_in_link_administrator_id_foreign" foreign key ("administrator_id") references "administrator" ("id") on delete cascade`);
  }
}
