import { Migration } from '@mikro-orm/migrations';

/** What is new in a cohort for all who are in it: the table, how its rows lead to the cohort, and the changes that count. */
const changes: [table: string, leadsBy: 'itself' | 'workshop' | 'post', events: string][] = [
  ['workshop', 'itself', 'insert or delete or update'],
  ['workshop_session', 'workshop', 'insert or delete or update'],
  ['discussion_post', 'itself', 'insert or delete or update of cohort_id, week, author_id, posted_at, removed_at'],
  ['discussion_addressee', 'post', 'insert or delete or update'],
];

/**
 * Home tells each reader of a cohort's workshops and of what is new in its discussions. Servers keep that in memory
 * (server/cohort-news.ts) as long as the cohort says that nothing of it changed: each transaction that changes it writes
 * its own number into the cohort, once and when it commits, so that nothing else waits for the cohort's lock.
 *
 * On a running system: the column is added without a rewrite; the triggers wait for the writers of four tables, briefly.
 */
export class Migration20261128093000_cohort_news extends Migration {
  override up(): void {
    this.addSql(`alter table "cohort" add "news_version" bigint not null default 0`);

    this.addSql(`
      create function cohort_news_changed() returns trigger language plpgsql as $$
        declare
          version bigint := pg_current_xact_id()::text::bigint;
          changed record := case tg_op when 'DELETE' then old else new end;
          of_cohort uuid;
        begin
          case tg_argv[0]
            when 'itself' then of_cohort := changed.cohort_id;
            when 'workshop' then select cohort_id into of_cohort from workshop where id = changed.workshop_id;
            when 'post' then select cohort_id into of_cohort from discussion_post where id = changed.post_id;
          end case;
          -- an addressee or a session that went with its post or its workshop: that tells of it itself
          update cohort set news_version = version where id = of_cohort and news_version <> version;
          if tg_op = 'UPDATE' and tg_argv[0] = 'itself' then
            update cohort set news_version = version where id = old.cohort_id and news_version <> version;
          end if;
          return null;
        end $$`);

    for (const [table, leadsBy, events] of changes) {
      this.addSql(`create constraint trigger "${table}_is_news" after ${events} on "${table}" deferrable initially deferred
        for each row execute function cohort_news_changed('${leadsBy}')`);
    }
  }
}
