// Every reason for which a call to a platform's services comes to nothing, and what people are then told.
// Codes are for rows and logs; the words are for faculty and administrators.
import type { LmsProfile } from './lms-profiles.ts';

/** Who can put it right. `time`: nobody needs to, it is tried again. */
export type ServiceMender = 'time' | 'faculty' | 'lms-administrator' | 'coachline-administrator';

export type ServiceProblemWords = { happened: string; toDo: string; mender: ServiceMender };

const again = 'Nothing to do: Coachline tries again by itself.';
const askLms = 'Please ask the administrator of {lms}.';

/** The closed list. `{lms}` is the name of the LMS. */
export const serviceProblems = {
  // Worth another try
  'platform.unreachable': words('{lms} could not be reached.', again, 'time'),
  'platform.timeout': words('{lms} did not answer in time.', again, 'time'),
  'platform.throttled': words('{lms} asked for a pause, because it had many calls at once.', again, 'time'),
  'platform.failed': words('{lms} had an error of its own.', again, 'time'),
  'platform.redirect': words('{lms} sent the call elsewhere, as it does during maintenance.', again, 'time'),
  'score.stale': words('{lms} already has a newer score of this learner.', again, 'time'),

  // The connection
  'connection.off': words('The connection to {lms} is switched off in Coachline.', 'Please ask the people who look after Coachline.', 'coachline-administrator'),

  // The address
  'address.bad': words('{lms} named an address for this service that cannot be used.', askLms, 'lms-administrator'),
  'address.private': words('{lms} named an address in a private network for this service, where Coachline does not go.', askLms, 'lms-administrator'),
  'address.foreign': words('{lms} named an address for this service on a host that is not its own.', 'Please ask the people who look after Coachline whether that host belongs to the LMS.', 'coachline-administrator'),

  // The token and its scopes
  'token.client_refused': words('{lms} does not accept Coachline’s key or client ID.', 'Please ask the administrator of {lms} to check the tool’s key set URL and client ID, and that the tool is switched on.', 'lms-administrator'),
  'token.scope_refused': words('{lms} does not grant Coachline this service.', 'Please ask the administrator of {lms} to allow it in the settings of the tool.', 'lms-administrator'),
  'token.refused': words('{lms} did not give Coachline leave to call it.', 'Please ask the administrator of {lms} to check the settings of the tool.', 'lms-administrator'),
  'token.not_json': words('The token address of {lms} answered with something that is not a token.', 'Please ask the people who look after Coachline to check the token URL of this connection.', 'coachline-administrator'),
  'token.unusable': words('{lms} gave a token that cannot be used.', askLms, 'lms-administrator'),
  'scope.missing': words('{lms} has not granted Coachline this service.', 'Please ask the administrator of {lms} to allow it in the settings of the tool, then open Coachline once from the course.', 'lms-administrator'),
  'service.absent': words('{lms} does not offer this service in this course.', 'Please ask the administrator of {lms} to allow it in the settings of the tool, then open Coachline once from the course.', 'lms-administrator'),
  'call.unauthorised': words('{lms} gave a token and then did not accept it.', 'Please ask the administrator of {lms} to check what the tool may do in this course.', 'lms-administrator'),

  // The call itself
  'call.forbidden': words('{lms} does not let Coachline do this in this course.', 'Please ask the administrator of {lms} to check what the tool may do in this course.', 'lms-administrator'),
  'call.not_found': words('{lms} no longer knows what was asked for.', 'Open Coachline once more from the course, so that it learns the new addresses.', 'faculty'),
  'call.invalid': words('{lms} did not understand the message.', 'Please tell the people who look after Coachline.', 'coachline-administrator'),
  'answer.not_json': words('{lms} answered with something that cannot be read.', 'Please tell the people who look after Coachline.', 'coachline-administrator'),
  'answer.too_large': words('{lms} answered with more than Coachline reads.', 'Please tell the people who look after Coachline.', 'coachline-administrator'),

  // Paging
  'pages.elsewhere': words('{lms} named a next page on another host.', askLms, 'lms-administrator'),
  'pages.loop': words('{lms} named a page again that was already read.', askLms, 'lms-administrator'),
  'pages.too_many': words('{lms} names more pages than any course needs.', askLms, 'lms-administrator'),

  // Rosters
  'roster.line_unreadable': words('{lms} sent members without an ID, so that Coachline cannot tell who is missing.', 'Please ask the administrator of {lms}. Everybody else on the list was taken over.', 'lms-administrator'),
  'roster.empty': words('{lms} sent a list with nobody on it.', 'Please ask the administrator of {lms} to check what the tool may see in this course.', 'lms-administrator'),

  // Columns
  'line_item.not_creatable': words('{lms} does not let tools add columns to its gradebook.', 'Place a link to Coachline as a graded activity: its own column is then used.', 'faculty'),
  'line_item.deleted': words('The column was deleted in {lms}.', 'Open the activity once more from the course, or place it anew, then send the scores again.', 'faculty'),

  // Scores
  'score.not_enrolled': words('{lms} says that this learner is not enrolled in the course.', 'Check the enrolment in {lms}, then send the score again.', 'faculty'),
  'score.not_gradable': words('{lms} says that this person cannot be graded: their role in the course is not a learner’s.', 'Give them a role that can be graded in {lms}, then send the score again.', 'faculty'),
  'score.not_a_student': words('{lms} does not accept a score for this person. They are no longer a student of the course, or the course is not published, or the tool’s privacy level is Private.', 'Publish the course and check the enrolment in {lms}, then send the score again. If that is in order, ask its administrator about the tool’s privacy level.', 'faculty'),
  'score.role_not_gradable': words('{lms} says that this person’s role cannot be graded.', 'Please ask the administrator of {lms} to switch on “Can be graded in Grades” for the role.', 'lms-administrator'),
  'score.unpublished': words('The assignment or its course is not published in {lms}.', 'Publish it there, then send the score again.', 'faculty'),
  'score.no_attempts_left': words('{lms} accepts no further attempt of this learner.', 'Allow another attempt in {lms}, or enter the grade there by hand.', 'faculty'),
  'score.locked': words('The grade is locked in {lms}.', 'Unlock it in the gradebook, then send the score again.', 'faculty'),
  'score.course_over': words('The course has ended in {lms}, so that it takes no more grades.', 'Please ask the administrator of {lms} to reopen it, or enter the grade there by hand.', 'faculty'),
  'score.refused': words('{lms} did not accept the score.', 'Please tell the people who look after Coachline.', 'coachline-administrator'),
} as const satisfies Record<string, ServiceProblemWords>;

export type ServiceProblemCode = keyof typeof serviceProblems;

/**
 * Why a call came to nothing, as a value.
 * `retry`: the same call may succeed later. `stale`: it may succeed with a newer timestamp. `refused`: it will not, until somebody does something.
 * `said` is what the platform wrote, cut and cleaned: for the eyes of those who look after it, never to be trusted.
 */
export type ServiceProblem =
  | { outcome: 'retry'; code: ServiceProblemCode; status?: number; detail?: string; said?: string; retryAfterSeconds?: number }
  | { outcome: 'stale'; code: 'score.stale'; status?: number; said?: string }
  | { outcome: 'refused'; code: ServiceProblemCode; status?: number; detail?: string; said?: string };

/** What people are told, with the name of their LMS. A code that is not in the list (an older row) gives the general words. */
export function wordsOf(code: string, { name }: Pick<LmsProfile, 'name'>): ServiceProblemWords {
  const { happened, toDo, mender } = serviceProblems[Object.hasOwn(serviceProblems, code) ? code as ServiceProblemCode : 'call.invalid'];
  return { happened: named(happened, name), toDo: named(toDo, name), mender };
}

/** The name in its place; a sentence that begins with it begins with a capital letter. */
function named(sentence: string, name: string): string {
  const text = sentence.replaceAll('{lms}', name);
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/**
 * What a platform wrote, made fit for a row and a page: one line, at most 300 characters, never HTML.
 * @param secret what we sent to prove ourselves: some platforms repeat a request when they refuse it. A JWT is left out always.
 */
export function readableAnswer(body: Uint8Array, secret = ''): { said?: string } {
  const text = new TextDecoder('utf-8').decode(body.subarray(0, 4096)).trim();
  if (text.startsWith('<')) return {};
  const open = (secret === '' ? text : text.replaceAll(secret, '…')).replace(/\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}/g, '…');
  const line = open.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim().slice(0, 300).toWellFormed();
  return line === '' ? {} : { said: line };
}

function words(happened: string, toDo: string, mender: ServiceMender): ServiceProblemWords {
  return { happened, toDo, mender };
}
