import { expect } from 'chai';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { JSONWebKeySet, JWTPayload } from 'jose';
import { after, before, describe, it } from 'mocha';
import type { DeepLinkingSettings } from '../../scripts/practice-lms/deep-linking.ts';
import type { ProfileName } from '../../scripts/practice-lms/profiles.ts';
import { profiles } from '../../scripts/practice-lms/profiles.ts';
import type { Programme } from '../../server/content/programme.ts';
import { listChoosable } from '../../server/features/deep-linking/choosable.ts';
import { ensureToolKey } from '../../server/features/tool-keys/actions.ts';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, launch, openBrowser, signIn, startCohort } from '../support/browser-session.ts';
import type { LaunchOptions } from '../support/browser-session.ts';

const dl = (name: string) => `https://purl.imsglobal.org/spec/lti-dl/claim/${name}`;
const lti = (name: string) => `https://purl.imsglobal.org/spec/lti/claim/${name}`;

type Choosing = Awaited<ReturnType<typeof signIn>> & { path: string };
type Item = Record<string, unknown> & { title: string; url: string };

/** A course with a cohort that began on 13 April 2026, London time. */
describe('deep linking', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
    await ensureToolKey(test.sql, test.sealing, test.clock.now);
    await startCohort(test);
  });
  after(() => test.close());

  const request = (settings: Partial<DeepLinkingSettings> = {}, choice: LaunchOptions = {}): LaunchOptions => ({ person: 'eleanor', message: { type: 'LtiDeepLinkingRequest', settings }, ...choice });

  /** Faculty at the chooser; `path` is its address without the sign-in. */
  async function choose(settings: Partial<DeepLinkingSettings> = {}, choice: LaunchOptions = {}): Promise<Choosing> {
    const person = await signIn(test, request(settings, choice));
    return { ...person, path: String(person.launched.headers.location).slice(person.base.length) };
  }

  /** The hidden fields of the page's form, and the way to open that stands there. */
  async function fieldsOf(person: Choosing): Promise<Record<string, string>> {
    const { body } = await person.page(person.path);
    const opening = /name="opening" value="(\w+)" checked/.exec(body)?.[1];
    return { cohort: /name="cohort" value="([^"]*)"/.exec(body)?.[1] ?? '', ...(opening && { opening }) };
  }

  /** Sends a choice as the page does, dates on. */
  async function send(person: Choosing, form: Record<string, string | string[]>) {
    return person.submit(`${person.path}/choice`, { dates: 'true', ...(await fieldsOf(person)), ...form });
  }

  /** What the answer's form holds, proven by the published key set. */
  async function read(answer: { statusCode: number; body: string }): Promise<{ claims: JWTPayload; items: Item[]; returnUrl: string; token: string }> {
    expect(answer.statusCode, answer.body.slice(0, 2000)).to.equal(200);
    const token = /name="JWT" value="([^"]+)"/.exec(answer.body)?.[1] ?? '';
    const keys = (await test.app.inject('/lti/jwks')).json<JSONWebKeySet>();
    const { payload: claims } = await jwtVerify(token, createLocalJWKSet(keys), { currentDate: new Date(test.clock.now.epochMilliseconds), algorithms: ['RS256'] });
    return { claims, items: claims[dl('content_items')] as Item[], returnUrl: /<form class="opening-page" method="post" action="([^"]+)"/.exec(answer.body)?.[1] ?? '', token };
  }

  const chosen = async (settings: Partial<DeepLinkingSettings>, form: Record<string, string | string[]>, choice: LaunchOptions = {}) => read(await send(await choose(settings, choice), form));

  /** Addresses of the whole programme, in order. */
  const whole = () => [
    ...test.programme.weeks.flatMap(({ number, workshop }) => [`weeks/${number}`, ...(workshop?.key ? [`workshops/${workshop.key}`] : [])]),
    ...(test.programme.plan ? ['plan'] : []),
  ].map((path) => `http://localhost:3000/${path}`);

  const audited = async () => (await test.sql.query<{ action: string; reason: string | null; detail: { items?: string[] } }>('select action, reason, detail from audit_event where action like $1 order by id desc limit 1', ['deep_linking%'])).rows[0];

  describe('the page', () => {
    it('opens from the launch and offers every week, with what is outline only and what is graded', async () => {
      const person = await choose();
      expect(person.path).to.match(/^\/deep-linking\/[\da-f-]{36}$/);
      const page = await person.page(person.path);
      expect(heading(page)).to.equal('Choose what goes into the course');
      expect(page.body.match(/type="checkbox" id="item-week-\d+"/g)).to.have.length(12);
      expect(page.body.match(/Outline only/g)?.length).to.equal(test.programme.weeks.filter(({ material }) => material === null).length || undefined);
      expect(page.body).to.contain('Knowledge check, graded').and.to.contain('Opens on Monday 13 April, due by Sunday 19 April, 23:59 BST');
      expect(page.body).to.contain('Add the whole programme');
      expect(page.body, 'nowhere else to go').not.to.contain('<nav').and.not.to.contain('Back to the course');
    });

    it('finds by words, without accents and capitals, and keeps what is ticked', async () => {
      const person = await choose();
      const search = async (query: string) => (await person.page(`${person.path}?shown=true&dates=true&${query}`)).body;
      const keys = (body: string) => [...body.matchAll(/id="item-([\w-]+)" name/g)].map(([, key]) => key);
      expect(keys(await search('search=deming'))).to.deep.equal(['week-2']);
      expect(keys(await search('search=WEEK+1')), 'a number as a whole').to.deep.equal(['week-1', 'workshop-getting-started', 'assignment-charter']);
      expect(keys(await search('search=person+workshop'))).to.include.members(['workshop-coaching-aims-and-tests', 'workshop-coaching-to-learn']).and.not.include('workshop-getting-started');
      const both = await search('search=d%C3%A8ming&item=week-7&item=week-9&opening=window');
      expect(keys(both)).to.deep.equal(['week-2', 'week-7', 'week-9']);
      expect(both).to.match(/id="item-week-7" name="item" value="week-7" checked/).and.to.match(/value="window" checked/).and.to.contain('and what you ticked');
      const none = await search('search=%3Cscript%3E');
      expect(keys(none)).to.deep.equal([]);
      expect(none).to.contain('Nothing matches “&lt;script&gt;”');
      expect(await search('search=x&dates=false'), 'the switch stays as it was').not.to.match(/name="dates" value="true" checked/);
    });

    it('says what the course holds: links that were opened, and what was chosen here', async () => {
      const person = await choose({}, { course: 'autumn', person: 'ngozi' });
      await signIn(test, { course: 'autumn', person: 'ngozi', link: 'week-3' });
      await send(person, { item: 'week-5', dates: 'false' });
      const again = await choose({}, { course: 'autumn', person: 'ngozi' });
      const { body } = await again.page(`${again.path}?without=true`);
      const heldIn = (key: string) => new RegExp(`id="item-${key}-d">.*?</div></div></div>`, 's').exec(body)?.[0] ?? '';
      expect(heldIn('week-3')).to.contain('Already in the course');
      expect(heldIn('week-5')).to.contain('Already in the course: added on Monday 11 May');
      expect(heldIn('week-4')).not.to.contain('Already in the course');
      expect(body).to.contain(`Two of ${whole().length} links are in the course already`).and.to.contain(`Add the ${whole().length - 2} that are missing`).and.to.contain(`Add all ${whole().length} again`);
      const { items } = await read(await again.submit(`${again.path}/choice`, { whole: 'missing', opening: 'iframe' }));
      expect(items.map(({ url }) => url)).to.deep.equal(whole().filter((url) => !/weeks\/[35]$/.test(url)));
    });

    it('ticks what the place holds now, when an item is chosen anew', async () => {
      const known: [what: string, settings: Partial<DeepLinkingSettings> & { url?: string }, choice: LaunchOptions][] = [
        ['its title', { title: `Week 4: ${test.programme.weeks[3]?.title}` }, {}],
        ['a title that faculty changed', { title: 'week 4, moved to Tuesday' }, {}],
        ['its text', { title: 'Our favourite', text: test.programme.weeks[3]?.summary ?? '' }, {}],
        ['its address', { url: 'http://localhost:3000/weeks/4' }, {}],
        ['the address of the launch', {}, { targetLinkUri: 'http://localhost:3000/weeks/4' }],
      ];
      for (const [what, settings, choice] of known) {
        const person = await choose({ accept_multiple: false, ...settings }, choice);
        const page = await person.page(person.path);
        expect(heading(page), what).to.equal('Choose what this link opens');
        expect(page.body.match(/name="item" value="[\w-]+" checked/g), what).to.deep.equal(['name="item" value="week-4" checked']);
      }
      for (const settings of [{ title: 'Week 44' }, { title: 'Coachline' }, { url: 'https://evil.example/weeks/4' } as object]) {
        const person = await choose(settings);
        expect((await person.page(person.path)).body, JSON.stringify(settings)).not.to.match(/name="item" value="[\w-]+" checked/);
      }
    });

    it('may be shown by whoever gets the answer', async () => {
      const person = await choose({}, { change: (claims) => { (claims[dl('deep_linking_settings')] as Record<string, unknown>)['deep_link_return_url'] = 'https://school.lms.example/return?course=1'; } });
      const page = await person.page(person.path);
      expect(String(page.headers['content-security-policy'])).to.match(/frame-ancestors [^;]*https:\/\/school\.lms\.example(?: |$)/).and.to.contain("form-action 'self'");
      const answer = await send(person, { item: 'week-1' });
      expect(String(answer.headers['content-security-policy'])).to.match(/frame-ancestors [^;]*https:\/\/school\.lms\.example/).and.to.contain('form-action https://school.lms.example;');
      expect(answer.headers['referrer-policy']).to.equal('strict-origin');
      expect((await read(answer)).returnUrl).to.equal('https://school.lms.example/return?course=1');
    });
  });

  describe('what comes out', () => {
    it('is a signed answer for this platform, deployment and request', async () => {
      const { claims, returnUrl } = await chosen({}, { item: ['week-3', 'week-1'] });
      const [tool] = test.platform.tools;
      expect(claims).to.deep.include({ iss: tool?.clientId, aud: test.platform.issuer, [lti('message_type')]: 'LtiDeepLinkingResponse', [lti('version')]: '1.3.0', [lti('deployment_id')]: tool?.deploymentIds[0] });
      expect(claims.nonce).to.be.a('string').and.not.to.equal('');
      expect((claims.exp ?? 0) - (claims.iat ?? 0)).to.be.within(60, 600);
      expect(returnUrl).to.match(/^http:\/\/127\.0\.0\.1:3001\/deep-linking-returns\//);
      expect((await audited())).to.deep.include({ action: 'deep_linking.answered' }).and.to.have.nested.property('detail.items').that.deep.equals(['week-1', 'week-3']);
    });

    it('carries title, text, address, icon, how it opens, its column and its dates, in the programme’s order', async () => {
      const { items } = await chosen({}, { item: ['week-3', 'week-1'] });
      const maximum = (index: number) => test.programme.weeks[index]?.check?.questions.reduce((sum, { points }) => sum + points, 0);
      const lineItem = (number: number) => ({
        label: `Week ${number}: knowledge check`, scoreMaximum: maximum(number - 1), resourceId: `week-${number}`, tag: 'knowledge-check',
        submissionReview: { reviewableStatus: ['Submitted', 'Completed'], label: 'See the answers in Coachline' },
      });
      const shared = { type: 'ltiResourceLink', icon: { url: 'http://localhost:3000/assets/mark.svg', width: 64, height: 64 }, iframe: { height: 800 } };
      expect(items).to.deep.equal([
        {
          ...shared, title: `Week 1: ${test.programme.weeks[0]?.title}`, text: test.programme.weeks[0]?.summary, url: 'http://localhost:3000/weeks/1', lineItem: lineItem(1),
          // Midnight in London in summer; the last second of the week's Sunday.
          available: { startDateTime: '2026-04-12T23:00:00Z' },
          submission: { startDateTime: '2026-04-12T23:00:00Z', endDateTime: '2026-04-19T22:59:59Z' },
        },
        {
          ...shared, title: `Week 3: ${test.programme.weeks[2]?.title}`, text: test.programme.weeks[2]?.summary, url: 'http://localhost:3000/weeks/3', lineItem: lineItem(3),
          available: { startDateTime: '2026-04-26T23:00:00Z' },
          submission: { startDateTime: '2026-04-26T23:00:00Z', endDateTime: '2026-05-03T22:59:59Z' },
        },
      ]);
      const icon = await test.app.inject('/assets/mark.svg');
      expect([icon.statusCode, icon.headers['content-type']]).to.deep.equal([200, 'image/svg+xml']);
    });

    it('is the whole programme in one press: every week with its workshop, in order, whatever else is ticked', async () => {
      const { items } = await chosen({}, { whole: 'all', item: 'programme' });
      expect(items.map(({ url }) => url)).to.deep.equal(whole());
      expect(items.filter(({ lineItem, url }) => lineItem && url.includes('/weeks/')).map(({ title }) => title)).to.deep.equal(test.programme.weeks.filter(({ check }) => check).map(({ number, title }) => `Week ${number}: ${title}`));
    });

    it('is an assignment by its key, which opens with its week and leaves nothing in the gradebook', async () => {
      const { items } = await chosen({}, { item: 'assignment-charter' });
      expect(items).to.have.length(1);
      expect(items[0]).to.include({ url: 'http://localhost:3000/assignments/charter', title: 'Assignment: Charter and first aim' }).and.not.to.have.any.keys('lineItem', 'submission');
    });

    it('is a workshop by its key, without dates: its day may move', async () => {
      const { items } = await chosen({}, { item: 'workshop-coaching-to-learn' });
      expect(items).to.have.length(1);
      expect(items[0]).to.include({ url: 'http://localhost:3000/workshops/coaching-to-learn', title: 'Workshop: Coaching to learn' }).and.not.to.have.any.keys('available', 'submission', 'lineItem');
    });

    it('is the coaching plan with its column, where the material has one', () => {
      const rubric = { title: 'R', criteria: [40, 35].map((maximum, index) => ({ key: `c${index}`, title: 'C', maximum, critical: false, levels: [] })), bands: [], feedbackPrompts: [] };
      const plan = { title: 'P', introduction: [], sections: [] };
      const planOf = (change: Partial<Programme>) => listChoosable({ ...test.programme, plan: undefined, rubric: undefined, ...change }, null).find(({ kind }) => kind === 'plan');
      expect(planOf({})).to.equal(undefined);
      expect(planOf({ plan })?.graded?.scoreMaximum, 'no rubric').to.equal(100);
      expect(planOf({ plan, rubric })).to.deep.include({
        key: 'coaching-plan', title: 'Coaching plan', target: '/plan', whole: true, dates: null,
        graded: { what: 'coaching plan', label: 'Coaching plan', scoreMaximum: 75, resourceId: 'coaching-plan', tag: 'coaching-plan', review: 'See the plan in Coachline' },
      });
    });

    it('is one link for everything, without dates', async () => {
      const { items } = await chosen({}, { item: 'programme' });
      expect(items).to.have.length(1);
      expect(items[0]).to.include({ url: 'http://localhost:3000/', title: test.programme.title }).and.not.to.have.any.keys('available', 'submission', 'lineItem');
    });

    const table: [what: string, settings: Partial<DeepLinkingSettings>, form: Record<string, string | string[]>, expected: (items: Item[]) => void][] = [
      ['links beside other types', { accept_types: ['html', 'ltiResourceLink'] }, { item: 'week-1' }, (items) => expect(items[0]).to.include({ type: 'ltiResourceLink' })],
      ['one item only', { accept_multiple: false }, { item: 'week-2' }, (items) => expect(items).to.have.length(1)],
      ['no line item', { accept_lineitem: false }, { item: 'week-1' }, ([item]) => { expect(item).not.to.have.property('lineItem'); expect(item, 'due all the same').to.have.property('submission'); }],
      ['a window, asked for', {}, { item: 'week-1', opening: 'window' }, ([item]) => expect(item).to.deep.include({ window: { targetName: '_blank' } }).and.not.to.have.property('iframe')],
      ['a window alone', { accept_presentation_document_targets: ['window', 'embed'] }, { item: 'week-1' }, ([item]) => expect(item).to.deep.include({ window: { targetName: '_blank' } }).and.not.to.have.property('iframe')],
      ['a frame alone', { accept_presentation_document_targets: ['iframe'] }, { item: 'week-1' }, ([item]) => expect(item).to.have.property('iframe')],
      ['neither', { accept_presentation_document_targets: ['embed'] }, { item: 'week-1' }, ([item]) => expect(item).not.to.have.any.keys('iframe', 'window', 'embed')],
      ['nothing said of how it opens', { accept_presentation_document_targets: [] }, { item: 'week-1' }, ([item]) => expect(item).not.to.have.any.keys('iframe', 'window')],
      ['dates switched off', {}, { item: 'week-1', dates: 'false' }, ([item]) => expect(item).not.to.have.any.keys('available', 'submission')],
      ['items made at once', { auto_create: true }, { item: 'week-1' }, (items) => expect(items).to.have.length(1)],
    ];
    for (const [what, settings, form, expected] of table) it(`fits a place with ${what}`, async () => expected((await chosen(settings, form)).items));

    it('is what each LMS’s strict check accepts', async () => {
      const names = Object.keys(profiles) as ProfileName[];
      try {
        for (const name of names) {
          test.platform.profile = profiles[name];
          // Which says nothing of itself at a launch.
          await test.sql.query('update platform_registration set product_family_code = $1', [name === 'openedx' ? 'openedx' : null]);
          const { claims, items, returnUrl, token } = await chosen({}, { item: ['week-1', 'week-2'] });
          expect(items, name).to.have.length(2);
          expect(items[0]?.['lineItem'] !== undefined, `${name} makes columns`).to.equal(name !== 'openedx');
          expect(Object.keys(claims).includes(dl('data')), name).to.equal(profiles[name].deepLinking.sendsData);
          const received = await test.platform.deepLinking.receive(returnUrl.split('/').at(-1) ?? '', token);
          expect(received.problem, name).to.equal(null);
          expect(received.links.map(({ url }) => url), name).to.deep.equal(items.map(({ url }) => url));
        }
      } finally {
        test.platform.profile = profiles.generic;
        await test.sql.query('update platform_registration set product_family_code = null');
      }
    });

    for (const data of ['', 'plain', ' blanks at both ends \t\r\n', '"quotes" \'and\' \\escapes\\ %20 + &amp; <b>', 'é e\u0301 ﬁ 日本語 👩‍⚕️ \u2028 \u202e', '{"a":1,"a":2}', 'x'.repeat(16_000)]) {
      it(`gives data back byte by byte: ${JSON.stringify(data.slice(0, 40))}`, async () => {
        const { claims } = await chosen({ data }, { item: 'week-1' });
        expect(Buffer.from(String(claims[dl('data')])).equals(Buffer.from(data))).to.equal(true);
      });
    }

    it('holds no data where none came', async () => {
      expect((await chosen({ data: null }, { item: 'week-1' })).claims).not.to.have.property(dl('data'));
    });

    it('is nothing but a message and the data when it is cancelled', async () => {
      const person = await choose({ data: 'mine' });
      const { claims, items } = await read(await person.submit(`${person.path}/cancellation`));
      expect(items).to.deep.equal([]);
      expect(claims[dl('msg')]).to.equal('Nothing was chosen in Coachline.');
      expect(claims[dl('data')]).to.equal('mine');
      expect((await audited())?.action).to.equal('deep_linking.cancelled');
    });

    it('goes by a form that a press can send too', async () => {
      const answer = await send(await choose(), { item: 'week-1' });
      expect(answer.body).to.contain('<button class="btn main">Go back to the course</button>').and.to.match(/<script src="\/assets\/deep-linking-answer\.\w+\.js" defer>/);
      expect(answer.headers['cache-control']).to.equal('no-store');
    });
  });

  describe('a place that takes one thing', () => {
    it('has radio buttons and no whole programme, and says why', async () => {
      const person = await choose({ accept_multiple: false });
      const { body } = await person.page(person.path);
      expect(body.match(/type="radio" id="item-/g)).to.have.length(whole().length + test.programme.weeks.filter(({ assignment }) => assignment).length + 1);
      expect(body).not.to.contain('name="whole"').and.not.to.contain('type="checkbox" id="item-');
      expect(body).to.contain('This place takes one link');
    });
  });

  describe('a place that takes no links (rule 65)', () => {
    it('is explained, and can be left with a message', async () => {
      for (const accepts of [['html', 'file'], []]) {
        const person = await choose({ accept_types: accepts });
        const page = await person.page(person.path);
        expect(heading(page)).to.equal('This place cannot hold a week or a workshop');
        expect(page.body).to.contain(accepts.length > 0 ? 'It takes pieces of text and files only' : 'It does not say that it takes anything').and.to.match(/Reference <code/);
        expect(await audited()).to.include({ action: 'deep_linking.refused', reason: 'deep_linking.takes_no_links' });
        expect((await person.submit(`${person.path}/choice`, { item: 'week-1' })).statusCode, 'and nothing can be chosen').to.equal(403);
        const { claims, items } = await read(await person.submit(`${person.path}/cancellation`));
        expect(items).to.deep.equal([]);
        expect(claims[dl('msg')]).to.be.a('string');
      }
    });
  });

  describe('is refused', () => {
    const setting = (name: string, value: unknown): LaunchOptions => request({}, { change: (claims) => { (claims[dl('deep_linking_settings')] as Record<string, unknown>)[name] = value; } });
    const launches: [what: string, status: number, choice: LaunchOptions][] = [
      ['without settings (63)', 400, request({}, { change: (claims) => { delete claims[dl('deep_linking_settings')]; } })],
      ['without a return address (63)', 400, setting('deep_link_return_url', undefined)],
      ['with a script for a return address (63)', 400, setting('deep_link_return_url', 'javascript:alert(1)')],
      ['to a learner (64)', 403, request({}, { person: 'amara' })],
    ];
    for (const [what, status, choice] of launches) {
      it(`at the launch ${what}`, async () => {
        const answer = await launch(openBrowser(test), test.platform, choice);
        expect(answer.statusCode).to.equal(status);
        expect(answer.cookies.filter(({ name }) => name.startsWith('__Host-in-'))).to.deep.equal([]);
      });
    }

    it('when http is no longer allowed for platforms (63)', async () => {
      const person = await choose();
      await test.sql.query(`update deep_linking_request set settings = jsonb_set(settings, '{returnUrl}', '"ftp://127.0.0.1/return"') where id = $1`, [person.path.split('/').at(-1)]);
      const answer = await person.submit(`${person.path}/choice`, { item: 'week-1' });
      expect([answer.statusCode, heading(answer)]).to.deep.equal([400, 'Your LMS named no safe way back']);
      await test.sql.query(`update deep_linking_request set settings = jsonb_set(settings, '{returnUrl}', '"https://lms.example;script-src*/return"') where id = $1`, [person.path.split('/').at(-1)]);
      expect((await person.page(person.path)).statusCode, 'a host name that would speak in our policy').to.equal(400);
    });

    const altered: [what: string, form: Record<string, string | string[]>, settings?: Partial<DeepLinkingSettings>][] = [
      ['a week that the programme does not have', { item: ['week-1', 'week-13'] }],
      ['something that is no week', { item: 'week-1; drop table' }],
      ['another cohort’s form', { item: 'week-1', cohort: '00000000-0000-4000-8000-000000000000' }],
      ['a form from before the cohort', { item: 'week-1', cohort: '' }],
      ['two where one is taken', { item: ['week-1', 'week-2'] }, { accept_multiple: false }],
      ['the whole programme where one is taken', { whole: 'all' }, { accept_multiple: false }],
      ['a window where there is none', { item: 'week-1', opening: 'window' }, { accept_presentation_document_targets: ['iframe'] }],
      ['a way to open that nobody offered', { item: 'week-1', opening: 'embed' }, { accept_presentation_document_targets: ['iframe', 'embed'] }],
    ];
    for (const [what, form, settings] of altered) {
      it(`an altered form (66): ${what}`, async () => {
        const person = await choose(settings);
        const answer = await send(person, form);
        expect([answer.statusCode, heading(answer)]).to.deep.equal([403, 'This choice does not fit this course']);
        expect(answer.body).not.to.contain('name="JWT"');
        expect(await audited()).to.include({ action: 'deep_linking.refused', reason: 'deep_linking.altered' });
        expect((await read(await send(person, { item: 'week-1' }))).items, 'and the choice is still open').to.have.length(1);
      });
    }

    it('a form that waited two hours (66), and the page says so too', async () => {
      const person = await choose();
      const fields = await fieldsOf(person);
      test.clock.advance({ hours: 1, minutes: 59 });
      expect((await person.page(person.path)).statusCode).to.equal(200);
      test.clock.advance({ minutes: 1 });
      for (const answer of [await person.submit(`${person.path}/choice`, { item: 'week-1', ...fields }), await person.submit(`${person.path}/cancellation`), await person.page(person.path)]) {
        expect([answer.statusCode, heading(answer)]).to.deep.equal([403, 'This page waited too long']);
      }
      expect(await audited()).to.include({ reason: 'deep_linking.expired' });
    });

    it('a second answer: it says that one was given, and what to do', async () => {
      const person = await choose();
      await read(await send(person, { item: 'week-1' }));
      for (const answer of [await person.submit(`${person.path}/choice`, { item: 'week-2' }), await person.submit(`${person.path}/cancellation`), await person.page(person.path)]) {
        expect([answer.statusCode, heading(answer)]).to.deep.equal([409, 'This choice was made already']);
        expect(answer.body).to.contain('look into your course').and.not.to.contain('name="JWT"');
      }
    });

    it('all but one of many answers at once', async () => {
      const person = await choose();
      const fields = await fieldsOf(person);
      const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => person.submit(`${person.path}/choice`, { item: `week-${index + 1}`, ...fields })));
      expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).to.deep.equal([200, ...Array<number>(7).fill(409)]);
    });

    it('the request of another sign-in, another course, or nobody: there is nothing', async () => {
      const [mine, others, elsewhere] = [await choose(), await choose({}, { person: 'ngozi' }), await choose({}, { person: 'ngozi', course: 'autumn' })];
      for (const path of [others.path, elsewhere.path, '/deep-linking/00000000-0000-4000-8000-000000000000', '/deep-linking/x']) {
        expect((await mine.page(path)).statusCode, path).to.equal(404);
        expect((await mine.submit(`${path}/choice`, { item: 'week-1' })).statusCode, path).to.equal(404);
        expect((await mine.submit(`${path}/cancellation`)).statusCode, path).to.equal(404);
      }
    });

    it('an empty choice: the page comes back with what was set', async () => {
      const person = await choose();
      const answer = await send(person, { opening: 'window', dates: 'false' });
      expect([answer.statusCode, heading(answer)]).to.deep.equal([422, 'Choose what goes into the course']);
      expect(answer.body).to.contain('Nothing is chosen yet').and.to.match(/value="window" checked/).and.not.to.match(/name="dates" value="true" checked/);
      expect((await read(await send(person, { item: 'week-1' }))).items).to.have.length(1);
    });
  });

  describe('in a course without a cohort', () => {
    let bare: TestApp;
    before(async () => {
      bare = await startTestApp();
      await ensureToolKey(bare.sql, bare.sealing, bare.clock.now);
    });
    after(() => bare.close());
    const arrive = async (person: string, course = 'spring'): Promise<Choosing> => {
      const signedIn = await signIn(bare, request({}, { person, course }));
      return { ...signedIn, path: String(signedIn.launched.headers.location).slice(signedIn.base.length) };
    };
    const itemsIn = (answer: { body: string }): Item[] => {
      const token = /name="JWT" value="([^"]+)"/.exec(answer.body)?.[1] ?? '';
      return (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, Item[]>)[dl('content_items')] ?? [];
    };

    it('offers to start one or to go on without dates', async () => {
      const person = await arrive('eleanor');
      const page = await person.page(person.path);
      expect(heading(page)).to.equal('This course has no cohort yet');
      expect(page.body).to.contain(`href="${person.base}/cohort/start"`);
      const chooser = await person.page(`${person.path}?without=true`);
      expect(heading(chooser)).to.equal('Choose what goes into the course');
      expect(chooser.body).to.contain('carry no dates').and.not.to.contain('name="dates"');
      expect((await person.submit(`${person.path}/choice`, { item: 'week-1', dates: 'true' })).statusCode, 'dates out of nowhere').to.equal(403);
      const [item] = itemsIn(await person.submit(`${person.path}/choice`, { item: 'week-1', opening: 'iframe' }));
      expect(item).to.have.property('lineItem');
      expect(item).not.to.have.any.keys('available', 'submission');
    });

    it('comes back to the choice after starting one', async () => {
      const person = await arrive('eleanor');
      const started = await person.submit('/cohort', { name: 'Autumn 2026', startsOn: '2026-10-19', timeZone: 'America/New_York' });
      expect(started.headers.location).to.equal(`${person.base}${person.path}?notice=started`);
      const page = await person.follow(started);
      expect(page.body).to.contain('Autumn 2026 is started');
      const cohort = /name="cohort" value="([^"]*)"/.exec(page.body)?.[1] ?? '';
      // The clocks go back on 1 November in New York: week 3 begins an hour later, told in UTC.
      const items = itemsIn(await person.submit(`${person.path}/choice`, { item: ['week-2', 'week-3'], dates: 'true', opening: 'iframe', cohort }));
      expect(items.map(({ available }) => available)).to.deep.equal([{ startDateTime: '2026-10-26T04:00:00Z' }, { startDateTime: '2026-11-02T05:00:00Z' }]);
    });

    it('tells assistants who can start one, and lets them choose', async () => {
      const person = await arrive('jonas', 'spring').catch(() => null);
      if (!person) throw new Error('assistants choose too');
      await bare.sql.query('update context set cohort_id = null');
      const page = await person.page(person.path);
      expect(page.body).to.contain('The faculty of this course can start one').and.not.to.contain('/cohort/start');
      expect((await person.page(`${person.path}?without=true`)).statusCode).to.equal(200);
    });
  });

  it('is for staff: everybody else has no such page', async () => {
    const person = await choose();
    for (const name of ['amara', 'priya']) {
      expect((await (await signIn(test, { person: name, link: 'home' })).page(person.path)).statusCode).to.equal(403);
    }
  });
});
