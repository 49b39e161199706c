// The services as a tool meets them, over HTTP, against the practice LMS in the part of each LMS.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { expect } from 'chai';
import { importJWK } from 'jose';
import type { CryptoKey } from 'jose';
import { profileNames } from '../../scripts/practice-lms/profiles.ts';
import type { ProfileName } from '../../scripts/practice-lms/profiles.ts';
import { startPracticeLms } from '../../scripts/practice-lms/server.ts';
import type { PracticeLms } from '../../scripts/practice-lms/server.ts';
import { createAccessTokens } from '../../server/lti/access-tokens.ts';
import { createLineItem, deleteLineItem, findLineItem, gradeScopes, postScore, readLineItemAt, readResults, updateLineItem } from '../../server/lti/assignment-grades.ts';
import type { GradeEndpoint, Score } from '../../server/lti/assignment-grades.ts';
import { readRoster } from '../../server/lti/names-roles.ts';
import type { Member, RosterEnd } from '../../server/lti/names-roles.ts';
import { putNoticeHandler, readNoticeHandlers, verifyNotice } from '../../server/lti/notices.ts';
import { createOutbound } from '../../server/lti/outbound.ts';
import { accept, refuse } from '../../server/lti/refusal.ts';
import { createPlatformServices } from '../../server/lti/services-http.ts';
import type { PlatformServices, ServiceRegistration } from '../../server/lti/services-http.ts';
import { generateToolKey, openSigningKey } from '../../server/lti/tool-keys.ts';
import type { NewToolKey } from '../../server/lti/tool-keys.ts';

const toolUrl = 'http://localhost:3999';
const draft = { label: 'Week 1', scoreMaximum: 10, resourceId: 'week-1', tag: 'grade' };

describe('lti services of the practice LMS', () => {
  let key: NewToolKey;
  let lms: PracticeLms;
  let now: Temporal.Instant;
  let services: PlatformServices;
  let registration: ServiceRegistration;

  // Its keys are kept between the tests: making them takes longer than all the rest.
  let keysFolder: string;

  before(async () => {
    key = await generateToolKey();
    keysFolder = mkdtempSync(join(tmpdir(), 'coachline-practice-keys-'));
  });
  after(() => rmSync(keysFolder, { recursive: true, force: true }));
  beforeEach(async () => {
    now = Temporal.Instant.from('2026-03-02T09:00:00Z');
    lms = await startPracticeLms({ toolUrl, keysFolder, clock: () => now, fetchToolKeys: async () => ({ keys: [key.publicJwk] }) });
    const outbound = createOutbound({ allowLocal: true, userAgent: 'Coachline-test/1', timeoutMs: 2000, maxBytes: 256 * 1024 });
    const tokens = createAccessTokens({ outbound, signingKey: async () => openSigningKey(key), now: () => now });
    services = createPlatformServices({ outbound, tokens, allowLocal: true });
    registration = {
      id: 'r1', issuer: lms.url, clientId: lms.platform.tools[0]!.clientId, authenticationUrl: lms.platform.authorizationUrl, tokenUrl: lms.platform.tokenUrl, keysetUrl: lms.platform.jwksUrl,
      tokenAudience: null, productFamilyCode: null, grantedScopes: null,
    };
  });
  afterEach(async () => lms.close());

  /** Our registration and what launches offer, with the practice LMS in this part. */
  function play(name: ProfileName): GradeEndpoint & { lineItemsUrl: string; membershipsUrl: string } {
    lms.playAs(name);
    registration = { ...registration, productFamilyCode: lms.platform.profile.toolPlatform?.product_family_code ?? null };
    return {
      registration, scopes: lms.platform.scopesOf(lms.platform.tools[0]!).filter((scope) => (Object.values(gradeScopes) as string[]).includes(scope)),
      lineItemsUrl: lms.gradeBook.containerUrl('spring'), membershipsUrl: lms.roster.url('spring'),
    };
  }
  const score = (change: Partial<Score> = {}): Score => {
    now = now.add({ seconds: 2 });
    return { userId: 'lms-user-1001', timestamp: now, scoreGiven: 8, scoreMaximum: 10, activityProgress: 'Completed', gradingProgress: 'FullyGraded', comment: null, sentComment: null, submittedAt: null, wasGraded: false, ...change };
  };
  async function roster(membershipsUrl: string): Promise<{ members: Member[]; end: RosterEnd | undefined }> {
    const members: Member[] = [];
    let end: RosterEnd | undefined;
    for await (const step of readRoster(services, registration, membershipsUrl)) {
      if (step.kind === 'members') members.push(...step.members);
      else end = step.end;
    }
    return { members, end };
  }

  for (const name of profileNames) {
    describe(`in the part of ${name}`, () => {
      it('finds a column or makes it, once; a score arrives; the result is there', async () => {
        const endpoint = play(name);
        // What the tool cannot make has come with the link.
        if (!endpoint.scopes.includes(gradeScopes.lineItem)) lms.gradeBook.addColumn('spring', draft);
        const first = await findLineItem(services, endpoint, endpoint.lineItemsUrl, draft);
        expect(first.outcome).to.equal('done');
        const made = first.outcome === 'done' && first.lineItem ? { outcome: 'done' as const, lineItem: first.lineItem } : await createLineItem(services, endpoint, endpoint.lineItemsUrl, draft);
        if (made.outcome !== 'done') throw new Error(made.code);
        const again = await findLineItem(services, endpoint, endpoint.lineItemsUrl, draft);
        expect(again.outcome === 'done' && again.lineItem?.id).to.equal(made.lineItem.id);
        expect(await readLineItemAt(services, endpoint, made.lineItem.id)).to.deep.include({ lineItem: made.lineItem });

        expect(await postScore(services, endpoint, made.lineItem.id, score({ comment: 'Good' }))).to.deep.equal({ outcome: 'done' });
        expect(lms.gradeBook.scoreOf('spring', 'Week 1', 'lms-user-1001')).to.equal(8);
        const results = await readResults(services, endpoint, made.lineItem.id, { userId: 'lms-user-1001' });
        expect(results.outcome === 'done' && results.results[0]).to.include({ userId: 'lms-user-1001', score: 8, maximum: 10, comment: 'Good' });
      });

      it('knows who cannot be graded, and a column that is gone', async () => {
        const endpoint = play(name);
        const column = lms.gradeBook.addColumn('spring', draft);
        const url = lms.gradeBook.urlOf(column);
        for (const userId of ['nobody', 'lms-user-2001']) {
          const outcome = await postScore(services, endpoint, url, score({ userId }));
          expect('code' in outcome ? outcome.code : outcome.outcome, userId).to.match(/^score\.(not_enrolled|not_gradable|not_a_student|role_not_gradable)$/);
        }
        lms.gradeBook.deleteColumn(column);
        expect(await postScore(services, endpoint, url, score())).to.include({ outcome: 'refused', code: 'line_item.deleted' });
      });

      it('reads a whole roster of many pages', async () => {
        const { membershipsUrl } = play(name);
        lms.roster.fill('spring', 450);
        const { members, end } = await roster(membershipsUrl);
        expect(end).to.deep.equal({ outcome: 'complete', unreadable: 0 });
        expect(members.length).to.equal(464);
        expect(new Set(members.map(({ status }) => status))).to.deep.equal(new Set(['Active']));
      });
    });
  }

  describe('when things go wrong', () => {
    let endpoint: ReturnType<typeof play>;
    let url: string;
    beforeEach(() => {
      endpoint = play('generic');
      url = lms.gradeBook.urlOf(lms.gradeBook.addColumn('spring', draft));
    });
    const post = async () => {
      const outcome = await postScore(services, endpoint, url, score());
      return 'code' in outcome ? `${outcome.outcome} ${outcome.code}` : outcome.outcome;
    };
    const faults = {
      'html': 'retry answer.not_json', 'error': 'retry platform.failed', 'unavailable': 'retry platform.failed', 'too-many': 'retry platform.throttled', 'throttled': 'retry platform.throttled',
      'lost-answer': 'retry platform.unreachable', 'unauthorized': 'refused call.unauthorised', 'forbidden': 'refused call.forbidden', 'not-found': 'refused line_item.deleted',
      'unprocessable': 'refused score.not_a_student', 'redirect': 'retry platform.redirect', 'huge': 'refused answer.too_large', 'token-revoked': 'done',
    } as const;
    for (const [fault, expected] of Object.entries(faults) as [keyof typeof faults, string][]) {
      it(`the score service: ${fault}: ${expected}`, async () => {
        lms.faults.at.scores = fault;
        expect(await post()).to.equal(expected);
        expect(lms.faults.strays).to.deep.equal([]);
      });
    }

    const tokenFaults = { 'html': 'retry token.not_json', 'broken-json': 'retry token.not_json', 'error': 'retry platform.failed', 'too-many': 'retry platform.throttled', 'unauthorized': 'refused token.client_refused', 'redirect': 'retry platform.redirect' } as const;
    for (const [fault, expected] of Object.entries(tokenFaults) as [keyof typeof tokenFaults, string][]) {
      it(`the token service: ${fault}: ${expected}`, async () => {
        lms.faults.at.token = fault;
        expect(await post()).to.equal(expected);
        expect([lms.faults.calls.scores, lms.faults.strays.length]).to.deep.equal([0, 0]);
      });
    }

    it('a hundred scores need one token', async () => {
      for (let number = 0; number < 100; number += 1) expect(await post()).to.equal('done');
      expect(lms.tokens.requests).to.have.length(1);
    });

    it('a score that is older is stale', async () => {
      await post();
      expect(await postScore(services, endpoint, url, score({ timestamp: now.subtract({ hours: 1 }) }))).to.include({ outcome: 'stale' });
    });

    it('a grade can be taken back', async () => {
      await post();
      expect(await postScore(services, endpoint, url, score({ scoreGiven: null, activityProgress: 'InProgress', gradingProgress: 'NotReady', wasGraded: true }))).to.deep.equal({ outcome: 'done' });
      expect(lms.gradeBook.scoreOf('spring', 'Week 1', 'lms-user-1001')).to.equal(null);
    });

    it('a column is renamed and deleted', async () => {
      expect(await updateLineItem(services, endpoint, url, { ...draft, label: 'Week one' })).to.deep.equal({ outcome: 'done' });
      expect(lms.gradeBook.columns('spring').at(-1)?.facts.label).to.equal('Week one');
      expect(await deleteLineItem(services, endpoint, url)).to.deep.equal({ outcome: 'done' });
      expect(await deleteLineItem(services, endpoint, url)).to.deep.equal({ outcome: 'done' });
    });

    const pagings = { 'elsewhere': 'pages.elsewhere', 'loop': 'pages.loop', 'page-2-fails': 'platform.failed' } as const;
    for (const [paging, code] of Object.entries(pagings) as [keyof typeof pagings, string][]) {
      it(`rules 88 and 89: a roster whose paging is ${paging} is incomplete`, async () => {
        lms.roster.fill('spring', 400);
        lms.roster.paging = paging;
        const { end } = await roster(endpoint.membershipsUrl);
        expect(end?.outcome === 'incomplete' && end.problem.code).to.equal(code);
        expect(lms.faults.strays).to.deep.equal([]);
      });
    }

    it('notices: a handler is kept, and what is sent to it can be read', async () => {
      const serviceUrl = `${lms.url}/notice-handlers/practice-deployment-1`;
      const handler = `${toolUrl}/lti/notices`;
      expect(await putNoticeHandler(services, registration, serviceUrl, { type: 'LtiContextCopyNotice', handler })).to.deep.equal({ outcome: 'done' });
      expect(await readNoticeHandlers(services, registration, serviceUrl)).to.deep.equal({ outcome: 'done', handlers: { LtiContextCopyNotice: handler } });
      const course = lms.platform.courses[0]!;
      const { id, jwt } = lms.notices.notice({ type: 'LtiContextCopyNotice', course, originContexts: ['course-old'] });
      const notice = await verifyNotice(jwt, {
        issuer: lms.url, clientId: registration.clientId, now,
        findKey: async (kid) => {
          const jwk = lms.platform.jwks().keys.find((each) => each.kid === kid);
          return jwk ? accept(await importJWK(jwk, 'RS256') as CryptoKey) : refuse('token.unknown_key');
        },
      });
      expect(notice.ok && notice.value).to.deep.include({ id, deploymentId: 'practice-deployment-1', content: { kind: 'context-copy', context: { id: course.contextId, title: course.title, label: course.label }, origins: ['course-old'] } });
    });
  });
});
