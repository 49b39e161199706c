import { defineEntity, p } from '@mikro-orm/core';
import { Cohort } from './cohort.ts';
import { Organisation } from './organisation.ts';
import { Person } from './person.ts';
import { InstantType } from './temporal-types.ts';

/**
 * One thing that somebody is told by mail, and what became of it: at once the outbox, the log, and what an administrator
 * reads where no mail server is set. This row is the truth; the queue only carries its id. Whoever hands it to the mail
 * server says so here first, and from there on nobody tries it again by itself. Written by mail-outbox.ts and features/mail.
 */
const MailSchema = defineEntity({
  name: 'Mail', tableName: 'mail',
  indexes: [
    { properties: ['organisation', 'queuedAt'] },
    // For the sweep that wakes rows whose job was lost.
    { name: 'mail_waiting_index', properties: ['queuedAt'], expression: `create index "mail_waiting_index" on "mail" ("queued_at") where "state" = 'waiting'` },
  ],
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    organisation: () => p.manyToOne(Organisation).deleteRule('restrict'),
    cohort: () => p.manyToOne(Cohort).index().deleteRule('restrict'),
    person: () => p.manyToOne(Person).index().deleteRule('restrict'),
    /** Who wrote it; null where the calendar did. No foreign key, as in the audit. */
    senderId: p.uuid().nullable(),
    kind: p.enum(['week-opened', 'due', 'nudge', 'reply', 'sign-in'] as const),
    /** What may be said once and not twice: such as one week's opening to one person. */
    onceKey: p.string().length(200).nullable().unique(),
    subject: p.string().length(255),
    paragraphs: p.array().runtimeType('string[]').columnType('text[]'),
    /** The page that it leads to, without a sign-in's prefix, and what its button says. */
    path: p.string().length(500),
    linkLabel: p.string().length(100),
    /** From when on it would be old news; null while it never is. */
    goodUntil: p.type(InstantType).nullable(),
    state: p.enum(['waiting', 'handed-over', 'sent', 'failed', 'suppressed'] as const).default('waiting'),
    /** Why it failed, was kept back, or waits still: a reason code. */
    reason: p.string().length(100).nullable(),
    /** The mail server's last answer, such as 550. */
    status: p.smallint().nullable(),
    attempts: p.integer().default(0),
    /** Where it went. */
    address: p.string().length(255).nullable(),
    /** Of the message that held it: the same however often it is sent, so that a second one is known for what it is. */
    messageId: p.string().length(255).nullable(),
    queuedAt: p.type(InstantType),
    handedOverAt: p.type(InstantType).nullable(),
    /** When it became sent, failed or suppressed. */
    settledAt: p.type(InstantType).nullable(),
  },
});
export class Mail extends MailSchema.class {}
MailSchema.setClass(Mail);
