import type { NewReader } from '../add-readers.ts';
import type { Layout } from './columns/import-columns.ts';
import { openCsv } from './csv/csv-rows.ts';
import { type Encoding, type OpenList, readText } from './csv/import-source.ts';
import { peopleOf } from './import-lines.ts';
import { type Row, type RowOptions, rowReader } from './import-row.ts';
import { type Packed, Packing } from './packed-people.ts';
import type { Departed } from './record-departures.ts';
import { SeenAddresses } from './seen-addresses.ts';

export interface ReadTask extends RowOptions {
  readonly encoding: Encoding;
  readonly layout: Layout;
  /** About how many rows there are. */
  readonly lines: number;
  /** Rows at the beginning that an import took in before. */
  readonly resumedAfter: number;
}

/** Rows that are taken in together, as plain data: they come from another thread. */
export interface Batch {
  /** Number of the file's rows it covers; none that an import already took. */
  readonly rows: number;
  readonly readers: Packed<NewReader>;
  readonly departed: Packed<Departed>;
  /** Number of people who never agreed. */
  readonly unconfirmed: number;
  readonly duplicates: number;
  readonly invalid: number;
  /** In the order of their lines; also those that an import took in before. */
  readonly rejected: readonly Rejected[];
  /** Every list has a last one, though it may be empty. */
  readonly isLast: boolean;
}

export interface Rejected {
  readonly line: number;
  readonly reason: string;
  /** The row's value for an address, in one short line. */
  readonly value: string;
}

/**
 * Rows in one transaction, about 200 ms of others' waiting. It writes every page of the index of
 * addresses that it touches, and of the 15,000 pages a million addresses fill, 4,000 rows touch
 * nearly as many as 10,000 do.
 */
export const BATCH_ROWS = 10_000;

/**
 * Reads a list from its beginning, whatever was taken in before: so what comes twice is found, and
 * bad rows are told of, as in an import that was never interrupted. Memory grows by 12 bytes an
 * address.
 */
export async function* readBatches(open: OpenList, task: ReadTask): AsyncGenerator<Batch> {
  const { pieces } = await openCsv(readText(open, task.encoding));
  const read = rowReader(task.layout, task);
  const people = new PeopleSoFar(task.lines);
  let batch = new GrowingBatch();
  let headRows = task.layout.headRows;
  let count = 0;
  for await (const lines of pieces) {
    const readers = lines.slice(headRows).flatMap((line) => peopleOf(line, task.layout));
    headRows = Math.max(0, headRows - lines.length);
    for (const row of readers) {
      count += 1;
      batch.take(people.fateOf(read(row), row.line), count > task.resumedAfter);
      if (!batch.isFull) continue;
      yield batch.finished(false);
      batch = new GrowingBatch();
    }
  }
  yield batch.finished(true);
}

/** Result of a row, also in view of the rows before it. */
type Fate = Exclude<Row, { kind: 'invalid' }> | ({ readonly kind: 'invalid' | 'duplicate' } & Rejected);

class PeopleSoFar {
  readonly #readers: SeenAddresses;
  readonly #departed = new SeenAddresses();

  constructor(expected: number) {
    this.#readers = new SeenAddresses(expected);
  }

  fateOf(row: Row, line: number): Fate {
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
}

class GrowingBatch {
  readonly #readers = new Packing<NewReader>();
  readonly #departed = new Packing<Departed>();
  readonly #rejected: Rejected[] = [];
  readonly #counts = { rows: 0, unconfirmed: 0, duplicate: 0, invalid: 0 };

  get isFull(): boolean {
    return this.#counts.rows === BATCH_ROWS || this.#rejected.length === BATCH_ROWS;
  }

  /** @param isNew false for a row that an import took in before. */
  take(fate: Fate, isNew: boolean): void {
    if ('reason' in fate) this.#rejected.push(copied(fate));
    if (!isNew) return;
    this.#counts.rows += 1;
    if (fate.kind === 'reader') this.#readers.add(fate.reader);
    else if (fate.kind === 'departed') this.#departed.add(fate.departed);
    else this.#counts[fate.kind] += 1;
  }

  finished(isLast: boolean): Batch {
    const { rows, unconfirmed, duplicate, invalid } = this.#counts;
    return {
      ...{ rows, unconfirmed, duplicates: duplicate, invalid, isLast },
      readers: this.#readers.packed(),
      departed: this.#departed.packed(),
      rejected: this.#rejected,
    };
  }
}

/**
 * A piece of a text keeps the whole of it in memory, and a bad row may be of 100,000 characters.
 */
function copied({ line, reason, value }: Rejected): Rejected {
  return JSON.parse(JSON.stringify({ line, reason, value }));
}
