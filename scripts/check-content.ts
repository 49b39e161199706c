// npm run content:check: reads every programme in content/ as the server would, and says what is wrong or how much there is.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadProgramme } from '../server/content/library.ts';
import { ContentError } from '../server/content/problems.ts';
import { wordsASentence } from '../server/content/reading-level.ts';
import type { Programme, WeekMaterial } from '../server/content/programme.ts';

const CONTENT = 'content';

const folders = (await readdir(CONTENT, { withFileTypes: true }).catch(() => [])).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
const programmes: Programme[] = [];
const problems: string[] = folders.length === 0 ? [`${CONTENT}:1: there is no programme here: add a folder with a programme.yaml`] : [];
for (const folder of folders) {
  try {
    programmes.push(await loadProgramme(join(CONTENT, folder)));
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    problems.push(...error.message.split('\n'));
  }
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  console.error(`content: ${counted(problems.length, 'problem')}`);
  process.exitCode = 1;
} else {
  for (const programme of programmes) printWeeks(programme);
  const weeks = programmes.flatMap((programme) => programme.weeks);
  const materials = weeks.flatMap((week) => week.material ?? []);
  const sections = materials.reduce((sum, material) => sum + material.sections.length, 0);
  const figures = materials.reduce((sum, material) => sum + countFigures(material), 0);
  const questions = weeks.reduce((sum, week) => sum + (week.check?.questions.length ?? 0), 0);
  const planSections = programmes.flatMap(({ plan }) => plan?.sections ?? []);
  const planFields = planSections.reduce((sum, section) => sum + section.fields.length, 0);
  const words = materials.reduce((sum, material) => sum + countWords(material), 0);
  console.log(`content: ${counted(programmes.length, 'programme')}, ${counted(weeks.length, 'week')}, ${counted(sections, 'section')}, ${counted(figures, 'figure')}, ${counted(words, 'word')}, ${counted(questions, 'question')}, ${counted(planFields, 'plan field')} in ${counted(planSections.length, 'section')}: all well`);
}

/** A line for each week that has material. */
function printWeeks(programme: Programme): void {
  console.log(`${programme.title}\n${'week'.padStart(6)}${'sections'.padStart(10)}${'minutes'.padStart(9)}${'figures'.padStart(9)}${'words'.padStart(8)}${'questions'.padStart(11)}${'words a sentence'.padStart(18)}`);
  for (const { number, material, check } of programme.weeks) {
    if (!material) continue;
    const minutes = material.sections.reduce((sum, section) => sum + section.minutes, 0);
    const counts = [String(number).padStart(6), String(material.sections.length).padStart(10), String(minutes).padStart(9), String(countFigures(material)).padStart(9), String(countWords(material)).padStart(8), String(check?.questions.length ?? 0).padStart(11), wordsASentence(material).toFixed(1).padStart(18)];
    console.log(counts.join(''));
  }
}

function countFigures(material: WeekMaterial): number {
  return material.sections.reduce((sum, section) => sum + section.bodyHtml.split('<figure>').length - 1, 0);
}

/** The words that a learner reads: without the drawings and without the reading list. */
function countWords({ lede, goals, sections }: WeekMaterial): number {
  const text = [lede, ...goals, ...sections.flatMap((section) => [section.title, section.bodyHtml.replace(/<svg[\s\S]*?<\/svg>/g, ' ').replace(/<[^>]*>/g, ' ')])].join(' ');
  return text.match(/[\p{L}\p{N}][\p{L}\p{N}’'-]*/gu)?.length ?? 0;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
