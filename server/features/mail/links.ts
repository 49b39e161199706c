// Addresses that stand in mails. A token is an id, sealed under SECRET_KEY: nobody can guess or make one, each kind opens
// for its own purpose alone, and the database holds nothing that could be stolen.
import type { MailKind } from '../../domain/mail-timing.ts';
import { mailKinds } from '../../domain/mail-timing.ts';
import { rowId } from '../../domain/row-id.ts';
import type { Sealing } from '../../sealing.ts';

/** What one press stops: mail of one kind, or all of it. */
export type Stoppable = MailKind | 'all';

const purposes = { open: 'mail link', unsubscription: 'mail unsubscription', signIn: 'mail sign-in' } as const;
const isRowId = new RegExp(rowId);

/** `/mail/open/…`: the page that a mail speaks of. Opens nothing to whoever has no sign-in. */
export function openToken(sealing: Sealing, mailId: string): string {
  return seal(sealing, mailId, purposes.open);
}

/** `/mail/unsubscription/…`: stops such mail for one person. */
export function unsubscriptionToken(sealing: Sealing, personId: string, what: Stoppable): string {
  return seal(sealing, `${personId} ${what}`, purposes.unsubscription);
}

/** `/mail/sign-in/…`: good once, and not for long, which its row says. */
export function signInToken(sealing: Sealing, mailId: string): string {
  return seal(sealing, mailId, purposes.signIn);
}

/** The mail whose link this is, or null where it is none of ours. */
export function readOpenToken(sealing: Sealing, token: string): string | null {
  return readId(sealing, token, purposes.open);
}

/** The mail that asked to sign in, or null where the token is none of ours. */
export function readSignInToken(sealing: Sealing, token: string): string | null {
  return readId(sealing, token, purposes.signIn);
}

/** Who wants no more of what; null where the token is none of ours. */
export function readUnsubscriptionToken(sealing: Sealing, token: string): { personId: string; what: Stoppable } | null {
  const [personId = '', word = ''] = (open(sealing, token, purposes.unsubscription) ?? '').split(' ');
  const what = word === 'all' ? word : mailKinds.find((kind) => kind === word);
  return what !== undefined && isRowId.test(personId) ? { personId, what } : null;
}

function readId(sealing: Sealing, token: string, purpose: string): string | null {
  const id = open(sealing, token, purpose);
  return id !== null && isRowId.test(id) ? id : null;
}

function seal(sealing: Sealing, text: string, purpose: string): string {
  return sealing.seal(text, purpose).toString('base64url');
}

function open(sealing: Sealing, token: string, purpose: string): string | null {
  try {
    return sealing.open(Buffer.from(token, 'base64url'), purpose);
  } catch {
    return null;
  }
}
