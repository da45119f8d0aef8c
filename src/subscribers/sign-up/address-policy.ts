import { domainOf, type EmailAddress } from '../../base/text/address.ts';
import type { SignUpConfig } from '../../config/sign-up-config.ts';
import { LARGE_PROVIDERS, OFTEN_MISTYPED } from './mail-providers.ts';

/** Mailboxes of a task (RFC 2142 and what programs send from): nobody reads a magazine there. */
const ROLES = new Set(
  'abuse admin administrator hostmaster mailer-daemon no-reply nobody noc noreply postmaster root security usenet webmaster'.split(
    ' ',
  ),
);

export type Refusal = 'role' | 'disposable';

/**
 * Returns the reason that the publisher refuses an address; undefined when it is accepted. A part
 * after "+" does not make it another.
 */
export function refusalOf(address: EmailAddress, policy: SignUpConfig): Refusal | undefined {
  const [mailbox = ''] = address.slice(0, address.lastIndexOf('@')).toLowerCase().split('+');
  if (policy.role_addresses === 'refuse' && ROLES.has(mailbox)) return 'role';
  return isAmong(domainOf(address), policy.disposable_domains) ? 'disposable' : undefined;
}

/**
 * Reports whether so many people have addresses at this domain that it gets no ceiling of its own.
 */
export function isLarge(domain: string, policy: SignUpConfig): boolean {
  return LARGE_PROVIDERS.has(domain) || policy.large_domains.includes(domain);
}

/**
 * The address that was probably meant, where the domain is one slip away from one that everybody
 * knows.
 */
export function probablyMeant(address: EmailAddress): EmailAddress | undefined {
  const domain = domainOf(address);
  if (LARGE_PROVIDERS.has(domain)) return undefined;
  const meant = OFTEN_MISTYPED.find((known) => isOneSlipAway(domain, known));
  if (!meant) return undefined;
  return `${address.slice(0, address.lastIndexOf('@'))}@${meant}` as EmailAddress;
}

function isAmong(domain: string, domains: ReadonlySet<string>): boolean {
  const labels = domain.split('.');
  return labels.some((_, at) => domains.has(labels.slice(at).join('.')));
}

/** One letter too many, too few, another, or two that changed places. */
function isOneSlipAway(typed: string, known: string): boolean {
  let start = 0;
  while (start < known.length && typed[start] === known[start]) start += 1;
  const [rest, wanted] = [typed.slice(start), known.slice(start)];
  return (
    rest.slice(1) === wanted ||
    rest === wanted.slice(1) ||
    (rest.length > 0 && rest.slice(1) === wanted.slice(1)) ||
    (rest.slice(2) === wanted.slice(2) && rest[0] === wanted[1] && rest[1] === wanted[0])
  );
}
