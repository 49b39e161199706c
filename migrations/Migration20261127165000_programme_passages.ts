import { Migration } from '@mikro-orm/migrations';

/** Search over the programme: its passages, filled from a version when somebody first searches it. */
export class Migration20261127165000_programme_passages extends Migration {
  override up(): void {
    this.addSql(`create table "programme_passage" (
        "version_id" varchar(64) not null,
        "place" smallint not null,
        "kind" text not null,
        "week" smallint null,
        "target" varchar(300) not null,
        "title" varchar(500) not null,
        "body" text not null,
        "words" tsvector not null,
        primary key ("version_id", "place"))`);
    this.addSql(`create index "programme_passage_words_index" on "programme_passage" using gin ("words")`);
    this.addSql(`alter table "programme_passage" add constraint "programme_passage_version_id_foreign" foreign key ("version_id") references "programme_version" ("id") on delete cascade`);
    this.addSql(`alter table "programme_passage" add constraint "programme_passage_kind_check" check ("kind" in ('section', 'card', 'term'))`);
  }
}
