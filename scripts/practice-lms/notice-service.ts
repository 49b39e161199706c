// The notice handlers over HTTP (Platform Notification Service 1.0): a tool says where notices of each type go.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { noticeTypes } from './notices.ts';
import type { NoticeType } from './notices.ts';
import type { Platform, RegisteredTool } from './platform.ts';
import { enter, jsonObjectIn, sendJson } from './service-door.ts';
import { scopes } from './services.ts';

type HandlersRequest = FastifyRequest<{ Params: { deployment: string } }>;

export function serveNotices(app: FastifyInstance, platform: Platform): void {
  const { notices } = platform;

  app.get('/notice-handlers/:deployment', { config: { practiceService: 'notice-handlers' } }, async (request: HandlersRequest, reply) => {
    const tool = enterDeployment(request, reply);
    if (!tool) return reply;
    const { deployment } = request.params;
    const urlOf = (type: NoticeType) => notices.handlers.find((each) => each.type === type && each.clientId === tool.clientId && each.deploymentId === deployment)?.url ?? '';
    return sendJson(reply, 'application/json', {
      client_id: tool.clientId, deployment_id: deployment,
      notice_handlers: noticeTypes.map((type) => ({ notice_type: type, handler: urlOf(type) })),
    });
  });

  // One handler for each type; an empty address takes it back.
  app.put('/notice-handlers/:deployment', { config: { practiceService: 'notice-handlers' } }, async (request: HandlersRequest, reply) => {
    const tool = enterDeployment(request, reply, 'application/json');
    if (!tool) return reply;
    const { notice_type: given, handler } = jsonObjectIn(request.body) ?? {};
    const type = noticeTypes.find((each) => each === given);
    if (!type) return reply.code(400).send({ error: `notice_type must be one of ${noticeTypes.join(', ')}.` });
    if (typeof handler !== 'string') return reply.code(400).send({ error: 'handler must be an address, or empty.' });
    if (handler !== '' && URL.parse(handler)?.host !== new URL(tool.url).host) return reply.code(400).send({ error: 'handler must be at the tool’s own host.' });
    const place = { clientId: tool.clientId, deploymentId: request.params.deployment, type };
    const index = notices.handlers.findIndex((each) => each.clientId === place.clientId && each.deploymentId === place.deploymentId && each.type === type);
    if (index >= 0) notices.handlers.splice(index, 1);
    if (handler !== '') notices.handlers.push({ ...place, url: handler });
    return sendJson(reply, 'application/json', { notice_type: type, handler });
  });

  /** The calling tool, when the deployment of the address is its own; without it the reply is sent. */
  function enterDeployment(request: HandlersRequest, reply: FastifyReply, contentType?: string): RegisteredTool | null {
    const tool = enter(platform, request, reply, { scopes: [scopes.noticeHandlers], ...(contentType !== undefined && { contentType }) });
    if (!tool) return null;
    if (platform.profile.offersNotices && tool.deploymentIds.includes(request.params.deployment)) return tool;
    void reply.code(404).send({ error: 'There is no such deployment of this tool.' });
    return null;
  }
}
