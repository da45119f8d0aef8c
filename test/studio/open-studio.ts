import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { App } from '../../src/app.ts';
import { createLog } from '../../src/base/log.ts';
import { newPublicId } from '../../src/base/public-id.ts';
import { parseAddress } from '../../src/base/text/address.ts';
import { loadConfig } from '../../src/config/config.ts';
import { ourVocabulary } from '../../src/config/vocabulary.ts';
import type { EditionStory } from '../../src/editions/edition.ts';
import type { EditorRole } from '../../src/editors/editor.ts';
import { addEditor } from '../../src/editors/editor-store.ts';
import { hashPassword } from '../../src/editors/password.ts';
import { studioDeps } from '../../src/ports.ts';
import type { Database, DeliveryState, EditionTable } from '../../src/storage/schema/schema.ts';
import { registerStudio, type StudioDeps } from '../../src/studio/studio-routes.ts';
import type { CaughtMails } from '../../src/transport/inbound/caught-mails.ts';
import { createServer } from '../../src/web/server.ts';
import type { TestDatabase } from '../helpers/databases.ts';
import { ManualClock } from '../helpers/manual-clock.ts';
import { TWO_NEWSLETTERS } from '../web/sample-newsletters.ts';

/** The editors' pages of the whole application, which sends nothing by itself. */
export interface OpenStudio extends AsyncDisposable {
  readonly app: FastifyInstance;
  /** The application behind the pages. */
  readonly house: App;
  readonly db: Database;
  readonly clock: ManualClock;
  readonly caught: CaughtMails;
  /** The folder of `newsletters.yaml`, with the folder `articles` in it. */
  readonly folder: string;
  /** Every route there is, such as `POST /studio/logout`. */
  readonly routes: readonly string[];
}

export interface StudioParts extends Partial<Pick<StudioDeps, 'sourceStates' | 'verdict'>> {
  readonly rehearsal?: boolean;
  readonly studioPassword?: string;
  /** Instead of SQLite: this one. */
  readonly database?: TestDatabase;
  readonly trustProxy?: string;
  /** Instead of the two newsletters of `test/web/sample-newsletters.ts`. */
  readonly newsletters?: string;
  readonly publicUrl?: string;
}

export const HERE = { host: 'localhost:3000', accept: 'text/html' };

/** Presses a button of the studio: the form as a browser on this machine sends it, with the token of a page. */
export async function press(
  { app }: OpenStudio,
  url: string,
  fields: Readonly<Record<string, string>> | readonly (readonly [string, string])[] = {},
  headers: Readonly<Record<string, string>> = {},
) {
  const page = await app.inject({
    url: '/studio/account',
    headers: { ...HERE, ...headers, accept: 'text/html' },
  });
  const [, csrf = ''] = /<meta name="csrf" content="([^"]+)">/.exec(page.body) ?? [];
  const pairs = Array.isArray(fields) ? fields : Object.entries(fields);
  return app.inject({
    method: 'POST',
    url,
    headers: {
      ...HERE,
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
    payload: new URLSearchParams([['csrf', csrf], ...pairs]).toString(),
  });
}

/** Logs in as a browser does. @returns the headers of whoever is in then; an empty cookie for who is not let in. */
export async function logIn(
  { app }: OpenStudio,
  fields: { readonly email?: string; readonly password: string; readonly next?: string },
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly cookie: string }> {
  const answer = await app.inject({
    method: 'POST',
    url: '/studio/login',
    headers: {
      ...HERE,
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
    payload: new URLSearchParams(fields).toString(),
  });
  return { cookie: String(answer.headers['set-cookie'] ?? '').split(';')[0] ?? '' };
}

/** An account with a password of its own choice: `correct horse of ADDRESS`. */
export async function addAccount(
  { db, clock }: OpenStudio,
  email: string,
  role: EditorRole = 'edit',
): Promise<{ readonly id: number; readonly email: string; readonly password: string }> {
  const password = `correct horse of ${email}`;
  const address = parseAddress(email);
  if (!address.ok) throw new Error(address.reason);
  const [name = ''] = email.split('@');
  const passwordHash = await hashPassword(password);
  const editor = { email: address.address, name, role, passwordHash, given: false };
  const account = await addEditor(db, editor, clock.now());
  if (!account) throw new Error(`${email} is there already`);
  return { id: account.id, email, password };
}

/** The studio's time passes by itself, until this is let go. */
export function ticking({ clock }: OpenStudio): AsyncDisposable {
  const timer = setInterval(() => clock.advance(100), 100);
  return { [Symbol.asyncDispose]: async () => clearInterval(timer) };
}

export async function openStudio(parts: StudioParts = {}): Promise<OpenStudio> {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-studio-'));
  const file = join(folder, 'newsletters.yaml');
  mkdirSync(join(folder, 'articles'));
  writeFileSync(file, parts.newsletters ?? TWO_NEWSLETTERS);
  const config = loadConfig(settings(folder, parts), file);
  const clock = new ManualClock('2026-11-22T08:00:00Z');
  const log = createLog('silent');
  const house = await App.open(config, log, clock);
  const words = () => ourVocabulary().in('en');
  const app = await createServer({ log, trustProxy: parts.trustProxy, words });
  const routes: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) routes.push(`${one} ${url}`);
  });
  const { sourceStates, verdict } = parts;
  const instead = { ...(sourceStates && { sourceStates }), ...(verdict && { verdict }) };
  await registerStudio(app, { ...studioDeps(house.parts), ...instead });
  return {
    app,
    house,
    db: house.db,
    clock,
    caught: house.parts.caught,
    folder,
    routes,
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await house.close();
      await parts.database?.[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function settings(folder: string, { rehearsal = true, studioPassword, database, publicUrl }: StudioParts) {
  return {
    DATA_DIR: join(folder, 'data'),
    SECRET_KEY: 'only-ever-used-by-a-test-of-the-studio',
    ...(database && { DATABASE_URL: database.url }),
    ...(studioPassword && { STUDIO_PASSWORD: studioPassword }),
    ...(publicUrl && { PUBLIC_URL: publicUrl }),
    ...(!rehearsal && { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'post@belle.example' }),
  };
}

export const EDITION_ID = 'daily-20261122T0700Z';

/** An edition whose audience holds so many deliveries of each state, and so many exclusions of each reason. */
export async function addEdition(
  db: Database,
  options: {
    id?: string;
    slot?: number;
    state?: EditionTable['state'];
    deliveries?: Partial<Record<DeliveryState, number>>;
    excluded?: Readonly<Record<string, number>>;
    content?: { readonly stories: readonly Partial<EditionStory>[]; readonly [key: string]: unknown };
    candidates?: number | null;
    reason?: string;
  } = {},
): Promise<void> {
  const id = options.id ?? EDITION_ID;
  const deliveries = Object.entries(options.deliveries ?? {}).flatMap(([state, number]) =>
    Array.from({ length: number }, (_, at) => ({
      state: state as DeliveryState,
      email: `${state}${at}@example.org`,
    })),
  );
  const exclusions = Object.entries(options.excluded ?? {}).flatMap(([reason, number]) =>
    Array.from({ length: number }, () => reason),
  );
  const slot = options.slot ?? Date.parse('2026-11-22T07:00:00Z');
  await db
    .insertInto('editions')
    .values({
      id,
      newsletter_id: 'daily',
      slot,
      state: options.state ?? 'finished',
      as_of: slot,
      composed_at: slot,
      content: options.content ? JSON.stringify(completed(options.content)) : null,
      reason: options.reason ?? null,
      candidates:
        options.candidates === undefined ? deliveries.length + exclusions.length : options.candidates,
    })
    .execute();
  for (const { state, email } of deliveries)
    await db
      .insertInto('deliveries')
      .values({
        public_id: newPublicId(),
        kind: 'edition',
        edition_id: id,
        email,
        state,
        priority: 1,
        attempt_count: state === 'waiting' ? 0 : 1,
        next_attempt_at: slot,
        created_at: slot,
        detail: state === 'rejected' ? '550 5.1.1 <b>User</b> unknown' : null,
      })
      .execute();
  for (const [at, reason] of exclusions.entries())
    await db
      .insertInto('exclusions')
      .values({ edition_id: id, subscription_id: at + 1, reason })
      .execute();
}

/** Stories with all that a story has. */
function completed({
  stories,
  ...content
}: NonNullable<Parameters<typeof addEdition>[1]>['content'] & object) {
  return {
    title: 'The Daily Belle',
    language: 'en',
    sections: [],
    ...content,
    stories: stories.map((story, bit) => ({
      bit,
      storyId: bit + 1,
      articleId: bit + 1,
      sectionId: 'royal',
      headline: `Story ${bit + 1}`,
      standfirst: '',
      link: `https://palace.example/${bit + 1}`,
      picture: null,
      author: '',
      sourceId: 'palace',
      publishedAt: 0,
      tags: [],
      chapter: 0,
      update: false,
      earlier: false,
      alsoBy: [],
      ...story,
    })),
  };
}
