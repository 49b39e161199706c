import { Migration } from '@mikro-orm/migrations';

/**
 * Search covers every part of the programme. Rows made before count as edition 1 and are replaced when somebody next
 * searches their version. What is for staff alone has no `words`, which is all that a server of the old code, still
 * running beside, looks at: nothing matches null, and an empty text would match every search for what is not there (`-word`).
 */
export class Migration20261127190000_search_everything extends Migration {
  override up(): void {
    this.addSql(`alter table "programme_passage" add "edition" smallint not null default 1`);
    this.addSql(`alter table "programme_passage" add "part" varchar(500) null`);
    this.addSql(`alter table "programme_passage" add "staff_words" tsvector null`);
    this.addSql(`alter table "programme_passage" alter column "words" drop not null`);
    this.addSql(`create index "programme_passage_staff_words_index" on "programme_passage" using gin ("staff_words")`);
    this.addSql(`alter table "programme_passage" drop constraint "programme_passage_kind_check"`);
    this.addSql(`alter table "programme_passage" add constraint "programme_passage_kind_check" check ("kind" in ('section', 'practice', 'goals', 'team', 'reading', 'check', 'journal', 'card', 'outline', 'workshop', 'notes', 'plan', 'outcome', 'page', 'term'))`);
  }
}
