// The coaching plan on its pages: all of it at a glance, one section to write in, and where there is none.
import type { PlanField, PlanForm, PlanSection } from '../../content/programme.ts';
import { answerKey, decideSubmitting, longest, missingFields, readAnswer, sectionState } from '../../domain/coaching-plan.ts';
import type { AnswerProblem, SectionState, SubmissionState, SubmittingDecision } from '../../domain/coaching-plan.ts';
import { evidenceLimits, takenExtensions, takenKinds } from '../../domain/evidence.ts';
import { answeredDay, dayAndMonth, inWords, list, plural, sentence, timeAndZone, toPutRight } from '../../format.ts';
import type { English } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';
import { fingerprint } from './answers.ts';
import type { StoredAnswer } from './answers.ts';

type At = (path: string) => string;

export type PlanFacts = {
  /** Adds the sign-in's prefix to a path. */
  at: At;
  form: PlanForm;
  cohort: { name: string; timeZone: string };
  /** How days and times are told to this reader. */
  english?: English;
  /** Null for a test learner, of whom nothing is kept; else under what a browser keeps what it could not send. */
  mark: string | null;
};

/** One of the files that somebody has just sent, and what became of it. */
export type SentFile = { name: string; refused: null | 'empty' | 'too-large' | 'unknown-kind' | 'not-what-its-name-says' | 'too-many' | 'too-much' };

export type OverviewInput = {
  facts: PlanFacts;
  filled: ReadonlySet<string>;
  savedAt: Temporal.Instant | null;
  evidence: readonly { id: string; name: string; mediaType: string; bytes: number; uploadedAt: Temporal.Instant }[];
  submissions: readonly { number: number; receipt: string; state: SubmissionState; submittedAt: Temporal.Instant; decision: { points: number | null; maximum: number; band: string | null; isRead: boolean } | null }[];
  /** missing: handing in was refused. files: what became of an upload that was refused in part or whole; none was chosen when it is empty. */
  problem?: { kind: 'missing' } | { kind: 'files'; files: readonly SentFile[] };
};

/** `GET /plan`: sections, evidence, handing in, what was handed in before. Answers 422 or 413 with a `problem`. */
export function overviewPage({ facts, filled, savedAt, evidence, submissions, problem }: OverviewInput) {
  const { at, form } = facts;
  const missing = missingFields(form.sections, filled);
  const decision = decideSubmitting(submissions.map(({ state }) => state));
  return {
    template: 'coaching-plans/overview',
    data: {
      title: form.title,
      kicker: facts.cohort.name,
      introduction: form.introduction,
      notice: problem?.kind === 'files' ? filesNotice(problem.files) : null,
      problems: problem?.kind === 'missing' ? {
        heading: missing.length === 0 ? 'Try again: everything is there now' : `The plan is not handed in yet: ${toPutRight(missing.length).toLowerCase()}`,
        items: missing.map(({ section, field }) => ({ href: at(`/plan/sections/${section.key}#${field.key}`), text: `${section.title}: ${field.label}` })),
      } : { heading: '', items: [] },
      mark: facts.mark,
      answersAddress: at('/plan/sections'),
      next: nextStep(facts, filled, submissions, decision),
      written: savedAt ? `Last saved on ${moment(savedAt, facts)}` : null,
      whole: filled.size > 0 ? at('/plan/whole') : null,
      gone: goneWords(fieldsGone(form, filled).length),
      sections: form.sections.map((section) => {
        const state = sectionState(section, filled);
        return { key: section.key, title: section.title, href: at(`/plan/sections/${section.key}`), point: state, words: stateWords(section, state, filled) };
      }),
      evidence: {
        files: evidence.map((file) => ({ name: file.name, href: at(`/plan/evidence/${file.id}`), detail: `${fileSize(file.bytes)}, added on ${moment(file.uploadedAt, facts)}`, removal: at(`/plan/evidence/${file.id}/removal`) })),
        action: at('/plan/evidence'),
        accept: takenExtensions.join(','),
        kinds: takenKinds,
        most: `At most ${fileSize(evidenceLimits.fileBytes)} each, ${inWords(evidenceLimits.files)} files and ${fileSize(evidenceLimits.planBytes)} in all.`,
        fileBytes: evidenceLimits.fileBytes,
        isFull: evidence.length >= evidenceLimits.files,
      },
      handIn: handIn(facts, missing.length, submissions, decision),
      submissions: submissions.toReversed().map((submission) => submissionLine(facts, submission)),
    },
  } satisfies Page;
}

/** The one next step: feedback that nobody has read comes first, then writing, then handing in. */
function nextStep({ at, form }: PlanFacts, filled: ReadonlySet<string>, submissions: OverviewInput['submissions'], decision: SubmittingDecision) {
  const last = submissions.findLast(({ state }) => state !== 'withdrawn');
  if (last?.decision && !last.decision.isRead) {
    const text = last.state === 'returned' ? 'Your faculty have read it and send it back with their comments. Read them, revise your plan, and hand it in again.' : 'Your faculty have graded it. Read what they say about each part.';
    return { heading: last.state === 'returned' ? 'Your plan came back for revision' : 'Feedback on your plan has come', text, href: at(`/plan/submissions/${last.number}`), label: 'Read the feedback' };
  }
  if (decision !== 'may') return null;
  const open = form.sections.find((section) => sectionState(section, filled) !== 'done');
  if (open) return { heading: open.title, text: open.help, href: at(`/plan/sections/${open.key}`), label: filled.size === 0 ? 'Begin with this section' : 'Go on with this section' };
  return { heading: 'Everything that is required is there', text: 'Read your plan once more from beginning to end, as your sponsor would. Then hand it in below.', href: at('/plan/whole'), label: 'Read the whole plan' };
}

function handIn({ at }: PlanFacts, missing: number, submissions: OverviewInput['submissions'], decision: SubmittingDecision) {
  const last = submissions.findLast(({ state }) => state !== 'withdrawn');
  const isRevised = last?.state === 'returned';
  switch (decision) {
    case 'may': return {
      words: missing > 0
        ? `${sentence(plural(missing, 'required answer is', 'required answers are'))} still missing. Once they are there, you can hand in your plan.`
        : isRevised ? 'Your plan came back for revision. When you have revised it, hand it in again: it becomes a new version beside the old one.' : 'Your plan can be handed in.',
      more: 'Your faculty get it exactly as it stands at that moment, with its evidence. You may go on writing afterwards, but what you handed in stays as it was, and that is what is graded. Until somebody has decided about it you can take it back.',
      action: at('/plan/submission'), label: isRevised ? 'Hand in this version' : 'Hand in my plan', isReady: missing === 0, link: null,
    };
    case 'waiting': return {
      words: 'Your plan is handed in and waits for your faculty.',
      more: 'You may go on writing: it does not change what you handed in. To hand in another version instead, take that one back first.',
      action: null, label: '', isReady: false, link: last ? { href: at(`/plan/submissions/${last.number}`), label: 'See what you handed in, or take it back' } : null,
    };
    case 'graded': return {
      words: 'Your plan is graded.',
      more: 'What you write now is for you and your team. Should your faculty want another version, they send the plan back to you, and you can hand it in again here.',
      action: null, label: '', isReady: false, link: last ? { href: at(`/plan/submissions/${last.number}`), label: 'See the grade and the feedback' } : null,
    };
    case 'too-many': return {
      words: 'This plan was handed in so often that it cannot be handed in again.', more: 'Tell your faculty; what you wrote is all there.', action: null, label: '', isReady: false, link: null,
    };
  }
}

const stateNames: Record<SubmissionState, { point: 'part' | 'open' | 'attention' | 'done'; words: string }> = {
  submitted: { point: 'part', words: 'Waits for your faculty' },
  withdrawn: { point: 'open', words: 'Taken back by you' },
  returned: { point: 'attention', words: 'Came back for revision' },
  released: { point: 'done', words: 'Graded' },
};

function submissionLine(facts: PlanFacts, { number, receipt, state, submittedAt, decision }: OverviewInput['submissions'][number]) {
  const { point, words } = stateNames[state];
  const grade = decision && state === 'released' ? `${words}: ${gradeWords(decision)}` : words;
  return { href: facts.at(`/plan/submissions/${number}`), title: `Version ${number}`, when: `Handed in on ${moment(submittedAt, facts)}. Receipt ${receipt}`, point, words: decision && !decision.isRead ? `${grade}. Not read yet` : grade };
}

function filesNotice(files: readonly SentFile[]) {
  const kept = files.filter(({ refused }) => refused === null).map(({ name }) => `“${name}”`);
  const refused = files.filter((file) => file.refused !== null);
  return {
    heading: files.length === 0 ? 'No file was chosen' : kept.length === 0 ? `${refused.length === 1 ? 'The file was' : 'The files were'} not added` : 'Some of the files were not added',
    items: files.length === 0 ? ['Choose one or more files, then press “Add to my plan”.'] : refused.map(({ name, refused }) => `“${name}”: ${refusal(refused)}`),
    kept: kept.length === 0 ? 'Nothing else was changed.' : `${list(kept)} ${kept.length === 1 ? 'was' : 'were'} added and ${kept.length === 1 ? 'is' : 'are'} kept.`,
  };
}

function refusal(reason: SentFile['refused']): string {
  switch (reason) {
    case null: return '';
    case 'empty': return 'it is empty.';
    case 'too-large': return `it is larger than ${fileSize(evidenceLimits.fileBytes)}. Make it smaller, for example by saving it as a PDF or its pictures at a lower size.`;
    case 'unknown-kind': return `files of this kind are not taken. Taken are ${takenKinds}.`;
    case 'not-what-its-name-says': return 'it is not what its name says. Open it in the program that made it and save it again; a table or a text as UTF-8.';
    case 'too-many': return `a plan holds ${inWords(evidenceLimits.files)} files at most. Take one away first.`;
    case 'too-much': return 'there is no room for it in this plan. Take a file away first, or make this one smaller.';
  }
}

/** `stored`: somebody was quicker, and this is what stands there now. */
export type RefusedField = { typed: string; stored?: { text: string; version: number }; problem?: AnswerProblem };

export type SectionInput = {
  facts: PlanFacts;
  section: PlanSection;
  answers: ReadonlyMap<string, StoredAnswer>;
  filled: ReadonlySet<string>;
  waiting: { number: number; submittedAt: Temporal.Instant } | null;
  /** What could not be kept of a form, by the field's key in its section (send with 409 or 422). */
  refused?: ReadonlyMap<string, RefusedField>;
};

/**
 * `GET /plan/sections/KEY`: the fields of one section. The form posts the whole section to `…/answers`; with scripts each
 * field goes to `…/fields/KEY/answer` by itself.
 */
export function sectionPage({ facts, section, answers, filled, waiting, refused = new Map() }: SectionInput) {
  const { at, form } = facts;
  const place = form.sections.indexOf(section);
  const path = `/plan/sections/${section.key}`;
  const neighbour = (index: number) => {
    const other = form.sections[index];
    return other ? { href: at(`/plan/sections/${other.key}`), title: other.title } : null;
  };
  return {
    template: 'coaching-plans/section',
    data: {
      title: `${section.title}: ${form.title.toLowerCase()}`,
      kicker: `${form.title}, section ${place + 1} of ${form.sections.length}`,
      heading: section.title,
      help: section.help,
      // What was refused waits for its form to be sent again; the script would know nothing of a choice made there.
      mark: refused.size > 0 ? null : facts.mark,
      action: at(`${path}/answers`),
      fieldsAddress: at(`${path}/fields`),
      trail: form.sections.map((step, index) => {
        const state = sectionState(step, filled);
        return { number: index + 1, href: at(`/plan/sections/${step.key}`), words: `${step.title}: ${stateWords(step, state, filled).toLowerCase()}`, point: state, isHere: step === section };
      }),
      problems: problemsOf(section, refused),
      waiting: waiting ? { words: `You handed in a version on ${moment(waiting.submittedAt, facts)}. What you write here does not change it.`, href: at(`/plan/submissions/${waiting.number}`) } : null,
      fields: section.fields.map((field) => fieldOf(facts, field, answers.get(answerKey(section.key, field.key)), refused.get(field.key))),
      previous: neighbour(place - 1),
      following: neighbour(place + 1),
      back: { href: at('/plan'), label: 'The whole plan at a glance' },
    },
  } satisfies Page;
}

function fieldOf(facts: PlanFacts, { key, label, help, kind: asked, required }: PlanField, stored: StoredAnswer | undefined, refused: RefusedField | undefined) {
  const text = stored?.text ?? '';
  // Written when the form took more there: a field that cannot show it would send it back emptied or cut.
  const kept = readAnswer(asked, text);
  const isEarlier = kept.problem !== null || kept.text !== text;
  const kind = isEarlier ? 'text' : asked;
  return {
    key, label, help, kind, required,
    earlier: isEarlier ? `This was written when the plan took a longer text here. It stays as it is until you change it; then it has to be ${asked === 'date' ? 'a day' : `one line of up to ${longest[asked]} letters`}.` : null,
    value: refused?.typed ?? text,
    version: refused?.stored?.version ?? stored?.version ?? 0,
    // Of what stands there and not of what was typed: pressing "Save" again is then a choice.
    loaded: fingerprint(refused?.stored?.text ?? text),
    other: refused?.stored ? { text: refused.stored.text === '' ? 'Nothing: the field was emptied.' : kind === 'date' ? answeredDay(refused.stored.text, facts.english) : refused.stored.text } : null,
    error: refused?.problem ? problemWords(refused.problem, kind, refused.typed) : null,
    saved: stored && !refused ? `Saved on ${moment(stored.savedAt, facts)}` : null,
  };
}

function problemsOf(section: PlanSection, refused: NonNullable<SectionInput['refused']>) {
  const fields = section.fields.filter(({ key }) => refused.has(key));
  const changed = fields.filter(({ key }) => refused.get(key)?.stored);
  return {
    heading: changed.length > 0 ? 'Somebody was quicker: this was changed in another window or on another device' : toPutRight(fields.length),
    items: fields.map(({ key, label, kind }) => {
      const { problem, typed } = refused.get(key)!;
      return { href: `#${key}`, text: problem ? `${label}: ${problemWords(problem, kind, typed)}` : `${label}: choose which text stays` };
    }),
  };
}

/** The words for what is wrong with an answer; the script shows them too. */
export function problemWords(problem: AnswerProblem, kind: PlanField['kind'], typed: string): string {
  if (problem === 'no-date') return 'Write the day as year, month and day, such as 2026-05-14.';
  return `This is ${typed.length.toLocaleString('en-GB')} characters long, and ${longest[kind].toLocaleString('en-GB')} are kept. Shorten it; until then it is not saved.`;
}

/** The answers that stand under questions which a form does not ask, by their keys in the order of the alphabet. */
export function fieldsGone({ sections }: PlanForm, filled: Iterable<string>): string[] {
  const asked = new Set(sections.flatMap((section) => section.fields.map(({ key }) => answerKey(section.key, key))));
  return [...filled].filter((key) => !asked.has(key)).toSorted();
}

function goneWords(count: number): string | null {
  return count === 0 ? null : `${sentence(plural(count, 'answer stands', 'answers stand'))} under questions that the plan does not ask any more. Nothing is lost: read and copy from ${count === 1 ? 'it' : 'them'} at the end of the whole plan.`;
}

/** `GET /plan` where the material of the cohort has no plan; `isBegun` where it had one, and the learner wrote in it. */
export function noPlanPage({ at, cohortName, isBegun = false }: { at: At; cohortName: string; isBegun?: boolean }) {
  if (isBegun) return { template: 'coaching-plans/none', data: {
    title: 'Coaching plan', kicker: cohortName, heading: 'Your plan can be read, and not changed just now',
    lede: 'Your cohort went on with newer material, which has no coaching plan. All that you wrote is kept.',
    text: 'Ask your faculty where to go on with it.', home: { href: at('/plan/whole'), label: 'Read what you wrote' },
  } } satisfies Page;
  return { template: 'coaching-plans/none', data: {
    title: 'Coaching plan', kicker: cohortName, heading: 'This cohort writes its coaching plan elsewhere',
    lede: 'Your cohort began before coaching plans were written in Coachline, and a cohort keeps the material that it began with.',
    text: 'Ask your faculty where to write and to hand in your plan. Your weeks are where they were.', home: { href: at('/'), label: 'Go to your weeks' },
  } } satisfies Page;
}

/** `GET /plan` for a mentor. */
export function mentorPage({ at, cohortName }: { at: At; cohortName: string }) {
  return { template: 'coaching-plans/none', data: {
    title: 'Coaching plan', kicker: cohortName, heading: 'No plan has been shared with you',
    lede: 'You read what a learner shares with you. Coaching plans are between a learner and their faculty, and nothing of one is shared yet.',
    text: 'The learner you support can print their plan, or send it to you as a PDF.', home: { href: at('/'), label: 'Read the weeks' },
  } } satisfies Page;
}

function stateWords(section: PlanSection, state: SectionState, filled: ReadonlySet<string>): string {
  const missing = missingFields([section], filled).length;
  return { open: 'Not begun', part: `Begun, ${inWords(missing)} still to write`, done: 'Complete' }[state];
}

/** "84 of 100 points, pass with distinction". */
export function gradeWords({ points, maximum, band }: { points: number | null; maximum: number; band: string | null }): string {
  return [points === null ? null : `${points} of ${maximum} points`, band].filter((part) => part !== null).join(', ');
}

/** "14 May at 09:12 BST". */
export function moment(instant: Temporal.Instant, { cohort, english }: Pick<PlanFacts, 'cohort' | 'english'>): string {
  const local = instant.toZonedDateTimeISO(cohort.timeZone);
  return `${dayAndMonth(local, english)} at ${timeAndZone(local, english)}`;
}

/** "2.4 MB", "312 kB". */
export function fileSize(bytes: number): string {
  if (bytes >= 2 ** 20) return `${Number((bytes / 2 ** 20).toFixed(1))} MB`;
  return bytes >= 1024 ? `${Math.round(bytes / 1024)} kB` : `${bytes} bytes`;
}
