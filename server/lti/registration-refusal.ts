// Every reason for which a dynamic registration is refused, and what the page then says.
// Codes are for audit rows; titles and sentences are for the administrator who tries to connect an LMS.

export type RegistrationRefusalWords = { status: 400 | 403 | 409 | 424; title: string; happened: string; toDo: string };

const askForLink = 'Ask the people who look after Coachline for a new registration link, and paste it into your LMS.';
const startAgain = 'Go back to your LMS and start the registration again with the same link. If this page comes back, tell the people who look after Coachline and give them the reference number.';
const byHand = 'The people who look after Coachline can connect your LMS by hand instead. Give them the reference number on this page.';

/** The closed list. Its keys are the reason codes; a new reason begins here. */
export const registrationRefusals = {
  // The link
  'link.unknown': words(403, 'This registration link is not known', 'Coachline did not make this link, or it was not copied whole.', askForLink),
  'link.used': words(403, 'This registration link was already used', 'Each link connects one LMS, once. If you have just connected yours, all is well and nothing is left to do here.', `Otherwise: ${askForLink}`),
  'link.expired': words(403, 'This registration link is too old', 'A link is good for one hour, and this one is older.', askForLink),
  'link.busy': words(409, 'This registration is under way', 'The same link was sent twice, perhaps by a double click. The first one is still being worked on.', 'Wait half a minute. Then look in your LMS: if Coachline is there, all is well; if not, start the registration again.'),

  // What the LMS sent along
  'request.no_configuration': words(400, 'This link is for your LMS', 'Opened by hand, it does not say which LMS to connect.', 'Copy the address of this page, without anything after a question mark, and paste it into your LMS, where it offers to register an LTI tool by a link (dynamic registration). It is still good.'),
  'request.malformed': words(400, 'This registration could not be read', 'Your LMS sent something along that Coachline cannot read.', startAgain),

  // The platform’s configuration (rules 83 and 84)
  'configuration.bad_address': words(400, 'The address of your LMS cannot be used', 'Your LMS must describe itself at a secure address (https) without a user name or password in it.', byHand),
  'configuration.private_address': words(400, 'The address of your LMS cannot be used', 'It leads into a private network, where Coachline does not go.', byHand),
  'configuration.unreachable': words(424, 'Your LMS could not be reached', 'Coachline needs the description that your LMS gives of itself, and could not fetch it.', startAgain),
  'configuration.redirect': words(424, 'Your LMS sent Coachline elsewhere', 'The description that your LMS gives of itself must be at the very address that it names.', byHand),
  'configuration.status': words(424, 'Your LMS did not describe itself', 'It answered with an error. Its own registration link may have run out.', startAgain),
  'configuration.not_json': words(424, 'Your LMS did not describe itself', 'It answered with something that is not an LTI configuration.', byHand),
  'configuration.incomplete': words(400, 'The description of your LMS is incomplete', 'It lacks an address that every launch needs, or names one that cannot be used.', byHand),
  'configuration.foreign_issuer': words(403, 'The description belongs to another LMS', 'Your LMS describes itself under the name (issuer) of another host.', byHand),
  'configuration.foreign_endpoint': words(403, 'The description names a strange host', 'Your LMS names an address on a host that has nothing to do with it.', byHand),

  // The platform’s answer (rules 86 and 87)
  'platform.refused': words(424, 'Your LMS did not accept Coachline', 'It refused the registration. Nothing was connected.', startAgain),
  'platform.unreachable': words(424, 'Your LMS did not answer', 'Coachline sent its registration and got no usable answer. Coachline may stand in your LMS all the same; remove it there before you try again.', startAgain),
  'platform.no_client_id': words(424, 'Your LMS gave no client ID', 'It answered, but without the client ID by which the two know each other. Coachline may stand in your LMS all the same; remove it there before you try again.', startAgain),
  'platform.exists': words(409, 'This LMS is connected already', 'Your LMS gave a client ID under which it is connected already. The older connection was not touched, and nothing new was made.', 'If the older connection works, there is nothing to do. If it should go, ask the people who look after Coachline, and give them the reference number.'),
} as const satisfies Record<string, RegistrationRefusalWords>;

export type RegistrationRefusalCode = keyof typeof registrationRefusals;

/**
 * A refusal as a value. `detail` is for the audit row: our own words, field names, system error codes and statuses.
 * `platformSays` is what the platform wrote, for the page alone.
 */
export type RegistrationRefusal = { code: RegistrationRefusalCode; detail?: string; platformSays?: string };

export type RegistrationResult<T> = { ok: true; value: T } | { ok: false; refusal: RegistrationRefusal };

export function refuseRegistration(code: RegistrationRefusalCode, more: Omit<RegistrationRefusal, 'code'> = {}): { ok: false; refusal: RegistrationRefusal } {
  return { ok: false, refusal: { code, ...more } };
}

function words(status: RegistrationRefusalWords['status'], title: string, happened: string, toDo: string): RegistrationRefusalWords {
  return { status, title, happened, toDo };
}
