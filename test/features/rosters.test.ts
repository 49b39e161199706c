// Rosters, against the practice LMS over HTTP: who becomes known, who becomes inactive and when, what a failure leaves alone.
import { expect } from 'chai';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Member } from '../../scripts/practice-lms/roster.ts';
import { profileNames } from '../../scripts/practice-lms/profiles.ts';
import { readRoster, workOnRoster } from '../../server/features/rosters/actions.ts';
import type { Reading, RosterTools } from '../../server/features/rosters/actions.ts';
import { requestRoster } from '../../server/roster-requests.ts';
import { heading, signIn } from '../support/browser-session.ts';
import type { LaunchOptions } from '../support/browser-session.ts';
import { openSchool } from '../scores/school.ts';
import type { School } from '../scores/school.ts';

type Row = { sub: string; name: string | null; given_name: string | null; email: string | null; role: string; active: boolean; last_seen_at: string | null; roster_version: number | null };

describe('rosters', () => {
  let school: School;
  let contextId = '';

  before(async () => { school = await openSchool(); });
  beforeEach(async () => {
    // As it was after the first launch by faculty: everybody else is unknown.
    await school.sql.query('delete from sign_in where role <> $1', ['faculty']);
    await school.sql.query(`delete from enrolment e using person p where p.id = e.person_id and p.sub <> 'lms-user-2001'`);
    await school.sql.query(`delete from person where sub <> 'lms-user-2001'`);
    await school.sql.query(`update enrolment set active = true, role = 'faculty', roster_version = null`);
    await school.sql.query('delete from roster_sync');
    contextId = (await school.sql.query<{ id: string }>(`select id from context where context_id = 'course-spring'`)).rows[0]?.id ?? '';
    // Long after every launch so far, so that none is newer than the roster.
    school.clock.advance({ hours: 1 });
  });
  afterEach(() => {
    const { lms } = school;
    Object.assign(lms.roster, { pageSize: undefined, paging: 'good', members: 'good', change: null });
    lms.roster.requests.length = 0;
    lms.playAs('generic');
    lms.faults.clear();
    for (const { id, members } of lms.platform.courses) if (id === 'spring') Object.assign(members, everybody);
  });
  after(async () => { await school.close(); });

  const everybody = {
    amara: 'learner', zsofia: 'learner', minghua: 'learner', lukasz: 'learner', thao: 'learner', muhammad: 'learner', budiman: 'learner', conceicao: 'learner',
    siobhan: 'learner', priya: 'learner', eleanor: 'faculty', ngozi: 'faculty', jonas: 'assistant', ruth: 'administrator',
  } as const;

  /** Asks for the roster and reads it, as button and job do. */
  async function read(): Promise<Reading> {
    await requestRoster(school, contextId, school.clock.now);
    return readRoster(tools(), contextId);
  }
  const tools = (): RosterTools => ({ ...school.tools, patience: [1, 1] });
  async function people(): Promise<Map<string, Row>> {
    const { rows } = await school.sql.query<Row>('select p.sub, p.name, p.given_name, p.email, e.role, e.active, e.last_seen_at, e.roster_version from enrolment e join person p on p.id = e.person_id where e.context_id = $1', [contextId]);
    return new Map(rows.map((row) => [school.platform.personOfSub(row.sub)?.id ?? row.sub, row]));
  }
  const active = async () => [...(await people())].filter(([, row]) => row.active).map(([id]) => id);
  const sync = async () => (await school.sql.query<{ waiting: boolean; attempts: number; outcome: string; reason: string | null; members: number; version: number; lease_until: string | null; completed_at: string | null }>('select * from roster_sync where context_id = $1', [contextId])).rows[0]!;
  const come = (person: string, choice: LaunchOptions = {}) => signIn(school, { person, link: 'week-1', ...choice });
  const facultyPage = async (path: string) => (await signIn(school, { person: 'eleanor', link: 'home' })).page(path);
  /** Changes the line of one person. */
  const line = (sub: string, change: (member: Member) => void) => { school.lms.roster.change = (members) => { for (const member of members) if (member['user_id'] === sub) change(member); }; };

  describe('a whole reading', () => {
    it('makes everybody known, in their roles; who has never come has no last visit', async () => {
      expect(await read()).to.deep.equal({ outcome: 'complete', members: 14, left: 0 });
      const known = await people();
      expect([...known].map(([id, { role }]) => [id, role])).to.have.deep.members(Object.entries(everybody));
      expect(known.get('zsofia')).to.deep.include({ name: 'Zsófia Þórðardóttir-O\'Brien', given_name: 'Zsófia', email: 'zsofia@lms.example', active: true, last_seen_at: null });
      expect(known.get('eleanor')?.last_seen_at).not.to.equal(null);
      expect(await sync()).to.deep.include({ waiting: false, attempts: 0, outcome: 'complete', reason: null, members: 14, lease_until: null });
    });

    for (const profile of profileNames) {
      it(`as ${profile} answers, on several pages`, async () => {
        const { lms } = school;
        lms.playAs(profile);
        lms.roster.fill('spring', 230);
        try {
          expect(await read()).to.deep.equal({ outcome: 'complete', members: 244, left: 0 });
          const known = await people();
          expect(known.get('amara')).to.include({ role: 'learner', active: true });
          expect(known.get('ruth')?.role).to.equal('administrator');
          expect(lms.roster.requests.length).to.be.greaterThan(profile === 'moodle' ? 1 : 0);
          expect(lms.roster.requests.every(({ query }) => !query.includes('rlid'))).to.equal(true);
        } finally {
          for (const { id, members } of lms.platform.courses) if (id === 'spring') for (const person of Object.keys(members)) if (!(person in everybody)) delete members[person];
        }
      });
    }

    it('writes nothing about people who are known already but the mark that it saw them', async () => {
      await read();
      const before = await school.sql.query('select id, xmin from person order by id');
      school.clock.advance({ hours: 1 });
      await read();
      expect((await school.sql.query('select id, xmin from person order by id')).rows).to.deep.equal(before.rows);
    });

    it('never erases what a launch told: the LMS may withhold from a roster what a launch says', async () => {
      await come('amara');
      line('lms-user-1001', (member) => { for (const name of ['name', 'given_name', 'family_name', 'email']) delete member[name]; });
      await read();
      expect((await people()).get('amara')).to.include({ name: 'Amara Okonkwo', given_name: 'Amara', email: 'amara@lms.example' });
    });

    it('takes over a changed name, and no unsubstituted variable', async () => {
      await read();
      line('lms-user-1001', (member) => { Object.assign(member, { name: 'Amara Nwosu', email: '$Person.email.primary' }); });
      await read();
      expect((await people()).get('amara')).to.include({ name: 'Amara Nwosu', email: 'amara@lms.example' });
    });
  });

  describe('who has left', () => {
    it('is inactive after a whole reading; the sign-ins of this course become guests’ and the work stays', async () => {
      const amara = await come('amara');
      const section = 'insert into section_completion (cohort_id, person_id, week, section, completed_at) select $1, p.id, 1, $2, now() from person p where sub = $3';
      await school.sql.query(section, [school.cohortId, 'a-section', 'lms-user-1001']).catch(() => undefined);
      const elsewhere = await signIn(school, { person: 'amara', course: 'autumn', link: 'home' });
      school.clock.advance({ hours: 1 });
      expect((await amara.page('/weeks/1')).statusCode).to.equal(200);
      school.lms.roster.drop('spring', 'amara');
      expect(await read()).to.deep.equal({ outcome: 'complete', members: 13, left: 1 });

      expect((await people()).get('amara')?.active).to.equal(false);
      const answer = await amara.page('/weeks/1');
      expect([answer.statusCode, heading(answer)]).to.deep.equal([403, 'This page is not for your role']);
      expect((await amara.page('/programme')).statusCode).to.equal(200);
      expect((await elsewhere.page('/')).statusCode, 'another course').to.equal(200);
      const { rows } = await school.sql.query(`select detail from audit_event where action = 'roster.left' order by id desc limit 1`);
      expect(rows[0]).to.have.nested.property('detail.people').with.length(1);
      expect((await facultyPage('/cohort')).body).not.to.include('Amara Okonkwo');
      expect((await facultyPage('/roster?group=left')).body).to.include('Amara Okonkwo').and.to.include('No longer in the course');
    });

    for (const as of ['absent', 'Inactive', 'Deleted'] as const) {
      it(`${as}: gone, and back when the roster names them again`, async () => {
        await read();
        school.lms.roster.drop('spring', 'zsofia', as);
        await read();
        expect((await people()).get('zsofia')?.active).to.equal(false);
        school.lms.roster.bringBack('spring', 'zsofia');
        await read();
        expect((await people()).get('zsofia')?.active).to.equal(true);
      });
    }

    it('comes back by a launch too', async () => {
      await read();
      school.lms.roster.drop('spring', 'zsofia');
      await read();
      school.lms.roster.bringBack('spring', 'zsofia');
      const zsofia = await come('zsofia');
      expect((await people()).get('zsofia')?.active).to.equal(true);
      expect((await zsofia.page('/weeks/1')).statusCode).to.equal(200);
    });

    it('is not who never was on a roster and is no learner: an administrator, or staff whom only launches named', async () => {
      await come('ruth', { link: 'home' });
      await come('jonas', { link: 'home' });
      await come('amara');
      school.clock.advance({ hours: 1 });
      for (const person of ['ruth', 'eleanor', 'jonas', 'amara']) school.lms.roster.drop('spring', person);
      expect(await read()).to.deep.include({ outcome: 'complete', left: 1 });
      expect(await active()).to.include.members(['ruth', 'eleanor', 'jonas']).and.not.to.include('amara');
    });

    it('is staff whom an earlier reading saw, and never an administrator', async () => {
      await read();
      for (const person of ['ruth', 'ngozi', 'jonas']) school.lms.roster.drop('spring', person);
      expect(await read()).to.deep.include({ left: 2 });
      expect(await active()).to.include('ruth').and.not.to.include.members(['ngozi']);
    });

    it('is not who launches while the roster is read, or did so a moment before', async () => {
      await read();
      for (const person of ['amara', 'zsofia', 'lukasz']) school.lms.roster.drop('spring', person);
      await signIn(school, { person: 'amara', link: 'week-1', change: asLearner });
      school.clock.advance({ minutes: 9 });
      const launching: Promise<unknown>[] = [];
      school.lms.roster.pageSize = 5;
      school.lms.roster.change = () => { if (launching.length === 0) launching.push(signIn(school, { person: 'zsofia', link: 'week-1', change: asLearner })); };
      // Her launch may come before or after those who left are told from the rest: either way she is there in the end.
      expect(await read()).to.deep.include({ outcome: 'complete' });
      await Promise.all(launching);
      expect(await active()).to.include.members(['amara', 'zsofia']).and.not.to.include('lukasz');
    });
  });

  describe('a reading that is not whole removes nobody', () => {
    const pages = ['elsewhere', 'loop', 'page-2-fails'] as const;
    const reasons = { 'elsewhere': 'pages.elsewhere', 'loop': 'pages.loop', 'page-2-fails': 'platform.failed' };
    for (const paging of pages) {
      it(`next page: ${paging}`, async () => {
        const { lms } = school;
        lms.playAs('schoology');   // a hundred a page at the most
        await read();
        lms.roster.fill('spring', 120);
        lms.roster.drop('spring', 'amara');
        lms.roster.paging = paging;
        const reading = await read();
        expect(reading).to.deep.include({ outcome: 'incomplete', reason: reasons[paging] });
        expect(await active()).to.include('amara');
        expect((await people()).size, 'what was read is known').to.be.greaterThan(90);
        expect(await sync()).to.deep.include({ outcome: 'incomplete', reason: reasons[paging], waiting: paging === 'page-2-fails', lease_until: null });
        expect(lms.faults.strays).to.deep.equal([]);
        for (const { id, members } of lms.platform.courses) if (id === 'spring') for (const person of Object.keys(members)) if (!(person in everybody)) delete members[person];
      });
    }

    const lines: [what: string, change: (members: Member[]) => void, outcome: object][] = [
      ['a line without an id', (members) => { delete members[3]!['user_id']; }, { outcome: 'incomplete', reason: 'roster.line_unreadable' }],
      ['a line that is no object', (members) => { members[3] = 'nonsense' as unknown as Member; }, { outcome: 'incomplete', reason: 'roster.line_unreadable' }],
      ['an empty list', (members) => { members.length = 0; }, { outcome: 'incomplete', reason: 'roster.empty' }],
      ['a list of nobody but the inactive', (members) => { for (const member of members) member['status'] = 'Inactive'; }, { outcome: 'incomplete', reason: 'roster.empty' }],
    ];
    for (const [what, change, outcome] of lines) {
      it(`for ${what}`, async () => {
        await read();
        const before = await active();
        school.lms.roster.drop('spring', 'amara');
        school.lms.roster.change = change;
        expect(await read()).to.deep.include(outcome);
        expect(await active()).to.have.members(before);
        expect((await facultyPage('/roster')).body).to.include('Nobody was taken off the list.');
      });
    }

    for (const [fault, outcome, reason] of [
      ['forbidden', 'refused', 'call.forbidden'], ['not-found', 'refused', 'call.not_found'], ['unauthorized', 'refused', 'call.unauthorised'], ['huge', 'refused', 'answer.too_large'],
      ['too-many', 'incomplete', 'platform.throttled'], ['unavailable', 'incomplete', 'platform.failed'], ['error', 'incomplete', 'platform.failed'], ['redirect', 'incomplete', 'platform.redirect'],
    ] as const) {
      it(`when the service is ${fault}`, async () => {
        await read();
        school.lms.faults.at.memberships = fault;
        expect(await read()).to.deep.include({ outcome, reason });
        expect(await active()).to.have.length(14);
        expect((await sync()).waiting, 'tried again').to.equal(outcome === 'incomplete');
      });
    }

    it('when it says that it cannot be read', async () => {
      await read();
      for (const fault of ['html', 'broken-json'] as const) {
        school.lms.faults.at.memberships = fault;
        expect(await read()).to.deep.include({ reason: 'answer.not_json' });
      }
      expect(await active()).to.have.length(14);
    });
  });

  describe('line by line (rule 90)', () => {
    const cases: [what: string, change: (member: Member) => void, expected: Partial<Row> | null][] = [
      ['no status: here', (member) => { delete member['status']; }, { role: 'learner', active: true }],
      ['"ACTIVE"', (member) => { member['status'] = 'ACTIVE'; }, { role: 'learner', active: true }],
      ['a status that nobody knows', (member) => { member['status'] = 'Suspended'; }, null],
      ['one role as a text', (member) => { member['roles'] = 'Learner'; }, { role: 'learner' }],
      ['a short name', (member) => { member['roles'] = ['Instructor']; }, { role: 'faculty' }],
      ['several roles: what a launch would make of them', (member) => { member['roles'] = ['Learner', 'Instructor']; }, { role: 'faculty' }],
      ['a mentor', (member) => { member['roles'] = ['Mentor']; }, null],
      ['an observer', (member) => { member['roles'] = ['http://purl.imsglobal.org/vocab/lis/v2/membership#Observer']; }, null],
      ['a test user', (member) => { member['roles'] = ['Learner', 'http://purl.imsglobal.org/vocab/lti/system/person#TestUser']; }, null],
      ['no role', (member) => { member['roles'] = []; }, null],
      ['a role that is not of the course', (member) => { member['roles'] = ['http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor']; }, null],
      ['an administrator of the institution', (member) => { member['roles'] = ['Learner', 'http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator']; }, { role: 'administrator' }],
      ['names and address that are no text', (member) => { Object.assign(member, { name: 12, given_name: null, family_name: {}, email: ['x'] }); }, { role: 'learner', name: null, given_name: null, email: null }],
      ['a NUL and half a character in the name', (member) => { member['name'] = 'A\0ma\ud800ra'; }, { name: 'Ama\ufffdra' }],
      ['a name of a thousand letters', (member) => { member['name'] = 'x'.repeat(1000); }, { name: 'x'.repeat(255) }],
      ['a message with custom parameters', (member) => { member['message'] = [{ 'https://purl.imsglobal.org/spec/lti/claim/custom': { name: 'Somebody Else' } }]; }, { name: 'Amara Okonkwo' }],
    ];
    for (const [what, change, expected] of cases) {
      it(what, async () => {
        line('lms-user-1001', change);
        expect((await read()).outcome).to.equal('complete');
        const amara = (await people()).get('amara');
        if (expected === null) expect(amara).to.equal(undefined);
        else expect(amara).to.include(expected);
        expect((await people()).get('zsofia'), 'everybody else').to.include({ role: 'learner', active: true });
      });
    }

    it('who comes twice comes once', async () => {
      school.lms.roster.members = 'duplicates';
      expect(await read()).to.deep.equal({ outcome: 'complete', members: 14, left: 0 });
    });

    it('somebody known whose role means nothing to us any more stays as they were', async () => {
      await read();
      line('lms-user-1001', (member) => { member['roles'] = ['http://example.org/vocabulary#Participant']; });
      expect(await read()).to.deep.include({ outcome: 'complete', left: 0 });
      expect((await people()).get('amara')).to.include({ role: 'learner', active: true });
    });
  });

  describe('roles', () => {
    it('a roster says less than a launch: an administrator stays one, and an assistant whom it calls an instructor', async () => {
      await come('ruth', { link: 'home' });
      await come('jonas', { link: 'home' });
      school.clock.advance({ hours: 1 });
      school.lms.playAs('moodle');
      line('lms-user-4001', (member) => { member['roles'] = ['Learner']; });
      await read();
      const known = await people();
      expect([known.get('ruth')?.role, known.get('jonas')?.role]).to.deep.equal(['administrator', 'assistant']);
    });

    it('who teaches no longer loses what they have open of it', async () => {
      const ngozi = await come('ngozi', { link: 'home' });
      expect((await ngozi.page('/cohort')).statusCode).to.equal(200);
      school.clock.advance({ hours: 1 });
      school.lms.roster.add('spring', 'ngozi', 'learner');
      await read();
      expect((await people()).get('ngozi')?.role).to.equal('learner');
      expect((await ngozi.page('/cohort')).statusCode).to.equal(401);
    });

    it('who launched a moment ago is what the launch said', async () => {
      await read();
      const ngozi = await come('ngozi', { link: 'home' });
      line('lms-user-2002', (member) => { member['roles'] = ['Learner']; });
      await read();
      expect((await people()).get('ngozi')?.role).to.equal('faculty');
      expect((await ngozi.page('/cohort')).statusCode).to.equal(200);
    });
  });

  describe('tenants', () => {
    it('another organisation’s person with this sub is somebody else, and stays as they are', async () => {
      const { sql } = school;
      const { rows: [other] } = await sql.query<{ id: string }>(`insert into organisation (name, short_name, created_at) values ('Other', 'other', now()) returning id`);
      await sql.query(`insert into person (registration_id, organisation_id, sub, name, created_at) values ($1, $2, 'lms-user-1001', 'Somebody Else', now())`, [school.registrationId, other?.id]);
      await read();
      const { rows } = await sql.query<{ name: string }>(`select name from person where sub = 'lms-user-1001' order by name`);
      expect(rows.map(({ name }) => name)).to.deep.equal(['Amara Okonkwo', 'Somebody Else']);
    });

    it('another course stays as it is', async () => {
      await signIn(school, { person: 'siobhan', course: 'autumn', link: 'home' });
      school.clock.advance({ hours: 1 });
      school.lms.roster.drop('spring', 'siobhan');
      await read();
      const { rows } = await school.sql.query(`select 1 from enrolment e join context c on c.id = e.context_id join person p on p.id = e.person_id where c.context_id = 'course-autumn' and p.sub = 'lms-user-1009' and e.active`);
      expect(rows).to.have.length(1);
    });

    it('an address on a foreign host is not called (rule 71), a connection that is off neither', async () => {
      const { sql } = school;
      await sql.query('update context set memberships_url = $2 where id = $1', [contextId, 'http://127.0.0.2:9/members']);
      expect(await read()).to.deep.include({ outcome: 'refused', reason: 'address.foreign' });
      await sql.query('update context set memberships_url = $2 where id = $1', [contextId, school.lms.roster.url('spring')]);
      await sql.query('update platform_registration set active = false where id = $1', [school.registrationId]);
      expect(await read()).to.deep.include({ outcome: 'refused', reason: 'connection.off' });
      await sql.query('update platform_registration set active = true where id = $1', [school.registrationId]);
      expect(school.lms.roster.requests).to.have.length(0);
    });
  });

  describe('two at once', () => {
    it('one reads, the other comes again', async () => {
      await requestRoster(school, contextId, school.clock.now);
      const outcomes = await Promise.all([readRoster(tools(), contextId), readRoster(tools(), contextId)]);
      expect(outcomes.map(({ outcome }) => outcome)).to.have.members(['complete', 'busy']);
      expect(await workOnRoster(tools(), contextId)).to.deep.equal({ outcome: 'done' });
      expect(school.lms.roster.requests).to.have.length(1);
    });

    it('who has died leaves the course to the next after two minutes; a late one notes nothing', async () => {
      await read();
      school.lms.roster.drop('spring', 'amara');
      school.lms.roster.fill('spring', 400);
      await requestRoster(school, contextId, school.clock.now);
      let second: Reading | null = null;
      // The first hangs after its first page for longer than its lease, and the second reads everything meanwhile.
      school.lms.roster.change = null;
      let pages = 0;
      const slow = { ...school.tools.services, pages: async function* (...args: Parameters<typeof school.tools.services.pages>) {
        for await (const step of school.tools.services.pages(...args)) {
          yield step;
          pages += 1;
          if (pages === 1) {
            expect(await workOnRoster(tools(), contextId)).to.deep.equal({ outcome: 'again', inSeconds: 120 });
            school.clock.advance({ seconds: 121 });
            second = await readRoster(tools(), contextId);
          }
        }
      } };
      const first = await readRoster({ ...tools(), services: slow }, contextId);
      expect(first).to.deep.equal({ outcome: 'overtaken' });
      expect(second).to.deep.include({ outcome: 'complete', left: 1 });
      expect(await active()).to.have.length(413);
      for (const { id, members } of school.lms.platform.courses) if (id === 'spring') for (const person of Object.keys(members)) if (!(person in everybody)) delete members[person];
    });

    it('a process that ends stops between two pages and leaves the course to the next', async () => {
      const stopping = AbortSignal.abort();
      await requestRoster(school, contextId, school.clock.now);
      expect(await workOnRoster({ ...tools(), stopping }, contextId)).to.deep.equal({ outcome: 'again', inSeconds: 1 });
      expect(await readRoster(tools(), contextId)).to.deep.include({ outcome: 'complete' });
    });
  });

  it('tries again with longer and longer pauses, then waits for the night', async () => {
    school.lms.faults.at.memberships = 'unavailable';
    await requestRoster(school, contextId, school.clock.now);
    const pauses: unknown[] = [];
    for (let round = 0; round < 5; round += 1) pauses.push(await workOnRoster(tools(), contextId));
    expect(pauses).to.deep.equal([...[30, 120, 600, 1800].map((inSeconds) => ({ outcome: 'again', inSeconds, askedToPause: false })), { outcome: 'done' }]);
    expect(await sync()).to.deep.include({ waiting: false, outcome: 'incomplete', reason: 'platform.failed' });
    expect(await workOnRoster(tools(), contextId), 'no more').to.deep.equal({ outcome: 'done' });
    expect((await facultyPage('/roster')).body).to.include('The LMS had an error of its own. It is read again tonight.');
  });

  it('a platform that fails one request in five is read to the end', async () => {
    const { lms } = school;
    lms.roster.fill('spring', 300);
    lms.playAs('canvas');
    lms.faults.at.memberships = 'flaky';
    await requestRoster(school, contextId, school.clock.now);
    expect(await readRoster({ ...school.tools, patience: [1, 1] }, contextId)).to.deep.include({ outcome: 'complete' });
    expect(lms.faults.struck.length).to.be.greaterThan(0);
    for (const { id, members } of lms.platform.courses) if (id === 'spring') for (const person of Object.keys(members)) if (!(person in everybody)) delete members[person];
  });

  it('who is inactive in one line and active in another, on a later page, is in the course', async () => {
    school.lms.playAs('canvas');
    school.lms.roster.fill('spring', 80);
    let page = 0;
    school.lms.roster.change = (members) => {
      page += 1;
      if (page === 1) members[0]!['status'] = 'Inactive';
      else members.push({ user_id: 'lms-user-1001', roles: ['Learner'], status: 'Active' });
    };
    expect(await read()).to.deep.include({ outcome: 'complete' });
    expect((await people()).get('amara')).to.include({ active: true });
    for (const { id, members } of school.lms.platform.courses) if (id === 'spring') for (const person of Object.keys(members)) if (!(person in everybody)) delete members[person];
  });

  it('a platform that asks for a pause gets it', async () => {
    school.lms.playAs('canvas');
    school.lms.faults.at.memberships = 'throttled';
    await requestRoster(school, contextId, school.clock.now);
    expect(await workOnRoster(tools(), contextId)).to.deep.equal({ outcome: 'again', inSeconds: 30, askedToPause: true });
  });
});

/** A launch by somebody whom the LMS has just put back. */
function asLearner(claims: Record<string, unknown>): void {
  claims['https://purl.imsglobal.org/spec/lti/claim/roles'] = ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner'];
}
