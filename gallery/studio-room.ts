import { once } from 'node:events';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from '../src/app.ts';
import { type Clock, DAY_MS, HOUR_MS, MINUTE_MS, systemClock } from '../src/base/clock.ts';
import { createLog } from '../src/base/log.ts';
import { NOBODY } from '../src/base/public-id.ts';
import { parseAddress } from '../src/base/text/address.ts';
import { loadConfig } from '../src/config/config.ts';
import type { NewsletterConfig } from '../src/config/newsletters.ts';
import { editionStatus } from '../src/delivery/progress.ts';
import { enqueueStudio } from '../src/delivery/studio-ledger.ts';
import type { Edit } from '../src/editing/edit.ts';
import { editDraft } from '../src/editing/edit-draft.ts';
import { findEdition } from '../src/editions/store/edition-store.ts';
import { actWords } from '../src/editions/words/act-words.ts';
import type { EditorRole } from '../src/editors/editor.ts';
import { addEditor } from '../src/editors/editor-store.ts';
import { hashPassword } from '../src/editors/password.ts';
import { composeNow } from '../src/publishing/drafts.ts';
import { publish } from '../src/publishing/publish.ts';
import { addReaders } from '../src/subscribers/add-readers.ts';
import { addSampleReaders } from '../src/subscribers/rehearsal-readers.ts';
import { SLOT } from './newsroom.ts';

const HOME = join(import.meta.dirname, '..');
const READERS = 240;
/** What was in yesterday's edition already. */
const YESTERDAY = /^(a-|castellane|desmond|in-praise|the-good|rufus|jonty)/;

/** Who works here; of the gallery alone, and gone with it. */
export const ANNA = { email: 'anna@broadsheet.example', name: 'Anna Feld', password: 'quiet-kettle-morning' };
const BEN = { email: 'ben@broadsheet.example', name: 'Ben Adeyemi', password: 'paper-lantern-street' };

/** A studio in the middle of a morning's work: yesterday's edition has gone out, today's is on the desk. */
export interface StudioRoom {
  /** Where it listens. */
  readonly origin: string;
  readonly sent: string;
  readonly draft: string;
  /** The page that a letter about the draft leads to. */
  readonly review: string;
  /** Articles: of a story in the draft, and of one that was sent. */
  readonly story: number;
  readonly told: number;
  readonly app: App;
}

/** Runs the whole application as a rehearsal in a folder that is gone afterwards. */
export async function withStudio<T>(work: (room: StudioRoom) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-gallery-'));
  const clock = runningFrom(SLOT - DAY_MS + MINUTE_MS);
  try {
    cpSync(join(HOME, 'newsletters.yaml'), join(folder, 'newsletters.yaml'));
    putArticles(folder, (name) => YESTERDAY.test(name));
    const app = await App.open(configIn(folder, await freePort()), createLog('error', false), clock);
    try {
      return await work(await morning(app, clock, folder));
    } finally {
      await app.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Readers' pictures are at PUBLIC_URL, so the port is chosen before anything is made. */
function configIn(folder: string, port: number) {
  const settings = {
    PORT: String(port),
    DATA_DIR: join(folder, 'data'),
    PUBLIC_URL: `http://localhost:${port}`,
    STUDIO_PASSWORD: 'rosebush-in-the-yard',
    SECRET_KEY: 'a-key-for-the-gallery-and-for-nothing-else',
  };
  return loadConfig(settings, join(folder, 'newsletters.yaml'));
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

function putArticles(folder: string, isWanted: (name: string) => boolean): void {
  const [from, to] = [join(HOME, 'articles'), join(folder, 'articles')];
  cpSync(join(from, 'pictures'), join(to, 'pictures'), { recursive: true });
  mkdirSync(to, { recursive: true });
  for (const { name, isFile } of readdirSync(from, { withFileTypes: true }).map((entry) => ({
    name: entry.name,
    isFile: entry.isFile(),
  })))
    if (isFile && isWanted(name)) copyFileSync(join(from, name), join(to, name));
}

async function morning(app: App, clock: ReturnType<typeof runningFrom>, folder: string): Promise<StudioRoom> {
  const [newsletter] = app.config.newsletters;
  if (!newsletter) throw new Error('newsletters.yaml has no newsletter');
  await signUpReaders(app, newsletter);
  await takeOn(app, ANNA, 'approve');
  await takeOn(app, BEN, 'edit');
  const sent = (await publish(app.publishing, newsletter)).edition.id;
  await app.startDelivery();
  await settled(app, sent);
  clock.advance(DAY_MS - 2 * HOUR_MS);
  putArticles(folder, () => true);
  await app.collector.collect();
  clock.advance(2 * MINUTE_MS); // some are dated a minute ahead
  const composed = await composeNow(app.publishing, newsletter, ANNA.name);
  if (composed.id === undefined) throw new Error(actWords(composed));
  await shape(app, composed.id);
  await app.startServer();
  return {
    app,
    sent,
    draft: composed.id,
    origin: app.config.publicUrl,
    review: await reviewOf(app, composed.id),
    story: await firstStory(app, composed.id),
    told: await firstStory(app, sent),
  };
}

async function firstStory(app: App, id: string): Promise<number> {
  const articleId = (await findEdition(app.db, id))?.content?.stories[1]?.articleId;
  if (articleId === undefined) throw new Error(`${id} has too few stories`);
  return articleId;
}

/** As the letter has it. */
async function reviewOf(app: App, regards: string): Promise<string> {
  const to = parseAddress(ANNA.email);
  if (!to.ok) throw new Error(ANNA.email);
  const now = app.clock.now();
  const id = await enqueueStudio(app.db, { kind: 'draft-ready', to: to.address, regards, now });
  const { public_id } = await app.db
    .selectFrom('deliveries')
    .select('public_id')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return `/studio/review/${app.parts.signer.signDelivery('review', { publicId: public_id ?? NOBODY, row: id })}`;
}

async function signUpReaders(app: App, newsletter: NewsletterConfig): Promise<void> {
  await addSampleReaders(app.db, newsletter, app.clock.now());
  const readers = Array.from({ length: READERS }, (_, at) => `reader-${at}@readers.example`).flatMap(
    (text) => {
      const parsed = parseAddress(text);
      return parsed.ok ? [{ email: parsed.address, name: '', sections: null }] : [];
    },
  );
  await addReaders(app.db, readers, { newsletterId: newsletter.id, origin: 'gallery', now: app.clock.now() });
}

async function takeOn(app: App, { email, name, password }: typeof ANNA, role: EditorRole): Promise<void> {
  const parsed = parseAddress(email);
  if (!parsed.ok) throw new Error(email);
  const account = {
    email: parsed.address,
    name,
    role,
    passwordHash: await hashPassword(password),
    given: false,
  };
  await addEditor(app.db, account, app.clock.now());
}

async function settled(app: App, id: string): Promise<void> {
  while ((await editionStatus(app.db, id)).state !== 'finished') await systemClock.sleep(50);
}

/** A few changes, as an editor makes them over the first coffee. */
async function shape(app: App, id: string): Promise<void> {
  const stories = (await findEdition(app.db, id))?.content?.stories ?? [];
  const [lead, second, , fourth] = stories;
  if (!lead || !second || !fourth) throw new Error(`${id} has too few stories`);
  const edits: Edit[] = [
    { kind: 'intro', text: 'Good morning. It is a quiet Sunday, and we have kept the kettle on.' },
    { kind: 'drop', story: fourth.articleId },
    { kind: 'headline', story: second.articleId, text: `${second.headline}, at last` },
  ];
  const deps = { ...app.publishing, subjects: app.config.subjects };
  for (const [seen, edit] of edits.entries()) {
    const change = await editDraft(deps, id, edit, { seen, by: { name: ANNA.name } });
    if (change.kind !== 'saved') throw new Error(`${edit.kind}: ${JSON.stringify(change)}`);
  }
}

/** A clock that goes on from a moment of our choosing, so that every run shows the same dates. */
function runningFrom(moment: number): Clock & { advance(ms: number): void } {
  let ahead = moment - systemClock.now();
  return {
    now: () => systemClock.now() + ahead,
    sleep: systemClock.sleep,
    advance: (ms) => {
      ahead += ms;
    },
  };
}
