import { createLog } from '../../src/base/log.ts';
import type { EmailAddress } from '../../src/base/text/address.ts';
import { freezeAudience } from '../../src/delivery/audience/audience.ts';
import type { Claim, Worker } from '../../src/delivery/engine/claim.ts';
import type { Settlement, UncertainPolicy } from '../../src/delivery/engine/settle.ts';
import type { Edition, EditionSection, EditionStory } from '../../src/editions/edition.ts';
import { saveDraft } from '../../src/editions/store/edition-store.ts';
import { withContent } from '../../src/editions/store/kept-edition.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { addReaders } from '../../src/subscribers/add-readers.ts';
import type { Phase, Verdict } from '../../src/transport/reply.ts';
import type { Mail } from '../../src/transport/transaction.ts';
import { RunningClock } from '../helpers/running-clock.ts';
import { address, story } from '../mail/sample.ts';

/** Readers, editions, workers and verdicts with defaults; a test names only what it is about. */

export const SLOT = Date.UTC(2026, 10, 22, 7);
export const NOW = SLOT + 60_000;
/** Real time counted from NOW: what is due then is due whatever day the test is run on. */
export const CLOCK = RunningClock.shared(NOW);
export const SILENT = createLog('silent', false);

/** In the order of their subscriptions. */
export function emails(count: number, domain = 'readers.example'): EmailAddress[] {
  return Array.from({ length: count }, (_, n) => address(`reader-${String(n).padStart(5, '0')}@${domain}`));
}

export async function addActive(
  db: Database,
  readers: readonly EmailAddress[],
  sections: readonly string[] | null = null,
): Promise<void> {
  const options = { newsletterId: 'daily', origin: 'test', now: NOW };
  for (let at = 0; at < readers.length; at += 1000)
    await addReaders(
      db,
      readers.slice(at, at + 1000).map((email) => ({ email, name: '', sections })),
      options,
    );
}

/** Subscription ids by address. */
export async function subscriptionIds(db: Database): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriber_id')
    .select(['subscriptions.id', 'email'])
    .execute();
  return new Map(rows.map((row) => [row.email, row.id]));
}

export async function subscriptionId(db: Database, email: string): Promise<number> {
  const id = (await subscriptionIds(db)).get(email);
  if (id === undefined) throw new Error(`nobody subscribed as ${email}`);
  return id;
}

const SECTIONS: readonly EditionSection[] = [
  { id: 'royals', title: 'Royals' },
  { id: 'style', title: 'Style' },
];

export async function draft(
  db: Database,
  {
    slot = SLOT,
    stories = [story(0)],
    sections = SECTIONS,
  }: { slot?: number; stories?: readonly EditionStory[]; sections?: readonly EditionSection[] } = {},
): Promise<Edition> {
  const content = { title: 'The Daily Curtsey', language: 'en', sections, stories };
  const kept = { newsletterId: 'daily', slot, asOf: slot, composedAt: slot, content, reason: null };
  return withContent(await saveDraft(db, kept));
}

/** An edition frozen for this many new readers. */
export async function frozen(db: Database, count: number, slot = SLOT): Promise<Edition> {
  await addActive(db, emails(count));
  const edition = await draft(db, { slot });
  await freezeAudience(db, edition, NOW);
  return edition;
}

export function worker(name = 'press', leaseMs = 60_000): Worker {
  return { id: `${name}.example/1/abc`, leaseMs };
}

export function verdict(outcome: Verdict['outcome'], phase: Phase = 'body', reply = 'the answer'): Verdict {
  return { outcome, fault: outcome === 'accepted' ? 'none' : 'recipient', phase, reply };
}

export function settlement(
  claim: Claim,
  outcome: Verdict['outcome'],
  policy: UncertainPolicy = 'resend',
): Settlement {
  return { claim, verdict: verdict(outcome), policy };
}

export async function deliveries(db: Database) {
  return db.selectFrom('deliveries').selectAll().orderBy('id').execute();
}

export async function delivery(db: Database, id: number) {
  return db.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

export async function states(db: Database): Promise<string[]> {
  return (await deliveries(db)).map((row) => row.state);
}

export async function attempts(db: Database, deliveryId?: number) {
  let query = db.selectFrom('attempts').selectAll().orderBy('id');
  if (deliveryId !== undefined) query = query.where('delivery_id', '=', deliveryId);
  return query.execute();
}

/** A small message with what identifies a delivery: the same bytes on every attempt. */
export async function composeSmall(claim: Pick<Claim, 'id' | 'email'>): Promise<Mail> {
  const lines = [
    'From: <news@paper.example>',
    `To: <${claim.email}>`,
    `Message-ID: <${claim.id}@paper.example>`,
    'Subject: The news',
    '',
    'Good morning.',
    '',
  ];
  return { from: `b+${claim.id}@paper.example`, to: claim.email, raw: Buffer.from(lines.join('\r\n')) };
}

export function messageId(message: Buffer): string {
  return /^Message-ID: (.*)$/im.exec(message.toString())?.[1]?.trim() ?? '';
}
