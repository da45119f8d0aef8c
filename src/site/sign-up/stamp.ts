import { createHash } from 'node:crypto';
import { SECOND_MS } from '../../base/clock.ts';
import { newPublicId } from '../../base/public-id.ts';
import type { Effort } from '../../subscribers/sign-up/ceiling-scopes.ts';
import { isNearlyFull } from '../../subscribers/sign-up/ceilings.ts';
import { STAMP_GOOD_FOR_MS } from '../../subscribers/sign-up/sign-up-desk.ts';
import type { Site } from '../site-deps.ts';
import type { SignUpForm } from './sign-up-form.ts';

type StampDeps = Pick<Site, 'signer' | 'clock' | 'signUp'>;

/** Evidence of a form's past. */
export interface FormPast {
  /** Its stamp can be believed, and so is used up by it. */
  readonly stamped: boolean;
  /** It was filled in quicker than a person types. */
  readonly hasty: boolean;
  /** It cannot show when it was opened, or lacks the work that is always asked for. */
  readonly plain: boolean;
  readonly effort: Effort;
}

/**
 * Bits of work asked for while more sign-ups arrive than are let in on trust: a second or so of a
 * phone's time.
 */
const WORK_BITS = 16;
/** Time from opening a form after which it is accepted without a browser's work. */
export const PATIENCE_SECONDS = 30;

const PLAIN: FormPast = { stamped: false, hasty: false, plain: true, effort: 'none' };

/**
 * Returns the signed time at which a form was opened, which elsewhere would be a cookie. It names
 * no reader. No two are the same, so that each can be used once.
 */
export function makeStamp({ signer, clock }: Pick<Site, 'signer' | 'clock'>): string {
  return signer.sign('form', { publicId: newPublicId(), issuedAt: clock.now() });
}

/**
 * A stamp for somebody who has filled in this form already: they need not take their time once
 * more.
 */
export function makeNextStamp({ signer, clock, signUp }: StampDeps): string {
  return signer.sign('form', {
    publicId: newPublicId(),
    issuedAt: clock.now() - Math.ceil(signUp.min_fill_seconds) * SECOND_MS,
  });
}

/**
 * Returns the bits of work that a form does before it is sent: none in quiet times, unless it is
 * asked of everybody.
 */
export async function bitsNow(site: Pick<Site, 'db' | 'clock' | 'signUp'>): Promise<number> {
  if (site.signUp.proof_of_work !== false) return site.signUp.proof_of_work;
  return (await isNearlyFull(site.db, site.signUp, site.clock.now())) ? WORK_BITS : 0;
}

/** Returns the bits of work that show that a sign-up was worth something to its sender. */
export function workBits({ signUp }: Pick<Site, 'signUp'>): number {
  return signUp.proof_of_work || WORK_BITS;
}

/**
 * A stamp that is missing, forged or from another day is no offence: it makes the form a plain one,
 * as are those that stand on other people's pages, and plain forms have a lower ceiling.
 */
export function pastOf(site: StampDeps, form: SignUpForm): FormPast {
  const age = ageOf(site, form.stamp);
  if (age === undefined) return PLAIN;
  const worked = isProof(form, workBits(site));
  return {
    stamped: true,
    hasty: age < site.signUp.min_fill_seconds * SECOND_MS,
    plain: site.signUp.proof_of_work !== false && !worked,
    effort: worked ? 'worked' : age >= PATIENCE_SECONDS * SECOND_MS ? 'waited' : 'none',
  };
}

/** Milliseconds since a form was opened; undefined where its stamp cannot be believed. */
export function ageOf(site: Pick<Site, 'signer' | 'clock'>, stamp: string): number | undefined {
  const claim = site.signer.verify('form', stamp);
  const age = site.clock.now() - (claim?.issuedAt ?? Number.NaN);
  return age >= 0 && age <= STAMP_GOOD_FOR_MS ? age : undefined;
}

/**
 * A hash of everything that was filled in: the same form sent twice, by a double click, is one
 * form.
 */
export function formHash(form: SignUpForm): string {
  const { stamp, email, name, newsletters, sections } = form;
  const filled = [stamp, email, name, newsletters.map(({ id }) => id), sections];
  return createHash('sha256').update(JSON.stringify(filled)).digest('base64url');
}

/**
 * Over the address, too, so that work done once is good for one address. Checking it costs one
 * hash.
 */
function isProof({ stamp, email, proof }: SignUpForm, bits: number): boolean {
  if (proof === '') return false;
  const hash = createHash('sha256').update(`${stamp}:${email}:${proof}`).digest();
  return hash.readUInt32BE(0) >>> (32 - bits) === 0;
}
