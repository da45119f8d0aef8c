import { Readable } from 'node:stream';
import { type EmailAddress, parseAddress } from '../../src/base/text/address.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { addReaders } from '../../src/subscribers/add-readers.ts';
import type { ReaderList } from '../../src/subscribers/import/import-list.ts';
import {
  type ImportOptions,
  type ImportReport,
  importReaders,
} from '../../src/subscribers/import/import-readers.ts';
import { type Rejected, readBatches } from '../../src/subscribers/import/read-batches.ts';
import { confirm } from '../../src/subscribers/sign-up/confirm-sign-up.ts';
import { signUp } from '../../src/subscribers/sign-up/take-sign-up.ts';
import type { Subscription } from '../../src/subscribers/subscriber.ts';
import { emailHash } from '../../src/subscribers/subscriber.ts';
import { streamSubscriptions, unsubscribe } from '../../src/subscribers/subscriber-store.ts';

export const NOW = Date.parse('2026-11-22T08:00:00Z');
export const FORM = { origin: 'site', wording: 'Yes, send me the Daily' };
/** As many mails to one mailbox as there may be where nobody says otherwise. */
export const CEILING = { per_mailbox: 5 };
export const SECTIONS = ['royal', 'stars', 'style'];

export interface Mail {
  readonly subscriptionId: number;
  readonly kind: string;
}

/** Keeps what would be mailed in a list. */
export function outbox() {
  const mails: Mail[] = [];
  const enqueue = async (_db: Database, subscriptionId: number, kind: string) =>
    void mails.push({ subscriptionId, kind });
  return { mails, kinds: () => mails.map(({ kind }) => kind), enqueue };
}
export type Outbox = ReturnType<typeof outbox>;

export function address(text: string): EmailAddress {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.reason}`);
  return parsed.address;
}

export interface Asking {
  readonly email?: string;
  readonly now?: number;
  readonly sections?: readonly string[] | null;
}

/** Somebody fills in the form. */
export function ask(
  db: Database,
  box: Outbox,
  { email = 'anna@example.org', now = NOW, sections = null }: Asking = {},
) {
  const request = { email: address(email), choices: [{ newsletterId: 'daily', sections }], now, ...FORM };
  return db.transaction().execute((trx) => signUp(trx, request, box.enqueue, CEILING));
}

/** Somebody follows the link of a confirmation that was made at `issuedAt`. */
export function follow(db: Database, box: Outbox, id: number, issuedAt: number, now = issuedAt) {
  return confirm(db, { id, issuedAt }, { ...FORM, now }, box.enqueue);
}

export function leave(db: Database, id: number, now = NOW) {
  return unsubscribe(db, id, { origin: 'mail', wording: 'Unsubscribe', now });
}

/** Active readers of the daily, on the operator's word. */
export function add(
  db: Database,
  emails: readonly string[],
  sections: readonly string[] | null = null,
  now = NOW,
) {
  const readers = emails.map((email) => ({ email: address(email), name: '', sections }));
  return addReaders(db, readers, { newsletterId: 'daily', origin: 'test', now });
}

export async function suppress(
  db: Database,
  email: string,
  reason: 'erased' | 'undeliverable' | 'complained',
): Promise<void> {
  await db
    .insertInto('suppressions')
    .values({ email_hash: emailHash(email), reason, at: NOW })
    .execute();
}

/** Takes in a list, as text, bytes, or opened anew each time it is read; it is read in this thread. */
export async function importCsv(
  db: Database,
  csv: string | Buffer | (() => Readable),
  options: Partial<ImportOptions> = {},
): Promise<ImportReport & { readonly rejected: readonly Rejected[] }> {
  const open = typeof csv === 'function' ? csv : () => Readable.from([Buffer.from(csv)]);
  const rejected: Rejected[] = [];
  const list: ReaderList = { open, batches: (task) => readBatches(open, task) };
  const report = await importReaders(db, list, {
    ...{ newsletterId: 'daily', sections: SECTIONS, file: 'readers.csv', now: NOW },
    onRejected: ({ line, value, reason }) => void rejected.push({ line, value, reason }),
    ...options,
  });
  return { ...report, rejected };
}

/** The counts alone, for comparing. */
export function counts({ rejected: _, ...report }: Awaited<ReturnType<typeof importCsv>>) {
  const { rows, added, known, leftAlone, unsubscribed, suppressed, duplicates, invalid } = report;
  return { rows, added, known, leftAlone, unsubscribed, suppressed, duplicates, invalid };
}

export const NOBODY = {
  ...{ rows: 0, added: 0, known: 0, leftAlone: 0 },
  ...{ unsubscribed: 0, suppressed: 0, duplicates: 0, invalid: 0 },
};

export async function everyone(db: Database): Promise<Subscription[]> {
  return collected(streamSubscriptions(db));
}

export async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** `anna@example.org active` of each subscription, in the order of the alphabet. */
export async function states(db: Database): Promise<string[]> {
  return (await everyone(db)).map(({ email, state }) => `${email} ${state}`).toSorted();
}

export async function acts(db: Database, subscriptionId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('consents')
    .select('act')
    .where('subscription_id', '=', subscriptionId)
    .orderBy('id')
    .execute();
  return rows.map(({ act }) => act);
}
