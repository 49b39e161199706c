// A discussion: what a post may hold, whom it speaks to, how long its author may mend it, and who may take it away.
import { linkPieces } from './linked-text.ts';
import type { TextPiece } from './linked-text.ts';
import { manyLines } from './typed-text.ts';

/** The most characters (UTF-16 units, as browsers count) of a post, and of the reason for which faculty take one away. */
export const longestPost = 5_000;
export const longestReason = 500;
/** Posts and replies on one page. */
export const postsPerPage = 50;
/** How long an author may change the words. */
export const mendingTime = Temporal.Duration.from({ minutes: 15 });

export const postMarks = ['answer', 'worth-reading'] as const;
export type PostMark = (typeof postMarks)[number];

export type PostProblem = 'empty' | 'too-long';

/** The words of a post as they are kept; what is wrong with them is said, and then nothing of them may be kept. */
export function readPost(typed: string | undefined): { text: string; problem: PostProblem | null } {
  const text = manyLines(typed).trim();
  return { text, problem: text === '' ? 'empty' : text.length > longestPost ? 'too-long' : null };
}

/** Roles that take part, once a launch has said who they are. */
export type WriterRole = 'administrator' | 'faculty' | 'assistant' | 'learner';

/** A post as a page shows it; `text` is '' where it was removed. `replyTo` is the author of what it replies to. */
export type Post = {
  id: string;
  parentId: string | null;
  replyTo: string | null;
  authorId: string;
  author: string | null;
  authorRole: WriterRole;
  text: string;
  postedAt: Temporal.Instant;
  editedAt: Temporal.Instant | null;
  removed: { byAuthor: boolean; reason: string | null } | null;
  mentions: Nameable[];
  marks: PostMark[];
};

/** Somebody of the cohort who can be mentioned. */
export type Participant = Nameable & { role: WriterRole };

/** A week in the list of discussions; `fresh` posts are others', since the reader last looked. */
export type ThreadStanding = { week: number; posts: number; fresh: number; latestAt: Temporal.Instant };

/** What is asked of a post before anything is done with it. */
export type PostFacts = { authorId: string; postedAt: Temporal.Instant; isRemoved: boolean };

/** yes: the words may change. late: it is the reader's own, and too old. no: it is not theirs, or it is gone. */
export function decideMending({ authorId, postedAt, isRemoved }: PostFacts, personId: string | null, now: Temporal.Instant): 'yes' | 'late' | 'no' {
  if (isRemoved || personId !== authorId) return 'no';
  return Temporal.Instant.compare(now, postedAt.add(mendingTime)) < 0 ? 'yes' : 'late';
}

/** own: an author takes back what is theirs, without a reason. faculty: somebody else's, with a reason that all can read. */
export function decideRemoval({ authorId, isRemoved }: PostFacts, personId: string | null, isFaculty: boolean): 'own' | 'faculty' | 'no' {
  if (isRemoved || personId === null) return 'no';
  if (personId === authorId) return 'own';
  return isFaculty ? 'faculty' : 'no';
}

/** Somebody who can be named in a post. */
export type Nameable = { personId: string; name: string | null; givenName: string | null };

/** Where a post names somebody: from the `@` to the end of the name. */
export type Naming = { from: number; to: number; personId: string };

/**
 * Finds `@Amara Okafor` and `@Amara` in a text. The longest name counts; one that two people share names nobody, because
 * it would be a guess: the form has a list to choose from.
 */
export function namings(text: string, people: readonly Nameable[]): Naming[] {
  const byName = new Map<string, Set<string>>();
  for (const { personId, name, givenName } of people) {
    for (const one of [name, givenName]) if (one) byName.set(one.toLowerCase(), (byName.get(one.toLowerCase()) ?? new Set()).add(personId));
  }
  const names = [...byName].toSorted(([a], [b]) => b.length - a.length);
  return [...text.matchAll(/(?<![\p{L}\p{N}.])@/gu)].flatMap(({ index: from }): Naming[] => {
    const found = names.find(([name]) => text.slice(from + 1, from + 1 + name.length).toLowerCase() === name && !/^[\p{L}\p{N}]/u.test(text.slice(from + 1 + name.length)));
    const [personId, ...others] = found?.[1] ?? [];
    return found && personId !== undefined && others.length === 0 ? [{ from, to: from + 1 + found[0].length, personId }] : [];
  });
}

/** Whom a post speaks to, and why. Somebody who is answered and mentioned too is told once, of the mention. */
export type Addressee = { personId: string; because: 'mention' | 'reply' };

/**
 * @param mentioned the people named in the text and chosen from the list
 * @param answered the author of the post that this one replies to
 */
export function addresseesOf({ authorId, mentioned, answered }: { authorId: string; mentioned: readonly string[]; answered: string | null }): Addressee[] {
  const named = [...new Set(mentioned)].filter((personId) => personId !== authorId);
  const isReplyToOther = answered !== null && answered !== authorId && !named.includes(answered);
  return [...named.map((personId): Addressee => ({ personId, because: 'mention' })), ...(isReplyToOther ? [{ personId: answered, because: 'reply' } as const] : [])];
}

export type PostPiece = TextPiece & { /** Whether it is `@` and somebody's name. */ isName: boolean };

/** A post for a template: text, links, and the names of those it mentions. All pieces joined are the text. */
export function postPieces(text: string, mentioned: readonly Nameable[]): PostPiece[] {
  return linkPieces(text).flatMap((piece): PostPiece[] => {
    if (piece.href !== null) return [{ ...piece, isName: false }];
    let end = 0;
    const pieces = namings(piece.text, mentioned).flatMap(({ from, to }): PostPiece[] => {
      const both = [{ text: piece.text.slice(end, from), href: null, isName: false }, { text: piece.text.slice(from, to), href: null, isName: true }];
      end = to;
      return both;
    });
    return [...pieces, { text: piece.text.slice(end), href: null, isName: false }].filter(({ text: words }) => words !== '');
  });
}
