import { Migration } from '@mikro-orm/migrations';

/** Mail: what is to be said and what became of it, how people want it, and sign-in links that were asked for by mail. */
export class Migration20261127171500_mail extends Migration {
  override up(): void {
    this.addSql(`create table "mail" (
        "id" uuid not null default gen_random_uuid(),
        "organisation_id" uuid not null,
        "cohort_id" uuid not null,
        "person_id" uuid not null,
        "sender_id" uuid null,
        "kind" text not null,
        "once_key" varchar(200) null,
        "subject" varchar(255) not null,
        "paragraphs" text[] not null,
        "path" varchar(500) not null,
        "link_label" varchar(100) not null,
        "good_until" timestamptz(3) null,
        "state" text not null default 'waiting',
        "reason" varchar(100) null,
        "status" smallint null,
        "attempts" int not null default 0,
        "address" varchar(255) null,
        "message_id" varchar(255) null,
        "queued_at" timestamptz(3) not null,
        "handed_over_at" timestamptz(3) null,
        "settled_at" timestamptz(3) null,
        primary key ("id"))`);
    this.addSql(`create index "mail_cohort_id_index" on "mail" ("cohort_id")`);
    this.addSql(`create index "mail_person_id_index" on "mail" ("person_id")`);
    this.addSql(`create index "mail_organisation_id_queued_at_index" on "mail" ("organisation_id", "queued_at")`);
    this.addSql(`create index "mail_waiting_index" on "mail" ("queued_at") where "state" = 'waiting'`);
    this.addSql(`alter table "mail" add constraint "mail_once_key_unique" unique ("once_key")`);
    this.addSql(`alter table "mail" add constraint "mail_kind_check" check ("kind" in ('week-opened', 'due', 'nudge', 'reply', 'sign-in'))`);
    this.addSql(`alter table "mail" add constraint "mail_state_check" check ("state" in ('waiting', 'handed-over', 'sent', 'failed', 'suppressed'))`);
    this.addSql(`create table "mail_preference" (
        "person_id" uuid not null,
        "time_zone" varchar(64) null,
        "quiet_from" smallint not null,
        "quiet_until" smallint not null,
        "pace" text not null,
        "off" text[] not null,
        "changed_at" timestamptz(3) not null,
        primary key ("person_id"))`);
    this.addSql(`alter table "mail_preference" add constraint "mail_preference_pace_check" check ("pace" in ('each', 'daily'))`);
    this.addSql(`create table "mail_setting" (
        "organisation_id" uuid not null,
        "sign_in_links" boolean not null default false,
        "changed_at" timestamptz(3) not null,
        primary key ("organisation_id"))`);
    this.addSql(`create table "mail_sign_in" (
        "mail_id" uuid not null,
        "context_id" uuid not null,
        "expires_at" timestamptz(3) not null,
        "used_at" timestamptz(3) null,
        primary key ("mail_id"))`);
    this.addSql(`create index "mail_sign_in_context_id_index" on "mail_sign_in" ("context_id")`);
    this.addSql(`alter table "mail" add constraint "mail_organisation_id_foreign" foreign key ("organisation_id") references "organisation" ("id") on delete restrict`);
    this.addSql(`alter table "mail" add constraint "mail_cohort_id_foreign" foreign key ("cohort_id") references "cohort" ("id") on delete restrict`);
    this.addSql(`alter table "mail" add constraint "mail_person_id_foreign" foreign key ("person_id") references "person" ("id") on delete restrict`);
    this.addSql(`alter table "mail_preference" add constraint "mail_preference_person_id_foreign" foreign key ("person_id") references "person" ("id") on update cascade on delete cascade`);
    this.addSql(`alter table "mail_setting" add constraint "mail_setting_organisation_id_foreign" foreign key ("organisation_id") references "organisation" ("id") on update cascade on delete cascade`);
    this.addSql(`alter table "mail_sign_in" add constraint "mail_sign_in_mail_id_foreign" foreign key ("mail_id") references "mail" ("id") on update cascade on delete cascade`);
    this.addSql(`alter table "mail_sign_in" add constraint "mail_sign_in_context_id_foreign" foreign key ("context_id") references "context" ("id") on delete cascade`);
  }
}
