// A good small programme that a test writes to a temporary folder, usually after breaking one thing of it.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { loadProgramme } from '../../server/content/library.ts';
import { ContentError } from '../../server/content/problems.ts';

/** Files of a programme by their path in its folder. */
export type ProgrammeFiles = Record<string, string | Uint8Array>;

const PROGRAMME = `key: small-programme
title: A small programme
tagline: It's just large enough to be checked.
promise:
  - You will see what a check finds.
outcomes:
  - The first outcome
  - The second outcome
audience:
  - People who test
prerequisites:
  - A test
introduction:
  title: How it begins
  summary: In a few words.
  points:
    - title: One point
      text: Said in a sentence.
  file: null
  captions: null
help:
  telephone: "020 7946 0123"
  days: Monday to Friday
  hours: 09:00 to 17:00
weeks:
  - number: 1
    title: Getting started
    summary: The first week.
    workshop:
      { key: a-first-meeting, title: A first meeting,
      kind: virtual,
      days: 1 }
    topics:
      - One topic
    outcomes: [1, 2]
    withYourTeam: Meet your team.
    material: weeks/01-getting-started.md
  - number: 2
    title: Going on
    summary: The second week.
    workshop: null
    topics:
      - Another topic
    outcomes: [2]
    withYourTeam: Meet again.
    material: null
`;

const WEEK = `---
week: 1
lede: A first week that's short.
goals:
  - say what a median is
  - draw a line
  - ask a question
reading:
  - key: perla-2011
    text: Perla RJ and others (2011). The run chart. *BMJ Quality and Safety* 20, 46–51.
    url: https://doi.org/10.1136/bmjqs.2009.037895
---

## What it is {#what-it-is minutes=12}

The *[median]* is the middle value.[^perla-2011]

![Figure 1.1](figures/two-lines.svg "**Two lines.** One is higher.")

## How it is done {#how-it-is-done minutes=10}

### First

Draw it as in Figure 1.1.

| Word | Number |
|------|-------:|
| one  |      1 |

::: example Late starts
Count them.
:::

## What to watch for {#what-to-watch-for minutes=5}

::: note
Do not hurry.
:::

::: words
"What did you see?"
:::

## With your team {#with-your-team minutes=20 practice}

::: team At the next meeting
- Bring a ruler
- Draw the line
:::
`;

const FIGURE = `<svg class="chart" viewBox="0 0 400 100" role="img" aria-labelledby="two-lines-t two-lines-d">
  <title id="two-lines-t">Two lines</title>
  <desc id="two-lines-d">One line above another.</desc>
  <path class="axis" d="M0 20H400"/>
  <path class="path" d="M0 60H400"/>
  <text class="strong mid" x="200" y="90">Here</text>
</svg>
`;

/** The files of the good programme, each under its path. */
export const goodFiles: Readonly<Record<'programme.yaml' | 'weeks/01-getting-started.md' | 'figures/two-lines.svg', string>> = {
  'programme.yaml': PROGRAMME, 'weeks/01-getting-started.md': WEEK, 'figures/two-lines.svg': FIGURE,
};

/** Writes the files to a new folder called small-programme, calls `use` with its path, and takes it away again. */
export async function withProgramme<T>(files: ProgrammeFiles, use: (folder: string) => Promise<T>): Promise<T> {
  const parent = await mkdtemp(join(tmpdir(), 'coachline-content-'));
  const folder = join(parent, 'small-programme');
  try {
    await mkdir(folder);
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return await use(folder);
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
}

/** What the check says about these files: `path in the programme:line: words`, a problem each; nothing when all is well. */
export async function problemsOf(files: ProgrammeFiles): Promise<string[]> {
  return withProgramme(files, async (folder) => {
    try {
      await loadProgramme(folder);
      return [];
    } catch (error) {
      if (!(error instanceof ContentError)) throw error;
      return error.message.split('\n').map((line) => line.replace(`${relative(process.cwd(), folder)}/`, ''));
    }
  });
}
