import { expect } from 'chai';
import { describe, it } from 'mocha';
import { goodFiles, problemsOf } from './small-programme.ts';

const YAML = 'programme.yaml';
const WEEK = 'weeks/01-getting-started.md';
const FIGURE = 'figures/two-lines.svg';
/** The second week, which is the last in the file. */
const SECOND = goodFiles[YAML].slice(goodFiles[YAML].indexOf('  - number: 2\n'));

type Path = keyof typeof goodFiles;

/** One thing broken: in this file the first text becomes the second, and the check must say these words at this line. */
type Case = [what: string, file: Path, good: string, broken: string, line: number, words: string, where?: string];

const cases: Case[] = [
  // programme.yaml
  ['an unknown key', YAML, 'tagline:', 'tagLine:', 3, 'there is no key tagLine'],
  ['a missing key', YAML, 'tagline: It\'s just large enough to be checked.\n', '', 1, 'tagline is missing'],
  ['an unknown key deep inside', YAML, '    topics:\n      - Another', '    topic: x\n    topics:\n      - Another', 42, 'there is no key topic in weeks[2]'],
  ['a number that should be a text', YAML, '"020 7946 0123"', '02079460123', 22, 'help.telephone must be a text: put it in quotes'],
  ['a list that is a text', YAML, 'audience:\n  - People who test', 'audience: People who test', 9, 'audience must be a list'],
  ['an empty text', YAML, 'title: A small programme', 'title: ""', 2, 'title is empty'],
  ['an unknown kind of workshop', YAML, 'kind: virtual', 'kind: online', 31, 'must be one of virtual, in-person'],
  ['a virtual workshop of three days', YAML, 'days: 1', 'days: 3', 32, 'a virtual workshop takes one day'],
  ['a workshop without a key', YAML, 'key: a-first-meeting, title', 'title', 29, 'weeks[1].workshop.key is missing'],
  ['a workshop\'s key twice', YAML, 'workshop: null', 'workshop: { key: a-first-meeting, kind: virtual, title: Another, days: 1 }', 41, 'the workshop of week 1 has the key'],
  ['a workshop that is a text', YAML, 'workshop: null', 'workshop: none', 41, 'must be a group of keys, or null'],
  ['more virtual workshops to attend than there are', YAML, 'weeks:\n', 'attendance:\n  inPersonDaysExcused: 0\n  virtualAttended: 2\nweeks:\n', 27, 'virtualAttended is 2, but the programme has 1 virtual workshops'],
  ['more excused days than there are', YAML, 'weeks:\n', 'attendance: { inPersonDaysExcused: 1, virtualAttended: 1 }\nweeks:\n', 25, 'inPersonDaysExcused is 1, but the programme has 0 days in person'],
  ['an attendance policy that lacks a number', YAML, 'weeks:\n', 'attendance: { virtualAttended: 1 }\nweeks:\n', 25, 'attendance.inPersonDaysExcused is missing'],
  ['a check to complete that is not there', YAML, 'weeks:\n', 'completion:\n  sectionsPercent: 90\n  checks:\n    - { week: 2, percent: 70 }\nweeks:\n', 28, 'asks for the check of week 2, but that week has none'],
  ['more than all sections to complete', YAML, 'weeks:\n', 'completion: { sectionsPercent: 101, checks: [] }\nweeks:\n', 25, 'completion.sectionsPercent'],
  ['a check to complete without its least result', YAML, 'weeks:\n', 'completion:\n  sectionsPercent: 90\n  checks:\n    - { week: 1 }\nweeks:\n', 28, 'percent is missing'],
  ['a plan to complete where there is none', YAML, 'weeks:\n', 'completion:\n  sectionsPercent: 90\n  checks: []\n  plan:\n    beginsInWeek: 2\nweeks:\n', 28, 'completing asks for a coaching plan, but the programme has none'],
  ['an assignment without material', YAML, '    material: null', '    assignment: { key: charter, title: Charter, task: Write it. }\n    material: null', 46, 'week 2 has an assignment and no material'],
  ['an assignment whose key is no key', YAML, '    material: weeks/01', '    assignment: { key: The Charter, title: Charter, task: Write it. }\n    material: weeks/01', 37, 'kebab-case'],
  ['an assignment that asks for nothing', YAML, '    material: weeks/01', '    assignment: { key: charter, title: Charter }\n    material: weeks/01', 37, 'weeks[1].assignment.task is missing'],
  ['Markdown in an assignment', YAML, '    material: weeks/01', '    assignment:\n      key: charter\n      title: Charter\n      task: Write *it*.\n    material: weeks/01', 40, 'printed as it stands'],
  ['an assignment to complete that is not there', YAML, 'weeks:\n', 'completion:\n  sectionsPercent: 90\n  checks: []\n  assignments:\n    weeks: [1]\n    needed: 1\nweeks:\n', 29, 'asks for the assignment of week 1, but that week has none'],
  ['more assignments to complete than count', YAML, 'weeks:\n', 'completion:\n  sectionsPercent: 90\n  checks: []\n  assignments:\n    weeks: [1]\n    needed: 2\nweeks:\n', 30, 'completing asks for 2 assignments, but only 1 count'],
  ['a policy of assignments that lacks a number', YAML, 'weeks:\n', 'completion:\n  sectionsPercent: 90\n  checks: []\n  assignments:\n    weeks: [1]\nweeks:\n', 28, 'completion.assignments.needed is missing'],
  ['a thirteenth week', YAML, SECOND, Array.from({ length: 12 }, (_, index) => SECOND.replace('number: 2', `number: ${index + 2}`)).join(''), 25, 'weeks may have at most 12 entries'],
  ['a gap in the weeks', YAML, 'number: 2', 'number: 3', 38, 'this is week 3, but week 2 comes here'],
  ['an outcome that is not there', YAML, 'outcomes: [1, 2]', 'outcomes: [1, 3]', 35, 'there is no outcome 3: the programme has 2'],
  ['an outcome twice', YAML, 'outcomes: [1, 2]', 'outcomes: [1, 1]', 35, 'outcome 1 is named twice'],
  ['a tab', YAML, '  title: How', '\ttitle: How', 14, 'there is a tab'],
  ['a colon in a plain text', YAML, 'summary: The first week.', 'summary: The first: week.', 28, 'quote a text that holds'],
  ['a key twice', YAML, 'audience:', 'promise:', 9, 'this is not YAML'],
  ['a key that is not the folder\'s name', YAML, 'key: small-programme', 'key: other-programme', 1, 'the folder is called small-programme'],
  ['a material that is not there', YAML, 'material: null', 'material: weeks/02-going-on.md', 46, 'there is no file weeks/02-going-on.md'],
  ['a material with a wrong name', YAML, 'material: null', 'material: weeks/two.md', 46, 'must name a week file'],
  ['a film that is not there', YAML, 'file: null', 'file: media/coaches.mp4', 19, 'there is no file media/coaches.mp4'],
  ['Markdown in a plain text', YAML, 'The second week.', 'The *second* week.', 40, 'printed as it stands'],
  ['a week file that is not named', YAML, 'material: weeks/01-getting-started.md', 'material: null', 1, 'programme.yaml does not name this file', WEEK],

  // Front matter
  ['no front matter', WEEK, '---\nweek', 'week', 1, 'must begin with front matter'],
  ['another week\'s number', WEEK, 'week: 1', 'week: 2', 2, 'this file says week 2, but programme.yaml names it for week 1'],
  ['an unknown key in front matter', WEEK, 'lede:', 'leed:', 3, 'there is no key leed'],
  ['too few goals', WEEK, '  - draw a line\n', '', 4, 'goals needs at least 3 entries'],
  ['a reading key twice', WEEK, 'reading:\n', 'reading:\n  - {key: perla-2011, text: Another}\n', 10, 'the reading key "perla-2011" is there twice'],
  ['a reading address without https', WEEK, 'https://doi', 'http://doi', 11, 'must be an address that begins with https://'],
  ['a reading key that is not kebab-case', WEEK, 'key: perla-2011', 'key: Perla2011', 9, 'kebab-case'],
  ['raw HTML in the reading list', WEEK, '*BMJ Quality and Safety*', '<i>BMJ</i>', 10, 'raw HTML is not allowed'],
  ['Markdown in a goal', WEEK, 'draw a line', 'draw a `line`', 6, 'printed as it stands'],

  // Sections
  ['a text before the first section', WEEK, '---\n\n## What', '---\n\nHello.\n\n## What', 14, 'something before the first section'],
  ['a heading without key', WEEK, ' {#how-it-is-done minutes=10}', '', 20, 'a section heading reads'],
  ['a heading with its parts turned round', WEEK, '{#how-it-is-done minutes=10}', '{minutes=10 #how-it-is-done}', 20, 'a section heading reads'],
  ['a key in capitals', WEEK, '#how-it-is-done', '#How-it-is-done', 20, 'must be words in small letters'],
  ['a key twice', WEEK, '#how-it-is-done', '#what-it-is', 20, 'is taken by line 14'],
  ['no minutes at all', WEEK, 'minutes=10', 'minutes=0', 20, '0 minutes: a section takes 1 to 90'],
  ['too many minutes', WEEK, 'minutes=10', 'minutes=91', 20, '91 minutes'],
  ['Markdown in a title', WEEK, '## How it is done', '## How *it* is done', 20, 'plain text'],
  ['three sections', WEEK, '## How it is done {#how-it-is-done minutes=10}', '', 13, 'has 3 sections: a week needs at least four'],
  ['no practice', WEEK, 'minutes=20 practice', 'minutes=20', 13, 'has no practice section'],
  ['an empty section', WEEK, '### First\n\nDraw it as in Figure 1.1.\n', '## Next {#next minutes=3}\n', 20, 'the section "How it is done" is empty'],
  ['a first-level heading', WEEK, '### First', '# First', 22, '# is not used'],
  ['a fourth-level heading', WEEK, '### First', '#### First', 22, '#### is not used'],
  ['an underlined heading', WEEK, '### First', 'First\n---', 22, 'makes it a heading'],
  ['a heading in a list', WEEK, '### First', '- ### First', 22, 'inside a list'],
  ['indented text', WEEK, 'Draw it', '    Draw it', 24, 'four spaces'],

  // Text
  ['raw HTML', WEEK, 'Draw it as', 'Draw it.\nIt is <b>bold</b> as', 25, 'raw HTML is not allowed (<b>)'],
  ['an HTML block', WEEK, 'Draw it as in', '<div>\nx as in', 24, 'raw HTML is not allowed (<div>)'],
  ['an HTML comment', WEEK, 'Draw it as in', '<!-- later --> as in', 24, 'raw HTML is not allowed'],
  ['a reference to nothing', WEEK, '[^perla-2011]', '[^perla-2012]', 16, '[^perla-2012] is not in the reading list'],
  ['a reference to nothing in a table', WEEK, '| one  |', '| one[^x] |', 28, '[^x] is not in the reading list'],
  ['a link without https', WEEK, 'Count them.', '[Here](http://example.org)', 31, '"http://example.org" is not allowed'],
  ['a link that runs a script', WEEK, 'Count them.', '[Here](javascript:alert(1))', 31, 'is not allowed'],
  ['a link from the root', WEEK, 'Count them.', '[Here](/weeks/2)', 31, 'no leading slash'],
  ['a link without address', WEEK, 'Count them.', '[Here]()', 31, 'leads nowhere'],
  ['a link to no section', WEEK, 'Count them.', '[Here](#nowhere)', 31, 'no section of this week has that key'],

  // Boxes
  ['an unknown kind of box', WEEK, '::: note', '::: tip', 36, 'there is no box of the kind "tip"'],
  ['a box that is never closed', WEEK, 'Count them.\n:::', 'Count them.', 30, 'this box is never closed'],
  ['a last box that is never closed', WEEK, '- Draw the line\n:::', '- Draw the line', 46, 'this box is never closed'],
  ['a box in a box', WEEK, 'Count them.', '::: note\nNo.\n:::', 31, 'boxes do not nest'],
  ['a box in a list', WEEK, 'Draw it as in Figure 1.1.', '- x\n\n  ::: note\n  x\n  :::', 26, 'inside a list'],
  ['a box closed twice', WEEK, 'Count them.\n:::', 'Count them.\n:::\n:::', 33, 'none is open'],
  ['an empty box', WEEK, 'Count them.\n', '', 30, 'this box is empty'],
  ['a team box outside the practice', WEEK, '::: note', '::: team', 36, 'belongs in the practice section'],

  // Figures in the text
  ['a figure that is not there', WEEK, 'two-lines.svg', 'three-lines.svg', 18, 'there is no file figures/three-lines.svg'],
  ['a figure that is used nowhere', WEEK, '![Figure 1.1](figures/two-lines.svg "**Two lines.** One is higher.")', 'x', 1, 'no week shows this figure', FIGURE],
  ['a picture that is no drawing', WEEK, 'figures/two-lines.svg', 'figures/two-lines.png', 18, 'is not a drawing of the programme'],
  ['a picture from elsewhere', WEEK, 'figures/two-lines.svg', 'https://example.org/x.svg', 18, 'is not a drawing of the programme'],
  ['a figure in the text', WEEK, '\n![Figure', '\nSee ![Figure', 18, 'an image stands in the text'],
  ['a figure without caption', WEEK, ' "**Two lines.** One is higher."', '', 18, 'has no caption'],
  ['a wrong label', WEEK, '![Figure 1.1]', '![Fig 1]', 18, '"Fig 1" is not a label'],
  ['a wrong number', WEEK, '![Figure 1.1]', '![Figure 1.2]', 18, 'the next figure of week 1 is Figure 1.1'],
  ['a figure shown twice', WEEK, 'Draw it as in Figure 1.1.', '![Figure 1.2](figures/two-lines.svg "Again")', 24, 'is shown twice'],
  ['talk of a figure that is not there', WEEK, 'as in Figure 1.1', 'as in Figure 1.3', 24, 'the text speaks of Figure 1.3, but week 1 has 1 figure'],
  ['a reference to nothing in a caption', WEEK, 'One is higher.', 'One is higher.[^x]', 18, '[^x] is not in the reading list'],

  // Drawings
  ['a tag that is not closed', FIGURE, '</text>', '', 7, 'closes <text> of line 6'],
  ['an attribute without quotes', FIGURE, 'x="200"', 'x=200', 6, 'not well-formed'],
  ['a loose ampersand', FIGURE, '>Here<', '>Here & there<', 6, 'write & as &amp;'],
  ['an HTML entity', FIGURE, '>Here<', '>Here&nbsp;<', 6, 'write & as &amp;'],
  ['an empty file', FIGURE, goodFiles[FIGURE], '', 1, 'it is empty'],
  ['an XML declaration', FIGURE, '<svg', '<?xml version="1.0"?>\n<svg', 1, 'not well-formed'],
  ['a script', FIGURE, '</svg>', '<script>alert(1)</script></svg>', 7, '<script> is not allowed'],
  ['a style sheet', FIGURE, '</svg>', '<style>path { fill: red }</style></svg>', 7, '<style> is not allowed'],
  ['a style attribute', FIGURE, 'x="200"', 'style="x: 200px"', 6, 'a style attribute is not allowed'],
  ['an event handler', FIGURE, 'x="200"', 'onclick="alert(1)"', 6, 'the event handler onclick'],
  ['a foreign object', FIGURE, '</svg>', '<foreignObject/></svg>', 7, '<foreignObject> is not allowed'],
  ['a link out of the drawing', FIGURE, '</svg>', '<use href="https://example.org/x.svg#a"/></svg>', 7, 'leads out of the drawing'],
  ['an old-style link', FIGURE, '</svg>', '<use xlink:href="#two-lines-t"/></svg>', 7, 'xlink:href is not allowed'],
  ['a paint from elsewhere', FIGURE, 'd="M0 60H400"', 'd="M0 60H400" fill="url(https://example.org/p#a)"', 5, 'leads out of the drawing'],
  ['a literal colour', FIGURE, 'd="M0 60H400"', 'd="M0 60H400" stroke="#f00"', 5, 'is a colour of its own'],
  ['an unknown class', FIGURE, 'class="axis"', 'class="axle"', 4, 'there is no class axle'],
  ['an id without the figure\'s name', FIGURE, '<path class="axis"', '<path id="axis" class="axis"', 4, 'must begin with the file\'s name'],
  ['an id twice', FIGURE, '<path class="axis"', '<path id="two-lines-t" class="axis"', 4, 'is there twice'],
  ['an inner reference to nothing', FIGURE, '</svg>', '<use href="#two-lines-x"/></svg>', 7, 'nothing in the drawing has id="two-lines-x"'],
  ['no title', FIGURE, '  <title id="two-lines-t">Two lines</title>\n', '', 1, 'has no <title>'],
  ['an empty description', FIGURE, 'One line above another.', '', 3, 'has no <desc>'],
  ['no role', FIGURE, ' role="img"', '', 1, 'needs role="img"'],
  ['no label', FIGURE, ' aria-labelledby="two-lines-t two-lines-d"', '', 1, 'needs aria-labelledby="two-lines-t two-lines-d"'],
  ['an attribute in capitals', FIGURE, ' x="200"', ' STYLE="x: 200px"', 6, 'STYLE is written style'],
  ['a hidden script in a comment', FIGURE, '</svg>', '<!--> <script>alert(1)</script> -- --></svg>', 7, 'not well-formed'],
  ['a size of its own', FIGURE, ' role="img"', ' role="img" width="400"', 1, 'has a width'],
];

describe('what is wrong with course material', () => {
  it('is nothing in the good programme', async () => {
    expect(await problemsOf(goodFiles)).to.deep.equal([]);
  });

  for (const [what, file, good, broken, line, words, where = file] of cases) {
    it(`says where there is ${what}`, async () => {
      expect(goodFiles[file], 'the test breaks something that is there').to.contain(good);
      const found = await problemsOf({ ...goodFiles, [file]: goodFiles[file].replace(good, broken) });
      const hits = found.filter((problem) => problem.startsWith(`${where}:${line}: `) && problem.includes(words));
      expect(hits, found.join('\n')).to.have.lengthOf(1);
    });
  }

  it('is all said at once, in order of file and line', async () => {
    const found = await problemsOf({
      ...goodFiles,
      [YAML]: goodFiles[YAML].replace('days: 1', 'days: 2'),
      [WEEK]: goodFiles[WEEK].replace('minutes=12', 'minutes=99').replace('::: note', '::: tip'),
    });
    expect(found.map((problem) => problem.split(': ')[0])).to.deep.equal([`${YAML}:32`, `${WEEK}:14`, `${WEEK}:36`]);
  });

  it('is more than eight problems when there are more', async () => {
    const found = await problemsOf({ ...goodFiles, [YAML]: goodFiles[YAML].replaceAll(/^( *)(title|summary):/gm, '$1x$2:') });
    expect(found.length).to.be.greaterThan(8);
  });

  it('is the missing programme.yaml in an empty folder', async () => {
    expect(await problemsOf({})).to.deep.equal(['programme.yaml:1: there is no such file: write it, or correct the name']);
  });

  it('is a folder in the place of a file', async () => {
    expect(await problemsOf({ [`${YAML}/notes.txt`]: 'Not here.' })).to.deep.equal([`${YAML}:1: this is a folder and not a file: correct the name`]);
  });

  it('is a byte order mark', async () => {
    const [first] = await problemsOf({ ...goodFiles, [WEEK]: `\uFEFF${goodFiles[WEEK]}` });
    expect(first).to.match(/^weeks\/01-getting-started\.md:1: .*byte order mark/);
  });

  it('is a line that is not UTF-8', async () => {
    const bytes = Buffer.from(goodFiles[WEEK].replace('Do not hurry', 'D\xe9 not hurry'), 'latin1');
    const found = await problemsOf({ ...goodFiles, [WEEK]: bytes });
    expect(found.some((problem) => /^weeks\/01-getting-started\.md:\d+: this line is not UTF-8/.test(problem)), found.join('\n')).to.equal(true);
  });

  it('is a file in figures/ that is no drawing', async () => {
    expect(await problemsOf({ ...goodFiles, 'figures/photo.png': 'x' })).to.have.lengthOf(1);
  });

  it('is nothing in the line ends of Windows', async () => {
    const files = Object.fromEntries(Object.entries(goodFiles).map(([path, text]) => [path, text.replaceAll('\n', '\r\n')]));
    expect(await problemsOf(files)).to.deep.equal([]);
  });
});
