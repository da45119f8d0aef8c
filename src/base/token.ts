import {
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';

/** What a token is for. A token made for one purpose means nothing to another: each has a key of its own. */
export const TOKEN_PURPOSES = [
  'confirm',
  'unsubscribe',
  'preferences',
  'address',
  'view',
  'bounce',
  'message-id',
  'review',
  'form',
  'studio',
] as const;
export type TokenPurpose = (typeof TOKEN_PURPOSES)[number];

export interface TokenClaim {
  /** The row the token speaks for: a subscription or a delivery, by purpose. */
  readonly id: number;
  /** UTC milliseconds, to the second; 0 for tokens that never expire and must be the same each time. */
  readonly issuedAt: number;
}

const MAC_BYTES = 16;
const BODY_BYTES = 1 + 6 + 5; // key id, row id, seconds

/**
 * Signed, purpose-bound tokens (HMAC-SHA-256 cut to 128 bits). Several secrets make key rotation possible: the first
 * signs, all verify, so that the unsubscribe link in a year-old mail still works.
 */
export class TokenSigner {
  readonly #secrets: readonly { readonly id: number; readonly secret: string }[];
  readonly #keys = new Map<string, KeyObject>();

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.map((secret) => ({ id: keyId(secret), secret }));
  }

  /** Always the same length for every claim (38 characters of the URL-safe alphabet), so it can fill a fixed slot. */
  sign(purpose: TokenPurpose, claim: TokenClaim): string {
    const key = this.#secrets[0];
    if (!key) throw new Error('A token signer needs a secret');
    const body = Buffer.alloc(BODY_BYTES);
    body.writeUInt8(key.id, 0);
    body.writeUIntBE(claim.id, 1, 6);
    body.writeUIntBE(Math.floor(claim.issuedAt / 1000), 7, 5);
    return Buffer.concat([body, this.#mac(purpose, key.secret, body)]).toString('base64url');
  }

  /** The claim, or undefined for anything forged, altered, or made for another purpose. */
  verify(purpose: TokenPurpose, token: string): TokenClaim | undefined {
    const bytes = Buffer.from(token, 'base64url');
    // Node's decoder forgives stray characters; only the one canonical spelling of a token is a token.
    if (bytes.length !== BODY_BYTES + MAC_BYTES || bytes.toString('base64url') !== token) return undefined;
    const body = bytes.subarray(0, BODY_BYTES);
    const mac = bytes.subarray(BODY_BYTES);
    const known = this.#secrets.some(
      (key) => key.id === body[0] && timingSafeEqual(mac, this.#mac(purpose, key.secret, body)),
    );
    return known ? { id: body.readUIntBE(1, 6), issuedAt: body.readUIntBE(7, 5) * 1000 } : undefined;
  }

  #mac(purpose: TokenPurpose, secret: string, body: Buffer): Buffer {
    const key = this.#key(purpose, secret);
    return createHmac('sha256', key).update(body).digest().subarray(0, MAC_BYTES);
  }

  /** As a key object: from bytes, Node would build one anew for every token, at five times the cost of the signing. */
  #key(purpose: TokenPurpose, secret: string): KeyObject {
    const name = `${purpose}:${secret}`;
    const known = this.#keys.get(name);
    if (known) return known;
    const key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `broadsheet:${purpose}`, 32)));
    this.#keys.set(name, key);
    return key;
  }
}

/** Over hashes, since `timingSafeEqual` needs two of one length, and how long a secret is is a secret too. */
export function isSame(given: string, expected: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}

const CASELESS = /^[0-9a-v]{45}$/i;

/**
 * A token in 45 letters and digits (base 32), for the local part of an address: some servers fold it to lower case on the way,
 * and hexadecimal would leave no room among its 64 characters.
 */
export function caseless(token: string): string {
  return BigInt(`0x${Buffer.from(token, 'base64url').toString('hex')}`)
    .toString(32)
    .padStart(45, '0');
}

/** The token that `caseless` was given, in whatever case; undefined for anything it cannot have made. */
export function fromCaseless(text: string): string | undefined {
  if (!CASELESS.test(text)) return undefined;
  const value = [...text].reduce((sum, digit) => sum * 32n + BigInt(Number.parseInt(digit, 32)), 0n);
  const hex = value.toString(16).padStart((BODY_BYTES + MAC_BYTES) * 2, '0');
  return Buffer.from(hex, 'hex').toString('base64url');
}

function keyId(secret: string): number {
  return createHash('sha256').update(`broadsheet:key-id:${secret}`).digest().readUInt8(0);
}
