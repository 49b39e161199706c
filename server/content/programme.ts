// The programme as the loader hands it out: checked, with Markdown already turned into trusted HTML.

export type WorkshopKind = 'virtual' | 'in-person';

export type Programme = {
  key: string;
  title: string;
  /** One sentence under the title. */
  tagline: string;
  /** Paragraphs of plain text. */
  promise: string[];
  /** The eight outcomes, in order; weeks refer to them by number (1-based). */
  outcomes: string[];
  /** Who it is for, plain sentences. */
  audience: string[];
  /** What one needs to enrol, plain sentences. */
  prerequisites: string[];
  /** The introductory film; `file` is null until there is one in media/, and the page then shows the words. */
  introduction: { title: string; summary: string; points: { title: string; text: string }[]; file: string | null; captions: string | null };
  /** The help line when an organisation has not set its own. */
  help: { telephone: string; days: string; hours: string };
  /** In order, numbers 1 to n without gaps. */
  weeks: ProgrammeWeek[];
  /** The words of the field, in alphabetical order. Absent where the programme has no glossary. */
  glossary?: GlossaryTerm[];
  /** These four are absent in the material of cohorts that began before there were any. */
  plan?: PlanForm;
  rubric?: Rubric;
  attendance?: AttendancePolicy;
  completion?: CompletionPolicy;
};

export type ProgrammeWeek = {
  number: number;
  title: string;
  /** One or two plain sentences. */
  summary: string;
  /** The workshop of this week, or null in an action period. `days` is 1 for a virtual one. */
  workshop: ProgrammeWorkshop | null;
  topics: string[];
  /** Numbers into `Programme.outcomes`, 1-based. */
  outcomes: number[];
  /** Weeks that must be done before this one opens; absent where the calendar alone decides. */
  requires?: number[];
  /** What the learner's journal asks this week, a plain sentence or two. Absent in the material of cohorts that began before there were any. */
  reflection?: string;
  /** What the learner and the team do between meetings this week, plain sentences. */
  withYourTeam: string;
  /** What of it is an assignment. Absent where nothing is, and in the material of cohorts that began before there were any. */
  assignment?: ProgrammeAssignment;
  /** The teaching itself, or null while only the outline stands. */
  material: WeekMaterial | null;
  /** Absent where there is none, and in the material of cohorts that began before there were any. */
  check?: KnowledgeCheck;
  /** Just-in-time teaching cards, for use with a team. Absent where there are none. */
  cards?: TeachingCard[];
};

/** What a coach does with the team in a week, and then gives a short account of. */
export type ProgrammeAssignment = {
  /** What links in an LMS name: `/assignments/KEY`; accounts are kept under it. Never changed once published. */
  key: string;
  title: string;
  /** What is done, and what goes to faculty: one to three plain sentences. */
  task: string;
};

/** One idea that a coach can teach in ten minutes, on the day it is needed. */
export type TeachingCard = {
  /** kebab-case, from the file's name; stands in addresses. */
  key: string;
  title: string;
  /** The idea, and when a team needs it: a plain sentence each. */
  idea: string;
  trigger: string;
  minutes: number;
  materials: string[];
  /** How to run it, what to say, how one knows that it landed. */
  sections: NoteSection[];
};

export type NoteSection = { key: string; title: string; bodyHtml: string; source: string };

/** For those who run a workshop. */
export type FacilitatorNotes = {
  purpose: string;
  materials: string[];
  days: { title: string; /** "14:00", where the schedule says nothing else. */ starts: string; agenda: { minutes: number; kind: AgendaKind; title: string; how: string }[] }[];
  sections: NoteSection[];
};
export type AgendaKind = 'plenary' | 'breakout' | 'pairs' | 'alone' | 'break';

/** `key` is the anchor of the glossary page; `also` are other forms of the word; `week` is where it is first used. */
export type GlossaryTerm = { key: string; term: string; also: string[]; definition: string; week: number };

export type ProgrammeWorkshop = {
  /** What links in an LMS name: `/workshops/KEY`. Absent in the material of cohorts that began before there were any. */
  key?: string;
  kind: WorkshopKind;
  title: string;
  days: number;
  /** For faculty. Absent where none are written. */
  notes?: FacilitatorNotes;
};

/** The coaching plan as learners fill it in (content/…/plan.yaml). */
export type PlanForm = {
  title: string;
  /** Plain paragraphs over the form. */
  introduction: string[];
  sections: PlanSection[];
};

export type PlanSection = {
  /** kebab-case; answers are kept under `section.field`. Never changed once published. */
  key: string;
  title: string;
  /** What belongs here and why, a sentence or two. */
  help: string;
  fields: PlanField[];
};

export type PlanField = {
  key: string;
  label: string;
  help: string | null;
  /** line: a short answer. text: as long as it takes. date: a day. */
  kind: 'line' | 'text' | 'date';
  /** Whether the plan can be handed in without it. */
  required: boolean;
};

/** How a coaching plan is graded (content/…/rubric.yaml). Points are whole numbers; the maximum is the sum of the criteria's. */
export type Rubric = {
  title: string;
  criteria: RubricCriterion[];
  /** From the best down; `from` is in points. A grade is in the first band that it reaches. */
  bands: { key: string; title: string; from: number; passes: boolean }[];
  /** What feedback on a criterion should hold, for the grader: one strength, one question, one next step. */
  feedbackPrompts: string[];
};

export type RubricCriterion = {
  key: string;
  title: string;
  maximum: number;
  /** A critical criterion at its lowest level fails the whole plan, whatever the points. */
  critical: boolean;
  /** From the best down; their ranges of points meet without gap or overlap, from 0 to `maximum`. */
  levels: { key: string; title: string; from: number; to: number; text: string }[];
};

/** Numbers of the programme's attendance policy. */
export type AttendancePolicy = {
  /** In-person days that may be missed with an excuse. */
  inPersonDaysExcused: number;
  /** Virtual workshops that must be attended. */
  virtualAttended: number;
};

/** What completing the programme asks beside attendance. */
export type CompletionPolicy = {
  /** Of the sections of all weeks, rounded up to whole ones; 0 to 100. */
  sectionsPercent: number;
  /** The checks that count, and the least share of their points that the best try must reach, in percent. */
  checks: { week: number; percent: number }[];
  /** The weeks whose assignments count, and how many of them must be done. Absent where completing asks for none. */
  assignments?: { weeks: number[]; needed: number };
  /** The coaching plan must be passed; absent where completing does not ask for it. From that week on it should be begun. */
  plan?: { beginsInWeek: number };
};

export type WeekMaterial = {
  /** One or two sentences that open the week. */
  lede: string;
  /** "By the end of the week you can …", plain text. */
  goals: string[];
  sections: WeekSection[];
  reading: Reading[];
};

export type WeekSection = {
  /** Unique in the week, kebab-case; the address fragment and the progress row. Never changed once published. */
  key: string;
  title: string;
  /** About how long it takes, in minutes. */
  minutes: number;
  /** practice: the "with your team" coaching practice. */
  kind: 'teaching' | 'practice';
  bodyHtml: string;
  /** The Markdown it came from, for comparing versions. */
  source: string;
};

/** What a learner knows after the week: questions that explain themselves once they are answered. */
export type KnowledgeCheck = {
  /** About how long it takes, in minutes. */
  minutes: number;
  /** One to three plain sentences. */
  introduction: string;
  questions: CheckQuestion[];
};

/** A question of any kind; domain/knowledge-check.ts marks them. Nothing that tells the answer may reach a browser before it is given. */
export type CheckQuestion = ChoiceQuestion | OrderingQuestion | MatchingQuestion | NumberQuestion | RunChartQuestion;

type AnyQuestion = {
  /** Unique in the check, kebab-case; what answers are kept under. Never changed once published. */
  key: string;
  points: number;
  /** The key of the section of this week that teaches it. */
  section: string;
  promptHtml: string;
};

/** In the order in which they are shown; of a single choice exactly one is right, of several at least one. */
export type ChoiceQuestion = AnyQuestion & {
  kind: 'single-choice' | 'several-choices';
  choices: { key: string; textHtml: string; right: boolean; explanationHtml: string }[];
};

export type OrderingQuestion = AnyQuestion & {
  kind: 'ordering';
  /** In the right order. */
  items: { key: string; text: string }[];
  explanationHtml: string;
};

export type MatchingQuestion = AnyQuestion & {
  kind: 'matching';
  pairs: { key: string; leftHtml: string; /** The key of the option that belongs to it. */ right: string }[];
  /** Every right-hand side, in alphabetical order, which tells nothing. */
  options: { key: string; text: string }[];
  explanationHtml: string;
};

export type NumberQuestion = AnyQuestion & { kind: 'number'; answer: number; tolerance: number; unit: string | null; explanationHtml: string };

/** The points that signal are found by domain/run-chart.ts; `labels` has one for each value. */
export type RunChartQuestion = AnyQuestion & {
  kind: 'run-chart';
  title: string;
  values: (number | null)[];
  labels: string[] | null;
  baseline: number | null;
  better: 'up' | 'down' | null;
  explanationHtml: string;
};

export type Reading = { key: string; textHtml: string; url: string | null };
