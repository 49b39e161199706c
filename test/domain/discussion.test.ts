import { expect } from 'chai';
import { describe, it } from 'mocha';
import { addresseesOf, decideMending, decideRemoval, longestPost, namings, postPieces, readPost } from '../../server/domain/discussion.ts';
import type { Nameable } from '../../server/domain/discussion.ts';
import { discussionNewsLines, discussionNewsWords } from '../../server/discussion-news.ts';

const now = Temporal.Instant.from('2026-05-11T08:00:00Z');
const people: Nameable[] = [
  { personId: 'amara', name: 'Amara Okonkwo', givenName: 'Amara' },
  { personId: 'ann', name: 'Ann', givenName: 'Ann' },
  { personId: 'annie', name: 'Ann Lee', givenName: 'Ann' },
  { personId: 'zsofia', name: 'Zsófia Þórðardóttir-O\'Brien', givenName: 'Zsófia' },
  { personId: 'twin-1', name: 'Sam Hill', givenName: 'Sam' },
  { personId: 'twin-2', name: 'Sam Hill', givenName: 'Sam' },
  { personId: 'nobody', name: null, givenName: null },
];

describe('a post', () => {
  const texts: [typed: string | undefined, text: string, problem: string | null][] = [
    [undefined, '', 'empty'], [' \n ', '', 'empty'], [' a\r\nb\0 ', 'a\nb', null],
    ['x'.repeat(longestPost), 'x'.repeat(longestPost), null], ['x'.repeat(longestPost + 1), 'x'.repeat(longestPost + 1), 'too-long'],
  ];
  for (const [typed, text, problem] of texts) it(`${JSON.stringify(typed)?.slice(0, 20)} (${typed?.length ?? 0}): ${problem ?? 'kept'}`, () => expect(readPost(typed)).to.deep.equal({ text, problem }));

  const names: [text: string, named: string[]][] = [
    ['@Amara, look', ['amara']], ['@amara okonkwo.', ['amara']], ['Ask @Zsófia Þórðardóttir-O\'Brien!', ['zsofia']],
    ['@Amaranth', []], ['mail a.b@amara.org', []], ['@Sam Hill and @Sam', []], ['@Ann Lee', ['annie']], ['@Ann', []], ['@null @', []], ['@Amara@Amara', ['amara']],
  ];
  for (const [text, named] of names) it(`${text}: names ${named.join(', ') || 'nobody'}`, () => expect([...new Set(namings(text, people).map(({ personId }) => personId))]).to.deep.equal(named));

  it('tells each person once, and never its author', () => {
    expect(addresseesOf({ authorId: 'a', mentioned: ['b', 'b', 'a'], answered: 'c' })).to.deep.equal([{ personId: 'b', because: 'mention' }, { personId: 'c', because: 'reply' }]);
    expect(addresseesOf({ authorId: 'a', mentioned: ['b'], answered: 'b' })).to.deep.equal([{ personId: 'b', because: 'mention' }]);
    expect(addresseesOf({ authorId: 'a', mentioned: [], answered: 'a' })).to.deep.equal([]);
  });

  it('is shown in pieces: text, names and links, no markup', () => {
    expect(postPieces('<i>@Amara</i> https://example.org', [people[0]!])).to.deep.equal([
      { text: '<i>', href: null, isName: false }, { text: '@Amara', href: null, isName: true }, { text: '</i> ', href: null, isName: false }, { text: 'https://example.org', href: 'https://example.org/', isName: false },
    ]);
  });

  const facts = { authorId: 'a', postedAt: now, isRemoved: false };
  const mendings: [who: string | null, minutes: number, isRemoved: boolean, decision: string][] = [['a', 0, false, 'yes'], ['a', 14, false, 'yes'], ['a', 15, false, 'late'], ['b', 0, false, 'no'], [null, 0, false, 'no'], ['a', 0, true, 'no']];
  for (const [who, minutes, isRemoved, decision] of mendings) it(`may be changed by ${who} after ${minutes} minutes${isRemoved ? ', removed' : ''}: ${decision}`, () => expect(decideMending({ ...facts, isRemoved }, who, now.add({ minutes }))).to.equal(decision));

  const removals: [who: string | null, isFaculty: boolean, isRemoved: boolean, decision: string][] = [['a', false, false, 'own'], ['a', true, false, 'own'], ['b', true, false, 'faculty'], ['b', false, false, 'no'], [null, true, false, 'no'], ['a', true, true, 'no']];
  for (const [who, isFaculty, isRemoved, decision] of removals) it(`may be removed by ${who}${isFaculty ? ' of faculty' : ''}${isRemoved ? ', removed' : ''}: ${decision}`, () => expect(decideRemoval({ ...facts, isRemoved }, who, isFaculty)).to.equal(decision));
});

describe('what is new in a discussion', () => {
  const news: [posts: number, mentions: number, replies: number, words: string][] = [
    [1, 0, 0, 'One new post in week 4'], [1, 1, 0, 'One new post in week 4, which mentions you'], [3, 1, 0, 'Three new posts in week 4, one mentions you'],
    [3, 2, 1, 'Three new posts in week 4, two mention you, one answers you'], [2, 2, 0, 'Two new posts in week 4, both mention you'], [3, 0, 3, 'Three new posts in week 4, all answer you'], [40, 0, 13, '40 new posts in week 4, 13 answer you'],
    [100, 0, 0, '100 new posts in week 4'], [101, 1, 0, 'More than 100 new posts in week 4, one mentions you'], [101, 101, 0, 'More than 100 new posts in week 4, 101 mention you'],
  ];
  for (const [posts, mentions, replies, words] of news) it(words, () => expect(discussionNewsWords({ week: 4, posts, mentions, replies })).to.equal(words));

  it('is told week by week, and of more than three weeks in one sentence', () => {
    const news = [1, 2, 3, 4].map((week) => ({ week, posts: 2, mentions: week === 2 ? 1 : 0, replies: 0 }));
    expect(discussionNewsLines(news.slice(0, 2))).to.deep.equal([{ words: 'Two new posts in week 1.', path: '/discussion/weeks/1' }, { words: 'Two new posts in week 2, one mentions you.', path: '/discussion/weeks/2' }]);
    expect(discussionNewsLines(news)).to.deep.equal([{ words: 'Eight new posts in the discussions of four weeks, one mentions you.', path: '/discussion' }]);
    expect(discussionNewsLines([])).to.deep.equal([]);
  });
});
