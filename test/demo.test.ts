import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { fillDemo } from '../scripts/demo/data.ts';
import { startTestApp } from './support/app.ts';
import type { TestApp } from './support/app.ts';
import { heading, signIn } from './support/browser-session.ts';

type Person = Awaited<ReturnType<typeof signIn>>;

/** Monday morning before anything of the week has happened, and a Sunday night: the demo may begin at any time. */
for (const now of ['2026-05-11T00:10:00Z', '2026-05-17T22:40:00Z']) {
  describe(`the demo, begun at ${now}`, function () {
    this.timeout(60_000);
    let test: TestApp;
    let faculty: Person;
    const rows = async (statement: string) => (await test.sql.query(statement)).rows;
    const fill = () => fillDemo(test.sql, { platform: test.platform, now: test.clock.now });
    const idOf = async (givenName: string): Promise<string> => (await test.sql.query('select id from person where given_name = $1', [givenName])).rows[0].id;
    before(async () => {
      test = await startTestApp({ now });
      await test.sql.query('delete from deployment; delete from platform_registration; delete from audit_event');   // the demo registers its own
      await fill();
      faculty = await signIn(test, { person: 'eleanor', link: 'home' });
    });
    after(() => test.close());

    it('has a past: nothing that anybody did lies in the future, nor after they were last here', async () => {
      const { rows: wrong } = await test.sql.query(`
        with did (what, person_id, at) as (
          select 'form', person_id, greatest(saved_at, submitted_at) from eligibility union all select 'tools', person_id, saved_at from tools_assessment
          union all select 'post', author_id, posted_at from discussion_post union all select 'reading', person_id, read_at from discussion_reading
          union all select 'mark', marked_by, marked_at from discussion_mark union all select 'entry', person_id, saved_at from journal_entry
          union all select 'section', person_id, done_at from section_completion union all select 'check', person_id, finished_at from knowledge_check_attempt union all select 'assignment', person_id, done_at from assignment_report
          union all select 'plan', c.person_id, s.submitted_at from submission s join coaching_plan c on c.id = s.plan_id
        )
        select d.what, p.name from did d join person p on p.id = d.person_id join enrolment e on e.person_id = p.id where d.at > e.last_seen_at
        union all select 'decision', '' from eligibility where decided_at > $1 union all select 'mail', '' from mail where greatest(queued_at, settled_at) > $1
        union all select action, '' from audit_event where at > $1`, [now]);
      expect(wrong).to.deep.equal([]);
    });

    it('leaves nothing that the running server would send, and fills nothing twice', async () => {
      expect(await rows(`select state, count(*)::int as count from mail where state <> 'sent' group by 1`)).to.deep.equal([]);
      expect(await rows(`select name from pgboss.job where name = 'send-mail'`)).to.deep.equal([]);
      const count = async () => (await rows('select (select count(*) from mail) as mails, (select count(*) from discussion_post) as posts, (select count(*) from audit_event) as events'))[0];
      const first = await count();
      expect(await test.countStatements(fill), 'a second start asks one question').to.equal(1);
      expect(await count()).to.deep.equal(first);
    });

    it('has eligibility forms: most accepted, one that came back with a word, one that waits', async () => {
      expect(await rows('select state, count(*)::int as count from eligibility group by 1 order by 1')).to.deep.equal([{ state: 'accepted', count: 7 }, { state: 'returned', count: 1 }, { state: 'submitted', count: 1 }]);
      expect((await faculty.page('/eligibility/forms')).body).to.contain('Handed in').and.contain('Siobhán');
      const waiting = (await faculty.page(`/eligibility/forms/${await idOf('محمد')}`)).body;
      expect(waiting).to.contain('Medicines home by noon').and.contain('Accept the form').and.contain('Driver diagram');
      const siobhan = await signIn(test, { person: 'siobhan', link: 'home' });
      expect((await siobhan.page('/eligibility')).body).to.contain('The project is still a wish').and.contain('A better postnatal ward');
      const amara = await signIn(test, { person: 'amara', link: 'home' });
      expect((await amara.page('/eligibility')).body).to.contain('Weighed within a day');
      expect((await amara.page('/eligibility/tools')).body).to.contain('Have used it with help');
    });

    it('has discussions in weeks 1 to 4, with replies, mentions and what faculty marked, and journals', async () => {
      const amara = await signIn(test, { person: 'amara', link: 'home' });
      expect((await amara.page('/')).body, 'something new for her').to.match(/Five new posts in week 4, one mentions you/);
      for (const week of [1, 2, 3, 4]) {
        const { body } = await faculty.page(`/discussion/weeks/${week}`);
        expect(body, `week ${week}`).to.contain('replies to').and.match(/Answers it|Worth reading/);
      }
      expect((await amara.page('/discussion/weeks/1')).body).to.contain('Mentions you');
      expect((await amara.page('/journal')).body).to.contain('Week 2');
      expect((await amara.page('/journal/weeks/1')).body).to.contain('I said “we should” eleven times');
      const shared = (await faculty.page('/journal/shared')).body;
      expect(shared).to.contain('I asked Peter before the meeting').and.not.contain('eleven times');
    });

    it('tells the story of the learner who has been away, with the message to him', async () => {
      const id = await idOf('Łukasz');
      const { body } = await faculty.page(`/learners/${id}`);
      for (const words of ['Mail from faculty: A message from Dr Eleanor Whitfield. Sent', 'Eligibility form accepted, by Dr Eleanor Whitfield', 'Reply in the discussion of week 1', 'day 2 of 3: absent', 'Mail about a new week', 'Reminder by mail', 'Tools self-assessment before the programme: 15 of 15 tools']) expect(body).to.contain(words);
      expect((await faculty.page(`/mail/nudges/${id}`)).body).to.contain('the discussion misses your four villages');
      const administrator = await signIn(test, { person: 'ruth', link: 'home' });
      expect((await administrator.page('/admin/mail')).body).to.contain('Sent').and.contain('Łukasz');
      expect((await faculty.page(`/learners/${await idOf('Siobhán')}`)).body).to.contain('More time given: seven days').and.contain('The project is still a wish');
    });

    // But for the grade book, which fills before the eyes of whoever tries the demo.
    it('has something to show on every page of faculty and learners', async () => {
      const zsofia = await signIn(test, { person: 'zsofia', link: 'home' });
      const pages: [Person, string[]][] = [
        [faculty, ['/', '/cohort', '/cohort/pace', '/grading', '/grading/next', '/roster', '/attendance', '/workshops', '/discussion', '/eligibility/forms', '/journal/shared', '/search?q=baseline']],
        [zsofia, ['/', '/weeks/5', '/plan', '/progress', '/attendance', '/workshops', '/eligibility', '/eligibility/tools', '/discussion', '/journal', '/mail/preferences']],
      ];
      for (const [person, paths] of pages) {
        for (const path of paths) {
          const answer = await person.follow(await person.page(path));
          expect(answer.statusCode, path).to.equal(200);
          expect(answer.body.match(/class="empty"/g), `${path}: ${heading(answer)}`).to.equal(null);
        }
      }
    });
  });
}
