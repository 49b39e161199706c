import { Migration } from '@mikro-orm/migrations';

/** What learners tell of the assignments that they did with their teams. A table of its own: a running system does not notice. */
export class Migration20261127204600_assignment_reports extends Migration {
  override up(): void {
    this.addSql(`create table "assignment_report" (
        "cohort_id" uuid not null,
        "person_id" uuid not null,
        "assignment" varchar(100) not null,
        "account" text not null,
        "version" int not null default 1,
        "written_at" timestamptz(3) not null,
        "done_at" timestamptz(3) null,
        primary key ("cohort_id", "person_id", "assignment"))`);
    this.addSql(`create index "assignment_report_person_id_index" on "assignment_report" ("person_id")`);
    this.addSql(`alter table "assignment_report" add constraint "assignment_report_cohort_id_foreign" foreign key ("cohort_id") references "cohort" ("id") on delete restrict`);
    this.addSql(`alter table "assignment_report" add constraint "assignment_report_person_id_foreign" foreign key ("person_id") references "person" ("id") on delete restrict`);
    this.addSql(`alter table "assignment_report" add constraint "assignment_report_done_with_account" check ("done_at" is null or "account" <> '')`);
  }
}
