// A mail server for tests and the bench: keeps what it is given and fails as it is told to.
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

export type Arrival = { messageId: string; to: string; raw: string };

export type MailServer = {
  /** For SMTP_URL. */
  url: string;
  /** Every letter that it was given whole, whatever it answered. */
  arrivals: Arrival[];
  /** busy: not now (451), by recipient. refuses: never (550). drops: takes the letter and hangs up without a word. slow: a moment for each. */
  behaviour: 'takes' | 'busy' | 'refuses' | 'drops' | 'slow';
  close: () => Promise<void>;
};

/** @param login wants this user and password; null wants none. @param port for one that comes back where it was */
export async function startMailServer({ login = null, port = 0 }: { login?: { user: string; password: string } | null; port?: number } = {}): Promise<MailServer> {
  const smtp = new SMTPServer({
    disabledCommands: login ? ['STARTTLS'] : ['STARTTLS', 'AUTH'],
    allowInsecureAuth: true, authOptional: login === null, logger: false,
    onAuth: ({ username, password }, _session, done) => {
      if (username === login?.user && password === login?.password) done(null, { user: username });
      else done(Object.assign(new Error('no'), { responseCode: 535 }));
    },
    onRcptTo: (_address, _session, done) => {
      if (server.behaviour === 'busy') done(Object.assign(new Error('come back later'), { responseCode: 451 }));
      else done();
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString();
        server.arrivals.push({ raw, messageId: /^Message-ID: <(.*)>/im.exec(raw)?.[1] ?? '', to: session.envelope.rcptTo[0]?.address ?? '' });
        if (server.behaviour === 'drops') dropAll();
        else if (server.behaviour === 'refuses') done(Object.assign(new Error('no such person'), { responseCode: 550 }));
        else if (server.behaviour === 'slow') setTimeout(done, 20);
        else done();
      });
    },
  });
  smtp.on('error', () => {});   // of clients that are killed
  const listening = smtp.listen(port, '127.0.0.1');
  await once(listening, 'listening');
  const credentials = login ? `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@` : '';
  const server: MailServer = {
    url: `smtp://${credentials}127.0.0.1:${(listening.address() as AddressInfo).port}`,
    arrivals: [],
    behaviour: 'takes',
    close: () => new Promise((resolve) => {
      smtp.close(() => resolve());
      dropAll();
    }),
  };
  return server;

  function dropAll(): void {
    for (const { _socket } of (smtp as unknown as { connections: Iterable<{ _socket: Socket }> }).connections) _socket.destroy();
  }
}
