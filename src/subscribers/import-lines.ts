import { holdsAddress } from '../base/wrapped-address.ts';
import type { Layout } from './import-columns.ts';
import type { CsvRow } from './row-scanner.ts';

/**
 * A row for each person of a line. A file without headings may be nothing but addresses, several to a line, as they are
 * copied out of a mail: every cell is a person then. Of two addresses among other cells nobody can say which is the reader's.
 */
export function peopleOf(row: CsvRow, { loose, columns }: Layout): readonly CsvRow[] {
  if (!loose || row.flaw !== undefined) return [row];
  const filled = row.cells.filter((cell) => cell !== '');
  const parts = filled.length === 1 ? addressesIn(filled[0] ?? '') : filled.flatMap(addressesIn);
  if (parts.length < 2) return [row];
  const addresses = parts.filter(holdsAddress).length;
  const column = columns.email ?? 0;
  if (addresses > 1 && addresses < parts.length && loose === 'cells')
    return [
      {
        ...row,
        flaw: `it holds ${addresses} addresses; --map email=${column + 1} says which is the reader's`,
      },
    ];
  if (addresses < 2 && loose === 'cells') return [row];
  return parts.map((part) => ({ line: row.line, cells: [...Array<string>(column).fill(''), part] }));
}

/** The addresses in a cell, where it holds nothing else; otherwise the cell. */
export function addressesIn(cell: string): readonly string[] {
  if (holdsAddress(cell)) return [cell];
  const parts = cell.split(/[,;\s]+/).filter(Boolean);
  return parts.length > 1 && parts.every(holdsAddress) ? parts : [cell];
}
