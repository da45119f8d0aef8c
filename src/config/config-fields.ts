import { Cron } from 'croner';
import addressparser from 'nodemailer/lib/addressparser';
import { z } from 'zod';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { type EmailAddress, parseAddress } from '../base/text/address.ts';
import { oneLine } from '../base/text/one-line.ts';

/** One From: a display name and an address. */
export interface Sender {
  readonly name: string;
  readonly address: EmailAddress;
}

const NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;
export const countSchema = z.int().min(1, 'a whole number of at least 1');

/** Names in our files: of newsletters, sources, sections, subjects. */
export const nameSchema = z
  .string()
  .regex(NAME, 'a name of lower-case letters, digits and hyphens, such as "royal-weekly"');

export const lineSchema = z.string().trim().min(1, 'some text');

const KNOWN_HERE = 'the keys known here are ';

/** The keys in the answer to a typing mistake; none where that answer is another. */
export function keysKnown(answer: string): string[] {
  return answer.startsWith(KNOWN_HERE) ? answer.slice(KNOWN_HERE.length).split(', ') : [];
}

/**
 * A group of keys; what is not among them is a typing mistake, and the answer to that is the list
 * of those that are.
 */
export const group = <Keys extends z.core.$ZodLooseShape>(keys: Keys) =>
  z.strictObject(keys, {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? `${KNOWN_HERE}${Object.keys(keys).join(', ')}` : undefined,
  });

/** Things by name, at least one of them. */
export const named = <Schema extends z.core.SomeType>(schema: Schema, atLeast: string) =>
  z.record(nameSchema, schema).refine((all) => Object.keys(all).length > 0, atLeast);

const UNITS: Record<string, number> = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };

/** "90m", "12h", "2d" → milliseconds. */
export const durationSchema = z.string().transform((text, context) => {
  const [, count, unit = ''] = /^(\d+)\s*([smhd])$/.exec(text.trim()) ?? [];
  const unitMs = UNITS[unit];
  if (count && unitMs) return Number(count) * unitMs;
  context.addIssue('a length of time such as 90m, 12h or 2d');
  return z.NEVER;
});

/** A cron text of five fields; returned as it is, known to be readable. */
export const scheduleSchema = z.string().superRefine((text, context) => {
  if (text.trim().split(/\s+/).length !== 5) {
    context.addIssue('a cron text of five fields, such as "0 7 * * *" for seven every morning');
    return;
  }
  try {
    new Cron(text, { paused: true });
  } catch (error) {
    context.addIssue(`a cron text such as "0 7 * * *" (${messageOf(error)})`);
  }
});

/** BCP 47, in its canonical spelling. */
export const languageSchema = z.string().transform((text, context) => {
  try {
    return Intl.getCanonicalLocales(text)[0] ?? text;
  } catch {
    context.addIssue('a language such as en, en-GB or de');
    return z.NEVER;
  }
});

export const timeZoneSchema = z.string().refine(isTimeZone, 'a time zone such as Europe/London');

/**
 * `Name <address>` or a bare address. A name is taken as it was typed: a colon, a semicolon,
 * brackets and quotation marks before the last `<` belong to it. Quotation marks around all of it
 * do not.
 */
export const senderSchema = z.string().transform((text, context): Sender => {
  const typed = namedSender(text) ?? onlySender(text);
  const parsed = parseAddress(typed?.address ?? '');
  if (parsed.ok && typed) return { name: oneLine(typed.name), address: parsed.address };
  context.addIssue(
    `one sender such as "The Daily <daily@example.org>"${parsed.ok || !typed ? '' : ` (${parsed.reason})`}`,
  );
  return z.NEVER;
});

interface TypedSender {
  readonly name: string;
  readonly address: string;
}

/** An address in the middle of a name, with more behind it: then the text is a list of senders. */
const ANOTHER_ADDRESS = /@[^\s@,;<>]+>?\s*[,;]/;

/** Undefined where the text does not end in `<…>`, or names several senders. */
function namedSender(text: string): TypedSender | undefined {
  const typed = text.trim();
  const at = typed.lastIndexOf('<');
  if (at < 1 || !typed.endsWith('>')) return undefined;
  const before = typed.slice(0, at).trim();
  const [, quoted] = /^"((?:[^"\\]|\\[\s\S])*)"$/.exec(before) ?? [];
  if (quoted === undefined && ANOTHER_ADDRESS.test(before)) return undefined;
  return { name: quoted?.replace(/\\([\s\S])/g, '$1') ?? before, address: typed.slice(at + 1, -1) };
}

/**
 * Every other way to write one sender, such as `address (Name)`; undefined where there are several.
 */
function onlySender(text: string): TypedSender | undefined {
  const [first, ...more] = addressparser(text, { flatten: true });
  return more.length > 0 ? undefined : { name: first?.name ?? '', address: first?.address ?? '' };
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
