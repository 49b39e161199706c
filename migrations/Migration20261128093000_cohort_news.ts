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
 * (server/cohort-news.ts) as long as the version that is kept here stays what it was: each transaction that changes any of
 * it writes its own number here, once and when it commits. In a table of its own and not into the cohort: whoever holds a
 * cohort's row may be waiting for a session's, whose holder would then be waiting for the cohort's.
 *
 * On a running system: each trigger waits for those who are writing into its table, and holds up those who come after them
 * meanwhile, for as long as a transaction of theirs takes. The tables are taken in the order in which others write them.
 */
export class Migration20261128093000_cohort_news extends Migration {
  override up(): void {
    // No foreign key: it would lock the cohort, see above. With room on each page, so that a new version takes the place of the old one.
    this.addSql(`create table "cohort_news_version" ("cohort_id" uuid not null, "version" bigint not null, primary key ("cohort_id")) with (fillfactor = 60)`);

    this.addSql(`
      create function note_cohort_news(of_cohort uuid) returns void language sql as $$
        insert into cohort_news_version as v (cohort_id, version)
        select of_cohort, pg_current_xact_id()::text::bigint where of_cohort is not null
        on conflict (cohort_id) do update set version = excluded.version where v.version <> excluded.version
      $$`);

    this.addSql(`
      create function cohort_news_changed() returns trigger language plpgsql as $$
        declare
          changed record := case tg_op when 'DELETE' then old else new end;
          of_cohort uuid;
        begin
          case tg_argv[0]
            when 'itself' then of_cohort := changed.cohort_id;
            when 'workshop' then select cohort_id into of_cohort from workshop where id = changed.workshop_id;
            when 'post' then select cohort_id into of_cohort from discussion_post where id = changed.post_id;
          end case;
          -- null for an addressee or a session that went with its post or its workshop: that tells of it itself
          perform note_cohort_news(of_cohort);
          if tg_op = 'UPDATE' and tg_argv[0] = 'itself' then
            if old.cohort_id <> of_cohort then perform note_cohort_news(old.cohort_id); end if;
          end if;
          return null;
        end $$`);

    for (const [table, leadsBy, events] of changes) {
      this.addSql(`create constraint trigger "${table}_is_news" after ${events} on "${table}" deferrable initially deferred
        for each row execute function cohort_news_changed('${leadsBy}')`);
    }
  }
}
