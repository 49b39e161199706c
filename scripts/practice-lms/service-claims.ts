// What a launch says of the platform's services: addresses, scopes, and the values of custom variables.
import type { Claims } from './claims.ts';
import { ltiClaim } from './claims.ts';
import type { Platform, RegisteredTool } from './platform.ts';
import type { Course, CourseLink, Person } from './school.ts';
import { gradeScopes, scopes } from './services.ts';

export const gradesClaim = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint';
export const rosterClaim = 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice';
export const noticesClaim = ltiClaim('platformnotificationservice');

type ClaimSource = Pick<Platform, 'issuer' | 'profile' | 'gradeBook' | 'roster' | 'scopesOf'>;

/** The service claims of a launch in a course (AGS 2.0, 3.1; NRPS 2.0, 3.6.1). `columnUrl` names another column than the link's own. */
export function courseServiceClaims(platform: ClaimSource, { tool, course, link, columnUrl }: { tool: RegisteredTool; course: Course; link?: CourseLink | undefined; columnUrl?: string | undefined }): Claims {
  const granted = platform.scopesOf(tool);
  const grades = granted.filter((scope) => gradeScopes.includes(scope));
  return {
    ...(grades.length > 0 && { [gradesClaim]: { scope: grades, lineitems: platform.gradeBook.containerUrl(course.id), ...lineItemOf() } }),
    ...(granted.includes(scopes.roster) && { [rosterClaim]: { context_memberships_url: platform.roster.url(course.id), service_versions: ['2.0'] } }),
  };

  function lineItemOf(): { lineitem?: string } {
    if (columnUrl !== undefined) return { lineitem: columnUrl };
    const column = link && platform.gradeBook.columnOfLink(course.id, link.resourceLinkId, tool.clientId);
    if (column) return { lineitem: platform.gradeBook.urlOf(column) };
    return column === null && platform.profile.lineItems.emptyAfterDeletion ? { lineitem: '' } : {};
  }
}

/** Brightspace's own claim, which names copies without being asked for them. */
export function ownHistoryClaims({ profile }: ClaimSource, { course, link }: { course: Course; link?: CourseLink | undefined }): Claims {
  if (!profile.ownHistoryClaim) return {};
  return {
    'http://www.brightspace.com': {
      tenant_id: profile.toolPlatform?.guid, org_defined_id: '', 'Context.id.history': (course.history ?? []).join(','),
      ...(link && { 'ResourceLink.id.history': (link.history ?? []).join(',') }),
    },
  };
}

/** The notice service's claim (PNS 1.0); empty where the LMS has no such service or the tool may not use it. */
export function noticeClaims({ issuer, profile, scopesOf }: ClaimSource, tool: RegisteredTool, deploymentId: string): Claims {
  if (!profile.offersNotices || !scopesOf(tool).includes(scopes.noticeHandlers)) return {};
  return {
    [noticesClaim]: {
      service_versions: ['1.0'],
      platform_notification_service_url: `${issuer}/notice-handlers/${encodeURIComponent(deploymentId)}`,
      scope: [scopes.noticeHandlers],
      notice_types_supported: ['LtiHelloWorldNotice', 'LtiContextCopyNotice'],
    },
  };
}

/** The variables that a tool may have put in its custom parameters (LTI Core 1.3, B), and where each comes from. */
const variables: Record<string, (launch: VariableSource) => string | undefined> = {
  'User.id': ({ person }) => person?.sub,
  'Person.name.full': ({ person }) => person?.name,
  'Person.name.given': ({ person }) => person?.givenName,
  'Person.name.family': ({ person }) => person?.familyName,
  'Person.email.primary': ({ person }) => person?.email,
  'Context.id': ({ course }) => course?.contextId,
  'Context.title': ({ course }) => course?.title,
  'Context.label': ({ course }) => course?.label,
  'Context.id.history': ({ course }) => course && (course.history ?? []).join(','),
  'ResourceLink.id': ({ link }) => link?.resourceLinkId,
  'ResourceLink.title': ({ link }) => link?.title,
  'ResourceLink.id.history': ({ link }) => link && (link.history ?? []).join(','),
  'ResourceLink.available.startDateTime': ({ link }) => link?.available?.startDateTime,
  'ResourceLink.available.endDateTime': ({ link }) => link?.available?.endDateTime,
  'ResourceLink.submission.startDateTime': ({ link }) => link?.submission?.startDateTime,
  'ResourceLink.submission.endDateTime': ({ link }) => link?.submission?.endDateTime,
};

export const knownVariables: readonly string[] = Object.keys(variables);

type VariableSource = { person?: Person; course?: Course | undefined; link?: CourseLink | undefined };

/** Custom parameters with the platform's variables put in; one that it does not know, or has no value for, stays as it is. */
export function substituted(custom: Readonly<Record<string, string>>, launch: VariableSource): Record<string, string> {
  const valueOf = (text: string) => (text.startsWith('$') ? variables[text.slice(1)]?.(launch) : undefined) ?? text;
  return Object.fromEntries(Object.entries(custom).map(([name, text]) => [name, valueOf(text)]));
}
