// A week's assignment as learners do it and give an account of it, and the accounts as the staff of the cohort read them.
import type { Programme, ProgrammeAssignment, ProgrammeWeek } from '../../content/programme.ts';
import { accountsPerPage, longestAccount } from '../../domain/assignment.ts';
import type { AccountProblem, Report } from '../../domain/assignment.ts';
import { linkPieces } from '../../domain/linked-text.ts';
import { momentAndPlace, plural, sentence } from '../../format.ts';
import type { English } from '../../format.ts';
import { withheldName } from '../../learner-words.ts';
import type { Page } from '../../plugins/views.ts';

export type AssignmentFacts = {
  at: (path: string) => string;
  english?: English;
  cohort: { name: string; timeZone: string };
  programme: Programme;
};

type AssignedWeek = ProgrammeWeek & { assignment: ProgrammeAssignment };

export type AssignmentInput = {
  facts: AssignmentFacts;
  week: AssignedWeek;
  /** staff and mentors read what is asked; a test learner sees the form, and nothing is kept. */
  reader: 'learner' | 'test-learner' | 'staff' | 'mentor';
  /** What the learner told; null for nothing. */
  report: Report | null;
  /** Under which this browser keeps what it cannot send; null where nothing is kept. */
  mark: string | null;
  /** A form that was refused, with what it held. `changed`: something else was saved meanwhile. */
  refused?: { typed: string; because: AccountProblem | 'changed' };
  /** What learners told, for staff. */
  told?: { total: number; page: number; reports: readonly ToldAccount[] };
};

export type ToldAccount = { assignment: string; personId: string; name: string | null; account: string; writtenAt: Temporal.Instant };

/** `GET /assignments/KEY`: what is asked; for the learner the form with the account, for staff the accounts. */
export function assignmentPage({ facts, week, reader, report, mark, refused, told }: AssignmentInput) {
  const { at, programme } = facts;
  const { assignment } = week;
  const path = at(`/assignments/${assignment.key}`);
  const practice = week.material?.sections.find(({ kind }) => kind === 'practice');
  return {
    template: 'assignments/assignment',
    data: {
      title: assignment.title,
      kicker: { href: at(`/weeks/${week.number}`), label: `Week ${week.number} of ${programme.weeks.length}: ${week.title}` },
      heading: assignment.title,
      task: assignment.task,
      practice: practice ? { href: at(`/weeks/${week.number}#${practice.key}`), label: `How to go about it: ${practice.title}` } : null,
      form: reader === 'learner' || reader === 'test-learner' ? formOf({ facts, path, report, mark, key: assignment.key, ...(refused && { refused }) }) : null,
      progressHref: at('/progress#assignments'),
      told: reader === 'staff' && told ? {
        heading: told.total === 0 ? 'Nobody has given an account yet' : `${sentence(plural(told.total, 'account'))}, newest first`,
        entries: told.reports.map((one) => entryOf(facts, one, { heading: one.name ?? withheldName, href: at(`/learners/${one.personId}`) })),
        pager: pagerOf(at, `/assignments/${assignment.key}`, told),
      } : null,
    },
  } satisfies Page;
}

function formOf({ facts, path, report, mark, key, refused }: { facts: AssignmentFacts; path: string; report: Report | null; mark: string | null; key: string; refused?: AssignmentInput['refused'] }) {
  const isDone = report?.doneAt !== null && report?.doneAt !== undefined;
  const isChanged = refused?.because === 'changed';
  const problem = refused && refused.because !== 'changed' ? problemWords(refused.because, refused.typed) : null;
  const item = problem ?? (isChanged ? 'Something else was saved here meanwhile: choose which text stays.' : null);
  return {
    isDone,
    point: isDone ? 'done' : 'open',
    state: isDone && report?.doneAt ? `Done on ${moment(facts, report.doneAt)}` : report ? 'Not done: you took it back. Your words are kept, and only you read them.' : 'Not done yet',
    key,
    mark,
    action: `${path}/report`,
    removal: isDone ? `${path}/report/removal` : null,
    after: path,
    value: refused?.typed ?? report?.account ?? '',
    version: report?.version ?? 0,
    longest: longestAccount,
    problems: { heading: 'Not saved yet', items: item ? [{ href: '#account', text: item }] : [] },
    problem,
    other: isChanged ? { text: report?.account ?? '', keep: path } : null,
    saved: report && !refused ? `Saved on ${moment(facts, report.writtenAt)}` : null,
    label: isDone ? 'Save the account' : 'Mark as done',
  };
}

export type AccountsInput = { facts: AssignmentFacts; learner: { personId: string; name: string | null }; reports: readonly ToldAccount[] };

/** `GET /assignments/of/PERSON`: all that one learner told, week by week, for the staff of the cohort. */
export function accountsPage({ facts, learner, reports }: AccountsInput) {
  const { at, programme } = facts;
  const weeks = programme.weeks.filter(isAssigned);
  const entries = weeks.flatMap(({ number, assignment }) => reports.filter((one) => one.assignment === assignment.key).map((one) =>
    entryOf(facts, one, { heading: `Week ${number}: ${assignment.title}`, href: at(`/assignments/${assignment.key}`) })));
  return {
    template: 'assignments/accounts',
    data: {
      title: `Assignments of ${learner.name ?? 'a learner'}`,
      kicker: { href: at(`/learners/${learner.personId}`), label: learner.name ?? withheldName },
      heading: 'Assignments',
      line: `${entries.length} of ${weeks.length} done`,
      entries,
    },
  } satisfies Page;
}

export function isAssigned(week: ProgrammeWeek): week is AssignedWeek {
  return week.assignment !== undefined;
}

/** Why an account does not make the assignment done, in words. */
export function problemWords(problem: AccountProblem, typed: string): string {
  if (problem === 'empty') return 'Say in a line or two what happened. Then the assignment counts as done.';
  return `An account holds ${longestAccount.toLocaleString('en-GB')} characters at most. This one has ${typed.length.toLocaleString('en-GB')}: shorten it.`;
}

function entryOf(facts: AssignmentFacts, { account, writtenAt }: ToldAccount, { heading, href }: { heading: string; href: string }) {
  return { heading, href, when: `Written on ${moment(facts, writtenAt)}`, pieces: linkPieces(account) };
}

function pagerOf(at: AssignmentFacts['at'], path: string, { total, page }: { total: number; page: number }) {
  const pages = Math.max(1, Math.ceil(total / accountsPerPage));
  const address = (number: number) => at(number === 1 ? path : `${path}?page=${number}`);
  if (page === 1 && pages === 1) return null;
  return { words: total === 0 ? 'There is nothing older' : `Page ${page} of ${pages}`, previous: page > 1 ? address(total === 0 ? 1 : page - 1) : null, following: page < pages ? address(page + 1) : null };
}

function moment({ cohort, english = 'en-GB' }: AssignmentFacts, at: Temporal.Instant): string {
  return momentAndPlace(at.toZonedDateTimeISO(cohort.timeZone), english);
}
