import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { SECOND_MS } from '../base/clock.ts';
import { needsUtf8 } from '../base/text/address.ts';
import type { Config } from '../config/config.ts';
import type { OauthConfig } from '../config/relay.ts';
import { sayWhatHappened } from './connection.ts';
import { PATIENCE, type Patience, patienceOf, realTimer, replyCounter, type Timer } from './patience.ts';
import { type Login, logIn, loginOf } from './relay-login.ts';
import type { Verdict } from './reply.ts';
import { type Line, type Mail, type Mark, transact } from './transaction.ts';

export interface RelayConnection {
  /** Never throws: whatever happens on the line is a verdict. */
  send(mail: Mail, mark: Mark): Promise<Verdict>;
  /** False once the line is closed or in a state that a further message must not meet. */
  readonly usable: boolean;
  /** True if the relay accepts addresses with letters beyond ASCII before the @ (RFC 6531). */
  readonly takesUtf8: boolean;
  close(): void;
}

export type Connect = () => Promise<
  { ok: true; connection: RelayConnection } | { ok: false; reason: string }
>;

/**
 * Another relay, or this one after an update, may do better: it says nothing against the reader.
 */
const NO_UTF8: Verdict = {
  outcome: 'rejected',
  fault: 'relay',
  phase: 'mail',
  reply:
    'nothing was sent: the address has letters beyond ASCII before the @, and the relay does not offer SMTPUTF8',
};
export interface RelayOptions {
  readonly patience?: Patience;
  /** Timer for an open connection; real time by default. */
  readonly timer?: Timer;
  /** Name that we give in EHLO; by default this machine's host name. */
  readonly name?: string;
  /** Logs in with tokens in place of the password. */
  readonly oauth?: OauthConfig | undefined;
}

/**
 * Connections to one relay, `smtp://user:password@host:port` or `smtps://…`. With `?tls=required`
 * nothing is said before STARTTLS, and so with a password for any relay but this machine's; else
 * STARTTLS is used where it is offered.
 */
export function relayAt(
  url: string,
  { patience = PATIENCE, timer = realTimer, name, oauth }: RelayOptions = {},
): Connect {
  const relay = new URL(url);
  const secure = relay.protocol === 'smtps:';
  const options = {
    host: relay.hostname.replace(/^\[|\]$/g, ''),
    port: Number(relay.port) || (secure ? 465 : 587),
    secure,
    name,
    // A password or a token must not cross a network in the clear because somebody took STARTTLS out of the server's answer.
    requireTLS:
      relay.searchParams.get('tls') === 'required' || (relay.username !== '' && !isLoopback(relay.hostname)),
    connectionTimeout: patience.connectMs,
    greetingTimeout: patience.connectMs,
  };
  const login = loginOf(relay, oauth);
  return () => open({ smtp: new SMTPConnection(options), patience, timer, onReply: () => undefined }, login);
}

/** The same as the operator set it up. @param url the relay's, or in rehearsal the catcher's. */
export function relayOf(
  url: string,
  config: Pick<Config, 'publicUrl' | 'smtpOauth' | 'smtpAnswerSeconds'>,
): Connect {
  const { publicUrl, smtpOauth: oauth, smtpAnswerSeconds: seconds } = config;
  const patience = seconds === undefined ? PATIENCE : patienceOf(seconds);
  return relayAt(url, { name: new URL(publicUrl).hostname, patience, oauth });
}

function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);
}

async function open(line: Line, login: Login | undefined): ReturnType<Connect> {
  const { smtp, patience } = line;
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
    let greeting: string | false = false;
    const ready = () => {
      clearTimeout(deadline);
      smtp.off('error', fail);
      resolve({ ok: true, connection: connectionOver(line, offersUtf8(greeting)) });
    };
    smtp.connect((error) => {
      greeting = smtp.lastServerResponse; // until the login, it is what EHLO was answered
      if (error) fail(error);
      else if (login) logIn(smtp, login, greeting).then(ready, fail);
      else ready();
    });
  });
}

function connectionOver(line: Line, takesUtf8: boolean): RelayConnection {
  const { smtp } = line;
  let usable = true;
  // Before nodemailer's own listener, which may end the step that the reply is counted for.
  if (smtp._socket)
    smtp._socket.prependListener(
      'data',
      replyCounter(() => line.onReply()),
    );
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
      const verdict = await transact(line, mail, mark);
      if (verdict.outcome === 'accepted') return verdict;
      // After a refusal the session goes on; after silence, or in the middle of a message, it must not.
      if (verdict.phase === 'data' || verdict.fault === 'relay' || !(await reset(line))) close();
      return verdict;
    },
  };
}

/** With 8BITMIME, which goes with it (RFC 6531 §3.1): the headers are not ASCII either. */
function offersUtf8(greeting: string | false): boolean {
  return /^250[ -]SMTPUTF8\b/im.test(greeting || '') && /^250[ -]8BITMIME\b/im.test(greeting || '');
}

/**
 * True when the server is ready for the next message; the verdict waits for it, so it must not wait
 * for long.
 */
function reset({ smtp, patience, timer }: Line): Promise<boolean> {
  return new Promise((resolve) => {
    const lost = () => resolve(false);
    const stop = timer(lost, patience.connectMs);
    smtp.once('end', lost);
    smtp.reset((error) => {
      stop();
      smtp.off('end', lost);
      resolve(!error);
    });
  });
}
