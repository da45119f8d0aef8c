import { oneLine, shorten } from '../base/one-line.ts';

/** How far a conversation had come. From `body` on the server may hold the whole message. */
export type Phase = 'connect' | 'mail' | 'rcpt' | 'data' | 'body';

/** An attempt's verdict, and whose fault a failure is: only the recipient's may ever count against a subscriber. */
export interface Verdict {
  readonly outcome: 'accepted' | 'deferred' | 'rejected' | 'uncertain';
  readonly fault: 'none' | 'recipient' | 'ours' | 'relay';
  readonly phase: Phase;
  /** The server's words, or what happened in their stead, on one line. */
  readonly reply: string;
}

/** The subject of an enhanced code (RFC 3463), as in x.7.x for policy; an IP address in the text is none. */
const ENHANCED = /(?<![\d.])[245]\.(\d{1,3})\.\d{1,3}(?!\d|\.\d)/;
/** Bad sequence and the refusals around authentication: what we said was wrong, not to whom. */
const OUR_CODES = new Set([503, 530, 534, 535, 538]);

/**
 * Reads a server's refusal. 4xx is worth another try; 5xx is final only where it speaks about this recipient: a refused
 * sender, a policy or an authentication (5.7.x, 530, 535 …) is our fault, and 503 is the session's (RFC 5321 §4.2, RFC 3463).
 */
export function verdictOfReply(phase: Phase, code: number, reply: string): Verdict {
  const subject = ENHANCED.exec(reply)?.[1];
  const ours = subject === '7' || phase === 'connect' || phase === 'mail' || OUR_CODES.has(code);
  if (ours) return { outcome: 'deferred', fault: 'ours', phase, reply };
  // Gmail's 550 5.2.1 "receiving email at a rate that …": a full mailbox's code for what passes by itself.
  if (code >= 500 && /receiving (e-?mail|messages) at a rate/i.test(reply))
    return { outcome: 'deferred', fault: 'recipient', phase, reply };
  if (code >= 500) return { outcome: 'rejected', fault: 'recipient', phase, reply };
  // The server's own trouble (system, network, closing) says nothing about the recipient.
  const relay = code === 421 || subject === '3' || subject === '4';
  return { outcome: 'deferred', fault: relay ? 'relay' : 'recipient', phase, reply };
}

/** A line that went dead: before the last byte nothing was delivered; after it nobody can know (RFC 1047). */
export function verdictOfSilence(phase: Phase, what: string): Verdict {
  return { outcome: phase === 'body' ? 'uncertain' : 'deferred', fault: 'relay', phase, reply: what };
}

/** Something on our side kept a message from starting: nobody else's fault, and worth another try. */
export function verdictOfOurFault(what: string): Verdict {
  return { outcome: 'deferred', fault: 'ours', phase: 'connect', reply: shorten(oneLine(what), 500) };
}

/** True when a line went dead before the server took DATA: nothing of the message had been handed over. */
export function diedBeforeData({ outcome, fault, phase }: Verdict): boolean {
  return outcome === 'deferred' && fault === 'relay' && phase === 'mail';
}
