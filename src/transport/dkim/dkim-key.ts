import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { AppError } from '../../base/errors.ts';
import type { DkimConfig } from '../../config/config.ts';

export type DkimAlgorithm = 'rsa-sha256' | 'ed25519-sha256';

/**
 * A private key that has proved that it signs, with the names it goes by. Made by `signingKey`
 * alone.
 */
export interface SigningKey {
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: DkimAlgorithm;
  /** Undefined for Ed25519. */
  readonly bits: number | undefined;
  readonly privateKey: KeyObject;
}

const RSA_LEAST_BITS = 1024; // RFC 8301 §3.2: verifiers must not accept less
const RSA_PROPER_BITS = 2048;
const SAMPLE = Buffer.from('from:desk@example.org\r\n');

/**
 * @throws AppError CONFIG_INVALID when the key is of a kind that DKIM has no use for, too weak, or
 * does not sign.
 */
export function signingKey(domain: string, { selector, privateKey }: DkimConfig['keys'][number]): SigningKey {
  const algorithm = algorithmOf(privateKey);
  const bits = privateKey.asymmetricKeyDetails?.modulusLength;
  if (algorithm === 'rsa-sha256' && (bits ?? 0) < RSA_LEAST_BITS)
    throw refused(`expected an RSA key of at least ${RSA_PROPER_BITS} bits; this one has ${bits ?? 'none'}`);
  const key = { domain, selector, algorithm, bits, privateKey };
  let proof: Error | undefined;
  try {
    const signature = sign(digestName(key), signedBytes(key, SAMPLE), privateKey);
    if (verify(digestName(key), signedBytes(key, SAMPLE), createPublicKey(privateKey), signature)) return key;
  } catch (error) {
    proof = error as Error;
  }
  throw refused('expected a key that signs; what this one signs its own public key does not verify', proof);
}

/** Lists keys that are allowed but weak, in sentences for the operator. */
export function weaknessesOf(keys: readonly SigningKey[]): string[] {
  const rsa = keys.filter((key) => key.algorithm === 'rsa-sha256');
  return [
    ...rsa
      .filter((key) => (key.bits ?? 0) < RSA_PROPER_BITS)
      .map(({ selector, bits }) => `the key of ${selector} has ${bits} bits; make one of ${RSA_PROPER_BITS}`),
    ...(rsa.length === 0 ? ['many receivers cannot verify Ed25519; sign with an RSA key as well'] : []),
  ];
}

/** Signs on the thread pool: the event loop goes on meanwhile. */
export function signBytes(key: SigningKey, data: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign(digestName(key), signedBytes(key, data), key.privateKey, (error, signature) =>
      error ? reject(error) : resolve(signature),
    );
  });
}

function algorithmOf(privateKey: KeyObject): DkimAlgorithm {
  switch (privateKey.asymmetricKeyType) {
    case 'rsa':
      return 'rsa-sha256';
    case 'ed25519':
      return 'ed25519-sha256';
    default:
      throw refused(`expected an RSA key, not one of the type ${privateKey.asymmetricKeyType}`);
  }
}

/** Ed25519 hashes by itself, so that RFC 8463 §3 hands it the digest as the message. */
function digestName(key: SigningKey): string | null {
  return key.algorithm === 'rsa-sha256' ? 'sha256' : null;
}

function signedBytes(key: SigningKey, data: Buffer): Buffer {
  return key.algorithm === 'rsa-sha256' ? data : hash('sha256', data, 'buffer');
}

function refused(says: string, cause?: Error): AppError {
  return new AppError('CONFIG_INVALID', `DKIM_PRIVATE_KEY: ${says}`, {
    hint: 'Make one with: openssl genrsa -out dkim.pem 2048',
    cause,
  });
}
