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
  /** These three are absent in the material of cohorts that began before there were any. */
  plan?: PlanForm;
  rubric?: Rubric;
  attendance?: AttendancePolicy;
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
  /** What the learner and the team do between meetings this week, plain sentences. */
  withYourTeam: string;
  /** The teaching itself, or null while only the outline stands. */
  material: WeekMaterial | null;
  /** Absent where there is none, and in the material of cohorts that began before there were any. */
  check?: KnowledgeCheck;
};

export type ProgrammeWorkshop = {
  /** What links in an LMS name: `/workshops/KEY`. Absent in the material of cohorts that began before there were any. */
  key?: string;
  kind: WorkshopKind;
  title: string;
  days: number;
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

/** The kinds that are still to come join this union; domain/knowledge-check.ts marks them. */
export type CheckQuestion = SingleChoiceQuestion;

export type SingleChoiceQuestion = {
  kind: 'single-choice';
  /** Unique in the check, kebab-case; what answers are kept under. Never changed once published. */
  key: string;
  points: number;
  /** The key of the section of this week that teaches it. */
  section: string;
  promptHtml: string;
  /** In the order in which they are shown; exactly one is right. None of `right` and `explanationHtml` may reach a browser before the answer is given. */
  choices: { key: string; textHtml: string; right: boolean; explanationHtml: string }[];
};

export type Reading = { key: string; textHtml: string; url: string | null };
