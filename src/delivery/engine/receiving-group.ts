import { resolveMx } from 'node:dns/promises';
import { HOUR_MS } from '../../base/clock.ts';
import { domainOf } from '../../base/text/address.ts';

/**
 * Operator of a mailbox: providers count and limit by their own servers, whatever the domain is
 * called.
 */
export type ReceivingGroup = string;

const BY_DOMAIN: readonly (readonly [pattern: RegExp, group: ReceivingGroup])[] = [
  [/^(gmail|googlemail)\.com$/, 'google'],
  [/^(outlook|hotmail|live|msn|passport)\.[a-z.]+$/, 'microsoft'],
  [/^(yahoo|ymail|rocketmail)\.[a-z.]+$|^aol\.com$/, 'yahoo'],
  [/^(icloud|me|mac)\.com$/, 'apple'],
  [/^(gmx|web|mail)\.(de|net|com)$/, 'gmx'],
  [/^(orange|wanadoo)\.fr$/, 'orange'],
  [/^comcast\.net$/, 'comcast'],
];

const BY_EXCHANGER: readonly (readonly [pattern: RegExp, group: ReceivingGroup])[] = [
  [/\.google(mail)?\.com$/, 'google'],
  [/\.protection\.outlook\.com$|\.olc\.protection\.outlook\.com$/, 'microsoft'],
  [/\.yahoodns\.net$/, 'yahoo'],
  [/\.icloud\.com$/, 'apple'],
  [/\.(gmx|kundenserver|web)\.(net|de)$/, 'gmx'],
];

export type ExchangerLookup = (domain: string) => Promise<readonly { readonly exchange: string }[]>;

const FORGET_AFTER_MS = 6 * HOUR_MS;
const MOST_REMEMBERED = 50_000;

/**
 * Sorts addresses into groups: well-known domains by name, others by the provider behind their mail
 * exchanger where a resolver is at hand, each other domain by itself. Asking never waits: the
 * answer is there from the second time on.
 */
export class ReceivingGroups {
  readonly #lookup: ExchangerLookup | undefined;
  readonly #known = new Map<string, { readonly group: ReceivingGroup; readonly until: number }>();

  /** @param lookup undefined where there is no resolver to ask: then only names count. */
  constructor(lookup: ExchangerLookup | undefined = resolveMx) {
    this.#lookup = lookup;
  }

  groupOf(address: string, now: number): ReceivingGroup {
    const domain = domainOf(address);
    const named = BY_DOMAIN.find(([pattern]) => pattern.test(domain))?.[1];
    if (named) return named;
    const known = this.#known.get(domain);
    if (!known || known.until < now) this.#learn(domain, now);
    return known?.group ?? domain;
  }

  #learn(domain: string, now: number): void {
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size >= MOST_REMEMBERED) this.#known.delete(oldest);
    const until = now + FORGET_AFTER_MS;
    // Remembered before it is known, so that a hundred readers of one domain ask once.
    this.#known.set(domain, { group: domain, until });
    this.#lookup?.(domain).then(
      (exchangers) => this.#known.set(domain, { group: providerBehind(exchangers) ?? domain, until }),
      () => undefined, // no exchanger, no resolver, no answer: the domain stands for itself
    );
  }
}

function providerBehind(exchangers: readonly { readonly exchange: string }[]): ReceivingGroup | undefined {
  const hosts = exchangers.map(({ exchange }) => exchange.toLowerCase());
  return BY_EXCHANGER.find(([pattern]) => hosts.some((host) => pattern.test(`.${host}`)))?.[1];
}
