// Tries everything that this course's LMS is to do for us, for real, and keeps what came of it.
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import { createLineItem, deleteLineItem, findLineItem, gradeScopes, postScore, readResults } from '../../lti/assignment-grades.ts';
import { profileOf } from '../../lti/lms-profiles.ts';
import { readRoster } from '../../lti/names-roles.ts';
import type { Outbound } from '../../lti/outbound.ts';
import { wordsOf } from '../../lti/service-problem.ts';
import type { ServiceProblem } from '../../lti/service-problem.ts';
import type { PlatformServices } from '../../lti/services-http.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import type { Queues } from '../../queues.ts';
import { launchFindings } from './findings.ts';
import type { Finding, FindingGroup } from './findings.ts';
import type { TestPlace } from './queries.ts';

export type TestTools = { sql: Pool; services: PlatformServices; queues: Pick<Queues, 'add'>; outbound: Pick<Outbound, 'fetchJson'>; clock: () => Temporal.Instant };

/** After that long no further step is begun: a platform that hangs at each would keep the page for minutes. */
const patience = Temporal.Duration.from({ seconds: 20 });

/** The column of the test, made and taken away again. */
const column = { resourceId: 'coachline-self-test', tag: 'self-test', label: 'Coachline self-test (it goes by itself)', scoreMaximum: 1 };

const insertTest = { name: 'insert-self-test', text: 'insert into self_test (registration_id, deployment_id, actor_id, findings, ran_at) values ($1, $2, $3, $4, $5)' };
const auditTest = { name: 'audit-self-test', text: `insert into audit_event (at, action, organisation_id, registration_id, actor_id, detail) values ($1, 'self_test.ran', $2, $3, $4, $5)` };

/**
 * Runs the self-test and keeps its findings.
 * @param sendsScore whether a score is sent to a test column, for the course's first learner, and taken away again
 */
export async function runSelfTest(tools: TestTools, viewer: Viewer, place: TestPlace, { sendsScore }: { sendsScore: boolean }): Promise<Finding[]> {
  const profile = profileOf(place.registration);
  const until = tools.clock().add(patience);
  const trial: Trial = { ...tools, place, lms: profile.name, hasTime: () => Temporal.Instant.compare(tools.clock(), until) < 0 };
  const keys = tryKeys(trial);
  const roster = tryRoster(trial);
  // Canvas counts parallel calls against the tool.
  if (profile.oneByOne) await roster;
  const grades = tryGrades(trial, sendsScore);
  const findings = [...launchFindings(place.report, profile.name), ...(await keys), ...(await roster), ...(await grades), ...noticeFindings(trial)];
  const now = String(tools.clock());
  await inTransaction(tools.sql, async (sql) => {
    // Whatever stood in the way of notices may have been mended since: they are asked for once more.
    const { deploymentId, notices, registration } = place;
    if (notices.serviceUrl !== null && notices.registeredAt === null) await tools.queues.add(sql, 'register-notices', [{ key: deploymentId, data: { deploymentId }, lane: { id: registration.id, oneByOne: true } }]);
    await run(sql, insertTest, [place.registration.id, place.deploymentId, viewer.personId, JSON.stringify(findings), now]);
    const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length;
    await run(sql, auditTest, [now, viewer.organisation?.id ?? null, place.registration.id, viewer.personId, JSON.stringify({ problems: count('problem'), attention: count('attention') })]);
  });
  return findings;
}

type Trial = TestTools & { place: TestPlace; lms: string; hasTime: () => boolean };

async function tryKeys({ outbound, place: { registration }, lms }: Trial): Promise<Finding[]> {
  const fetched = await outbound.fetchJson(registration.keysetUrl);
  const keys = fetched.ok && typeof fetched.json === 'object' && fetched.json !== null && 'keys' in fetched.json && Array.isArray(fetched.json.keys) ? fetched.json.keys.length : 0;
  const finding = { group: 'keys', name: 'Keys of the LMS' } as const;
  if (keys > 0) return [{ ...finding, state: 'good', happened: `${said(lms)} publishes ${keys === 1 ? 'one key' : `${keys} keys`}, and we could fetch them just now.`, toDo: null }];
  // The launch went well, so a key of it is in memory; the next new one would not get in.
  return [{ ...finding, state: 'problem', happened: `The keys of ${lms} could not be fetched just now (${fetched.ok ? 'the answer holds none' : fetched.reason}).`, toDo: 'Launches go on with the keys that are known, until the LMS changes them. Check the key set address in the settings of this platform.' }];
}

async function tryRoster({ services, place: { registration, membershipsUrl }, lms }: Trial): Promise<Finding[]> {
  const finding = { group: 'roster', name: 'List of participants' } as const;
  if (membershipsUrl === null) return [{ ...finding, state: 'attention', happened: `${said(lms)} does not offer the list of participants in this course.`, toDo: `In ${lms}, allow Names and Role Provisioning Services for the tool. Without it, learners appear here when they first open Coachline.` }];
  for await (const step of readRoster(services, registration, membershipsUrl)) {
    // One page proves it; the whole list is read elsewhere, every night.
    if (step.kind === 'members') return [tokenFinding('roster', lms), { ...finding, state: 'good', happened: `The list of participants was read: ${step.members.length} on its first page.`, toDo: null }];
    if (step.end.outcome === 'incomplete') return problemFindings('roster', 'List of participants', step.end.problem, lms);
  }
  return [tokenFinding('roster', lms), { ...finding, state: 'attention', happened: 'The list of participants is empty.', toDo: `Check in ${lms} what the tool may see in this course.` }];
}

/** A column, a score in it, the score read back, and the column taken away: each step only where the one before went well. */
async function tryGrades({ services, place, lms, clock, hasTime }: Trial, sendsScore: boolean): Promise<Finding[]> {
  const { registration, lineItemsUrl, gradeScopes: scopes, learner } = place;
  const endpoint = { registration, scopes };
  const step = (name: string, state: Finding['state'], happened: string, toDo: string | null = null): Finding => ({ group: 'grades', name, state, happened, toDo });
  if (lineItemsUrl === null) return [step('Grade book', 'attention', `${said(lms)} does not offer the grade book of this course.`, `In ${lms}, allow Assignment and Grade Services for the tool. Without them results stay in Coachline.`)];
  const missing = Object.entries({ 'columns': gradeScopes.lineItem, 'scores': gradeScopes.score, 'results': gradeScopes.resultReadOnly }).filter(([, scope]) => !scopes.includes(scope)).map(([name]) => name);
  const granted = missing.length === 0 ? [] : [step('What the tool may do', 'attention', `${said(lms)} does not let Coachline work with ${missing.join(', ')} here.`, `In ${lms}, allow the tool to manage its own columns, to send scores and to read results.`)];

  const found = await findLineItem(services, endpoint, lineItemsUrl, column);
  if (found.outcome !== 'done') return [...granted, ...problemFindings('grades', 'Grade book', found, lms)];
  const looked = [tokenFinding('grades', lms), step('Grade book', 'good', 'The columns of this course could be read.')];
  if (!sendsScore) return [...granted, ...looked, step('A score there and back', 'skipped', 'Not tried, as you asked.')];
  if (!scopes.includes(gradeScopes.lineItem)) return [...granted, ...looked, step('A score there and back', 'skipped', 'Without a column of its own there is nothing to try it with.')];
  if (!hasTime()) return [...granted, ...looked, late(lms)];

  const made = found.lineItem ? { outcome: 'done' as const, lineItem: found.lineItem } : await createLineItem(services, endpoint, lineItemsUrl, column);
  if (made.outcome !== 'done') {
    return [...granted, ...looked, ...(made.code === 'line_item.not_creatable'
      ? [step('A column of its own', 'attention', wordsOf(made.code, { name: lms }).happened, wordsOf(made.code, { name: lms }).toDo)]
      : problemFindings('grades', 'A column of its own', made, lms))];
  }
  const findings = [...granted, ...looked, step('A column of its own', 'good', found.lineItem ? 'The column of an earlier test was found.' : 'A column was made.')];
  const url = made.lineItem.id;
  if (learner === null) findings.push(step('A score there and back', 'skipped', 'Nobody learns in this course yet, so there is nobody to send a score for.', 'Run the test again once a learner has opened Coachline or stands on the list of participants.'));
  else if (!hasTime()) findings.push(late(lms));
  else findings.push(...await tryScore());

  const removed = await deleteLineItem(services, endpoint, url);
  findings.push(removed.outcome === 'done' ? step('Tidying up', 'good', 'The column was taken away again.') : step('Tidying up', 'attention', `The column “${column.label}” could not be taken away again.`, `Delete it in the grade book of ${lms}.`));
  return findings;

  async function tryScore(): Promise<Finding[]> {
    const { sub } = learner!;
    const sent = await postScore(services, endpoint, url, {
      userId: sub, timestamp: clock(), scoreGiven: 1, scoreMaximum: 1, activityProgress: 'Completed', gradingProgress: 'FullyGraded', comment: 'A test by Coachline. It goes by itself.', sentComment: null, submittedAt: null, wasGraded: false,
    });
    if (sent.outcome === 'skipped') return [step('A score there', 'skipped', `${said(lms)} is not sent such scores.`)];
    if (sent.outcome !== 'done') return problemFindings('grades', 'A score there', sent, lms);
    const there = step('A score there', 'good', 'A score was sent and accepted.');
    if (!hasTime()) return [there, late(lms)];
    const results = await readResults(services, endpoint, url, { userId: sub });
    if (results.outcome !== 'done') return [there, ...problemFindings('grades', 'And back', results, lms)];
    const back = results.results.find(({ userId }) => userId === sub);
    return [there, back?.score === 1
      ? step('And back', 'good', 'The same score was read back.')
      : step('And back', 'attention', back ? `${said(lms)} shows another score than the one that was sent.` : `${said(lms)} accepted the score and does not show it yet.`, 'Some platforms take a while. Run the test again later; if it stays so, look at the grade book.')];
  }
}

function noticeFindings({ place: { notices, report }, lms }: Trial): Finding[] {
  const finding = { group: 'notices', name: 'Notices' } as const;
  if (notices.serviceUrl === null || report.noticeTypes === null) return [{ ...finding, state: 'good', happened: `${said(lms)} offers no notices. Copied courses are recognised at their first launch instead, where the LMS names their origin.`, toDo: null }];
  if (notices.registeredAt) return [{ ...finding, state: 'good', happened: `${said(lms)} tells Coachline when a course is copied.`, toDo: null }];
  if (notices.problem === null) return [{ ...finding, state: 'skipped', happened: 'Coachline is about to ask for notices.', toDo: null }];
  const { happened, toDo } = wordsOf(notices.problem, { name: lms });
  return [{ ...finding, state: 'attention', happened: `Coachline could not ask for notices: ${happened}`, toDo }];
}

function tokenFinding(group: FindingGroup, lms: string): Finding {
  return { group, name: 'Access', state: 'good', happened: `${said(lms)} gave Coachline a token for this.`, toDo: null };
}

/** A call that came to nothing; one that failed at the token says so by its code. */
function problemFindings(group: FindingGroup, name: string, problem: ServiceProblem, lms: string): Finding[] {
  const { happened, toDo } = wordsOf(problem.code, { name: lms });
  const detail = problem.said === undefined ? '' : ` It wrote: “${problem.said}”`;
  const isToken = problem.code.startsWith('token.');
  return [{ group, name: isToken ? 'Access' : name, state: 'problem', happened: `${happened}${detail}`, toDo }];
}

function late(lms: string): Finding {
  return { group: 'grades', name: 'A score there and back', state: 'skipped', happened: `${said(lms)} answers too slowly to try it on this page.`, toDo: 'Run the test again in a quieter hour.' };
}

/** At the beginning of a sentence. */
function said(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
