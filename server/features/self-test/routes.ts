// The self-test of a connection: launched from the LMS by an administrator, or by a link of its own (`/self-test`).
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { profileOf } from '../../lti/lms-profiles.ts';
import type { Services } from '../../services.ts';
import { runSelfTest } from './actions.ts';
import { launchFindings } from './findings.ts';
import { launchFirstPage, selfTestPage } from './pages.ts';
import { findOptionalLastTest, findOptionalTestPlace } from './queries.ts';
import { SelfTestForm } from './schemas.ts';

const governors = ['administrator', 'operator'] as const;

export const selfTest: FastifyPluginAsyncTypebox<Services> = async (app, { clock, config, outbound, platformServices: services, queues, sql }) => {
  app.get('/self-test', { config: { access: governors } }, async (request, reply) => {
    const { at, viewer } = request;
    const place = await findOptionalTestPlace(sql, viewer);
    if (!place) return reply.page(launchFirstPage({ at, publicUrl: config.publicUrl }));
    const last = await findOptionalLastTest(sql, place.registration.id, place.deploymentId);
    return reply.page(selfTestPage({
      at, english: viewer.english, platformName: place.platformName, courseTitle: viewer.context?.title ?? null,
      learnerName: place.learner?.name ?? null, hasLearner: place.learner !== null,
      findings: last?.findings ?? launchFindings(place.report, profileOf(place.registration).name), ranAt: last?.ranAt ?? null,
      timeZone: viewer.cohort?.timeZone ?? 'UTC',
    }));
  });

  app.post('/self-test', { schema: { body: SelfTestForm }, config: { access: governors } }, async (request, reply) => {
    const place = await findOptionalTestPlace(sql, request.viewer);
    if (place) await runSelfTest({ sql, services, queues, outbound, clock }, request.viewer, place, { sendsScore: request.body?.score ?? false });
    return reply.redirect(request.at('/self-test'), 303);
  });
};
