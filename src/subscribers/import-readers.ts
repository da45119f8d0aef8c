import { readyForManyRows } from '../storage/database.ts';
import type { Database } from '../storage/schema.ts';
import { type AddOptions, admitReaders, type NewReader } from './add-readers.ts';
import { type Csv, type CsvRow, openCsv, type Separator } from './csv-rows.ts';
import { type Layout, readLayout } from './import-columns.ts';
import {
  advanceImport,
  type ImportCounts,
  type ImportIdentity,
  importId,
  NO_ROWS,
  openImport,
} from './import-progress.ts';
import { type Row, rowReader } from './import-row.ts';
import { type Encoding, type Inspected, inspect, type OpenList, readText } from './import-source.ts';
import { type Departed, recordDepartures } from './record-departures.ts';
import { SeenAddresses } from './seen-addresses.ts';

export interface ImportOptions {
  readonly newsletterId: string;
  /** The newsletter's section names: others in the file are reported. */
  readonly sections: readonly string[];
  /** The name of the file, kept as evidence. */
  readonly file: string;
  /** UTC milliseconds. */
  readonly now: number;
  /** Field → heading, see `readMapping`. */
  readonly map?: Readonly<Record<string, string>>;
  /** Writes nothing, and counts what it would do. */
  readonly dryRun?: boolean;
  /** Takes a finished import in once more. */
  readonly again?: boolean;
  /** Ends the import after the batch under way; it can go on from there. */
  readonly signal?: AbortSignal;
  /** Told of every bad row, in order; when an import goes on, of those of its first part once more. */
  readonly onRejected?: (rejected: Rejected) => void | Promise<void>;
  /** @param of about how many rows there are. */
  readonly onProgress?: (rows: number, of: number) => void;
}

export interface Rejected {
  readonly line: number;
  readonly reason: string;
  /** What the row has for an address, in one short line. */
  readonly value: string;
}

export interface ImportReport extends ImportCounts {
  /** `already`: it was finished before, and nothing was changed; `interrupted`: the same command goes on. */
  readonly outcome: 'done' | 'interrupted' | 'already';
  /** The row it went on after, because it had been interrupted there. */
  readonly resumedAfter: number;
  /** Whose export it was taken for. */
  readonly format: Layout['format'] | null;
  readonly encoding: Encoding;
  readonly separator: Separator;
}

/** Rows in one transaction: about 100 ms, after which others who want to write have their turn while the next are read. */
const BATCH_ROWS = 4000;

/**
 * Streams a list of readers into a newsletter, as confirmed by the operator, batch by batch: each is whole or not there,
 * and so is the note how far the import has come. The same file with the same settings goes on after the last whole
 * batch. Bad rows are reported with their line and never stop the good ones. Memory grows by 12 bytes an address.
 * @throws AppError USAGE when there is no column of addresses; IMPORT_STOPPED where quotation marks do not pair up, or when
 * another process takes in the same list.
 */
export async function importReaders(
  db: Database,
  open: OpenList,
  options: ImportOptions,
): Promise<ImportReport> {
  const file = await inspect(open);
  const csv = await openCsv(readText(open, file.encoding));
  try {
    return await importRows(db, file, csv, options);
  } finally {
    await csv.rows.return(undefined);
  }
}

async function importRows(
  db: Database,
  { digest, encoding, lines }: Inspected,
  csv: Csv,
  options: ImportOptions,
): Promise<ImportReport> {
  const { newsletterId, file, sections, map = {} } = options;
  const first = await csv.rows.next();
  const layout = first.done ? undefined : readLayout(first.value.cells, map);
  const identity = { id: importId(digest, [newsletterId, sections, map]), newsletterId, file };
  const isWritten = layout !== undefined && !options.dryRun;
  const before = isWritten ? await openImport(db, identity, options) : { counts: NO_ROWS, finishedAt: null };
  const about = { format: layout?.format ?? null, encoding, separator: csv.separator };
  if (before.finishedAt !== null) return { ...before.counts, ...about, outcome: 'already', resumedAfter: 0 };
  const importing = new Importing(db, identity, options, before.counts);
  let done = true;
  if (layout && !first.done) {
    await readyForManyRows(db);
    const rows = layout.hasHeading ? csv.rows : withFirst(first.value, csv.rows);
    done = await importing.takeIn(rows, layout, lines - (layout.hasHeading ? 1 : 0));
  }
  const outcome = done ? 'done' : 'interrupted';
  return { ...importing.counts, ...about, outcome, resumedAfter: before.counts.rows };
}

async function* withFirst(first: CsvRow, rest: AsyncGenerator<CsvRow>): AsyncGenerator<CsvRow> {
  yield first;
  yield* rest;
}

type Fate = Exclude<Row, { kind: 'invalid' }> | ({ readonly kind: 'invalid' | 'duplicate' } & Rejected);

/** One import under way. */
class Importing {
  counts: ImportCounts;
  readonly #db: Database;
  readonly #identity: ImportIdentity;
  readonly #options: ImportOptions;
  readonly #readers = new SeenAddresses();
  readonly #departed = new SeenAddresses();
  #batch = emptyBatch();

  constructor(db: Database, identity: ImportIdentity, options: ImportOptions, before: ImportCounts) {
    this.#db = db;
    this.#identity = identity;
    this.#options = options;
    this.counts = before;
  }

  /** True when it came to the end, false when it was interrupted. */
  async takeIn(rows: AsyncGenerator<CsvRow>, layout: Layout, about: number): Promise<boolean> {
    const { signal, onProgress, onRejected } = this.#options;
    const read = rowReader(layout, this.#options);
    const resumedAfter = this.counts.rows;
    let count = 0;
    for await (const row of rows) {
      count += 1;
      const fate = this.#fateOf(read(row), row.line);
      if ('reason' in fate) await onRejected?.(fate);
      // Rows of the first part are looked at for the bad ones among them, and to know what comes twice later.
      if (count > resumedAfter) this.#batch.take(fate);
      if (this.#batch.rows < BATCH_ROWS) continue;
      await this.#write(null);
      onProgress?.(count, Math.max(about, count));
      if (signal?.aborted) return false;
    }
    await this.#write(this.#options.now);
    onProgress?.(count, count);
    return true;
  }

  #fateOf(row: Row, line: number): Fate {
    if (row.kind === 'invalid') return { ...row, line };
    if (row.kind === 'unconfirmed') return row;
    const email = row.kind === 'reader' ? row.reader.email : row.departed.email;
    const seen = row.kind === 'reader' ? this.#readers : this.#departed;
    // Who left by one row does not come back by another, whichever stands first.
    if (row.kind === 'reader' && this.#departed.has(email)) return { kind: 'unconfirmed' };
    const first = seen.lineOf(email, line);
    if (first === undefined) return row;
    return { kind: 'duplicate', line, value: email, reason: `the same address as in line ${first}` };
  }

  async #write(finishedAt: number | null): Promise<void> {
    const batch = this.#batch;
    this.#batch = emptyBatch();
    const options = { ...this.#options, origin: `import ${this.#options.file}` };
    if (options.dryRun) {
      this.counts = added(this.counts, await apply(this.#db, batch, options));
      return;
    }
    this.counts = await this.#db.transaction().execute(async (trx) => {
      const counts = added(this.counts, await apply(trx, batch, options));
      await advanceImport(trx, this.#identity, this.counts.rows, { counts, finishedAt });
      return counts;
    });
  }
}

function emptyBatch() {
  const batch = {
    rows: 0,
    ...{ unconfirmed: 0, duplicate: 0, invalid: 0 },
    readers: [] as NewReader[],
    departed: [] as Departed[],
    take: (fate: Fate) => {
      batch.rows += 1;
      if (fate.kind === 'reader') batch.readers.push(fate.reader);
      else if (fate.kind === 'departed') batch.departed.push(fate.departed);
      else batch[fate.kind] += 1;
    },
  };
  return batch;
}

/** Readers before those who left: an address that is both has left in the end. */
async function apply(
  db: Database,
  batch: ReturnType<typeof emptyBatch>,
  options: AddOptions,
): Promise<ImportCounts> {
  const admitted = await admitReaders(db, batch.readers, options);
  const gone = await recordDepartures(db, batch.departed, options);
  return {
    rows: batch.rows,
    added: admitted.added,
    known: admitted.known + gone.known,
    leftAlone: admitted.leftAlone + gone.leftAlone + batch.unconfirmed,
    unsubscribed: gone.unsubscribed,
    suppressed: gone.suppressed,
    duplicates: batch.duplicate,
    invalid: batch.invalid,
  };
}

function added(a: ImportCounts, b: ImportCounts): ImportCounts {
  return {
    rows: a.rows + b.rows,
    added: a.added + b.added,
    known: a.known + b.known,
    leftAlone: a.leftAlone + b.leftAlone,
    unsubscribed: a.unsubscribed + b.unsubscribed,
    suppressed: a.suppressed + b.suppressed,
    duplicates: a.duplicates + b.duplicates,
    invalid: a.invalid + b.invalid,
  };
}
