import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Selectable, sql } from 'kysely';
import { isPostgres, sqliteFile } from './database.ts';
import type { Database } from './schema/schema.ts';
import type { InstallationTable } from './schema/schema-installation.ts';

/**
 * Notes beside the database how far it has come, so that a backup put in its place is told from the
 * database itself. The database is always written first: whatever ends a process in between, the
 * note is never ahead of its database.
 */
export interface Note {
  /** The lineage of the database that was noted. */
  readonly lineage: string;
  /** Counts up whenever something happened since the last note. */
  readonly count: number;
  /** Progress by then, as `progressOf` returns it. */
  readonly key: string;
}

/**
 * Sign that a database was restored: the note beside it, its absence, or the place where PostgreSQL
 * keeps the tables.
 */
export type RestoreSign = 'behind' | 'another' | 'no-note' | 'moved';

type Row = Selectable<InstallationTable>;

/**
 * Returns the file that holds the note: beside an SQLite file; for PostgreSQL in the data folder,
 * by server and database.
 */
export function noteFile(databaseUrl: string, dataDir: string): string {
  const sqlite = sqliteFile(databaseUrl);
  if (sqlite !== undefined) return `${sqlite}.note`;
  const { host, pathname } = new URL(databaseUrl);
  const name = createHash('sha256').update(`${host}${pathname}`).digest('hex').slice(0, 16);
  return join(dataDir, `postgres-${name}.note`);
}

/** Reads a note; undefined where there is none, or none that can be understood. */
export async function readNote(file: string): Promise<Note | undefined> {
  try {
    const { lineage, count, key } = JSON.parse(await readFile(file, 'utf8'));
    const isNote = typeof lineage === 'string' && Number.isInteger(count) && typeof key === 'string';
    return isNote ? { lineage, count, key } : undefined;
  } catch {
    return undefined;
  }
}

/** Writes a note, whole or not at all. @throws where the folder cannot be written. */
export async function writeNote(file: string, note: Note): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.new`;
  await writeFile(fresh, `${JSON.stringify(note)}\n`, { mode: 0o600 });
  await rename(fresh, file);
}

/**
 * Compares the database with the note beside it. A machine that joins others on PostgreSQL has no
 * note yet, and one of which the others have since dealt with a restore has an old one: neither is
 * a sign.
 */
export function signOfRestore(
  row: Row,
  { note, place, isPostgres, isNew }: Surroundings,
): RestoreSign | undefined {
  if (row.place !== null && place !== null && row.place !== place) return 'moved';
  if (!note) return row.noted_at !== null && !isPostgres ? 'no-note' : undefined;
  if (note.lineage === row.lineage) return note.count > row.counted ? 'behind' : undefined;
  return isNew || formerLineages(row).includes(note.lineage) ? undefined : 'another';
}

/** Facts found around a database. */
export interface Surroundings {
  readonly note: Note | undefined;
  readonly place: string | null;
  readonly isPostgres: boolean;
  /** No mail was ever written down in it. */
  readonly isNew: boolean;
}

/** Returns what the database knows of itself. */
export function installationOf(db: Database): Promise<Row> {
  return db.selectFrom('installation').selectAll().executeTakeFirstOrThrow();
}

/**
 * Begins another lineage, in the transaction it is handed: notes of the one before are old ones
 * from now on.
 */
export async function beginLineage(
  db: Database,
  row: Row,
  changes: Pick<Row, 'restored_at' | 'known_until' | 'place'>,
): Promise<void> {
  const former_lineages = JSON.stringify([...formerLineages(row), row.lineage]);
  await db
    .updateTable('installation')
    .set({ lineage: randomBytes(8).toString('hex'), former_lineages, ...changes })
    .where('lineage', '=', row.lineage)
    .execute();
}

/**
 * Says where PostgreSQL keeps the database: the server's own number, the database's and the
 * table's. A dump that is read in has others. Null on SQLite, and where the server does not tell.
 */
export async function placeOf(db: Database): Promise<string | null> {
  if (!isPostgres(db)) return null;
  try {
    const { rows } = await sql<{ place: string }>`
      select concat_ws('/', (select system_identifier from pg_control_system()),
        (select oid from pg_database where datname = current_database()), 'installation'::regclass::oid) as place`.execute(
      db,
    );
    return rows[0]?.place ?? null;
  } catch {
    return null;
  }
}

/**
 * Numbers that change whenever something happened that a later backup would know, and an earlier
 * one would not.
 */
export interface Progress {
  readonly key: string;
  /** No mail was ever written down. */
  readonly isNew: boolean;
  /** UTC milliseconds: when the last of it happened; 0 while nothing has. */
  readonly at: number;
}

/** Counts the note up, and notes where the database is. Returns the new count. */
export async function countUp(db: Database, place: string | null): Promise<number> {
  const { counted } = await db
    .updateTable('installation')
    .set((row) => ({ counted: row('counted', '+', 1), ...(place === null ? {} : { place }) }))
    .returning('counted')
    .executeTakeFirstOrThrow();
  return counted;
}

/** Writes down that there is a note: one that is missing later is a sign. */
export async function rememberNote(db: Database, now: number): Promise<void> {
  await db.updateTable('installation').set({ noted_at: now }).execute();
}

/** Looks at the newest rows alone: the last deliveries, attempts and acts of consent. */
export async function progressOf(db: Database): Promise<Progress> {
  const [delivery, attempt, consent] = await Promise.all([
    db
      .selectFrom('deliveries')
      .select(['id', 'created_at as at'])
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst(),
    db.selectFrom('attempts').select(['id', 'at']).orderBy('id', 'desc').limit(1).executeTakeFirst(),
    db.selectFrom('consents').select(['id', 'at']).orderBy('id', 'desc').limit(1).executeTakeFirst(),
  ]);
  const last = [delivery, attempt, consent];
  return {
    key: last.map((row) => row?.id ?? 0).join('.'),
    isNew: delivery === undefined,
    at: Math.max(...last.map((row) => row?.at ?? 0)),
  };
}

function formerLineages({ former_lineages }: Row): string[] {
  return JSON.parse(former_lineages);
}
