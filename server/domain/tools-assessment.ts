// How well learners say they know the tools of improvement, before the programme and again at its end.

export type AssessmentMoment = 'before' | 'after';

/** From 1: a level stands at its number. */
export const levels = ['Never heard of it', 'Have heard of it', 'Have used it with help', 'Use it on my own', 'Could teach it'] as const;

export type ImprovementTool = { key: string; name: string; what: string };

/** What coaches of this programme come to use and to teach, in the order of its weeks. */
export const improvementTools: readonly ImprovementTool[] = [
  { key: 'model-for-improvement', name: 'Model for Improvement', what: 'Three questions and a cycle of trying' },
  { key: 'aim-statement', name: 'Aim statement', what: 'How much, for whom, by when' },
  { key: 'process-map', name: 'Process map', what: 'The steps of the work as they are' },
  { key: 'cause-and-effect-diagram', name: 'Cause-and-effect diagram', what: 'What may lie behind a problem' },
  { key: 'pareto-chart', name: 'Pareto chart', what: 'The few causes that matter most' },
  { key: 'stakeholder-map', name: 'Stakeholder map', what: 'Who must be won, and how they stand to it' },
  { key: 'driver-diagram', name: 'Driver diagram', what: 'From the aim to ideas for change' },
  { key: 'change-concepts', name: 'Change concepts', what: 'General ideas from which changes grow' },
  { key: 'pdsa-cycle', name: 'PDSA cycle', what: 'Plan, do, study, act: a small test with a prediction' },
  { key: 'family-of-measures', name: 'Family of measures', what: 'Outcome, process and balancing measures' },
  { key: 'operational-definition', name: 'Operational definition', what: 'Everybody counts the same thing in the same way' },
  { key: 'run-chart', name: 'Run chart', what: 'Data over time with a median, and its rules' },
  { key: 'shewhart-chart', name: 'Shewhart chart', what: 'A control chart with limits' },
  { key: 'meeting-in-seven-steps', name: 'Meeting in seven steps', what: 'From the objective to the evaluation of a meeting' },
  { key: 'sustainability-planning', name: 'Planning for sustainability', what: 'How a change stays when the project ends' },
];

/** Tool to level, 1 to 5; a tool that was not answered is absent. */
export type AssessmentAnswers = Readonly<Record<string, number>>;

/** Tools without an answer, in order. */
export function unansweredTools(answers: AssessmentAnswers): ImprovementTool[] {
  return improvementTools.filter(({ key }) => !(key in answers));
}

/** The words of a level; null for none. */
export function levelName(level: number | undefined): string | null {
  return level === undefined ? null : levels[level - 1] ?? null;
}

/** The level that these words name; 0 for no words, null for words that name none. */
export function levelOf(words: string): number | null {
  if (words === '') return 0;
  const index = levels.findIndex((level) => level === words);
  return index < 0 ? null : index + 1;
}

/** `by`: levels up (below nothing: down); null where one of the two is missing. */
export type ToolChange = { tool: ImprovementTool; before: number | null; after: number | null; by: number | null };

/** What changed from the first assessment to the second, tool by tool. */
export function changesOf(before: AssessmentAnswers, after: AssessmentAnswers): ToolChange[] {
  return improvementTools.map((tool) => {
    const [from, to] = [before[tool.key] ?? null, after[tool.key] ?? null];
    return { tool, before: from, after: to, by: from === null || to === null ? null : to - from };
  });
}

/**
 * Whether the first assessment may still be changed. It is what the later one is measured by, so it closes with the form
 * that it belongs to, and with the first answer of the second.
 */
export function mayAssess(moment: AssessmentMoment, { mayWriteForm, afterIsOpen, afterIsBegun }: { mayWriteForm: boolean; afterIsOpen: boolean; afterIsBegun: boolean }): boolean {
  return moment === 'after' ? afterIsOpen : mayWriteForm && !afterIsBegun;
}
