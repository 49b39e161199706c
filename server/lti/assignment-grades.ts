// Assignment and Grade Services 2.0: columns of the platform's gradebook (line items), the scores that we send into
// them, and the results that stand there.
import { asObject, cut, readId, readName, withoutAbsent } from './claim-values.ts';
import type { LmsCode, LmsProfile } from './lms-profiles.ts';
import type { ServiceProblem, ServiceProblemCode } from './service-problem.ts';
import { withQuery } from './services-http.ts';
import type { PlatformServices, ServiceRegistration } from './services-http.ts';

const ags = 'https://purl.imsglobal.org/spec/lti-ags/scope/';
export const gradeScopes = {
  lineItem: `${ags}lineitem`,
  lineItemReadOnly: `${ags}lineitem.readonly`,
  resultReadOnly: `${ags}result.readonly`,
  score: `${ags}score`,
} as const;

const mediaTypes = {
  lineItem: 'application/vnd.ims.lis.v2.lineitem+json',
  lineItems: 'application/vnd.ims.lis.v2.lineitemcontainer+json',
  results: 'application/vnd.ims.lis.v2.resultcontainer+json',
  score: 'application/vnd.ims.lis.v1.score+json',
} as const;

/** Canvas's word for what a score has to do with the submission (its Score API). */
const canvasSubmission = 'https://canvas.instructure.com/lti/submission';

/** The grade services of one course, as a launch offered them: `scopes` is `scope` of the endpoint claim. */
export type GradeEndpoint = { registration: ServiceRegistration; scopes: readonly string[] };

/** A column as the platform has it. `id` is its address. */
export type LineItem = { id: string; label: string; scoreMaximum: number | null; resourceId?: string; tag?: string; resourceLinkId?: string };

/** A column as we want it. `resourceId` and `tag` together say what it is for, and find it again. */
export type LineItemDraft = {
  label: string;
  scoreMaximum: number;
  resourceId: string;
  tag: string;
  resourceLinkId?: string;
  /** False holds the grades back until faculty post them there, where the platform can. */
  gradesReleased?: boolean;
  submissionReview?: SubmissionReview;
};

/** That the platform may open a learner's work from its gradebook (LTI Submission Review 1.0): when, and as what. */
export type SubmissionReview = { reviewableStatus: readonly Score['activityProgress'][]; label?: string; url?: string; custom?: Record<string, string> };

/** A score in AGS's words (2.0, 3.4), with what the LMS's habits need to know besides. */
export type Score = {
  /** `sub` of the learner at the platform. */
  userId: string;
  /** Must be newer than that of the score before it, by whole seconds (Moodle). */
  timestamp: Temporal.Instant;
  /** Null: handed in and not graded yet, or a grade taken back. */
  scoreGiven: number | null;
  scoreMaximum: number;
  activityProgress: 'Initialized' | 'Started' | 'InProgress' | 'Submitted' | 'Completed';
  gradingProgress: 'FullyGraded' | 'Pending' | 'PendingManual' | 'Failed' | 'NotReady';
  /** Plain text with line breaks; the platform shows it to the learner. */
  comment: string | null;
  /** The comment that was last sent, so that it is not repeated where comments pile up. */
  sentComment: string | null;
  /** When the learner handed it in. */
  submittedAt: Temporal.Instant | null;
  /** Whether a grade was ever sent for this learner and column. */
  wasGraded: boolean;
};

export type Result = { userId: string; score: number | null; maximum: number | null; comment?: string };

const longestComment = 10_000;
const mostLineItems = 5000;
const mostResults = 100_000;
/** Characters of all comments together, so that long ones do not fill our memory. */
const mostCommentText = 20_000_000;

/**
 * The column for this `resourceId` and `tag`; null when there is none, and only then may one be made. All pages are read,
 * and what the platform finds is checked, because not every one looks at the filters. Of several the first counts.
 */
export async function findLineItem(
  services: PlatformServices, { registration, scopes }: GradeEndpoint, lineItemsUrl: string, { resourceId, tag }: Pick<LineItemDraft, 'resourceId' | 'tag'>,
): Promise<{ outcome: 'done'; lineItem: LineItem | null } | ServiceProblem> {
  const readable = offered(scopes, gradeScopes.lineItemReadOnly, gradeScopes.lineItem);
  if (!URL.canParse(lineItemsUrl)) return { outcome: 'refused', code: 'address.bad' };
  let seen = 0;
  for await (const step of services.pages(registration, { ...readable, url: withQuery(lineItemsUrl, { resource_id: resourceId, tag }), accept: mediaTypes.lineItems })) {
    if (step.kind === 'end') return step.end.outcome === 'complete' ? { outcome: 'done', lineItem: null } : columnProblem(step.end.problem);
    if (!Array.isArray(step.json)) return { outcome: 'refused', code: 'answer.not_json' };
    for (const item of step.json as unknown[]) {
      const lineItem = readLineItem(item);
      // A platform that does not keep tags still keeps the resource id.
      if (lineItem?.resourceId === resourceId && (lineItem.tag ?? tag) === tag) return { outcome: 'done', lineItem };
    }
    seen += step.json.length;
    if (seen > mostLineItems) return { outcome: 'refused', code: 'pages.too_many' };
  }
  return { outcome: 'refused', code: 'answer.not_json' };
}

/** Makes a column. Look for it first (findLineItem), or there may soon be two. */
export async function createLineItem(services: PlatformServices, { registration, scopes }: GradeEndpoint, lineItemsUrl: string, draft: LineItemDraft): Promise<{ outcome: 'done'; lineItem: LineItem } | ServiceProblem> {
  if (!services.profileOf(registration).lineItems.mayCreate) return { outcome: 'refused', code: 'line_item.not_creatable' };
  const answer = await services.call(registration, {
    ...offered(scopes, gradeScopes.lineItem), method: 'POST', url: lineItemsUrl, accept: mediaTypes.lineItem, contentType: mediaTypes.lineItem, json: draft,
  });
  if (answer.outcome !== 'done') return columnProblem(answer);
  const lineItem = readLineItem(answer.json);
  // It was probably made, under an address that we do not know: the next try finds it.
  return lineItem ? { outcome: 'done', lineItem } : { outcome: 'retry', code: 'answer.not_json', status: answer.status };
}

/** Reads one column. `line_item.deleted` when it is gone. */
export async function readLineItemAt(services: PlatformServices, { registration, scopes }: GradeEndpoint, lineItemUrl: string): Promise<{ outcome: 'done'; lineItem: LineItem } | ServiceProblem> {
  const answer = await services.call(registration, {
    ...offered(scopes, gradeScopes.lineItemReadOnly, gradeScopes.lineItem), method: 'GET', url: lineItemUrl, accept: mediaTypes.lineItem,
  });
  if (answer.outcome !== 'done') return columnProblem(answer);
  const lineItem = readLineItem(answer.json, lineItemUrl);
  return lineItem ? { outcome: 'done', lineItem } : { outcome: 'refused', code: 'answer.not_json', status: answer.status };
}

/** Renames a column or changes its maximum. Everything is sent, because what is left out would be taken away (AGS 2.0, 3.2.7). */
export async function updateLineItem(services: PlatformServices, { registration, scopes }: GradeEndpoint, lineItemUrl: string, draft: LineItemDraft): Promise<{ outcome: 'done' } | ServiceProblem> {
  const answer = await services.call(registration, {
    ...offered(scopes, gradeScopes.lineItem), method: 'PUT', url: lineItemUrl, accept: mediaTypes.lineItem, contentType: mediaTypes.lineItem, json: { id: lineItemUrl, ...draft },
  });
  return answer.outcome === 'done' ? { outcome: 'done' } : columnProblem(answer);
}

/** Deletes a column and all that stands in it. One that is gone already counts as deleted. */
export async function deleteLineItem(services: PlatformServices, { registration, scopes }: GradeEndpoint, lineItemUrl: string): Promise<{ outcome: 'done' } | ServiceProblem> {
  const answer = await services.call(registration, { ...offered(scopes, gradeScopes.lineItem), method: 'DELETE', url: lineItemUrl });
  if (answer.outcome === 'done' || (answer.outcome === 'refused' && answer.code === 'call.not_found')) return { outcome: 'done' };
  return columnProblem(answer);
}

/**
 * Sends a score. `skipped`: this LMS is not to be sent it (lms-profiles.ts), and that is as it should be.
 * A refusal has the most telling code that the answer gives (`permanentReasons`).
 */
export async function postScore(services: PlatformServices, { registration, scopes }: GradeEndpoint, lineItemUrl: string, score: Score): Promise<{ outcome: 'done' } | { outcome: 'skipped' } | ServiceProblem> {
  const profile = services.profileOf(registration);
  const body = scoreBody(score, profile);
  if (body === null) return { outcome: 'skipped' };
  const url = below(lineItemUrl, 'scores');
  if (url === null) return { outcome: 'refused', code: 'address.bad' };
  const answer = await services.call(registration, {
    ...offered(scopes, gradeScopes.score), method: 'POST', url, contentType: mediaTypes.score, json: body, staleBy: profile.scores.staleBy,
  });
  if (answer.outcome === 'done') return { outcome: 'done' };
  return answer.outcome === 'refused' ? { ...answer, code: permanentReason(answer, profile) } : answer;
}

/** What stands in a column: all of it, or one person's. */
export async function readResults(services: PlatformServices, { registration, scopes }: GradeEndpoint, lineItemUrl: string, { userId }: { userId?: string } = {}): Promise<{ outcome: 'done'; results: Result[] } | ServiceProblem> {
  const { pageLimit, userFilter } = services.profileOf(registration).results;
  const asksForOne = userId !== undefined && userFilter;
  const plain = below(lineItemUrl, 'results');
  if (plain === null) return { outcome: 'refused', code: 'address.bad' };
  const url = withQuery(plain, { limit: pageLimit, user_id: asksForOne ? userId : null });
  const results: Result[] = [];
  let commentText = 0;
  for await (const step of services.pages(registration, { ...offered(scopes, gradeScopes.resultReadOnly), url, accept: mediaTypes.results, maxBytes: 4 * 1024 * 1024 })) {
    if (step.kind === 'end') {
      if (step.end.outcome === 'complete') return { outcome: 'done', results };
      const { problem } = step.end;
      // Some answer 404 for a person who has no result yet.
      return asksForOne && problem.code === 'call.not_found' ? { outcome: 'done', results: [] } : columnProblem(problem);
    }
    if (!Array.isArray(step.json)) return { outcome: 'refused', code: 'answer.not_json' };
    for (const item of step.json as unknown[]) {
      const result = readResult(item);
      if (result && (userId === undefined || result.userId === userId)) {
        results.push(result);
        commentText += result.comment?.length ?? 0;
      }
    }
    if (results.length > mostResults || commentText > mostCommentText) return { outcome: 'refused', code: 'pages.too_many' };
  }
  return { outcome: 'refused', code: 'answer.not_json' };
}

/**
 * A score as this LMS is to be sent it (AGS 2.0, 3.4); null when it is not to be sent at all:
 * - a grade that is not final, because whatever is not FullyGraded takes the grade away in Moodle and counts in Canvas;
 * - that something was handed in, where the LMS makes nothing of it, or once there was a grade, which it would clear;
 * - the withdrawal of a grade that was never sent.
 */
export function scoreBody(score: Score, { scores: habits }: LmsProfile): Record<string, unknown> | null {
  const { userId, scoreGiven, scoreMaximum, activityProgress, gradingProgress, comment, sentComment, wasGraded } = score;
  const isHandedIn = scoreGiven === null && (activityProgress === 'Submitted' || activityProgress === 'Completed') && (gradingProgress === 'PendingManual' || gradingProgress === 'Pending');
  if (scoreGiven !== null && gradingProgress !== 'FullyGraded') return null;
  if (isHandedIn && (habits.submitted === 'never' || wasGraded)) return null;
  if (scoreGiven === null && !isHandedIn && !wasGraded) return null;

  const isRepeated = habits.commentsPileUp && comment === sentComment;
  return {
    userId,
    timestamp: instant(score.timestamp),
    activityProgress,
    // Without a score and FullyGraded would say that the grade is final, and empty.
    gradingProgress: scoreGiven === null && !isHandedIn ? 'NotReady' : gradingProgress,
    ...(scoreGiven !== null && { scoreGiven: rounded(scoreGiven), scoreMaximum: rounded(scoreMaximum) }),
    ...(comment !== null && comment !== '' && !isRepeated && { comment: commentText(comment, habits.lineBreak) }),
    ...submission(score, habits.submissionExtension, isHandedIn),
  };
}

/** Grading must not look like handing in, and late: Canvas takes every score for a new submission unless told otherwise. */
function submission({ submittedAt, timestamp }: Score, hasExtension: boolean, isNew: boolean): Record<string, unknown> {
  // Canvas refuses one in the future, and nothing is handed in after it was graded.
  const at = submittedAt && (Temporal.Instant.compare(submittedAt, timestamp) > 0 ? timestamp : submittedAt);
  return {
    ...(at && { submission: { submittedAt: instant(at) } }),
    ...(hasExtension && { [canvasSubmission]: { new_submission: isNew, ...(at && { submitted_at: instant(at) }) } }),
  };
}

/** Where lines are broken by HTML, all else must be text to HTML too. */
function commentText(comment: string, lineBreak: '\n' | '<br/>'): string {
  const text = cut(comment.replaceAll('\0', '').replaceAll('\r\n', '\n').toWellFormed(), longestComment);
  return lineBreak === '\n' ? text : text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', lineBreak);
}

/** ISO 8601 with milliseconds and Z: what every platform reads. */
function instant(time: Temporal.Instant): string {
  return time.toString({ fractionalSecondDigits: 3 });
}

/** Not 2.3000000000000003, which some show. */
function rounded(points: number): number {
  return Math.round(points * 10_000) / 10_000;
}

/** The scopes for a call, as far as a launch named them for this course; none means that it is not offered (rule 72). */
function offered(scopes: readonly string[], ...wanted: string[]): { scopes: string[]; namedByLaunch: true } {
  return { scopes: wanted.filter((scope) => scopes.includes(scope)), namedByLaunch: true };
}

/** The address below a line item's: its query stays behind the path (AGS 2.0, 3.4; Moodle's `?type_id=1`). */
function below(lineItemUrl: string, name: 'scores' | 'results'): string | null {
  const url = URL.parse(lineItemUrl);
  if (!url) return null;
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${name}`;
  return url.href;
}

/** What a refusal of a score means: the first line that fits. `on`: only this LMS; `says`: what its answer must hold. */
export const permanentReasons: readonly { status: readonly number[]; on?: LmsCode; says?: RegExp; code: ServiceProblemCode }[] = [
  { status: [400, 403, 404, 422], says: /maximum number of allowed attempts/i, code: 'score.no_attempts_left' },
  { status: [400, 403, 404, 422], says: /user could not be found|not enrolled|user in requested score does not exist|is not in this course/i, code: 'score.not_enrolled' },
  // Canvas says the same of a former student, of an unpublished course, and of an id that privacy hides.
  { status: [400, 403, 404, 422], says: /not found in course or is not a student/i, code: 'score.not_a_student' },
  { status: [400, 403, 404, 422], says: /unpublished|not (?:yet )?published/i, code: 'score.unpublished' },
  { status: [400, 403, 422], says: /locked/i, code: 'score.locked' },
  { status: [400, 403, 404, 422], says: /(?:course|context) (?:has |is )?(?:concluded|completed|ended|closed)/i, code: 'score.course_over' },
  { status: [422], on: 'brightspace', code: 'score.role_not_gradable' },
  { status: [400, 403, 422], says: /not a learner|not a student|cannot be graded|permission to be graded/i, code: 'score.not_gradable' },
  // A wrong body gets the same empty 400, but ours are right.
  { status: [400], on: 'moodle', code: 'score.not_gradable' },
  { status: [403], on: 'moodle', says: /line item does not exist/i, code: 'line_item.deleted' },
  { status: [404, 410], code: 'line_item.deleted' },
  { status: [400, 405, 406, 412, 413, 415, 422], code: 'score.refused' },
];

function permanentReason({ code, status, said = '' }: Extract<ServiceProblem, { outcome: 'refused' }>, profile: LmsProfile): ServiceProblemCode {
  // Only what the score service itself answered: a refused token or address says enough.
  if (!code.startsWith('call.')) return code;
  const line = permanentReasons.find((reason) => status !== undefined && reason.status.includes(status) && (reason.on ?? profile.code) === profile.code && (reason.says?.test(said) ?? true));
  return line?.code ?? code;
}

/** A column that is not found is one that somebody deleted. */
function columnProblem(problem: ServiceProblem): ServiceProblem {
  return problem.outcome === 'refused' && problem.code === 'call.not_found' ? { ...problem, code: 'line_item.deleted' } : problem;
}

function readLineItem(json: unknown, address?: string): LineItem | null {
  const { id, label, scoreMaximum, resourceId, tag, resourceLinkId } = asObject(json);
  const url = typeof id === 'string' && URL.canParse(id) && id.length <= 2048 ? id : address;
  if (url === undefined) return null;
  const optional = { resourceId: readId(resourceId), tag: readId(tag), resourceLinkId: readId(resourceLinkId) };
  return { id: url, label: readName(label) ?? '', scoreMaximum: readNumber(scoreMaximum), ...withoutAbsent(optional) };
}

function readResult(json: unknown): Result | null {
  const { userId, resultScore, resultMaximum, comment } = asObject(json);
  const id = readId(userId);
  if (id === undefined) return null;
  const text = typeof comment === 'string' ? cut(comment.replaceAll('\0', '').toWellFormed(), longestComment) : undefined;
  // "Maximum possible value … default 1" (AGS 2.0, 3.3.4).
  return { userId: id, score: readNumber(resultScore), maximum: readNumber(resultMaximum) ?? 1, ...withoutAbsent({ comment: text }) };
}

function readNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}
