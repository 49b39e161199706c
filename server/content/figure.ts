// A drawing that stands inline in a page: what it may hold so that it is safe, accessible, and right in light, dark and print.
import { readSvg } from './svg-markup.ts';
import type { SvgElement } from './svg-markup.ts';
import type { Report } from './problems.ts';

/** A checked drawing, ready to stand in a page. */
export type Figure = { name: string; svg: string };

const ELEMENTS = new Set([
  'svg', 'g', 'title', 'desc', 'path', 'rect', 'circle', 'ellipse', 'line', 'polyline', 'polygon', 'text', 'tspan',
  'defs', 'marker', 'symbol', 'use', 'clipPath', 'pattern', 'linearGradient', 'stop',
]);

/** The classes of the style sheet's section "Figures and charts". */
const CLASSES = new Set([
  'chart', 'mini', 'wide-only', 'small-only', 'strong', 'mid', 'end', 'grid', 'axis', 'median', 'goal', 'goal-text', 'path',
  'dot', 'sig', 'sig-text', 'band', 'bracket', 'note-line', 'step', 'plan', 'flag', 'flag-text', 'read',
]);

/** HTML reads attribute names in any case; those with rules of their own must be written as the rules know them. */
const IN_SMALL_LETTERS = new Set(['id', 'class', 'style', 'href', 'fill', 'stroke', 'color', 'stop-color', 'role', 'xmlns', 'width', 'height']);

const COLOURS = [
  'ink', 'ink-2', 'rule', 'rule-strong', 'accent', 'wash', 'sunk', 'raised', 'paper', 'attention', 'mark',
  'chart-1', 'chart-2', 'chart-3', 'chart-4', 'chart-grid', 'chart-axis', 'chart-median', 'chart-band',
];
const PAINTS = new Set(['none', 'currentColor', 'inherit', ...COLOURS.map((name) => `var(--${name})`)]);

/**
 * Checks a drawing and gives it with its comments taken out, or null after reporting what is wrong.
 * The rules are the page's Content-Security-Policy (no style, no script, nothing from elsewhere), WCAG 1.1.1 (title and
 * description), and the look (only classes and custom properties colour, so that dark and print work).
 */
export function checkFigure(name: string, source: string, report: Report): Figure | null {
  let isSound = true;
  const problem: Report = (line, message) => { isSound = false; report(line, message); };
  const root = readSvg(source, problem);
  if (!root) return null;
  const elements = [...everyElement(root)];
  checkRoot(name, root, problem);
  for (const element of elements) checkElement(name, element, element === root, problem);
  checkIds(name, elements, problem);
  return isSound ? { name, svg: source.replace(/<!--[\s\S]*?-->/g, '').trim() } : null;
}

function* everyElement(element: SvgElement): Generator<SvgElement> {
  yield element;
  for (const child of element.children) yield* everyElement(child);
}

function checkRoot(name: string, root: SvgElement, problem: Report): void {
  if (root.name !== 'svg') return problem(root.line, `the drawing begins with <${root.name}>: it must be one <svg>`);
  const attribute = (key: string) => root.attributes.get(key);
  if (!attribute('class')?.split(/\s+/).includes('chart')) problem(root.line, 'the <svg> has no class="chart": add it');
  if (!/^0 0 [1-9]\d* [1-9]\d*$/.test(attribute('viewBox') ?? '')) problem(root.line, 'the <svg> needs a viewBox="0 0 WIDTH HEIGHT" in whole numbers');
  if (attribute('role') !== 'img') problem(root.line, 'the <svg> needs role="img"');
  for (const key of ['width', 'height']) if (root.attributes.has(key)) problem(root.line, `the <svg> has a ${key}: take it away, the page decides the size`);
  const named = (['title', 'desc'] as const).map((part) => {
    const element = root.children.find((child) => child.name === part);
    const id = `${name}-${part[0]}`;
    if (!element || element.text === '') problem(element?.line ?? root.line, `the drawing has no <${part}>: add <${part} id="${id}"> that says in words what it shows`);
    else if (element.attributes.get('id') !== id) problem(element.line, `the <${part}> must have id="${id}"`);
    return id;
  });
  if (attribute('aria-labelledby') !== named.join(' ')) problem(root.line, `the <svg> needs aria-labelledby="${named.join(' ')}"`);
}

function checkElement(name: string, element: SvgElement, isRoot: boolean, problem: Report): void {
  if (!ELEMENTS.has(element.name)) problem(element.line, `<${element.name}> is not allowed in a drawing: draw it with shapes and text`);
  if (element.name === 'svg' && !isRoot) problem(element.line, 'there is an <svg> in the <svg>: use <g>');
  if ((element.name === 'title' || element.name === 'desc') && element.children.length > 0) problem(element.line, `the <${element.name}> may hold text only`);
  for (const [key, value] of element.attributes) {
    const small = key.toLowerCase();
    if (key !== small && IN_SMALL_LETTERS.has(small)) problem(element.line, `the attribute ${key} is written ${small}`);
    if (/^on/i.test(key)) problem(element.line, `the event handler ${key} is not allowed: take it away`);
    else if (key === 'style') problem(element.line, 'a style attribute is not allowed (the page forbids it): use a class or a presentation attribute');
    else if (key === 'href') { if (!value.startsWith(`#${name}-`)) problem(element.line, `href="${value}" leads out of the drawing: only href="#${name}-…" is allowed`); }
    else if (key === 'xmlns') { if (value !== 'http://www.w3.org/2000/svg') problem(element.line, 'xmlns must be http://www.w3.org/2000/svg'); }
    else if (key.includes(':')) problem(element.line, `the attribute ${key} is not allowed: use plain SVG 2 (href, no xlink:, no xml:)`);
    else if (key === 'class') for (const unknown of value.split(/\s+/).filter((word) => word !== '' && !CLASSES.has(word))) problem(element.line, `there is no class ${unknown} for drawings in the style sheet`);
    if ((key === 'fill' || key === 'stroke' || key === 'stop-color' || key === 'color') && !PAINTS.has(value) && !value.startsWith('url(')) {
      problem(element.line, `${key}="${value}" is a colour of its own: use none, currentColor or a custom property such as var(--ink-2)`);
    }
    for (const [, target] of value.matchAll(/url\(\s*['"]?([^)'"]*)/gi)) {
      if (!target?.startsWith(`#${name}-`)) problem(element.line, `url(${target}) leads out of the drawing: only url(#${name}-…) is allowed`);
    }
  }
}

/** Several drawings stand in one page: every id must begin with the name of its file, and every inner reference must be met. */
function checkIds(name: string, elements: readonly SvgElement[], problem: Report): void {
  const ids = new Set<string>();
  for (const element of elements) {
    const id = element.attributes.get('id');
    if (id === undefined) continue;
    if (!new RegExp(`^${name}-[\\w-]+$`).test(id)) problem(element.line, `id="${id}" must begin with the file's name: id="${name}-…"`);
    if (ids.has(id)) problem(element.line, `id="${id}" is there twice`);
    ids.add(id);
  }
  for (const element of elements) {
    for (const value of element.attributes.values()) {
      for (const [, target = ''] of value.matchAll(/(?:^|url\()#([\w-]+)/g)) {
        if (target.startsWith(`${name}-`) && !ids.has(target)) problem(element.line, `nothing in the drawing has id="${target}"`);
      }
    }
  }
}
