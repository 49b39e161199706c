// What exists: the web application, in reading order.
import cookie from '@fastify/cookie';
import Fastify, { LogController } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { randomUUID } from 'node:crypto';
import { appearance } from './features/appearance/routes.ts';
import { assignments } from './features/assignments/routes.ts';
import { attendance } from './features/attendance/routes.ts';
import { coachingPlans } from './features/coaching-plans/routes.ts';
import { cohorts } from './features/cohorts/routes.ts';
import { deepLinking } from './features/deep-linking/routes.ts';
import { discussion } from './features/discussion/routes.ts';
import { eligibility } from './features/eligibility/routes.ts';
import { grading } from './features/grading/routes.ts';
import { journal } from './features/journal/routes.ts';
import { knowledgeChecks } from './features/knowledge-checks/routes.ts';
import { launch } from './features/launch/routes.ts';
import { learners } from './features/learners/routes.ts';
import { learning } from './features/learning/routes.ts';
import { mail, mailLinks } from './features/mail/routes.ts';
import { material } from './features/material/routes.ts';
import { notices } from './features/notices/routes.ts';
import { organisations } from './features/organisations/routes.ts';
import { pace } from './features/pace/routes.ts';
import { people, signInLinks } from './features/people/routes.ts';
import { platforms } from './features/platforms/routes.ts';
import { preview as previewPages } from './features/preview/routes.ts';
import { programme, publicProgramme } from './features/programme/routes.ts';
import { progress } from './features/progress/routes.ts';
import { connecting, registration } from './features/registration/routes.ts';
import { rosters } from './features/rosters/routes.ts';
import { scores } from './features/scores/routes.ts';
import { search } from './features/search/routes.ts';
import { selfTest } from './features/self-test/routes.ts';
import { teachingCards } from './features/teaching-cards/routes.ts';
import { toolKeyAdministration, toolKeys } from './features/tool-keys/routes.ts';
import { workshopNotes, workshops } from './features/workshops/routes.ts';
import { access } from './plugins/access.ts';
import { assets, loadAssets } from './plugins/assets.ts';
import { bodyTime, longestBodySeconds } from './plugins/body-time.ts';
import { chrome } from './plugins/chrome.ts';
import { database } from './plugins/database.ts';
import { errors, unreadableAddress } from './plugins/errors.ts';
import { formBody } from './plugins/form-body.ts';
import { health } from './plugins/health.ts';
import { pageBytes } from './plugins/page-bytes.ts';
import { currentMaterial, previewPath, previewReader, previewScript } from './plugins/preview.ts';
import { answerRawError } from './plugins/raw-errors.ts';
import { requestLog } from './plugins/request-log.ts';
import { sameOrigin } from './plugins/same-origin.ts';
import { securityHeaders } from './plugins/security-headers.ts';
import { signIn } from './plugins/sign-in.ts';
import { buildValidator } from './plugins/validation.ts';
import { views } from './plugins/views.ts';
import type { Services } from './services.ts';

/** Builds the application; it does not listen. Close it with `app.close()`; the database is the caller's to close. */
export function buildApp(services: Services): FastifyInstance {
  const { config, preview, programmes } = services;
  const app: FastifyInstance = Fastify({
    loggerInstance: services.log,
    logController: new LogController({ disableRequestLogging: true }),   // plugins/request-log.ts writes one line, without the secrets in addresses
    trustProxy: config.trustProxy ?? false,
    bodyLimit: 256 * 1024,
    requestTimeout: longestBodySeconds * 1000,   // most routes give less: plugins/body-time.ts
    http: { headersTimeout: 30_000 },
    // People read it out to us. The first twelve digits of a random UUID are all random, and Node makes those in advance.
    genReqId: () => randomUUID().replace('-', '').slice(0, 12),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    clientErrorHandler: answerRawError,
    rewriteUrl: ({ url = '/' }) => (isReadable(url) ? url : '/unreadable'),
    frameworkErrors: (_error, request, reply) => { void unreadableAddress(app, request, reply); },
    schemaController: { compilersFactory: { buildValidator } },
    ajv: { customOptions: { coerceTypes: 'array', removeAdditional: false } },
  });
  const files = loadAssets({ withPreview: preview !== undefined });

  errors(app, services);
  requestLog(app);
  app.register(cookie);
  access(app);
  securityHeaders(app, config);
  database(app, services);
  sameOrigin(app, config);
  bodyTime(app);
  formBody(app);
  views(app, { production: true, asset: files.asset, ...pageBytes(app) });
  health(app, { sql: services.sql, metricsToken: config.metricsToken });
  assets(app, files);

  // For anybody. In a scope of its own, so that its chrome knows no viewer.
  app.register(async (outside) => {
    chrome(outside, programmes);
    if (preview) previewScript(outside, preview, 'all');
    outside.register(launch, services);
    outside.register(notices, services);
    outside.register(toolKeys, services);
    outside.register(registration, services);
    outside.register(publicProgramme, services);
    outside.register(signInLinks, services);
    outside.register(mailLinks, services);
    outside.register(appearance, services);
  });

  // For those signed in: every address begins with the sign-in that it speaks of.
  app.register(async (inside) => {
    signIn(inside, services);
    chrome(inside, programmes);
    if (preview) previewScript(inside, preview, 'current-material');
    inside.register(learning, services);
    inside.register(knowledgeChecks, services);
    inside.register(assignments, services);
    inside.register(journal, services);
    inside.register(discussion, services);
    inside.register(teachingCards, services);
    inside.register(search, services);
    inside.register(workshops, services);
    inside.register(coachingPlans, services);
    inside.register(grading, services);
    inside.register(programme, services);
    inside.register(progress, services);
    inside.register(cohorts, services);
    inside.register(learners, services);
    inside.register(pace, services);
    inside.register(material, services);
    inside.register(eligibility, services);
    inside.register(attendance, services);
    inside.register(deepLinking, services);
    inside.register(rosters, services);
    inside.register(scores, services);
    inside.register(platforms, services);
    inside.register(connecting, services);
    inside.register(organisations, services);
    inside.register(mail, services);
    inside.register(selfTest, services);
    inside.register(toolKeyAdministration, services);
    inside.register(people, services);
  }, { prefix: '/in/:signIn' });

  // For whoever writes the course material, under `npm run dev` alone: what learners read, without an LMS.
  if (preview) {
    app.register(async (writing) => {
      const reading = { ...services, programmes: currentMaterial(programmes) };
      previewReader(writing, reading);
      previewScript(writing, preview, 'all');
      writing.register(learning, reading);
      writing.register(knowledgeChecks, reading);
      writing.register(teachingCards, reading);
      writing.register(workshopNotes, reading);
      writing.register(programme, reading);
      writing.register(previewPages, { ...reading, preview });
    }, { prefix: previewPath });
  }

  return app;
}

/** An address such as `/%zz` would be answered by Fastify itself, in JSON; sent astray, it gets our page for what is not there. */
function isReadable(url: string): boolean {
  if (!url.includes('%')) return true;
  try {
    decodeURIComponent(url.replace(/\?.*$/s, ''));
    return true;
  } catch {
    return false;
  }
}
