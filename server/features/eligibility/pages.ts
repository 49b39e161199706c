// The learner's form: written, read through before it is handed in, and read again with what faculty said.
import { eligibilityFields, longest, memberFields, memberNumbers, missingAnswers, mayWrite, parts, projectStates, teamSize } from '../../domain/eligibility.ts';
import type { AnswerProblem, EligibilityAnswers, EligibilityField, EligibilityState, FieldKind } from '../../domain/eligibility.ts';
import { improvementTools, unansweredTools } from '../../domain/tools-assessment.ts';
import type { AssessmentAnswers } from '../../domain/tools-assessment.ts';
import { dayAndMonth, inWords, plural, sentence, timeAndZone, toPutRight } from '../../format.ts';
import type { English } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';
import { versionOf } from './answers.ts';

type At = (path: string) => string;

/** What every page of this feature needs. */
export type Facts = { at: At; english?: English; cohort: { name: string; timeZone: string } };

export type FormFacts = {
  answers: EligibilityAnswers; version: number; state: EligibilityState;
  savedAt: Temporal.Instant | null; submittedAt: Temporal.Instant | null; decidedAt: Temporal.Instant | null;
  word: string | null;
};

/** Why a field could not be kept: with `stored`, somebody was quicker and this stands there now. */
export type RefusedField<Problem> = { typed: string; stored?: string; problem?: Problem };

export type WriteInput = {
  facts: Facts;
  form: FormFacts;
  /** Of the self-assessment before the programme. */
  tools: AssessmentAnswers;
  /** Under which this browser keeps what it could not send; null where nothing is kept. */
  mark: string | null;
  /** Whether weeks after the first wait for it. */
  required: boolean;
  /** What could not be kept of a form (send with 409 or 422). */
  refused?: ReadonlyMap<string, RefusedField<AnswerProblem>>;
};

/** `GET /eligibility` while the learner may write. Posts to `/eligibility/answers`; with scripts each field to `/eligibility/fields/KEY/answer`. */
export function writePage({ facts, form, tools, mark, required, refused = new Map() }: WriteInput) {
  const { at, cohort } = facts;
  const view = (field: EligibilityField) => fieldOf(field, form.answers[field.key] ?? '', refused.get(field.key));
  const rows = memberNumbers.map((number) => {
    const { name, role } = memberFields(number);
    return { number, fields: [view(name), view(role)], isFilled: [name, role].some(({ key }) => (form.answers[key] ?? '') !== '' || refused.has(key)) };
  });
  const unanswered = unansweredTools(tools).length;
  return {
    template: 'eligibility/write',
    data: {
      title: 'Your team and your project',
      kicker: cohort.name,
      lede: required
        ? 'You learn by coaching one team on one project. Tell your faculty who they are; once they have accepted this form, the weeks after the first open to you.'
        : 'You learn by coaching one team on one project. Tell your faculty who they are and what you bring.',
      returned: form.state === 'returned' ? { when: form.decidedAt ? moment(form.decidedAt, facts) : '', word: form.word ?? '' } : null,
      saved: form.savedAt && refused.size === 0 ? `Last saved on ${moment(form.savedAt, facts)}` : null,
      problems: refusedProblems(eligibilityFields.map(({ of, label, ...field }) => ({ ...field, label: of ? `${label} of ${of}` : label })), refused),
      // What was refused waits for its form to be sent again; the script would know nothing of a choice made there.
      mark: refused.size > 0 ? null : mark,
      action: at('/eligibility/answers'),
      fieldsAddress: at('/eligibility/fields'),
      team: { help: `Those who will do the work with you: at least ${inWords(teamSize.least)}, with what they do in the team or in your organisation. There is room for ${inWords(teamSize.most)}.`, first: rows.slice(0, teamSize.least), more: rows.slice(teamSize.least), moreWords: `Room for ${inWords(teamSize.most - teamSize.least)} more members`, moreIsOpen: rows.slice(teamSize.least).some(({ isFilled }) => isFilled) },
      parts: parts.map(({ key, title, help, fields }) => ({ key, title, help, fields: fields.map(view) })),
      tools: {
        href: at('/eligibility/tools'),
        point: unanswered === 0 ? 'done' : unanswered < improvementTools.length ? 'part' : 'open',
        words: unanswered === 0 ? 'Complete' : unanswered < improvementTools.length ? `${sentence(plural(unanswered, 'tool'))} still to answer` : 'Not begun',
      },
      handIn: at('/eligibility/submission'),
      privacy: 'Only you and the faculty, assistants and administrators of this cohort can read what you write here. Tell the people whom you name.',
    },
  } satisfies Page;
}

function fieldOf({ key, kind, label, help, of = '' }: EligibilityField, stored: string, refused: RefusedField<AnswerProblem> | undefined) {
  return {
    key, kind, label, help, of,
    value: refused?.typed ?? stored,
    // Of what stands there and not of what was typed: pressing "Save" again is then a choice.
    version: versionOf(refused?.stored ?? stored),
    options: kind === 'state' ? projectStates.map((state) => ({ value: state, label: sentence(state) })) : [],
    other: refused?.stored === undefined ? null : { text: refused.stored === '' ? 'Nothing: the field was emptied.' : refused.stored },
    error: refused?.problem ? problemWords(refused.problem, kind, refused.typed) : null,
  };
}

/** Over a form of which something was refused. */
export function refusedProblems(fields: readonly { key: string; label: string; kind?: FieldKind }[], refused: ReadonlyMap<string, RefusedField<string>>) {
  const concerned = fields.filter(({ key }) => refused.has(key));
  const changed = concerned.some(({ key }) => refused.get(key)?.stored !== undefined);
  return {
    heading: changed ? 'Somebody was quicker: this was changed in another window or on another device' : toPutRight(concerned.length),
    items: concerned.map(({ key, label, kind }) => {
      const one = refused.get(key);
      return { href: `#${key}`, text: one?.problem && kind ? `${label}: ${problemWords(one.problem as AnswerProblem, kind, one.typed)}` : one?.problem ? `${label}: choose one of the levels` : `${label}: choose which text stays` };
    }),
  };
}

/** The words for what is wrong with an answer; the script shows them too. */
export function problemWords(problem: AnswerProblem, kind: FieldKind, typed: string): string {
  switch (problem) {
    case 'too-long': return `This is ${typed.length.toLocaleString('en-GB')} characters long, and ${longest[kind].toLocaleString('en-GB')} are kept. Shorten it; until then it is not saved.`;
    case 'no-state': return 'Choose whether the project is new or under way.';
    case 'no-email': return 'Write a whole address, such as name@hospital.example.';
  }
}

/** What the script says where a form is closed. */
export const closedWords = 'This form was handed in or accepted meanwhile, so nothing more is written into it.';

export type ReadInput = {
  facts: Facts;
  form: FormFacts;
  tools: AssessmentAnswers;
  /** What became of handing it in: `changed` with 409, `missing` with 422. */
  problem?: 'changed' | 'missing' | null;
};

/** `GET /eligibility/submission`: the form as it is saved, what is missing, and the button that hands it in. */
export function submissionPage({ facts, form, tools, problem = null }: ReadInput) {
  const missing = missingItems(facts.at, form.answers, tools);
  return {
    template: 'eligibility/read',
    data: {
      ...shared(facts, form),
      title: 'Hand in your form',
      heading: missing.length > 0 ? 'Not quite ready to hand in' : 'Read it through, then hand it in',
      lede: missing.length > 0 ? 'Your faculty can decide once everything is there. What you have written is saved.' : 'This is what your faculty will read. Once it is handed in, you can change it only when they return it.',
      state: null,
      word: null,
      notice: problem === 'changed' ? { heading: 'Your form changed after you opened this page', text: 'It was not handed in. This is how it is saved now: read it again, then hand it in.' } : null,
      missing: missing.length === 0 ? null : { heading: `${sentence(plural(missing.length, 'answer is', 'answers are'))} missing`, isRefusal: problem === 'missing', items: missing },
      handIn: missing.length === 0 ? { action: facts.at('/eligibility/submission'), version: form.version } : null,
      links: [{ href: facts.at('/eligibility'), label: 'Change the form' }],
    },
  } satisfies Page;
}

/** `GET /eligibility` once it is handed in or accepted. */
export function readPage({ facts, form, isLate = false }: Omit<ReadInput, 'problem'> & { /** Something was sent that can no longer be written into it (send with 409). */ isLate?: boolean }) {
  const { at } = facts;
  const accepted = form.state === 'accepted';
  return {
    template: 'eligibility/read',
    data: {
      ...shared(facts, form),
      title: 'Your team and your project',
      heading: accepted ? 'Your form is accepted' : 'Your form is with your faculty',
      lede: accepted ? 'Your weeks open by the calendar of your cohort.' : 'They accept it, or return it to you with a word on what to change. Week 1 is open meanwhile.',
      state: stateOf(form, facts),
      word: accepted ? form.word : null,
      notice: isLate ? { heading: 'What you sent was not saved', text: closedWords } : null,
      missing: null,
      handIn: null,
      links: [{ href: at('/'), label: 'Go to your weeks' }, { href: at('/eligibility/tools'), label: 'Your tools self-assessment' }],
    },
  } satisfies Page;
}

function shared(facts: Facts, form: FormFacts) {
  return { kicker: facts.cohort.name, form: answersOf(form.answers) };
}

function missingItems(at: At, answers: EligibilityAnswers, tools: AssessmentAnswers): { href: string; text: string }[] {
  const unanswered = unansweredTools(tools).length;
  return [
    ...missingAnswers(answers).map((one) => ({
      href: at(`/eligibility#${one.key}`),
      text: one.kind === 'members' ? `${sentence(plural(one.lacking, 'more member'))} of your team, with name and role` : one.kind === 'half-member' ? `${one.label} of member ${one.number}` : one.label,
    })),
    ...(unanswered === 0 ? [] : [{ href: at('/eligibility/tools'), text: `Tools self-assessment: ${plural(unanswered, 'tool')} to answer` }]),
  ];
}

/** The form as it is read: what was written in, part by part. */
export function answersOf(answers: EligibilityAnswers) {
  return {
    members: memberNumbers.map((number) => memberFields(number)).map(({ name, role }) => ({ name: answers[name.key] || 'No name', role: answers[role.key] || 'No role', isThere: Boolean(answers[name.key] || answers[role.key]) })).filter(({ isThere }) => isThere),
    parts: parts.map(({ key, title, fields }) => ({ key, title, fields: fields.map((field) => ({ label: field.label, text: field.kind === 'state' ? sentence(answers[field.key] ?? '') : answers[field.key] ?? '' })) })),
  };
}

/** Where a form stands, as a shape and words. */
export function stateOf(form: Pick<FormFacts, 'state' | 'savedAt' | 'submittedAt' | 'decidedAt'>, facts: Facts): { point: 'part' | 'attention' | 'done' | 'open'; words: string } {
  const on = (at: Temporal.Instant | null) => (at ? ` on ${moment(at, facts)}` : '');
  switch (form.state) {
    case 'draft': return form.savedAt ? { point: 'part', words: `Being written, last saved${on(form.savedAt)}` } : { point: 'open', words: 'Not begun' };
    case 'submitted': return { point: 'part', words: `Handed in${on(form.submittedAt)}` };
    case 'returned': return { point: 'attention', words: `Returned${on(form.decidedAt)}` };
    case 'accepted': return { point: 'done', words: `Accepted${on(form.decidedAt)}` };
  }
}

/** Whether the learner's own page is the one to write in. */
export const isWritable = ({ state }: Pick<FormFacts, 'state'>): boolean => mayWrite(state);

/** "14 May at 09:12 BST". */
export function moment(instant: Temporal.Instant, { cohort, english = 'en-GB' }: Facts): string {
  const local = instant.toZonedDateTimeISO(cohort.timeZone);
  return `${dayAndMonth(local, english)} at ${timeAndZone(local, english)}`;
}
