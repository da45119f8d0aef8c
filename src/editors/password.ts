import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';

/** Cost of one derivation: 2^log2N × 128 × r bytes of memory, p times in sequence. */
interface Cost {
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
}

interface Kept {
  readonly cost: Cost;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/**
 * OWASP lists several equivalent scrypt settings; this one uses 32 MB rather than 128: two
 * passwords are derived at once, and a small machine must also have room to send mail.
 */
const COST: Cost = { log2N: 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const WRITTEN = /^\$scrypt\$ln=(1\d|20),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
/** Stand-in to derive against where there is no hash to compare with. */
const NOBODYS: Kept = { cost: COST, salt: Buffer.alloc(SALT_BYTES), hash: Buffer.alloc(HASH_BYTES) };

const LEAST_CHARACTERS = 12;
const MOST_CHARACTERS = 256;
const LEAST_DIFFERENT = 4;

/** Returns a sentence that says why a text cannot be a password; undefined when it can. */
export function passwordFault(password: string): string | undefined {
  const { length } = [...password];
  if (length < LEAST_CHARACTERS)
    return `It needs at least ${LEAST_CHARACTERS} characters; a few words in a row make a good one.`;
  if (length > MOST_CHARACTERS) return `It may have at most ${MOST_CHARACTERS} characters.`;
  if (new Set(password).size < LEAST_DIFFERENT) return 'It repeats itself: anybody would guess it.';
  return undefined;
}

/** With a salt of its own, and its cost written into it: `$scrypt$ln=15,r=8,p=3$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, { cost: COST, salt, hash: NOBODYS.hash });
  return `$scrypt$ln=${COST.log2N},r=${COST.r},p=${COST.p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/**
 * Reports whether this is the password that `hashPassword` was given, at whatever cost.
 * @param hash undefined for an account that does not exist: the refusal takes as long as for one
 * that does.
 */
export async function isPassword(given: string, hash: string | undefined): Promise<boolean> {
  const kept = hash === undefined ? undefined : read(hash);
  const derived = await derive(given, kept ?? NOBODYS);
  return timingSafeEqual(derived, (kept ?? NOBODYS).hash) && kept !== undefined;
}

/** Reports whether the hash was derived at another cost than today's. */
export function isOutdated(hash: string): boolean {
  const cost = read(hash)?.cost;
  return cost?.log2N !== COST.log2N || cost.r !== COST.r || cost.p !== COST.p;
}

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'; // without those that are read for another

/** One to be handed over and typed once: `k7fd-x2mq-…`, 99 bits. */
export function makePassword(): string {
  const group = () => Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return Array.from({ length: 5 }, group).join('-');
}

function read(written: string): Kept | undefined {
  const [, log2N, r, p, salt, hash] = WRITTEN.exec(written) ?? [];
  if (!salt || !hash) return undefined;
  const cost = { log2N: Number(log2N), r: Number(r), p: Number(p) };
  return { cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
}

/** Composed first: one keyboard sends an ä as one character, another as two. */
function derive(password: string, { cost, salt, hash }: Kept): Promise<Buffer> {
  const N = 2 ** cost.log2N;
  const options = { N, r: cost.r, p: cost.p, maxmem: 256 * N * cost.r };
  const work = () =>
    new Promise<Buffer>((resolve, reject) => {
      scrypt(password.normalize('NFC'), salt, hash.length, options, (error, derived) =>
        error ? reject(error) : resolve(derived),
      );
    });
  return inTurn(work);
}

/**
 * One behind the other, in two lines. Of Node's four threads two stay free for files and the names
 * of hosts: else a crowd that guesses at passwords would hold up all mail that is being sent.
 */
const lines = [Promise.resolve(), Promise.resolve()];
let next = 0;

function inTurn(work: () => Promise<Buffer>): Promise<Buffer> {
  const line = next;
  next = (next + 1) % lines.length;
  const done = (lines[line] ?? Promise.resolve()).then(work);
  lines[line] = done.then(
    () => undefined,
    () => undefined,
  );
  return done;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
