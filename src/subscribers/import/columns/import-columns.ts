import { AppError } from '../../../base/errors.ts';
import { oneLine } from '../../../base/text/one-line.ts';
import { holdsAddress } from '../../../base/text/wrapped-address.ts';
import type { CsvRow } from '../csv/row-scanner.ts';
import {
  type AnyField,
  type Field,
  fieldNamed,
  isStandingField,
  type StandingField,
} from './import-fields.ts';
import { FORMATS, type Format } from './import-formats.ts';
import { firstAddressesIn, headOf, isForReaders } from './import-head.ts';
import { fieldOfHeading } from './import-headings.ts';
import { type ListStatus, plain } from './import-words.ts';

/** Returns a row's value in a field; empty when it has none. */
export type Cell = (field: Field) => string;

/** In which column, counted from 0, each field stands. */
export type Columns = Readonly<Partial<Record<Field, number>>>;

export interface StandingColumn {
  readonly column: number;
  readonly field: StandingField;
}

export interface Layout {
  readonly columns: Columns;
  /** The columns that tell how somebody stands. */
  readonly standing: readonly StandingColumn[];
  readonly format: string | undefined;
  /** Meaning of the format's own words for a status. */
  readonly words: Readonly<Record<string, ListStatus>>;
  /** Headings as `plain` leaves them; empty where the first row is already a reader's. */
  readonly headings: readonly string[];
  /** Names of the columns for people: their headings, or `column 3`. */
  readonly names: readonly string[];
  /** Columns that somebody left out by name. */
  readonly ignored: readonly number[];
  /** Rows before the first reader's: comments and the headings. */
  readonly headRows: number;
  /**
   * True when somebody said by `--map` which column holds the sections: what is no section is a tag
   * then, and no fault.
   */
  readonly hasTags: boolean;
  /**
   * Content of a row where nothing says which column holds the addresses: `addresses` alone, or
   * `cells` of any kind.
   */
  readonly loose: 'addresses' | 'cells' | undefined;
  /** Columns that are taken for when somebody agreed, by their heading alone. */
  readonly assumed: readonly number[];
  /** Most cells in a row; 0 when unknown. */
  readonly width: number;
  /** Status of everybody in the list, where somebody gave one. */
  readonly everybody: ListStatus | undefined;
}

/** Settings for a list's columns from whoever imports it. */
export interface Wishes {
  /** Field → heading, or number from 1, instead of what would be found; empty for none. */
  readonly map?: Readonly<Record<string, string | readonly string[]>>;
  /** Headings, or numbers from 1, of columns that tell nothing. */
  readonly ignore?: readonly string[];
  readonly everybody?: ListStatus;
}

/** Columns of a heading that are looked at; a line of addresses may have more. */
const MOST_COLUMNS = 1_000;

/**
 * Finds the layout from the first rows: a heading in any of several languages, an export of another
 * system, or the column whose cells are addresses.
 * @throws AppError USAGE when no column holds addresses, or a wanted one is missing.
 */
export function readLayout(rows: readonly CsvRow[], wishes: Wishes): Layout {
  const { map = {}, ignore = [], everybody } = wishes;
  const head = headOf(rows, Object.values(map).flat());
  const cells = (head.heading ?? rows[head.rows]?.cells ?? []).slice(0, MOST_COLUMNS);
  const headings = head.heading ? cells.map(plain) : [];
  const naming = { cells, headings };
  const ignored = ignore.map((name) => columnNamed(name, naming));
  const format = FORMATS.find(({ has }) =>
    has.some((together) => together.every((heading) => headings.includes(heading))),
  );
  const found = new Found(headings, format, ignored);
  for (const [field, names] of Object.entries(map)) found.want(field, names, naming);
  const readers = rows.slice(head.rows).filter(({ flaw }) => flaw === undefined);
  found.columns.email ??= addressColumn(readers, cells, { ignored, hasHeading: head.heading !== undefined });
  return {
    columns: found.columns,
    standing: found.standing,
    ...{ format: format?.name, words: format?.words ?? {} },
    ...{ headings, names: cells.map((cell, at) => (head.heading && oneLine(cell)) || `column ${at + 1}`) },
    ...{ ignored: [...ignored, ...found.dropped], headRows: head.rows, everybody },
    hasTags: typeof map.sections === 'string' && map.sections !== '',
    loose:
      head.heading || map.email !== undefined
        ? undefined
        : isListOfAddresses(readers)
          ? 'addresses'
          : 'cells',
    ...{ assumed: format ? [] : found.assumed(map), width: head.heading?.length ?? 0 },
  };
}

/** The columns whose cells nothing reads. */
export function unreadColumns({ columns, standing, names, loose }: Layout): number[] {
  if (loose === 'addresses') return [];
  const read = new Set([...Object.values(columns), ...standing.map(({ column }) => column)]);
  return names.map((_, column) => column).filter((column) => !read.has(column));
}

interface Naming {
  readonly cells: readonly string[];
  readonly headings: readonly string[];
}

/** Columns found for each field, with the importer's wishes in their place. */
class Found {
  readonly columns: Partial<Record<Field, number>> = {};
  standing: StandingColumn[] = [];
  /** Columns whose field somebody wants to be empty. */
  readonly dropped: number[] = [];

  constructor(headings: readonly string[], format: Format | undefined, ignored: readonly number[]) {
    for (const [column, heading] of headings.entries()) {
      const field = format?.columns[heading] ?? fieldOfHeading(heading);
      if (field === undefined || ignored.includes(column)) continue;
      // In our own file the state says it all.
      if (isStandingField(field) && (format?.name !== 'Broadsheet' || field === 'status'))
        this.standing.push({ column, field });
      else if (!isStandingField(field)) this.columns[field] ??= column;
    }
  }

  want(name: string, wanted: string | readonly string[], naming: Naming): void {
    const field = fieldNamed(name);
    if (field === undefined) return;
    const columns = [wanted]
      .flat()
      .map((heading) => (heading === '' ? undefined : columnNamed(heading, naming)));
    for (const column of columns) if (column !== undefined) this.#free(column);
    this.dropped.push(...this.#clear(field));
    for (const column of columns) {
      if (column === undefined) continue;
      if (isStandingField(field)) this.standing.push({ column, field });
      else this.columns[field] = column;
    }
  }

  /** Columns of evidence that nobody named. */
  assumed(map: Readonly<Record<string, unknown>>): number[] {
    const fields = (['opted_in_at', 'confirmed_at'] as const).filter((field) => map[field] === undefined);
    return fields.flatMap((field) => this.columns[field] ?? []);
  }

  /** A column means one thing: what it was taken for by its heading, it is no longer. */
  #free(column: number): void {
    this.standing = this.standing.filter((one) => one.column !== column);
    for (const field of Object.keys(this.columns) as Field[])
      if (this.columns[field] === column) delete this.columns[field];
  }

  /** Takes what was found for a field away; returns in which columns that was. */
  #clear(field: AnyField): number[] {
    if (isStandingField(field)) {
      const gone = this.standing.filter((one) => one.field === field).map(({ column }) => column);
      this.standing = this.standing.filter((one) => one.field !== field);
      return gone;
    }
    const column = this.columns[field];
    delete this.columns[field];
    return column === undefined ? [] : [column];
  }
}

/** The column most of whose cells are addresses, in the first rows. */
function addressColumn(
  rows: readonly CsvRow[],
  cells: readonly string[],
  { ignored, hasHeading }: { readonly ignored: readonly number[]; readonly hasHeading: boolean },
): number {
  const candidates = cells
    .map((_, column) => column)
    .filter((column) => {
      const filled = rows.map(({ cells: row }) => row[column] ?? '').filter((cell) => cell !== '');
      const addresses = filled.filter(isForReaders).length;
      return !ignored.includes(column) && addresses > 0 && addresses >= filled.length / 2;
    });
  const [column, ...others] = candidates;
  const isList = !hasHeading && isListOfAddresses(rows);
  if (column !== undefined && (others.length === 0 || isList)) return column;
  if (column === undefined) throw noAddresses(cells);
  const named = candidates.map((one) =>
    hasHeading ? `"${oneLine(cells[one] ?? '')}"` : `column ${one + 1}`,
  );
  throw new AppError('USAGE', `${named.join(' and ')} hold addresses`, {
    hint: `Say which are the readers': --map email=${hasHeading ? `"${oneLine(cells[column] ?? '')}"` : column + 1}.`,
  });
}

/** True for lines of addresses alone; one of many may be wrong. */
function isListOfAddresses(rows: readonly CsvRow[]): boolean {
  const filled = (rows[0]?.cells ?? []).slice(0, MOST_COLUMNS).filter((cell) => cell !== '');
  const parts = filled.flatMap(firstAddressesIn);
  const addresses = parts.filter(holdsAddress).length;
  return addresses > 1 && addresses >= parts.length * (rows.length === 1 ? 0.5 : 0.8);
}

function columnNamed(name: string, { cells, headings }: Naming): number {
  const exact = cells.indexOf(name);
  if (headings.length > 0 && exact !== -1) return exact;
  const column = headings.indexOf(plain(name));
  const number = /^\d{1,4}$/.test(name) ? Number(name) - 1 : -1;
  if (column !== -1) return column;
  if (number >= 0 && number < cells.length) return number;
  throw new AppError('USAGE', `The file has no column "${name}"; its first line reads: ${quoted(cells)}`, {
    hint: 'Name a heading as it stands in the file, or the number of the column, counted from 1.',
  });
}

function noAddresses(cells: readonly string[]): AppError {
  return new AppError('USAGE', `The file has no "email" column; its first line reads: ${quoted(cells)}`, {
    hint: 'Name the column with the addresses, such as --map email="Contact", or give it the heading email.',
  });
}

function quoted(cells: readonly string[]): string {
  return oneLine(cells.slice(0, 100).join(', ').slice(0, 2_000)).slice(0, 200);
}
