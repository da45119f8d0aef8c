import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Article } from '../../src/articles/article.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createLog, type Log } from '../../src/base/log.ts';
import { newPublicId } from '../../src/base/public-id.ts';
import { parseAddress } from '../../src/base/text/address.ts';
import { TokenSigner } from '../../src/base/token.ts';
import { type NewsletterConfig, Newsletters, type NewslettersFile } from '../../src/config/newsletters.ts';
import { type SignUpConfig, signUpSchema, withDisposableDomains } from '../../src/config/sign-up-config.ts';
import { ourVocabulary } from '../../src/config/vocabulary.ts';
import { enqueue } from '../../src/delivery/ledger.ts';
import { datedAt, readEditionId } from '../../src/editions/edition.ts';
import type { Archive, EditionSummary } from '../../src/publishing/public-archive.ts';
import { speaking } from '../../src/site/page-language.ts';
import { registerSite } from '../../src/site/site-routes.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { findOrAddSubscriber } from '../../src/subscribers/subscriber-store.ts';
import { createServer } from '../../src/web/server.ts';
import { openSqlite, type TestDatabase } from '../helpers/databases.ts';
import { ManualClock } from '../helpers/manual-clock.ts';
import { twoNewsletters } from '../web/sample-newsletters.ts';

/** The readers' pages over a real database, with the mails they ask for in a list. */
export interface OpenSite extends AsyncDisposable {
  readonly app: FastifyInstance;
  readonly db: Database;
  readonly clock: ManualClock;
  readonly signer: TokenSigner;
  readonly mediaDir: string;
  readonly enqueued: { subscriptionId: number; kind: string }[];
  /** People whose waiting mail was looked at anew. */
  readonly reselected: number[];
}

export const SUBJECTS = [
  {
    id: 'baby-loss',
    title: 'Baby loss',
    description: 'Miscarriage, stillbirth and the death of a small child.',
  },
  { id: 'illness', title: 'Serious illness', description: 'Cancer and other long or grave illnesses.' },
  { id: 'violence', title: 'Violence', description: 'Murder, assault and abuse.' },
];

const MANY = 1_000_000;
const OPEN_DOORS: SignUpConfig = {
  ...withDisposableDomains(signUpSchema.parse({}), ''),
  ...{
    per_network: MANY,
    per_mailbox: MANY,
    per_domain: MANY,
    all: MANY,
    plain_forms: MANY,
    plain_forms_per_network: MANY,
  },
  min_fill_seconds: 0,
};

export interface SiteParts {
  readonly file?: Pick<NewslettersFile, 'publisher'> & { readonly newsletters: readonly NewsletterConfig[] };
  readonly subjects?: typeof SUBJECTS;
  /** Over a site that lets every form in at once: its clock stands still, and tests come from one network. */
  readonly signUp?: Partial<SignUpConfig>;
  readonly log?: Log;
  /** How long it takes to write a mail down. */
  readonly mailTakesMs?: number;
  readonly editions?: readonly EditionSummary[];
  readonly articles?: readonly Article[];
  readonly webVersions?: Readonly<Record<string, string>>;
  readonly personalVersions?: Readonly<Record<number, string>>;
  readonly rehearsal?: boolean;
  readonly takesUtf8?: boolean;
  readonly trustProxy?: string;
  readonly database?: TestDatabase;
}

export async function openSite(parts: SiteParts = {}): Promise<OpenSite> {
  const store = parts.database ?? (await openSqlite());
  const mediaDir = mkdtempSync(join(tmpdir(), 'broadsheet-media-'));
  const clock = new ManualClock('2026-11-22T08:00:00Z');
  for (const id of Object.keys(parts.personalVersions ?? {}).map(Number)) await addDelivery(store.db, id);
  const log = parts.log ?? createLog('silent');
  const signer = new TokenSigner(['a secret of a length that would do in real life']);
  const { publisher, newsletters: offered } = parts.file ?? twoNewsletters();
  const newsletters = Newsletters.with(offered);
  const enqueued: OpenSite['enqueued'] = [];
  const reselected: number[] = [];
  const app = await createServer({
    log,
    trustProxy: parts.trustProxy,
    words: speaking({ vocabulary: ourVocabulary() }),
  });
  await registerSite(app, {
    db: store.db,
    clock,
    log,
    signer,
    publisher,
    newsletters,
    signUp: { ...OPEN_DOORS, ...parts.signUp },
    subjects: parts.subjects ?? SUBJECTS,
    vocabulary: ourVocabulary(),
    publicUrl: 'http://localhost:3000',
    mediaDir,
    rehearsal: parts.rehearsal ?? false,
    enqueue: async (db, subscriptionId, kind, options) => {
      if (parts.mailTakesMs) await systemClock.sleep(parts.mailTakesMs);
      await enqueue(db, subscriptionId, kind, clock.now(), options);
      enqueued.push({ subscriptionId, kind });
    },
    takesUtf8: () => parts.takesUtf8 ?? false,
    reselect: async (subscriberId) => void reselected.push(subscriberId),
    ...archiveOf(parts, newsletters),
    personalVersion: async (id) => parts.personalVersions?.[id],
    article: async (link) => parts.articles?.find((article) => article.link === link),
  });
  return {
    app,
    db: store.db,
    clock,
    signer,
    mediaDir,
    enqueued,
    reselected,
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await store[Symbol.asyncDispose]();
      rmSync(mediaDir, { recursive: true, force: true });
    },
  };
}

/** Editions as a list, for pages that do not care how an archive is kept. */
function archiveOf(
  { editions = [], webVersions = {} }: SiteParts,
  newsletters: readonly NewsletterConfig[],
): Archive {
  const isOpen = (id: string) => newsletters.some((one) => one.id === id && one.archive !== 'off');
  const sent = (of: string, from: number, until: number) =>
    editions.filter(
      (one) => one.newsletterId === of && isOpen(of) && datedAt(one) >= from && datedAt(one) < until,
    );
  return {
    editions: async (id, { from = 0, until = Number.MAX_SAFE_INTEGER, limit = 100 } = {}) =>
      sent(id, from, until).slice(0, limit),
    newestDated: async (id, before) => {
      const [newest] = sent(id, 0, before);
      return newest && datedAt(newest);
    },
    stamp: async () => '',
    datedAt: async (id) => {
      const found = editions.find((one) => one.id === id);
      return found && datedAt(found);
    },
    publicEdition: async (id) => {
      const html = webVersions[id];
      const read = readEditionId(id);
      if (html === undefined || !read || !isOpen(read.newsletterId)) return undefined;
      const known = editions.find((edition) => edition.id === id);
      const plain = { ...read, id, title: '', headlines: [] };
      return {
        ...plain,
        ...known,
        html,
        subject: 'The subject',
        preheader: 'Before the mail',
        language: 'en-GB',
      };
    },
  };
}

/** A subscription in the state given; returns its id. */
export async function addSubscription(
  site: OpenSite,
  email: string,
  state: 'pending' | 'active' | 'unsubscribed' = 'active',
  newsletterId = 'daily',
): Promise<number> {
  const parsed = parseAddress(email);
  if (!parsed.ok) throw new Error(parsed.reason);
  const subscriberId = await findOrAddSubscriber(site.db, parsed.address, '', site.clock.now());
  const { id } = await site.db
    .insertInto('subscriptions')
    .values({
      public_id: newPublicId(),
      subscriber_id: subscriberId,
      newsletter_id: newsletterId,
      state,
      created_at: site.clock.now(),
      confirmed_at: state === 'pending' ? null : site.clock.now(),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** A row that a link to a reader's own version can be of. */
async function addDelivery(db: Database, id: number): Promise<void> {
  const settled = { state: 'accepted' as const, priority: 10, attempt_count: 1, next_attempt_at: 0 };
  await db
    .insertInto('deliveries')
    .values({
      id,
      public_id: newPublicId(),
      kind: 'edition',
      email: 'a@example.org',
      created_at: 0,
      ...settled,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** Everything the database knows of people: to see that nothing changed. */
export async function everythingAbout(site: OpenSite): Promise<string> {
  const [subscribers, subscriptions, consents, suppressions, changes] = await Promise.all([
    site.db.selectFrom('subscribers').selectAll().orderBy('id').execute(),
    site.db.selectFrom('subscriptions').selectAll().orderBy('id').execute(),
    site.db.selectFrom('consents').selectAll().orderBy('id').execute(),
    site.db.selectFrom('suppressions').selectAll().execute(),
    site.db.selectFrom('address_changes').selectAll().orderBy('id').execute(),
  ]);
  return JSON.stringify({
    subscribers,
    subscriptions,
    consents,
    suppressions,
    changes,
    mails: site.enqueued,
  });
}

export const FORM = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };

/** A form's fields as its body; a list becomes one field each. */
export function formBody(fields: Readonly<Record<string, string | readonly string[]>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(fields))
    for (const one of [value].flat()) parameters.append(name, one);
  return parameters.toString();
}
