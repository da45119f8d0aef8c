import { MINUTE_MS } from '../../base/clock.ts';
import { domainOf } from '../../base/text/address.ts';
import type { EditionReason } from '../../editions/reason.ts';
import type { Verdict } from '../../transport/reply.ts';
import { withoutParticulars } from '../watch-edition.ts';

const WINDOW_MS = MINUTE_MS;
/**
 * One receiver's policy is that receiver's; several in a row, with hardly a message accepted, speak
 * about us.
 */
export const FAULTS_OF_OURS = 5;
/**
 * A refused sender, a login or an account at the relay will not be different for the next reader.
 */
export const FAULTS_FOR_EVERYBODY = 2;

/**
 * Addresses that nobody has are met here and there; the same words for so many, at so many domains,
 * are about something else.
 */
export const SAME_REFUSALS = { count: 10, domains: 5 };

interface Tally {
  since: number;
  accepted: number;
  ours: number;
  forEverybody: number;
  /**
   * Final refusals, without addresses and ids: the number of times each was given, and its domains.
   */
  readonly refusals: Map<string, { count: number; readonly domains: Set<string> }>;
}

/**
 * Watches an edition for failures that are our own: a refused sender, a policy, an authentication.
 * Going on would only burn our reputation, and no reader must pay for it. Servers that only ask for
 * patience (4xx) are the pace's business.
 */
export class Breaker {
  readonly #tallies = new Map<string, Tally>();

  /** Notes a verdict; returns a reason when the edition should be paused because of it. */
  note(editionId: string, verdict: Verdict, now: number, email = ''): EditionReason | undefined {
    const tally = this.#tally(editionId, now);
    if (verdict.outcome === 'accepted') tally.accepted += 1;
    if (verdict.outcome === 'rejected' && isOneForAll(tally, verdict.reply, email)) {
      this.#tallies.delete(editionId);
      return { code: 'relay-refuses-alike', reply: verdict.reply };
    }
    if (verdict.fault !== 'ours' || !/^5/.test(verdict.reply)) return undefined;
    tally.ours += 1;
    if (verdict.phase === 'connect' || verdict.phase === 'mail' || verdict.cause === 'account')
      tally.forEverybody += 1;
    const tripped =
      tally.forEverybody >= FAULTS_FOR_EVERYBODY ||
      (tally.ours >= FAULTS_OF_OURS && tally.ours > tally.accepted);
    if (!tripped) return undefined;
    this.#tallies.delete(editionId);
    return { code: 'relay-refuses', reply: verdict.reply };
  }

  #tally(editionId: string, now: number): Tally {
    const known = this.#tallies.get(editionId);
    if (known && now - known.since < WINDOW_MS) return known;
    const fresh = { since: now, accepted: 0, ours: 0, forEverybody: 0, refusals: new Map() };
    this.#tallies.set(editionId, fresh);
    return fresh;
  }
}

/**
 * Reports whether hardly anything is accepted while many readers, at many domains, are refused
 * alike.
 */
function isOneForAll({ refusals, accepted }: Tally, reply: string, email: string): boolean {
  const words = withoutParticulars(reply);
  const said = refusals.get(words) ?? { count: 0, domains: new Set() };
  refusals.set(words, said);
  said.count += 1;
  said.domains.add(domainOf(email));
  const { count, domains } = SAME_REFUSALS;
  return said.count >= count && said.domains.size >= domains && said.count > accepted;
}
