// Every reason for which a login or a launch is refused, and what the page then says.
// Codes are for audit rows and logs; titles and sentences are for people. None of them ever holds a claim's value.

/** Who can put it right: the person who clicked, whoever looks after the LMS, or whoever looks after Coachline. */
export type Mender = 'person' | 'lms-administrator' | 'coachline-administrator';

export type RefusalWords = { status: RefusalStatus; title: string; happened: string; toDo: string; mender: Mender };

/** 413 too large, 424 the platform cannot be reached, 429 too many; 409 is a replay. */
export type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 424 | 429;

const startAgain = 'Go back to your course and open the link again.';
const tellLms = 'Please tell your LMS administrator, and give them the reference number on this page.';
const tellCoachline = 'Please tell the people who look after Coachline at your organisation, and give them the reference number on this page.';
const startAgainThenTell = `${startAgain} If this page comes back, tell your LMS administrator and give them the reference number.`;

/** The closed list. Its keys are the reason codes; a new reason begins here. */
export const refusals = {
  // Login initiation
  'login.malformed': words(400, 'This link could not be read', 'The request from your LMS did not arrive in a form that Coachline can read.', startAgainThenTell, 'lms-administrator'),
  'login.missing_iss': words(400, 'Your LMS did not say who it is', 'A sign-in begins with the name of the LMS, and this one came without it. The login address may have been opened by hand.', startAgainThenTell, 'lms-administrator'),
  'login.missing_login_hint': words(400, 'Your LMS did not say who is signing in', 'The request came without the login hint that every sign-in needs.', startAgainThenTell, 'lms-administrator'),
  'login.missing_target_link_uri': words(400, 'Your LMS did not say what to open', 'The request came without the address of the page that you wanted.', startAgainThenTell, 'lms-administrator'),
  'login.repeated_parameter': words(400, 'This link could not be read', 'The same piece of information came twice, so it is not clear which one counts.', startAgainThenTell, 'lms-administrator'),
  'login.too_long': words(400, 'This link could not be read', 'A piece of the request is longer than any LMS needs.', startAgainThenTell, 'lms-administrator'),
  'login.bad_characters': words(400, 'This link could not be read', 'The request holds characters that do not belong there.', startAgainThenTell, 'lms-administrator'),
  'login.flood': words(429, 'Too many sign-ins at once', 'Very many sign-ins were begun from here in the last ten minutes and not finished.', 'Please wait ten minutes. Then go back to your course and open the link again.', 'person'),

  // Where the link points
  'target.foreign': words(400, 'This link points somewhere else', 'The link in your course asks for a page that is not part of Coachline.', 'Please tell your LMS administrator that the link’s address (target link URI) must be an address of Coachline.', 'lms-administrator'),
  'target.loop': words(400, 'This link points at the sign-in itself', 'The link in your course uses Coachline’s login address as the page to open, so it would never arrive.', 'Please tell your LMS administrator to set the link’s address (target link URI) to Coachline’s home page, or to leave it at the launch address.', 'lms-administrator'),
  'target.missing': words(401, 'Your LMS did not confirm what to open', 'The signed message does not name the page that the sign-in began with.', startAgainThenTell, 'lms-administrator'),
  'target.mismatch': words(401, 'The link changed on its way', 'The page named in the signed message is not the page that the sign-in began with.', startAgainThenTell, 'lms-administrator'),

  // Which LMS
  'registration.unknown': words(403, 'This LMS is not connected', 'Coachline does not know the LMS, or the client ID, that this link came from.', 'Please ask your LMS administrator to connect Coachline first, or to check the issuer and the client ID.', 'lms-administrator'),
  'registration.ambiguous': words(400, 'More than one connection fits', 'Your LMS has several connections to Coachline and did not say which one this link uses.', 'Please ask your LMS administrator to use the login address that belongs to their own connection. Coachline shows it with the registration.', 'lms-administrator'),
  'registration.disabled': words(403, 'This connection is switched off', 'The connection between your LMS and Coachline has been switched off.', tellCoachline, 'coachline-administrator'),

  // The state, and the browser that holds it
  'state.missing': words(400, 'This sign-in is incomplete', 'The answer from your LMS came without the mark that joins it to its beginning.', startAgainThenTell, 'lms-administrator'),
  'state.unknown': words(401, 'This sign-in did not begin here', 'Coachline has no record of the sign-in that this answer belongs to.', startAgainThenTell, 'person'),
  'state.expired': words(401, 'This sign-in took too long', 'A sign-in must be finished within ten minutes, and this one was not.', 'Start again from your course: open the link once more.', 'person'),
  'state.used': words(409, 'This sign-in was already used', 'Each sign-in works once. The page was sent a second time, perhaps by the Back button or a double click.', startAgain, 'person'),
  'state.other_browser': words(401, 'This sign-in belongs to another browser', 'The sign-in began in another browser or window, so it cannot be finished here.', startAgain, 'person'),
  'browser.no_storage': words(401, 'Your browser could not keep the sign-in', 'Inside this frame your browser keeps neither cookies nor storage for Coachline, so it cannot be shown that it was you.', 'Open the link in a new window: in your course, hold Ctrl (or Cmd) while you click it, or ask your teacher to let the link open in a new window.', 'person'),
  'browser.storage_mismatch': words(401, 'The sign-in could not be confirmed', 'What your LMS kept for this sign-in is not what Coachline gave it.', startAgainThenTell, 'person'),
  'ticket.invalid': words(401, 'This link to a new window no longer works', 'It works once, for one minute.', startAgain, 'person'),

  // The launch request
  'launch.wrong_method': words(405, 'This address is for your LMS', 'Launches arrive here as a form post from an LMS. It is not a page to open by hand, or with a token in its address.', startAgain, 'person'),
  'launch.malformed': words(400, 'This launch could not be read', 'The answer from your LMS did not arrive in a form that Coachline can read.', startAgainThenTell, 'lms-administrator'),
  'launch.too_large': words(413, 'This launch is too large', 'The answer from your LMS is larger than any launch needs to be.', tellLms, 'lms-administrator'),
  'platform.error': words(400, 'Your LMS stopped the sign-in', 'Your LMS answered that it could not sign you in.', `Check that you are still signed in to your LMS. ${startAgainThenTell}`, 'person'),

  // The token's envelope
  'token.missing': words(400, 'This sign-in is incomplete', 'The answer from your LMS came without its signed message.', startAgainThenTell, 'lms-administrator'),
  'token.malformed': words(400, 'The signed message could not be read', 'What your LMS sent is not a signed message in the agreed form.', startAgainThenTell, 'lms-administrator'),
  'token.too_large': words(413, 'The signed message is too large', 'The message from your LMS is larger than 64 kB.', 'Please ask your LMS administrator to send fewer custom parameters with this link.', 'lms-administrator'),
  'token.unsigned': words(401, 'The message was not signed', 'Coachline only accepts messages that your LMS has signed.', tellLms, 'lms-administrator'),
  'token.bad_algorithm': words(401, 'The message was signed in the wrong way', 'Coachline accepts the signature method RS256 and no other.', tellLms, 'lms-administrator'),
  'token.no_kid': words(401, 'The message does not say which key signed it', 'The signed message came without a key ID (kid).', tellLms, 'lms-administrator'),
  'token.unknown_key': words(401, 'The message was signed with an unknown key', 'Your LMS does not publish the key that this message names.', 'Please try once more in five minutes. If this page comes back, ask your LMS administrator to check the key set address (JWKS URL).', 'lms-administrator'),
  'token.bad_signature': words(401, 'The signature does not fit', 'The message was changed on its way, or another key signed it.', startAgainThenTell, 'lms-administrator'),
  'keyset.unreachable': words(424, 'Your LMS could not be reached', 'Coachline needs the public keys of your LMS to check the sign-in, and could not fetch them.', 'Please try again in a few minutes. If it lasts, ask your LMS administrator whether the key set address (JWKS URL) is right and open to the internet.', 'lms-administrator'),

  // The token's standard claims
  'token.wrong_issuer': words(401, 'The message comes from another LMS', 'The issuer in the signed message is not exactly the one that was registered. A slash at the end counts.', 'Please ask your LMS administrator to compare the issuer with the one registered here.', 'lms-administrator'),
  'token.wrong_audience': words(401, 'The message is meant for another tool', 'The signed message is not addressed to this connection alone.', 'Please ask your LMS administrator to compare the client ID with the one registered here.', 'lms-administrator'),
  'token.missing_azp': words(401, 'The message does not say whom it is for', 'It names several receivers and not which of them it was made for.', tellLms, 'lms-administrator'),
  'token.wrong_azp': words(401, 'The message is meant for another tool', 'It was made for another client ID.', 'Please ask your LMS administrator to compare the client ID with the one registered here.', 'lms-administrator'),
  'token.expired': words(401, 'The message came too late', 'The signed message from your LMS had already run out when it arrived.', `${startAgain} If it happens again, ask your LMS administrator to check the clock of the LMS.`, 'person'),
  'token.missing_exp': words(401, 'The message has no end', 'The signed message does not say until when it is good.', tellLms, 'lms-administrator'),
  'token.missing_iat': words(401, 'The message has no date', 'The signed message does not say when it was made.', tellLms, 'lms-administrator'),
  'token.too_old': words(401, 'The message is too old', 'The signed message was made more than a day ago.', startAgain, 'person'),
  'token.from_future': words(401, 'The message comes from the future', 'By the clock of your LMS, the message was made more than a minute from now.', 'Please ask your LMS administrator to check the clock of the LMS.', 'lms-administrator'),
  'token.not_yet_valid': words(401, 'The message is not good yet', 'By the clock of your LMS, the message begins to count more than a minute from now.', 'Please ask your LMS administrator to check the clock of the LMS.', 'lms-administrator'),
  'nonce.missing': words(401, 'The message does not fit this sign-in', 'The signed message came without the mark (nonce) that Coachline gave.', startAgainThenTell, 'lms-administrator'),
  'nonce.mismatch': words(401, 'The message does not fit this sign-in', 'The signed message belongs to another sign-in.', startAgain, 'person'),
  'sub.missing': words(400, 'Your LMS sent you without a name tag', 'Your LMS sends anonymous launches. Coachline records attendance and work, so it must be able to tell one person from another.', 'Ask your LMS administrator to let Coachline see user IDs (in the privacy settings of the tool). Names and e-mail addresses are not needed for it.', 'lms-administrator'),
  'sub.malformed': words(400, 'Your LMS sent a user ID that cannot be used', 'The user ID is empty, too long, or not text.', tellLms, 'lms-administrator'),

  // LTI claims
  'claim.not_lti': words(400, 'This is not an LTI message', 'Your LMS sent a signed message that holds nothing of LTI.', 'Please ask your LMS administrator to set Coachline up as an LTI 1.3 tool.', 'lms-administrator'),
  'claim.missing': words(400, 'The message is incomplete', 'The signed message lacks something that every launch must say.', tellLms, 'lms-administrator'),
  'claim.wrong_type': words(400, 'The message could not be understood', 'A part of the signed message is not of the kind that LTI asks for.', tellLms, 'lms-administrator'),
  'claim.malformed': words(400, 'The message could not be understood', 'An ID in the signed message is empty, too long, or holds characters that do not belong there.', tellLms, 'lms-administrator'),
  'version.unsupported': words(400, 'This version of LTI is not supported', 'Coachline speaks LTI 1.3.0, and the message names another version.', 'Please ask your LMS administrator to set Coachline up as an LTI 1.3 tool.', 'lms-administrator'),
  'message_type.unsupported': words(400, 'This kind of launch is not supported', 'Your LMS asked for something that Coachline does not offer from this place.', 'Open Coachline from a link in your course. If you wanted to add or review something, ask your LMS administrator.', 'lms-administrator'),
  'deployment.unknown': words(403, 'This deployment is not approved yet', 'Your LMS is connected, but this part of it has not been approved in Coachline.', 'Please ask the people who look after Coachline to approve the deployment. They see its ID beside the connection.', 'coachline-administrator'),
  'deployment.mismatch': words(401, 'The sign-in changed on its way', 'The deployment in the signed message is not the one that the sign-in began with.', startAgainThenTell, 'lms-administrator'),
  'deep_linking.malformed': words(400, 'Your LMS did not say where the choice should go', 'To add content to a course, Coachline must know what the place can hold and where to send your choice. The message does not say so in a form that can be used.', tellLms, 'lms-administrator'),
  'deep_linking.not_for_you': words(403, 'Adding content is for faculty', 'Your LMS opened the page on which faculty choose what to put into a course, and your role in this course does not include that.', 'If you teach this course, ask your LMS administrator to check your role in it.', 'person'),
  'submission_review.unknown': words(404, 'There is nothing here to review', 'Coachline knows no such piece of work of this person in this course.', 'The person may not have opened Coachline yet, or the column may belong to something else. Open the work from Coachline’s own pages.', 'person'),
  'submission_review.not_for_you': words(403, 'This is somebody else’s work', 'Your LMS asked for the work of another person, and your role in this course does not include seeing it.', 'Go back to your course. Your own work opens from its link there.', 'person'),
  'privacy.in_course': words(400, 'This privacy page was opened from inside a course', 'Your LMS asked for the page about your data together with a course or a link, and the two do not belong together.', 'Please ask your LMS administrator to open Coachline’s privacy page from its own place.', 'lms-administrator'),
  'resource_link.other_tenant': words(403, 'This link belongs to another organisation', 'The same link is already bound to another organisation’s deployment, and the two are never mixed.', tellCoachline, 'coachline-administrator'),
} as const satisfies Record<string, RefusalWords>;

/** The reason codes, a closed union. */
export type LaunchRefusal = keyof typeof refusals;

/** A refusal as a value. `detail` is for the audit row: claim names and fixed words, never tokens or claim values. */
export type Refusal = { code: LaunchRefusal; status: RefusalStatus; detail?: string };

/** What every step of the protocol gives: its value, or why not. */
export type Result<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

/** A step that went well. */
export function accept<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** A refusal with the status its code has in the table. */
export function refuse(code: LaunchRefusal, detail?: string): { ok: false; refusal: Refusal } {
  const { status } = refusals[code];
  return { ok: false, refusal: detail === undefined ? { code, status } : { code, status, detail } };
}

function words(status: RefusalStatus, title: string, happened: string, toDo: string, mender: Mender): RefusalWords {
  return { status, title, happened, toDo, mender };
}
