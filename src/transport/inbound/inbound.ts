import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { MINUTE_MS, SECOND_MS } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { HEAD_BYTES, holdsHeaders, isAutomatic } from './automatic-mail.ts';
import { firstBytes, listen, refusal } from './smtp-listener.ts';

export interface Inbound {
  readonly port: number;
  close(): Promise<void>;
}

export interface InboundOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Host name that we give ourselves. */
  readonly name: string;
  readonly log: Log;
  /** Time limit of one conversation, in milliseconds; five minutes by default. */
  readonly patienceMs?: number;
  /**
   * Reports whether such a mailbox exists. Anything not accepted here is refused: nothing is passed
   * on.
   */
  accepts(recipient: string): boolean;
  /**
   * Takes a mail that a person meant, once for each recipient. A failure has the sender's server
   * try again; `lost` refuses it for good, so that its writer learns that nothing was changed.
   */
  take(recipient: string): Promise<'left' | 'unknown' | 'lost'>;
}

const MOST_CONNECTIONS = 20;
const MOST_RECIPIENTS = 10;
const SILENCE_MS = 30 * SECOND_MS;
const CLOSE_MS = 5 * SECOND_MS;

/**
 * Listens for mail to addresses of our own. Nothing of a mail is kept: it is read, acted on, and
 * then answered.
 * @throws AppError PORT_IN_USE.
 */
export async function startInbound(options: InboundOptions): Promise<Inbound> {
  const server = new SMTPServer({
    name: options.name,
    banner: 'Broadsheet',
    // The operator's own server stands before this one, on this machine or in its network: TLS to the world is its task.
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    maxClients: MOST_CONNECTIONS,
    socketTimeout: SILENCE_MS,
    closeTimeout: CLOSE_MS,
    onRcptTo: ({ address }, session, callback) => callback(objection(address, session, options)),
    onData: (stream, session, callback) => {
      receive(stream, session, options).then(
        (answer) => (answer instanceof Error ? callback(answer) : callback(null, answer)),
        (error: unknown) => {
          options.log.error({ error: messageOf(error) }, 'A mail could not be taken; its server tries again');
          callback(refusal(451, '4.3.0 Not now: please try again later'));
        },
      );
    },
  });
  // Byte by byte, a client is never silent and never done.
  server.server.on('connection', (socket) => {
    const late = setTimeout(() => socket.destroy(), options.patienceMs ?? 5 * MINUTE_MS);
    socket.once('close', () => clearTimeout(late));
  });
  const port = await listen(server, options, {
    says: `Mail from readers cannot be listened for on ${options.host}, port ${options.port}`,
    hint: 'Another program has the port, or the address is not of this machine. Set INBOUND_PORT and INBOUND_HOST to others.',
  });
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

function objection(
  address: string,
  { envelope }: SMTPServerSession,
  { accepts }: InboundOptions,
): Error | null {
  if (!accepts(address))
    return refusal(550, '5.1.1 No such mailbox: use the address or the link in the mail');
  return envelope.rcptTo.length < MOST_RECIPIENTS ? null : refusal(452, '4.5.3 Too many recipients');
}

const LOST =
  '5.1.6 Nobody was unsubscribed: what this address was made for is not here any more. Please use the link in a newer mail';

async function receive(
  stream: SMTPServerDataStream,
  { envelope }: SMTPServerSession,
  { take }: InboundOptions,
): Promise<string | Error> {
  const raw = await firstBytes(stream, HEAD_BYTES);
  const from = envelope.mailFrom ? envelope.mailFrom.address : '';
  // Final, or its server would come again with it for days.
  if (!holdsHeaders(raw)) return refusal(552, '5.3.4 The headers of this mail are too long to be read');
  if (isAutomatic({ raw, from })) return '2.0.0 Nothing changed: nobody wrote this';
  const outcomes = [];
  for (const { address } of envelope.rcptTo) outcomes.push(await take(address));
  return outcomes.includes('lost') ? refusal(550, LOST) : '2.0.0 Done';
}
