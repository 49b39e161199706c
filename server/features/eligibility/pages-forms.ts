// The forms of a cohort, as its faculty and administrators decide about them and its assistants read them.
import { improvementTools, unansweredTools } from '../../domain/tools-assessment.ts';
import type { AssessmentAnswers } from '../../domain/tools-assessment.ts';
import type { EligibilityDecision, EligibilityState } from '../../domain/eligibility.ts';
import { plural, sentence, toPutRight } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';
import { answersOf, moment, stateOf } from './pages.ts';
import type { Facts, FormFacts } from './pages.ts';
import { assessmentOf } from './pages-tools.ts';

export const formsPerPage = 100;

const withheld = 'Name withheld by your learning platform';

export type FormsInput = {
  facts: Facts;
  /** Assistants read; they neither decide nor change the setting. */
  mayDecide: boolean;
  required: boolean;
  total: number;
  waiting: number;
  /** Those of this page, those who wait first. `state` is null for a learner who wrote nothing yet. */
  forms: readonly { personId: string; name: string | null; state: EligibilityState | null; since: Temporal.Instant | null }[];
  /** From 1. */
  page: number;
  notice?: 'required' | 'free' | null;
};

const groups: readonly { states: readonly (EligibilityState | null)[]; key: string; title: string; side: string }[] = [
  { states: ['submitted'], key: 'waiting', title: 'Waiting for a decision', side: 'Who waits longest comes first' },
  { states: ['returned'], key: 'returned', title: 'Returned', side: 'The learner is changing it' },
  { states: ['draft', null], key: 'writing', title: 'Not handed in yet', side: 'You read a form once it is handed in' },
  { states: ['accepted'], key: 'accepted', title: 'Accepted', side: 'Their weeks open by the calendar' },
];

/** `GET /eligibility/forms` */
export function formsPage({ facts, mayDecide, required, total, waiting, forms, page, notice = null }: FormsInput) {
  const { at, cohort } = facts;
  const pages = Math.max(1, Math.ceil(total / formsPerPage));
  const address = (number: number) => at(number === 1 ? '/eligibility/forms' : `/eligibility/forms?page=${number}`);
  return {
    template: 'eligibility/forms',
    data: {
      title: 'Eligibility forms',
      kicker: cohort.name,
      heading: waiting === 0 ? 'No form waits for a decision' : waiting === 1 ? 'One form waits for a decision' : `${sentence(plural(waiting, 'form'))} wait for a decision`,
      lede: mayDecide ? 'Each learner tells who the team is, what the project is and who sponsors it. Accept a form, or return it with a word on what to change.' : 'Each learner tells who the team is, what the project is and who sponsors it. Faculty and administrators decide; you can read along.',
      notice: notice === 'required' ? { heading: 'Weeks now wait for the form', text: 'Learners whose form is not accepted have only week 1 open, and what they have begun already.' }
        : notice === 'free' ? { heading: 'Weeks no longer wait for the form', text: 'They open by the calendar for everybody. Forms can still be handed in and decided about.' } : null,
      groups: groups.map(({ states, key, title, side }) => ({ key, title, side, forms: forms.filter(({ state }) => states.includes(state)).map((form) => lineOf(form, facts)) })).filter((group) => group.forms.length > 0),
      pager: pages === 1 ? null : { words: `Page ${Math.min(page, pages)} of ${pages}`, previous: page > 1 ? address(Math.min(page - 1, pages)) : null, following: page < pages ? address(page + 1) : null },
      requirement: {
        words: required ? 'Only week 1 is open to a learner until the form is accepted.' : 'Weeks open by the calendar, whether a form is accepted or not.',
        action: mayDecide ? at('/eligibility/requirement') : null,
        value: required ? 'no' : 'yes',
        label: required ? 'Open the weeks without the form' : 'Let weeks wait for the form',
      },
      back: at('/cohort'),
    },
  } satisfies Page;
}

function lineOf({ personId, name, state, since }: FormsInput['forms'][number], facts: Facts) {
  const { point, words } = stateOf({ state: state ?? 'draft', savedAt: since, submittedAt: since, decidedAt: since }, facts);
  return { name: name ?? withheld, href: state === null ? null : facts.at(`/eligibility/forms/${personId}`), point, words };
}

export type DecisionInput = {
  facts: Facts;
  mayDecide: boolean;
  personId: string;
  name: string | null;
  form: FormFacts;
  before: AssessmentAnswers;
  after: AssessmentAnswers | null;
  /** The week of the later self-assessment. */
  week: number;
  /** What a refused form held, and what was wrong with it (send with 422). */
  values?: { decision?: EligibilityDecision | undefined; word?: string | undefined };
  errors?: { decision?: string; word?: string };
  /** Somebody else decided, or it changed, after this page was opened (send with 409). `word` is what was typed. */
  late?: { word: string } | null;
};

/** `GET /eligibility/forms/PERSON`. Posts to `…/decision`. */
export function decisionPage({ facts, mayDecide, personId, name, form, before, after, week, values = {}, errors = {}, late = null }: DecisionInput) {
  const { at, cohort } = facts;
  const isRead = form.state !== 'draft';
  const problems = (['decision', 'word'] as const).flatMap((field) => (errors[field] ? [{ href: `#${field}`, text: errors[field] }] : []));
  const answered = improvementTools.length - unansweredTools(before).length;
  return {
    template: 'eligibility/decision',
    data: {
      title: `${name ?? withheld}: eligibility form`,
      kicker: `${cohort.name}: eligibility form`,
      heading: name ?? withheld,
      state: stateOf(form, facts),
      late: late && { now: `It is now ${form.state === 'draft' ? 'being written' : form.state === 'submitted' ? 'handed in, with changes' : form.state}${form.decidedAt && form.state !== 'submitted' ? `, since ${moment(form.decidedAt, facts)}` : ''}.`, word: late.word },
      problems: { heading: toPutRight(problems.length), items: problems },
      unread: isRead ? null : 'You can read this form once it is handed in. Until then it is the learner’s own.',
      stillChanging: form.state === 'returned' ? 'The learner may be changing this at the moment; it is handed in again when it is ready.' : null,
      word: form.word && form.state !== 'submitted' ? form.word : null,
      earlierWord: form.word && form.state === 'submitted' ? form.word : null,
      form: isRead ? answersOf(form.answers) : null,
      assessment: isRead && answered > 0 ? assessmentOf({ before, after, week }) : null,
      decision: mayDecide && form.state === 'submitted' ? {
        action: at(`/eligibility/forms/${personId}/decision`), version: form.version,
        choices: [
          { value: 'accepted', label: 'Accept the form', detail: 'The learner’s weeks open by the calendar.', checked: values.decision === 'accepted' },
          { value: 'returned', label: 'Return it with a word', detail: 'The learner changes it and hands it in again.', checked: values.decision === 'returned' },
        ],
        word: values.word ?? '',
        errors: { decision: errors.decision ?? null, word: errors.word ?? null },
      } : null,
      back: at('/eligibility/forms'),
    },
  } satisfies Page;
}
