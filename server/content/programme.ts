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
};

export type ProgrammeWeek = {
  number: number;
  title: string;
  /** One or two plain sentences. */
  summary: string;
  /** The workshop of this week, or null in an action period. `days` is 1 for a virtual one. */
  workshop: { kind: WorkshopKind; title: string; days: number } | null;
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
