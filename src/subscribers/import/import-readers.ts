import { setTimeout as delay } from 'node:timers/promises';
import { isPostgres, readyForManyRows } from '../../storage/database.ts';
import type { Database } from '../../storage/schema/schema.ts';
import { type AddOptions, admitReaders } from '../add-readers.ts';
import type { Layout, Wishes } from './columns/import-columns.ts';
import type { SectionNames } from './columns/import-sections.ts';
import { statusOfFile } from './columns/import-status.ts';
import type { ListStatus } from './columns/import-words.ts';
import type { Separator } from './csv/csv-separator.ts';
import { type Encoding, inspect } from './csv/import-source.ts';
import { consentUnclear } from './import-doubts.ts';
import type { ReaderList } from './import-list.ts';
import {
  advanceImport,
  type ImportCounts,
  type ImportIdentity,
  importId,
  NO_ROWS,
  openImport,
} from './import-progress.ts';
import { type Survey, surveyList } from './import-survey.ts';
import { unpacked } from './packed-people.ts';
import type { Batch, Rejected } from './read-batches.ts';
import { recordDepartures } from './record-departures.ts';

export interface ImportOptions extends Wishes {
  readonly newsletterId: string;
  /** The newsletter's section names: others in the file are reported. */
  readonly sections: readonly string[];
  /** Other names of sections, see `SectionNames`. */
  readonly tags?: SectionNames;
  /** The name of the file, kept as evidence. */
  readonly file: string;
  /** UTC milliseconds. */
  readonly now: number;
  /** Writes nothing, and counts what it would do. */
  readonly dryRun?: boolean;
  /** Takes a finished import in once more. */
  readonly again?: boolean;
  /** Ends the import after the batch under way; it can go on from there. */
  readonly signal?: AbortSignal;
  /**
   * Told of every bad row, in order; when an import goes on, of those of its first part once more.
   */
  readonly onRejected?: (rejected: Rejected) => void | Promise<void>;
  /** @param of about how many rows there are. */
  readonly onProgress?: (rows: number, of: number) => void;
}

export interface ImportReport extends ImportCounts {
  /**
   * `already`: it was finished before, and nothing was changed; `interrupted`: the same command
   * goes on.
   */
  readonly outcome: 'done' | 'interrupted' | 'already';
  /** The row it went on after, because it had been interrupted there. */
  readonly resumedAfter: number;
  /** Program whose export it was read as. */
  readonly format: string | null;
  readonly encoding: Encoding;
  readonly separator: Separator;
  /** The columns that nothing reads. */
  readonly unread: Survey['unread'];
  /**
   * Status of everybody in it, by the file's name, a heading of its own, or the importer's word.
   */
  readonly everybody: ListStatus | null;
  /** The columns that tell who left. */
  readonly standing: readonly string[];
  /** Words among the sections that are none. */
  readonly unknownTags: Survey['unknownTags'];
}

/**
 * SQLite keeps no queue: who waits to write looks again every 100 ms at most, and has to find a
 * moment between two batches.
 */
const OTHERS_TURN_MS = 50;

/**
 * Streams a list of readers into a newsletter, as confirmed by the operator, batch by batch: each
 * is whole or not there, and so is the note how far the import has come. The same file with the
 * same settings goes on after the last whole batch. Bad rows are reported with their line and never
 * stop the good ones. Memory grows by 12 bytes an address.
 * @throws AppError USAGE when there is no column of addresses; CONSENT_UNCLEAR, before anything is
 * written, when a column that may say who left is neither read nor ignored; IMPORT_STOPPED when
 * another process takes in the same list.
 */
export async function importReaders(
  db: Database,
  list: ReaderList,
  options: ImportOptions,
): Promise<ImportReport> {
  const { newsletterId, file, sections, tags = {}, now } = options;
  const { digest, encoding, lines } = await inspect(list.open);
  const { layout, doubts, ...survey } = await surveyList(list.open, encoding, options);
  if (doubts.length > 0) throw consentUnclear(file, doubts);
  const identity = { id: importId(digest, settingsOf(options)), newsletterId, file };
  const isWritten = layout !== undefined && !options.dryRun;
  const before = isWritten ? await openImport(db, identity, options) : { counts: NO_ROWS, finishedAt: null };
  const about = aboutList(layout, encoding, { ...survey, file });
  if (before.finishedAt !== null) return { ...before.counts, ...about, outcome: 'already', resumedAfter: 0 };
  const resumedAfter = before.counts.rows;
  const importing = new Importing(db, identity, options, before.counts);
  let done = true;
  if (layout) {
    await readyForManyRows(db);
    const task = { newsletterId, file, sections, tags, now, encoding, layout, lines, resumedAfter };
    done = await importing.takeIn(list.batches(task), lines - layout.headRows);
  }
  return { ...importing.counts, ...about, outcome: done ? 'done' : 'interrupted', resumedAfter };
}

/** Returns the settings that make an import of the same bytes another import. */
function settingsOf({
  newsletterId,
  sections,
  map = {},
  ignore = [],
  tags = {},
  everybody,
}: ImportOptions): unknown[] {
  return [newsletterId, sections, map, ignore, tags, everybody ?? null];
}

function aboutList(
  layout: Layout | undefined,
  encoding: Encoding,
  { file, ...survey }: Pick<Survey, 'separator' | 'unread' | 'unknownTags'> & { readonly file: string },
): Omit<ImportReport, keyof ImportCounts | 'outcome' | 'resumedAfter'> {
  const standing = layout?.standing.map(({ column }) => layout.names[column] ?? '') ?? [];
  const everybody = (layout && statusOfFile(layout, file)) ?? layout?.everybody ?? null;
  return { format: layout?.format ?? null, encoding, ...survey, standing, everybody };
}

/** One import under way. */
class Importing {
  counts: ImportCounts;
  readonly #db: Database;
  readonly #identity: ImportIdentity;
  readonly #options: ImportOptions;

  constructor(db: Database, identity: ImportIdentity, options: ImportOptions, before: ImportCounts) {
    this.#db = db;
    this.#identity = identity;
    this.#options = options;
    this.counts = before;
  }

  /** True when it came to the end, false when it was interrupted. */
  async takeIn(batches: AsyncGenerator<Batch>, about: number): Promise<boolean> {
    const { signal, onProgress, onRejected, now } = this.#options;
    for await (const batch of batches) {
      for (const row of batch.rejected) await onRejected?.(row);
      if (batch.rows > 0 || batch.isLast) await this.#write(batch, batch.isLast ? now : null);
      onProgress?.(this.counts.rows, batch.isLast ? this.counts.rows : Math.max(about, this.counts.rows));
      if (batch.isLast) return true;
      if (signal?.aborted) return false;
      if (!isPostgres(this.#db)) await delay(OTHERS_TURN_MS);
    }
    return true;
  }

  async #write(batch: Batch, finishedAt: number | null): Promise<void> {
    const options = { ...this.#options, origin: `import ${this.#options.file}` };
    if (options.dryRun) {
      this.counts = plus(this.counts, await apply(this.#db, batch, options));
      return;
    }
    this.counts = await this.#db.transaction().execute(async (trx) => {
      const counts = plus(this.counts, await apply(trx, batch, options));
      await advanceImport(trx, this.#identity, this.counts.rows, { counts, finishedAt });
      return counts;
    });
  }
}

/** Readers before those who left: an address that is both has left in the end. */
async function apply(db: Database, batch: Batch, options: AddOptions): Promise<ImportCounts> {
  const { rows, duplicates, invalid, unconfirmed } = batch;
  let counts = plus(NO_ROWS, { rows, duplicates, invalid, leftAlone: unconfirmed });
  for (const readers of unpacked(batch.readers))
    counts = plus(counts, await admitReaders(db, readers, options));
  for (const departed of unpacked(batch.departed))
    counts = plus(counts, await recordDepartures(db, departed, options));
  return counts;
}

function plus(a: ImportCounts, b: Partial<ImportCounts>): ImportCounts {
  return {
    rows: a.rows + (b.rows ?? 0),
    added: a.added + (b.added ?? 0),
    known: a.known + (b.known ?? 0),
    leftAlone: a.leftAlone + (b.leftAlone ?? 0),
    unsubscribed: a.unsubscribed + (b.unsubscribed ?? 0),
    suppressed: a.suppressed + (b.suppressed ?? 0),
    duplicates: a.duplicates + (b.duplicates ?? 0),
    invalid: a.invalid + (b.invalid ?? 0),
  };
}
