import {
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import { PUBLIC_ID_BYTES } from './public-id.ts';

/** Purposes of tokens that speak for a subscription, or, with the id of nobody, for none. */
const SUBSCRIPTION_PURPOSES = ['confirm', 'unsubscribe', 'preferences', 'form', 'studio'] as const;
/** Purposes of tokens that speak for one delivery. */
const DELIVERY_PURPOSES = ['address', 'view', 'bounce', 'message-id', 'review'] as const;
export type SubscriptionPurpose = (typeof SUBSCRIPTION_PURPOSES)[number];
export type DeliveryPurpose = (typeof DELIVERY_PURPOSES)[number];

/** Every purpose. A token made for one means nothing to another: each has a key of its own. */
export const TOKEN_PURPOSES = [...SUBSCRIPTION_PURPOSES, ...DELIVERY_PURPOSES] as const;
export type TokenPurpose = (typeof TOKEN_PURPOSES)[number];

export interface TokenClaim {
  /** The public id of the subscription. */
  readonly publicId: string;
  /** UTC milliseconds, to the second; 0 for tokens that never expire and must be the same each time. */
  readonly issuedAt: number;
}

/** A delivery, by its public id. Its row's number says where to look: random values would need an index of their own. */
export interface DeliveryClaim {
  readonly publicId: string;
  readonly row: number;
}

/** The claim of a token made before there were public ids. It names a row by its number alone. */
export interface OldClaim {
  readonly row: number;
  /** UTC milliseconds, to the second; 0 for tokens that never expire. */
  readonly issuedAt: number;
}

const NUMBER_BYTES = 5;
const BODY_BYTES = 1 + PUBLIC_ID_BYTES + NUMBER_BYTES; // key id, public id, seconds or masked row number
const TOKEN_BYTES = 28;
/** Key id, row number, seconds: the body of tokens of earlier releases, which are as long as today's. */
const OLD_BODY_BYTES = 1 + 6 + 5;

interface Secret {
  readonly id: number;
  readonly secret: string;
}

/**
 * Signed, purpose-bound tokens (HMAC-SHA-256, cut to 112 bits). Several secrets make key rotation possible: the first
 * signs, all verify, so that the unsubscribe link in a year-old mail still works.
 */
export class TokenSigner {
  readonly #secrets: readonly Secret[];
  readonly #keys = new Map<string, KeyObject>();

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.map((secret) => ({ id: keyId(secret), secret }));
  }

  /** Signs a claim. Always the same length (38 characters of the URL-safe alphabet), so that it can fill a fixed slot. */
  sign(purpose: SubscriptionPurpose, { publicId, issuedAt }: TokenClaim): string {
    return this.#sign(purpose, publicId, () => numberBytes(Math.floor(issuedAt / 1000)));
  }

  /** Signs for a delivery: the same token on every attempt, 38 characters like the others. The row's number is under a mask. */
  signDelivery(purpose: DeliveryPurpose, { publicId, row }: DeliveryClaim): string {
    return this.#sign(purpose, publicId, ({ secret }, id) => this.#masked(secret, id, numberBytes(row)));
  }

  /** Returns the claim, or undefined for anything forged, altered, or made for another purpose. */
  verify(purpose: SubscriptionPurpose, token: string): TokenClaim | undefined {
    const { body } = this.#verify(purpose, token) ?? {};
    return body && { publicId: idIn(body), issuedAt: numberIn(body) * 1000 };
  }

  /** Returns a delivery's claim, or undefined for anything forged, altered, or made for another purpose. */
  verifyDelivery(purpose: DeliveryPurpose, token: string): DeliveryClaim | undefined {
    const { body, secret } = this.#verify(purpose, token) ?? {};
    if (!body || secret === undefined) return undefined;
    const number = this.#masked(secret, body.subarray(1, 1 + PUBLIC_ID_BYTES), body.subarray(-NUMBER_BYTES));
    return { publicId: idIn(body), row: number.readUIntBE(0, NUMBER_BYTES) };
  }

  /** Returns the claim of a token that an earlier release made; whoever asks decides how far to believe it. */
  verifyOld(purpose: TokenPurpose, token: string): OldClaim | undefined {
    const parts = splitToken(token, OLD_BODY_BYTES);
    const known = parts && this.#secretOf(`broadsheet:${purpose}`, parts);
    return known && { row: parts.body.readUIntBE(1, 6), issuedAt: parts.body.readUIntBE(7, 5) * 1000 };
  }

  #sign(purpose: TokenPurpose, publicId: string, number: (key: Secret, id: Buffer) => Buffer): string {
    const key = this.#secrets[0];
    if (!key) throw new Error('A token signer needs a secret');
    const id = Buffer.from(publicId, 'hex');
    if (id.length !== PUBLIC_ID_BYTES) throw new RangeError(`"${publicId}" is no public id`);
    const body = Buffer.concat([Buffer.of(key.id), id, number(key, id)]);
    const mac = this.#mac(labelOf(purpose), key.secret, body).subarray(0, TOKEN_BYTES - BODY_BYTES);
    return Buffer.concat([body, mac]).toString('base64url');
  }

  #verify(purpose: TokenPurpose, token: string): { body: Buffer; secret: string } | undefined {
    const parts = splitToken(token, BODY_BYTES);
    const secret = parts && this.#secretOf(labelOf(purpose), parts);
    return secret && { body: parts.body, secret: secret.secret };
  }

  #secretOf(label: string, { body, mac }: TokenParts): Secret | undefined {
    return this.#secrets.find(
      (key) =>
        key.id === body[0] &&
        timingSafeEqual(mac, this.#mac(label, key.secret, body).subarray(0, mac.length)),
    );
  }

  /** Puts the mask over a number, or takes it off. Nobody without the key learns from it how many rows there are. */
  #masked(secret: string, id: Buffer, number: Buffer): Buffer {
    const mask = this.#mac('broadsheet:2:place', secret, id);
    return number.map((byte, at) => byte ^ (mask[at] ?? 0)) as Buffer;
  }

  #mac(label: string, secret: string, body: Buffer): Buffer {
    return createHmac('sha256', this.#key(label, secret)).update(body).digest();
  }

  /** As a key object: from bytes, Node would build one anew for every token, at five times the cost of the signing. */
  #key(label: string, secret: string): KeyObject {
    const name = `${label}:${secret}`;
    const known = this.#keys.get(name);
    if (known) return known;
    const key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', label, 32)));
    this.#keys.set(name, key);
    return key;
  }
}

/** Another label than earlier releases had, so that no token of theirs can be taken for one of ours, nor ours for theirs. */
function labelOf(purpose: TokenPurpose): string {
  return `broadsheet:2:${purpose}`;
}

interface TokenParts {
  readonly body: Buffer;
  readonly mac: Buffer;
}

/** Node's decoder forgives stray characters; only the one canonical spelling of a token is a token. */
function splitToken(token: string, bodyBytes: number): TokenParts | undefined {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length !== TOKEN_BYTES || bytes.toString('base64url') !== token) return undefined;
  return { body: bytes.subarray(0, bodyBytes), mac: bytes.subarray(bodyBytes) };
}

function idIn(body: Buffer): string {
  return body.toString('hex', 1, 1 + PUBLIC_ID_BYTES);
}

function numberIn(body: Buffer): number {
  return body.readUIntBE(1 + PUBLIC_ID_BYTES, NUMBER_BYTES);
}

/** @throws RangeError for what does not fit: never another claim. */
function numberBytes(number: number): Buffer {
  const bytes = Buffer.alloc(NUMBER_BYTES);
  bytes.writeUIntBE(number, 0, NUMBER_BYTES);
  return bytes;
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
  const hex = value.toString(16).padStart(TOKEN_BYTES * 2, '0');
  return Buffer.from(hex, 'hex').toString('base64url');
}

function keyId(secret: string): number {
  return createHash('sha256').update(`broadsheet:key-id:${secret}`).digest().readUInt8(0);
}
