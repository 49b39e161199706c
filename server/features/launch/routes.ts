// Login and launch, as 1EdTech's Security Framework 1.0 (5.1) and LTI 1.3 core lay them down; refusals as pages.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { timingSafeEqual } from 'node:crypto';
import { isDatabaseAway, toInstant } from '../../database.ts';
import { courseRole } from '../../domain/roles.ts';
import { oneLine } from '../../domain/typed-text.ts';
import { parseLaunch } from '../../lti/claims.ts';
import type { Launch } from '../../lti/claims.ts';
import { reportLaunch } from '../../lti/launch-report.ts';
import { readUnproven, verifyIdToken, verifyUnmatchedToken } from '../../lti/id-token.ts';
import type { UnprovenToken } from '../../lti/id-token.ts';
import { authenticationRequestUrl, confirmTarget, hashSecret, readLoginRequest, readTarget } from '../../lti/login.ts';
import { accept, refusals, refuse } from '../../lti/refusal.ts';
import type { Refusal, Result } from '../../lti/refusal.ts';
import { returnLink } from '../../lti/return-link.ts';
import { staff } from '../../plugins/access.ts';
import { cookieAttributes, giveSignIn, holdsSignIn } from '../../plugins/sign-in.ts';
import type { Services } from '../../services.ts';
import { auditRefusal, completeLaunch, keepDeepLinkingRequest, noteLanding, noteProductFamily, noteStaffLaunch, noteUnknownDeployment, redeemTicket, spendAttempt, startLogin } from './actions.ts';
import type { NewSignIn, VerifiedLaunch } from './actions.ts';
import { keepsPartitionedCookies } from './browsers.ts';
import { createFloodGate } from './flood-gate.ts';
import { createKnownRegistrations } from './known-registrations.ts';
import type { KnownRegistration } from './known-registrations.ts';
import { deploymentWaitingPage, loginPage, newWindowPage, refusedPage, storagePage } from './pages.ts';
import { landing, landingPath, reviewTarget } from './landing.ts';
import { findOptionalArrival, findOptionalAttempt, findOptionalReview, knowsIssuer } from './queries.ts';
import type { AttemptRow, LaunchNames, PlaceRow } from './queries.ts';
import { createRefusalBudget, lastRow, networkOf } from '../../plugins/refusal-budget.ts';
import { ArrivalQuery, SignInParams } from './schemas.ts';

const attemptCookieSeconds = 600;
/** How often a launch is looked at again because something that it depends on has just changed. */
const mostLooks = 4;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What the login attempt is compared with. */
type Proofs = Pick<VerifiedLaunch, 'stateHash' | 'nonceHash' | 'browser'>;
type ArrivedSignIn = NewSignIn & { landing: string };
/** A launch once it is clear what it is, and who it was that came. */
type ProvenLaunch = Proofs & { message: Launch; issuedAt: number; target: string };

/** What the browser posted, and what that says before anything of it is proven. */
type GivenLaunch = { state: string; token: string; claims: Record<string, unknown> | null; cookie: string | undefined; storageSecret: string | undefined; storageProblem: string | undefined; stateHash: Buffer };

export const launch: FastifyPluginAsyncTypebox<Services> = async (app, { config, sql, keySets, queues }) => {
  const own = { publicUrl: config.publicUrl };
  const redirectUri = `${config.publicUrl}/lti/launch`;
  const refusalBudget = createRefusalBudget();
  const floodGate = createFloodGate(sql);
  const originsOf = createOriginsOf({ allowHttp: config.allowLocalPlatforms });
  const registrations = createKnownRegistrations(originsOf);
  const open = { access: 'public', crossSite: true } as const;

  // What Fastify itself refuses on these addresses (a body too large, a wrong content type) is a refused launch too.
  app.setErrorHandler<FastifyError>(async (error, request, reply) => {
    const status = error.statusCode ?? 500;
    if (isDatabaseAway(error) || status < 400 || status >= 500) throw error;
    return refused(request, reply, refuse(status === 413 ? 'launch.too_large' : 'launch.malformed', error.code).refusal);
  });

  app.route({ method: ['GET', 'POST'], url: '/lti/login', config: open, handler: async (request, reply) => login(request, reply, null) });
  app.route<{ Params: { registration: string } }>({
    method: ['GET', 'POST'], url: '/lti/login/:registration', config: open,
    handler: async (request, reply) => login(request, reply, request.params.registration),
  });

  app.post('/lti/launch', { config: open }, async (request, reply) => {
    const fields = fieldsOf(request.body);
    if (typeof fields === 'string') return refused(request, reply, refuse('launch.malformed', fields).refusal);
    const { state, id_token: token, error, error_description: errorDescription, storage_secret: storageSecret, storage_problem: storageProblem } = fields;
    if (state === undefined) return refused(request, reply, refuse('state.missing').refusal);
    const stateHash = hashSecret(state);

    if (error !== undefined) {
      const attempt = await findOptionalAttempt(sql, stateHash);
      const cookie = request.cookies[attemptCookie(stateHash)];
      // Its words are for the browser that the login began in: anybody can begin one, and post them for anybody else.
      const isOwn = attempt !== null && (await spendAttempt(sql, stateHash, request.now)) && cookie !== undefined && matches(cookie, attempt.browser_hash);
      return refused(request, reply, refuse('platform.error', errorCode(error)).refusal, attempt, null, isOwn ? beginningOf(errorDescription) : null);
    }
    if (token === undefined) return refused(request, reply, refuse('token.missing').refusal);

    const cookie = request.cookies[attemptCookie(stateHash)];
    const unproven = readUnproven(token);
    const signIn = cookie === undefined || !unproven ? null : await launchAtOnce(unproven, { stateHash, cookie, now: request.now });
    if (signIn) return arrived(request, reply, signIn, stateHash);

    return stepByStep(request, reply, { state, token, claims: unproven?.claims ?? null, cookie, storageSecret, storageProblem, stateHash });
  });

  // A token in the address would stand in every log between the platform and us.
  app.route({ method: ['GET', 'PUT', 'PATCH', 'DELETE'], url: '/lti/launch', config: open, handler: async (request, reply) => refused(request, reply.header('allow', 'POST'), refuse('launch.wrong_method').refusal) });

  // After a launch that platform storage proved: does the sign-in's cookie come back in this frame?
  app.get('/lti/arrival/:signIn', { schema: { params: SignInParams, querystring: ArrivalQuery }, config: { access: 'public' } }, async (request, reply) => {
    const { signIn } = request.params;
    const { ticket, to } = request.query;
    if (await holdsSignIn(sql, request, signIn)) return reply.redirect(`/in/${signIn}${to}`, 303);
    return reply.page(newWindowPage({ windowUrl: `/lti/window/${signIn}?${new URLSearchParams({ ticket, to }).toString()}`, reference: null }));
  });

  app.get('/lti/window/:signIn', { schema: { params: SignInParams, querystring: ArrivalQuery }, config: { access: 'public' }, exposeHeadRoute: false }, async (request, reply) => {
    const { signIn } = request.params;
    const secret = await redeemTicket(sql, signIn, request.query.ticket, request.now);
    if (secret === null) return refused(request, reply, refuse('ticket.invalid').refusal);
    await giveSignIn(sql, request, reply, { id: signIn, secret });
    return reply.redirect(`/in/${signIn}${request.query.to}`, 303);
  });

  async function login(request: FastifyRequest, reply: FastifyReply, registrationId: string | null) {
    const parameters = request.method === 'POST' ? request.body : request.query;
    const read = readLoginRequest(parameters ?? {}, own);
    if (!read.ok) return refused(request, reply, read.refusal);
    if (registrationId !== null && !uuid.test(registrationId)) return refused(request, reply, refuse('registration.unknown', 'login address').refusal);

    const { issuer, clientId, target, deploymentId, messageHint, loginHint, storageTarget } = read.value;
    const source = { address: networkOf(request.ip), registrationId, issuer, clientId: clientId ?? null };
    if (!(await floodGate.isOpen(source, request.now))) return refused(request, reply, refuse('login.flood').refusal);
    const begun = await startLogin(sql, { ...source, target, deploymentHint: deploymentId ?? null, storageTarget: storageTarget ?? null }, request.now);
    if (begun.outcome !== 'begun') {
      const { outcome, registration } = begun;
      // For the administrator who reads the audit: what it was that nobody knows.
      const detail = outcome !== 'registration.unknown' ? undefined : registrationId !== null ? 'login address' : (await knowsIssuer(sql, issuer)) ? 'client id' : 'issuer';
      return refused(request, reply, refuse(outcome, detail).refusal, registration && { registration_id: registration.id });
    }

    floodGate.began(source);
    const { registration, secrets, stateHash } = begun;
    reply.setCookie(attemptCookie(stateHash), secrets.browser, { ...cookieAttributes, maxAge: attemptCookieSeconds });
    const authenticationUrl = authenticationRequestUrl({
      authenticationUrl: registration.authentication_url, clientId: registration.client_id, redirectUri, state: secrets.state, nonce: secrets.nonce, loginHint, messageHint,
    });
    const inFrame = request.headers['sec-fetch-dest'] === 'iframe';
    if (!inFrame || (storageTarget === undefined && keepsPartitionedCookies(request.headers['user-agent'] ?? ''))) return reply.redirect(authenticationUrl, 302);
    return reply.page(loginPage({
      authenticationUrl,
      windowUrl: sameLogin(request, parameters),
      storage: storageTarget === undefined || secrets.storage === null ? null : { ...storageOf(registration.authentication_url, storageTarget, stateHash), value: secrets.storage },
    }));
  }

  /** No cookie came: where the platform offered storage a page asks it, else only a window of its own helps. */
  function withoutCookie(request: FastifyRequest, reply: FastifyReply, attempt: AttemptRow, { state, token, stateHash }: { state: string; token: string; stateHash: Buffer }) {
    if (attempt.storage_target === null) return refused(request, reply, refuse('browser.no_storage').refusal, attempt);
    return reply.page(storagePage({
      postUrl: '/lti/launch',
      fields: [{ name: 'state', value: state }, { name: 'id_token', value: token }],
      secretField: 'storage_secret',
      problemField: 'storage_problem',
      storage: storageOf(attempt.authentication_url, attempt.storage_target, stateHash),
    }));
  }

  /**
   * A good launch on a platform that is known to this process, which is nearly every launch: the token is proven first,
   * from memory, and one statement compares and writes all the rest. Null when anything is not as it should be, or not
   * in memory; then nothing has happened yet.
   */
  async function launchAtOnce(unproven: UnprovenToken, { stateHash, cookie, now }: { stateHash: Buffer; cookie: string; now: Temporal.Instant }): Promise<ArrivedSignIn | null> {
    const registration = registrations.find(unproven.claims);
    if (!registration) return null;
    const { id, keysetUrl, issuer, clientId } = registration;
    const verified = verifyUnmatchedToken(unproven, { issuer, clientId, now, freshKey: (kid) => keySets.freshKey(id, keysetUrl, kid) });
    const message = verified && parseLaunch(verified.claims);
    const target = message?.ok ? readTarget(message.value.targetLinkUri, own) : null;
    if (!verified || !message?.ok || !target?.ok) return null;
    // Other kinds are rare, and have refusals of their own.
    if (message.value.messageType !== 'LtiResourceLinkRequest') return null;
    return complete(registration, { message: message.value, issuedAt: Number(verified.claims['iat']), target: target.value, stateHash, nonceHash: verified.nonceHash, browser: { cookieHash: hashSecret(cookie) } }, now);
  }

  /** Any launch that did not go at once: step by step, so that a refusal can say what was wrong. */
  async function stepByStep(request: FastifyRequest, reply: FastifyReply, given: GivenLaunch, looks = 1): Promise<FastifyReply> {
    const { state, token, claims, cookie, storageSecret, storageProblem, stateHash } = given;
    const attempt = await findOptionalArrival(sql, stateHash, namesIn(claims));
    if (!attempt) return refused(request, reply, refuse('state.unknown').refusal);
    if (attempt.consumed_at !== null) return refused(request, reply, refuse('state.used').refusal, attempt);
    if (Temporal.Instant.compare(toInstant(attempt.expires_at), request.now) <= 0) return refused(request, reply, refuse('state.expired').refusal, attempt);

    // The browser: by this attempt's cookie, or by the secret that the platform kept for us.
    const byCookie = cookie !== undefined && matches(cookie, attempt.browser_hash);
    if (!byCookie && cookie !== undefined) return refused(request, reply, refuse('state.other_browser').refusal, attempt);
    if (!byCookie && storageProblem !== undefined) return refused(request, reply, refuse('browser.no_storage', 'the platform did not answer with what it was given').refusal, attempt);
    if (!byCookie && storageSecret === undefined) return withoutCookie(request, reply, attempt, { state, token, stateHash });
    if (!byCookie && !(attempt.storage_hash !== null && matches(storageSecret ?? '', attempt.storage_hash))) return refused(request, reply, refuse('browser.storage_mismatch').refusal, attempt);

    if (!attempt.active) return refused(request, reply, refuse('registration.disabled').refusal, attempt);
    const registration = registrations.of(attempt);
    const verified = await verifyIdToken(token, {
      issuer: attempt.issuer, clientId: attempt.client_id, nonceHash: attempt.nonce_hash, now: request.now,
      findKey: (kid) => keySets.findKey(attempt.registration_id, attempt.keyset_url, kid),
    });
    if (!verified.ok) return refused(request, reply, verified.refusal, attempt);
    const parsed = parseLaunch(verified.value.claims);
    if (!parsed.ok) return refused(request, reply, parsed.refusal, attempt);
    const outcome = await arrive(request, reply, attempt, registration, {
      message: parsed.value, issuedAt: Number(verified.value.claims['iat']),
      stateHash, nonceHash: attempt.nonce_hash, browser: byCookie ? { cookieHash: attempt.browser_hash } : { storageHash: hashSecret(storageSecret ?? '') },
    });
    if (outcome !== 'look again') return outcome;
    return looks < mostLooks ? stepByStep(request, reply, given, looks + 1) : refused(request, reply, refuse('state.used').refusal, attempt);
  }

  /** A proven message in a proven browser: what it means to us; `look again` when what it depends on has just changed. */
  async function arrive(request: FastifyRequest, reply: FastifyReply, attempt: AttemptRow & PlaceRow, registration: KnownRegistration, proven: Omit<ProvenLaunch, 'target'>): Promise<FastifyReply | 'look again'> {
    const { message, stateHash } = proven;
    if (attempt.deployment_hint !== null && attempt.deployment_hint !== message.deploymentId) return refused(request, reply, refuse('deployment.mismatch').refusal, attempt, message);
    const target = confirmTarget(message.targetLinkUri, attempt.target, own);
    if (!target.ok) return refused(request, reply, target.refusal, attempt, message);

    const { deployment, organisation, elsewhere } = attempt;
    if (deployment === null || organisation === null) {
      await spendAttempt(sql, stateHash, request.now);
      if (deployment === null) await noteUnknownDeployment(sql, attempt.registration_id, message, request.now);
      return refused(request, reply, refuse('deployment.unknown').refusal, attempt, message);
    }
    if (elsewhere) return refused(request, reply, refuse('resource_link.other_tenant').refusal, attempt, message);

    const destination = await destinationOf(message, registration);
    if (!destination.ok) {
      await spendAttempt(sql, stateHash, request.now);
      return refused(request, reply, destination.refusal, attempt, message);
    }
    const signIn = await complete(registration, { ...proven, target: target.value }, request.now, destination.value);
    if (!signIn) {
      const now = await findOptionalAttempt(sql, stateHash);
      // A whole class may come while the first of them makes known what kind of LMS it is, or while the deployment's
      // approval is taken back: nobody's launch is spent by that.
      if (now?.consumed_at === null) return 'look again';
      return refused(request, reply, refuse('state.used').refusal, now);
    }
    return arrived(request, reply, signIn, stateHash);
  }

  /** Where a message of another kind than a link's leads to, or why it leads nowhere. Null for what is only known once there is a sign-in. */
  async function destinationOf(message: Launch, registration: KnownRegistration): Promise<Result<string | null>> {
    const { role } = courseRole(message.roles, message.context !== null, registration);
    const isStaff = staff.some((name) => name === role);
    switch (message.messageType) {
      case 'LtiResourceLinkRequest':
        return accept(null);
      case 'LtiDeepLinkingRequest':
        if (!isStaff) return refuse('deep_linking.not_for_you');
        return config.allowLocalPlatforms || message.settings.returnUrl.startsWith('https:') ? accept(null) : refuse('deep_linking.malformed', 'deep_link_return_url');
      case 'LtiSubmissionReviewRequest': {
        if (!isStaff && (role !== 'learner' || message.forUser.id !== message.sub)) return refuse('submission_review.not_for_you');
        const review = await findOptionalReview(sql, registration.id, message);
        const target = review && reviewTarget(review);
        return target ? accept(target) : refuse('submission_review.unknown');
      }
      case 'DataPrivacyLaunchRequest':
        return accept('/privacy');
    }
  }

  async function complete(registration: KnownRegistration, { message, issuedAt, target, ...proofs }: ProvenLaunch, now: Temporal.Instant, destination: string | null = null): Promise<ArrivedSignIn | null> {
    const inCourse = message.context !== null;
    const { role, testUser } = courseRole(message.roles, inCourse, registration);
    const frameOrigins = [...new Set([...registration.frameOrigins, ...originsOf([message.presentation.returnUrl, message.platform.url])])];
    const browser = 'cookieHash' in proofs.browser ? 'cookie' : 'storage';
    const report = role === 'administrator' ? reportLaunch(message, { issuedAt, browser, now }) : null;
    const signIn = await completeLaunch(sql, { ...proofs, registration, launch: message, target, role, testUser, frameOrigins, report }, now);
    if (!signIn) return null;

    const { productFamilyCode } = message.platform;
    if (productFamilyCode === undefined || productFamilyCode === registration.productFamilyCode) registrations.keep(registration);
    else registrations.keep({ ...registration, productFamilyCode, revision: (await noteProductFamily(sql, registration.id, productFamilyCode)) ?? registration.revision });
    if (inCourse && staff.some((name) => name === role)) await noteStaffLaunch({ sql, queues }, registration.id, signIn.id, message, now);
    const chooser = message.messageType === 'LtiDeepLinkingRequest' ? `/deep-linking/${await keepDeepLinkingRequest(sql, signIn.id, message, now)}` : null;
    const path = landingPath({ role, target, inCourse, destination: destination ?? chooser });
    if (path !== target) await noteLanding(sql, proofs.stateHash, path);
    return { ...signIn, landing: landing(signIn, path) };
  }

  async function arrived(request: FastifyRequest, reply: FastifyReply, signIn: ArrivedSignIn, stateHash: Buffer) {
    floodGate.finished(networkOf(request.ip));
    reply.clearCookie(attemptCookie(stateHash), cookieAttributes);
    await giveSignIn(sql, request, reply, signIn);
    return reply.redirect(signIn.landing, 303);
  }

  /**
   * Every refusal: an audit row with its reason, a page in words, no sign-in.
   * @param verified what the token said, once it was proven: only then is there a way back into the LMS
   * @param platformSays why the platform stopped, in its words
   */
  async function refused(request: FastifyRequest, reply: FastifyReply, refusal: Refusal, attempt: Partial<AttemptRow> | null = null, verified: Launch | null = null, platformSays: string | null = null) {
    const budget = refusalBudget(networkOf(request.ip), request.now);
    if (budget !== 'silent') {
      const detail = { detail: refusal.detail ?? null, ...lastRow(budget) };
      await auditRefusal(sql, { reason: refusal.code, reference: request.id, registrationId: attempt?.registration_id ?? null, detail }, request.now);
    }
    reply.code(refusal.status);
    if (refusal.code === 'deployment.unknown' && verified !== null) {
      return reply.page(deploymentWaitingPage({
        platformName: attempt?.registration_name ?? '', issuer: attempt?.issuer ?? '', clientId: attempt?.client_id ?? '', deploymentId: verified.deploymentId, reference: request.id,
      }));
    }
    if (refusal.code === 'browser.no_storage') return reply.page(newWindowPage({ windowUrl: null, reference: request.id }));
    const held = refusal.code === 'state.used' && attempt?.sign_in_id && (await holdsSignIn(sql, request, attempt.sign_in_id)) ? attempt : null;
    const words = refusals[refusal.code];
    const returnHref = returnLink(verified?.presentation.returnUrl, { error: `${words.title}. ${words.happened}`, errorLog: `${refusal.code} ${request.id}` });
    return reply.page(refusedPage({ words, reference: request.id, openHref: held ? `/in/${held.sign_in_id}${held.landing ?? held.target}` : null, returnHref, platformSays }));
  }
};

const launchFields = ['state', 'id_token', 'error', 'error_description', 'storage_secret', 'storage_problem'] as const;
type LaunchFields = Partial<Record<(typeof launchFields)[number], string>>;

/** The launch's fields, each once; or the name of the one that is not. */
function fieldsOf(body: unknown): LaunchFields | string {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const fields: LaunchFields = {};
  for (const name of launchFields) {
    const value = given[name];
    if (value === undefined) continue;
    if (typeof value !== 'string') return name;
    fields[name] = value;
  }
  return fields;
}

/** An OAuth error code (RFC 6749, 4.1.2.1); anything else stays out of the audit row. */
function errorCode(error: string): string {
  return /^[\w.-]{1,100}$/.test(error) ? error : 'not an error code';
}

/** Of what a platform says as much as a page has room for, and no half characters. */
const beginningOf = (words: string | undefined): string | null => /^.{1,300}/u.exec(oneLine(words))?.[0] ?? null;

/** What a token names, not yet proven: looked up with the attempt, and not looked at unless the token proves good. */
function namesIn(claims: Record<string, unknown> | null): LaunchNames | null {
  const parsed = parseLaunch(claims ?? {});
  if (!parsed.ok) return null;
  const { deploymentId, context, resourceLink } = parsed.value;
  return { deploymentId, contextId: context?.id ?? null, resourceLinkId: resourceLink?.id ?? null };
}

/** One cookie an attempt, so that several tabs may be on their way at once. */
const attemptCookie = (stateHash: Buffer): string => `__Host-login-${stateHash.toString('hex', 0, 8)}`;

function storageOf(authenticationUrl: string, target: string, stateHash: Buffer) {
  return { target, origin: new URL(authenticationUrl).origin, key: `coachline_${stateHash.toString('hex', 0, 8)}` };
}

/** This login once more, for a window: its parameters have not been spent at the platform yet. */
function sameLogin(request: FastifyRequest, parameters: unknown): string {
  const path = request.url.replace(/\?.*$/s, '');
  return `${path}?${new URLSearchParams(parameters as Record<string, string>).toString()}`;
}

function matches(secret: string, hash: Buffer): boolean {
  return timingSafeEqual(hashSecret(secret), hash);
}

/** Reads the origins of addresses that may frame a sign-in's pages (contract.md, framing): origins only, so nothing else can get into the header. */
const createOriginsOf = ({ allowHttp }: { allowHttp: boolean }) => (addresses: readonly (string | undefined)[]): string[] =>
  addresses.flatMap((address) => {
    const url = address === undefined ? null : URL.parse(address);
    const isSafe = url && (url.protocol === 'https:' || (allowHttp && url.protocol === 'http:'));
    // A host name may hold a semicolon, a comma or an asterisk, which mean something in the header.
    return isSafe && /^(?:[\w.-]+|\[[\da-f:.]+\])$/.test(url.hostname) ? [url.origin] : [];
  });
