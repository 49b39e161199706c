import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { makeAdministratorLink } from '../server/features/people/actions.ts';
import { ensureToolKey } from '../server/features/tool-keys/actions.ts';
import { publicUrl, startTestApp } from './support/app.ts';
import type { TestApp } from './support/app.ts';
import { heading, openBrowser, signIn, startCohort } from './support/browser-session.ts';
import type { LaunchOptions, SignedIn } from './support/browser-session.ts';

const roles = ['operator', 'administrator', 'faculty', 'assistant', 'learner', 'mentor', 'guest'] as const;
type Role = (typeof roles)[number];

const inCourse: Role[] = ['administrator', 'faculty', 'assistant', 'learner', 'mentor'];
const takePart: Role[] = ['administrator', 'faculty', 'assistant', 'learner'];
const deciders: Role[] = ['administrator', 'faculty'];
const governors: Role[] = ['operator', 'administrator'];

/** Who may. A route that is not here fails the first test: decide, then add it. */
const whoMay: Record<string, 'public' | readonly Role[]> = {
  'GET /': 'public',
  'GET /weeks/:key': 'public',
  'GET /workshops/:key': 'public',
  'GET /assignments/:key': 'public',
  'GET /plan': 'public',
  'GET /healthz': 'public',
  'GET /readyz': 'public',
  'GET /metrics': 'public',
  'GET /assets/:file': 'public',
  'POST /appearance': 'public',
  'GET /lti/login': 'public',
  'POST /lti/login': 'public',
  'GET /lti/login/:registration': 'public',
  'POST /lti/login/:registration': 'public',
  'POST /lti/launch': 'public',
  'GET /lti/launch': 'public',
  'PUT /lti/launch': 'public',
  'PATCH /lti/launch': 'public',
  'DELETE /lti/launch': 'public',
  'POST /lti/notices': 'public',
  'GET /lti/jwks': 'public',
  'GET /lti/canvas.json': 'public',
  'GET /lti/register/:token': 'public',
  'POST /lti/register/:token': 'public',
  'GET /lti/arrival/:signIn': 'public',
  'GET /lti/window/:signIn': 'public',
  'GET /sign-in/:token': 'public',
  'GET /signed-out': 'public',
  'GET /mail/open/:token': 'public',
  'POST /mail/open/:token/sign-in-link': 'public',
  'GET /mail/sign-in/:token': 'public',
  'POST /mail/sign-in/:token': 'public',
  'GET /mail/unsubscription/:token': 'public',
  'POST /mail/unsubscription/:token': 'public',
  'GET /in/:signIn': inCourse,
  'GET /in/:signIn/weeks/:week': inCourse,
  'GET /in/:signIn/weeks/:week/check': inCourse,
  'GET /in/:signIn/weeks/:week/check/tries/:number': inCourse,
  'GET /in/:signIn/weeks/:week/check/tries/:number/questions/:question': inCourse,
  'POST /in/:signIn/weeks/:week/check/tries/:number/questions/:question/answer': inCourse,
  'GET /in/:signIn/weeks/:week/check/of/:person': ['administrator', 'faculty', 'assistant', 'learner'],
  'POST /in/:signIn/weeks/:week/place': ['learner'],
  'POST /in/:signIn/weeks/:week/sections/:section/completion': ['learner'],
  'POST /in/:signIn/weeks/:week/sections/:section/completion/removal': ['learner'],
  'GET /in/:signIn/workshops': inCourse,
  'GET /in/:signIn/workshops/calendar.ics': ['administrator', 'faculty', 'assistant', 'learner'],
  'GET /in/:signIn/workshops/:workshop/notes': ['administrator', 'faculty', 'assistant'],
  'GET /in/:signIn/workshops/:workshop': inCourse,
  'GET /in/:signIn/workshops/:workshop/calendar.ics': ['administrator', 'faculty', 'assistant', 'learner'],
  'GET /in/:signIn/workshops/:workshop/sessions': deciders,
  'POST /in/:signIn/workshops/:workshop/sessions': deciders,
  'GET /in/:signIn/workshops/:workshop/cancellation': deciders,
  'POST /in/:signIn/workshops/:workshop/cancellation': deciders,
  'POST /in/:signIn/workshops/:workshop/cancellation/removal': deciders,
  'GET /in/:signIn/cohort/workshops': deciders,
  'POST /in/:signIn/cohort/workshops': deciders,
  'GET /in/:signIn/plan': inCourse,
  'GET /in/:signIn/plan/whole': ['learner'],
  'GET /in/:signIn/plan/sections/:section': ['learner'],
  'POST /in/:signIn/plan/sections/:section/answers': ['learner'],
  'POST /in/:signIn/plan/sections/:section/fields/:field/answer': ['learner'],
  'POST /in/:signIn/plan/evidence': ['learner'],
  'GET /in/:signIn/plan/evidence/:evidence': ['administrator', 'faculty', 'assistant', 'learner'],
  'POST /in/:signIn/plan/evidence/:evidence/removal': ['learner'],
  'POST /in/:signIn/plan/submission': ['learner'],
  'GET /in/:signIn/plan/submissions/:number': ['learner'],
  'POST /in/:signIn/plan/submissions/:number/withdrawal': ['learner'],
  'GET /in/:signIn/assignments/:key': inCourse,
  'POST /in/:signIn/assignments/:key/report': ['learner'],
  'POST /in/:signIn/assignments/:key/report/removal': ['learner'],
  'GET /in/:signIn/assignments/of/:person': ['administrator', 'faculty', 'assistant'],
  'GET /in/:signIn/journal': ['learner'],
  'GET /in/:signIn/journal/shared': ['faculty', 'assistant'],
  'GET /in/:signIn/journal/weeks/:week': ['learner'],
  'POST /in/:signIn/journal/weeks/:week/entry': ['learner'],
  'POST /in/:signIn/journal/weeks/:week/sharing': ['learner'],
  'POST /in/:signIn/journal/weeks/:week/sharing/removal': ['learner'],
  'GET /in/:signIn/discussion': takePart,
  'GET /in/:signIn/discussion/weeks/:week': takePart,
  'POST /in/:signIn/discussion/weeks/:week/posts': takePart,
  'GET /in/:signIn/discussion/weeks/:week/posts/:post': takePart,
  'GET /in/:signIn/discussion/weeks/:week/posts/:post/replies': takePart,
  'POST /in/:signIn/discussion/weeks/:week/posts/:post/replies': takePart,
  'GET /in/:signIn/discussion/weeks/:week/posts/:post/mending': takePart,
  'POST /in/:signIn/discussion/weeks/:week/posts/:post/mending': takePart,
  'GET /in/:signIn/discussion/weeks/:week/posts/:post/removal': takePart,
  'POST /in/:signIn/discussion/weeks/:week/posts/:post/removal': takePart,
  'POST /in/:signIn/discussion/weeks/:week/posts/:post/marks/:mark': ['faculty', 'assistant'],
  'POST /in/:signIn/discussion/weeks/:week/posts/:post/marks/:mark/removal': ['faculty', 'assistant'],
  'GET /in/:signIn/programme': roles,
  'GET /in/:signIn/glossary': roles,
  'GET /in/:signIn/search': inCourse,
  'GET /in/:signIn/cards': inCourse,
  'GET /in/:signIn/cards/:card': inCourse,
  'GET /in/:signIn/cohort': ['administrator', 'faculty', 'assistant'],
  'POST /in/:signIn/cohort': deciders,
  'GET /in/:signIn/eligibility': ['administrator', 'faculty', 'assistant', 'learner'],
  'POST /in/:signIn/eligibility/answers': ['learner'],
  'POST /in/:signIn/eligibility/fields/:field/answer': ['learner'],
  'GET /in/:signIn/eligibility/submission': ['learner'],
  'POST /in/:signIn/eligibility/submission': ['learner'],
  'GET /in/:signIn/eligibility/tools': ['learner'],
  'GET /in/:signIn/eligibility/tools/after': ['learner'],
  'POST /in/:signIn/eligibility/tools/:moment/answers': ['learner'],
  'POST /in/:signIn/eligibility/tools/:moment/fields/:field/answer': ['learner'],
  'GET /in/:signIn/eligibility/forms': ['administrator', 'faculty', 'assistant'],
  'POST /in/:signIn/eligibility/requirement': deciders,
  'GET /in/:signIn/eligibility/forms/:person': ['administrator', 'faculty', 'assistant'],
  'POST /in/:signIn/eligibility/forms/:person/decision': deciders,
  'GET /in/:signIn/cohort/pace': deciders,
  'GET /in/:signIn/cohort/material': deciders,
  'POST /in/:signIn/cohort/material/acceptance': deciders,
  'POST /in/:signIn/cohort/pace/breaks': deciders,
  'POST /in/:signIn/cohort/pace/breaks/:index/removal': deciders,
  'GET /in/:signIn/cohort/pace/learners/:person': deciders,
  'POST /in/:signIn/cohort/pace/learners/:person/extension': deciders,
  'POST /in/:signIn/cohort/pace/learners/:person/pause': deciders,
  'POST /in/:signIn/cohort/pace/learners/:person/pause/end': deciders,
  'GET /in/:signIn/cohort/start': deciders,
  'POST /in/:signIn/cohort/copy': deciders,
  'POST /in/:signIn/cohort/link': deciders,
  'GET /in/:signIn/cohort/settings': deciders,
  'POST /in/:signIn/cohort/settings': deciders,
  'GET /in/:signIn/attendance': ['administrator', 'faculty', 'assistant', 'learner'],
  'GET /in/:signIn/attendance.csv': ['administrator', 'faculty', 'assistant'],
  'GET /in/:signIn/attendance/:key/:day': ['administrator', 'faculty', 'assistant'],
  'GET /in/:signIn/attendance/:key/:day/sheet': ['administrator', 'faculty', 'assistant'],
  'POST /in/:signIn/attendance/:key/:day/marks': ['administrator', 'faculty', 'assistant'],
  'POST /in/:signIn/attendance/column': ['operator', 'administrator', 'faculty'],
  'GET /in/:signIn/scores': ['administrator', 'faculty', 'assistant'],
  'POST /in/:signIn/scores/deliveries': deciders,
  'GET /in/:signIn/scores/columns/:column': ['administrator', 'faculty', 'assistant'],
  'POST /in/:signIn/scores/columns/:column/results': ['administrator', 'faculty', 'assistant'],
  'POST /in/:signIn/scores/columns/:column/deliveries': deciders,
  'POST /in/:signIn/scores/columns/:column/scores/:score/delivery': deciders,
  'GET /in/:signIn/grading': ['administrator', 'faculty', 'assistant'],
  'GET /in/:signIn/grading/next': ['administrator', 'faculty', 'assistant'],
  'GET /in/:signIn/grading/of/:person': ['administrator', 'faculty', 'assistant', 'learner'],
  'GET /in/:signIn/grading/submissions/:submission': ['administrator', 'faculty', 'assistant'],
  'POST /in/:signIn/grading/submissions/:submission/draft': ['administrator', 'faculty', 'assistant'],
  'POST /in/:signIn/grading/submissions/:submission/draft/adoption': deciders,
  'POST /in/:signIn/grading/submissions/:submission/decision': deciders,
  'GET /in/:signIn/grading/submissions/:submission/correction': deciders,
  'POST /in/:signIn/grading/submissions/:submission/correction': deciders,
  'GET /in/:signIn/roster': ['administrator', 'faculty', 'assistant'],
  'POST /in/:signIn/roster/reading': deciders,
  'GET /in/:signIn/deep-linking/:request': ['administrator', 'faculty', 'assistant'],
  'POST /in/:signIn/deep-linking/:request/choice': ['administrator', 'faculty', 'assistant'],
  'POST /in/:signIn/deep-linking/:request/cancellation': ['administrator', 'faculty', 'assistant'],
  'GET /in/:signIn/progress': ['learner'],
  'GET /in/:signIn/cohort.csv': ['administrator', 'faculty', 'assistant'],
  'GET /in/:signIn/learners/:person': ['administrator', 'faculty', 'assistant'],
  'GET /in/:signIn/cohorts': governors,
  'GET /in/:signIn/cohorts/:cohort': governors,
  'GET /in/:signIn/cohorts/:cohort/settings': governors,
  'POST /in/:signIn/cohorts/:cohort/settings': governors,
  'GET /in/:signIn/admin/platforms': governors,
  'GET /in/:signIn/admin/platforms/:registration': governors,
  'POST /in/:signIn/admin/platforms/:registration': governors,
  'POST /in/:signIn/admin/platforms/:registration/approval': ['operator'],
  'POST /in/:signIn/admin/platforms/:registration/rejection': ['operator'],
  'POST /in/:signIn/admin/platforms/:registration/permissions': governors,
  'GET /in/:signIn/platforms/connect': governors,
  'GET /in/:signIn/platforms/connect/:lms': governors,
  'POST /in/:signIn/platforms/connect/:lms': governors,
  'POST /in/:signIn/platforms/connect/:lms/link': governors,
  'GET /in/:signIn/admin/organisation': ['administrator'],
  'POST /in/:signIn/admin/organisation': ['administrator'],
  'GET /in/:signIn/admin/organisations': ['operator'],
  'GET /in/:signIn/admin/organisations/:organisation': ['operator'],
  'POST /in/:signIn/admin/organisations/:organisation': ['operator'],
  'POST /in/:signIn/admin/platforms/deployments/:deployment/approval': governors,
  'POST /in/:signIn/admin/platforms/deployments/:deployment/approval/removal': governors,
  'GET /in/:signIn/mail/preferences': inCourse,
  'POST /in/:signIn/mail/preferences': inCourse,
  'GET /in/:signIn/mail/nudges/:person': ['administrator', 'faculty', 'assistant'],
  'POST /in/:signIn/mail/nudges/:person': ['administrator', 'faculty', 'assistant'],
  'GET /in/:signIn/admin/mail': governors,
  'POST /in/:signIn/admin/mail/settings': ['administrator'],
  'GET /in/:signIn/admin/mail/:mail': governors,
  'GET /in/:signIn/admin/mail/:mail/letter': governors,
  'POST /in/:signIn/admin/mail/:mail/sending': governors,
  'GET /in/:signIn/self-test': governors,
  'POST /in/:signIn/self-test': governors,
  'GET /in/:signIn/admin/tool-keys': ['operator'],
  'POST /in/:signIn/admin/tool-keys': ['operator'],
  'GET /in/:signIn/privacy': roles,
  'POST /in/:signIn/sign-out': roles,
};

/** Addresses that other sites post to by design. */
const crossSite = ['/lti/login', '/lti/login/:registration', '/lti/launch', '/lti/notices', '/mail/unsubscription/:token'];

const signedIn = Object.entries(whoMay).filter((entry): entry is [string, readonly Role[]] => entry[1] !== 'public');

/** An address of a route, with values that name nothing. */
const addressOf = (path: string, signInId: string): string => path
  .replace(':signIn', signInId).replace(':week', '1').replace(':section', 'nothing').replace(':field', 'nothing').replace(':moment', 'before').replace(':number', '1').replace(':question', 'nothing').replace(':workshop', 'getting-started').replace(':lms', 'moodle').replace(':token', 'nothing-that-we-have-ever-sealed').replace(':key', 'nothing').replace(':day', '1').replace(':mark', 'answer')
  .replace(/:cohort|:request|:column|:score|:deployment|:registration|:organisation|:person|:evidence|:submission|:post|:mail(?=\/|$)/g, '00000000-0000-4000-8000-000000000000');

describe('who may use which address', () => {
  let test: TestApp;
  const people = new Map<Role, SignedIn>();

  before(async () => {
    test = await startTestApp();
    await ensureToolKey(test.sql, test.sealing, test.clock.now);   // as the server does when it starts
    await startCohort(test);
    for (const role of roles) people.set(role, await signInAs(role));
  });
  after(() => test.close());

  it('is decided here for every route that there is', () => {
    expect(routesOf(test.app.printRoutes({ commonPrefix: false })).toSorted()).to.deep.equal(Object.keys(whoMay).toSorted());
  });

  for (const [route, allowed] of signedIn) {
    const [method = '', path = ''] = route.split(' ');
    it(`${route}: ${allowed.length === roles.length ? 'everybody signed in' : allowed.join(', ')}; anybody else 403`, async () => {
      for (const role of roles) {
        const person = path.endsWith('/sign-out') ? await signInAs(role) : people.get(role)!;
        const address = addressOf(path, person.base.slice('/in/'.length));
        const answer = method === 'GET' ? await person.get(address) : await person.post(address);
        if (allowed.includes(role)) expect(answer.statusCode, role).to.be.oneOf([200, 303, 400, 404, 422]);
        else {
          expect(answer.statusCode, role).to.equal(403);
          expect(heading(answer), role).to.equal('This page is not for your role');
        }
        // The page with the refusal leads somewhere that this role may go.
        const home = /class="btn main" href="([^"]+)"/.exec(answer.body)?.[1];
        if (answer.statusCode === 403 && home) expect((await person.follow(await person.get(home))).statusCode, `${role} ${home}`).to.equal(200);
      }
    });

    it(`${route}: 401 without a sign-in, with a wrong secret, or with another browser's cookie`, async () => {
      const [mine, others] = [people.get('learner')!, people.get('administrator')!];
      const id = mine.base.slice('/in/'.length);
      const othersSecret = [...others.cookies].find(([name]) => name === `__Host-in-${others.base.slice('/in/'.length)}`)?.[1] ?? '';
      const cookies: [what: string, cookie: string][] = [
        ['no cookie', ''],
        ['another sign-in’s cookie', [...others.cookies].map(([name, value]) => `${name}=${value}`).join('; ')],
        ['another secret under this name', `__Host-in-${id}=${othersSecret}`],
        ['an empty secret', `__Host-in-${id}=`],
        ['the name as its secret', `__Host-in-${id}=${id}`],
        ['a secret that no cookie can hold', `__Host-in-${id}=%00%E0%A4%A`],
      ];
      for (const [what, cookie] of cookies) {
        const answer = await test.app.inject({ method: method as 'GET' | 'POST', url: addressOf(path, id), headers: { cookie, origin: publicUrl, 'sec-fetch-site': 'same-origin' } });
        expect(answer.statusCode, what).to.equal(401);
        expect(heading(answer), what).to.equal('Your visit has ended');
        expect(answer.headers['set-cookie'], what).to.equal(undefined);
      }
      for (const strange of ['nobody-made-this1', 'x', "' or 1=1", '%00%00%00%00%00%00%00%00', 'x'.repeat(190)]) {
        const answer = await test.app.inject({ method: method as 'GET' | 'POST', url: addressOf(path, encodeURIComponent(strange)), headers: { cookie: `__Host-in-${encodeURIComponent(strange)}=x`, 'sec-fetch-site': 'same-origin' } });
        expect(answer.statusCode, strange).to.equal(401);
      }
      expect((await mine.get(`${mine.base}/programme`)).statusCode, 'and the sign-in lives on').to.equal(200);
    });
  }

  async function signInAs(role: Role): Promise<SignedIn> {
    const choices: Record<Exclude<Role, 'operator'>, LaunchOptions> = {
      administrator: { person: 'ruth' }, faculty: { person: 'eleanor' }, assistant: { person: 'jonas' },
      learner: { person: 'amara' }, mentor: { person: 'siobhan', fault: 'mentor' }, guest: { person: 'priya', fault: 'guest' },
    };
    if (role !== 'operator') return signIn(test, choices[role]);
    const browser = openBrowser(test);
    const launched = await browser.get(`/sign-in/${await makeAdministratorLink(test.sql, { email: 'ada@example.org', organisationId: null }, test.clock.now)}`);
    return { ...browser, launched, base: /^\/in\/[\w-]+/.exec(String(launched.headers.location))?.[0] ?? '' };
  }
});

describe('a form that another site posts', () => {
  let test: TestApp;
  let learner: SignedIn;
  before(async () => {
    test = await startTestApp();
    await startCohort(test);
    learner = await signIn(test, { link: 'week-1' });
  });
  after(() => test.close());

  const posted = Object.keys(whoMay).filter((route) => !route.startsWith('GET ')).map((route) => route.split(' ') as [string, string]);
  const foreign: [what: string, headers: Record<string, string>][] = [
    ['the browser says cross-site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['the browser says cross-site, whatever the origin', { 'sec-fetch-site': 'cross-site', origin: publicUrl }],
    ['another port of this host', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:3001' }],
    ['typed by hand', { 'sec-fetch-site': 'none' }],
    ['an old browser, another origin', { origin: 'https://evil.example' }],
    ['an old browser, an origin that begins like ours', { origin: `${publicUrl}.evil.example` }],
    ['an old browser, another port', { origin: 'http://localhost:3001' }],
    ['an old browser, another scheme', { origin: 'https://localhost:3000' }],
    ['an old browser, a sandboxed frame', { origin: 'null' }],
    ['an old browser that says nothing', {}],
    ['an old browser with a referrer of ours alone', { referer: `${publicUrl}/` }],
  ];

  for (const [method, path] of posted.filter(([, address]) => !crossSite.includes(address))) {
    it(`${method} ${path} is refused with 403, and nothing happens`, async () => {
      const address = addressOf(path, learner.base.slice('/in/'.length));
      const cookie = [...learner.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      for (const [what, headers] of foreign) {
        const answer = await test.app.inject({ method: method as 'POST', url: address, headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', ...headers }, payload: 'theme=dark&back=/' });
        expect(answer.statusCode, what).to.equal(403);
        expect(answer.headers['set-cookie'], what).to.equal(undefined);
      }
      expect((await learner.get(`${learner.base}/programme`)).statusCode, 'still signed in').to.equal(200);
    });
  }

  it('may come from anywhere to login, launch, notices and one-click unsubscription alone', async () => {
    for (const path of crossSite) {
      for (const [what, headers] of foreign) {
        const answer = await test.app.inject({ method: 'POST', url: addressOf(path, ''), headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, payload: 'nothing=good' });
        expect(answer.statusCode, `${path}: ${what}`).to.equal(path.startsWith('/mail/') ? 404 : 400);
      }
    }
  });

  it('is told apart from our own: by Sec-Fetch-Site, or by Origin where a browser sends no such header', async () => {
    const section = test.programme.weeks[0]?.material?.sections[0]?.key ?? '';
    const cookie = [...learner.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    for (const headers of [{ 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'same-origin', origin: 'null' }, { origin: publicUrl }]) {
      const answer = await test.app.inject({ method: 'POST', url: `${learner.base}/weeks/1/place`, headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', ...headers }, payload: `section=${section}` });
      expect(answer.statusCode, JSON.stringify(headers)).to.equal(204);
    }
  });
});

describe('whatever a browser sends', () => {
  let test: TestApp;
  let administrator: SignedIn;
  before(async () => {
    test = await startTestApp();
    await startCohort(test);
    administrator = await signIn(test, { person: 'ruth', link: 'home' });
  });
  after(() => test.close());

  it('is answered with a page, and never with 5xx', async () => {
    const { base } = administrator;
    const id = base.slice('/in/'.length);
    const paths = [
      '/%', '/%E0%A4%A', '/%00', `${base}/weeks/%E0%A4%A`, `${base}/weeks/%00`, `${base}/weeks/1%00`, `${base}/cohorts/%00`, `${base}/cohort?page=1&page=2`, `${base}/cohort?notice=%00`,
      `${base}/admin/platforms?approved=%00`, `${base}/admin/platforms?approved=a&approved=b`, `${base}/programme?guest=x`, `${base}//weeks/1`, `${base}/weeks/1/`, `${base}/../../etc/passwd`,
      `/lti/arrival/${id}?ticket=${'x'.repeat(43)}&to=/%E6%97%A5`, `/lti/arrival/${id}?ticket=${'x'.repeat(43)}&to=/%0d%0aset-cookie:a=b`, `/lti/arrival/${id}?ticket=${'x'.repeat(43)}&to=/%00`,
      `/lti/arrival/${id}?ticket=${'x'.repeat(43)}&to=//evil.example`, `/lti/window/${id}?ticket=${'x'.repeat(43)}&to=/%E6%97%A5`, '/lti/window/x?ticket=x&to=/', `/sign-in/${'%F0%9F%98%80'.repeat(5)}`,
      '/assets/..%2f..%2fpackage.json', '/assets/%00', '/nothing/here', `/${'x'.repeat(3000)}`,
    ];
    for (const path of paths) {
      const answer = await administrator.get(path);
      expect(answer.statusCode, path).to.be.below(500);
      if (answer.statusCode >= 400) expect(heading(answer), `${path} ${answer.statusCode} ${answer.body.slice(0, 200)}`).not.to.equal('');
    }
    const bodies: [type: string, payload: string][] = [
      ['application/json', '{"theme":"dark"}'], ['application/json', '{'], ['application/json', '{"__proto__":{"x":1}}'], ['multipart/form-data; boundary=x', '--x--'], ['text/plain', 'x'], ['nonsense', 'x'],
      ['application/x-www-form-urlencoded', '%'], ['application/x-www-form-urlencoded', '__proto__=1&constructor=2'], ['application/x-www-form-urlencoded', `x=${'y'.repeat(300_000)}`],
      ['application/x-www-form-urlencoded', 'name=%00&startsOn=%00&timeZone=%00&code=%00&cohort=%00&section=%00&telephone=%00&days=%00&hours=%00&frameOrigins=%00&theme=dark&back=%00'],
    ];
    const posted = ['/appearance', '/lti/login', '/lti/launch', `${base}/cohort`, `${base}/cohort/link`, `${base}/cohort/settings`, `${base}/admin/organisation`, `${base}/admin/platforms/${test.registrationId}`, `${base}/admin/platforms/deployments/${id}/approval`];
    for (const path of posted) {
      for (const [type, payload] of bodies) {
        const cookie = [...administrator.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const answer = await test.app.inject({ method: 'POST', url: path, payload, headers: { cookie, 'content-type': type, 'sec-fetch-site': 'same-origin' } });
        expect(answer.statusCode, `${path} ${type} ${payload.slice(0, 30)}`).to.be.below(500);
        if (answer.statusCode >= 400) expect(heading(answer), `${path} ${type} ${answer.statusCode}`).not.to.equal('');
      }
    }
  });
});

/** `METHOD /path` of every route but HEAD, from the tree that Fastify prints. */
function routesOf(tree: string): string[] {
  const above: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', segment = '', methods = ''] = /^(.*?)[└├]── (\S+)(?: \((.*)\))?$/.exec(line) ?? [];
    if (segment === '') return [];
    const depth = indent.length / 4;
    above.splice(depth, Infinity, segment);
    const path = above.join('');
    return methods.split(', ').filter((method) => method !== '' && method !== 'HEAD').map((method) => `${method} ${path}`);
  });
}
