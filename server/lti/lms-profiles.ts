// What each LMS does differently, in one table, so that no other file asks which LMS it talks to.
// Sources: the LMSs' own code and documentation, and what other tools' maintainers met.

export type LmsCode = 'moodle' | 'canvas' | 'blackboard' | 'brightspace' | 'sakai' | 'schoology' | 'openedx' | 'generic';

export type LmsProfile = {
  /** Also the name of the section of the set-up page that is for this LMS. */
  code: LmsCode;
  /** As people call it, for the middle of a sentence: "Canvas", "the LMS". */
  name: string;
  /** `aud` of token requests where it is not the token URL; what the registration itself says comes first. */
  tokenAudience: string | null;
  /** What its 403 says when it means "too many calls, come back later". */
  throttledBy: RegExp | null;
  /** Whether parallel calls count against the tool, so that they should go one by one. */
  oneByOne: boolean;
  scores: {
    /**
     * Whether to tell that something was handed in and waits for a grade (Submitted, PendingManual, no scoreGiven).
     * A score without scoreGiven clears the one before it (AGS 2.0, 3.4.5), so never once a grade was sent.
     */
    submitted: 'while-ungraded' | 'never';
    /** What its 400 says when the score's timestamp is not newer than the stored one. (409 says so everywhere.) */
    staleBy: RegExp | null;
    /** Whether the extension that keeps a grade from being taken for a new submission is understood. */
    submissionExtension: boolean;
    lineBreak: '\n' | '<br/>';
    /** Whether a comment is added anew with every score, so that it should be sent only when it changed. */
    commentsPileUp: boolean;
    /** For people: what happens to a score of 0 where it is not stored. */
    zeroIsLost: string | null;
  };
  lineItems: {
    /** Whether a tool may add columns; where not, the one that comes with the link is all there is. */
    mayCreate: boolean;
    /** Whether DELETE of the column that belongs to a link is refused, so that one should not try. */
    linkedStay: boolean;
  };
  results: {
    /** `limit` for reading results; null: do not send it. */
    pageLimit: number | null;
    /** Whether `user_id` may be sent; where not, read all and choose. */
    userFilter: boolean;
  };
  roster: {
    /** `limit` for reading members. */
    pageLimit: number;
    /** Whether `rlid` may be sent, to read members as one link sees them. */
    resourceLinkFilter: boolean;
    /** For people, where names are withheld: the switch that shows them, and who has it. */
    namesShownBy: string;
  };
  deepLinking: {
    /** Whether an item can become graded only when it brings its line item along. */
    gradedOnlyWithLineItem: boolean;
    /** Whether `lineItem` in a content item makes a column at all. */
    makesLineItems: boolean;
    /** Whether `custom` of an item comes back at its launches; where not, all must stand in the address. */
    customComesBack: boolean;
  };
};

/** An LMS that keeps to the specifications and of which nothing else is known: what could do harm is not done. */
const generic: LmsProfile = {
  code: 'generic',
  name: 'the LMS',
  tokenAudience: null,
  // In the words of those known to say it (Canvas; Moodle, Canvas and Open edX), for an LMS that does not say its name too.
  throttledBy: /rate limit exceeded/i,
  oneByOne: false,
  scores: { submitted: 'never', staleBy: /earlier timestamp|before last updated timestamp|timestamp can only be updated to a later|already exists for the provided timestamp/i, submissionExtension: false, lineBreak: '\n', commentsPileUp: false, zeroIsLost: null },
  lineItems: { mayCreate: true, linkedStay: false },
  results: { pageLimit: null, userFilter: true },
  // Open edX, which does not say its name, refuses a large course whole when no limit is sent.
  roster: {
    pageLimit: 200, resourceLinkFilter: false,
    namesShownBy: 'Names are shown when the administrator of your LMS lets the tool Coachline see them; most call it a privacy setting of the tool.',
  },
  deepLinking: { gradedOnlyWithLineItem: false, makesLineItems: true, customComesBack: true },
};

const profiles: Record<LmsCode, LmsProfile> = {
  generic,
  moodle: {
    ...generic,
    code: 'moodle',
    name: 'Moodle',
    // With `limit`, the last page of results ends in a server error.
    results: { pageLimit: null, userFilter: true },
    roster: { pageLimit: 200, resourceLinkFilter: true, namesShownBy: 'In Moodle, the privacy settings of the tool Coachline have a switch “Share launcher’s name with tool”. Its administrator sets it to “Always”.' },
  },
  canvas: {
    ...generic,
    code: 'canvas',
    name: 'Canvas',
    oneByOne: true,
    scores: { ...generic.scores, submitted: 'while-ungraded', submissionExtension: true, commentsPileUp: true },
    lineItems: { mayCreate: true, linkedStay: true },
    results: { pageLimit: 100, userFilter: true },
    roster: { pageLimit: 50, resourceLinkFilter: true, namesShownBy: 'In Canvas, the developer key of Coachline has a privacy level. Its administrator sets it to “Public”.' },
    deepLinking: { ...generic.deepLinking, customComesBack: false },
  },
  blackboard: {
    ...generic,
    code: 'blackboard',
    name: 'Blackboard',
    scores: { ...generic.scores, submitted: 'while-ungraded', lineBreak: '<br/>' },
    // The filter by user leaves the comments out.
    results: { pageLimit: 1000, userFilter: false },
    roster: { ...generic.roster, namesShownBy: 'In Blackboard, the tool provider Coachline has a list “User Fields to Send”. Its administrator ticks “Name”.' },
    deepLinking: { ...generic.deepLinking, gradedOnlyWithLineItem: true },
  },
  brightspace: {
    ...generic,
    code: 'brightspace',
    name: 'Brightspace',
    tokenAudience: 'https://api.brightspace.com/auth/token',
    roster: { ...generic.roster, namesShownBy: 'In Brightspace, the deployment of Coachline has security settings. Its administrator lets first and last name be sent.' },
    scores: { ...generic.scores, submitted: 'while-ungraded' },
  },
  sakai: { ...generic, code: 'sakai', name: 'Sakai', roster: { ...generic.roster, namesShownBy: 'In Sakai, the tool Coachline has a switch “Send User Names to External Tool”. Its administrator turns it on.' } },
  schoology: { ...generic, code: 'schoology', name: 'Schoology', roster: { pageLimit: 100, resourceLinkFilter: false, namesShownBy: 'In Schoology, the app Coachline has a privacy setting. Its administrator lets the name be sent.' } },
  openedx: {
    ...generic,
    code: 'openedx',
    name: 'Open edX',
    scores: { ...generic.scores, zeroIsLost: 'Open edX does not store a score of 0: such a learner shows no grade there.' },
    // Declarative by default: one fixed line item for each link.
    lineItems: { mayCreate: false, linkedStay: true },
    roster: { ...generic.roster, namesShownBy: 'In Open edX, the settings of the LTI component have “Request user’s full name”. It works only where your site lets personal data be sent.' },
    deepLinking: { ...generic.deepLinking, makesLineItems: false },
  },
};

/** `tool_platform.product_family_code` as the LMSs send it, in lower case. Open edX sends none. */
const productFamilies: Record<string, LmsCode> = {
  moodle: 'moodle',
  canvas: 'canvas',
  blackboardlearn: 'blackboard', blackboard: 'blackboard',
  desire2learn: 'brightspace', d2l: 'brightspace', brightspace: 'brightspace',
  sakai: 'sakai',
  schoology: 'schoology',
  openedx: 'openedx', 'open edx': 'openedx', edx: 'openedx',
};

/** Domains whose issuers are of one LMS alone: the shared ones of the clouds, and those of hosted customers. */
const domains: Record<string, LmsCode> = {
  'instructure.com': 'canvas',
  'blackboard.com': 'blackboard',
  'brightspace.com': 'brightspace',
  'schoology.com': 'schoology',
  'moodlecloud.com': 'moodle',
};

/** The habits of the LMS that sends this family code, else of the one whose issuer this is, else of none in particular. */
export function profileOf({ productFamilyCode, issuer }: { productFamilyCode: string | null | undefined; issuer: string }): LmsProfile {
  const family = productFamilyCode?.trim().toLowerCase() ?? '';
  if (Object.hasOwn(productFamilies, family)) return profiles[productFamilies[family] ?? 'generic'];
  const host = URL.parse(issuer)?.hostname ?? '';
  const domain = Object.keys(domains).find((name) => host === name || host.endsWith(`.${name}`));
  return profiles[domain === undefined ? 'generic' : domains[domain] ?? 'generic'];
}

/**
 * Hosts from which the clouds that serve many institutions publish the keys of all of them. There each institution may
 * have a host name of its own, so that services need not be on the cloud's domain; see services-http.ts.
 */
const sharedKeySetHosts: ReadonlySet<string> = new Set([
  'sso.canvaslms.com', 'sso.beta.canvaslms.com', 'sso.test.canvaslms.com',
  'canvas.instructure.com', 'canvas.beta.instructure.com', 'canvas.test.instructure.com',
  'developer.blackboard.com',
]);

/** Whether the keys at this address sign for many institutions, each with a host name of its own. */
export function isSharedCloud(keysetUrl: string): boolean {
  const url = URL.parse(keysetUrl);
  return url?.protocol === 'https:' && sharedKeySetHosts.has(url.host);
}
