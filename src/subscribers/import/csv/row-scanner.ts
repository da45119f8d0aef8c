import { holdsAddress } from '../../../base/text/wrapped-address.ts';
import type { Separator } from './csv-separator.ts';
import { type QuotedRow, readQuotedRow } from './quoted-row.ts';

/** One row, and the line of the file it begins on, counted from 1. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
  /** Reason that its cells cannot be trusted, in English; the rows after it can. */
  readonly flaw?: string;
}

/**
 * Most characters of one line: of a million and one address after the other, some 30,000 people.
 */
const LINE_MAX = 1_000_000;
/** Most characters of a row that goes over several lines, in quotation marks. */
const ROW_MAX = 100_000;

const NEVER_CLOSED = 'a quotation mark begins a cell that does not end where a cell can end';
const SWALLOWED = 'a quotation mark without its partner reaches over the rows below';
/** Most cells of a row: of addresses alone, more than a line can hold. */
const MOST_CELLS = 100_000;

const TOO_MANY = `the row has more than ${MOST_CELLS} cells`;
const TOO_LONG = `the line is longer than ${LINE_MAX} characters`;

/**
 * Cuts text into rows, piece by piece. Where the quotation marks of a row do not pair up, its first
 * line alone is the bad row, and reading goes on with the next line. The work grows with the text
 * alone, whatever is in it.
 */
export class RowScanner {
  readonly #separator: Separator;
  /** A cell that begins with a quotation mark: one inside a cell is a letter like any other. */
  readonly #quotedCell: RegExp;
  #line: number;
  /** Text that is no row yet. */
  #held = '';
  /** Length of the text already searched for a line break. */
  #searched = 0;
  /** True within a line that is too long, which is passed over. */
  #skipping = false;
  #hasBackslash = false;
  #ended = false;
  /** Number of cells in the heading: the first row with more than one. */
  #width = 0;

  constructor(separator: Separator, linesBefore: number) {
    this.#separator = separator;
    this.#quotedCell = new RegExp(`(?:^|[${separator}])[ \\t\u00a0]*"`);
    this.#line = linesBefore + 1;
  }

  /** The rows that a further piece completes. */
  push(piece: string): CsvRow[] {
    const rows: CsvRow[] = [];
    this.#held += piece;
    this.#hasBackslash ||= piece.includes('\\');
    let from = 0;
    for (;;) {
      const end = this.#held.indexOf('\n', Math.max(from, this.#searched));
      const taken = end === -1 ? this.#unfinished(from) : this.#take(from, end);
      if (taken === undefined) break;
      from = taken.next;
      this.#searched = from;
      if (taken.row) rows.push(taken.row);
    }
    this.#held = this.#held.slice(from);
    this.#searched = Math.max(0, this.#searched - from);
    return rows;
  }

  /** The last row, where no line break stands behind it. */
  end(): CsvRow[] {
    this.#ended = true;
    return this.#skipping || this.#held !== '' ? this.push('\n') : [];
  }

  /**
   * A line whose end is not there yet: one that is too long is let go of before it fills the
   * memory.
   */
  #unfinished(from: number): { next: number; row?: CsvRow } | undefined {
    this.#searched = this.#held.length;
    if (!this.#skipping && this.#held.length - from <= LINE_MAX) return undefined;
    const first = !this.#skipping;
    this.#skipping = true;
    if (from === this.#held.length) return undefined;
    return { next: this.#held.length, ...(first && { row: this.#flawed('', TOO_LONG) }) };
  }

  #take(from: number, end: number): { next: number; row?: CsvRow } | undefined {
    if (from === end && !this.#skipping) {
      this.#line += 1;
      return { next: end + 1 };
    }
    const text = this.#held.slice(from, end);
    if (this.#skipping || text.length > LINE_MAX) {
      const row = this.#skipping ? undefined : this.#flawed('', TOO_LONG);
      this.#skipping = false;
      this.#line += 1;
      return { next: end + 1, ...(row && { row }) };
    }
    if (text.includes('"') && this.#quotedCell.test(text)) return this.#takeQuoted(from, end, text);
    const row = this.#row(cellsOf(text, this.#separator));
    this.#line += 1;
    return { next: end + 1, ...(row && { row }) };
  }

  #takeQuoted(from: number, end: number, text: string): { next: number; row?: CsvRow } | undefined {
    const limit = Math.min(this.#held.length, Math.max(end + 1, from + ROW_MAX));
    const read = readQuotedRow(this.#held, {
      from,
      limit,
      separator: this.#separator,
      width: this.#width,
      hasBackslash: this.#hasBackslash,
    });
    const isWhole = this.#ended || limit < this.#held.length || this.#held.length - from >= ROW_MAX;
    if (read === undefined && !isWhole) {
      this.#searched = end; // the rest of the row may come with the next piece
      return undefined;
    }
    const flaw = read === undefined ? NEVER_CLOSED : this.#flawOf(read, end);
    if (read === undefined || flaw !== undefined) {
      const row = this.#flawed(text, flaw ?? NEVER_CLOSED);
      this.#line += 1;
      return { next: end + 1, row };
    }
    const row = this.#row(read.cells);
    this.#line += linesIn(this.#held, from, read.end);
    return { next: read.end + 1, ...(row && { row }) };
  }

  /** Returns the flaw of a row that was read beyond its first line, if any. */
  #flawOf({ end, isOdd }: QuotedRow, firstEnd: number): string | undefined {
    if (end <= firstEnd) return undefined;
    if (isOdd) return NEVER_CLOSED;
    if (this.#width < 2) return undefined;
    const below = this.#held.slice(firstEnd + 1, end);
    if (!below.includes('@')) return undefined;
    return below.split('\n').some((line) => this.#isRow(line)) ? SWALLOWED : undefined;
  }

  /**
   * Reports whether a line looks like a row of its own: as many cells as the heading, and an
   * address among them.
   */
  #isRow(line: string): boolean {
    if (!line.includes('@')) return false;
    const cells = line.split(this.#separator);
    return cells.length === this.#width && cells.some(holdsAddress);
  }

  #row(cells: readonly string[]): CsvRow | undefined {
    if (cells.every((cell) => cell === '')) return undefined;
    if (cells.length > MOST_CELLS) return this.#flawed('', TOO_MANY);
    if (this.#width === 0 && cells.length > 1) this.#width = cells.length;
    return { line: this.#line, cells };
  }

  #flawed(text: string, flaw: string): CsvRow {
    return { line: this.#line, cells: cellsOf(text, this.#separator), flaw };
  }
}

/** The cells of a line without quotation marks, up to one too many. */
function cellsOf(text: string, separator: Separator): string[] {
  const cells: string[] = [];
  let from = 0;
  for (let at = text.indexOf(separator); at !== -1; at = text.indexOf(separator, from)) {
    if (cells.push(text.slice(from, at).trim()) > MOST_CELLS) return cells;
    from = at + 1;
  }
  cells.push(text.slice(from).trim());
  return cells;
}

function linesIn(text: string, from: number, to: number): number {
  let count = 1;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
