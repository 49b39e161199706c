import { Migration } from '@mikro-orm/migrations';

/** When a learner saw that the form was accepted. What was accepted before this migration is no news. */
export class Migration20261127203000_eligibility_news extends Migration {
  override up(): void {
    this.addSql(`alter table "eligibility" add "acceptance_read_at" timestamptz(3) null`);
    this.addSql(`update "eligibility" set "acceptance_read_at" = "decided_at" where "state" = 'accepted'`);
  }
}
