import { hash } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { SECOND_MS } from '../../base/clock.ts';
import type { DkimConfig } from '../../config/config.ts';
import { fieldsByName, relaxedBody, relaxedField, splitMessage } from './dkim-canonical.ts';
import { type SigningKey, signBytes, signingKey, weaknessesOf } from './dkim-key.ts';

export interface SignOptions {
  /**
   * The body is known to be its own relaxed form, as `mail/mime/message.ts` makes it, and is hashed
   * as it stands.
   */
  readonly canonicalBody?: boolean;
}

/**
 * Named once more in the signature than the message has them, so that nobody can add one to a
 * signed message: mail programs show the first of two, verifiers look at the last (RFC 6376 §8.15).
 */
const SEALED = [
  ...['from', 'to', 'cc', 'subject', 'date', 'message-id', 'reply-to'],
  ...['mime-version', 'content-type', 'content-transfer-encoding'],
  ...['list-id', 'list-unsubscribe', 'list-unsubscribe-post'],
];
/**
 * Signed as they are. Some relays add a Feedback-ID of their own above ours; a second one of these
 * does no harm that a broken signature would not do worse.
 */
const COVERED = ['list-help', 'list-archive', 'feedback-id', 'auto-submitted', 'precedence'];

const LINE_CHARACTERS = 78;

/**
 * Puts DKIM signatures (RFC 6376, RFC 8463) on messages: relaxed/relaxed, over the whole body,
 * without expiry.
 */
export class DkimSigner {
  readonly keys: readonly SigningKey[];
  /** Warnings about the keys for the operator. */
  readonly weaknesses: readonly string[];
  readonly #clock: Clock;

  /** @throws AppError CONFIG_INVALID when a key cannot sign. */
  constructor({ domain, keys }: DkimConfig, clock: Clock) {
    this.keys = keys.map((key) => signingKey(domain, key));
    this.weaknesses = weaknessesOf(this.keys);
    this.#clock = clock;
  }

  /**
   * The message with a signature of each key on top. @throws rather than return one that is not
   * signed.
   */
  async sign(raw: Buffer, { canonicalBody = false }: SignOptions = {}): Promise<Buffer> {
    const { head, body } = splitMessage(raw);
    const signed = signedFields(head);
    const bodyHash = hash('sha256', canonicalBody ? asItStands(body) : relaxedBody(body), 'base64');
    const time = Math.floor(this.#clock.now() / SECOND_MS);
    const fields = this.keys.map(async (key) => {
      const open = openField(key, time, signed.names, bodyHash);
      const data = Buffer.from(signed.canonical + relaxedField(open), 'latin1');
      const signature = (await signBytes(key, data)).toString('base64');
      return Buffer.from(`${open}${folded(signature)}\r\n`, 'latin1');
    });
    return Buffer.concat([...(await Promise.all(fields)), raw]);
  }
}

interface SignedFields {
  /** For `h=`, with those in between that say "and no further one". */
  readonly names: readonly string[];
  readonly canonical: string;
}

function signedFields(head: string): SignedFields {
  const fields = fieldsByName(head);
  if (fields.get('from')?.length !== 1) throw new Error('A message that is signed has exactly one From');
  const names: string[] = [];
  let canonical = '';
  // Of several fields of one name the last is meant by the first mention (RFC 6376 §5.4.2).
  const cover = (name: string) => {
    for (const field of fields.get(name)?.toReversed() ?? []) {
      names.push(name);
      canonical += `${relaxedField(field)}\r\n`;
    }
  };
  for (const name of SEALED) {
    cover(name);
    names.push(name);
  }
  for (const name of COVERED) cover(name);
  return { names, canonical };
}

/**
 * Hashing a body that is not canonical would make a signature that nobody can verify: what is cheap
 * to see is looked at.
 */
function asItStands(body: Buffer): Buffer {
  const end = body.toString('latin1', Math.max(0, body.length - 4));
  if (!end.endsWith('\r\n') || end === '\r\n\r\n') throw new Error('The body is not canonical');
  return body;
}

/** The field up to `b=`, which is what its own signature covers of it. */
function openField(key: SigningKey, time: number, names: readonly string[], bodyHash: string): string {
  const tags = [
    `a=${key.algorithm};`,
    'c=relaxed/relaxed;',
    `d=${key.domain};`,
    `s=${key.selector};`,
    `t=${time};`,
  ];
  const last = names.length - 1;
  return [
    ...lines('DKIM-Signature: v=1;', tags, ' '),
    ...lines(
      ' h=',
      names.map((name, at) => name + (at === last ? ';' : ':')),
      '',
    ),
    ` bh=${bodyHash};`,
    ' b=',
  ].join('\r\n');
}

/** Words one after the other, on a further line where one would be too long. */
function lines(start: string, words: readonly string[], between: string): string[] {
  const full: string[] = [];
  let line = start;
  for (const word of words) {
    if (line.length + between.length + word.length <= LINE_CHARACTERS) line += between + word;
    else {
      full.push(line);
      line = ` ${word}`;
    }
  }
  return [...full, line];
}

/** Base64 behind ` b=`, in lines of one length. */
function folded(base64: string): string {
  return base64.match(/.{1,74}/g)?.join('\r\n ') ?? '';
}
