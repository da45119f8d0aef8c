import { type Clock, SECOND_MS } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Config } from '../config/config.ts';
import type { EditionReason } from '../editions/reason.ts';
import { noteAct } from '../editions/store/act-log.ts';
import { pauseAll, pausedAt } from '../editions/store/newsletter-store.ts';
import { heldFor, pauseAllGoingOut } from '../editions/store/slot-store.ts';
import { isPostgres } from '../storage/database.ts';
import {
  beginLineage,
  countUp,
  installationOf,
  type Note,
  noteFile,
  placeOf,
  progressOf,
  type RestoreSign,
  readNote,
  rememberNote,
  signOfRestore,
  writeNote,
} from '../storage/installation.ts';
import type { Database } from '../storage/schema/schema.ts';

/** Name under which everything is held because a backup is in the database's place. */
export const RESTORED = 'a restored backup';

/** Reason stored with an edition that was going out. */
const REASON: EditionReason = { code: 'restored' };

export interface RestoreDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** The note beside the database, see `noteFile`. */
  readonly file: string;
}

/** Editions and newsletters held since a restore. */
export interface Restore {
  readonly foundAt: number;
  /** The last moment the database knows of. */
  readonly knownUntil: number;
  /** Editions that were going out by what the database knows, and those that fell due since. */
  readonly editions: readonly {
    readonly id: string;
    readonly newsletterId: string;
    readonly slot: number;
    readonly state: 'paused' | 'skipped';
  }[];
  /** Newsletters that make no editions until somebody lets them go on. */
  readonly newsletters: readonly string[];
}

/**
 * Holds everything that could go out twice: pauses what is being sent, and every newsletter, until
 * somebody has looked. In one transaction with the note that it did, so that it is done once.
 */
export async function holdRestored(db: Database, now: number): Promise<void> {
  const place = await placeOf(db);
  await db.transaction().execute(async (trx) => {
    const row = await installationOf(trx);
    const { at } = await progressOf(trx);
    for (const id of await pauseAllGoingOut(trx, REASON))
      await noteAct(trx, id, { at: now, by: RESTORED, what: { code: 'paused' } });
    await pauseAll(trx, { at: now, by: RESTORED });
    await beginLineage(trx, row, { restored_at: now, known_until: at, place: place ?? row.place });
  });
}

/**
 * Returns what a restore holds; undefined when there was none, or somebody has looked through
 * everything.
 */
export async function restoreOf(db: Database): Promise<Restore | undefined> {
  const { restored_at: foundAt, known_until: knownUntil } = await installationOf(db);
  if (foundAt === null) return undefined;
  const newsletters = await pausedAt(db, foundAt);
  const editions = await heldFor(db, REASON, { foundAt, knownUntil: knownUntil ?? foundAt });
  const isHeld = newsletters.length > 0 || editions.some(({ state }) => state === 'paused');
  if (!isHeld) return undefined;
  return {
    foundAt,
    knownUntil: knownUntil ?? foundAt,
    editions: editions as Restore['editions'],
    newsletters,
  };
}

/** Compares the database with the note beside it; changes nothing. */
export async function restoreSign(db: Database, file: string): Promise<RestoreSign | undefined> {
  return (await lookAround(db, file)).sign;
}

/**
 * Keeps the note beside the database up to date, and holds everything when the two say that a
 * backup was put in its place.
 */
export class RestoreWatch {
  readonly #deps: RestoreDeps;
  /** Last error of writing the note, logged once. */
  #said = '';

  constructor(deps: RestoreDeps) {
    this.#deps = deps;
  }

  /**
   * Looks at the database and its note, and brings the note up to date where something happened.
   * @returns true when a backup was found, and is held from now on.
   * @throws when it was found and could not be held: then nothing may be sent.
   */
  async look(): Promise<boolean> {
    const { db, clock, log, file } = this.#deps;
    const { sign } = await lookAround(db, file);
    if (sign) {
      await holdRestored(db, clock.now());
      const held = await restoreOf(db);
      log.error(
        { sign, ...held },
        'The database is a restored backup: editions are held until somebody has looked',
      );
    }
    try {
      await this.#write();
      this.#said = '';
    } catch (error) {
      const reason = messageOf(error);
      if (reason !== this.#said)
        log.warn({ file, reason }, 'How far the database has come cannot be noted beside it');
      this.#said = reason;
    }
    return sign !== undefined;
  }

  async #write(): Promise<void> {
    const { db, clock, file } = this.#deps;
    const { note, place, row, key } = await lookAround(db, file);
    const isSame = note?.lineage === row.lineage && note.key === key && note.count === row.counted;
    if (isSame && (place === null || place === row.place)) return;
    const happened = note?.lineage !== row.lineage || note.key !== key;
    const count = happened || row.place !== place ? await countUp(db, place) : row.counted;
    await writeNote(file, { lineage: row.lineage, count, key });
    if (row.noted_at === null) await rememberNote(db, clock.now());
  }
}

/**
 * Interval at which a running process updates the note. A restore of a backup made within it is not
 * noticed.
 */
const EVERY_MS = 5 * SECOND_MS;

/**
 * Looks at once, and every five seconds until the function it returns is called, which looks once
 * more.
 * @throws when a backup was found and could not be held: then nothing may be sent.
 */
export async function watchForRestore(
  { db, clock, log }: Omit<RestoreDeps, 'file'>,
  { databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>,
): Promise<() => Promise<void>> {
  const deps = { db, clock, log, file: noteFile(databaseUrl, dataDir) };
  const watch = new RestoreWatch(deps);
  const held = (await watch.look()) ? undefined : await restoreOf(deps.db);
  if (held)
    deps.log.warn(
      { ...held },
      'Editions are held since a backup was restored: `broadsheet status` lists them',
    );
  const stop = new AbortController();
  const watching = lookRepeatedly(watch, deps, stop.signal);
  return async () => {
    stop.abort();
    await watching;
    await watch.look().catch(() => undefined); // the database may be what went away
  };
}

async function lookRepeatedly(
  watch: RestoreWatch,
  { clock, log }: RestoreDeps,
  signal: AbortSignal,
): Promise<void> {
  let said = '';
  for (;;) {
    await clock.sleep(EVERY_MS, signal);
    if (signal.aborted) return;
    const failed = await watch.look().then(() => '', messageOf);
    if (failed && failed !== said)
      log.warn({ error: failed }, 'The database cannot be compared with its note');
    said = failed;
  }
}

/**
 * Reads the note first: another process may bring both up to date meanwhile, and the note is never
 * ahead of its database.
 */
async function lookAround(db: Database, file: string) {
  const note: Note | undefined = await readNote(file);
  const [row, { key, isNew }, place] = await Promise.all([installationOf(db), progressOf(db), placeOf(db)]);
  const sign = signOfRestore(row, { note, place, isNew, isPostgres: isPostgres(db) });
  return { note, row, key, place, sign };
}
