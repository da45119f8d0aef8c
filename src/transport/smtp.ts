import { Readable } from 'node:stream';
import type { NodemailerError } from 'nodemailer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { type EmailAddress, needsUtf8 } from '../base/address.ts';
import { MINUTE_MS, SECOND_MS } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { oneLine, shorten } from '../base/one-line.ts';
import { type Phase, type Verdict, verdictOfReply, verdictOfSilence } from './reply.ts';

/** A complete message and where it goes. One recipient per transaction, so that every reply is about one reader. */
export interface Mail {
  readonly from: string;
  readonly to: EmailAddress;
  readonly raw: Buffer;
}

/** Makes the ledger's mark durable; false when the delivery is no longer ours and must not go out. */
export type Mark = () => Promise<boolean>;

export interface RelayConnection {
  /** Never throws: whatever happens on the line is a verdict. */
  send(mail: Mail, mark: Mark): Promise<Verdict>;
  /** False once the line is closed or in a state that a further message must not meet. */
  readonly usable: boolean;
  /** Whether mail may go to addresses with letters beyond ASCII before the @ (RFC 6531). */
  readonly takesUtf8: boolean;
  close(): void;
}

export type Connect = () => Promise<
  { ok: true; connection: RelayConnection } | { ok: false; reason: string }
>;

export interface Patience {
  /** For everything up to the first message, and for RSET between two. */
  readonly connectMs: number;
  /** For one message, from MAIL to the answer after the final dot, however lively the server is in between. */
  readonly messageMs: number;
}

const CRLF = Buffer.from('\r\n');
/** Another relay, or this one after an update, may do better: it says nothing against the reader. */
const NO_UTF8: Verdict = {
  outcome: 'rejected',
  fault: 'relay',
  phase: 'mail',
  reply:
    'nothing was sent: the address has letters beyond ASCII before the @, and the relay does not offer SMTPUTF8',
};
/** RFC 5321 §4.5.3.2.6 gives the server ten minutes after the final dot; one more for all that comes before. */
const PATIENCE: Patience = { connectMs: 30 * SECOND_MS, messageMs: 11 * MINUTE_MS };

/**
 * Connections to one relay, `smtp://user:password@host:port` or `smtps://…`. With `?tls=required` nothing is said
 * before STARTTLS, and so with a password for any relay but this machine's; else STARTTLS is used where it is offered.
 * @param name what we call ourselves in EHLO; else this machine's name.
 */
export function relayAt(url: string, patience: Patience = PATIENCE, name?: string): Connect {
  const relay = new URL(url);
  const secure = relay.protocol === 'smtps:';
  const options = {
    host: relay.hostname.replace(/^\[|\]$/g, ''),
    port: Number(relay.port) || (secure ? 465 : 587),
    secure,
    name,
    // A password must not cross a network in the clear because somebody took STARTTLS out of the server's answer.
    requireTLS:
      relay.searchParams.get('tls') === 'required' || (relay.password !== '' && !isLoopback(relay.hostname)),
    connectionTimeout: patience.connectMs,
    greetingTimeout: patience.connectMs,
  };
  const login = relay.username
    ? { user: decodeURIComponent(relay.username), pass: decodeURIComponent(relay.password) }
    : undefined;
  return () => open(new SMTPConnection(options), login, patience);
}

function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);
}

async function open(
  smtp: SMTPConnection,
  login: { user: string; pass: string } | undefined,
  patience: Patience,
): ReturnType<Connect> {
  return new Promise((resolve) => {
    const fail = (error: Error) => {
      clearTimeout(deadline);
      smtp.close();
      resolve({ ok: false, reason: sayWhatHappened(error) });
    };
    // nodemailer's own timeouts end before the login.
    const late = () => fail(new Error(`not ready for mail after ${patience.connectMs / SECOND_MS} s`));
    const deadline = setTimeout(late, patience.connectMs);
    smtp.once('error', fail);
    let world = false;
    const ready = () => {
      clearTimeout(deadline);
      smtp.off('error', fail);
      resolve({ ok: true, connection: connectionOver(smtp, patience, world) });
    };
    smtp.connect((error) => {
      world = offersUtf8(smtp.lastServerResponse); // until the login, it is what EHLO was answered
      if (error) fail(error);
      else if (login) smtp.login({ credentials: login }, (refused) => (refused ? fail(refused) : ready()));
      else ready();
    });
  });
}

function connectionOver(smtp: SMTPConnection, patience: Patience, takesUtf8: boolean): RelayConnection {
  let usable = true;
  const close = () => {
    usable = false;
    smtp.close();
  };
  // An idle line that drops is no delivery's fault: the next message opens another.
  smtp.on('error', close);
  smtp.on('end', () => {
    usable = false;
  });
  return {
    get usable() {
      return usable;
    },
    takesUtf8,
    close,
    send: async (mail, mark) => {
      // As raw bytes it would reach whoever the server takes it for, or nobody.
      if (needsUtf8(mail.to) && !takesUtf8) return NO_UTF8;
      const verdict = await transact(smtp, mail, mark, patience);
      if (verdict.outcome === 'accepted') return verdict;
      // After a refusal the session goes on; after silence, or in the middle of a message, it must not.
      if (verdict.phase === 'data' || verdict.fault === 'relay' || !(await reset(smtp, patience))) close();
      return verdict;
    },
  };
}

/** With 8BITMIME, which goes with it (RFC 6531 §3.1): the headers are not ASCII either. */
function offersUtf8(greeting: string | false): boolean {
  return /^250[ -]SMTPUTF8\b/im.test(greeting || '') && /^250[ -]8BITMIME\b/im.test(greeting || '');
}

function transact(smtp: SMTPConnection, mail: Mail, mark: Mark, patience: Patience): Promise<Verdict> {
  return new Promise((resolve) => {
    let phase: Phase = 'mail';
    // nodemailer reads a stream only after the server's 354, so the mark becomes durable after that and before the
    // last byte can leave: all bytes wait for it.
    const message = Readable.from(
      (async function* () {
        phase = 'data';
        if (!(await mark())) throw new Error('the delivery was taken over by another process');
        phase = 'body';
        yield* handOver(mail.raw, smtp);
      })(),
    );
    // nodemailer forgets the message it is sending when it is closed from outside: the verdict must come from here.
    const deadline = setTimeout(
      () => resolve(verdictOfSilence(phase, `no answer after ${patience.messageMs / SECOND_MS} s`)),
      patience.messageMs,
    );
    smtp.send({ from: mail.from, to: [mail.to], use8BitMime: needsUtf8(mail.to) }, message, (error, info) => {
      clearTimeout(deadline);
      resolve(
        error
          ? verdictOfError(phase, error)
          : { outcome: 'accepted', fault: 'none', phase, reply: line(info?.response ?? '') },
      );
    });
  });
}

/**
 * nodemailer looks at every byte of a message for dots to double and line ends to mend, which costs more than all the
 * rest of a transaction. A message without a dot at the start of a line, and it is built that way, goes to the socket as
 * it is; nodemailer, given nothing, adds what ends it: CRLF, dot, CRLF. Any other message takes the careful way.
 */
function* handOver(raw: Buffer, smtp: SMTPConnection): Generator<Buffer> {
  const careful = raw.includes('\n.') || raw.includes('\r.') || !raw.subarray(-2).equals(CRLF);
  if (careful || !smtp._socket) yield raw;
  else smtp._socket.write(raw.subarray(0, -2));
}

type SendError = Pick<NodemailerError, 'message' | 'name' | 'code' | 'command' | 'responseCode' | 'response'>;

function verdictOfError(phase: Phase, error: SendError): Verdict {
  const at = phase === 'mail' ? phaseOf(error.command) : phase;
  if (error.responseCode)
    return verdictOfReply(at, error.responseCode, line(error.response ?? error.message));
  return verdictOfSilence(at, sayWhatHappened(error));
}

/** Which command was refused, of those before the message. */
function phaseOf(command = ''): Phase {
  if (command.startsWith('RCPT')) return 'rcpt';
  return command === 'DATA' ? 'data' : 'mail';
}

/** True when the server is ready for the next message; the verdict waits for it, so it must not wait for long. */
function reset(smtp: SMTPConnection, patience: Patience): Promise<boolean> {
  return new Promise((resolve) => {
    const lost = () => resolve(false);
    const deadline = setTimeout(lost, patience.connectMs);
    smtp.once('end', lost);
    smtp.reset((error) => {
      clearTimeout(deadline);
      smtp.off('end', lost);
      resolve(!error);
    });
  });
}

function sayWhatHappened(error: SendError): string {
  return line(error.response ?? messageOf(error));
}

function line(text: string): string {
  return shorten(oneLine(text), 500);
}
