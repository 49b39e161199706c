// Whether what a tool chose is what the platform said it takes (Deep Linking 2.0, 3: content item types).
import type { DeepLinkingSettings } from './deep-linking.ts';
import type { Period } from './school.ts';

/** A content item whose every property was checked. */
export type ContentItem = {
  type: string;
  title?: string;
  text?: string;
  url?: string;
  html?: string;
  custom?: Record<string, string>;
  lineItem?: { label?: string; scoreMaximum: number; resourceId?: string; tag?: string; gradesReleased?: boolean; submissionReview?: Record<string, unknown> };
  available?: Period;
  submission?: Period;
  window?: { targetName?: string; width?: number; height?: number };
  [extension: string]: unknown;
};

const known = ['ltiResourceLink', 'link', 'html', 'file', 'image'];

/** The items of a response; a text says what is wrong with them. Absent is an empty list: nothing was chosen. */
export function contentItemsIn(value: unknown, accepted: Pick<DeepLinkingSettings, 'accept_types' | 'accept_multiple' | 'accept_lineitem'>): ContentItem[] | string {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return 'content_items is no list';
  if (value.length > 1 && accepted.accept_multiple === false) return 'several items came, and one was asked for';
  for (const [index, item] of value.entries()) {
    const problem = problemOf(item, accepted);
    if (problem) return `item ${index + 1}: ${problem}`;
  }
  return value as ContentItem[];
}

function problemOf(item: unknown, { accept_types: types, accept_lineitem: takesLineItems }: Pick<DeepLinkingSettings, 'accept_types' | 'accept_lineitem'>): string | null {
  if (!isObject(item)) return 'it is no object';
  const { type } = item;
  if (typeof type !== 'string') return 'type is missing';
  if (!types.includes(type)) return known.includes(type) ? `${type} was not asked for` : `${type} is no type that this platform knows`;
  for (const name of ['title', 'text', 'url', 'html']) if (item[name] !== undefined && typeof item[name] !== 'string') return `${name} must be text`;
  if (item['url'] !== undefined && !/^https?:$/.test(URL.parse(item['url'] as string)?.protocol ?? '')) return 'url must be a whole http or https address';
  if (type !== 'ltiResourceLink' && type !== 'html' && item['url'] === undefined) return `url is missing of ${type}`;
  if (type === 'html' && item['html'] === undefined) return 'html is missing';
  for (const name of ['available', 'submission']) {
    const problem = item[name] === undefined ? null : periodProblem(item[name]);
    if (problem) return `${name} ${problem}`;
  }
  for (const name of ['iframe', 'window', 'icon', 'thumbnail']) if (item[name] !== undefined && !isObject(item[name])) return `${name} must be an object`;
  if (item['custom'] !== undefined && !(isObject(item['custom']) && Object.values(item['custom']).every((each) => typeof each === 'string'))) return 'custom must be an object of texts';
  if (item['lineItem'] === undefined) return null;
  if (type !== 'ltiResourceLink') return 'only an ltiResourceLink may have a lineItem';
  if (takesLineItems === false) return 'a lineItem came, and none was accepted';
  return lineItemProblem(item['lineItem']);
}

function lineItemProblem(value: unknown): string | null {
  if (!isObject(value)) return 'lineItem must be an object';
  if (typeof value['scoreMaximum'] !== 'number' || !(value['scoreMaximum'] > 0)) return 'lineItem.scoreMaximum must be a number above 0';
  for (const name of ['label', 'resourceId', 'tag']) if (value[name] !== undefined && typeof value[name] !== 'string') return `lineItem.${name} must be text`;
  if (value['submissionReview'] !== undefined && !isObject(value['submissionReview'])) return 'lineItem.submissionReview must be an object';
  return null;
}

function periodProblem(value: unknown): string | null {
  if (!isObject(value)) return 'must be an object';
  const ends: Temporal.Instant[] = [];
  for (const name of ['startDateTime', 'endDateTime']) {
    if (value[name] === undefined) continue;
    try {
      ends.push(Temporal.Instant.from(value[name] as string));
    } catch {
      return `${name} must be ISO 8601 with a zone`;
    }
  }
  const [start, end] = ends;
  return start && end && Temporal.Instant.compare(start, end) > 0 ? 'ends before it starts' : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
