// The one job that lasts: it works on every queue until it is told to stop.
import { workOnRoster } from '../features/rosters/actions.ts';
import { sendMail, wakeForgottenMail } from '../features/mail/actions.ts';
import { deliverScore, wakeForgottenScores } from '../features/scores/actions.ts';
import { createAccessTokens } from '../lti/access-tokens.ts';
import { createOutbound } from '../lti/outbound.ts';
import { createPlatformServices } from '../lti/services-http.ts';
import { registerNoticeHandlers, wakeForgottenNotices } from '../features/notices/actions.ts';
import { startQueueWork } from '../queues.ts';
import { createSealing } from '../sealing.ts';
import { createMailer } from '../smtp.ts';
import { signingKey } from '../tool-signing-key.ts';
import { runJob } from './run-job.ts';

/** How often rows that wait are looked for whose job was lost: it should never be, and the row is the truth. */
const sweepMs = 5 * 60_000;

await runJob(async ({ sql, clock, settings, cancelled, complain }) => {
  const { secretKey, allowLocalPlatforms: allowLocal } = settings;
  const sealing = createSealing(secretKey);
  const outbound = createOutbound({ allowLocal, userAgent: 'Coachline (LTI 1.3 tool)', maxBytes: 1024 * 1024 });
  const tokens = createAccessTokens({ outbound, signingKey: () => signingKey(sql, sealing, clock()), now: clock });
  const services = createPlatformServices({ outbound, tokens, allowLocal });

  const weekCounts = new Map<string, number>();
  const mailer = settings.smtp ? createMailer(settings.smtp) : null;

  const work = await startQueueWork(sql, { log: complain });
  work.drain({ queue: 'deliver-score', work: ({ scoreId }) => deliverScore({ sql, services, clock }, scoreId) });
  work.drain({ queue: 'register-notices', work: ({ deploymentId }) => registerNoticeHandlers({ sql, services }, deploymentId, `${settings.publicUrl}/lti/notices`, clock()) });
  work.drain({ queue: 'read-roster', work: ({ contextId }) => workOnRoster({ sql, services, clock, stopping: cancelled }, contextId) });
  work.drain({ queue: 'send-mail', work: ({ mailId }) => sendMail({ sql, mailer, sealing, clock, publicUrl: settings.publicUrl, weekCounts }, mailId) });

  const sweep = () => {
    void wakeForgottenScores({ sql, queues: work }, clock()).catch(complain);
    void wakeForgottenMail({ sql, queues: work }, clock()).catch(complain);
    void wakeForgottenNotices({ sql, queues: work }).catch(complain);
  };
  sweep();
  const sweeping = setInterval(sweep, sweepMs);
  // The word may have come while all this was being set up.
  if (!cancelled.aborted) await new Promise((resolve) => { cancelled.addEventListener('abort', resolve, { once: true }); });
  clearInterval(sweeping);
  await work.stop();
  mailer?.close();
  return 'the queues rest';
}, { lasting: true });
