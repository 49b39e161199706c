// A submission on the grader's desk: the plan as it was handed in, the rubric beside it, and what was said about it before.
import type { PlanForm, Rubric } from '../../content/programme.ts';
import { courseGrade } from '../../domain/course-grade.ts';
import { fitAssessment, isSameAssessment, longestComment, totalSoFar, unmarkedCriteria } from '../../domain/rubric.ts';
import type { AssessmentProblem, RubricAssessment, TypedAssessment } from '../../domain/rubric.ts';
import { answeredDay, inWords, list, plural, sentence, toPutRight } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';
import type { SentScore } from '../../score-standing.ts';
import { moment, nobody, since, someColleague, stateWords } from './pages.ts';
import type { Place } from './pages.ts';
import { criteriaOf, formProblems, gradeWords, rowsOf, standingOf } from './rubric-words.ts';
import { openFor } from './submission.ts';
import type { ColleagueDraft, GradedSubmission, SubmissionCounts } from './submission.ts';

export type DeskInput = Place & {
  now: Temporal.Instant;
  reader: { role: string; personId: string | null; mayDecide: boolean };
  submission: GradedSubmission;
  counts: SubmissionCounts;
  plan: PlanForm | undefined;
  /** The one that the submission is graded by, or was. */
  rubric: Rubric | undefined;
  /** The version of the programme that the rubric is from. */
  rubricVersion: string;
  /** Rubrics that the programme had before, the newest first; they name criteria of the reader's draft that are there no more. */
  earlier?: readonly Rubric[];
  /** What the LMS was told; null where there is no grade. */
  score: SentScore | null;
  /** What came of an action just now. */
  notice?: 'released' | 'returned' | 'corrected' | 'taken-over' | null;
  /** A form that was refused: what was typed, what is wrong with it, and what else happened meanwhile. */
  refused?: RefusedForm | null;
  /** Whether the form is for correcting a released grade. */
  correcting?: { reason: string; decidedAt: string } | null;
};

export type RefusedForm = {
  typed: TypedAssessment;
  /** What of it can be kept. */
  assessment: RubricAssessment;
  /** With what the form said about criteria that only an earlier rubric has. */
  kept?: RubricAssessment;
  problems: AssessmentProblem[];
  /** Whether the form was made with another rubric than the one that it would be decided by. */
  isByOther?: boolean;
  /**
   * incomplete, no-comment, no-reason: the decision has to wait (422). conflict: another window of the same grader saved
   * another draft. withdrawn, already: the submission no longer waits. other-rubric: nothing else is in the way than
   * that the form was made with another rubric (409).
   */
  because: 'incomplete' | 'no-comment' | 'no-reason' | 'conflict' | 'withdrawn' | 'already' | 'other-rubric' | null;
};

/** `GET /grading/submissions/ID`, the answers of its forms that were refused, and `…/correction`. */
export function deskPage(desk: DeskInput) {
  const { input, left: leftInDraft } = fitted(desk);
  const { at, submission, counts, rubric, reader, refused = null, correcting = null } = input;
  const path = `/grading/submissions/${submission.id}`;
  const name = submission.learner.name ?? nobody;
  const isOpen = submission.state === 'submitted' && reader.personId !== null;
  const own = refused?.assessment ?? (submission.draft && submission.draft.version > 0 ? submission.draft.assessment : null);
  const left = [...leftInDraft, ...leftInForm(desk).filter((posted) => !leftInDraft.some(({ criterion, comment }) => criterion === posted.criterion && comment === posted.comment))];
  const form = rubric && (isOpen || correcting) ? formOf(input, rubric, path) : null;
  return {
    template: 'grading/submission',
    data: {
      title: `${correcting ? 'Correct the grade of' : 'Grade'} ${name}`,
      kicker: `Coaching plan, submission ${submission.number}. ${counts.submitted === 0 ? 'No plan waits' : `${sentence(plural(counts.submitted, 'plan'))} ${counts.submitted === 1 ? 'waits' : 'wait'}`}`,
      heading: name,
      line: `Handed in on ${moment(submission.submittedAt, input)}. Receipt ${submission.receipt}.`,
      state: stateWords({ ...submission, points: submission.grade?.points ?? null, maximum: submission.grade?.maximum ?? null, band: submission.grade?.band ?? null }),
      queue: at('/grading'),
      next: at(`/grading/next?after=${submission.id}`),
      notices: noticesOf(input),
      problems: form ? formProblems(input.rubric, refused?.problems ?? [], refused?.because ?? null) : { heading: toPutRight(0), items: [] },
      plan: planOf(input),
      others: othersOf(input),
      form,
      comparison: rubric ? comparisonOf(input, rubric, own) : null,
      decided: submission.grade && rubric && !correcting ? decidedOf(input, rubric, path) : null,
      colleagues: rubric && isOpen && !correcting ? submission.colleagues.flatMap((draft) => colleagueOf(input, rubric, path, draft)) : [],
      left: left.map(({ criterion, comment }) => ({ title: criterionName(criterion, desk.earlier ?? []), mark: 'No level', comment })),
      ownLeft: rubric && own && submission.state === 'withdrawn' ? { rows: rowsOf(rubric, own), comment: own.comment, words: gradeWords(rubric, own) } : null,
      noRubric: rubric === undefined,
    },
  } satisfies Page;
}

/** Drafts as the rubric has them, which may be newer than they are; and what the reader's own says beyond it. */
function fitted(desk: DeskInput): { input: DeskInput; left: { criterion: string; comment: string }[] } {
  const { rubric, submission } = desk;
  if (!rubric || submission.state === 'released') return { input: desk, left: [] };
  const own = submission.draft && fitAssessment(rubric, submission.draft.assessment);
  const colleagues = submission.colleagues.map((draft) => ({ ...draft, assessment: draft.assessment && fitAssessment(rubric, draft.assessment).assessment }));
  return { input: { ...desk, submission: { ...submission, draft: submission.draft && own && { ...submission.draft, assessment: own.assessment }, colleagues } }, left: submission.state === 'returned' ? [] : own?.left ?? [] };
}

/** What a form that was refused says beyond the rubric: it has no place in the form, and may be in no draft either. */
function leftInForm({ rubric, refused }: DeskInput): { criterion: string; comment: string }[] {
  return rubric && refused?.kept ? fitAssessment(rubric, refused.kept).left : [];
}

function criterionName(key: string, rubrics: readonly Rubric[]): string {
  return rubrics.flatMap(({ criteria }) => criteria).find((criterion) => criterion.key === key)?.title ?? key;
}

function formOf({ at, now, reader, rubricVersion, submission, refused = null, correcting = null, ...place }: DeskInput, rubric: Rubric, path: string) {
  const kept = correcting ? submission.grade?.assessment : submission.draft?.assessment;
  const assessment = refused?.assessment ?? kept ?? { criteria: {}, comment: '' };
  const version = submission.draft?.version ?? 0;
  return {
    isCorrection: correcting !== null,
    draft: at(`${path}/draft`),
    action: at(correcting ? `${path}/correction` : `${path}/decision`),
    back: at(path),
    version,
    rubricVersion,
    mayDecide: reader.mayDecide,
    prompts: sentence(list(rubric.feedbackPrompts)),
    criteria: criteriaOf(rubric, assessment, refused),
    comment: refused?.typed.comment ?? assessment.comment,
    most: longestComment.whole,
    commentError: refused?.because === 'no-comment' ? 'Write what the learner should revise: this comment goes back with the plan.' : null,
    reason: correcting?.reason ?? '',
    reasonError: refused?.because === 'no-reason' ? 'Write why the grade is corrected: the reason is kept with the former grade.' : null,
    decidedAt: correcting?.decidedAt ?? '',
    saved: correcting || version === 0 || !submission.draft ? null : `Draft saved ${since(submission.draft.savedAt, now, { at, ...place })}`,
    ...standingOf(rubric, assessment),
  };
}

/** What stands over the desk: what was done, what happened meanwhile, and who else is at it. */
function noticesOf(input: DeskInput) {
  const { at, now, notice, reader, refused = null, submission } = input;
  const name = submission.learner.name ?? 'The learner';
  const next = { href: at(`/grading/next?after=${submission.id}`), label: 'Grade the next plan' };
  const notices: { is: 'good' | 'attention' | 'error' | ''; point: string; heading: string; text: string; link: { href: string; label: string } | null; isAlert: boolean }[] = [];
  const add = (is: 'good' | 'attention' | 'error' | '', heading: string, text: string, link: { href: string; label: string } | null = null, isAlert = false) =>
    notices.push({ is, point: { good: 'done', attention: 'attention', error: 'error', '': 'info' }[is], heading, text, link, isAlert });

  if (notice === 'released') add('good', 'The grade is released', `${name} can read it now, and the LMS is told.`, next);
  if (notice === 'corrected') add('good', 'The grade is corrected', `${name} can read the new one now, and the LMS is told. The former grade is kept with your reason.`, next);
  if (notice === 'returned') add('good', 'The plan is returned for revision', `${name} can read your comments now and hand the plan in again.`, next);
  if (notice === 'taken-over') add('good', 'The draft is yours now', 'Change what you like. Nobody else sees it until you release the grade or return the plan.');
  if (refused?.because === 'conflict') add('attention', 'You changed this draft in another window', 'What you wrote here is not saved yet: it stands in the form below. Save it to replace what is saved, or open this page again to keep that.', { href: at(`/grading/submissions/${submission.id}`), label: 'Keep what is saved' }, true);
  if (refused?.because === 'already' && input.correcting) add('attention', 'Somebody corrected this grade after you opened the form', `Nothing was replaced. ${decidedLine(input)} What you wrote is not saved yet: both stand below, side by side. Save it to replace theirs.`, { href: at(`/grading/submissions/${submission.id}`), label: 'Keep what is saved' }, true);
  else if (refused?.because === 'already') add('attention', 'Somebody decided while you were grading', `Nothing was replaced. ${decidedLine(input)} Yours is kept as your draft; both stand below, side by side.`, { href: at('/grading'), label: 'Back to the queue' }, true);
  if (refused?.because === 'other-rubric' || (refused?.because === 'conflict' && refused.isByOther)) add('attention', 'The rubric changed while you wrote: look at it once more', `Nothing was ${input.correcting ? 'corrected' : 'decided'}. ${input.correcting || refused.because === 'conflict' ? 'What you wrote is not saved yet: it' : 'What you wrote is kept as your draft, and'} stands in the form below, by the rubric that counts now. See whether its levels and points still say what you mean, and press once more.`, null, true);
  if (refused?.because === 'withdrawn') add('attention', `${name} withdrew this plan while you were grading`, 'It cannot be graded now. What you wrote is kept as your draft. When the plan is handed in again, it comes to the queue as a new submission.', { href: at('/grading'), label: 'Back to the queue' }, true);
  else if (submission.state === 'withdrawn') add('', 'This submission was withdrawn', `${name} took it back on ${moment(submission.stateAt, input)}. It is not graded.`);

  if (submission.state === 'submitted' && !input.correcting) {
    for (const { name: colleague, version, savedAt, isAssistant } of submission.colleagues) {
      const who = sentence(colleague ?? someColleague);
      const isRecent = Temporal.Instant.compare(savedAt.add(openFor), now) > 0;
      if (version === 0 && isRecent) add('', `${who} has had this open since ${since(savedAt, now, input)}`, 'Nothing is written yet. Whoever decides second sees both assessments; nobody’s is replaced unseen.');
      if (version > 0 && !(isAssistant && reader.mayDecide)) add('', isRecent ? `${who} is grading this too` : `${who} has begun to grade this`, `Their draft was last saved ${since(savedAt, now, input)}. ${isAssistant ? 'Assistants draft; faculty decide.' : 'Whoever decides second sees both assessments; nobody’s is replaced unseen.'}`);
    }
  }
  return notices;
}

/** The plan in the order of its form. What was handed in under a name that the form no longer has stands at the end. */
function planOf({ at, english = 'en-GB', plan, submission }: DeskInput) {
  const known = new Set<string>();
  const sections = (plan?.sections ?? []).map((section) => ({
    title: section.title,
    fields: section.fields.map((field) => {
      const key = `${section.key}.${field.key}`;
      known.add(key);
      const text = submission.answers[key]?.trim() ?? '';
      return { label: field.label, text: field.kind === 'date' ? answeredDay(text, english) : text, isEmpty: text === '' };
    }),
  }));
  const others = Object.entries(submission.answers).filter(([key, text]) => !known.has(key) && text.trim() !== '').map(([label, text]) => ({ label, text: text.trim(), isEmpty: false }));
  return {
    parts: plural(sections.length + (others.length > 0 ? 1 : 0), 'part'),
    sections: [...sections, ...(others.length > 0 ? [{ title: sections.length > 0 ? 'Handed in besides' : 'What was handed in', fields: others }] : [])],
    evidence: submission.evidence.map(({ id, name, bytes }) => ({ href: at(`/plan/evidence/${id}`), name, about: sizeWords(bytes) })),
  };
}

/** "240 kB", "1.2 MB": as file managers say it. */
function sizeWords(bytes: number): string {
  if (bytes < 1_000) return plural(bytes, 'byte');
  return bytes < 999_500 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function othersOf(input: DeskInput) {
  return input.submission.others.map((other) => ({
    href: input.at(`/grading/submissions/${other.id}`),
    label: `Submission ${other.number}`,
    when: moment(other.submittedAt, input),
    ...stateWords(other),
    decided: other.state === 'returned' || other.state === 'released' ? `${other.grader ?? someColleague}, ${moment(other.stateAt, input)}` : null,
    comment: other.comment && other.comment !== '' ? other.comment : null,
  }));
}

function decidedLine(input: DeskInput): string {
  const { grade } = input.submission;
  if (!grade) return '';
  const who = grade.graderId === input.reader.personId ? 'You' : sentence(grade.grader ?? someColleague);
  return `${who} ${grade.decision === 'released' ? 'released the grade' : 'returned the plan for revision'} on ${moment(grade.decidedAt, input)}.`;
}

function decidedOf(input: DeskInput, rubric: Rubric, path: string) {
  const { at, reader, score, submission: { grade } } = input;
  if (!grade) return null;
  const isReleased = grade.decision === 'released';
  return {
    heading: isReleased ? `${grade.points ?? 0} of ${grade.maximum}${grade.band ? `, ${grade.band}` : ''}` : 'Returned for revision',
    line: decidedLine(input),
    read: grade.readAt ? `The learner read it first on ${moment(grade.readAt, input)}.` : 'The learner has not read it yet.',
    course: isReleased ? { ...courseLine(score), books: at('/scores') } : null,
    correction: isReleased && reader.mayDecide ? at(`${path}/correction`) : null,
    rows: rowsOf(rubric, grade.assessment),
    comment: grade.assessment.comment,
  };
}

function courseLine(score: SentScore | null): { point: string; words: string } {
  const grade = courseGrade(score);
  switch (grade.kind) {
    case 'none': return { point: 'open', words: 'Nothing goes to the LMS: this learner is in no course that takes grades from here.' };
    case 'on-its-way': return { point: 'part', words: 'On its way to the LMS.' };
    case 'refused': return { point: 'error', words: 'The LMS did not take it.' };
    case 'shown': return { point: 'done', words: `The LMS shows ${grade.points} of ${grade.maximum}.` };
    case 'gone': return { point: 'attention', words: 'The LMS shows no grade any more.' };
    case 'changed': return { point: 'attention', words: `The LMS shows ${grade.points} of ${grade.maximum}: somebody has changed it there.` };
  }
}

/** Two assessments side by side: what is decided or saved, and what this reader wrote. */
function comparisonOf({ refused = null, submission, reader, correcting }: DeskInput, rubric: Rubric, own: RubricAssessment | null) {
  const isConflict = refused?.because === 'conflict';
  const { grade, draft } = submission;
  const theirs = isConflict ? draft?.assessment : correcting && refused?.because !== 'already' ? undefined : grade?.assessment;
  if (!theirs || !own || isSameAssessment(rubric, theirs, own)) return null;
  const [left, right] = [rowsOf(rubric, theirs), rowsOf(rubric, own)];
  const who = isConflict ? 'Saved in the other window' : grade?.graderId === reader.personId ? 'What you decided' : `What ${grade?.grader ?? someColleague} decided`;
  return {
    heading: 'Both assessments',
    line: isConflict ? 'Where they differ' : grade?.decision === 'returned' ? 'The plan was returned for revision. What is decided stands.' : 'What is decided stands.',
    theirs: who, mine: isConflict ? 'What you wrote here' : 'Your draft',
    total: { theirs: gradeWords(rubric, theirs), mine: gradeWords(rubric, own) },
    rows: left.map((row, index) => ({ title: row.title, theirs: row, mine: right[index] ?? row, differs: row.mark !== right[index]?.mark || row.comment !== right[index]?.comment })).filter(({ differs }) => differs || !isConflict),
    comment: { theirs: theirs.comment, mine: own.comment, differs: theirs.comment !== own.comment },
  };
}

/** An assistant's draft, for those who decide; others' drafts are nobody's business. */
function colleagueOf(input: DeskInput, rubric: Rubric, path: string, draft: ColleagueDraft) {
  if (!draft.assessment || draft.version === 0) return [];
  const own = input.submission.draft;
  const { marked } = totalSoFar(rubric, draft.assessment);
  const open = unmarkedCriteria(rubric, draft.assessment).length;
  return [{
    graderId: draft.graderId,
    heading: `Draft by ${draft.name ?? someColleague}, assistant`,
    line: `Saved ${since(draft.savedAt, input.now, input)}. ${open === 0 ? `${gradeWords(rubric, draft.assessment)}.` : `${sentence(inWords(marked))} of ${inWords(rubric.criteria.length)} criteria marked.`}`,
    rows: rowsOf(rubric, draft.assessment),
    comment: draft.assessment.comment,
    adoption: input.reader.mayDecide ? { action: input.at(`${path}/draft/adoption`), version: own?.version ?? 0, label: own && own.version > 0 ? 'Replace my draft with this one' : 'Take this draft over' } : null,
  }];
}
