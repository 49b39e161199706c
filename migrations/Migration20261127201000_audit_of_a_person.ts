import { Migration } from '@mikro-orm/migrations';

/** What was decided about one learner is found without reading all that happened in the organisation. */
export class Migration20261127201000_audit_of_a_person extends Migration {
  override up(): void {
    this.addSql(`create index "audit_event_person_index" on "audit_event" (("detail" ->> 'personId')) where "detail" ->> 'personId' is not null`);
  }
}
