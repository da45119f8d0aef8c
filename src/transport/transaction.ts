import { Readable } from 'node:stream';
import { type EmailAddress, needsUtf8 } from '../base/text/address.ts';
import { inOneLine, type SendError, type Smtp, sayWhatHappened } from './connection.ts';
import { Deadline, type Patience, type Timer } from './patience.ts';
import { type Phase, type Verdict, verdictOfReply, verdictOfSilence } from './reply.ts';

/**
 * A complete message and where it goes. One recipient per transaction, so that every reply is about
 * one reader.
 */
export interface Mail {
  readonly from: string;
  readonly to: EmailAddress;
  readonly raw: Buffer;
}

/**
 * Makes the ledger's mark durable; false when the delivery is no longer ours and must not go out.
 * Throws when the mark cannot be written.
 */
export type Mark = () => Promise<boolean>;

const CRLF = Buffer.from('\r\n');
/**
 * A message is handed over in blocks, so that a relay that takes them slowly is told from one that
 * takes none.
 */
const BLOCK_BYTES = 64 * 1024;

/** A connection, and who is told of each reply on it. */
export interface Line {
  readonly smtp: Smtp;
  readonly patience: Patience;
  readonly timer: Timer;
  onReply: () => void;
}

/** Sends one message; whatever happens on the line is a verdict. */
export function transact(line: Line, mail: Mail, mark: Mark): Promise<Verdict> {
  const { smtp, patience, timer } = line;
  return new Promise((resolve) => {
    let phase: Phase = 'mail';
    let awaited: Phase = 'mail';
    let unmarked: Verdict['unmarked'] = 'never';
    const conclude = (verdict: Verdict) => resolve(unmarked ? { ...verdict, unmarked } : verdict);
    // nodemailer forgets the message it is sending when it is closed from outside: the verdict must come from here.
    const deadline = new Deadline(timer, (what) => {
      // What is not with the system yet must not leave once the verdict says that nothing was delivered.
      if (phase !== 'body' && smtp._socket) smtp._socket.destroy();
      conclude(verdictOfSilence(phase === 'mail' ? awaited : phase, what));
    });
    const steps = stepsOf(patience);
    line.onReply = () => {
      const step = steps.shift();
      if (!step) return;
      awaited = step.phase;
      deadline.expect(step.what, step.ms);
    };
    // nodemailer reads a stream only after the server's 354, so the mark becomes durable after that and before the
    // last byte can leave: all bytes wait for it.
    const message = Readable.from(
      (async function* () {
        phase = 'data';
        unmarked = undefined; // while it is being written, nobody can say
        if (!(await mark())) {
          unmarked = 'refused';
          throw new Error('the delivery was taken over by another process');
        }
        yield* handOver(mail.raw, line, deadline, () => {
          phase = 'body';
        });
      })(),
    );
    line.onReply();
    smtp.send({ from: mail.from, to: [mail.to], use8BitMime: needsUtf8(mail.to) }, message, (error, info) => {
      deadline.end();
      conclude(
        error
          ? verdictOfError(phase, error)
          : { outcome: 'accepted', fault: 'none', phase, reply: inOneLine(info?.response ?? '') },
      );
    });
  });
}

/**
 * Returns the steps with their time limits: the greeting, then each reply until the message itself
 * is under way.
 */
function stepsOf({ commandMs, dataMs, finalMs }: Patience): { phase: Phase; what: string; ms: number }[] {
  return [
    { phase: 'mail', what: 'answer to MAIL', ms: commandMs },
    { phase: 'rcpt', what: 'answer to RCPT', ms: commandMs },
    { phase: 'data', what: 'answer to DATA', ms: dataMs },
    { phase: 'data', what: 'end of the conversation', ms: finalMs },
  ];
}

/**
 * nodemailer looks at every byte of a message for dots to double and line ends to mend, which costs
 * more than all the rest of a transaction. A message without a dot at the start of a line, and it
 * is built that way, goes to the socket as it is; nodemailer, given nothing, adds what ends it:
 * CRLF, dot, CRLF. Any other message takes the careful way.
 *
 * The dot leaves behind the last block. As long as that one has not been taken off our hands, no
 * server can have the whole message, and the delivery is certainly none.
 * @param onLeft called when the server may have it all.
 */
function* handOver(
  raw: Buffer,
  { smtp, patience }: Line,
  deadline: Deadline,
  onLeft: () => void,
): Generator<Buffer> {
  const careful = raw.includes('\n.') || raw.includes('\r.') || !raw.subarray(-2).equals(CRLF);
  const { _socket: socket } = smtp;
  const isDirect = !careful && socket;
  const body = isDirect ? raw.subarray(0, -2) : raw;
  const left = () => {
    onLeft();
    deadline.expect('answer to the final dot', patience.finalMs);
  };
  const goOn = () => deadline.expect('room for the message', patience.blockMs);
  goOn();
  for (let at = 0; at < body.length; at += BLOCK_BYTES) {
    const block = body.subarray(at, at + BLOCK_BYTES);
    const taken = at + BLOCK_BYTES >= body.length ? left : goOn;
    if (isDirect) socket.write(block, (error) => error ?? taken());
    else {
      taken(); // before, to be on the safe side: nodemailer does not say when it has passed a block on
      yield block;
    }
  }
}

function verdictOfError(phase: Phase, error: SendError): Verdict {
  const at = phase === 'mail' ? phaseOf(error.command) : phase;
  if (error.responseCode)
    return verdictOfReply(at, error.responseCode, inOneLine(error.response ?? error.message));
  return verdictOfSilence(at, sayWhatHappened(error));
}

/** Returns the phase of the refused command, before the message. */
function phaseOf(command = ''): Phase {
  if (command.startsWith('RCPT')) return 'rcpt';
  return command === 'DATA' ? 'data' : 'mail';
}
