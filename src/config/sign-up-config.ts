import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { countSchema, group, lineSchema } from './config-fields.ts';

/** The domains of throw-away mailboxes that come with Broadsheet. */
export const SHIPPED_DISPOSABLE = fileURLToPath(new URL('../../disposable-domains.txt', import.meta.url));

const policySchema = z.enum(['allow', 'refuse'], 'allow or refuse');
const MOST_FILL_SECONDS = 30;
const LEAST_PROOF_BITS = 8;
const MOST_PROOF_BITS = 22;
const PROOF_BITS = `false, or a number of bits from ${LEAST_PROOF_BITS} to ${MOST_PROOF_BITS}`;

/**
 * Limits against floods of sign-ups, and the addresses accepted. Ceilings are sign-ups in one hour.
 */
export const signUpSchema = group({
  /** From one network: an IPv4 /24, an IPv6 /64. Wider ones have a multiple of it. */
  per_network: countSchema.default(20),
  /**
   * Mails in one day to one mailbox, however its address is spelt; in thirty days twice as many.
   */
  per_mailbox: countSchema.default(5),
  /** At one domain that is no large mail provider's. */
  per_domain: countSchema.default(500),
  all: countSchema.default(5000),
  /**
   * Ceiling for forms that cannot show when they were opened: a plain form on a publisher's own
   * pages, or a program.
   */
  plain_forms_per_network: countSchema.default(5),
  plain_forms: countSchema.default(1000),
  /** Domains without a ceiling of their own, beside the well-known providers. */
  large_domains: z.array(lineSchema.toLowerCase()).default([]),
  /** Addresses of a task and no person: postmaster@, noreply@. */
  role_addresses: policySchema.default('allow'),
  disposable: policySchema.default('allow'),
  /** A list of one's own: a domain on each line. */
  disposable_domains: lineSchema.optional(),
  min_fill_seconds: z
    .number()
    .min(0)
    .max(MOST_FILL_SECONDS, `at most ${MOST_FILL_SECONDS} seconds`)
    .default(2),
  proof_of_work: z
    .union([z.literal(false), z.int().min(LEAST_PROOF_BITS).max(MOST_PROOF_BITS)], PROOF_BITS)
    .default(false),
});

export type SignUpConfig = Readonly<Omit<z.infer<typeof signUpSchema>, 'disposable_domains'>> & {
  /** Lower case; empty where they are not refused. */
  readonly disposable_domains: ReadonlySet<string>;
};

/**
 * Puts the list of throw-away domains in the place of its name.
 * @param folder where a list of one's own is looked up from.
 * @throws AppError CONFIG_INVALID when that list cannot be read.
 */
export function withDisposableDomains(settings: z.infer<typeof signUpSchema>, folder: string): SignUpConfig {
  const file = settings.disposable_domains && resolve(folder, settings.disposable_domains);
  const wanted = settings.disposable === 'refuse';
  return {
    ...settings,
    disposable_domains: new Set(wanted ? readDomains(file ?? SHIPPED_DISPOSABLE) : []),
  };
}

function readDomains(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.replace(/#.*/, '').trim().toLowerCase())
      .filter(Boolean);
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', `${file} cannot be read`, {
      hint: '`disposable_domains` under `sign_up` names a list of domains, one on each line.',
      cause,
    });
  }
}
