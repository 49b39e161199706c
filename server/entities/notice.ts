import { defineEntity, p } from '@mikro-orm/core';
import { PlatformRegistration } from './platform-registration.ts';
import { InstantType } from './temporal-types.ts';

/** A notice that a platform sent and that was heard, so that the same one is never acted on twice (Platform Notification Service). Written by features/notices. */
const NoticeSchema = defineEntity({
  name: 'Notice', tableName: 'notice',
  uniques: [{ properties: ['registration', 'nonce'] }],
  properties: {
    registration: () => p.manyToOne(PlatformRegistration).primary().deleteRule('cascade'),
    noticeId: p.string().length(255).primary(),
    nonce: p.string().length(255),
    type: p.string().length(100),
    receivedAt: p.type(InstantType),
    /** What came of it, a word of ours: `noted`, `copy-noted`, `copy-unknown-origin`, `ignored`. */
    outcome: p.string().length(100),
  },
});
export class Notice extends NoticeSchema.class {}
NoticeSchema.setClass(Notice);
