import { addressesIn, holdsAddress } from '../../../base/text/wrapped-address.ts';
import type { CsvRow } from '../csv/row-scanner.ts';
import { fieldOfHeading } from './import-headings.ts';
import { plain } from './import-words.ts';

export interface Head {
  /** Rows before the first reader's: what stands above the headings, and the headings. */
  readonly rows: number;
  /** Undefined where the first row is a reader's already. */
  readonly heading: readonly string[] | undefined;
}

/** Cells of a row that are looked at for an address or a heading. */
const MOST_CELLS = 1_000;

/**
 * Finds the row of headings: the one with a heading for addresses, or with one that somebody named;
 * else the one above the first address, if it has as many cells. Comments and titles above it are
 * passed over.
 * @param rows the first rows of a list.
 * @param named headings somebody named.
 */
export function headOf(rows: readonly CsvRow[], named: readonly string[]): Head {
  const first = rows.findIndex(
    ({ cells, flaw }) => flaw === undefined && cells.slice(0, MOST_CELLS).some(isForReaders),
  );
  const above = first === -1 ? rows : rows.slice(0, first);
  const wanted = named.filter((name) => !/^\d{0,4}$/.test(name)).map(plain);
  const known = above.findIndex((row) => isHeading(row, wanted));
  const likely = known === -1 ? above.findIndex((row) => mayBeHeading(row, rows[first])) : known;
  const heading = above[likely];
  if (heading) return { rows: likely + 1, heading: heading.cells };
  return { rows: above.findIndex((row) => !isComment(row)) === -1 ? above.length : 0, heading: undefined };
}

function isHeading({ cells, flaw }: CsvRow, wanted: readonly string[]): boolean {
  if (flaw !== undefined) return false;
  const headings = cells.slice(0, MOST_CELLS).map(plain);
  return headings.some((heading) => fieldOfHeading(heading) === 'email' || wanted.includes(heading));
}

/**
 * A row without anything like an address, with as many cells as the first reader's; the first row
 * where nobody follows.
 */
function mayBeHeading(row: CsvRow, reader: CsvRow | undefined): boolean {
  if (row.flaw !== undefined || isComment(row) || row.cells.some((cell) => cell.includes('@'))) return false;
  return reader === undefined || width(row) > 1 === width(reader) > 1;
}

function isComment({ cells }: CsvRow): boolean {
  return /^(#|\/\/|--)/.test(cells[0] ?? '');
}

function width({ cells }: CsvRow): number {
  return cells.reduce((last, cell, at) => (cell === '' ? last : at + 1), 0);
}

/** A cell with an address, or with several and nothing else. */
export function isForReaders(cell: string): boolean {
  return holdsAddress(cell) || firstAddressesIn(cell).length > 1;
}

/** Characters that show what a cell holds; a line may be nothing but a megabyte of addresses. */
const ENOUGH_TO_TELL = 10_000;

/**
 * Returns the addresses at the beginning of a cell, enough of them to tell a list from anything
 * else.
 */
export function firstAddressesIn(cell: string): readonly string[] {
  const isLong = cell.length > ENOUGH_TO_TELL;
  return addressesIn(isLong ? cell.slice(0, ENOUGH_TO_TELL).replace(/[^,;\s]*$/, '') : cell);
}
