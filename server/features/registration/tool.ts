// Coachline as platforms are told of it, by dynamic registration or by hand. Only what works today is promised.
import type { Tool } from '../../lti/dynamic-registration.ts';

/** The scopes that we ask for, each with what it lets us do. `lineitem.readonly` by name: Moodle does not count it into `lineitem`. */
export const scopeWords: Readonly<Record<string, string>> = {
  'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly': 'read who takes part in a course',
  'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem': 'make and change its own columns in the gradebook',
  'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly': 'see its own columns in the gradebook',
  'https://purl.imsglobal.org/spec/lti-ags/scope/score': 'send results to the gradebook',
  'https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly': 'read the results that the gradebook holds',
};

const description = 'A twelve-week programme for people who coach improvement teams.';

export function toolAt(publicUrl: string): Tool {
  return {
    name: 'Coachline',
    description,
    publicUrl,
    // Without the hash of its content: platforms keep this address for years.
    iconUrl: `${publicUrl}/assets/mark.svg`,
    targetLinkUri: `${publicUrl}/`,
    launchUrl: `${publicUrl}/lti/launch`,
    keysetUrl: `${publicUrl}/lti/jwks`,
    scopes: Object.keys(scopeWords),
  };
}

/** A developer key's configuration, for a Canvas that is set up by hand (Canvas's doc/api/lti_dev_key_config.md). */
export function canvasConfiguration({ name, publicUrl, iconUrl, targetLinkUri, launchUrl, keysetUrl, scopes, ...tool }: Tool): Record<string, unknown> {
  return {
    title: name,
    description: tool.description,
    // Canvas takes it for the redirect URI where the administrator names none; as a page to open it means the home page.
    target_link_uri: launchUrl,
    oidc_initiation_url: `${publicUrl}/lti/login`,
    public_jwk_url: keysetUrl,
    scopes,
    extensions: [{
      platform: 'canvas.instructure.com',
      domain: new URL(publicUrl).host,
      // Canvas is anonymous unless told otherwise, and a course needs names.
      privacy_level: 'public',
      settings: {
        text: name,
        icon_url: iconUrl,
        placements: [{ placement: 'course_navigation', text: name, message_type: 'LtiResourceLinkRequest', target_link_uri: targetLinkUri, default: 'enabled', visibility: 'members' }],
      },
    }],
    custom_fields: {},
  };
}
