// What a launch tells about the connection, in words: what came, what did not, and what to do.
import type { LaunchClaim, LaunchReport } from '../../lti/launch-report.ts';

/** good: works. attention: works, and something is missing. problem: does not work. skipped: was not tried, and why. */
export type FindingState = 'good' | 'attention' | 'problem' | 'skipped';
export type FindingGroup = 'launch' | 'browser' | 'keys' | 'roster' | 'grades' | 'notices';
export type Finding = { group: FindingGroup; name: string; state: FindingState; happened: string; toDo: string | null };

type ClaimWords = { name: string; came: string; missing: { state: FindingState; happened: string; toDo: string | null } };

const attention = (happened: string, toDo: string | null): ClaimWords['missing'] => ({ state: 'attention', happened, toDo });
const fine = (happened: string): ClaimWords['missing'] => ({ state: 'good', happened, toDo: null });

/** `{lms}` is the name of the LMS. Claims that belong together stand under one name. */
const claimWords: { claims: LaunchClaim[]; words: ClaimWords }[] = [
  { claims: ['name', 'given_name', 'family_name'], words: { name: 'Names', came: '{lms} sends people’s names.', missing: attention('{lms} withholds people’s names: faculty see “name withheld” instead.', 'In the privacy settings of the tool in {lms}, let Coachline see names.') } },
  { claims: ['email'], words: { name: 'E-mail addresses', came: '{lms} sends people’s e-mail addresses.', missing: attention('{lms} withholds e-mail addresses.', 'Coachline works without them. To tell apart two people of one name, let the tool see e-mail addresses in {lms}.') } },
  { claims: ['context.title', 'context.label'], words: { name: 'Title of the course', came: '{lms} sends the title of the course.', missing: attention('{lms} does not send the title of the course, so lists show its ID.', 'Nothing is broken. If the tool has a setting for course details in {lms}, switch it on.') } },
  { claims: ['return_url'], words: { name: 'The way back', came: '{lms} says where people come back to, so that pages can lead back to the course.', missing: attention('{lms} does not say where people come back to, so pages have no link back to the course.', null) } },
  { claims: ['locale'], words: { name: 'Language', came: '{lms} says which language people read, which decides how dates are written.', missing: fine('{lms} does not say which language people read: dates are written as in Britain.') } },
  { claims: ['product_family_code'], words: { name: 'Kind of LMS', came: '{lms} says what kind of LMS it is, so its habits are known.', missing: attention('This LMS does not say of which kind it is, so it is treated by the rules alone.', null) } },
  { claims: ['context_id_history'], words: { name: 'Copied courses', came: '{lms} says what the course was copied from.', missing: fine('This course was not copied, or {lms} does not say so. Faculty of a copied course are asked about it where it does.') } },
];

/** A clock that is further off than this makes launches fail before long (the leeway is sixty seconds). */
const clockAttention = 20;
const clockProblem = 60;

/** What the launch itself shows, before anything is called. */
export function launchFindings(report: LaunchReport, lms: string): Finding[] {
  const came = new Map(report.claims.map(({ name, present }) => [name, present]));
  const named = (text: string) => sentence(text.replaceAll('{lms}', lms));
  const claims = claimWords.map(({ claims: names, words: { name, came: yes, missing } }): Finding => {
    if (names.some((claim) => came.get(claim) === true)) return { group: 'launch', name, state: 'good', happened: named(yes), toDo: null };
    return { group: 'launch', name, state: missing.state, happened: named(missing.happened), toDo: missing.toDo === null ? null : named(missing.toDo) };
  });
  return [...claims, clockFinding(report.clockOffset, lms), browserFinding(report, lms)];
}

function clockFinding(offset: number, lms: string): Finding {
  const off = Math.abs(offset);
  const finding = { group: 'launch', name: 'Clock' } as const;
  if (off <= clockAttention) return { ...finding, state: 'good', happened: sentence(`the clock of ${lms} and ours agree ${off <= 1 ? 'to the second' : `within ${off} seconds`}.`), toDo: null };
  const direction = offset > 0 ? 'ahead of' : 'behind';
  // Signing in takes time, which looks like a clock that is behind.
  const happened = sentence(`the clock of ${lms} is ${off} seconds ${direction} ours${offset < 0 ? ', or the sign-in took that long' : ''}.`);
  return { ...finding, state: off > clockProblem ? 'problem' : 'attention', happened, toDo: `Beyond a minute, launches are refused. Ask whoever runs the server of ${lms} to set its clock by NTP.` };
}

function browserFinding({ browser, documentTarget }: LaunchReport, lms: string): Finding {
  const where = documentTarget === 'iframe' || documentTarget === 'frame' ? 'in a frame' : 'in a window';
  const finding = { group: 'browser', name: 'Your browser', toDo: null } as const;
  return browser === 'cookie'
    ? { ...finding, state: 'good', happened: `Coachline was opened ${where}, and your browser kept its cookie.` }
    : { ...finding, state: 'good', happened: sentence(`your browser kept no cookie ${where}. ${sentence(lms)} kept the proof for us (platform storage), and that worked.`) };
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
