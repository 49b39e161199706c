// How a mail stands, in words, for the log and for the pages that only mention a mail.
import type { MailState } from './domain/mail-log.ts';

export const mailStateWords: Record<MailState, { point: 'done' | 'part' | 'attention' | 'open'; words: string }> = {
  'waiting': { point: 'open', words: 'Waiting' },
  'under-way': { point: 'part', words: 'On its way' },
  'unknown': { point: 'attention', words: 'Not known' },
  'sent': { point: 'done', words: 'Sent' },
  'failed': { point: 'attention', words: 'Failed' },
  'suppressed': { point: 'open', words: 'Kept, not sent' },
};
