// The programmes in content/: read and checked as a whole, so that a page never meets half-right material.
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { readCheckFile } from './check-file.ts';
import { checkFigure } from './figure.ts';
import type { Figure } from './figure.ts';
import { typeset } from './markdown.ts';
import { readPlanFile } from './plan-file.ts';
import { checkFirstUses } from './first-uses.ts';
import { ProblemList } from './problems.ts';
import type { Report } from './problems.ts';
import { readCardFile, readNotesFile } from './notes-file.ts';
import type { FacilitatorNotes, GlossaryTerm, KnowledgeCheck, PlanForm, Programme, ProgrammeWorkshop, TeachingCard, WeekMaterial, WorkshopKind } from './programme.ts';
import { readRubric } from './rubric-file.ts';
import { GlossaryFile, ProgrammeFile } from './schema.ts';
import { listFiles, readText } from './source-file.ts';
import { readWeekFile } from './week-file.ts';
import { checkPlainTexts, readYaml } from './yaml-source.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

/**
 * Reads the folder of one programme (programme.yaml, glossary.yaml, plan.yaml, rubric.yaml, weeks/, checks/, cards/, workshops/,
 * figures/, media/)
 * and checks all of it.
 * Throws ContentError that lists every problem with its file, relative to the working directory, and line.
 */
export async function loadProgramme(folder: string): Promise<Programme> {
  const problems = new ProblemList();
  const file = await readProgrammeFile(folder, problems);
  const figures = await readFigures(folder, problems);
  const glossary = file?.value.glossary ? await readGlossary(folder, file, problems) : null;
  const weekFiles = file ? await readWeekFiles(folder, file.value, figures, glossary ?? [], problems) : [];
  const checks = file ? await readCheckFiles(folder, file.value, new Map(weekFiles), problems) : [];
  const cards = file ? await readCardFiles(folder, file.value, problems) : [];
  const notes = file ? await readNotesFiles(folder, file.value, problems) : [];
  const plan = file ? await readPlan(folder, file, problems) : null;
  const rubric = file ? await readRubric(folder, file, problems) : null;
  problems.throwIfAny();
  if (!file) throw new Error(`${folder}: nothing was read, yet no problem was noted`);
  const programme = programmeOf(file.value, { materials: new Map(weekFiles), checks: new Map(checks), cards: new Map(cards), notes: new Map(notes), glossary });
  // What a programme does not have leaves its hash as it was before there were such things.
  return { ...programme, ...(plan && { plan }), ...(rubric && { rubric }) };
}

/** SHA-256, in hex, of the programme as canonical JSON (keys in order): the same material has the same hash on every machine. */
export function programmeHash(programme: Programme): string {
  const canonical = JSON.stringify(programme, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value);
  return createHash('sha256').update(canonical).digest('hex');
}

async function readProgrammeFile(folder: string, problems: ProblemList): Promise<YamlSource<ProgrammeFile> | null> {
  const report = problems.in(join(folder, 'programme.yaml'));
  const source = await readText(join(folder, 'programme.yaml'), report);
  const file = source === null ? null : readYaml(source, ProgrammeFile, report);
  if (!file) return null;
  const { value, lineOf } = file;
  if (value.key !== basename(folder)) report(lineOf(['key']), `the key is "${value.key}", but the folder is called ${basename(folder)}: make them agree`);
  value.weeks.forEach((week, index) => {
    const at = (...path: YamlPath) => lineOf(['weeks', index, ...path]);
    if (week.number !== index + 1) report(at('number'), `this is week ${week.number}, but week ${index + 1} comes here: weeks are numbered from 1 without a gap`);
    week.requires?.forEach((required, place) => {
      if (required >= week.number) report(at('requires', place), `week ${week.number} cannot wait for week ${required}: name weeks before it`);
    });
    week.outcomes.forEach((outcome, place) => {
      if (outcome > value.outcomes.length) report(at('outcomes', place), `there is no outcome ${outcome}: the programme has ${value.outcomes.length}`);
      if (week.outcomes.indexOf(outcome) < place) report(at('outcomes', place), `outcome ${outcome} is named twice in week ${week.number}`);
    });
    const namesake = value.weeks.findIndex(({ workshop }) => workshop && workshop.key === week.workshop?.key);
    if (namesake !== -1 && namesake < index) report(at('workshop', 'key'), `the workshop of week ${namesake + 1} has the key "${week.workshop?.key}" already: keys are unique, for links in LMSs name them`);
    if (week.assignment) {
      const other = value.weeks.findIndex(({ assignment }) => assignment?.key === week.assignment?.key);
      if (other < index) report(at('assignment', 'key'), `the assignment of week ${other + 1} has the key "${week.assignment.key}" already: keys are unique, for accounts are kept under them and links in LMSs name them`);
      if (week.material === null) report(at('assignment'), `week ${week.number} has an assignment and no material: name the material that prepares for it`);
    }
    if (week.workshop?.kind === 'virtual' && week.workshop.days !== 1) report(at('workshop', 'days'), 'a virtual workshop takes one day: write days: 1');
    if (week.material !== null && Number(week.material.slice(6, 8)) !== week.number) {
      report(at('material'), `${week.material} is named for week ${week.number}: its name must begin with ${String(week.number).padStart(2, '0')}-`);
    }
    if (week.check) {
      if (Number(week.check.slice(7, 9)) !== week.number) report(at('check'), `${week.check} is named for week ${week.number}: its name must begin with ${String(week.number).padStart(2, '0')}-`);
      if (week.material === null) report(at('check'), `week ${week.number} has a check and no material: name the material that it asks about`);
    }
  });
  checkAttendance(file, report);
  checkCompletion(file, report);
  await checkNamedFiles(folder, file, problems);
  checkPlainTexts(value, [], (path, message) => report(lineOf(path), message));
  return file;
}

/** Nobody can attend more workshops than there are. */
function checkAttendance({ value: { attendance, weeks }, lineOf }: YamlSource<ProgrammeFile>, report: Report): void {
  if (!attendance) return;
  const daysOf = (kind: WorkshopKind) => weeks.reduce((days, { workshop }) => days + (workshop?.kind === kind ? workshop.days : 0), 0);
  const [virtual, inPerson] = [daysOf('virtual'), daysOf('in-person')];
  if (attendance.virtualAttended > virtual) report(lineOf(['attendance', 'virtualAttended']), `virtualAttended is ${attendance.virtualAttended}, but the programme has ${virtual} virtual workshops`);
  if (attendance.inPersonDaysExcused > inPerson) report(lineOf(['attendance', 'inPersonDaysExcused']), `inPersonDaysExcused is ${attendance.inPersonDaysExcused}, but the programme has ${inPerson} days in person`);
}

/** What completing asks must be there to be done, and each check and assignment is asked for once. */
function checkCompletion({ value: { completion, plan, weeks }, lineOf }: YamlSource<ProgrammeFile>, report: Report): void {
  completion?.checks.forEach(({ week }, index) => {
    const line = lineOf(['completion', 'checks', index, 'week']);
    if (!weeks.find(({ number }) => number === week)?.check) report(line, `completing asks for the check of week ${week}, but that week has none: give it one, or take it away here`);
    else if (completion.checks.findIndex((other) => other.week === week) < index) report(line, `completing asks for the check of week ${week} twice: keep one of the two`);
  });
  checkAssignments(completion?.assignments);
  if (!completion?.plan) return;
  const { beginsInWeek } = completion.plan;
  if (!plan) report(lineOf(['completion', 'plan']), 'completing asks for a coaching plan, but the programme has none: write plan: plan.yaml, or take it away here');
  else if (beginsInWeek > weeks.length) report(lineOf(['completion', 'plan', 'beginsInWeek']), `the plan begins in week ${beginsInWeek}, but the programme has ${weeks.length} weeks`);

  function checkAssignments(asked: NonNullable<ProgrammeFile['completion']>['assignments']): void {
    asked?.weeks.forEach((week, index) => {
      const line = lineOf(['completion', 'assignments', 'weeks', index]);
      if (!weeks.find(({ number }) => number === week)?.assignment) report(line, `completing asks for the assignment of week ${week}, but that week has none: give it one, or take it away here`);
      else if (asked.weeks.indexOf(week) < index) report(line, `completing asks for the assignment of week ${week} twice: keep one of the two`);
    });
    if (asked && asked.needed > asked.weeks.length) report(lineOf(['completion', 'assignments', 'needed']), `completing asks for ${asked.needed} assignments, but only ${asked.weeks.length} count`);
  }
}

/** What programme.yaml names must be there, and no week file may lie about that it does not name. */
async function checkNamedFiles(folder: string, { value, lineOf }: YamlSource<ProgrammeFile>, problems: ProblemList): Promise<void> {
  const report = problems.in(join(folder, 'programme.yaml'));
  const media = (await listFiles(join(folder, 'media'))).map((name) => `media/${name}`);
  for (const { kind, folder: inside, named } of filesOf(value)) {
    const there = (await listFiles(join(folder, inside))).map((name) => `${inside}/${name}`);
    for (const { path, at } of named) {
      if (!there.includes(path)) report(lineOf(at), `there is no file ${path}: write it, or ${inside === 'weeks' ? 'set material to null' : 'take the line away'}`);
    }
    for (const path of there) {
      if (!named.some((one) => one.path === path)) problems.in(join(folder, path))(1, `programme.yaml does not name this file as ${kind}: name it there, or take it away`);
    }
  }
  for (const key of ['file', 'captions'] as const) {
    const path = value.introduction[key];
    if (path !== null && !media.includes(path)) report(lineOf(['introduction', key]), `there is no file ${path}: add it, or write null`);
  }
}

/** Every file that programme.yaml names, by the folder it lies in, and where it is named. */
function filesOf({ weeks }: ProgrammeFile): { kind: string; folder: string; named: { path: string; at: YamlPath }[] }[] {
  return [
    { kind: 'the material of a week', folder: 'weeks', named: weeks.flatMap(({ material }, index) => (material === null ? [] : [{ path: material, at: ['weeks', index, 'material'] }])) },
    { kind: 'the check of a week', folder: 'checks', named: weeks.flatMap(({ check }, index) => (check ? [{ path: check, at: ['weeks', index, 'check'] }] : [])) },
    { kind: 'a card of a week', folder: 'cards', named: weeks.flatMap(({ cards = [] }, index) => cards.map((path, place) => ({ path, at: ['weeks', index, 'cards', place] }))) },
    { kind: 'the notes of a workshop', folder: 'workshops', named: weeks.flatMap(({ workshop }, index) => (workshop?.notes ? [{ path: workshop.notes, at: ['weeks', index, 'workshop', 'notes'] }] : [])) },
  ];
}

async function readGlossary(folder: string, programme: YamlSource<ProgrammeFile>, problems: ProblemList): Promise<GlossaryTerm[]> {
  const report = problems.in(join(folder, 'glossary.yaml'));
  const source = await readText(join(folder, 'glossary.yaml'), report);
  const file = source === null ? null : readYaml(source, GlossaryFile, report);
  if (!file) return [];
  const { value, lineOf } = file;
  checkPlainTexts(value, [], (path, message) => report(lineOf(path), message));
  value.forEach(({ key, week }, index) => {
    if (value.findIndex((one) => one.key === key) < index) report(lineOf([index, 'key']), `the key "${key}" is there twice: keys are unique in the glossary`);
    if (week > programme.value.weeks.length) report(lineOf([index, 'week']), `there is no week ${week}: the programme has ${programme.value.weeks.length}`);
  });
  await checkFirstUses(folder, programme, file, problems);
  return value.map(({ also = [], everyday: _everyday, ...term }) => ({ ...term, term: typeset(term.term), also: also.map(typeset), definition: typeset(term.definition) }))
    .toSorted((a, b) => a.term.localeCompare(b.term, 'en-GB'));
}

/** The material of the weeks that have some, by number; reports figures that no week shows. */
async function readWeekFiles(folder: string, { weeks }: ProgrammeFile, figures: ReadonlyMap<string, Figure | null>, glossary: readonly GlossaryTerm[], problems: ProblemList): Promise<[number, WeekMaterial][]> {
  const materials: [number, WeekMaterial][] = [];
  const shown = new Set<string>();
  const terms = new Set(glossary.map(({ key }) => key));
  const there = await listFiles(join(folder, 'weeks'));
  let isComplete = true;
  for (const { number, material: path } of weeks) {
    if (path === null) continue;
    if (!there.includes(basename(path))) { isComplete = false; continue; }   // said where programme.yaml names it
    const report = problems.in(join(folder, path));
    const source = await readText(join(folder, path), report);
    const week = source === null ? null : readWeekFile(source, number, figures, terms, report);
    if (week) materials.push([number, week.material]);
    else isComplete = false;
    for (const name of week?.figures ?? []) shown.add(name);
    // A word of the field is explained where it is first used.
    for (const term of glossary) {
      if (week && term.week === number && !week.terms.has(term.key)) report(1, `the glossary says that "${term.term}" is first used in this week, but no link leads to it: write [${term.term}](term:${term.key}) there`);
    }
  }
  // A week that could not be read may show any of them.
  for (const name of isComplete ? figures.keys() : []) {
    if (!shown.has(name)) problems.in(join(folder, 'figures', `${name}.svg`))(1, 'no week shows this figure: use it, or take the file away');
  }
  return materials;
}

/** The knowledge checks, by the number of their week; those of weeks that could not be read wait until these can. */
async function readCheckFiles(folder: string, { weeks }: ProgrammeFile, materials: ReadonlyMap<number, WeekMaterial>, problems: ProblemList): Promise<[number, KnowledgeCheck][]> {
  const checks: [number, KnowledgeCheck][] = [];
  const there = await listFiles(join(folder, 'checks'));
  for (const { number, check: path } of weeks) {
    const material = materials.get(number);
    if (!path || !material || !there.includes(basename(path))) continue;   // what is missing was said where programme.yaml names it
    const report = problems.in(join(folder, path));
    const source = await readText(join(folder, path), report);
    const check = source === null ? null : readCheckFile(source, number, material.sections.map(({ key }) => key), report);
    if (check) checks.push([number, check]);
  }
  return checks;
}

/** The teaching cards, by the number of their week, in the order in which programme.yaml names them. */
async function readCardFiles(folder: string, { weeks }: ProgrammeFile, problems: ProblemList): Promise<[number, TeachingCard[]][]> {
  const there = await listFiles(join(folder, 'cards'));
  const keys = new Set<string>();
  return Promise.all(weeks.map(async ({ number, cards = [] }): Promise<[number, TeachingCard[]]> => {
    const read: TeachingCard[] = [];
    for (const path of cards) {
      if (!there.includes(basename(path))) continue;   // said where programme.yaml names it
      const report = problems.in(join(folder, path));
      const key = basename(path, '.md').slice(3);
      if (Number(basename(path).slice(0, 2)) !== number) report(1, `${path} is named in week ${number}: its name must begin with ${String(number).padStart(2, '0')}-`);
      if (keys.has(key)) report(1, `another card is called ${key}: the names of cards are unique, whatever their week`);
      keys.add(key);
      const source = await readText(join(folder, path), report);
      const card = source === null ? null : readCardFile(source, number, key, report);
      if (card) read.push(card);
    }
    return [number, read];
  }));
}

/** Facilitator's notes, by the key of their workshop. */
async function readNotesFiles(folder: string, { weeks }: ProgrammeFile, problems: ProblemList): Promise<[string, FacilitatorNotes][]> {
  const there = await listFiles(join(folder, 'workshops'));
  const notes: [string, FacilitatorNotes][] = [];
  for (const { workshop } of weeks) {
    if (!workshop?.notes || !there.includes(basename(workshop.notes))) continue;
    const report = problems.in(join(folder, workshop.notes));
    const source = await readText(join(folder, workshop.notes), report);
    const read = source === null ? null : readNotesFile(source, workshop, report);
    if (read) notes.push([workshop.key, read]);
  }
  return notes;
}

/** The form of the coaching plan; null where the programme has none. */
async function readPlan(folder: string, { value, lineOf }: YamlSource<ProgrammeFile>, problems: ProblemList): Promise<PlanForm | null> {
  const isThere = (await listFiles(folder)).includes('plan.yaml');
  if (!value.plan) {
    if (isThere) problems.in(join(folder, 'plan.yaml'))(1, 'programme.yaml does not name this file: write plan: plan.yaml there, or take it away');
    return null;
  }
  if (!isThere) {
    problems.in(join(folder, 'programme.yaml'))(lineOf(['plan']), `there is no file ${value.plan}: write it, or take the line away`);
    return null;
  }
  const report = problems.in(join(folder, value.plan));
  const source = await readText(join(folder, value.plan), report);
  return source === null ? null : readPlanFile(source, report);
}

async function readFigures(folder: string, problems: ProblemList): Promise<Map<string, Figure | null>> {
  const figures = new Map<string, Figure | null>();
  for (const fileName of await listFiles(join(folder, 'figures'))) {
    const path = join(folder, 'figures', fileName);
    const report = problems.in(path);
    const [, name] = /^([a-z0-9]+(?:-[a-z0-9]+)*)\.svg$/.exec(fileName) ?? [];
    if (name === undefined) {
      report(1, 'figures are drawings called NAME.svg, the name in kebab-case: rename the file, or take it away');
      continue;
    }
    const source = await readText(path, report);
    figures.set(name, source === null ? null : checkFigure(name, source, report));
  }
  return figures;
}

type Parts = {
  materials: ReadonlyMap<number, WeekMaterial>;
  checks: ReadonlyMap<number, KnowledgeCheck>;
  cards: ReadonlyMap<number, TeachingCard[]>;
  notes: ReadonlyMap<string, FacilitatorNotes>;
  glossary: GlossaryTerm[] | null;
};

/** What a programme does not have is left out rather than empty, so that its hash is what it was before there were such things. */
function programmeOf({ introduction, help, attendance, completion, weeks, ...file }: ProgrammeFile, { materials, checks, cards, notes, glossary }: Parts): Programme {
  return {
    key: file.key,
    title: typeset(file.title),
    tagline: typeset(file.tagline),
    promise: file.promise.map(typeset),
    outcomes: file.outcomes.map(typeset),
    audience: file.audience.map(typeset),
    prerequisites: file.prerequisites.map(typeset),
    introduction: {
      ...introduction,
      title: typeset(introduction.title),
      summary: typeset(introduction.summary),
      points: introduction.points.map((point) => ({ title: typeset(point.title), text: typeset(point.text) })),
    },
    help,
    ...(glossary ? { glossary } : {}),
    ...(attendance ? { attendance } : {}),
    ...(completion ? { completion } : {}),
    weeks: weeks.map(({ check: _check, cards: _cards, workshop, assignment, ...week }) => {
      const [check, ownCards = []] = [checks.get(week.number), cards.get(week.number)];
      return {
        ...week,
        title: typeset(week.title),
        summary: typeset(week.summary),
        workshop: workshop && workshopOf(workshop, notes),
        topics: week.topics.map(typeset),
        ...(week.reflection === undefined ? {} : { reflection: typeset(week.reflection) }),
        withYourTeam: typeset(week.withYourTeam),
        ...(assignment ? { assignment: { key: assignment.key, title: typeset(assignment.title), task: typeset(assignment.task) } } : {}),
        material: materials.get(week.number) ?? null,
        ...(check ? { check } : {}),
        ...(ownCards.length > 0 ? { cards: ownCards } : {}),
      };
    }),
  };
}

function workshopOf({ notes: _path, ...workshop }: NonNullable<ProgrammeFile['weeks'][number]['workshop']>, all: ReadonlyMap<string, FacilitatorNotes>): ProgrammeWorkshop {
  const notes = all.get(workshop.key);
  return { ...workshop, title: typeset(workshop.title), ...(notes ? { notes } : {}) };
}
