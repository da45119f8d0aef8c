import { createPublicKey } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { SECOND_MS } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { SigningKey } from './dkim-key.ts';

/** DNS record that verifiers of a key's signatures need. */
export interface DkimRecord {
  readonly name: string;
  readonly value: string;
}

/**
 * The text records of a name, each in the strings it is stored in, as `dns.resolveTxt` has them.
 */
export type ResolveTxt = (name: string) => Promise<string[][]>;

export type Publication =
  | { readonly state: 'published' | 'missing' }
  | { readonly state: 'different'; readonly found: string }
  /** DNS did not answer, which says nothing about the record. */
  | { readonly state: 'unknown'; readonly reason: string };

const DNS_PATIENCE = { timeout: 3 * SECOND_MS, tries: 2 };

export function recordOf({ domain, selector, algorithm, privateKey }: SigningKey): DkimRecord {
  const publicKey = createPublicKey(privateKey);
  const [kind, material] =
    algorithm === 'rsa-sha256'
      ? ['rsa', publicKey.export({ type: 'spki', format: 'der' })]
      : ['ed25519', Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')];
  return {
    name: `${selector}._domainkey.${domain}`,
    value: `v=DKIM1; k=${kind}; p=${material.toString('base64')}`,
  };
}

/** Looks up whether receivers find the record. */
export async function lookUp(record: DkimRecord, resolveTxt: ResolveTxt = askDns): Promise<Publication> {
  let found: string[];
  try {
    found = (await resolveTxt(record.name)).map((strings) => strings.join(''));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTFOUND' || code === 'ENODATA') return { state: 'missing' };
    return { state: 'unknown', reason: messageOf(error) };
  }
  const [first, ...more] = found;
  if (first === undefined) return { state: 'missing' };
  // Of several records a verifier may take any (RFC 6376 §3.6.2.2).
  if (more.length === 0 && isSameKey(first, record.value)) return { state: 'published' };
  return { state: 'different', found: found.join(' and ') };
}

function askDns(name: string): Promise<string[][]> {
  return new Resolver(DNS_PATIENCE).resolveTxt(name);
}

function isSameKey(found: string, wanted: string): boolean {
  const [ours, theirs] = [tagsOf(wanted), tagsOf(found)];
  return (
    theirs.get('p') === ours.get('p') &&
    (theirs.get('k') ?? 'rsa') === ours.get('k') &&
    (theirs.get('v') ?? 'DKIM1') === 'DKIM1' &&
    (theirs.get('h')?.split(':').includes('sha256') ?? true)
  );
}

function tagsOf(record: string): Map<string, string> {
  return new Map(
    record.split(';').map((tag) => {
      const [name = '', ...value] = tag.replace(/\s+/g, '').split('=');
      return [name, value.join('=')];
    }),
  );
}
