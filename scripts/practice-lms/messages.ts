// The messages beside the launch of a link: choosing content, reviewing a submission, and asking about a person's data.
import { courseClaims, ltiClaim, messageClaims, personClaims, platformClaims, resourceLinkOf, roleClaims, tokenClaims } from './claims.ts';
import type { Claims, MessageFacts } from './claims.ts';
import type { DeepLinkingSettings } from './deep-linking.ts';
import type { CourseLink, Person } from './school.ts';

/** Which message a launch sends, with what it needs beyond person and course. A resource link launch when none is named. */
export type Message =
  | { type: 'LtiResourceLinkRequest' }
  /** `settings` replaces single settings; `editing` is the id of a link that is chosen anew. */
  | { type: 'LtiDeepLinkingRequest'; settings?: Partial<DeepLinkingSettings>; editing?: string }
  /** Whose submission, by person id, in the column of this number. */
  | { type: 'LtiSubmissionReviewRequest'; forPerson: string; column: number }
  /** By its name in the specification, and by the one that some LMSs send. */
  | { type: 'DataPrivacyLaunchRequest' | 'LtiDataPrivacyLaunchRequest'; forPerson?: string };

export type MessageType = Message['type'];

/** Every claim of a deep linking request (Deep Linking 2.0, 2). */
export function deepLinkingClaims(facts: MessageFacts, settings: Claims): Claims {
  return {
    ...everyMessage('LtiDeepLinkingRequest', facts),
    ...courseClaims(facts),
    'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings': settings,
    [ltiClaim('custom')]: facts.custom ?? {},
    ...facts.services,
  };
}

/** Every claim of a submission review (LTI Submission Review 1.0); the link is there when the column belongs to one. */
export function submissionReviewClaims(facts: MessageFacts, { forPerson, forPersonFields, link }: { forPerson: Person; forPersonFields: Claims; link: CourseLink | undefined }): Claims {
  return {
    ...everyMessage('LtiSubmissionReviewRequest', facts),
    ...courseClaims(facts),
    [ltiClaim('for_user')]: { user_id: forPerson.sub, ...forPersonFields },
    ...(link && { [ltiClaim('resource_link')]: resourceLinkOf(link) }),
    [ltiClaim('custom')]: facts.custom ?? {},
    ...facts.services,
  };
}

/** Every claim of a data privacy launch, which has no course (LTI Data Privacy Launch 1.0). */
export function dataPrivacyClaims(facts: MessageFacts, messageType: string, forPerson: Person | undefined): Claims {
  return {
    ...everyMessage(messageType, facts),
    ...(forPerson && { [ltiClaim('for_user')]: { user_id: forPerson.sub } }),
    ...facts.services,
  };
}

function everyMessage(messageType: string, facts: MessageFacts): Claims {
  return { ...tokenClaims(facts), ...personClaims(facts), ...messageClaims(messageType, facts), ...roleClaims(facts), ...platformClaims(facts) };
}
