import { expect } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import { makeAdministratorLink } from '../../server/features/people/actions.ts';
import { openOffice, work } from '../mail/office.ts';
import type { Office } from '../mail/office.ts';
import { heading, openBrowser, signIn } from '../support/browser-session.ts';

type Person = Awaited<ReturnType<typeof signIn>>;

describe('mail', () => {
  let office: Office;
  let learner: Person;
  let amara: string;
  before(async () => { office = await openOffice(); });
  after(() => office.close());
  beforeEach(async () => {
    await office.startAfresh(0);
    learner = await signIn(office, { person: 'amara', link: 'week-1' });
    amara = (await office.sql.query<{ id: string }>(`select p.id from person p join sign_in s on s.person_id = p.id where s.id = $1`, [learner.base.slice(4)])).rows[0]?.id ?? '';
  });

  /** The letter that was sent last, its soft line breaks undone, and the paths of its links. */
  const lastLetter = () => {
    const raw = (office.server.arrivals.at(-1)?.raw ?? '').replaceAll('=\r\n', '').replaceAll('=3D', '=');
    const path = (name: string) => new RegExp(`http://localhost:3000(/mail/${name}/[\\w-]+)`).exec(raw)?.[1] ?? '';
    return { raw, open: path('open'), unsubscription: path('unsubscription'), signIn: path('sign-in') };
  };
  const send = async (change: Parameters<Office['queue']>[1] = {}) => {
    const [id] = await office.queue([amara], change);
    await work(office, id);
    return { id, ...lastLetter() };
  };
  const preference = async () => (await office.sql.query('select time_zone, quiet_from, quiet_until, pace, off from mail_preference where person_id = $1', [amara])).rows[0];

  describe('the link in a letter', () => {
    it('opens its page in a sign-in of this browser, of the same person and cohort', async () => {
      const { open } = await send();
      const answer = await learner.get(open);
      expect(answer.statusCode).to.equal(303);
      expect(answer.headers.location).to.equal(`${learner.base}/weeks/5`);
      expect((await learner.get(`${open}?to=preferences`)).headers.location).to.equal(`${learner.base}/mail/preferences`);
      await learner.submit('/sign-out');
      expect(heading(await learner.get(open)), 'a sign-in that has ended').to.equal('Open Coachline from your course');
    });

    it('opens nothing to anybody else, and names the course', async () => {
      const { open } = await send();
      for (const session of [openBrowser(office), await signIn(office, { person: 'priya', link: 'week-1' }), office.faculty]) {
        const page = await session.get(open);
        expect(page.statusCode).to.equal(200);
        expect(heading(page)).to.equal('Open Coachline from your course');
        expect(page.body).to.contain('Practice LMS').and.not.contain('Mail me a sign-in link').and.not.contain('/in/');
        expect(page.headers['content-security-policy']).to.contain("frame-ancestors 'none'");
      }
    });

    it('is refused when it was made up, altered, or of another purpose', async () => {
      const { open, unsubscription } = await send();
      const token = open.slice('/mail/open/'.length);
      const strange = [`${token.slice(0, -3)}AAA`, 'x'.repeat(86), unsubscription.slice('/mail/unsubscription/'.length), '%00'.repeat(10), 'short'];
      for (const one of strange) for (const path of ['open', 'unsubscription', 'sign-in']) {
        if (path === 'unsubscription' && unsubscription.endsWith(one)) continue;
        expect((await learner.get(`/mail/${path}/${one}`)).statusCode, `${path} ${one}`).to.equal(404);
      }
      expect((await openBrowser(office).post(`/mail/sign-in/${token}`)).statusCode).to.equal(401);
    });
  });

  describe('a mailed sign-in link', () => {
    const allow = () => office.sql.query(`insert into mail_setting (organisation_id, sign_in_links, changed_at) select id, true, now() from organisation`);
    const asked = async () => (await office.sql.query<{ id: string }>(`select id from mail where kind = 'sign-in' order by queued_at desc, id`)).rows.map(({ id }) => id);

    it('is not sent unless the organisation allows it, and what is said is the same', async () => {
      const { open } = await send();
      const browser = openBrowser(office);
      const refused = await browser.post(`${open}/sign-in-link`);
      expect(await asked()).to.deep.equal([]);
      await allow();
      const allowed = await browser.post(`${open}/sign-in-link`);
      expect(await asked()).to.have.length(1);
      expect(allowed.headers.location).to.equal(refused.headers.location);
    });

    it('signs its reader in once, as a learner of the one course, within fifteen minutes', async () => {
      await allow();
      const { open } = await send();
      const browser = openBrowser(office);
      expect((await browser.get(open)).body).to.contain('Mail me a sign-in link');
      expect((await browser.follow(await browser.post(`${open}/sign-in-link`))).body).to.contain('a link is on its way');
      office.clock.advance({ hours: 0, minutes: 1 });
      await work(office, (await asked())[0]);
      const letter = lastLetter();
      expect(letter.raw).to.contain('Your link into Coachline').and.not.contain('List-Unsubscribe');
      expect((await browser.get(letter.signIn)).body, 'looking spends nothing').to.contain('Sign in and open the page');
      const answer = await browser.post(letter.signIn);
      expect(answer.headers.location).to.match(/^\/in\/[\w-]+\/weeks\/5$/);
      expect((await browser.follow(answer)).statusCode).to.equal(200);
      const { rows: [made] } = await office.sql.query('select role, person_id, test_user from sign_in where id = $1', [String(answer.headers.location).split('/')[2]]);
      expect(made).to.deep.equal({ role: 'learner', person_id: amara, test_user: false });
      expect((await openBrowser(office).post(letter.signIn)).statusCode, 'a second time').to.equal(401);
    });

    it('is worth nothing when it is late, or its reader has left', async () => {
      await allow();
      const { open } = await send();
      const links: string[] = [];
      for (let count = 0; count < 2; count += 1) {
        await openBrowser(office).post(`${open}/sign-in-link`);
        office.clock.advance({ seconds: 1 });
        await work(office, (await asked())[0]);
        links.push(lastLetter().signIn);
      }
      await office.sql.query(`update enrolment set active = false where person_id = $1`, [amara]);
      expect((await openBrowser(office).post(links[0]!)).statusCode).to.equal(401);
      await office.sql.query(`update enrolment set active = true where person_id = $1`, [amara]);
      office.clock.advance({ minutes: 15 });
      expect((await openBrowser(office).post(links[1]!)).statusCode).to.equal(401);
    });

    it('is sent three times a quarter of an hour at most', async () => {
      await allow();
      const { open } = await send();
      for (let count = 0; count < 6; count += 1) expect((await openBrowser(office).post(`${open}/sign-in-link`)).statusCode).to.equal(303);
      expect(await asked()).to.have.length(3);
    });
  });

  describe('stopping it', () => {
    it('takes one press on a page, or one post of a mail program from anywhere, form or multipart, without a redirect', async () => {
      const { unsubscription } = await send({ kind: 'due', subject: 'Week 5 ends' });
      const browser = openBrowser(office);
      expect((await browser.get(unsubscription)).body).to.contain('Stop these mails?').and.contain('reminders of what is still to do');
      expect(await preference(), 'looking stops nothing').to.equal(undefined);
      const pressed = await browser.post(unsubscription);
      expect(pressed.statusCode).to.equal(303);
      expect(heading(await browser.follow(pressed))).to.equal('You get these no more');
      expect((await preference()).off).to.deep.equal(['due']);
      const { unsubscription: other } = await send();
      const posted = await browser.postFrom('https://mail.example', other, { 'List-Unsubscribe': 'One-Click' });
      expect(posted.statusCode).to.equal(200);
      expect((await preference()).off).to.have.members(['due', 'nudge']);
      const { unsubscription: third } = await send({ kind: 'reply' });
      const multipart = await office.app.inject({ method: 'POST', url: third, headers: { 'content-type': 'multipart/form-data; boundary=b' }, payload: '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n' });
      expect(multipart.statusCode).to.equal(200);
      expect((await preference()).off).to.have.members(['due', 'nudge', 'reply']);
      const { rows } = await office.sql.query(`select detail from audit_event where action = 'mail.stopped' and actor_id = $1`, [amara]);
      expect(rows).to.have.length(3);
    });
  });

  describe('somebody’s choices', () => {
    const form = { kinds: ['due', 'reply'], pace: 'daily', quietFrom: '21:30', quietUntil: '06:00', timeZone: 'Europe/Berlin' };

    it('are shown with what holds until they choose, and kept', async () => {
      expect((await learner.page('/privacy')).body).to.contain(`href="${learner.base}/mail/preferences"`);
      const page = await learner.page('/mail/preferences');
      expect(page.body).to.contain('value="20:00"').and.contain('value="07:00"').and.contain('As the cohort: London time');
      expect(page.body.match(/type="checkbox"[^>]* checked/g)).to.have.length(4);
      const saved = await learner.submit('/mail/preferences', form);
      expect(saved.statusCode).to.equal(303);
      expect((await learner.follow(saved)).body).to.contain('Your choices are saved').and.contain('value="21:30"').and.contain('<option value="Europe/Berlin" selected>');
      expect(await preference()).to.deep.equal({ time_zone: 'Europe/Berlin', quiet_from: 1290, quiet_until: 360, pace: 'daily', off: ['week-opened', 'nudge'] });
      await learner.submit('/mail/preferences', { quietFrom: '20:00', quietUntil: '20:00' });
      expect(await preference()).to.deep.equal({ time_zone: null, quiet_from: 1200, quiet_until: 1200, pace: 'each', off: ['week-opened', 'due', 'nudge', 'reply'] });
    });

    it('come back with 422 and what was typed where they cannot be', async () => {
      const answer = await learner.submit('/mail/preferences', { ...form, quietFrom: 'late', timeZone: 'Mars' });
      expect(answer.statusCode).to.equal(422);
      expect(answer.body).to.contain('value="late"').and.contain('Enter a time of day').and.contain('Choose a time zone').and.contain('Two things to put right');
      expect(await preference()).to.equal(undefined);
    });

    it('are none of a test learner’s', async () => {
      const tester = await signIn(office, { person: 'amara', link: 'week-1', fault: 'student-view' });
      expect((await tester.page('/mail/preferences')).body).to.contain('Coachline keeps no address for this visit');
      expect((await tester.submit('/mail/preferences', form)).statusCode).to.equal(303);
      expect((await office.sql.query('select 1 from mail_preference')).rowCount).to.equal(0);
    });
  });

  describe('a message to a learner', () => {
    it('goes out in the name of its writer, once, however often the button is pressed', async () => {
      const page = await office.faculty.page(`/mail/nudges/${amara}`);
      expect(heading(page)).to.equal('A message to Amara Okonkwo');
      const sent = await office.faculty.submit(`/mail/nudges/${amara}`, { message: 'How is the team?\r\n\r\nShall we talk?' });
      await office.faculty.submit(`/mail/nudges/${amara}`, { message: 'How is the team?\r\n\r\nShall we talk?' });
      expect(sent.statusCode).to.equal(303);
      expect((await office.faculty.follow(sent)).body).to.contain('Your message is on its way').and.contain('Shall we talk?');
      const { rows } = await office.sql.query('select id, subject, paragraphs, kind from mail');
      expect(rows.map(({ subject, paragraphs, kind }) => ({ subject, paragraphs, kind }))).to.deep.equal([{ kind: 'nudge', subject: 'A message from Dr Eleanor Whitfield', paragraphs: ['How is the team?', 'Shall we talk?'] }]);
      expect((await office.sql.query(`select 1 from audit_event where action = 'mail.nudged' and detail ->> 'mailId' = $1`, [rows[0]?.id])).rowCount).to.equal(1);
    });

    it('is one link away from whoever needs somebody', async () => {
      await office.sql.query(`update enrolment set last_seen_at = '2026-04-14T08:00:00Z' where person_id = $1`, [amara]);
      expect((await office.faculty.page('/cohort')).body).to.contain(`href="${office.faculty.base}/mail/nudges/${amara}"`);
    });

    it('is for learners of one’s own cohort, and says why where it cannot go', async () => {
      expect((await office.faculty.page('/mail/nudges/00000000-0000-4000-8000-000000000000')).statusCode).to.equal(404);
      const { rows: [eleanor] } = await office.sql.query(`select person_id as id from sign_in where id = $1`, [office.faculty.base.slice(4)]);
      expect((await office.faculty.submit(`/mail/nudges/${eleanor.id}`, { message: 'x' })).statusCode, 'no learner').to.equal(404);
      expect((await office.faculty.submit(`/mail/nudges/${amara}`, { message: ' \n ' })).statusCode).to.equal(422);
      await office.sql.query('update person set email = null where id = $1', [amara]);
      const page = await office.faculty.submit(`/mail/nudges/${amara}`, { message: 'Typed with care' });
      expect(page.statusCode).to.equal(422);
      expect(page.body).to.contain('gives no e-mail address').and.contain('Typed with care');
      expect((await office.sql.query('select 1 from mail')).rowCount).to.equal(0);
    });

    it('is written to somebody with more time for the last week until that has run out', async () => {
      await office.sql.query(`update cohort set starts_on = starts_on - 57 where id = $1`, [office.cohortId]);   // the last week has just ended
      try {
        expect((await office.faculty.page(`/mail/nudges/${amara}`)).body).to.contain('The programme of this cohort is over');
        await office.sql.query(`insert into learner_pace (cohort_id, person_id, breaks, extension_days, changed_at) values ($1, $2, '[]', 7, now())`, [office.cohortId, amara]);
        expect((await office.faculty.page(`/mail/nudges/${amara}`)).body).not.to.contain('is over');
      } finally {
        await office.sql.query('delete from learner_pace');
        await office.sql.query(`update cohort set starts_on = starts_on + 57 where id = $1`, [office.cohortId]);
      }
    });
  });

  describe('the log', () => {
    it('shows administrators what went and what was kept, without a link that works, and sends again what nobody knows of', async () => {
      const administrator = await signIn(office, { person: 'ruth', link: 'home' });
      const { id } = await send();
      const list = await administrator.page('/admin/mail');
      expect(list.body).to.contain('Mail is kept, and not sent').and.contain('A message from Eleanor').and.contain('amara').and.contain('Sent');
      const one = await administrator.page(`/admin/mail/${id}`);
      expect(one.body).to.contain('How is the team?').and.contain('/mail/open/not-shown').and.not.contain('Send it again');
      const letter = await administrator.page(`/admin/mail/${id}/letter`);
      expect(letter.headers['content-security-policy']).to.contain('sandbox').and.contain("default-src 'none'");
      expect(letter.body).to.contain('<style>').and.contain('not-shown');
      expect((await administrator.submit(`/admin/mail/${id}/sending`)).statusCode, 'sent is sent').to.equal(404);

      office.server.behaviour = 'drops';
      const { id: lost } = await send();
      expect((await administrator.page(`/admin/mail/${lost}`)).body).to.contain('On its way').and.not.contain('Send it again');
      office.clock.advance({ minutes: 2 });
      expect((await administrator.page('/admin/mail?group=unknown')).body).to.contain('Not known').and.contain('Of one mail nobody knows whether it went');
      expect((await administrator.page(`/admin/mail/${lost}`)).body).to.contain('It may have arrived').and.contain('Send it again');
      office.server.behaviour = 'takes';
      const again = await administrator.submit(`/admin/mail/${lost}/sending`);
      expect((await administrator.follow(again)).body).to.contain('It goes again');
      await work(office, lost);
      const ids = office.server.arrivals.map(({ messageId }) => messageId);
      expect(ids.at(-1), 'the same message for a mail program').to.equal(ids.at(-2));
      expect((await office.sql.query(`select 1 from audit_event where action = 'mail.sent_again'`)).rowCount).to.equal(1);
    });

    it('is of one organisation alone, and of all for operators', async () => {
      const { id } = await send();
      const signInByLink = async (organisationId: string | null) => {
        const browser = openBrowser(office);
        const answer = await browser.get(`/sign-in/${await makeAdministratorLink(office.sql, { email: 'ada@example.org', organisationId }, office.clock.now)}`);
        return { browser, base: /^\/in\/[\w-]+/.exec(String(answer.headers.location))?.[0] ?? '' };
      };
      const { rows: [other] } = await office.sql.query<{ id: string }>(`insert into organisation (short_name, name, created_at) values ('other', 'Other', now()) on conflict (short_name) do update set name = 'Other' returning id`);
      const stranger = await signInByLink(other?.id ?? '');
      expect((await stranger.browser.get(`${stranger.base}/admin/mail`)).body).to.contain('Each mail will stand here');
      for (const path of ['', '/letter']) expect((await stranger.browser.get(`${stranger.base}/admin/mail/${id}${path}`)).statusCode).to.equal(404);
      expect((await stranger.browser.post(`${stranger.base}/admin/mail/${id}/sending`)).statusCode).to.equal(404);
      const operator = await signInByLink(null);
      expect((await operator.browser.get(`${operator.base}/admin/mail`)).body).to.contain('A message from Eleanor');
      expect((await operator.browser.get(`${operator.base}/admin/mail/${id}`)).statusCode).to.equal(200);
    });

    it('holds the organisation’s one setting', async () => {
      const administrator = await signIn(office, { person: 'ruth', link: 'home' });
      const setting = async () => (await office.sql.query('select sign_in_links from mail_setting')).rows[0]?.sign_in_links;
      await administrator.submit('/admin/mail/settings', { signInLinks: 'on' });
      expect(await setting()).to.equal(true);
      expect((await administrator.page('/admin/mail')).body).to.match(/name="signInLinks" value="on" checked/);
      await administrator.submit('/admin/mail/settings');
      expect(await setting()).to.equal(false);
    });
  });
});
