// How each LMS is connected: where in it things are, what to paste there, which switches matter, what it gives back.
// Names of menus and fields are those of the LMS's own pages; where they differ between versions, general words stand.
import type { LmsCode } from '../../lti/lms-profiles.ts';
import type { ManualField } from '../../lti/manual-registration.ts';
import type { Tool } from '../../lti/tool.ts';

/** A value to paste: where it goes, in the LMS's own words, and what it is, for the name of the copy button. */
export type Paste = { label: string; value: string; what: string; hint?: string };
/** A switch of the LMS: its name there, how it should stand, and what is missing without it. */
export type Switch = { name: string; set: string; otherwise: string };

export type LmsGuide = {
  code: LmsCode;
  name: string;
  /** For the list to choose from. */
  summary: string;
  /** Dynamic registration: where the link goes, and what is left to do; null where the LMS has none. */
  byLink: { where: string; after: string } | null;
  byHand: { where: string; paste: (tool: Tool) => Paste[]; after: string };
  switches: readonly Switch[];
  /** Where the LMS shows what it gives back. */
  givesBack: string;
  /** What this LMS calls each value, and the value where it is the same for everybody. */
  fields: Partial<Record<ManualField, { called?: string; hint?: string; value?: string }>>;
  /** What one should know before or after. */
  notes: readonly string[];
};

const login = (label: string, { loginUrl }: Tool): Paste => ({ label, value: loginUrl, what: 'the login address' });
const launch = (label: string, { launchUrl }: Tool, hint?: string): Paste => ({ label, value: launchUrl, what: 'the launch address', ...(hint !== undefined && { hint }) });
const keys = (label: string, { keysetUrl }: Tool): Paste => ({ label, value: keysetUrl, what: 'the address of the public keys' });
const target = (label: string, { targetLinkUri }: Tool, hint?: string): Paste => ({ label, value: targetLinkUri, what: label.toLowerCase(), ...(hint !== undefined && { hint }) });
const domain = (label: string, { publicUrl }: Tool): Paste => ({ label, value: new URL(publicUrl).host, what: 'the domain' });
const custom = (label: string, { customParameters }: Tool): Paste => ({
  label, value: Object.entries(customParameters).map(([name, value]) => `${name}=${value}`).join('\n'), what: 'the custom parameters', hint: 'They tell Coachline when a course was copied from another',
});

const moodle: LmsGuide = {
  code: 'moodle',
  name: 'Moodle',
  summary: 'By a link, or by hand',
  byLink: {
    where: 'In Moodle, open Site administration, Plugins, Activity modules, External tool, Manage tools. Paste the link into the box for the tool’s address and press “Add LTI Advantage”.',
    after: 'Afterwards the tool stands on the same page as pending: press “Activate”. Then check its privacy settings against the switches below.',
  },
  byHand: {
    where: 'Open Site administration, Plugins, Activity modules, External tool, Manage tools, and choose “configure a tool manually”. Choose LTI version 1.3 and the public key type “Keyset URL”.',
    paste: (tool) => [
      target('Tool URL', tool),
      keys('Public keyset', tool),
      login('Initiate login URL', tool),
      launch('Redirection URI(s)', tool),
      { ...target('Content selection URL', tool, 'Once “Supports Deep Linking” is ticked'), what: 'the content selection address' },
      custom('Custom parameters', tool),
    ],
    after: 'Save. In a course, the tool is then among the activities to add.',
  },
  switches: [
    { name: 'Share launcher’s name with tool', set: 'Always', otherwise: 'people have no names in Coachline' },
    { name: 'Share launcher’s email with tool', set: 'Always', otherwise: 'Coachline cannot write to anybody' },
    { name: 'IMS LTI Names and Role Provisioning', set: 'Use this service to retrieve members’ information as per privacy settings', otherwise: 'people appear only once they have come in' },
    { name: 'IMS LTI Assignment and Grade Services', set: 'Use this service for grade sync and column management', otherwise: 'no result reaches the gradebook' },
    { name: 'Accept grades from the tool', set: 'Always, or as the teacher decides', otherwise: 'no result reaches the gradebook' },
    { name: 'Supports Deep Linking (Content-Item Message)', set: 'on', otherwise: 'faculty must paste the address of each week by hand' },
  ],
  givesBack: 'On “Manage tools”, the tool’s card has an icon “View configuration details”. It shows everything below.',
  fields: {
    issuer: { called: 'Platform ID' }, clientId: { called: 'Client ID' }, deploymentId: { called: 'Deployment ID' }, keysetUrl: { called: 'Public keyset URL' },
    tokenUrl: { called: 'Access token URL' }, authenticationUrl: { called: 'Authentication request URL' },
  },
  notes: [],
};

const canvas: LmsGuide = {
  code: 'canvas',
  name: 'Canvas',
  summary: 'By a link, by the address of a configuration, or by hand',
  byLink: {
    where: 'In Canvas, open Admin, your account, Developer Keys, and choose “+ Developer Key”, “+ LTI Registration”. Where your Canvas has the newer Apps page, install a new app there by dynamic registration. Paste the link as the registration address.',
    after: 'Canvas then shows a summary: keep the scopes, the placements and the privacy level as they are, and enable the key. Then install the app by its client ID as below. At the first opening Canvas’s deployment waits under Platforms for your approval.',
  },
  byHand: {
    where: 'Open Admin, your account, Developer Keys, and choose “+ Developer Key”, “+ LTI Key”. Choose the method “Enter URL”; the configuration brings everything else along. Or choose “Manual Entry” and paste the other values.',
    paste: (tool) => [
      { label: 'JSON URL', value: `${tool.publicUrl}/lti/canvas.json`, what: 'the address of the configuration', hint: 'Holds scopes, placements, custom fields and the privacy level' },
      launch('Redirect URIs', tool, 'Also with the method “Enter URL”'),
      target('Target Link URI', tool, 'From here on for “Manual Entry” alone'),
      login('OpenID Connect Initiation URL', tool),
      { ...keys('Public JWK URL', tool), hint: 'As the JWK method choose “Public JWK URL”' },
      custom('Custom Fields', tool),
    ],
    after: 'Save, and switch the key’s state to “On”. The number in its details is the client ID. Then open Settings, Apps, View App Configurations, “+ App”, choose “By Client ID” and enter it: for the whole account, or in one course.',
  },
  switches: [
    { name: 'Privacy level', set: 'Public', otherwise: 'people have no names and no e-mail addresses in Coachline' },
    { name: 'LTI Advantage Services', set: 'all on', otherwise: 'no roster is read and no result reaches the gradebook' },
    { name: 'Placement Course Navigation', set: 'on', otherwise: 'Coachline does not stand in the menu of a course' },
    { name: 'Placements Assignment Selection and Link Selection', set: 'on', otherwise: 'faculty cannot add weeks to modules and assignments' },
  ],
  givesBack: 'The client ID is the number in the details of the developer key. The deployment ID is in the menu of the installed app. The addresses are the same for every Canvas that Instructure hosts.',
  fields: {
    issuer: { value: 'https://canvas.instructure.com', hint: 'The same for every hosted Canvas. For a test environment put “beta” or “test” into all four addresses, such as https://canvas.beta.instructure.com and https://sso.beta.canvaslms.com' },
    clientId: { hint: 'A long number' },
    authenticationUrl: { value: 'https://sso.canvaslms.com/api/lti/authorize_redirect' },
    tokenUrl: { value: 'https://sso.canvaslms.com/login/oauth2/token' },
    keysetUrl: { value: 'https://sso.canvaslms.com/api/lti/security/jwks' },
    deploymentId: { hint: 'Each account and course has its own. Leave it empty to approve each under Platforms when it first knocks' },
  },
  notes: ['A Canvas that you host yourselves has an issuer of its own only if somebody set one; see its security settings.'],
};

const blackboard: LmsGuide = {
  code: 'blackboard',
  name: 'Blackboard',
  summary: 'By hand',
  byLink: null,
  byHand: {
    where: 'Blackboard knows a tool by one application for all institutions, which whoever runs this Coachline registers once in Blackboard’s developer portal (developer.blackboard.com), with LTI 1.3 ticked and the signing algorithm RS256. If that was done, take the client ID from them and go straight to the switches.',
    paste: (tool) => [
      domain('Domain(s)', tool),
      login('Login Initiation URL', tool),
      launch('Tool Redirect URL(s)', tool),
      keys('Tool JWKS URL', tool),
      custom('Custom parameters', tool),
      target('Target Link URI', tool, 'Of the placement that you make below'),
    ],
    after: 'In Blackboard, open Administrator Panel, Integrations, LTI Tool Providers, “Register LTI 1.3/Advantage Tool”, and enter the client ID. Set the switches, approve the tool, and make a placement of the kind “Deep Linking content tool”.',
  },
  switches: [
    { name: 'User Fields to Send', set: 'Role in Course, Name, Email Address', otherwise: 'people have no names in Coachline, or come in as guests' },
    { name: 'Allow grade service access', set: 'Yes', otherwise: 'no result reaches the gradebook' },
    { name: 'Allow Membership Service Access', set: 'Yes', otherwise: 'people appear only once they have come in' },
    { name: 'Placement of the kind Deep Linking content tool', set: 'available', otherwise: 'faculty cannot choose weeks, and links made otherwise are never graded' },
  ],
  givesBack: 'The client ID is the Application ID of the developer portal, the same for every institution. The deployment ID stands in the settings of the tool under LTI Tool Providers, and is your own.',
  fields: {
    issuer: { value: 'https://blackboard.com' },
    clientId: { called: 'Client ID (Application ID)' },
    authenticationUrl: { called: 'OIDC auth request endpoint', value: 'https://developer.blackboard.com/api/v1/gateway/oidcauth' },
    tokenUrl: { called: 'Auth token endpoint', value: 'https://developer.blackboard.com/api/v1/gateway/oauth2/jwttoken' },
    keysetUrl: { called: 'Public keyset URL', hint: 'https://developer.blackboard.com/api/v1/management/applications/ and the Application ID, then /jwks.json' },
    deploymentId: { called: 'Deployment ID' },
  },
  notes: ['Where this Coachline serves another institution’s Blackboard already, the client ID is taken. Then your operator approves your deployment ID for your organisation, and nothing need be typed in here.'],
};

const brightspace: LmsGuide = {
  code: 'brightspace',
  name: 'Brightspace',
  summary: 'By a link, or by hand',
  byLink: {
    where: 'In Brightspace, open Admin Tools, Manage Extensibility, LTI Advantage, “Register Tool”. Choose “Dynamic”, paste the link as the tool’s registration address, and tick that the tool may configure a deployment.',
    after: 'Brightspace leaves a new registration disabled: review it and enable it. Then look at the deployment under External Learning Tools, its extensions, its security settings and its org units.',
  },
  byHand: {
    where: 'Open Admin Tools, Manage Extensibility, LTI Advantage, “Register Tool”, and choose “Standard”.',
    paste: (tool) => [
      domain('Domain', tool),
      launch('Redirect URLs', tool),
      login('OpenID Connect Login URL', tool),
      target('Target Link URI', tool),
      keys('Keyset URL', tool),
      custom('Substitution and custom parameters', tool),
    ],
    after: 'Save. Then open External Learning Tools, LTI Advantage, “New Deployment”, choose the tool, set the switches, and add the org units whose courses may use it.',
  },
  switches: [
    { name: 'Extensions: Assignment and Grade Services', set: 'on, in the registration and in the deployment', otherwise: 'no result reaches the gradebook' },
    { name: 'Extensions: Names and Role Provisioning Services', set: 'on, in both', otherwise: 'people appear only once they have come in' },
    { name: 'Extensions: Deep Linking', set: 'on, in both', otherwise: 'faculty cannot choose weeks' },
    { name: 'Notification of copied courses, where your Brightspace offers it', set: 'on, in both', otherwise: 'a copied course is recognised later, at its first opening' },
    { name: 'Security settings of the deployment', set: 'first and last name, e-mail address; not anonymous', otherwise: 'people have no names in Coachline' },
  ],
  givesBack: 'The registration’s page lists these under its details; the deployment ID stands on the page of the deployment.',
  fields: {
    issuer: { called: 'Issuer' }, clientId: { called: 'Client Id' }, keysetUrl: { called: 'Brightspace Keyset URL' },
    tokenUrl: { called: 'Brightspace OAuth2 Access Token URL', value: 'https://auth.brightspace.com/core/connect/token' },
    authenticationUrl: { called: 'OpenID Connect Authentication Endpoint' },
    tokenAudience: { called: 'Brightspace OAuth2 Audience', value: 'https://api.brightspace.com/auth/token' },
    deploymentId: { called: 'Deployment Id' },
  },
  notes: ['A column in the gradebook keeps a result at its maximum unless “Can Exceed” is on there.'],
};

const sakai: LmsGuide = {
  code: 'sakai',
  name: 'Sakai',
  summary: 'By a link, or by hand',
  byLink: {
    where: 'In Sakai, open Administration Workspace, External Tools, and install an LTI 1.3 tool by auto configuration. Paste the link as the address for it.',
    after: 'Sakai then shows the tool with its settings. Check them against the switches below and save.',
  },
  byHand: {
    where: 'Open Administration Workspace, External Tools, “Install LTI 1.3 Tool”.',
    paste: (tool) => [
      target('Launch URL', tool),
      login('LTI 1.3 Tool OpenID Connect/Initialization Endpoint', tool),
      launch('LTI 1.3 Tool Redirect Endpoint', tool),
      keys('LTI 1.3 Tool Keyset URL', tool),
      custom('Custom parameters', tool),
    ],
    after: 'Save, and open the tool once more: Sakai now shows what it gives back.',
  },
  switches: [
    { name: 'Send User Names to External Tool', set: 'on', otherwise: 'people have no names in Coachline' },
    { name: 'Send Email Addresses to External Tool', set: 'on', otherwise: 'Coachline cannot write to anybody' },
    { name: 'Provide Roster to External Tool', set: 'on', otherwise: 'people appear only once they have come in' },
    { name: 'Allow External Tool to return grades, and to create grade columns', set: 'both on', otherwise: 'no result reaches the gradebook' },
    { name: 'Deep Linking (also called Content Item)', set: 'on, beside “Allow the tool to be launched as a link”', otherwise: 'faculty cannot choose weeks' },
  ],
  givesBack: 'The page of the tool under External Tools shows them once it has been saved.',
  fields: { clientId: { called: 'LTI 1.3 Client ID' }, deploymentId: { hint: 'Often 1' } },
  notes: [],
};

const schoology: LmsGuide = {
  code: 'schoology',
  name: 'Schoology',
  summary: 'By hand',
  byLink: null,
  byHand: {
    where: 'Open the App Center, “My Developer Apps”, “Add App”. As the type of app choose “LTI 1.3 App”, and as the public key type “Keyset URL”.',
    paste: (tool) => [
      keys('JWKS URL', tool),
      target('Domain/URL', tool),
      login('OIDC Login Init URL', tool),
      launch('Redirect URLs', tool),
      custom('Custom parameters', tool),
    ],
    after: 'Submit. Then press “Install LTI 1.3 App”, agree, and choose “Add to Organization”.',
  },
  switches: [
    { name: 'Privacy', set: 'send name and e-mail address', otherwise: 'people have no names in Coachline' },
    { name: 'Assignment and Grade Services', set: 'on', otherwise: 'no result reaches the gradebook' },
    { name: 'Names and Roles Services', set: 'on', otherwise: 'people appear only once they have come in' },
    { name: 'Deep Linking', set: 'on, with the place “Course Materials”', otherwise: 'faculty cannot choose weeks under “Add Materials”' },
  ],
  givesBack: 'The client ID is under “Options”, “API Info” of the app. The deployment ID is under “Configure” of the installed app. The addresses are the same for every Schoology.',
  fields: {
    issuer: { value: 'https://schoology.schoology.com' },
    authenticationUrl: { value: 'https://lti-service.svc.schoology.com/lti-service/authorize-redirect' },
    tokenUrl: { value: 'https://lti-service.svc.schoology.com/lti-service/access-token' },
    keysetUrl: { value: 'https://lti-service.svc.schoology.com/lti-service/.well-known/jwks' },
    deploymentId: { hint: 'Each organisation and section has its own. Leave it empty to approve each under Platforms when it first knocks' },
  },
  notes: [],
};

const openEdx: LmsGuide = {
  code: 'openedx',
  name: 'Open edX',
  summary: 'By hand, once for each component or once for a reusable configuration',
  byLink: null,
  byHand: {
    where: 'In Studio, open Settings, Advanced Settings, and add "lti_consumer" to the list of advanced modules. In a unit, add the advanced component “LTI Consumer”, edit it, and choose LTI version 1.3 with the public key mode for a keyset address.',
    paste: (tool) => [
      target('Tool Launch URL', tool, 'Or the address of one week, such as the same with weeks/1 behind it'),
      login('Tool Initiate Login URL', tool),
      launch('Registered Redirect URIs', tool),
      keys('Tool Keyset URL', tool),
      { ...target('Deep Linking Launch URL', tool), what: 'the deep linking address' },
    ],
    after: 'Save. Studio then shows what it gives back in the component itself.',
  },
  switches: [
    { name: 'Request user’s username, full name and e-mail', set: 'all on, where your site allows it', otherwise: 'people have no names in Coachline' },
    { name: 'Assignment and Grades Service', set: 'on; programmatic, where Coachline should make its own columns', otherwise: 'one fixed column is all that there is' },
    { name: 'Names and Roles service', set: 'on', otherwise: 'people appear only once they have come in' },
    { name: 'Deep linking', set: 'on', otherwise: 'each component opens the address that was pasted' },
    { name: 'Scored', set: 'True', otherwise: 'no result reaches the gradebook' },
  ],
  givesBack: 'The component shows them in Studio. The issuer is the address of your LMS, with or without a slash at the end as it is shown.',
  fields: {
    clientId: { hint: 'Each component has one of its own, unless your site keeps a reusable configuration' },
    authenticationUrl: { called: 'OIDC Callback URL' }, tokenUrl: { called: 'Access Token URL' }, keysetUrl: { called: 'Keyset URL' },
    deploymentId: { value: '1', hint: 'Always 1' },
  },
  notes: ['Open edX does not store a result of 0: such a learner shows no grade there.'],
};

const other: LmsGuide = {
  code: 'generic',
  name: 'Any other LMS',
  summary: 'By a link where it has dynamic registration, or by hand',
  byLink: {
    where: 'Look in the LMS for where its administrators register LTI 1.3 tools, and there for “dynamic registration” or “registration by a link”. Paste the link there.',
    after: 'Most LMSs leave a new tool switched off until an administrator has looked at it: switch it on there.',
  },
  byHand: {
    where: 'Look for where administrators register an LTI 1.3 (or LTI Advantage) tool by hand. The names of the fields differ; these are the usual ones.',
    paste: (tool) => [
      login('Login', tool),
      launch('Launch (redirect)', tool),
      keys('Public keys (key set, JWKS)', tool),
      target('Target link', tool),
      domain('Domain', tool),
      custom('Custom parameters', tool),
    ],
    after: 'Save. The LMS then shows a client ID and its own addresses.',
  },
  switches: [
    { name: 'Names and e-mail addresses', set: 'sent', otherwise: 'people have no names in Coachline' },
    { name: 'Assignment and Grade Services (AGS)', set: 'on, with columns that the tool makes', otherwise: 'no result reaches the gradebook' },
    { name: 'Names and Role Provisioning (NRPS)', set: 'on', otherwise: 'people appear only once they have come in' },
    { name: 'Deep Linking', set: 'on', otherwise: 'faculty must paste the address of each week by hand' },
  ],
  givesBack: 'The LMS shows these once the tool is saved, often under “details” or “configuration”.',
  fields: { tokenAudience: { hint: 'Only where the LMS names one beside the access token address' } },
  notes: [],
};

/** In the order of the page that lists them. */
export const lmsGuides: readonly LmsGuide[] = [moodle, canvas, blackboard, brightspace, sakai, schoology, openEdx, other];

export function findOptionalGuide(code: string): LmsGuide | null {
  return lmsGuides.find((guide) => guide.code === code) ?? null;
}
