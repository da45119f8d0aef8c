import { createHash } from 'node:crypto';
import { DAY_MS, SECOND_MS } from '../base/clock.ts';
import type { SignUpForm } from './sign-up-form.ts';
import type { Site } from './site-deps.ts';

/** What a form shows of its past: opened long enough ago for a person, too short, or nothing that can be believed. */
export type FormPast = 'good' | 'hasty' | 'unknown';

/** A page may lie open overnight. */
const GOOD_FOR_MS = DAY_MS;

/** When the form was opened, signed: what a cookie would be used for elsewhere. It names no reader. */
export function makeStamp({ signer, clock }: Pick<Site, 'signer' | 'clock'>): string {
  return signer.sign('form', { id: 0, issuedAt: clock.now() });
}

/**
 * A stamp that is missing, forged or from another day is no offence: it makes the form a plain one, as are those that
 * stand on other people's pages, and plain forms have a lower ceiling.
 */
export function pastOf(site: Pick<Site, 'signer' | 'clock' | 'signUp'>, form: SignUpForm): FormPast {
  const { min_fill_seconds: least, proof_of_work: bits } = site.signUp;
  const claim = site.signer.verify('form', form.stamp);
  if (!claim) return 'unknown';
  const age = site.clock.now() - claim.issuedAt;
  if (age < 0 || age > GOOD_FOR_MS) return 'unknown';
  if (age < least * SECOND_MS) return 'hasty';
  return bits === false || isProof(form, bits) ? 'good' : 'unknown';
}

/** Over the address, too, so that work done once is good for one address. Checking it costs one hash. */
function isProof({ stamp, email, proof }: SignUpForm, bits: number): boolean {
  const hash = createHash('sha256').update(`${stamp}:${email}:${proof}`).digest();
  return hash.readUInt32BE(0) >>> (32 - bits) === 0;
}
