// What is different between the material that a cohort has and a newer one: every part of a programme, each under a name that stays.
import type { CheckQuestion, CompletionPolicy, FacilitatorNotes, NoteSection, PlanField, PlanForm, Programme, ProgrammeWeek, Rubric, TeachingCard } from '../../content/programme.ts';
import { answerKey, longest } from '../../domain/coaching-plan.ts';
import { plainText } from '../../domain/programme-search.ts';
import { rubricMaximum } from '../../domain/rubric.ts';
import { list, plural, sentence } from '../../format.ts';

export type Area = 'programme' | 'week' | 'glossary' | 'plan' | 'rubric' | 'policies';

/**
 * One part that differs. `before` and `after` are its texts; one is null when the part is new or gone. Both are the same
 * where the difference is in what readers do not see as words: a drawing, or a key.
 */
export type MaterialChange = { area: Area; week: number | null; part: string; before: string | null; after: string | null };

/** Every part that differs, the programme's own page first, then week by week, the glossary, the plan's form, the rubric and the policies; nothing when both say the same. */
export function materialChanges(before: Programme, after: Programme): MaterialChange[] {
  const numbers = [...new Set([...before.weeks, ...after.weeks].map(({ number }) => number))].toSorted((a, b) => a - b);
  const compare = (area: Area, parts: (programme: Programme) => Parts, week: number | null = null) => changesOf({ area, week }, parts(before), parts(after));
  return [
    ...compare('programme', partsOfPage),
    ...numbers.flatMap((number) => compare('week', ({ weeks }) => partsOfWeek(weeks.find((week) => week.number === number)), number)),
    ...compare('glossary', partsOfGlossary),
    ...compare('plan', ({ plan }) => partsOfPlan(plan)),
    ...compare('rubric', ({ rubric }) => partsOfRubric(rubric)),
    ...compare('policies', partsOfPolicies),
  ];
}

/** `whole` is all that the part is made of, so that nothing of it can differ unseen; `text` is what of it is read. */
type Part = { title: string; text: () => string; whole: unknown };
/** By names that stay, in their order. */
type Parts = Map<string, Part>;
type Lines = string | null | undefined | false | readonly Lines[];

function changesOf(place: Pick<MaterialChange, 'area' | 'week'>, old: Parts, young: Parts): MaterialChange[] {
  const changes = [...new Set([...young.keys(), ...old.keys()])].flatMap((name): MaterialChange[] => {
    const [before, after] = [old.get(name), young.get(name)];
    return isSame(before?.whole, after?.whole) ? [] : [{ ...place, part: (after ?? before)?.title ?? name, before: before?.text() ?? null, after: after?.text() ?? null }];
  });
  const [one, other] = [[...old.keys()].filter((name) => young.has(name)), [...young.keys()].filter((name) => old.has(name))];
  const titles = (names: readonly string[]) => linesOf(names.map((name) => young.get(name)?.title));
  return one.join('\n') === other.join('\n') ? changes : [...changes, { ...place, part: 'The order of what stands here', before: titles(one), after: titles(other) }];
}

/** Whether two values of JSON are the same; a key that is not there is one that holds nothing. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null || Array.isArray(one) !== Array.isArray(other)) return false;
  const [left, right] = [one as Record<string, unknown>, other as Record<string, unknown>];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => isSame(left[key], right[key]));
}

function linesOf(...parts: readonly Lines[]): string {
  return parts.flatMap((part): string[] => (typeof part === 'string' ? [part] : Array.isArray(part) ? [linesOf(...part as readonly Lines[])] : [])).filter((line) => line !== '').join('\n');
}

const parts = (...named: readonly (readonly [name: string, title: string, text: () => string, whole: unknown] | false)[]): Parts =>
  new Map(named.flatMap((part) => (part && part[3] !== undefined ? [[part[0], { title: part[1], text: part[2], whole: part[3] }] as const] : [])));

/**
 * What a type has that nobody above has named. The compiler refuses a field that is new there; a version that other code
 * wrote may have one, and it is then told as it stands.
 */
function unnamed(others: Record<string, never>): readonly ['others', string, () => string, unknown] | false {
  return Object.keys(others).length > 0 && ['others', 'Other things', () => JSON.stringify(others, null, 1), others];
}

function partsOfPage({ key, title, tagline, promise, outcomes, audience, prerequisites, introduction, help, weeks: _weeks, glossary: _glossary, plan: _plan, rubric: _rubric, attendance: _attendance, completion: _completion, ...others }: Programme): Parts {
  const { title: heading, summary, points, file, captions } = introduction;
  return parts(
    ['title', 'Title', () => linesOf(title, tagline), { key, title, tagline }],
    ['promise', 'What the programme promises', () => linesOf(promise), promise],
    ['outcomes', 'Outcomes', () => linesOf(outcomes.map((text, index) => `${index + 1}. ${text}`)), outcomes],
    ['audience', 'Who it is for', () => linesOf(audience), audience],
    ['prerequisites', 'What one needs to take part', () => linesOf(prerequisites), prerequisites],
    ['introduction', 'Introduction', () => linesOf(heading, summary, points.map((point) => `${point.title}: ${point.text}`), file && `Film: ${file}`, captions && `Captions: ${captions}`), introduction],
    ['help', 'Help line', () => linesOf(help.telephone, help.days, help.hours), help],
    unnamed(others),
  );
}

function partsOfWeek(week: ProgrammeWeek | undefined): Parts {
  if (!week) return new Map();
  const { number, title, summary, workshop, topics, outcomes, requires, reflection, withYourTeam, assignment, material, check, cards = [], ...others } = week;
  const waits = requires && `Opens when ${list(requires.map((before) => `week ${before}`))} ${requires.length === 1 ? 'is' : 'are'} done`;
  return new Map([
    ...parts(
      ['opening', 'Opening and goals', () => linesOf(title, summary, topics, material?.lede, material?.goals), { number, title, summary, topics, material: material && { ...material, sections: [], reading: [] } }],
      ['place', 'Its place in the programme', () => linesOf(`Serves ${outcomes.length === 1 ? 'outcome' : 'outcomes'} ${list(outcomes.map(String))}`, waits), { outcomes, requires }],
      ['team', 'With your team', () => withYourTeam, withYourTeam],
      ['assignment', 'Assignment', () => (assignment ? linesOf(assignment.title, assignment.task) : ''), assignment],
    ),
    ...parts(...(material?.sections ?? []).map((section) => [`section ${section.key}`, section.title, () => linesOf(section.title, `About ${plural(section.minutes, 'minute')}${section.kind === 'practice' ? ', with the team' : ''}`, section.source), section] as const)),
    ...partsOfWorkshop(workshop),
    ...parts(
      ['journal', 'Question of the journal', () => reflection ?? '', reflection],
      check !== undefined && ['check', 'Knowledge check', () => linesOf(check.introduction, `About ${plural(check.minutes, 'minute')}`), { ...check, questions: [] }],
      ...(check?.questions ?? []).map((question, index) => [`question ${question.key}`, `Knowledge check, question ${index + 1}`, () => questionText(question), question] as const),
    ),
    ...parts(...cards.map((card) => [`card ${card.key}`, `Teaching card: ${card.title}`, () => cardText(card), card] as const)),
    ...parts(...(material?.reading ?? []).map((reading) => [`reading ${reading.key}`, 'Further reading', () => linesOf(plainText(reading.textHtml), reading.url), reading] as const)),
    ...parts(unnamed(others)),
  ]);
}

function partsOfWorkshop(workshop: ProgrammeWeek['workshop']): Parts {
  if (!workshop) return new Map();
  const { notes, ...told } = workshop;
  return new Map([
    ...parts(['workshop', 'Workshop', () => linesOf(told.title, told.kind === 'virtual' ? 'Virtual' : `In person, ${plural(told.days, 'day')}`), told]),
    ...(notes ? partsOfNotes(notes) : []),
  ]);
}

function partsOfNotes({ purpose, materials, days, sections, ...others }: FacilitatorNotes): Parts {
  return parts(
    ['notes', 'Facilitator’s notes: purpose and materials', () => linesOf(purpose, materials), { purpose, materials, ...others }],
    ...days.map((day, index) => [`notes day ${index}`, `Facilitator’s notes: agenda of day ${index + 1}`, () => linesOf(`${day.title}, from ${day.starts}`, day.agenda.map(({ minutes, kind, title, how }) => `${minutes} min, ${kind}: ${title}. ${how}`)), day] as const),
    ...sections.map((section) => [`notes ${section.key}`, `Facilitator’s notes: ${section.title}`, () => noteText(section), section] as const),
  );
}

const noteText = ({ title, source }: NoteSection): string => linesOf(title, source);

const cardText = ({ title, idea, trigger, minutes, materials, sections }: TeachingCard): string =>
  linesOf(title, idea, trigger, `About ${plural(minutes, 'minute')}`, materials, sections.map(noteText));

function questionText(question: CheckQuestion): string {
  return linesOf(plainText(question.promptHtml), answersOf(question), 'explanationHtml' in question && plainText(question.explanationHtml), plural(question.points, 'point'));
}

function answersOf(question: CheckQuestion): Lines {
  switch (question.kind) {
    case 'single-choice': case 'several-choices': return question.choices.map(({ textHtml, right, explanationHtml }) => `${right ? 'Right' : 'Wrong'}: ${plainText(textHtml)} (${plainText(explanationHtml)})`);
    case 'ordering': return question.items.map(({ text }, index) => `${index + 1}. ${text}`);
    case 'matching': return question.pairs.map(({ leftHtml, right }) => `${plainText(leftHtml)}: ${question.options.find(({ key }) => key === right)?.text ?? right}`);
    case 'number': return `${question.answer}${question.unit === null ? '' : ` ${question.unit}`}, give or take ${question.tolerance}`;
    case 'run-chart': return [question.title, question.values.map((value) => value ?? 'none').join(', '), question.labels?.join(', '), question.baseline !== null && `Baseline: ${question.baseline}`, question.better && `Better: ${question.better}`];
  }
}

function partsOfGlossary({ glossary = [] }: Programme): Parts {
  return parts(...glossary.map((term) => [term.key, term.term, () => linesOf(term.term, term.definition, term.also.length > 0 && `Also: ${list(term.also)}`, `First used in week ${term.week}`), term] as const));
}

function partsOfPlan(plan: PlanForm | undefined): Parts {
  if (!plan) return new Map();
  const { title, introduction, sections, ...others } = plan;
  return parts(
    ['form', 'The form', () => linesOf(title, introduction), { title, introduction }],
    ...sections.flatMap((section) => [
      [`section ${section.key}`, `Section “${section.title}”`, () => linesOf(section.title, section.help), { ...section, fields: [] }] as const,
      ...section.fields.map((field) => [answerKey(section.key, field.key), `${section.title}: ${field.label}`, () => fieldText(field), field] as const),
    ]),
    unnamed(others),
  );
}

const fieldText = ({ label, help, kind, required }: PlanField): string =>
  linesOf(label, help, kind === 'date' ? 'A day' : `${kind === 'line' ? 'A short answer' : 'A text'} of up to ${inFigures(longest[kind])} letters`, required ? 'Required' : 'If one likes');

const inFigures = (count: number): string => new Intl.NumberFormat('en-GB').format(count);

function partsOfRubric(rubric: Rubric | undefined): Parts {
  if (!rubric) return new Map();
  const { title, criteria, bands, feedbackPrompts, ...others } = rubric;
  const maximum = rubricMaximum(rubric);
  return parts(
    ['rubric', 'The rubric', () => linesOf(title, `${maximum} points in all`, `Feedback holds ${list(feedbackPrompts)}`), { title, feedbackPrompts, maximum }],
    ...criteria.map((criterion) => [`criterion ${criterion.key}`, criterion.title, () => linesOf(
      criterion.title, `${plural(criterion.maximum, 'point')} at most`, criterion.critical && 'Critical: at its lowest level the plan does not pass, whatever its points',
      criterion.levels.map((level) => `${level.title}, ${level.from} to ${level.to} points: ${level.text}`),
    ), criterion] as const),
    ['bands', 'Grades', () => linesOf(bands.map((band) => `${band.title}: from ${band.from} points, ${band.passes ? 'passes' : 'does not pass'}`)), bands],
    unnamed(others),
  );
}

function partsOfPolicies({ attendance, completion }: Programme): Parts {
  return parts(
    ['attendance', 'Attendance', () => attendance ? linesOf(`${sentence(plural(attendance.virtualAttended, 'virtual workshop'))} must be attended`, `${sentence(plural(attendance.inPersonDaysExcused, 'day'))} in person may be missed with an excuse`) : '', attendance],
    ['completion', 'What completing the programme asks', () => completion ? completionText(completion) : '', completion],
  );
}

function completionText({ sectionsPercent, checks, assignments, plan }: CompletionPolicy): string {
  return linesOf(
    `${sectionsPercent} % of the sections of all weeks`,
    checks.map(({ week, percent }) => `The knowledge check of week ${week}, with ${percent} % of its points`),
    assignments && `${assignments.needed} of the assignments of ${assignments.weeks.length === 1 ? 'week' : 'weeks'} ${list(assignments.weeks.map(String))}`,
    plan && `The coaching plan must pass, and should be begun in week ${plan.beginsInWeek}`,
  );
}

/** What a newer form of the plan means for what is written already: fields by the keys of their answers. */
export type PlanFormChange = { gone: { key: string; label: string }[]; shorter: { key: string; label: string }[]; required: { key: string; label: string }[] };

/** `shorter`: takes less than before, or a day instead of a text. `required`: must be written, and needed not be or was not there. */
export function planFormChange(before: PlanForm | undefined, after: PlanForm | undefined): PlanFormChange {
  const fieldsOf = (form: PlanForm | undefined) => new Map((form?.sections ?? []).flatMap((section) => section.fields.map((field) => [answerKey(section.key, field.key), field] as const)));
  const [old, young] = [fieldsOf(before), fieldsOf(after)];
  const named = ([key, { label }]: readonly [string, PlanField]) => ({ key, label });
  return {
    gone: [...old].filter(([key]) => !young.has(key)).map(named),
    shorter: [...young].filter(([key, { kind }]) => longest[old.get(key)?.kind ?? 'date'] > longest[kind]).map(named),
    required: [...young].filter(([key, { required }]) => required && old.get(key)?.required !== true).map(named),
  };
}

/** How many sections of the weeks are there no more. */
export function sectionsGone(before: Programme, after: Programme): number {
  const keysOf = ({ weeks }: Programme) => weeks.flatMap(({ number, material }) => (material?.sections ?? []).map(({ key }) => `${number} ${key}`));
  const young = new Set(keysOf(after));
  return keysOf(before).filter((key) => !young.has(key)).length;
}

/** What people of a cohort have under way that newer material would touch. */
export type UnderWay = {
  /** Plans in which something is written; in fields that go; in fields that will take less. */
  plans: number;
  inGone: number;
  inShorter: number;
  /** Submissions that wait for a grade, and how many of them somebody has begun to grade. */
  waiting: number;
  drafted: number;
  /** Submissions that were returned or graded. */
  decided: number;
  /** Workshops on the calendar that the newer material does not have. */
  workshops: number;
};
