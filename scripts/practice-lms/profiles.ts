// The habits of real LMSs as far as a tool meets them: what launches say, what services demand, answer and get wrong.
// Each habit was seen in the LMS's code, its documentation, or other tools' issue threads; where no LMS is known for a
// habit that tools report, it is given to one of them here, so that it is met somewhere.
import { allScopes, scopes } from './services.ts';

export const profileNames = ['generic', 'moodle', 'canvas', 'blackboard', 'd2l', 'sakai', 'schoology', 'openedx'] as const;
export type ProfileName = (typeof profileNames)[number];

/** A refusal as one LMS words it. */
export type Refusal = { status: number; body: unknown };

export type Profile = {
  name: ProfileName;
  /** For people. */
  title: string;
  /** What stands in the tool_platform claim beside the address; null where the LMS sends no such claim. */
  toolPlatform: { guid?: string; name?: string; product_family_code: string; version?: string } | null;
  context: { type: readonly string[]; hasLabel: boolean };
  /** `aud` of launches is a list of one. */
  listsAudience: boolean;
  /** Roles that say nothing, beside the real ones. */
  idleRoles: readonly string[];
  /** Names and addresses go to no tool, whatever its own settings. */
  withholdsPeople: boolean;
  /** Parameters of the login beside those of the specification. */
  loginExtras: Readonly<Record<string, string>>;
  /** D2L's own claim, with the history of courses and links. */
  ownHistoryClaim: boolean;
  /** Grants these and no others, whatever a tool registered. */
  scopes: readonly string[];
  offersNotices: boolean;
  token: {
    contentType: string;
    type: 'Bearer' | 'bearer';
    saysExpiry: boolean;
    /** Accepted as the assertion's audience beside the token address. */
    audience?: string;
  };
  mediaTypes: {
    /** Status for a wrong Accept and for a wrong Content-Type. */
    wrongAccept: number;
    wrongContentType: number;
  };
  lineItems: {
    /** Page size when the tool names no limit; null gives all. */
    pageSize: number | null;
    /** A query that stands in every line item's address, which a tool must keep when it adds /scores. */
    query: string;
    /** Moodle escapes the address for HTML and quotes the relation with curly quotes. */
    garblesNextLink: boolean;
    /** Refusal when a tool deletes the column of a link; null lets it. */
    refusesDeletionOfCoupled: Refusal | null;
    /** `lineitem` once the link's own column was deleted: Moodle keeps the claim and leaves it empty. */
    emptyAfterDeletion: boolean;
    /** Every link has a column from the start. */
    everyLinkHasOne: boolean;
  };
  scores: ScoreHabits;
  results: {
    pageSize: number | null;
    limitFails: boolean;
    filterDropsComments: boolean;
  };
  roster: {
    pageSize: number | null;
    longestPage: number;
    shortRoles: boolean;
    nextLinkDropsRole: boolean;
    upperCaseStatus: boolean;
    /** With no limit asked, a roster above this size is refused whole. */
    refusesAbove: number | null;
  };
  deepLinking: {
    accepts: readonly string[];
    sendsData: boolean;
    /** The first deep link of a course comes without the roster's claim. */
    firstLacksRoster: boolean;
    /** Dates and window hints of items are forgotten. */
    forgetsDetails: boolean;
    /** Launches get an item's custom parameters. */
    keepsCustom: boolean;
  };
  registration: {
    sendsToken: boolean;
    namesDeployment: boolean;
    /** Which of several messages of one type counts. */
    counts: 'first' | 'last';
    /** Messages are listed by their names, and not as objects. */
    listsNames: boolean;
    /** Name and address go only to tools that listed those claims. */
    obeysClaims: boolean;
    /** Nobody's name goes out unless the registration says so, in Canvas's own words. */
    anonymousByDefault: boolean;
    /** Where tools may be placed; empty where the LMS names no placements. */
    placements: readonly string[];
  };
};

export type ScoreHabits = {
  success: { status: number; namesResult: boolean };
  stale: { status: number; bySeconds: boolean; refusesEqual: boolean };
  /** Somebody who is not in the course. */
  stranger: (userId: string) => Refusal;
  /** Somebody who is, but is not graded there. */
  notGraded: (userId: string) => Refusal;
  /** A score is taken with these words of gradingProgress; any other keeps or clears what is there. */
  counted: readonly string[];
  otherwise: 'keeps' | 'clears';
  losesZero: boolean;
  /** A score above the maximum becomes the maximum. */
  caps: boolean;
  /** Each post's comment is added to the ones before. */
  addsComments: boolean;
  /** When scoreGiven comes without scoreMaximum. */
  noMaximum: number;
};

const lis = 'http://purl.imsglobal.org/vocab/lis/v2/course#';

const generic: Profile = {
  name: 'generic', title: 'By the book',
  toolPlatform: { guid: 'practice-lms', name: 'Practice LMS', product_family_code: 'practice-lms', version: '1' },
  context: { type: [`${lis}CourseOffering`], hasLabel: true },
  listsAudience: false,
  idleRoles: [],
  withholdsPeople: false,
  loginExtras: {},
  ownHistoryClaim: false,
  scopes: allScopes,
  offersNotices: true,
  token: { contentType: 'application/json', type: 'Bearer', saysExpiry: true },
  mediaTypes: { wrongAccept: 406, wrongContentType: 415 },
  lineItems: { pageSize: null, query: '', garblesNextLink: false, refusesDeletionOfCoupled: null, emptyAfterDeletion: false, everyLinkHasOne: false },
  scores: {
    success: { status: 204, namesResult: false },
    stale: { status: 409, bySeconds: false, refusesEqual: true },
    stranger: (userId) => ({ status: 422, body: { error: `${userId} is not in this course.` } }),
    notGraded: (userId) => ({ status: 422, body: { error: `${userId} is not a learner of this course.` } }),
    counted: ['FullyGraded'], otherwise: 'keeps',
    losesZero: false, caps: false, addsComments: false, noMaximum: 400,
  },
  results: { pageSize: null, limitFails: false, filterDropsComments: false },
  roster: { pageSize: null, longestPage: 1000, shortRoles: false, nextLinkDropsRole: false, upperCaseStatus: false, refusesAbove: null },
  deepLinking: { accepts: ['ltiResourceLink', 'link', 'html', 'file', 'image'], sendsData: true, firstLacksRoster: false, forgetsDetails: false, keepsCustom: true },
  registration: { sendsToken: true, namesDeployment: true, counts: 'first', listsNames: false, obeysClaims: true, anonymousByDefault: false, placements: [] },
};

const moodle: Profile = {
  ...generic, name: 'moodle', title: 'Moodle 4.5',
  toolPlatform: { guid: 'moodle.practice.example', name: 'Practice', product_family_code: 'moodle', version: '2024100700' },
  context: { type: ['CourseSection'], hasLabel: true },
  scopes: allScopes.filter((scope) => scope !== scopes.noticeHandlers),
  offersNotices: false,
  token: { ...generic.token, contentType: 'text/html; charset=utf-8' },
  mediaTypes: { wrongAccept: 400, wrongContentType: 400 },
  lineItems: { ...generic.lineItems, query: 'type_id=1', garblesNextLink: true, emptyAfterDeletion: true },
  scores: {
    ...generic.scores,
    success: { status: 200, namesResult: false },
    stale: { status: 409, bySeconds: true, refusesEqual: true },
    stranger: () => ({ status: 400, body: null }),
    notGraded: () => ({ status: 400, body: null }),
    otherwise: 'clears',
  },
  results: { ...generic.results, limitFails: true },
  roster: { ...generic.roster, shortRoles: true, nextLinkDropsRole: true },
  deepLinking: { ...generic.deepLinking, accepts: ['ltiResourceLink'], sendsData: false, firstLacksRoster: true, forgetsDetails: true },
  registration: { ...generic.registration, counts: 'last', listsNames: true },
};

const canvasError = (status: number, type: string, message: string): Refusal => ({ status, body: { errors: { type, message } } });

const canvas: Profile = {
  ...generic, name: 'canvas', title: 'Canvas',
  toolPlatform: { guid: 'practice:canvas-lms', name: 'Practice', product_family_code: 'canvas', version: 'cloud' },
  loginExtras: { canvas_region: 'us-east-1', canvas_environment: 'prod' },
  lineItems: {
    ...generic.lineItems, pageSize: 10,
    refusesDeletionOfCoupled: canvasError(401, 'unauthorized', 'This line item is bound to an assignment that the tool did not make.'),
  },
  scores: {
    ...generic.scores,
    success: { status: 200, namesResult: true },
    stale: { status: 400, bySeconds: false, refusesEqual: false },
    stranger: () => canvasError(422, 'unprocessable_entity', 'User not found in course or is not a student'),
    notGraded: () => canvasError(422, 'unprocessable_entity', 'User not found in course or is not a student'),
    counted: ['FullyGraded', 'PendingManual'], otherwise: 'clears',
    addsComments: true, noMaximum: 422,
  },
  results: { ...generic.results, pageSize: 10 },
  roster: { ...generic.roster, pageSize: 50, longestPage: 50 },
  deepLinking: { ...generic.deepLinking, accepts: ['ltiResourceLink', 'link', 'html', 'file', 'image'], keepsCustom: false },
  registration: {
    ...generic.registration, namesDeployment: false, obeysClaims: false, anonymousByDefault: true,
    placements: ['course_navigation', 'assignment_selection', 'link_selection', 'editor_button'],
  },
};

const blackboard: Profile = {
  ...generic, name: 'blackboard', title: 'Blackboard Learn',
  toolPlatform: { guid: 'b1a2c3d4e5f60718293a4b5c6d7e8f90', name: 'Practice', product_family_code: 'BlackboardLearn', version: '4000.1.0' },
  scopes: allScopes.filter((scope) => scope !== scopes.noticeHandlers),
  offersNotices: false,
  scores: {
    ...generic.scores,
    success: { status: 200, namesResult: false },
    stranger: (userId) => ({ status: 400, body: { status: 400, message: `User could not be found: ${userId}` } }),
    notGraded: (userId) => ({ status: 400, body: { status: 400, message: `User could not be found: ${userId}` } }),
  },
  results: { ...generic.results, filterDropsComments: true },
  deepLinking: { ...generic.deepLinking, accepts: ['ltiResourceLink', 'link', 'html', 'file', 'image'] },
};

const d2l: Profile = {
  ...generic, name: 'd2l', title: 'D2L Brightspace',
  toolPlatform: { guid: '6a1c9a6e-90f1-4c35-8f6e-5b6f6f2f9a11', name: 'Practice', product_family_code: 'desire2learn', version: '20.26.5' },
  ownHistoryClaim: true,
  token: { ...generic.token, saysExpiry: false, audience: 'https://api.brightspace.com/auth/token' },
  scores: {
    ...generic.scores,
    success: { status: 200, namesResult: false },
    stranger: () => ({ status: 403, body: { title: 'Forbidden', detail: 'User in requested score is not enrolled in the course' } }),
    notGraded: () => ({ status: 422, body: { title: 'Unprocessable Entity', detail: 'User in requested score does not have permission to be graded' } }),
    caps: true,
  },
  registration: { ...generic.registration, sendsToken: false },
};

const sakai: Profile = {
  ...generic, name: 'sakai', title: 'Sakai',
  toolPlatform: { guid: 'sakai.practice.example', name: 'Practice', product_family_code: 'sakai', version: '25' },
  scores: { ...generic.scores, success: { status: 200, namesResult: false } },
};

const schoology: Profile = {
  ...generic, name: 'schoology', title: 'Schoology',
  toolPlatform: { guid: 'schoology.practice.example', name: 'Schoology', product_family_code: 'schoology', version: '1.0' },
  listsAudience: true,
  token: { ...generic.token, type: 'bearer' },
  scopes: allScopes.filter((scope) => scope !== scopes.noticeHandlers),
  offersNotices: false,
  roster: { ...generic.roster, pageSize: 100, longestPage: 100 },
  deepLinking: { ...generic.deepLinking, accepts: ['ltiResourceLink', 'html', 'link'] },
};

const openedx: Profile = {
  ...generic, name: 'openedx', title: 'Open edX',
  toolPlatform: null,
  context: { type: [`${lis}CourseOffering`], hasLabel: false },
  idleRoles: ['http://purl.imsglobal.org/vocab/lis/v2/system/person#None', 'http://purl.imsglobal.org/vocab/lis/v2/institution/person#None'],
  withholdsPeople: true,
  // Declarative grading: the block's one column, which a tool can read and fill but not add to.
  scopes: [scopes.lineItemRead, scopes.score, scopes.resultRead, scopes.roster],
  offersNotices: false,
  lineItems: { ...generic.lineItems, everyLinkHasOne: true },
  scores: { ...generic.scores, success: { status: 200, namesResult: false }, losesZero: true, caps: true },
  roster: { ...generic.roster, refusesAbove: 1000 },
  deepLinking: { ...generic.deepLinking, accepts: ['ltiResourceLink', 'link', 'html', 'image'] },
};

export const profiles: Record<ProfileName, Profile> = { generic, moodle, canvas, blackboard, d2l, sakai, schoology, openedx };

export function isProfileName(word: unknown): word is ProfileName {
  return profileNames.some((name) => name === word);
}
