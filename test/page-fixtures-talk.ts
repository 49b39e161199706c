// Examples of the pages of the journal and of the discussions; page-fixtures.ts shows them beside all others.
import type { Programme } from '../server/content/programme.ts';
import type { Participant, Post, WriterRole } from '../server/domain/discussion.ts';
import type { Entry } from '../server/domain/journal.ts';
import { mendingPage, removalPage, replyPage, threadPage, threadsPage } from '../server/features/discussion/pages.ts';
import type { DiscussionFacts, ThreadInput } from '../server/features/discussion/pages.ts';
import { entryPage, journalPage, sharedPage } from '../server/features/journal/pages.ts';
import type { Page, Role } from '../server/plugins/views.ts';

type Input = {
  at: (path: string) => string;
  now: Temporal.Instant;
  programme: Programme;
  cohort: { name: string; startsOn: Temporal.PlainDate; timeZone: string };
  longName: string;
};
type Shown = Record<string, { path: string; role: Role; page: Page }>;

const shown = (page: Page, path: string, role: Role = 'learner') => ({ path, role, page });
const longText = (longName: string) => `“${longName}” said it (see https://example.org/a?b=1&c=2, and https://example.org/${'a-very-long-path/'.repeat(8)}).\n\n<b>Not bold</b>\n${'Verbesserungsbegleitung'.repeat(12)}`;

/** Every page of the journal and of the discussions by a name for it. */
export function talkExamples(input: Input): Shown {
  return { ...journalExamples(input), ...discussionExamples(input) };
}

function journalExamples({ at, now, programme, cohort, longName }: Input): Shown {
  const facts = { at, cohort, programme, mark: '0123456789abcdef' };
  const week = programme.weeks[1]!;
  const entry = (change: Partial<Entry> = {}): Entry => ({ text: longText(longName), version: 3, savedAt: now, sharedAt: null, ...change });
  const readers = [{ name: 'Eleanor Whitfield', role: 'faculty' as const }, { name: longName, role: 'assistant' as const }, { name: null, role: 'assistant' as const }];
  const shared = { at, cohort, programme, total: 0, page: 1 };
  return {
    'journal': shown(journalPage({ facts, mayOpen: (number) => number < 6, entries: new Map([[1, entry({ text: 'Short, and mine.' })], [2, entry({ sharedAt: now })]]) }), '/journal'),
    'journal-entry-new': shown(entryPage({ facts, week, entry: null, readers: [] }), '/journal/weeks/2'),
    'journal-entry': shown(entryPage({ facts, week, entry: entry(), readers }), '/journal/weeks/2'),
    'journal-entry-shared': shown(entryPage({ facts, week, entry: entry({ sharedAt: now }), readers }), '/journal/weeks/2'),
    'journal-entry-changed': shown(entryPage({ facts, week, entry: entry(), readers, refused: { typed: 'Mine', because: 'changed' } }), '/journal/weeks/2'),
    'journal-entry-too-long': shown(entryPage({ facts: { ...facts, mark: null }, week, entry: null, readers, refused: { typed: 'x'.repeat(20_001), because: 'too-long' } }), '/journal/weeks/2'),
    'journal-shared-none': shown(sharedPage({ ...shared, entries: [] }), '/journal/shared', 'faculty'),
    'journal-shared': shown(sharedPage({ ...shared, total: 45, page: 2, entries: [{ week: 2, name: longName, text: longText(longName), savedAt: now }, { week: 1, name: null, text: 'One line.', savedAt: now }] }), '/journal/shared', 'assistant'),
    'journal-shared-learner': shown(sharedPage({ ...shared, total: 2, learner: 'p1', entries: [3, 2].map((week) => ({ week, name: longName, text: longText(longName), savedAt: now })) }), '/journal/shared?learner=p1', 'faculty'),
    'journal-shared-beyond': shown(sharedPage({ ...shared, page: 9, entries: [] }), '/journal/shared', 'faculty'),
  };
}

function discussionExamples({ at, now, programme, cohort, longName }: Input): Shown {
  const week = programme.weeks[1]!;
  const facts = (role: WriterRole = 'learner', personId: string | null = 'p1'): DiscussionFacts => ({ at, now, cohort, programme, personId, role, mayWrite: personId !== null, mark: personId && '0123456789abcdef' });
  const participants: Participant[] = [
    { personId: 'p1', name: 'Amara Okafor', givenName: 'Amara', role: 'learner' }, { personId: 'p2', name: longName, givenName: null, role: 'learner' },
    { personId: 'p3', name: 'Eleanor Whitfield', givenName: 'Eleanor', role: 'faculty' }, { personId: 'p4', name: null, givenName: null, role: 'learner' },
    ...Array.from({ length: 12 }, (_none, index): Participant => ({ personId: `q${index}`, name: `Learner Number${index}`, givenName: 'Learner', role: 'learner' })),
  ];
  const post = (id: string, change: Partial<Post> = {}): Post => ({
    id, parentId: null, replyTo: null, authorId: 'p1', author: 'Amara Okafor', authorRole: 'learner', text: 'How small is a small test? @Eleanor, you said one patient.', postedAt: now.subtract({ minutes: 5 }), editedAt: null, removed: null, mentions: [], marks: [], ...change,
  });
  const first = post('a', { mentions: [participants[2]!], editedAt: now });
  const reply = post('b', { parentId: 'a', replyTo: 'Amara Okafor', authorId: 'p3', author: 'Eleanor Whitfield', authorRole: 'faculty', text: longText(longName), marks: ['answer', 'worth-reading'], mentions: [participants[0]!] });
  const posts = [
    first, reply, post('c', { parentId: 'a', replyTo: 'Amara Okafor', authorId: 'p4', author: null, text: 'One patient, one nurse, one morning.', postedAt: now.subtract({ hours: 50 }) }),
    post('d', { authorId: 'p2', author: longName, text: '', removed: { byAuthor: true, reason: null }, postedAt: now.subtract({ hours: 70 }) }),
    post('e', { authorId: 'p2', author: longName, text: '', removed: { byAuthor: false, reason: 'It told of a patient who could be recognised.' }, postedAt: now.subtract({ hours: 90 }) }),
  ];
  const input: ThreadInput = { facts: facts(), week, posts, total: posts.length, page: 1, readAt: now.subtract({ hours: 60 }), participants, key: 'k1' };
  const threads = new Map([[1, { week: 1, posts: 14, fresh: 0, latestAt: now.subtract({ hours: 200 }) }], [2, { week: 2, posts: 5, fresh: 2, latestAt: now }], [3, { week: 3, posts: 0, fresh: 0, latestAt: now }]]);
  const path = '/discussion/weeks/2';
  return {
    'discussion-list': shown(threadsPage({ facts: facts(), threads, mayOpen: (number) => number < 6 }), '/discussion'),
    'discussion-list-staff': shown(threadsPage({ facts: facts('faculty', 'p3'), threads: new Map(), mayOpen: () => true }), '/discussion', 'faculty'),
    'discussion': shown(threadPage(input), path),
    'discussion-faculty': shown(threadPage({ ...input, facts: facts('faculty', 'p3'), total: 120, page: 2 }), path, 'faculty'),
    'discussion-read-only': shown(threadPage({ ...input, facts: facts('administrator', null) }), path, 'administrator'),
    'discussion-empty': shown(threadPage({ ...input, posts: [], total: 0, readAt: null, isTest: true }), path),
    'discussion-beyond': shown(threadPage({ ...input, posts: [], total: 60, page: 9 }), path),
    'discussion-refused': shown(threadPage({ ...input, refused: { text: 'x'.repeat(5_001), chosen: ['p3'], because: 'too-long' } }), path),
    'discussion-reply': shown(replyPage({ facts: facts(), week, post: first, participants, key: 'k1' }), `${path}/posts/a/replies`),
    'discussion-reply-refused': shown(replyPage({ facts: facts(), week, post: first, participants, key: 'k1', refused: { text: '', chosen: [], because: 'empty' } }), `${path}/posts/a/replies`),
    'discussion-mending': shown(mendingPage({ facts: facts(), week, post: first, typed: first.text }), `${path}/posts/a/mending`),
    'discussion-mending-late': shown(mendingPage({ facts: facts(), week, post: first, typed: 'Other words', problem: 'late' }), `${path}/posts/a/mending`),
    'discussion-removal-own': shown(removalPage({ facts: facts(), week, post: first }), `${path}/posts/a/removal`),
    'discussion-removal-faculty': shown(removalPage({ facts: facts('faculty', 'p3'), week, post: posts[2]!, problem: 'empty' }), `${path}/posts/c/removal`, 'faculty'),
  };
}
