// The discussions of a cohort, from posts to what their templates print. Nothing that anybody wrote is markup.
import type { Programme, ProgrammeWeek } from '../../content/programme.ts';
import { decideMending, decideRemoval, longestPost, longestReason, postMarks, postPieces, postsPerPage } from '../../domain/discussion.ts';
import type { Participant, Post, PostMark, PostProblem, ThreadStanding, WriterRole } from '../../domain/discussion.ts';
import { clockTime, list, longDate, plural, sentence, zoneName } from '../../format.ts';
import type { English } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';

export type DiscussionFacts = {
  at: (path: string) => string;
  english?: English;
  now: Temporal.Instant;
  cohort: { name: string; timeZone: string };
  programme: Programme;
  /** The reader's own person; null where nothing is kept of them. */
  personId: string | null;
  role: WriterRole;
  /** Whether the forms are there. A test learner has them, and nothing is kept. */
  mayWrite: boolean;
  /** Under which the reader's browser keeps what it could not send; null where nothing is kept of them. */
  mark?: string | null;
};

/** `GET /discussion`: every week and what is said in it. */
export function threadsPage({ facts, threads, mayOpen }: { facts: DiscussionFacts; threads: ReadonlyMap<number, ThreadStanding>; mayOpen: (week: number) => boolean }) {
  const { at, programme } = facts;
  return {
    template: 'discussion/threads',
    data: {
      title: 'Discussion',
      kicker: `${programme.title}, ${facts.cohort.name}`,
      kept: keptOf(facts),
      shared: facts.role === 'faculty' || facts.role === 'assistant' ? at('/journal/shared') : null,
      weeks: programme.weeks.map(({ number, title }) => {
        const standing = threads.get(number);
        const isOpen = mayOpen(number);
        const isSpoken = standing !== undefined && standing.posts > 0;
        const fresh = isOpen && isSpoken && standing.fresh > 0 ? sentence(plural(standing.fresh, 'new post')) : null;
        return {
          href: isOpen ? at(`/discussion/weeks/${number}`) : null,
          label: `Week ${number}: ${title}`,
          line: !isOpen ? 'Opens with the week' : isSpoken ? `${sentence(plural(standing.posts, 'post'))}, the last ${moment(facts, standing.latestAt)}` : 'Nobody has written yet',
          state: !isOpen ? { point: 'locked', words: 'Locked' } : !isSpoken ? null : fresh ? { point: 'current', words: fresh } : { point: 'done', words: 'Nothing new' },
        };
      }),
    },
  } satisfies Page;
}

/** What a form of a post held when it was refused, and why: see `formProblem`. */
export type RefusedPost = { text: string; chosen: readonly string[]; because: FormProblem };
export type FormProblem = PostProblem | 'other' | 'gone' | 'late';

export type ThreadInput = {
  facts: DiscussionFacts;
  week: ProgrammeWeek;
  posts: readonly Post[];
  total: number;
  /** From 1. */
  page: number;
  /** When the reader was here before; null at the first time. */
  readAt: Temporal.Instant | null;
  participants: readonly Participant[];
  /** Made anew for each form. */
  key: string;
  refused?: RefusedPost;
  /** A test learner posted, and nothing was kept. */
  isTest?: boolean;
};

/** `GET /discussion/weeks/N`: posts with their replies, the liveliest first, and a form for a new one. */
export function threadPage({ facts, week, posts, total, page, readAt, participants, key, refused, isTest = false }: ThreadInput) {
  const { at, mayWrite } = facts;
  const path = at(`/discussion/weeks/${week.number}`);
  const pages = Math.max(1, Math.ceil(total / postsPerPage));
  const address = (number: number) => (number === 1 ? path : `${path}?page=${number}`);
  return {
    template: 'discussion/thread',
    data: {
      ...headOf(facts, week),
      title: `Discussion, week ${week.number}`,
      isTest,
      kept: keptOf(facts),
      posts: posts.map((post) => postBlock({ facts, path, readAt, post })),
      form: mayWrite ? postForm({ facts, place: `weeks/${week.number}/posts`, label: `week ${week.number}`, key, participants, refused: refused ?? null }) : null,
      problems: problemsOf(refused ?? null),
      beyond: posts.length === 0 && page > 1 ? path : null,
      pager: pages === 1 || posts.length === 0 ? null : {
        words: `Page ${page} of ${pages}, ${total} posts`,
        previous: page > 1 ? address(page - 1) : null,
        following: page < pages ? address(page + 1) : null,
      },
    },
  } satisfies Page;
}

/** `GET /discussion/weeks/N/posts/ID/replies`: the post, and a form for a reply to it. */
export function replyPage({ facts, week, post, participants, key, refused }: { facts: DiscussionFacts; week: ProgrammeWeek; post: Post; participants: readonly Participant[]; key: string; refused?: RefusedPost }) {
  const path = facts.at(`/discussion/weeks/${week.number}`);
  return {
    template: 'discussion/reply',
    data: {
      ...headOf(facts, week),
      title: `Reply to ${post.author ?? nameless}`,
      back: { href: `${path}/posts/${post.id}`, label: `Discussion, week ${week.number}` },
      post: postBlock({ facts, path, readAt: null, post }),
      form: postForm({ facts, place: `weeks/${week.number}/posts/${post.id}/replies`, label: `your reply to ${post.author ?? nameless}, week ${week.number}`, key, participants, refused: refused ?? null }),
      problems: problemsOf(refused ?? null),
    },
  } satisfies Page;
}

/** `GET /discussion/weeks/N/posts/ID/mending`: the words of an own post, to change. @param problem why the form was refused */
export function mendingPage({ facts, week, post, typed, problem = null }: { facts: DiscussionFacts; week: ProgrammeWeek; post: Post; typed: string; problem?: FormProblem | null }) {
  const path = facts.at(`/discussion/weeks/${week.number}`);
  const text = problem && formProblem(problem, typed);
  return {
    template: 'discussion/mending',
    data: {
      ...headOf(facts, week),
      title: 'Change your post',
      back: { href: `${path}/posts/${post.id}`, label: `Discussion, week ${week.number}` },
      action: `${path}/posts/${post.id}/mending`,
      until: `You can change it until ${clock(facts, post.postedAt.add({ minutes: 15 }))}. Everybody then reads the new words, with a note that they were changed.`,
      value: typed,
      problem: text,
      problems: { heading: 'Not changed yet', items: text ? [{ href: '#text', text }] : [] },
    },
  } satisfies Page;
}

/** `GET /discussion/weeks/N/posts/ID/removal`: asks before a post is taken away; of faculty it wants a reason. */
export function removalPage({ facts, week, post, typed = '', problem = null }: { facts: DiscussionFacts; week: ProgrammeWeek; post: Post; typed?: string; problem?: 'empty' | 'too-long' | null }) {
  const path = facts.at(`/discussion/weeks/${week.number}`);
  const isOwn = post.authorId === facts.personId;
  const text = problem === null ? null : problem === 'empty' ? 'Say why, in a sentence: its author and everybody else will read it.' : `A reason holds ${longestReason} characters at most. This one has ${typed.length}.`;
  return {
    template: 'discussion/removal',
    data: {
      ...headOf(facts, week),
      title: isOwn ? 'Take back your post' : `Take away the post of ${post.author ?? nameless}`,
      back: { href: `${path}/posts/${post.id}`, label: `Discussion, week ${week.number}` },
      post: postBlock({ facts, path, readAt: null, post }),
      action: `${path}/posts/${post.id}/removal`,
      isOwn,
      value: typed,
      problem: text,
      problems: { heading: 'Not taken away yet', items: text ? [{ href: '#reason', text }] : [] },
    },
  } satisfies Page;
}

function headOf({ at, cohort, programme }: DiscussionFacts, week: ProgrammeWeek) {
  return {
    kicker: `${cohort.name}, week ${week.number} of ${programme.weeks.length}`,
    week: { href: at(`/weeks/${week.number}`), label: week.title },
    all: at('/discussion'),
  };
}

const nameless = 'somebody whose name the LMS withholds';
const markWords: Record<PostMark, string> = { 'answer': 'Answers it', 'worth-reading': 'Worth reading' };

/** One post or reply: who, when, its words in pieces, and what this reader can do with it. */
function postBlock({ facts, path, readAt, post }: { facts: DiscussionFacts; path: string; readAt: Temporal.Instant | null; post: Post }) {
  const { personId, role, now, mayWrite } = facts;
  const own = `${path}/posts/${post.id}`;
  const judged = { authorId: post.authorId, postedAt: post.postedAt, isRemoved: post.removed !== null };
  const removal = decideRemoval(judged, personId, role === 'faculty');
  const mayMark = mayWrite && personId !== null && (role === 'faculty' || role === 'assistant') && !post.removed;
  return {
    id: `post-${post.id}`,
    isReply: post.parentId !== null,
    // Said of every reply in words too, for those who do not see it indented.
    replyTo: post.parentId === null ? null : `replies to ${post.replyTo ?? nameless}`,
    author: sentence(post.author ?? nameless),
    role: post.authorRole === 'learner' ? null : post.authorRole,
    when: `${moment(facts, post.postedAt)}${post.editedAt ? ', changed later' : ''}`,
    isNew: readAt !== null && post.authorId !== personId && !post.removed && Temporal.Instant.compare(post.postedAt, readAt) > 0,
    removed: !post.removed ? null : post.removed.byAuthor ? 'Removed by its author.' : `Removed by faculty: ${post.removed.reason ?? ''}`,
    pieces: postPieces(post.text, post.mentions),
    mentions: post.removed || post.mentions.length === 0 ? null : `Mentions ${list(post.mentions.map(({ name, personId: id }) => (id === personId ? 'you' : (name ?? nameless))))}`,
    marks: post.removed ? [] : post.marks.map((mark) => ({ words: markWords[mark], point: mark === 'answer' ? 'done' : 'current' })),
    reply: mayWrite && post.parentId === null && !post.removed ? `${own}/replies` : null,
    mending: mayWrite && decideMending(judged, personId, now) === 'yes' ? `${own}/mending` : null,
    removal: mayWrite && removal !== 'no' ? { href: `${own}/removal`, label: removal === 'own' ? 'Take back' : 'Take away' } : null,
    marking: !mayMark ? [] : postMarks.map((mark) => {
      const isMarked = post.marks.includes(mark);
      return { action: `${own}/marks/${mark}${isMarked ? '/removal' : ''}`, label: isMarked ? `Not “${markWords[mark].toLowerCase()}” after all` : `Mark “${markWords[mark].toLowerCase()}”` };
    }),
  };
}

/** What a script needs to find and send what this browser keeps of the reader's posts. */
function keptOf({ at, mark = null }: DiscussionFacts) {
  return mark === null ? null : { mark, address: at('/discussion') };
}

/** @param place where it is sent, after `/discussion/`: the same in every sign-in. @param label how a page that only mentions it calls it */
function postForm({ facts, place, label, key, participants, refused }: { facts: DiscussionFacts; place: string; label: string; key: string; participants: readonly Participant[]; refused: RefusedPost | null }) {
  const { at, personId, mark = null } = facts;
  return {
    action: at(`/discussion/${place}`), key, mark, place, keptLabel: label,
    value: refused?.text ?? '',
    problem: refused && formProblem(refused.because, refused.text),
    people: participants.filter((one) => one.personId !== personId && one.name !== null).map(({ personId: id, name, givenName, role }) => ({ id, name: name ?? '', short: givenName ?? '', role: role === 'learner' ? '' : role, isChosen: refused?.chosen.includes(id) ?? false })),
    isOpen: (refused?.chosen.length ?? 0) > 0,
  };
}

function problemsOf(refused: RefusedPost | null) {
  return { heading: 'Not posted yet', items: refused ? [{ href: '#text', text: formProblem(refused.because, refused.text) }] : [] };
}

/** Why a form was refused; the script shows it too. */
export function formProblem(problem: FormProblem, text: string): string {
  switch (problem) {
    case 'empty': return 'There is nothing to post yet. Write something first.';
    case 'too-long': return `A post holds ${longestPost.toLocaleString('en-GB')} characters at most. This one has ${text.length.toLocaleString('en-GB')}: shorten it, or make two of it.`;
    case 'other': return 'This form has made a post already, with other words. Post again if you want these words to stand beside it.';
    case 'gone': return 'The post that you answer was taken away meanwhile. Your words are kept here: you can post them on their own.';
    case 'late': return 'Fifteen minutes have passed, so the post stays as it is. Your words are kept here: copy them, and reply to the post if others should read them.';
  }
}

/** "on Tuesday 12 May, 10:30 BST": in the zone of the cohort. */
function moment(facts: Pick<DiscussionFacts, 'cohort' | 'english'>, at: Temporal.Instant): string {
  return `on ${longDate(at.toZonedDateTimeISO(facts.cohort.timeZone), facts.english)}, ${clock(facts, at)}`;
}

function clock({ cohort, english }: Pick<DiscussionFacts, 'cohort' | 'english'>, at: Temporal.Instant): string {
  const there = at.toZonedDateTimeISO(cohort.timeZone);
  return `${clockTime(there, english)} ${zoneName(there)}`;
}
