import { connect } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { CaughtMails } from './caught-mails.ts';
import { firstBytes, listen, refusal } from './smtp-listener.ts';

/** The mail server of the rehearsal: takes every mail, keeps it, and passes nothing on. */
export interface Catcher {
  /** `smtp://127.0.0.1:<port>` */
  readonly url: string;
  close(): Promise<void>;
}

// Loopback and nothing else: a server that takes any mail from anyone must not be reachable.
const HOST = '127.0.0.1';
const BANNER = 'Broadsheet rehearsal';
const MAX_MAIL_BYTES = 10 * 1024 * 1024;
const BANNER_TIMEOUT_MS = 1_500;

/**
 * Next to the web server's port, so that two rehearsals with different ports do not share a
 * catcher.
 */
const PORT_OFFSET = 25;

/**
 * Returns the catcher that belongs to a web server's port: one that runs already, or a new one.
 * Closing ends only a new one.
 */
export async function joinCatcher(
  webPort: number,
  options: { readonly caught: CaughtMails; readonly clock: Clock },
): Promise<Catcher> {
  const port = webPort === 0 ? 0 : webPort + PORT_OFFSET;
  if (port !== 0 && (await isOurCatcher(port)))
    return { url: `smtp://${HOST}:${port}`, close: async () => undefined };
  return startCatcher({ ...options, port }).catch(() => startCatcher({ ...options, port: 0 }));
}

/**
 * Starts the catcher.
 * @param options.port 0 for any that is free.
 * @throws AppError PORT_IN_USE when somebody else listens there.
 */
export async function startCatcher(options: {
  port: number;
  caught: CaughtMails;
  clock: Clock;
}): Promise<Catcher> {
  const server = new SMTPServer({
    banner: BANNER,
    name: 'localhost',
    size: MAX_MAIL_BYTES,
    authOptional: true,
    // Nothing leaves the machine, so there is nothing for TLS to protect; a certificate would only have to be trusted.
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onAuth: (auth, _session, callback) => callback(null, { user: auth.username ?? 'anyone' }),
    onData: (stream, session, callback) => {
      keep(stream, session, options).then(
        (id) => callback(null, `kept as ${id}`),
        (error: unknown) => callback(error instanceof Error ? error : new Error(messageOf(error))),
      );
    },
  });
  const port = await listen(
    server,
    { host: HOST, port: options.port },
    {
      says: `The rehearsal's mail catcher cannot listen on port ${options.port}`,
      hint: 'Another program has the port. Stop it, or set SMTP_URL to a mail server of your own.',
    },
  );
  return {
    url: `smtp://${HOST}:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/**
 * Reports whether the server on this port is a Broadsheet catcher, of this process or of another.
 */
export function isOurCatcher(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port });
    let greeting = '';
    const answer = (ours: boolean) => {
      socket.destroy();
      resolve(ours);
    };
    socket.setTimeout(BANNER_TIMEOUT_MS, () => answer(false));
    socket.on('error', () => answer(false));
    socket.on('end', () => answer(false));
    socket.on('data', (chunk) => {
      greeting += chunk.toString('latin1');
      if (greeting.includes('\n')) answer(/^220[ -]/.test(greeting) && greeting.includes(BANNER));
    });
  });
}

async function keep(
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  { caught, clock }: { caught: CaughtMails; clock: Clock },
): Promise<string> {
  const raw = await firstBytes(stream, MAX_MAIL_BYTES);
  if (stream.sizeExceeded) throw refusal(552, `The rehearsal takes mails of at most ${MAX_MAIL_BYTES} bytes`);
  const { mailFrom, rcptTo } = session.envelope;
  const from = mailFrom ? mailFrom.address : '';
  // The file is there before the 250 goes out: "accepted" is as true here as it is with a real relay.
  return caught.save(raw, { from, to: rcptTo.map((to) => to.address), receivedAt: clock.now() });
}
