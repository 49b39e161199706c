// How long the sentences of a week are: short enough to be read after a shift.
import type { WeekMaterial } from './programme.ts';

/** A week's sentences have fewer words than this on average. */
export const longestAverage = 20;

/**
 * Words a sentence in the running text of a week: its opening and its paragraphs. Tables, drawings with their captions
 * and lists of steps are left out: their short lines would flatter the prose.
 */
export function wordsASentence({ lede, sections }: Pick<WeekMaterial, 'lede' | 'sections'>): number {
  const paragraphs = sections.flatMap(({ bodyHtml }) => [...withoutLists(bodyHtml).matchAll(/<p>(.*?)<\/p>/gs)].map(([, html = '']) => html));
  const sentences = [lede, ...paragraphs].flatMap(sentencesOf);
  const words = sentences.reduce((sum, sentence) => sum + wordsIn(sentence), 0);
  return sentences.length === 0 ? 0 : words / sentences.length;
}

const withoutLists = (html: string): string => html.replaceAll(/<(svg|figure|table|ul|ol)\b.*?<\/\1>/gs, ' ');

function sentencesOf(html: string): string[] {
  const text = html.replaceAll(/<sup>.*?<\/sup>|<[^>]*>/gs, '').replaceAll(/&(?:amp|lt|gt|quot|#39);/g, ' ').replaceAll(/\s+/g, ' ');
  // The end of a sentence, perhaps within quotation marks, and then something that begins one.
  return text.split(/(?<=[.!?…][”’)]*)\s+(?=[“‘(]*[\p{Lu}\p{N}])/u).filter((sentence) => wordsIn(sentence) > 0);
}

function wordsIn(text: string): number {
  return text.match(/[\p{L}\p{N}](?:[\p{L}\p{N}’'-]|[.,](?=\p{N}))*/gu)?.length ?? 0;
}
