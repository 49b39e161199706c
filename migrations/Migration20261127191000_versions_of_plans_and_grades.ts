import { Migration } from '@mikro-orm/migrations';

/**
 * By which version of the material a plan was handed in and graded, so that both stay readable when the cohort goes on
 * with a newer form or rubric. Null, as in all rows before this, is the version that the cohort has; it is filled in when
 * that changes.
 */
export class Migration20261127191000_versions_of_plans_and_grades extends Migration {
  override up(): void {
    for (const table of ['submission', 'grade']) {
      this.addSql(`alter table "${table}" add "programme_version_id" varchar(64) null`);
      this.addSql(`create index "${table}_programme_version_id_index" on "${table}" ("programme_version_id")`);
      this.addSql(`alter table "${table}" add constraint "${table}_programme_version_id_foreign" foreign key ("programme_version_id") references "programme_version" ("id") on delete restrict`);
    }
  }
}
