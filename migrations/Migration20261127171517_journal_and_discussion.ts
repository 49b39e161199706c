import { Migration } from '@mikro-orm/migrations';

/** The reflection journal, and the discussion of each week. */
export class Migration20261127171517_journal_and_discussion extends Migration {
  override up(): void {
    this.addSql(`create table "journal_entry" (
        "cohort_id" uuid not null,
        "person_id" uuid not null,
        "week" smallint not null,
        "text" text not null,
        "version" int not null default 1,
        "saved_at" timestamptz(3) not null,
        "shared_at" timestamptz(3) null,
        primary key ("cohort_id", "person_id", "week"))`);
    this.addSql(`create index "journal_entry_person_id_index" on "journal_entry" ("person_id")`);
    this.addSql(`create index "journal_entry_shared_index" on "journal_entry" ("cohort_id", "shared_at") where "shared_at" is not null`);
    this.addSql(`alter table "journal_entry" add constraint "journal_entry_cohort_id_foreign" foreign key ("cohort_id") references "cohort" ("id") on delete restrict`);
    this.addSql(`alter table "journal_entry" add constraint "journal_entry_person_id_foreign" foreign key ("person_id") references "person" ("id") on delete restrict`);

    this.addSql(`create table "discussion_post" (
        "id" uuid not null default gen_random_uuid(),
        "cohort_id" uuid not null,
        "week" smallint not null,
        "author_id" uuid not null,
        "author_role" text not null,
        "parent_id" uuid null,
        "text" text not null,
        "key" uuid not null,
        "posted_at" timestamptz(3) not null,
        "edited_at" timestamptz(3) null,
        "removed_at" timestamptz(3) null,
        "removed_by" uuid null,
        "removal_reason" varchar(500) null,
        primary key ("id"))`);
    this.addSql(`create index "discussion_post_parent_id_index" on "discussion_post" ("parent_id")`);
    this.addSql(`create index "discussion_post_cohort_id_week_posted_at_index" on "discussion_post" ("cohort_id", "week", "posted_at")`);
    this.addSql(`alter table "discussion_post" add constraint "discussion_post_author_id_key_unique" unique ("author_id", "key")`);
    this.addSql(`alter table "discussion_post" add constraint "discussion_post_cohort_id_foreign" foreign key ("cohort_id") references "cohort" ("id") on delete restrict`);
    this.addSql(`alter table "discussion_post" add constraint "discussion_post_author_id_foreign" foreign key ("author_id") references "person" ("id") on delete restrict`);
    this.addSql(`alter table "discussion_post" add constraint "discussion_post_parent_id_foreign" foreign key ("parent_id") references "discussion_post" ("id") on delete restrict`);
    this.addSql(`alter table "discussion_post" add constraint "discussion_post_author_role_check" check ("author_role" in ('administrator', 'faculty', 'assistant', 'learner'))`);
    this.addSql(`alter table "discussion_post" add constraint "discussion_post_removed_whole" check (("removed_at" is null) = ("removed_by" is null))`);

    this.addSql(`create table "discussion_addressee" (
        "post_id" uuid not null,
        "person_id" uuid not null,
        "because" text not null,
        primary key ("post_id", "person_id"))`);
    this.addSql(`create index "discussion_addressee_person_id_index" on "discussion_addressee" ("person_id")`);
    this.addSql(`alter table "discussion_addressee" add constraint "discussion_addressee_post_id_foreign" foreign key ("post_id") references "discussion_post" ("id") on update cascade on delete cascade`);
    this.addSql(`alter table "discussion_addressee" add constraint "discussion_addressee_person_id_foreign" foreign key ("person_id") references "person" ("id") on update cascade on delete restrict`);
    this.addSql(`alter table "discussion_addressee" add constraint "discussion_addressee_because_check" check ("because" in ('mention', 'reply'))`);

    this.addSql(`create table "discussion_mark" (
        "post_id" uuid not null,
        "mark" text not null,
        "marked_at" timestamptz(3) not null,
        "marked_by" uuid not null,
        primary key ("post_id", "mark"))`);
    this.addSql(`alter table "discussion_mark" add constraint "discussion_mark_post_id_foreign" foreign key ("post_id") references "discussion_post" ("id") on delete cascade`);
    this.addSql(`alter table "discussion_mark" add constraint "discussion_mark_mark_check" check ("mark" in ('answer', 'worth-reading'))`);

    this.addSql(`create table "discussion_reading" (
        "cohort_id" uuid not null,
        "person_id" uuid not null,
        "week" smallint not null,
        "read_at" timestamptz(3) not null,
        primary key ("cohort_id", "person_id", "week"))`);
    this.addSql(`create index "discussion_reading_person_id_index" on "discussion_reading" ("person_id")`);
    this.addSql(`alter table "discussion_reading" add constraint "discussion_reading_cohort_id_foreign" foreign key ("cohort_id") references "cohort" ("id") on delete restrict`);
    this.addSql(`alter table "discussion_reading" add constraint "discussion_reading_person_id_foreign" foreign key ("person_id") references "person" ("id") on delete restrict`);
  }
}
