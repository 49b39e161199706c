// How a mail stands, as people read it, and what the log shows of one.
import type { MailKind } from './mail-timing.ts';

/** unknown: it was handed to the mail server, and whether it went nobody saw. suppressed: it was kept and not sent. */
export type MailState = 'waiting' | 'under-way' | 'unknown' | 'sent' | 'failed' | 'suppressed';

/** A mail that was handed over so long ago is under way no more: its process has died, or the server never answered. */
export const unknownAfterSeconds = 120;

/** What the log is looked at by. */
export const mailGroups = ['all', 'waiting', 'sent', 'unknown', 'failed', 'kept'] as const;
export type MailGroup = (typeof mailGroups)[number];
export const mailsAPage = 50;

export type ListedMail = {
  id: string;
  kind: MailKind | 'sign-in';
  subject: string;
  recipient: string | null;
  /** Where it went, or while it has gone nowhere, where it would go. */
  address: string | null;
  cohortName: string;
  organisationName: string;
  state: MailState;
  /** A reason code, and the mail server's own number. */
  reason: string | null;
  status: number | null;
  queuedAt: Temporal.Instant;
  handedOverAt: Temporal.Instant | null;
  settledAt: Temporal.Instant | null;
};

/** Whether somebody may have it sent again: what waits goes by itself, and a link to sign in is asked for anew. */
export function maySendAgain({ kind, state }: Pick<ListedMail, 'kind' | 'state'>): boolean {
  return kind !== 'sign-in' && (state === 'unknown' || state === 'failed' || state === 'suppressed');
}
