import { Type } from 'typebox';
import { mailGroups } from '../../domain/mail-log.ts';
import { rowId } from '../../domain/row-id.ts';

export const TokenParams = Type.Object({ token: Type.String({ pattern: '^[\\w-]{20,180}$' }) });
export const OpenQuery = Type.Object({ to: Type.Optional(Type.Literal('preferences')), notice: Type.Optional(Type.Literal('asked')) });
export const UnsubscriptionQuery = Type.Object({ notice: Type.Optional(Type.Literal('stopped')) });
/** RFC 8058, section 3.1: what a mail program posts; our own page posts nothing. */
export const UnsubscriptionForm = Type.Object({ 'List-Unsubscribe': Type.Optional(Type.String()) });

// Everything is optional here because the page says in words what is missing, beside what was typed.
export const PreferencesForm = Type.Object({
  kinds: Type.Optional(Type.Array(Type.String())),
  pace: Type.Optional(Type.String()),
  timeZone: Type.Optional(Type.String()),
  quietFrom: Type.Optional(Type.String()),
  quietUntil: Type.Optional(Type.String()),
});
export const PreferencesQuery = Type.Object({ notice: Type.Optional(Type.Literal('saved')) });

export const PersonParams = Type.Object({ person: Type.String({ pattern: rowId }) });
export const NudgeForm = Type.Object({ message: Type.Optional(Type.String()) });
export const NudgeQuery = Type.Object({ notice: Type.Optional(Type.Literal('queued')) });

export const MailQuery = Type.Object({
  group: Type.Union(mailGroups.map((group) => Type.Literal(group)), { default: 'all' }),
  page: Type.Integer({ minimum: 1, maximum: 100_000, default: 1 }),
  notice: Type.Optional(Type.Literal('saved')),
});
export const MailParams = Type.Object({ mail: Type.String({ pattern: rowId }) });
export const OneMailQuery = Type.Object({ notice: Type.Optional(Type.Literal('again')) });
export const SettingForm = Type.Object({ signInLinks: Type.Optional(Type.Literal('on')) });
