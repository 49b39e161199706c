// A developer key's configuration, for a Canvas that is set up by its address or by pasting.
import type { Tool } from '../../lti/tool.ts';

/**
 * Source: Canvas's doc/api/lti_dev_key_config.md and its placement pages. Values of `custom_fields` and sizes are as
 * those pages have them; `tool_id` is ours to choose and the same for ever.
 */
export function canvasConfiguration({ name, description, publicUrl, iconUrl, targetLinkUri, loginUrl, launchUrl, keysetUrl, scopes, customParameters }: Tool): Record<string, unknown> {
  const chooser = { message_type: 'LtiDeepLinkingRequest', target_link_uri: targetLinkUri, text: name, icon_url: iconUrl, enabled: true, selection_width: 900, selection_height: 700 };
  return {
    title: name,
    description,
    // Canvas takes it for the redirect URI where the administrator names none; as a page to open it means the home page.
    target_link_uri: launchUrl,
    oidc_initiation_url: loginUrl,
    public_jwk_url: keysetUrl,
    scopes,
    extensions: [{
      platform: 'canvas.instructure.com',
      domain: new URL(publicUrl).host,
      tool_id: 'coachline',
      // Canvas is anonymous unless told otherwise, and a course needs names.
      privacy_level: 'public',
      settings: {
        text: name,
        icon_url: iconUrl,
        selection_width: 900,
        selection_height: 700,
        placements: [
          { placement: 'course_navigation', text: name, icon_url: iconUrl, enabled: true, message_type: 'LtiResourceLinkRequest', target_link_uri: targetLinkUri, default: 'enabled', visibility: 'members' },
          { placement: 'assignment_selection', ...chooser },
          { placement: 'link_selection', ...chooser },
        ],
      },
    }],
    custom_fields: customParameters,
  };
}
