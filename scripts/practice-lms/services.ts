// What the platform's LTI Advantage services are called: scopes, media types, and the services that can be told to fail.

const ags = 'https://purl.imsglobal.org/spec/lti-ags/scope';

/** Scopes by what they allow (AGS 2.0, 3.1; NRPS 2.0, 2.3; PNS 1.0). */
export const scopes = {
  lineItem: `${ags}/lineitem`,
  lineItemRead: `${ags}/lineitem.readonly`,
  score: `${ags}/score`,
  resultRead: `${ags}/result.readonly`,
  roster: 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly',
  noticeHandlers: 'https://purl.imsglobal.org/spec/lti/scope/noticehandlers',
} as const;

export const gradeScopes: readonly string[] = [scopes.lineItem, scopes.lineItemRead, scopes.score, scopes.resultRead];
export const allScopes: readonly string[] = [...gradeScopes, scopes.roster, scopes.noticeHandlers];

/** Media types, each for one kind of answer (AGS 2.0, 3.2 to 3.4; NRPS 2.0, 2.1). */
export const mediaTypes = {
  lineItems: 'application/vnd.ims.lis.v2.lineitemcontainer+json',
  lineItem: 'application/vnd.ims.lis.v2.lineitem+json',
  score: 'application/vnd.ims.lis.v1.score+json',
  results: 'application/vnd.ims.lis.v2.resultcontainer+json',
  members: 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json',
} as const;

/** One name for each endpoint that a tool calls. */
export const serviceNames = ['token', 'line-items', 'line-item', 'scores', 'results', 'memberships', 'notice-handlers'] as const;
export type ServiceName = (typeof serviceNames)[number];

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Which endpoint of the practice LMS's services a route is, so that its faults can find it. */
    practiceService?: ServiceName;
  }
}
