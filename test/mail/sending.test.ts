import { expect } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import { startMailServer } from '../../scripts/practice-mail-server.ts';
import { queueCalendarMail, wakeForgottenMail } from '../../server/features/mail/actions.ts';
import { createMailer } from '../../server/smtp.ts';
import { openOffice, work } from './office.ts';
import type { Office } from './office.ts';

describe('sending mail', () => {
  let office: Office;
  let amara: string;
  before(async () => { office = await openOffice(); });
  after(() => office.close());
  beforeEach(async () => { [amara = ''] = await office.startAfresh(1); });

  const jobs = async () => (await office.sql.query<{ n: number }>(`select count(*)::int as n from pgboss.job where name = 'send-mail'`)).rows[0]?.n;
  const choose = (change: string) => office.sql.query(`insert into mail_preference (person_id, quiet_from, quiet_until, pace, off, changed_at) values ($1, 1200, 420, 'each', '{}', now()) on conflict do nothing`, [amara]).then(() => office.sql.query(`update mail_preference set ${change} where person_id = $1`, [amara]));

  it('hands a letter over once, as text and HTML, with links that only its reader’s sign-in opens', async () => {
    const [id] = await office.queue([amara]);
    expect(await jobs()).to.equal(1);
    expect(await work(office, id)).to.deep.equal({ outcome: 'done' });
    expect(await office.row(id)).to.include({ state: 'sent', reason: null, attempts: 1, address: 'learner-1@example.org', message_id: `${id}@localhost` });
    const [arrival] = office.server.arrivals;
    expect(arrival).to.include({ to: 'learner-1@example.org', messageId: `${id}@localhost` });
    const raw = arrival?.raw ?? '';
    expect(raw).to.match(/^Subject: A message from Eleanor\r$/m).and.match(/^From: Coachline <coachline@example.org>\r$/m).and.match(/^To: Learner 1 <learner-1@example.org>\r$/m).and.match(/^Auto-Submitted: auto-generated\r$/im);
    expect(raw).to.match(/^List-Unsubscribe: <http:\/\/localhost:3000\/mail\/unsubscription\/[\w-]+>\r$/im).and.match(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/im);
    expect(raw).to.contain('Content-Type: text/plain').and.contain('Content-Type: text/html').and.contain('Hello Learner,').and.contain('How is the team?');
    expect(await work(office, id), 'a job that comes twice').to.deep.equal({ outcome: 'done' });
    expect(office.server.arrivals).to.have.length(1);
  });

  it('lets no name and no subject write a line of the message', async () => {
    await office.sql.query(`update person set name = E'Eve\\r\\nBcc: all@example.org', given_name = E'Eve\\r\\n.\\r\\nMAIL FROM:<x@y>' where id = $1`, [amara]);
    const [id] = await office.queue([amara], { subject: 'Hello\r\nBcc: all@example.org\r\n\r\nX', paragraphs: ['.\r\nQUIT', '<b>bold</b>'] });
    await work(office, id);
    const { raw = '' } = office.server.arrivals[0] ?? {};
    expect(raw.split('\r\n\r\n')[0]).not.to.match(/^Bcc:/m);
    expect(raw).to.contain('Subject: Hello Bcc: all@example.org X').and.contain('&lt;b&gt;bold');
    expect(office.server.arrivals).to.have.length(1);
  });

  it('queues nothing for people without an address, out of the course, or told already', async () => {
    const [second = '', third = ''] = await office.sql.query<{ id: string }>(`insert into person (registration_id, organisation_id, sub, email, created_at) select registration_id, organisation_id, 'x' || n, case n when 1 then null else 'x@example.org' end, now() from person, generate_series(1, 2) as n where id = $1 returning id`, [amara]).then(({ rows }) => rows.map((row) => row.id));
    expect(await office.queue([second, third], {})).to.deep.equal([]);
    expect(await office.queue([amara], { onceKey: 'once' })).to.have.length(1);
    expect(await office.queue([amara], { onceKey: 'once' })).to.deep.equal([]);
    expect(await jobs()).to.equal(1);
  });

  it('waits for the end of quiet hours, in the reader’s own time zone', async () => {
    office.clock.now = Temporal.Instant.from('2026-05-11T20:00:00Z');   // 21:00 in London
    const [id] = await office.queue([amara]);
    expect(await work(office, id)).to.deep.equal({ outcome: 'again', inSeconds: 10 * 3600 });
    await choose(`time_zone = 'America/New_York'`);
    expect(await work(office, id)).to.deep.equal({ outcome: 'done' });
    expect((await office.row(id)).state).to.equal('sent');
  });

  it('makes one mail a day of all that waits, without what is not wanted', async () => {
    await choose(`pace = 'daily', off = '{due}'`);
    const [first] = await office.queue([amara], { subject: 'First', paragraphs: ['One.'] });
    const [second] = await office.queue([amara], { subject: 'Second', paragraphs: ['Two.'] });
    const [unwanted] = await office.queue([amara], { kind: 'due', subject: 'Unwanted' });
    expect(await work(office, first)).to.deep.equal({ outcome: 'again', inSeconds: 22.5 * 3600 });
    office.clock.advance({ hours: 22, minutes: 30 });
    for (const id of [second, first, unwanted]) await work(office, id);
    expect(office.server.arrivals).to.have.length(1);
    expect(office.server.arrivals[0]?.raw).to.contain('Subject: Coachline today: 2 messages').and.contain('FIRST').and.contain('One.').and.contain('Two.').and.not.contain('Unwanted');
    expect((await office.row(first)).message_id).to.equal((await office.row(second)).message_id);
    expect([(await office.row(first)).state, (await office.row(second)).state, (await office.row(unwanted)).state]).to.deep.equal(['sent', 'sent', 'suppressed']);
    expect((await office.row(unwanted)).reason).to.equal('unwanted');
  });

  it('keeps mail where no server is set, and after its reader left or the programme ended', async () => {
    const [kept] = await office.queue([amara]);
    await work({ tools: { ...office.tools, mailer: null } }, kept);
    expect(await office.row(kept)).to.include({ state: 'suppressed', reason: 'no-server', attempts: 0 });
    const [left] = await office.queue([amara]);
    await office.sql.query('update enrolment set active = false where person_id = $1', [amara]);
    await work(office, left);
    expect((await office.row(left)).reason).to.equal('left');
    await office.sql.query('update enrolment set active = true where person_id = $1', [amara]);
    office.clock.advance({ hours: 24 * 60 });
    const [over] = await office.queue([amara]);
    await work(office, over);
    expect((await office.row(over)).reason).to.equal('over');
    expect(office.server.arrivals).to.deep.equal([]);
  });

  it('tries again later when the server was not reached or is busy, later each time, and in the end no more', async () => {
    const [id] = await office.queue([amara]);
    const tools = { ...office.tools, mailer: createMailer({ url: 'smtp://127.0.0.1:1', from: 'c@example.org' }) };
    const first = await work({ tools }, id);
    expect(first.outcome === 'again' && first.inSeconds).to.be.within(1.5, 2.5);
    expect(await office.row(id)).to.include({ state: 'waiting', reason: 'smtp.unreachable', attempts: 1 });
    office.server.behaviour = 'busy';
    const second = await work(office, id);
    expect(second.outcome === 'again' && second.inSeconds).to.be.within(3, 5);
    expect(await office.row(id)).to.include({ state: 'waiting', reason: 'smtp.busy', status: 451, attempts: 2 });
    office.server.behaviour = 'takes';
    await work(office, id);
    expect((await office.row(id)).state).to.equal('sent');
    office.server.behaviour = 'busy';
    const [late] = await office.queue([amara]);
    office.clock.advance({ hours: 73 });
    expect(await work(office, late)).to.deep.equal({ outcome: 'done' });
    expect(await office.row(late)).to.include({ state: 'failed', reason: 'smtp.busy' });
  });

  it('fails what the server refuses, and leaves unknown what it may have taken: that is never tried again by itself', async () => {
    office.server.behaviour = 'refuses';
    const [refused] = await office.queue([amara]);
    await work(office, refused);
    expect(await office.row(refused)).to.include({ state: 'failed', reason: 'smtp.refused', status: 550 });
    office.server.behaviour = 'drops';
    const [lost] = await office.queue([amara]);
    expect(await work(office, lost)).to.deep.equal({ outcome: 'done' });
    expect(await office.row(lost)).to.include({ state: 'handed-over', attempts: 1 });
    office.server.behaviour = 'takes';
    await work(office, lost);
    office.clock.advance({ minutes: 10 });
    expect(await wakeForgottenMail(office, office.clock.now)).to.equal(0);
    expect(office.server.arrivals).to.have.length(2);
  });

  it('signs in where the server wants it, and says nothing of the password where it does not work', async () => {
    const login = { user: 'coach@example.org', password: 'p%@:/ß' };
    const server = await startMailServer({ login });
    try {
      const [good] = await office.queue([amara]);
      await work({ tools: { ...office.tools, mailer: createMailer({ url: server.url, from: 'c@example.org' }) } }, good);
      expect((await office.row(good)).state).to.equal('sent');
      const [bad] = await office.queue([amara]);
      const wrong = new URL(server.url);
      wrong.password = 'wrong-password';
      await work({ tools: { ...office.tools, mailer: createMailer({ url: wrong.href, from: 'c@example.org' }) } }, bad);
      expect(await office.row(bad)).to.include({ state: 'waiting', reason: 'smtp.sign_in', status: 535 });
    } finally {
      await server.close();
    }
  });

  it('wakes what was forgotten, once', async () => {
    const [id] = await office.queue([amara]);
    await office.sql.query('delete from pgboss.job');
    office.clock.advance({ minutes: 2 });
    expect(await wakeForgottenMail(office, office.clock.now)).to.equal(1);
    expect(await wakeForgottenMail(office, office.clock.now)).to.equal(1);
    expect(await jobs()).to.equal(1);
    expect((await office.row(id)).state).to.equal('waiting');
  });
});

describe('what the calendar queues', () => {
  let office: Office;
  let learners: string[];
  before(async () => { office = await openOffice(); });
  after(() => office.close());
  beforeEach(async () => { learners = await office.startAfresh(3); });

  const queued = async () => (await office.sql.query<{ subject: string; person_id: string; paragraphs: string[]; path: string }>('select subject, person_id, paragraphs, path from mail order by queued_at, subject, person_id')).rows;
  const readThrough = (person: string, week: number) => office.sql.query(`insert into section_completion (cohort_id, person_id, week, section, done_at) select $1, $2, $3, key, now() from unnest($4::text[]) as key`, [office.cohortId, person, week, office.programme.weeks[week - 1]?.material?.sections.map(({ key }) => key) ?? []]);
  const tried = (person: string, week: number, points: number) => office.sql.query(`insert into knowledge_check_attempt (cohort_id, person_id, week, begun_at, finished_at, points, maximum) values ($1, $2, $3, now(), now(), $4, 10)`, [office.cohortId, person, week, points]);
  /** An account of the week's assignment, where it has one. */
  const told = (person: string, week: number, isDone = true) => office.sql.query(`insert into assignment_report (cohort_id, person_id, assignment, account, written_at, done_at) select $1, $2, key, 'We met.', now(), case when $4 then now() end from unnest($3::text[]) as key`, [office.cohortId, person, [office.programme.weeks[week - 1]?.assignment?.key ?? []].flat(), isDone]);

  it('is that a week has opened, to learners alone, once, whoever runs it and however often', async () => {
    const now = Temporal.Instant.from('2026-04-12T23:30:00Z');   // week 1 has just opened in London
    const counts = await Promise.all([1, 2, 3].map(() => queueCalendarMail(office.sql, office.queues, now)));
    expect(counts.reduce((sum, count) => sum + count)).to.equal(3);
    expect(await queueCalendarMail(office.sql, office.queues, now.add({ hours: 5 }))).to.equal(0);
    const rows = await queued();
    expect(rows.map(({ person_id }) => person_id)).to.have.members(learners);
    expect(rows[0]).to.include({ subject: `Week 1 is open: ${office.programme.weeks[0]?.title}`, path: '/weeks/1' });
  });

  it('is what is left two days before a week ends, to those to whom something is', async () => {
    const [done = '', some = '', none = ''] = learners;
    const sections = office.programme.weeks[0]?.material?.sections.map(({ key }) => key) ?? [];
    const complete = (person: string, keys: string[]) => office.sql.query(`insert into section_completion (cohort_id, person_id, week, section, done_at) select $1, $2, 1, key, now() from unnest($3::text[]) as key`, [office.cohortId, person, keys]);
    await complete(done, sections);
    await complete(some, sections.slice(0, -2));
    for (const person of [done, some]) await tried(person, 1, 7);
    for (const person of [done, some]) await told(person, 1);
    const saturday = Temporal.Instant.from('2026-04-18T08:00:00Z');
    expect(await queueCalendarMail(office.sql, office.queues, saturday)).to.equal(2);
    const rows = await queued();
    expect(rows.map(({ subject }) => subject)).to.deep.equal(Array.from({ length: 2 }, () => 'Week 1 ends on Sunday 19 April'));
    expect(rows.find(({ person_id }) => person_id === some)?.paragraphs[0]).to.contain('you still have two sections to do');
    expect(rows.find(({ person_id }) => person_id === none)?.paragraphs[0]).to.contain('sections, the knowledge check and the assignment “Charter and first aim” to do');
    expect(await queueCalendarMail(office.sql, office.queues, saturday.add({ hours: 12 }))).to.equal(0);
  });

  it('counts a check that is too low and an assignment that was only begun as left, each by itself', async () => {
    const [low = '', begun = '', better = ''] = learners;
    for (const person of learners) await readThrough(person, 1);
    for (const person of [low, better]) await told(person, 1);
    await told(begun, 1, false);
    for (const person of [low, better]) await tried(person, 1, 6.9);
    for (const person of [begun, better]) await tried(person, 1, 7);
    expect(await queueCalendarMail(office.sql, office.queues, Temporal.Instant.from('2026-04-18T08:00:00Z'))).to.equal(2);
    const rows = await queued();
    expect(rows.find(({ person_id }) => person_id === low)?.paragraphs[0]).to.contain('you still have a better try at the knowledge check to do.');
    expect(rows.find(({ person_id }) => person_id === begun)?.paragraphs[0]).to.contain('you still have the assignment “Charter and first aim” to do.');
  });

  const saturdays = { 7: '2026-05-30', 8: '2026-06-06', 9: '2026-06-13', 12: '2026-07-04' };
  const plans: [week: keyof typeof saturdays, state: 'none' | 'begun' | 'withdrawn' | 'submitted' | 'returned' | 'released', isDue: boolean][] = [
    [7, 'none', false], [8, 'none', true], [8, 'begun', true], [8, 'withdrawn', true], [8, 'submitted', false], [8, 'released', false], [9, 'none', false], [12, 'returned', true], [12, 'released', false],
  ];
  for (const [week, state, isDue] of plans) {
    it(`in week ${week} ${isDue ? 'is also' : 'is not'} the coaching plan where ${state === 'none' ? 'there is none' : `it is ${state}`}`, async () => {
      const [learner = ''] = learners;
      await readThrough(learner, week);
      await tried(learner, week, 10);
      await told(learner, week);
      if (state !== 'none') await office.sql.query(`insert into coaching_plan (id, cohort_id, person_id, created_at) values (gen_random_uuid(), $1, $2, now())`, [office.cohortId, learner]);
      if (state !== 'none' && state !== 'begun') await office.sql.query(`insert into submission (plan_id, number, receipt, answers, evidence, state, submitted_at, state_at) select id, 1, 'K7QM-2XRD', '{}', '[]', $1, now(), now() from coaching_plan`, [state]);
      await queueCalendarMail(office.sql, office.queues, Temporal.Instant.from(`${saturdays[week]}T08:00:00Z`));
      const words = (await queued()).filter(({ person_id }) => person_id === learner).map(({ paragraphs }) => paragraphs[0]);
      expect(words.length).to.equal(isDue ? 1 : 0);
      if (isDue) expect(words[0]).to.contain('you still have your coaching plan to do.');
    });
  }

  it('goes out for the last week, too, to somebody with more time, and to nobody when that has run out', async () => {
    const [learner = ''] = learners;
    await office.sql.query(`insert into learner_pace (cohort_id, person_id, breaks, extension_days, changed_at) values ($1, $2, '[]', 7, now())`, [office.cohortId, learner]);
    try {
      office.clock.now = Temporal.Instant.from('2026-07-11T08:00:00Z');   // the cohort's last week ended on 5 July
      expect(await queueCalendarMail(office.sql, office.queues, office.clock.now)).to.equal(1);
      const { rows: [mail] } = await office.sql.query<{ id: string }>('select id from mail');
      await work(office, mail?.id);
      expect(await office.row(mail?.id)).to.include({ state: 'sent', reason: null });
      office.clock.now = Temporal.Instant.from('2026-07-13T08:00:00Z');
      const [late] = await office.queue([learner]);
      await work(office, late);
      expect(await office.row(late)).to.include({ state: 'suppressed', reason: 'over' });
    } finally {
      await office.sql.query('delete from learner_pace');
    }
  });

  it('is nothing to those who pause, and of a week that is closed to somebody nothing to them', async () => {
    const [pausing = '', held = '', open = ''] = learners;
    await office.sql.query(`insert into learner_pace (cohort_id, person_id, breaks, paused_on, changed_at) values ($1, $2, '[]', '2026-04-15', now())`, [office.cohortId, pausing]);
    await office.sql.query('update cohort set eligibility_required = true');
    await office.sql.query(`insert into section_completion (cohort_id, person_id, week, section, done_at) select $1, $2, 2, $3, now()`, [office.cohortId, open, office.programme.weeks[1]?.material?.sections[0]?.key]);
    try {
      expect(await queueCalendarMail(office.sql, office.queues, Temporal.Instant.from('2026-04-20T08:00:00Z'))).to.equal(1);
      expect((await queued()).map(({ person_id }) => person_id), `not ${held}`).to.deep.equal([open]);
    } finally {
      await office.sql.query('update cohort set eligibility_required = false');
      await office.sql.query('delete from learner_pace');
    }
  });

  it('is nothing before the first week and after the last', async () => {
    for (const now of ['2026-04-10T08:00:00Z', '2026-07-06T08:00:00Z', '2026-09-01T08:00:00Z']) expect(await queueCalendarMail(office.sql, office.queues, Temporal.Instant.from(now)), now).to.equal(0);
  });
});
