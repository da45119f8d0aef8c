import { oneLine, shorten } from '../base/text/one-line.ts';
import {
  endsTheLine,
  isAboutOurAccount,
  isAboutUs,
  isFull,
  isSwamped,
  isTooFast,
  namesNoRecipient,
  refusesUs,
  wordsOf,
} from './refusal-words.ts';

/** Phase that a conversation reached. From `body` on the server may hold the whole message. */
export type Phase = 'connect' | 'mail' | 'rcpt' | 'data' | 'body';

/**
 * An attempt's verdict, and whose fault a failure is: only the recipient's may ever count against a
 * subscriber.
 */
export interface Verdict {
  readonly outcome: 'accepted' | 'deferred' | 'rejected' | 'uncertain';
  readonly fault: 'none' | 'recipient' | 'ours' | 'relay';
  readonly phase: Phase;
  /** The server's words, or what happened in their stead, on one line. */
  readonly reply: string;
  /** Nobody has the address, now or tomorrow: it is not to be written to again. */
  readonly bounce?: 'hard';
  /** Cause of a refusal: our account at the relay, which refuses every other reader too. */
  readonly cause?: 'account';
  /**
   * The ledger does not hold the mark of this attempt: it never came that far, or the mark was
   * refused, for the delivery was no longer ours.
   */
  readonly unmarked?: 'never' | 'refused';
}

/**
 * Subject and detail of an enhanced code (RFC 3463), as in x.7.1 for policy; an IP address in the
 * text is none.
 */
const ENHANCED = /(?<![\d.])[245]\.(\d{1,3})\.(\d{1,3})(?!\d|\.\d)/;
/** Bad sequence and the refusals around authentication: what we said was wrong, not to whom. */
const OUR_CODES = new Set([503, 530, 534, 535, 538]);
/**
 * No such mailbox, domain or address; moved; null MX; disabled (RFC 3463 §3.2 and §3.3, RFC 7505).
 */
const GONE = new Set(['1.1', '1.2', '1.3', '1.6', '1.10', '2.1']);
/** The sender's address; quotas of Gmail and Microsoft 365. */
const OUR_STATUS = new Set(['1.7', '1.8', '1.90', '4.5']);
/** The mail system, the message, policy: all of them about what we sent, or how. */
const OUR_SUBJECTS = new Set(['3', '6', '7']);
const MICROSOFT_UNKNOWN = /\b5\.4\.1\b.{0,20}recipient address rejected: access denied/i;

interface Refusal {
  readonly phase: Phase;
  readonly code: number;
  readonly reply: string;
  /** Without addresses, links and hosts. */
  readonly words: string;
  /** Subject of the enhanced code, empty where there is none. */
  readonly subject: string;
  /** Subject and detail, such as `1.1`. */
  readonly status: string;
}

/**
 * Servers say what they mean in a few lines (RFC 5321 §4.5.3.1.5 allows 512 octets each); what
 * follows is not read.
 */
const MOST_REPLY_CHARACTERS = 4_000;

/**
 * Reads a server's refusal. 4xx is worth another try; 5xx is final only where it speaks about this
 * recipient: a refused sender, a quota, a policy or an authentication is our fault, and 503 is the
 * session's (RFC 5321 §4.2, RFC 3463).
 */
export function verdictOfReply(phase: Phase, code: number, answer: string): Verdict {
  const reply = answer.slice(0, MOST_REPLY_CHARACTERS);
  const [, subject = '', detail = ''] = ENHANCED.exec(reply) ?? [];
  const refusal = {
    phase,
    code,
    reply,
    words: wordsOf(reply),
    subject,
    status: subject && `${subject}.${detail}`,
  };
  return { phase, reply, ...(code >= 500 ? readFinal(refusal) : readPassing(refusal)) };
}

type Reading = Pick<Verdict, 'outcome' | 'fault' | 'bounce' | 'cause'>;

const OURS: Reading = { outcome: 'deferred', fault: 'ours' };
const RELAY: Reading = { outcome: 'deferred', fault: 'relay' };
const REJECTED: Reading = { outcome: 'rejected', fault: 'recipient' };
const HARD: Reading = { ...REJECTED, bounce: 'hard' };

/** In doubt it is about us: then nobody pays, and the message can be sent again. */
function readFinal({ phase, code, reply, words, subject, status }: Refusal): Reading {
  // Gmail's 550 5.2.1 "receiving email at a rate that …": a disabled mailbox's code for what passes by itself.
  if (isSwamped(words)) return { outcome: 'deferred', fault: 'recipient' };
  // Of a mailbox, unless Exchange says so of ours: 5.2.0 is its code for anything.
  const ofMailbox = subject === '2' && status !== '2.0';
  if (!ofMailbox && isAboutOurAccount(words)) return { ...OURS, cause: 'account' };
  if (phase === 'connect' || phase === 'mail' || OUR_CODES.has(code)) return OURS;
  if (status === '2.2') return REJECTED;
  if (refusesUs(words)) return OURS;
  if (isFull(words)) return REJECTED;
  if (GONE.has(status) || MICROSOFT_UNKNOWN.test(reply)) return HARD;
  const gone = namesNoRecipient(words);
  const aboutUs = isAboutUs(words);
  if (OUR_STATUS.has(status) || OUR_SUBJECTS.has(subject))
    return gone && !aboutUs && phase === 'rcpt' ? HARD : OURS;
  if (aboutUs && !ofMailbox) return OURS;
  return gone ? HARD : REJECTED;
}

function readPassing({ phase, code, words, subject }: Refusal): Reading {
  // The server's own trouble (system, network, closing, too much at once) says nothing about the recipient.
  const isOverloaded = isTooFast(words) && subject !== '2';
  if (!isOverloaded && subject !== '2' && isAboutOurAccount(words)) return { ...OURS, cause: 'account' };
  if (subject === '7') return OURS;
  if (code === 421 || isOverloaded) return RELAY;
  if (phase === 'connect' || phase === 'mail') return OURS;
  return subject === '3' || subject === '4' ? RELAY : { outcome: 'deferred', fault: 'recipient' };
}

/**
 * A line that went dead: before the last byte nothing was delivered; after it nobody can know (RFC
 * 1047).
 */
export function verdictOfSilence(phase: Phase, what: string): Verdict {
  return { outcome: phase === 'body' ? 'uncertain' : 'deferred', fault: 'relay', phase, reply: what };
}

/**
 * Something on our side kept a message from starting: nobody else's fault, and worth another try.
 */
export function verdictOfOurFault(what: string): Verdict {
  return { outcome: 'deferred', fault: 'ours', phase: 'connect', reply: shorten(oneLine(what), 500) };
}

/**
 * True when the line is at fault and not the message: it went dead, or the server ends it (421, or
 * no more messages on this connection) before it took DATA. Nothing had been handed over, so
 * another line may try at once.
 */
export function wantsAnotherLine({ outcome, phase, reply }: Verdict): boolean {
  if (outcome !== 'deferred' || (phase !== 'mail' && phase !== 'rcpt')) return false;
  const isAnswer = /^\d{3}\b/.test(reply);
  return !isAnswer || /^421\b/.test(reply) || (/^4/.test(reply) && endsTheLine(reply));
}
