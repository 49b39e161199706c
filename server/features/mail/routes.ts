// Mail: the pages that links in mails open, people's own choices, a message to a learner, and the log.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import createError from '@fastify/error';
import type { FastifyRequest } from 'fastify';
import { calendarOf } from '../../domain/attention.ts';
import { decideNudge, decidePreference } from '../../domain/mail-choices.ts';
import { isProgrammeOver } from '../../domain/mail-timetable.ts';
import { participants, staff } from '../../plugins/access.ts';
import { NotFound } from '../../plugins/errors.ts';
import { giveSignIn, listHeldSignIns } from '../../plugins/sign-in.ts';
import type { Services } from '../../services.ts';
import { changeMailSetting, choosePreference, nudge, sendAgain, stopMail } from './decisions.ts';
import { writeLetter } from './letter.ts';
import { readOpenToken, readSignInToken, readUnsubscriptionToken } from './links.ts';
import { logPage, mailPage, nudgePage, openPage, preferencesPage, preferenceValues, signInPage, unsubscriptionPage } from './pages.ts';
import type { LogInput } from './pages.ts';
import { allowsSignInLinks, findLearnerFor, findMailFor, findOptionalLinkedMail, findOptionalPreference, listMail } from './queries.ts';
import { MailParams, MailQuery, NudgeForm, NudgeQuery, OneMailQuery, OpenQuery, PersonParams, PreferencesForm, PreferencesQuery, SettingForm, TokenParams, UnsubscriptionForm, UnsubscriptionQuery } from './schemas.ts';
import { askForSignInLink, signInByMail } from './sign-in-links.ts';

const LinkSpent = createError('COACHLINE_LINK_SPENT', 'This sign-in link was used already, or its fifteen minutes are over.', 401);
/** Mail programs want styles in the letter itself; its words come from people, so it may load and do nothing. */
const letterPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";
const governors = ['administrator', 'operator'] as const;

/** Outside of any sign-in: where the links in mails lead. Nobody may frame these pages. */
export const mailLinks: FastifyPluginAsyncTypebox<Services> = async (app, { sql, sealing, queues }) => {
  // RFC 8058, section 3.1: mail programs may post the one field of a one-click unsubscription as multipart, too.
  app.addContentTypeParser('multipart/form-data', { parseAs: 'string' }, (_request, body, done) => {
    done(null, /^List-Unsubscribe=One-Click\s*$|name="List-Unsubscribe"/m.test(String(body)) ? { 'List-Unsubscribe': 'One-Click' } : {});
  });
  app.addHook('onRequest', async (_request, reply) => { reply.frameOrigins = []; });

  app.get('/mail/open/:token', { schema: { params: TokenParams, querystring: OpenQuery }, config: { access: 'public' } }, async (request, reply) => {
    const mail = await findMail(request.params.token);
    const { query: { to, notice } } = request;
    const path = to === 'preferences' ? '/mail/preferences' : mail.path;
    const held = await listHeldSignIns(sql, request);
    const own = held.find(({ personId, cohort }) => personId === mail.personId && cohort?.id === mail.cohortId);
    if (own) return reply.redirect(`/in/${own.signInId}${path}`, 303);
    return reply.page(openPage({ ...mail, token: request.params.token, asked: notice === 'asked' }));
  });

  app.post('/mail/open/:token/sign-in-link', { schema: { params: TokenParams }, config: { access: 'public' } }, async (request, reply) => {
    const mailId = readOpenToken(sealing, request.params.token);
    if (mailId === null) throw new NotFound();
    await askForSignInLink({ pool: sql, queues }, mailId, request.now);
    return reply.redirect(`/mail/open/${request.params.token}?notice=asked`, 303);
  });

  app.get('/mail/sign-in/:token', { schema: { params: TokenParams }, config: { access: 'public' } }, async (request, reply) => {
    if (readSignInToken(sealing, request.params.token) === null) throw new NotFound();
    return reply.page(signInPage({ token: request.params.token }));
  });

  app.post('/mail/sign-in/:token', { schema: { params: TokenParams }, config: { access: 'public' } }, async (request, reply) => {
    const mailId = readSignInToken(sealing, request.params.token);
    const signIn = mailId === null ? null : await signInByMail(sql, mailId, request.now);
    if (!signIn) throw new LinkSpent();
    await giveSignIn(sql, request, reply, signIn);
    return reply.redirect(`/in/${signIn.id}${signIn.path}`, 303);
  });

  app.get('/mail/unsubscription/:token', { schema: { params: TokenParams, querystring: UnsubscriptionQuery }, config: { access: 'public' } }, async (request, reply) => {
    const { params: { token }, query: { notice } } = request;
    return reply.page(unsubscriptionPage({ token, what: findUnsubscription(token).what, stopped: notice === 'stopped' }));
  });

  // From anywhere: the token is the proof, and mail programs post it for their readers.
  app.post('/mail/unsubscription/:token', { schema: { params: TokenParams, body: UnsubscriptionForm }, config: { access: 'public', crossSite: true } }, async (request, reply) => {
    const { params: { token }, body } = request;
    const wish = findUnsubscription(token);
    await stopMail(sql, wish, request.now);
    // RFC 8058, section 3.1: a mail program is not to be redirected.
    if (body['List-Unsubscribe'] !== undefined) return reply.page(unsubscriptionPage({ token, what: wish.what, stopped: true }));
    return reply.redirect(`/mail/unsubscription/${token}?notice=stopped`, 303);
  });

  async function findMail(token: string) {
    const mailId = readOpenToken(sealing, token);
    const mail = mailId === null ? null : await findOptionalLinkedMail(sql, mailId);
    if (!mail) throw new NotFound();
    return mail;
  }

  function findUnsubscription(token: string) {
    const wish = readUnsubscriptionToken(sealing, token);
    if (!wish) throw new NotFound();
    return wish;
  }
};

/** Inside a sign-in. */
export const mail: FastifyPluginAsyncTypebox<Services> = async (app, { sql, queues, config, programmes }) => {
  app.get('/mail/preferences', { schema: { querystring: PreferencesQuery }, config: { access: participants } }, async (request, reply) => {
    const found = await findOptionalPreference(sql, request.viewer);
    return reply.page(preferencesPage({ ...readerOf(request), email: found?.email ?? null, isKept: found !== null, values: found ? preferenceValues(found.preference) : {}, errors: {}, saved: request.query.notice === 'saved' }));
  });

  app.post('/mail/preferences', { schema: { body: PreferencesForm }, config: { access: participants } }, async (request, reply) => {
    const { at, body, now, viewer } = request;
    if (viewer.personId === null) return reply.redirect(at('/mail/preferences'), 303);
    const decision = decidePreference(body, isZone);
    if (!decision.good) {
      const found = await findOptionalPreference(sql, viewer);
      return reply.code(422).page(preferencesPage({ ...readerOf(request), email: found?.email ?? null, isKept: true, values: body, errors: decision.errors }));
    }
    await choosePreference(sql, viewer.personId, decision.preference, now);
    return reply.redirect(at('/mail/preferences?notice=saved'), 303);
  });

  app.get('/mail/nudges/:person', { schema: { params: PersonParams, querystring: NudgeQuery }, config: { access: staff } }, async (request, reply) =>
    reply.page(nudgePage({ ...(await nudgeOf(request)), message: '', error: null, queued: request.query.notice === 'queued' })));

  app.post('/mail/nudges/:person', { schema: { params: PersonParams, body: NudgeForm }, config: { access: staff } }, async (request, reply) => {
    const { at, body, now, viewer } = request;
    const facts = await nudgeOf(request);
    const decision = decideNudge(body.message);
    const isPossible = !facts.isOver && facts.learner.hasAddress && facts.learner.isWelcome;
    // Where it is not possible the page says why, and keeps what was typed.
    if (!decision.good || !isPossible) return reply.code(422).page(nudgePage({ ...facts, message: body.message ?? '', error: decision.good ? null : decision.error }));
    await nudge({ pool: sql, queues }, viewer, facts.learner, decision.paragraphs, now);
    return reply.redirect(at(`/mail/nudges/${facts.learner.personId}?notice=queued`), 303);
  });

  app.get('/admin/mail', { schema: { querystring: MailQuery }, config: { access: governors } }, async (request, reply) => {
    const { at, now, viewer, query: { group, page, notice } } = request;
    const listed = await listMail(sql, viewer, { group, page }, now);
    const isOperator = viewer.role === 'operator';
    const signInLinks = isOperator || !viewer.organisation ? null : await allowsSignInLinks(sql, viewer.organisation.id);
    return reply.page(logPage({
      at, english: viewer.english, reader: viewer.role as LogInput['reader'], organisationName: isOperator ? null : (viewer.organisation?.name ?? null),
      group, page, ...listed, sends: config.smtpUrl !== null, signInLinks, saved: notice === 'saved',
    }));
  });

  app.post('/admin/mail/settings', { schema: { body: SettingForm }, config: { access: ['administrator'] } }, async (request, reply) => {
    if (!request.viewer.organisation) throw new NotFound();
    await changeMailSetting(sql, request.viewer, request.body.signInLinks === 'on', request.now);
    return reply.redirect(request.at('/admin/mail?notice=saved'), 303);
  });

  app.get('/admin/mail/:mail', { schema: { params: MailParams, querystring: OneMailQuery }, config: { access: governors } }, async (request, reply) => {
    const found = await findMailFor(sql, request.viewer, request.params.mail, request.now);
    const { text } = writeLetter({ ...found.letter, publicUrl: config.publicUrl, sealing: null });
    return reply.page(mailPage({ at: request.at, english: request.viewer.english, mail: found, text, again: request.query.notice === 'again' }));
  });

  app.get('/admin/mail/:mail/letter', { schema: { params: MailParams }, config: { access: governors } }, async (request, reply) => {
    const found = await findMailFor(sql, request.viewer, request.params.mail, request.now);
    const { html } = writeLetter({ ...found.letter, publicUrl: config.publicUrl, sealing: null });
    reply.header('content-security-policy', letterPolicy);
    return reply.type('text/html; charset=utf-8').send(html);
  });

  app.post('/admin/mail/:mail/sending', { schema: { params: MailParams }, config: { access: governors } }, async (request, reply) => {
    const { at, now, viewer, params } = request;
    if (!(await sendAgain({ pool: sql, queues }, viewer, params.mail, now))) throw new NotFound();
    return reply.redirect(at(`/admin/mail/${params.mail}?notice=again`), 303);
  });

  async function nudgeOf(request: FastifyRequest<{ Params: { person: string } }>) {
    const { at, now, viewer, params } = request;
    if (!viewer.cohort) throw new NotFound();
    const [learner, programme] = await Promise.all([findLearnerFor(sql, viewer, params.person), programmes.find(viewer.cohort.programmeVersionId)]);
    return { at, english: viewer.english, timeZone: viewer.cohort.timeZone, cohortName: viewer.cohort.name, learner, isOver: isProgrammeOver(programme.weeks.length, calendarOf(viewer.cohort, learner.pace), now, learner.pace?.extensionDays) };
  }
};

function readerOf({ at, viewer }: FastifyRequest) {
  return { at, cohortZone: viewer.cohort?.timeZone ?? 'UTC' };
}

function isZone(name: string): boolean {
  return zones.has(name);
}

const zones = new Set(Intl.supportedValuesOf('timeZone'));
