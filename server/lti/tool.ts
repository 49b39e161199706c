// Coachline as platforms are told of it, by dynamic registration or by hand. Only what works today is promised.

/** Our tool as every platform is told of it. */
export type Tool = {
  name: string;
  description: string;
  publicUrl: string;
  iconUrl: string;
  targetLinkUri: string;
  loginUrl: string;
  launchUrl: string;
  keysetUrl: string;
  scopes: readonly string[];
  customParameters: Readonly<Record<string, string>>;
};

export const noticesScope = 'https://purl.imsglobal.org/spec/lti/scope/noticehandlers';

/** The scopes that we ask for, each with what it lets us do. `lineitem.readonly` by name: Moodle does not count it into `lineitem`. */
export const scopeWords: Readonly<Record<string, string>> = {
  'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly': 'read who takes part in a course',
  'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem': 'make and change its own columns in the gradebook',
  'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly': 'see its own columns in the gradebook',
  'https://purl.imsglobal.org/spec/lti-ags/scope/score': 'send results to the gradebook',
  'https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly': 'read the results that the gradebook holds',
  [noticesScope]: 'hear when a course is copied',
};

/** Scopes of services that few platforms have: asked for only where they are offered, and not missed elsewhere. */
export const scopesWhereOffered: readonly string[] = [noticesScope];

/**
 * Sent with every launch, so that a copied course is recognised (LTI 1.3 core, appendix E.4 and E.5). A platform that
 * does not know a variable sends it as it stands, and a value that begins with `$` counts as absent (rule 79).
 * Values are strings, which is all that Canvas takes.
 */
const customParameters: Readonly<Record<string, string>> = {
  context_id_history: '$Context.id.history',
  resource_link_id_history: '$ResourceLink.id.history',
};

export function toolAt(publicUrl: string): Tool {
  return {
    name: 'Coachline',
    description: 'A twelve-week programme for people who coach improvement teams.',
    publicUrl,
    // Without the hash of its content: platforms keep this address for years.
    iconUrl: `${publicUrl}/assets/mark.svg`,
    targetLinkUri: `${publicUrl}/`,
    loginUrl: `${publicUrl}/lti/login`,
    launchUrl: `${publicUrl}/lti/launch`,
    keysetUrl: `${publicUrl}/lti/jwks`,
    scopes: Object.keys(scopeWords),
    customParameters,
  };
}

/** The scopes that a registration lacks, of those that every platform should have; what each lets us do. */
export function missingPermissions(grantedScopes: readonly string[]): string[] {
  return Object.entries(scopeWords).flatMap(([scope, words]) => (grantedScopes.includes(scope) || scopesWhereOffered.includes(scope) ? [] : [words]));
}
