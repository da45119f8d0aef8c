import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { ExpressionBuilder } from 'kysely';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../base/clock.ts';
import { isSame } from '../base/token.ts';
import type { Database, Schema } from '../storage/schema/schema.ts';
import { type Account, accountWithId } from './editor-store.ts';

/** Nobody asked for a page for so long: the session is over. */
const IDLE_MS = 12 * HOUR_MS;
/** Everybody logs in again after so long. */
export const SESSION_MOST_MS = 14 * DAY_MS;
/** Precision of the last visit: a write for every request would be too many. */
const SEEN_TO_MS = MINUTE_MS;
const TOKEN_BYTES = 32;

/** Credential that a session was opened with, and ends with. */
export interface Opener {
  /** Null for the studio's one password. */
  readonly editorId: number | null;
  /** The password of the studio, or what is kept of an editor's. */
  readonly secret: string;
}

/** Somebody who is logged in. */
export interface Session {
  /** Null for who came with the studio's password. */
  readonly account: Account | null;
}

/**
 * Opens a session and clears away those that are over. @returns what the cookie holds: 256 random
 * bits.
 */
export async function openSession(db: Database, opener: Opener, now: number): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  await db
    .deleteFrom('sessions')
    .where((row) => row.not(isAlive(row, now)))
    .execute();
  await db
    .insertInto('sessions')
    .values({
      id: keyOf(token),
      editor_id: opener.editorId,
      password_mark: markOf(token, opener.secret),
      created_at: now,
      seen_at: now,
    })
    .execute();
  return token;
}

/**
 * The session a cookie belongs to, and marks it as used; undefined when it is over or never was.
 * @param studioPassword as it is today: a session it opened ends when it changes.
 */
export async function findSession(
  db: Database,
  token: string,
  studioPassword: string | undefined,
  now: number,
): Promise<Session | undefined> {
  const found = await look(db, token, studioPassword, now);
  if (!found) return undefined;
  if (now - found.seenAt >= SEEN_TO_MS)
    await db.updateTable('sessions').set({ seen_at: now }).where('id', '=', keyOf(token)).execute();
  return { account: found.account };
}

/** Reports whether `findSession` would find the session, without counting it as a visit. */
export async function isSessionAlive(
  db: Database,
  token: string,
  studioPassword: string | undefined,
  now: number,
): Promise<boolean> {
  return (await look(db, token, studioPassword, now)) !== undefined;
}

async function look(db: Database, token: string, studioPassword: string | undefined, now: number) {
  const row = await rowOf(db, token, now);
  if (!row) return undefined;
  const kept = row.editor_id === null ? undefined : await accountWithId(db, row.editor_id);
  const secret = row.editor_id === null ? studioPassword : kept?.passwordHash;
  if (secret === undefined || !isSame(row.password_mark, markOf(token, secret))) return undefined;
  return { account: kept?.account ?? null, seenAt: row.seen_at };
}

/** Logs out. */
export async function endSession(db: Database, token: string): Promise<void> {
  await db.deleteFrom('sessions').where('id', '=', keyOf(token)).execute();
}

/** Logs an editor out everywhere, but for the session of that token. */
export async function endSessionsOf(db: Database, editorId: number, except = ''): Promise<void> {
  await db
    .deleteFrom('sessions')
    .where('editor_id', '=', editorId)
    .where('id', '<>', keyOf(except))
    .execute();
}

/** In how many browsers an editor is logged in. */
export async function countSessionsOf(db: Database, editorId: number, now: number): Promise<number> {
  const { n } = await db
    .selectFrom('sessions')
    .select(db.fn.countAll<number>().as('n'))
    .where('editor_id', '=', editorId)
    .where((row) => isAlive(row, now))
    .executeTakeFirstOrThrow();
  return Number(n);
}

async function rowOf(db: Database, token: string, now: number) {
  return db
    .selectFrom('sessions')
    .select(['editor_id', 'password_mark', 'seen_at'])
    .where('id', '=', keyOf(token))
    .where((row) => isAlive(row, now))
    .executeTakeFirst();
}

function isAlive(row: ExpressionBuilder<Schema, 'sessions'>, now: number) {
  return row.and([row('created_at', '>', now - SESSION_MOST_MS), row('seen_at', '>', now - IDLE_MS)]);
}

function keyOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * Keyed by what only the cookie holds: from the table alone, nobody can try passwords against it.
 */
function markOf(token: string, secret: string): string {
  return createHmac('sha256', token).update(secret).digest('hex');
}
