// A letter from what one or several mails say: whom it greets, who writes and why, and how to stop it.
import type { LearnerPace } from '../../domain/attention.ts';
import type { MailKind } from '../../domain/mail-timing.ts';
import { createLetterEngine } from '../../plugins/letters.ts';
import type { Sealing } from '../../sealing.ts';
import { openToken, signInToken, unsubscriptionToken } from './links.ts';

export type LetterItem = { id: string; kind: MailKind | 'sign-in'; subject: string; paragraphs: string[]; linkLabel: string };

export type LetterInput = {
  /** In the order in which they are read. More than one makes a digest. */
  items: readonly [LetterItem, ...LetterItem[]];
  person: { id: string; name: string | null; givenName: string | null };
  cohortName: string;
  organisation: { name: string; help: { telephone: string; days: string; hours: string } | null };
  publicUrl: string;
  /** Null writes a letter for somebody else's eyes: its links open nothing and stop nothing. */
  sealing: Sealing | null;
};

/** A learner to whom staff may write, and what they wrote before, the newest first. */
export type NudgedLearner = {
  personId: string;
  name: string | null;
  hasAddress: boolean;
  /** Whether they want such mail. */
  isWelcome: boolean;
  /** What their calendar has of its own. */
  pace: LearnerPace | null;
  before: { at: Temporal.Instant; senderName: string | null; paragraphs: string[] }[];
};

/** What people know a kind of mail by, in a sentence: "stop …". */
export const kindNames: Record<MailKind, string> = {
  'week-opened': 'mails about a week that opens',
  'due': 'reminders of what is still to do',
  'nudge': 'messages from your faculty',
  'reply': 'mails about replies to you',
};

const engine = createLetterEngine();

/** The words of a letter. `unsubscribeUrl` is null where there is nothing to stop: a link to sign in was asked for. */
export function writeLetter(input: LetterInput): { subject: string; text: string; html: string; unsubscribeUrl: string | null } {
  const { items, person, cohortName, organisation, publicUrl, sealing } = input;
  const [first] = items;
  const isDigest = items.length > 1;
  const isAsked = first.kind === 'sign-in';
  const tokenOf = (make: (sealing: Sealing) => string): string => (sealing ? make(sealing) : 'not-shown');
  const hrefOf = ({ id, kind }: LetterItem): string => (kind === 'sign-in'
    ? `${publicUrl}/mail/sign-in/${tokenOf((key) => signInToken(key, id))}`
    : `${publicUrl}/mail/open/${tokenOf((key) => openToken(key, id))}`);
  const stopped = isDigest || first.kind === 'sign-in' ? 'all' : first.kind;
  const unsubscribeUrl = isAsked ? null : `${publicUrl}/mail/unsubscription/${tokenOf((key) => unsubscriptionToken(key, person.id, stopped))}`;
  const stopWords = stopped === 'all' ? 'all of these mails' : kindNames[stopped];
  const subject = isDigest ? `Coachline today: ${items.length} messages` : first.subject;
  const { help } = organisation;
  const written = engine('letter', {
    subject,
    heading: isDigest ? 'What is new today' : first.subject,
    kicker: cohortName,
    preview: isDigest ? items.map((item) => item.subject).join(' · ') : (first.paragraphs[0] ?? first.subject),
    greeting: greeting(person),
    items: items.map((item) => ({ heading: item.subject, paragraphs: item.paragraphs, linkLabel: item.linkLabel, href: hrefOf(item) })),
    help: help && `${help.telephone}, ${help.days}, ${help.hours}`,
    because: isAsked ? 'Somebody, probably you, asked for this link. If it was not you, you need do nothing: it ends by itself.' : `Nobody reads answers to this address: answer in your course. You get this because you take part in ${cohortName} at ${organisation.name}.`,
    preferences: `${publicUrl}/mail/open/${tokenOf((key) => openToken(key, first.id))}?to=preferences`,
    stop: unsubscribeUrl === null ? null : { href: unsubscribeUrl, label: `Stop ${stopWords}`, inSentence: `stop ${stopWords}` },
  });
  return { subject, ...written, unsubscribeUrl };
}

function greeting({ name, givenName }: LetterInput['person']): string {
  const called = givenName ?? name;
  return called === null ? 'Hello,' : `Hello ${called.replace(/\s+/g, ' ').trim()},`;
}
