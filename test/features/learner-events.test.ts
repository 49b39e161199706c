import { expect } from 'chai';
import { describe, it } from 'mocha';
import { eventLine } from '../../server/features/learners/events.ts';
import type { EventPlace, LearnerEvent } from '../../server/features/learners/events.ts';

const at = Temporal.Instant.from('2026-05-11T08:00:00Z');
const place = (change: Partial<EventPlace> = {}): EventPlace => ({ at: (path) => `/in/x${path}`, personId: 'p1', isHere: true, reader: 'faculty', workshops: new Map(), assignments: new Map([['charter', { week: 1, key: 'charter', title: 'Charter' }]]), ...change });
const mail = (kind: Extract<LearnerEvent, { kind: 'mail' }>['mail']): LearnerEvent => ({ at, kind: 'mail', mailId: 'm1', mail: kind, subject: 'S', state: 'sent' });
const post = (words: string): LearnerEvent => ({ at, kind: 'post', postId: 'd1', week: 2, isReply: false, words });

describe('an event of a learner’s page', () => {
  it('leads to a mail only where the reader has a page for it', () => {
    const cases: [LearnerEvent, Partial<EventPlace>, string | null][] = [
      [mail('nudge'), {}, '/in/x/mail/nudges/p1'],
      [mail('nudge'), { reader: 'assistant' }, '/in/x/mail/nudges/p1'],
      [mail('nudge'), { isHere: false }, null],
      [mail('due'), {}, null],
      [mail('due'), { reader: 'administrator', isHere: false }, '/in/x/admin/mail/m1'],
    ];
    for (const [event, change, href] of cases) expect(eventLine(event, place(change)).href, JSON.stringify(change)).to.equal(href);
  });

  it('quotes the first words on one line, to the end of a word, and nothing of what was taken away', () => {
    const quote = (words: string) => eventLine(post(words), place()).quote;
    expect(quote(' One\r\n\n two\t')).to.equal('One two');
    expect(quote('Word '.repeat(40))).to.match(/^(Word )+Word…$/).and.have.length.below(165);
    expect(quote('x'.repeat(240)), 'one long word').to.equal(`${'x'.repeat(160)}…`);
    expect(quote(`${'x'.repeat(159)}👩‍⚕️${'y'.repeat(90)}`), 'no half of a letter').to.satisfy((text: string) => text.isWellFormed());
    expect(quote(`A${' '.repeat(239)}`), 'there was more').to.match(/^A?…$/);
    expect(eventLine({ at, kind: 'post', postId: 'd1', week: 2, isReply: true, words: null }, place())).to.deep.include({ quote: null, words: 'Reply in the discussion of week 2, taken away by faculty' });
  });

  it('tells of an assignment, also of one that the material no longer has', () => {
    const done = (assignment: string): LearnerEvent => ({ at, kind: 'assignment', assignment, words: 'We met.' });
    expect(eventLine(done('charter'), place())).to.deep.equal({ point: 'done', words: 'Assignment of week 1 done: Charter', href: '/in/x/assignments/of/p1', quote: 'We met.' });
    expect(eventLine(done('gone'), place())).to.deep.include({ words: 'An assignment done', href: null });
  });

  it('says by whom, where there is a name', () => {
    const decided = (by: string | null): LearnerEvent => ({ at, kind: 'eligibility', step: 'returned', by, words: 'Who is the sponsor?' });
    expect(eventLine(decided('Dr Eleanor Whitfield'), place())).to.deep.equal({ point: 'attention', words: 'Eligibility form returned, by Dr Eleanor Whitfield', href: '/in/x/eligibility/forms/p1', quote: 'Who is the sponsor?' });
    expect(eventLine(decided(null), place()).words).to.equal('Eligibility form returned');
  });
});
