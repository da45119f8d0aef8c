import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { createLog } from '../../src/base/log.ts';
import { verdictOf } from '../../src/checks/verdict.ts';
import { ourVocabulary } from '../../src/config/vocabulary.ts';
import type { Database, DeliveryState, EditionTable } from '../../src/storage/schema.ts';
import { registerStudio, type StudioDeps } from '../../src/studio/routes.ts';
import { CaughtMails } from '../../src/transport/caught-mails.ts';
import { createServer } from '../../src/web/server.ts';
import { openSqlite, type TestDatabase } from '../helpers/databases.ts';
import { ManualClock } from '../helpers/manual-clock.ts';
import { twoNewsletters } from '../web/newsletters.ts';

/** The editors' pages over a real database and a real folder of caught mail. */
export interface OpenStudio extends AsyncDisposable {
  readonly app: FastifyInstance;
  readonly db: Database;
  readonly clock: ManualClock;
  readonly caught: CaughtMails;
}

export interface StudioParts
  extends Partial<Pick<StudioDeps, 'rehearsal' | 'studioPassword' | 'sourceStates' | 'verdict'>> {
  readonly previews?: Readonly<Record<string, string>>;
  readonly database?: TestDatabase;
  readonly trustProxy?: string;
}

export const HERE = { host: 'localhost:3000', accept: 'text/html' };

export async function openStudio(parts: StudioParts = {}): Promise<OpenStudio> {
  const store = parts.database ?? (await openSqlite());
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-studio-'));
  const caught = new CaughtMails(folder);
  const clock = new ManualClock('2026-11-22T08:00:00Z');
  const rehearsal = parts.rehearsal ?? true;
  const app = await createServer({
    log: createLog('silent'),
    trustProxy: parts.trustProxy,
    words: () => ourVocabulary().in('en'),
  });
  await registerStudio(app, {
    db: store.db,
    clock,
    ...twoNewsletters(),
    publicUrl: 'http://localhost:3000',
    rehearsal,
    studioPassword: parts.studioPassword,
    caught: rehearsal ? caught : undefined,
    preview: async (id) => parts.previews?.[id],
    verdict: parts.verdict ?? (async () => verdictOf([])),
    nextSlot: (id) => (id === 'daily' ? Date.parse('2026-11-23T07:00:00Z') : undefined),
    sourceStates: parts.sourceStates ?? (async () => []),
  });
  return {
    app,
    db: store.db,
    clock,
    caught,
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await store[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const EDITION_ID = 'daily-20261122T0700Z';

/** An edition whose audience holds so many deliveries of each state, and so many exclusions of each reason. */
export async function addEdition(
  db: Database,
  options: {
    id?: string;
    state?: EditionTable['state'];
    deliveries?: Partial<Record<DeliveryState, number>>;
    excluded?: Readonly<Record<string, number>>;
    content?: object;
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
  const slot = Date.parse('2026-11-22T07:00:00Z');
  await db
    .insertInto('editions')
    .values({
      id,
      newsletter_id: 'daily',
      slot,
      state: options.state ?? 'finished',
      as_of: slot,
      composed_at: slot,
      content: options.content ? JSON.stringify(options.content) : null,
      reason: options.reason ?? null,
      candidates:
        options.candidates === undefined ? deliveries.length + exclusions.length : options.candidates,
    })
    .execute();
  for (const { state, email } of deliveries)
    await db
      .insertInto('deliveries')
      .values({
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
