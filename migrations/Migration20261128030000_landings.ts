import { Migration } from '@mikro-orm/migrations';

/** Where a launch led, when that was not the page that its link names: a second press of the link leads there too. */
export class Migration20261128030000_landings extends Migration {
  override up(): void {
    this.addSql(`alter table "login_attempt" add "landing" varchar(2048) null`);
  }
}
