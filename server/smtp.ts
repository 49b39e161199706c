// Hands letters to the mail server. What matters is how far it got: a letter that the server may have taken is never
// handed over again, one that it refused may be. So the steps are taken one by one, on nodemailer's own connection.
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';

/** Where mail goes and whom it is from. The address may hold a password: it is never printed. */
export type SmtpSettings = { url: string; from: string };

export type Letter = {
  to: { name: string; address: string };
  subject: string;
  text: string;
  html: string;
  /** Without its angle brackets. The same letter keeps it, however often it is handed over. */
  messageId: string;
  /** RFC 8058: an address that stops such mail by one POST; null for what somebody asked for. */
  unsubscribeUrl: string | null;
  /** When it was said, for the Date header. */
  date: Temporal.Instant;
};

/**
 * sent: the server took it. refused: it said no, for good. later: it said not now, or was not reached, and has taken
 * nothing. unknown: the connection was lost after it was given the letter. `status` is its own code, such as 550.
 */
export type HandedOver =
  | { outcome: 'sent' }
  | { outcome: 'refused' | 'later'; reason: 'smtp.unreachable' | 'smtp.sign_in' | 'smtp.refused' | 'smtp.busy' | 'smtp.unwritable'; status?: number }
  | { outcome: 'unknown' };

export type Mailer = {
  send: (letter: Letter) => Promise<HandedOver>;
  /** Ends the connections that are kept. */
  close: () => void;
};

const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000, dnsTimeout: 10_000 };
/** Connections kept between letters, and for how long: to greet and sign in anew costs more than the letter. */
const mostKept = 4;
const keptMs = 5_000;

type SmtpError = Error & { responseCode?: number };

/** Connects when there is something to send, and never in between. */
export function createMailer({ url, from }: SmtpSettings): Mailer {
  const { server, auth } = readUrl(url);
  const kept = new Set<SMTPConnection>();
  return { send, close: () => { for (const connection of kept) connection.quit(); kept.clear(); } };

  async function send(letter: Letter): Promise<HandedOver> {
    let message;
    try {
      message = await compose(letter, from);
    } catch {
      return { outcome: 'refused', reason: 'smtp.unwritable' };
    }
    let connection: SMTPConnection;
    try {
      connection = await keptConnection() ?? await connect();
    } catch (error) {
      // Nothing was handed over yet, so whatever it was, another try does no harm.
      const status = (error as SmtpError).responseCode;
      return { outcome: 'later', reason: (error as { step?: string }).step === 'sign-in' ? 'smtp.sign_in' : 'smtp.unreachable', ...(status !== undefined && { status }) };
    }
    try {
      await new Promise<void>((resolve, reject) => {
        connection.once('error', reject);
        connection.once('end', () => { reject(new Error('the connection ended')); });
        connection.send(message.envelope, message.raw, (error) => { if (error) reject(error); else resolve(); });
      });
      keep(connection);
      return { outcome: 'sent' };
    } catch (error) {
      connection.close();
      const status = (error as SmtpError).responseCode;
      // Without an answer nobody knows whether it was taken. With one, it was not.
      if (status === undefined || status < 400) return { outcome: 'unknown' };
      return status < 500 ? { outcome: 'later', reason: 'smtp.busy', status } : { outcome: 'refused', reason: 'smtp.refused', status };
    }
  }

  async function connect(): Promise<SMTPConnection> {
    const connection = new SMTPConnection({ ...server, ...timeouts, logger: false });
    // Errors are answers to somebody's question; without a listener a late one would end the process.
    connection.on('error', () => { kept.delete(connection); });
    connection.on('end', () => { kept.delete(connection); });
    await settled(connection, (done) => { connection.connect(done); });
    // A server on the same machine may know no sign-in at all, and takes the letter as it is.
    if (auth && connection.allowsAuth) {
      try {
        await settled(connection, (done) => { connection.login(auth, done); });
      } catch (error) {
        connection.close();
        throw Object.assign(error as Error, { step: 'sign-in' });
      }
    }
    return connection;
  }

  /** One that is open still, and says so. */
  async function keptConnection(): Promise<SMTPConnection | null> {
    for (const connection of kept) {
      kept.delete(connection);
      try {
        await settled(connection, (done) => { connection.reset(done); });
        return connection;
      } catch {
        connection.close();
      }
    }
    return null;
  }

  function keep(connection: SMTPConnection): void {
    connection.removeAllListeners();
    connection.on('error', () => { kept.delete(connection); });
    connection.on('end', () => { kept.delete(connection); });
    if (kept.size >= mostKept) {
      connection.quit();
      return;
    }
    kept.add(connection);
    setTimeout(() => { if (kept.delete(connection)) connection.quit(); }, keptMs).unref();
  }
}

/** One step of a connection: its own answer, or the error or end that came instead. */
function settled(connection: SMTPConnection, step: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.once('end', () => { reject(new Error('the connection ended')); });
    step((error) => { if (error) reject(error); else resolve(); });
  });
}

/**
 * The message as bytes, and its envelope. Names and subjects come from people: they are given as parts, which the
 * composer encodes, and it may read no file and no address to do so.
 */
async function compose({ to, subject, text, html, messageId, unsubscribeUrl, date }: Letter, from: string) {
  const node = new MailComposer({
    from, to, subject, text, html, messageId: `<${messageId}>`, date: new Date(date.epochMilliseconds), disableFileAccess: true, disableUrlAccess: true,
    headers: {
      // RFC 3834, section 5: nobody's holiday answer is wanted.
      'Auto-Submitted': 'auto-generated',
      ...(unsubscribeUrl !== null && { 'List-Unsubscribe': { prepared: true, value: `<${unsubscribeUrl}>` }, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
    },
  }).compile();
  const { from: sender, to: recipients } = node.getEnvelope();
  return { envelope: { from: sender, to: recipients }, raw: await node.build() };
}

/** `smtp://` speaks plainly and turns to TLS where the server offers it, `smtps://` begins with it. */
function readUrl(address: string) {
  const url = new URL(address);
  const secure = url.protocol === 'smtps:';
  const user = decodeURIComponent(url.username);
  return {
    server: { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? (secure ? 465 : 587) : Number(url.port), secure },
    auth: user === '' ? null : { user, credentials: { user, pass: decodeURIComponent(url.password) } },
  };
}
