import { addressesIn } from '../../base/text/wrapped-address.ts';
import type { Layout } from './columns/import-columns.ts';
import type { CsvRow } from './csv/row-scanner.ts';

/**
 * A row for each person of a line. A file without headings may be nothing but addresses, several to
 * a line, as they are copied out of a mail: every cell is a person then. Of two addresses among
 * other cells nobody can say which is the reader's.
 */
export function peopleOf(row: CsvRow, { loose, columns }: Layout): readonly CsvRow[] {
  if (!loose || row.flaw !== undefined) return [row];
  const filled = row.cells.filter((cell) => cell !== '');
  const parts = filled.length === 1 ? addressesIn(filled[0] ?? '') : filled.flatMap(addressesIn);
  if (parts.length < 2) return [row];
  const addresses = parts.filter((part) => part.includes('@')).length;
  const column = columns.email ?? 0;
  if (addresses < parts.length && loose === 'cells')
    return addresses < 2 ? [row] : [{ ...row, flaw: severalIn(addresses, column) }];
  return parts.map((part) => ({ line: row.line, cells: [...Array<string>(column).fill(''), part] }));
}

function severalIn(addresses: number, column: number): string {
  return `it holds ${addresses} addresses; --map email=${column + 1} says which is the reader's`;
}
