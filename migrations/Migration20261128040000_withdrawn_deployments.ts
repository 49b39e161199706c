import { Migration } from '@mikro-orm/migrations';

/** Which organisation took the approval of a deployment back: then it is nobody else's to approve but an operator's. */
export class Migration20261128040000_withdrawn_deployments extends Migration {
  override up(): void {
    this.addSql(`alter table "deployment" add "withdrawn_by_id" uuid null`);
  }
}
