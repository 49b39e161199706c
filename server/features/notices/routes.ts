// `POST /lti/notices`: the Platform Notification Service's handler. Platforms do not ask twice, so a body is heard as far as it goes.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { readNoticeAddress, readNoticeBody, verifyNotice } from '../../lti/notices.ts';
import { refusals } from '../../lti/refusal.ts';
import type { LaunchRefusal } from '../../lti/refusal.ts';
import { createRefusalBudget, lastRow, networkOf } from '../../plugins/refusal-budget.ts';
import { errorPage } from '../../plugins/views.ts';
import type { Services } from '../../services.ts';
import { auditRefusedNotice, hearNotice } from './actions.ts';
import { findOptionalRegistration } from './queries.ts';
import { NoticesBody } from './schemas.ts';

/** More in one body than any platform has to tell is garbage, and each costs a signature. */
const mostInOneBody = 20;

export const notices: FastifyPluginAsyncTypebox<Services> = async (app, { keySets, sql }) => {
  const refusalBudget = createRefusalBudget();

  app.post('/lti/notices', { schema: { body: NoticesBody }, config: { access: 'public', crossSite: true } }, async (request, reply) => {
    const jwts = readNoticeBody(request.body);
    const refused: LaunchRefusal[] = [];
    if (jwts === null || jwts.length === 0 || jwts.length > mostInOneBody) refused.push(await refuse(request, 'launch.malformed', null));
    else {
      for (const jwt of jwts) {
        const reason = await hear(request, jwt);
        if (reason !== null) refused.push(reason);
      }
    }
    const [first] = refused;
    if (first === undefined) return reply.code(204).send();
    const { status } = refusals[first];
    return reply.code(status).page(errorPage({ status, reference: request.id, home: null }));
  });

  /** Null when it was heard, now or before; else why not. */
  async function hear(request: FastifyRequest, jwt: string): Promise<LaunchRefusal | null> {
    const address = readNoticeAddress(jwt);
    if (!address) return refuse(request, 'token.malformed', null);
    const registration = await findOptionalRegistration(sql, address);
    if (!registration) return refuse(request, 'registration.unknown', null);
    const { id, issuer, clientId, keysetUrl } = registration;
    const verified = await verifyNotice(jwt, { issuer, clientId, now: request.now, findKey: (kid) => keySets.findKey(id, keysetUrl, kid) });
    if (!verified.ok) return refuse(request, verified.refusal.code, id);
    const outcome = await hearNotice(sql, id, verified.value, request.now);
    return outcome === 'deployment.unknown' ? refuse(request, outcome, id) : null;
  }

  async function refuse(request: FastifyRequest, reason: LaunchRefusal, registrationId: string | null): Promise<LaunchRefusal> {
    const budget = refusalBudget(networkOf(request.ip), request.now);
    if (budget !== 'silent') await auditRefusedNotice(sql, { reason, reference: request.id, registrationId, detail: lastRow(budget) }, request.now);
    return reason;
  }
};
