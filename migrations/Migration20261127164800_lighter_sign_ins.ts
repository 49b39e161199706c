import { Migration } from '@mikro-orm/migrations';

/** What every launch paid for and nothing asked for: the key that locked the person's row at each sign-in, and an index by course. */
export class Migration20261127164800_lighter_sign_ins extends Migration {
  override up(): void {
    this.addSql('alter table "sign_in" drop constraint "sign_in_person_id_foreign"');
    this.addSql('drop index "sign_in_context_id_index"');
  }
}
