// The difference between the material that a cohort has and the current one, and what accepting it would mean.
import { diffWords } from 'diff';
import { inWords, list, plural, sentence } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';
import type { Area, MaterialChange, PlanFormChange, UnderWay } from './changes.ts';

export type MaterialInput = {
  at: (path: string) => string;
  cohortName: string;
  changes: readonly MaterialChange[];
  /** What it would mean for what is under way; null where there is nothing to accept. */
  consequences: Consequences | null;
  /** Ids of the two versions. */
  from: string;
  to: string;
  notice: 'accepted' | 'elsewhere' | null;
};

export type Consequences = {
  form: PlanFormChange;
  /** Whether the newer material has a form of the plan, and a rubric. */
  hasForm: boolean;
  hasRubric: boolean;
  sectionsGone: number;
  underWay: UnderWay;
};

/** Unchanged text around a change is cut to so many letters on either side. */
const context = 90;
/** Of a text that is new or gone as a whole, so many letters are shown. */
const mostShown = 600;

const areaHeadings: Record<Exclude<Area, 'week'>, string> = {
  programme: 'The programme’s own page', glossary: 'The words of the field', plan: 'The form of the coaching plan', rubric: 'The rubric', policies: 'Attendance and completing',
};

/** `GET /cohort/material` */
export function materialPage({ at, cohortName, changes, consequences, from, to, notice }: MaterialInput) {
  const groups = Map.groupBy(changes, ({ area, week }) => (area === 'week' ? `week-${week}` : area));
  return {
    template: 'material/changes',
    data: {
      title: 'Material of the cohort',
      kicker: cohortName,
      heading: from === to ? 'Your cohort has the current material' : changes.length === 0 ? 'There is newer material, which says the same' : `There is newer material: ${plural(changes.length, 'part')} ${changes.length === 1 ? 'differs' : 'differ'}`,
      line: from === to ? 'When it is changed, you see here what is different, and decide whether your cohort goes on with it.'
        : changes.length === 0 ? 'Nothing that anybody reads is different, so accepting it changes nothing for your cohort.'
        : 'Your cohort keeps what it began with until you accept the newer material. All that differs stands below. What learners have done stays theirs.',
      notice: notice === 'accepted' ? { good: true, heading: 'The cohort goes on with the current material', text: 'Learners see it from now on.' }
        : notice === 'elsewhere' ? { good: false, heading: 'Nothing was changed', text: 'The material changed after you opened this page, or somebody else accepted it. This is how it stands now.' } : null,
      consequences: consequences && from !== to ? consequencesOf(consequences, changes) : [],
      groups: [...groups].map(([id, ofGroup]) => groupOf(at, id, ofGroup)),
      acceptance: from === to ? null : { action: at('/cohort/material/acceptance'), from, to },
      back: at('/cohort'),
    },
  } satisfies Page;
}

function groupOf(at: MaterialInput['at'], id: string, changes: readonly MaterialChange[]) {
  const [first] = changes;
  const isWeek = first?.area === 'week';
  // A week of which nothing but its end is told has no page to read.
  const isThere = changes.some(({ after }) => after !== null);
  return {
    id,
    heading: !first ? '' : first.area === 'week' ? `Week ${first.week}` : areaHeadings[first.area],
    summary: sentence(plural(changes.length, 'part')),
    preview: isWeek && isThere ? { href: at(`/weeks/${first.week}?material=current`), of: `week ${first.week}` } : null,
    changes: changes.map((change) => ({
      part: change.part,
      tag: change.before === null ? 'New' : change.after === null ? 'Gone' : 'Changed',
      pieces: piecesOf(change),
    })),
  };
}

/** What accepting would do to what people have under way, a sentence or two each; what it leaves alone is said where somebody might fear for it. */
function consequencesOf({ form, hasForm, hasRubric, sectionsGone, underWay }: Consequences, changes: readonly MaterialChange[]): { heading: string; text: string }[] {
  const touches = (area: Area) => changes.some((change) => change.area === area);
  const learners = (count: number) => sentence(plural(count, 'learner has', 'learners have'));
  const quoted = (fields: readonly { label: string }[]) => (fields.length > 6 ? plural(fields.length, 'question') : list(fields.map(({ label }) => `“${label}”`)));
  const said: [heading: string, text: string | false][] = [
    ['Answers to questions that go', form.gone.length > 0 && (underWay.inGone > 0
      ? `${learners(underWay.inGone)} written something under ${quoted(form.gone)}, which the newer form does not ask. Nothing of it is deleted: it stands at the end of their plan, to be read and copied from, and can no longer be changed there or handed in anew.`
      : `Nobody has written anything under ${quoted(form.gone)}, which the newer form does not ask.`)],
    ['Answers that are longer than the newer form takes', form.shorter.length > 0 && underWay.inShorter > 0
      && `${learners(underWay.inShorter)} written under ${quoted(form.shorter)}, where the newer form takes less. What is written stays as it is until its learner changes it.`],
    ['Answers that become required', form.required.length > 0 && underWay.plans > 0
      && `A plan can be handed in when ${quoted(form.required)} ${form.required.length === 1 ? 'is' : 'are'} answered too. ${sentence(plural(underWay.plans, 'plan is', 'plans are'))} begun. What is handed in already needs nothing more.`],
    ['No form of the plan', !hasForm && underWay.plans > 0
      && `The newer material has no form of the coaching plan. ${learners(underWay.plans)} begun a plan: it is kept and can be read, and nobody can write in it or hand it in.`],
    ['Plans that were handed in', touches('plan') && underWay.waiting + underWay.decided > 0
      && 'They stay as they were handed in, under the questions that were asked then.'],
    ['Plans that wait for a grade', touches('rubric') && underWay.waiting > 0 && (hasRubric
      ? `${sentence(plural(underWay.waiting, 'plan waits', 'plans wait'))} and will be graded by the newer rubric.${underWay.drafted > 0 ? ` Somebody has begun to grade ${underWay.drafted === underWay.waiting ? (underWay.waiting === 1 ? 'it' : 'them') : `${inWords(underWay.drafted)} of them`}: levels and points that the newer rubric does not have must be chosen anew, and comments on criteria that it does not have are shown beside it.` : ''}`
      : `${sentence(plural(underWay.waiting, 'plan waits', 'plans wait'))}, and the newer material has no rubric to grade by.`)],
    ['Grades that are given', touches('rubric') && underWay.decided > 0
      && `${sentence(plural(underWay.decided, 'plan was', 'plans were'))} returned or graded. Points, words and comments stay as they are, by the rubric that they were given by; so do corrections of them, and what the LMS shows.`],
    ['Sections that go', sectionsGone > 0
      && `${sentence(plural(sectionsGone, 'section'))} of the weeks will be there no more. That learners marked them as done counts no longer towards completing the programme; new sections are open to everybody.`],
    ['Workshops on the calendar', underWay.workshops > 0
      && `${sentence(plural(underWay.workshops, 'workshop'))} of your calendar ${underWay.workshops === 1 ? 'is' : 'are'} not in the newer material. Days and attendance are kept, under the workshop’s key instead of its title.`],
    ['Completing the programme', touches('policies')
      && 'What completing asks changes for everybody in the cohort, also for those who had met it before.'],
  ];
  return said.flatMap(([heading, text]) => (text === false ? [] : [{ heading, text }]));
}

/** Of two texts that differ by more words, each is shown whole: finding what they share takes a time that grows with the square of it. */
const mostWordsApart = 150;

type Piece = { kind: 'same' | 'removed' | 'added'; text: string };
const pieces = new WeakMap<MaterialChange, Piece[]>();

/** The texts word by word: what stayed (shortened), what went, what came. Found once for each change. */
function piecesOf(change: MaterialChange): Piece[] {
  const known = pieces.get(change) ?? comparedPieces(change);
  pieces.set(change, known);
  return known;
}

function comparedPieces({ before, after }: MaterialChange): Piece[] {
  if (before === null || after === null) return [{ kind: after === null ? 'removed' : 'added', text: shorten(after ?? before ?? '', mostShown) }];
  if (before === after) return [];
  const parts = diffWords(before, after, { maxEditLength: mostWordsApart });
  if (!parts) return [{ kind: 'removed', text: before }, { kind: 'added', text: after }];
  return parts.map(({ added, removed, value }, index) => {
    if (added) return { kind: 'added' as const, text: value };
    if (removed) return { kind: 'removed' as const, text: value };
    const [head, tail] = [value.slice(0, context), value.slice(-context)];
    if (value.length <= 2 * context) return { kind: 'same' as const, text: value };
    return { kind: 'same' as const, text: index === 0 ? `… ${tail}` : index === parts.length - 1 ? `${head} …` : `${head} … ${tail}` };
  });
}

const shorten = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most)} …`);
