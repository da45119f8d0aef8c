import type { SignUpConfig } from '../../config/sign-up-config.ts';
import { isLarge } from './address-policy.ts';

/**
 * Effort that a form shows where no more are accepted on trust: its browser worked for it, or its
 * sender waited.
 */
export type Effort = 'none' | 'waited' | 'worked';

/** A sign-up as the ceilings see it. */
export interface Knock {
  /** From the narrowest: `203.0.113.0/24`, `203.0.0.0/16`. */
  readonly networks: readonly string[];
  readonly domain: string;
  /** The form could not show when it was opened. */
  readonly plain: boolean;
  readonly effort: Effort;
  readonly now: number;
}

/** Mail that was not sent since its mailbox had enough is counted here. */
export const FULL_MAILBOXES = 'mailboxes';

/**
 * On trust, or by what was shown. Each has its own ceilings, so that who floods one leaves the
 * others open.
 */
export type Door = 'trust' | 'waited' | 'worked';

const WIDEST = 4;
/** Multiples of a single network's number for wider ones, by prefix length. */
const SHARES: Readonly<Record<string, number>> = { '56': 2, '48': 3, '32': 20, '16': 10 };

/** The name of a sign-up's count; undefined for a sign-up that this ceiling is not over. */
export type ScopeOf = (knock: Knock, door: Door, policy: SignUpConfig) => string | undefined;

const NETWORKS: readonly (readonly ScopeOf[])[] = Array.from({ length: WIDEST }, (_, width) => [
  network('plain-net', width, ({ plain }, door) => plain && door === 'trust'),
  network('net', width, (_knock, door) => door === 'trust'),
  network('waited-net', width, (_knock, door) => door === 'waited'),
  network('worked-net', width, (_knock, door) => door === 'worked'),
]);
const EVERYBODY: readonly ScopeOf[] = [
  ({ plain }, door) => (plain && door === 'trust' ? 'plain' : undefined),
  (_knock, door) => (door === 'trust' ? 'all' : door),
];
/** Every ceiling, in the order in which a sign-up meets them. */
export const CEILINGS: readonly ScopeOf[] = [
  ...NETWORKS.flat(),
  ({ domain }, _door, policy) => (isLarge(domain, policy) ? undefined : `domain:${domain}`),
  ...EVERYBODY,
];
/** Scopes that many networks share. */
export const SHARED: readonly ScopeOf[] = [...NETWORKS.slice(1).flat(), ...EVERYBODY];

function network(name: string, width: number, applies: (knock: Knock, door: Door) => boolean): ScopeOf {
  return (knock, door) => {
    const one = knock.networks[width];
    return one !== undefined && applies(knock, door) ? `${name}:${one}` : undefined;
  };
}

/** Over the others, a sign-up is let in by another door. */
export function isFinal(scope: string): boolean {
  return /^(?:domain:|waited|worked|mailboxes$)/.test(scope);
}

export function limitOf(scope: string, policy: SignUpConfig): number {
  const [kind = '', ...rest] = scope.split(':');
  const share = SHARES[rest.join(':').split('/')[1] ?? ''] ?? 1;
  switch (kind) {
    case 'plain-net':
    case 'waited-net':
      return policy.plain_forms_per_network * share;
    case 'net':
    case 'worked-net':
      return policy.per_network * share;
    case 'domain':
      return policy.per_domain;
    case 'plain':
    case 'waited':
      return policy.plain_forms;
    default:
      return kind === FULL_MAILBOXES ? 0 : policy.all;
  }
}
