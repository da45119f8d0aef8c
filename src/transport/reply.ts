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

/**
 * Reads a server's refusal. 4xx is worth another try; 5xx is final only where it speaks about this recipient: a refused
 * sender, a policy or an authentication (5.7.x, 530, 535 …) is our fault, and 503 is the session's (RFC 5321 §4.2, RFC 3463).
 */
export function verdictOfReply(phase: Phase, code: number, reply: string): Verdict {
  const enhanced = /\b[245]\.(\d{1,3})\.\d{1,3}\b/.exec(reply);
  const policy =
    enhanced?.[1] === '7' ||
    phase === 'connect' ||
    phase === 'mail' ||
    [503, 530, 534, 535, 538].includes(code);
  if (code < 500) return { outcome: 'deferred', fault: policy ? 'ours' : 'recipient', phase, reply };
  return policy
    ? { outcome: 'deferred', fault: 'ours', phase, reply }
    : { outcome: 'rejected', fault: 'recipient', phase, reply };
}

/** A line that went dead: before the last byte nothing was delivered; after it nobody can know (RFC 1047). */
export function verdictOfSilence(phase: Phase, what: string): Verdict {
  return { outcome: phase === 'body' ? 'uncertain' : 'deferred', fault: 'relay', phase, reply: what };
}
