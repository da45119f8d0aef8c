import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { systemClock } from '../src/base/clock.ts';
import { type Config, loadConfig } from '../src/config/config.ts';
import type { EditionContent } from '../src/editions/edition.ts';
import { saveDraft } from '../src/editions/store/edition-store.ts';
import { withContent } from '../src/editions/store/kept-edition.ts';
import type { Database } from '../src/storage/schema/schema.ts';

/** What both sides send and to whom: an edition of about 26 KB, and as many readers as are asked for. */

export const SLOT = Date.UTC(2026, 10, 22, 7);
/** Of a whole message, header and encoding included: measured, not guessed, in the test of this folder. */
export const MESSAGE_BYTES = 26_000;
const SECTIONS = ['royal', 'celebrity', 'film', 'food', 'homes', 'style', 'travel', 'weddings'];
/** One story in each section, and every reader takes two of the eight: so the whole message is 26 KB. */
const SECTIONS_PER_READER = 2;
const STANDFIRST =
  'The palace gates had not been open for an hour when the queue reached the fountain, and those at its end were told that there was cake enough for all of them.';

/** Eight variants, all of one length. */
export const TWO_EACH = SECTIONS.map((_, n) => [...SECTIONS, ...SECTIONS].slice(n, n + SECTIONS_PER_READER));
/** Every combination of sections there is: 255 variants. */
export const EVERY_COMBINATION = Array.from({ length: 2 ** SECTIONS.length - 1 }, (_, n) =>
  SECTIONS.filter((_section, bit) => (n + 1) & (1 << bit)),
);

export interface Relay {
  readonly port: number;
  readonly connections: number;
}

/** The configuration of a real installation, from its environment, so that the bench measures what an operator gets. */
export function benchConfig(folder: string, relay: Relay, more: NodeJS.ProcessEnv = {}): Config {
  const variables = {
    DATABASE_URL: `sqlite:${databaseFile(folder)}`,
    DATA_DIR: folder,
    MAIL_FROM: 'newsletter@paper.example',
    PUBLIC_URL: 'https://news.paper.example',
    SECRET_KEY: 'a-key-for-the-bench-and-for-nothing-else',
    SMTP_CONNECTIONS: String(relay.connections),
    SMTP_URL: `smtp://127.0.0.1:${relay.port}`,
    ...more,
  };
  return loadConfig(variables, join(import.meta.dirname, 'newsletters.yaml'));
}

export function databaseFile(folder: string): string {
  return join(folder, 'bench.db');
}

/** Runs with a folder that is gone afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const parent = join(tmpdir(), 'broadsheet-bench');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'run-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Active readers, straight into the tables: how they came is not what is measured. */
export function addReaders(folder: string, count: number, choices: readonly (readonly string[])[]): void {
  const database = new DatabaseSync(databaseFile(folder));
  database.exec('begin');
  database.exec('create temp table choices (n integer primary key, sections text)');
  const add = database.prepare('insert into choices values (?, ?)');
  for (const [n, sections] of choices.entries()) add.run(n, JSON.stringify(sections));
  database
    .prepare(
      `with recursive number(n) as (select 1 union all select n + 1 from number where n < ?)
       insert into subscribers (id, public_id, email, email_key, name, created_at)
       select n, lower(hex(randomblob(8))), printf('reader-%07d@readers.example', n), printf('reader-%07d@readers.example', n), '', 0
       from number`,
    )
    .run(count);
  database
    .prepare(
      `insert into subscriptions (id, public_id, subscriber_id, newsletter_id, state, sections, created_at, confirmed_at)
       select id, lower(hex(randomblob(8))), id, 'daily', 'active', (select sections from choices where n = subscribers.id % ?), 0, 0
       from subscribers`,
    )
    .run(choices.length);
  database.exec('commit');
  database.close();
}

/** As many sections as an edition has room for, and every pair of them: 2,016 variants, all of one length. */
const MANY_SECTIONS = Array.from({ length: 64 }, (_, n) => `desk-${String(n).padStart(2, '0')}`);
export const EVERY_PAIR = MANY_SECTIONS.flatMap((one, n) =>
  MANY_SECTIONS.slice(n + 1).map((other) => [one, other]),
);

/** Two looks into thin indexes, named so that no size of the table makes the looking cost anything. */
export async function isUnsettled(db: Database): Promise<boolean> {
  const looks = [
    "indexed by deliveries_due where state in ('waiting', 'deferred')",
    "indexed by deliveries_held where state in ('claimed', 'transmitting')",
  ];
  for (const look of looks) {
    const found = await sql.raw(`select 1 from deliveries ${look} limit 1`).execute(db);
    if (found.rows.length > 0) return true;
  }
  return false;
}

const LOOK_EVERY_MS = 250;
const GIVE_UP_AFTER_MS = 300_000;

/** Waits until the ledger has nothing left to do. @throws when that takes more than five minutes. */
export async function settled(db: Database): Promise<void> {
  for (const began = systemClock.now(); await isUnsettled(db); ) {
    if (systemClock.now() - began > GIVE_UP_AFTER_MS) throw new Error('The ledger does not come to its end');
    await systemClock.sleep(LOOK_EVERY_MS);
  }
}

export async function draftEdition(db: Database, many = false) {
  const kept = { newsletterId: 'daily', slot: SLOT, asOf: SLOT, composedAt: SLOT, reason: null };
  return withContent(await saveDraft(db, { ...kept, content: content(many ? MANY_SECTIONS : SECTIONS) }));
}

export function content(names: readonly string[] = SECTIONS): EditionContent {
  const stories = names.map((sectionId, bit) => ({
    bit,
    storyId: bit + 1,
    articleId: bit + 1,
    sectionId,
    headline: `What the ${sectionId} desk had to say`,
    standfirst: STANDFIRST,
    link: `https://paper.example/${sectionId}/2026/11/22/what-the-desk-had-to-say`,
    picture: { url: `https://paper.example/pictures/${sectionId}.jpg`, alt: 'A balcony', caption: '' },
    author: 'The desk',
    sourceId: 'desk',
    publishedAt: SLOT - 3_600_000,
    tags: [],
    chapter: 0,
    update: false,
    earlier: false,
    alsoBy: [],
  }));
  const sections = names.map((id) => ({ id, title: id }));
  return { title: 'The Daily Stopwatch', language: 'en', sections, stories };
}
