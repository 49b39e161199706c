// A plan from beginning to end, to be read and printed: as it stands, or as it was handed in with what came back.
import type { PlanField, PlanForm, Rubric } from '../../content/programme.ts';
import { answerKey } from '../../domain/coaching-plan.ts';
import type { SubmissionState } from '../../domain/coaching-plan.ts';
import type { RubricAssessment } from '../../domain/rubric.ts';
import { answeredDay, fullDate, sentence } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';
import { fieldsGone, fileSize, gradeWords, moment } from './pages.ts';
import type { PlanFacts } from './pages.ts';

type ShownEvidence = readonly { id: string; name: string; bytes: number }[];

export type WholeInput = { facts: PlanFacts; readerName: string; now: Temporal.Instant; answers: ReadonlyMap<string, string>; evidence: ShownEvidence; /** What the programme asked before, the newest first. */ earlier?: readonly PlanForm[] };

/** `GET /plan/whole`: the plan as it stands now. */
export function wholePage({ facts, readerName, now, answers, evidence, earlier = [] }: WholeInput) {
  return {
    template: 'coaching-plans/whole',
    data: {
      title: `${facts.form.title}, from beginning to end`,
      kicker: facts.cohort.name,
      heading: facts.form.title,
      line: 'As it stands now. What you have handed in is kept beside it.',
      printed: printedFor(facts, readerName, now),
      ...content(facts, answers, evidence, earlier),
      back: { href: facts.at('/plan'), label: 'Back to your plan' },
    },
  } satisfies Page;
}

export type SubmissionInput = {
  facts: PlanFacts;
  /** Null where the programme has none: feedback is then the comment alone. */
  rubric: Rubric | null;
  readerName: string;
  now: Temporal.Instant;
  submission: {
    number: number; receipt: string; state: SubmissionState; submittedAt: Temporal.Instant; stateAt: Temporal.Instant;
    answers: ReadonlyMap<string, string>;
    evidence: ShownEvidence;
    decision: { kind: 'returned' | 'released'; assessment: RubricAssessment; points: number | null; maximum: number; band: string | null; passed: boolean | null; decidedAt: Temporal.Instant } | null;
  };
  /** What the programme asked before, the newest first. */
  earlier?: readonly PlanForm[];
  /** Taking it back came too late. */
  isTooLate?: boolean;
};

/** `GET /plan/submissions/N`: frozen, with its receipt; above it what was decided, once something was. */
export function submissionPage({ facts, rubric, readerName, now, submission, earlier = [], isTooLate = false }: SubmissionInput) {
  const { at, form } = facts;
  const { number, receipt, state, submittedAt, stateAt, answers, evidence, decision } = submission;
  return {
    template: 'coaching-plans/submission',
    data: {
      title: `${form.title}, version ${number}`,
      kicker: `${facts.cohort.name}: what you handed in`,
      heading: `${form.title}, version ${number}`,
      receipt,
      handedIn: `Handed in on ${fullDate(submittedAt.toZonedDateTimeISO(facts.cohort.timeZone), facts.english)}, ${moment(submittedAt, facts).replace(/^.* at /, '')}`,
      printed: printedFor(facts, readerName, now),
      state: stateOf(state, moment(stateAt, facts)),
      isTooLate,
      feedback: decision ? feedback(facts, rubric, decision) : null,
      withdrawal: state === 'submitted' ? at(`/plan/submissions/${number}/withdrawal`) : null,
      ...content(facts, answers, evidence, earlier),
      back: { href: at('/plan'), label: 'Back to your plan' },
    },
  } satisfies Page;
}

function stateOf(state: SubmissionState, when: string) {
  switch (state) {
    case 'submitted': return { point: 'part', words: 'Waits for your faculty', text: 'This is what your faculty read and grade, whatever you write in your plan in the meantime. Quote the receipt when you ask about it.' };
    case 'withdrawn': return { point: 'open', words: `Taken back by you on ${when}`, text: 'Nobody grades this version. Your plan is as you wrote it last, and you can hand it in again.' };
    case 'returned': return { point: 'attention', words: `Came back for revision on ${when}`, text: 'Read the feedback, revise your plan, and hand it in again: it becomes a new version beside this one.' };
    case 'released': return { point: 'done', words: `Graded on ${when}`, text: 'This version and its grade stay as they are.' };
  }
}

function feedback(facts: PlanFacts, rubric: Rubric | null, { kind, assessment, points, maximum, band, passed, decidedAt }: NonNullable<SubmissionInput['submission']['decision']>) {
  const isReleased = kind === 'released';
  return {
    heading: isReleased ? sentence(gradeWords({ points, maximum, band })) || 'Graded' : 'Your plan came back for revision',
    line: `${isReleased ? 'Graded' : 'Sent back'} on ${moment(decidedAt, facts)}.`,
    verdict: !isReleased || passed === null ? null : passed ? { point: 'done', words: 'Passed' } : { point: 'attention', words: 'Not passed' },
    comment: assessment.comment,
    criteria: (rubric?.criteria ?? []).flatMap((criterion) => {
      const said = assessment.criteria[criterion.key];
      if (!said || (said.level === null && said.comment === '')) return [];
      const level = criterion.levels.find(({ key }) => key === said.level);
      return [{
        title: criterion.title,
        level: level ? { title: level.title, text: level.text } : null,
        points: said.points === null ? null : `${said.points} of ${criterion.maximum} points`,
        comment: said.comment,
      }];
    }),
  };
}

/** The plan's words in the order of its form; what is not written is said, so that nobody looks for it. What was written under questions of an earlier form stands at the end. */
function content({ at, form, english }: PlanFacts, answers: ReadonlyMap<string, string>, evidence: ShownEvidence, earlier: readonly PlanForm[]) {
  const shown = (text: string, kind: PlanField['kind'] | undefined) => (text === '' ? null : kind === 'date' ? answeredDay(text, english) : text);
  const gone = fieldsGone(form, [...answers].filter(([, text]) => text !== '').map(([key]) => key));
  return {
    parts: [
      ...form.sections.map((section) => ({
        key: section.key,
        title: section.title,
        fields: section.fields.map(({ key, label, kind }) => ({ label, text: shown(answers.get(answerKey(section.key, key)) ?? '', kind) })),
      })),
      ...(gone.length === 0 ? [] : [{
        key: 'earlier-form',
        title: 'Written under questions that are asked no more',
        fields: gone.map((key) => {
          const known = nameOf(key, earlier);
          return { label: known?.label ?? key, text: shown(answers.get(key) ?? '', known?.kind) };
        }),
      }]),
    ],
    evidence: evidence.map(({ id, name, bytes }) => ({ name, href: at(`/plan/evidence/${id}`), detail: fileSize(bytes) })),
  };
}

/** What a question was called by the newest form that asked it. */
function nameOf(wanted: string, forms: readonly PlanForm[]): { label: string; kind: PlanField['kind'] } | undefined {
  for (const { sections } of forms) {
    for (const section of sections) {
      const field = section.fields.find(({ key }) => answerKey(section.key, key) === wanted);
      if (field) return { label: `${section.title}: ${field.label}`, kind: field.kind };
    }
  }
  return undefined;
}

function printedFor({ cohort, english }: PlanFacts, readerName: string, now: Temporal.Instant): string {
  return `${cohort.name}. Printed for ${readerName}, ${fullDate(now.toZonedDateTimeISO(cohort.timeZone), english)}.`;
}
