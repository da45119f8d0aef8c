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
  /**
   * UTC milliseconds, to the second; 0 for tokens that never expire and must be the same each time.
   */
  readonly issuedAt: number;
}

/**
 * A delivery, by its public id. Its row's number says where to look: random values would need an
 * index of their own.
 */
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
const NUMBER_AT = 1 + PUBLIC_ID_BYTES;
const BODY_BYTES = 1 + PUBLIC_ID_BYTES + NUMBER_BYTES; // key id, public id, seconds or masked row number
const TOKEN_BYTES = 28;
/**
 * Key id, row number, seconds: the body of tokens of earlier releases, which are as long as
 * today's.
 */
const OLD_BODY_BYTES = 1 + 6 + 5;

/** A secret, with the keys that were drawn from it, by what they are for. */
interface Secret {
  readonly id: number;
  readonly secret: string;
  readonly keys: Map<string, KeyObject>;
}

/**
 * Signed, purpose-bound tokens (HMAC-SHA-256, cut to 112 bits). Several secrets make key rotation
 * possible: the first signs, all verify, so that the unsubscribe link in a year-old mail still
 * works.
 */
export class TokenSigner {
  readonly #secrets: readonly Secret[];
  /** The mask of one mail's tokens, which are made one after the other. */
  #lastMask: { readonly secret: Secret; readonly publicId: string; readonly mask: Buffer } | undefined;

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.map((secret) => ({ id: keyId(secret), secret, keys: new Map() }));
  }

  /**
   * Signs a claim. Always the same length (38 characters of the URL-safe alphabet), so that it can
   * fill a fixed slot.
   */
  sign(purpose: SubscriptionPurpose, { publicId, issuedAt }: TokenClaim): string {
    return this.#sign(purpose, publicId, Math.floor(issuedAt / 1000), false);
  }

  /**
   * Signs for a delivery: the same token on every attempt, 38 characters like the others. The row's
   * number is under a mask.
   */
  signDelivery(purpose: DeliveryPurpose, { publicId, row }: DeliveryClaim): string {
    return this.#sign(purpose, publicId, row, true);
  }

  /** Returns the claim, or undefined for anything forged, altered, or made for another purpose. */
  verify(purpose: SubscriptionPurpose, token: string): TokenClaim | undefined {
    const { body } = this.#verify(purpose, token) ?? {};
    return body && { publicId: idIn(body), issuedAt: body.readUIntBE(NUMBER_AT, NUMBER_BYTES) * 1000 };
  }

  /**
   * Returns a delivery's claim, or undefined for anything forged, altered, or made for another
   * purpose.
   */
  verifyDelivery(purpose: DeliveryPurpose, token: string): DeliveryClaim | undefined {
    const { body, secret } = this.#verify(purpose, token) ?? {};
    if (!body || !secret) return undefined;
    const publicId = idIn(body);
    const bare = Buffer.from(body);
    this.#mask(secret, publicId, bare);
    return { publicId, row: bare.readUIntBE(NUMBER_AT, NUMBER_BYTES) };
  }

  /**
   * Returns the claim of a token that an earlier release made; whoever asks decides how far to
   * believe it.
   */
  verifyOld(purpose: TokenPurpose, token: string): OldClaim | undefined {
    const parts = splitToken(token, OLD_BODY_BYTES);
    const known = parts && this.#secretOf(`broadsheet:${purpose}`, parts);
    return known && { row: parts.body.readUIntBE(1, 6), issuedAt: parts.body.readUIntBE(7, 5) * 1000 };
  }

  /**
   * @throws RangeError for a number that does not fit, or an id that is none: never another claim.
   */
  #sign(purpose: TokenPurpose, publicId: string, number: number, masked: boolean): string {
    const secret = this.#secrets[0];
    if (!secret) throw new Error('A token signer needs a secret');
    const token = Buffer.allocUnsafe(TOKEN_BYTES);
    token.writeUInt8(secret.id, 0);
    if (publicId.length !== PUBLIC_ID_BYTES * 2 || token.write(publicId, 1, 'hex') !== PUBLIC_ID_BYTES)
      throw new RangeError(`"${publicId}" is no public id`);
    token.writeUIntBE(number, NUMBER_AT, NUMBER_BYTES);
    if (masked) this.#mask(secret, publicId, token);
    mac(secret, LABELS[purpose], token.subarray(0, BODY_BYTES)).copy(token, BODY_BYTES);
    return token.toString('base64url');
  }

  #verify(purpose: TokenPurpose, token: string): { body: Buffer; secret: Secret } | undefined {
    const parts = splitToken(token, BODY_BYTES);
    const secret = parts && this.#secretOf(LABELS[purpose], parts);
    return secret && { body: parts.body, secret };
  }

  #secretOf(label: string, { body, mac: given }: TokenParts): Secret | undefined {
    return this.#secrets.find(
      (key) => key.id === body[0] && timingSafeEqual(given, mac(key, label, body).subarray(0, given.length)),
    );
  }

  /**
   * Puts the mask over a number, or takes it off. Nobody without the key learns from it how many
   * rows there are.
   */
  #mask(secret: Secret, publicId: string, body: Buffer): void {
    const last = this.#lastMask;
    const isLast = last?.secret === secret && last.publicId === publicId;
    const mask = isLast ? last.mask : mac(secret, MASK_LABEL, body.subarray(1, NUMBER_AT));
    if (!isLast) this.#lastMask = { secret, publicId, mask };
    for (let at = 0; at < NUMBER_BYTES; at += 1)
      body.writeUInt8(body.readUInt8(NUMBER_AT + at) ^ mask.readUInt8(at), NUMBER_AT + at);
  }
}

function mac(secret: Secret, label: string, body: Buffer): Buffer {
  return createHmac('sha256', keyOf(secret, label)).update(body).digest();
}

/**
 * Returns the secret as a key object: given bytes, Node would build one for every token, at five
 * times the cost of signing.
 */
function keyOf({ secret, keys }: Secret, label: string): KeyObject {
  const known = keys.get(label);
  if (known) return known;
  const key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', label, 32)));
  keys.set(label, key);
  return key;
}

/**
 * Other labels than earlier releases had, so that no token of theirs can be taken for one of ours,
 * nor ours for theirs.
 */
const LABELS = Object.fromEntries(
  TOKEN_PURPOSES.map((purpose) => [purpose, `broadsheet:2:${purpose}`]),
) as Record<TokenPurpose, string>;
const MASK_LABEL = 'broadsheet:2:place';

interface TokenParts {
  readonly body: Buffer;
  readonly mac: Buffer;
}

/**
 * Node's decoder forgives stray characters; only the one canonical spelling of a token is a token.
 */
function splitToken(token: string, bodyBytes: number): TokenParts | undefined {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length !== TOKEN_BYTES || bytes.toString('base64url') !== token) return undefined;
  return { body: bytes.subarray(0, bodyBytes), mac: bytes.subarray(bodyBytes) };
}

function idIn(body: Buffer): string {
  return body.toString('hex', 1, NUMBER_AT);
}

/**
 * Over hashes, since `timingSafeEqual` needs two of one length, and how long a secret is is a
 * secret too.
 */
export function isSame(given: string, expected: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}

const CASELESS = /^[0-9a-v]{45}$/i;

/**
 * A token in 45 letters and digits (base 32), for the local part of an address: some servers fold
 * it to lower case on the way, and hexadecimal would leave no room among its 64 characters.
 */
export function caseless(token: string): string {
  return BigInt(`0x${Buffer.from(token, 'base64url').toString('hex')}`)
    .toString(32)
    .padStart(45, '0');
}

/**
 * The token that `caseless` was given, in whatever case; undefined for anything it cannot have
 * made.
 */
export function fromCaseless(text: string): string | undefined {
  if (!CASELESS.test(text)) return undefined;
  const value = [...text].reduce((sum, digit) => sum * 32n + BigInt(Number.parseInt(digit, 32)), 0n);
  const hex = value.toString(16).padStart(TOKEN_BYTES * 2, '0');
  return Buffer.from(hex, 'hex').toString('base64url');
}

function keyId(secret: string): number {
  return createHash('sha256').update(`broadsheet:key-id:${secret}`).digest().readUInt8(0);
}
