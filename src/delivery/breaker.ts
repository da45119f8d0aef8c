import { MINUTE_MS } from '../base/clock.ts';
import type { Verdict } from '../transport/reply.ts';

const WINDOW_MS = MINUTE_MS;
/** One receiver's policy is that receiver's; several in a row, with hardly a message accepted, speak about us. */
const FAULTS_OF_OURS = 5;
/** A refused sender or password will not be different for the next reader. */
const FAULTS_BEFORE_RECIPIENT = 2;

interface Tally {
  since: number;
  accepted: number;
  ours: number;
  beforeRecipient: number;
}

/**
 * Watches an edition for failures that are our own: a refused sender, a policy, an authentication. Going on would only
 * burn our reputation, and no reader must pay for it. Servers that only ask for patience (4xx) are the pace's business.
 */
export class Breaker {
  readonly #tallies = new Map<string, Tally>();

  /** Notes a verdict; a sentence when the edition should be paused because of it. */
  note(editionId: string, verdict: Verdict, now: number): string | undefined {
    const tally = this.#tally(editionId, now);
    if (verdict.outcome === 'accepted') tally.accepted += 1;
    if (verdict.fault !== 'ours' || !/^5/.test(verdict.reply)) return undefined;
    tally.ours += 1;
    if (verdict.phase === 'connect' || verdict.phase === 'mail') tally.beforeRecipient += 1;
    const tripped =
      tally.beforeRecipient >= FAULTS_BEFORE_RECIPIENT ||
      (tally.ours >= FAULTS_OF_OURS && tally.ours > tally.accepted);
    if (!tripped) return undefined;
    this.#tallies.delete(editionId);
    return `the relay refuses us: ${verdict.reply}`;
  }

  #tally(editionId: string, now: number): Tally {
    const known = this.#tallies.get(editionId);
    if (known && now - known.since < WINDOW_MS) return known;
    const fresh = { since: now, accepted: 0, ours: 0, beforeRecipient: 0 };
    this.#tallies.set(editionId, fresh);
    return fresh;
  }
}
