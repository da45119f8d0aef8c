import { type EmailAddress, parseAddress } from '../../base/text/address.ts';
import { oneLine } from '../../base/text/one-line.ts';
import { addressesIn, unwrapAddress } from '../../base/text/wrapped-address.ts';
import type { NewReader } from '../add-readers.ts';
import { type ExportedIds, exportedIds } from '../given-ids.ts';
import { unescaped } from '../spreadsheet.ts';
import { FREQUENCIES, isFrequency, normaliseSections } from '../subscriber.ts';
import type { Cell, Layout } from './columns/import-columns.ts';
import type { Field } from './columns/import-fields.ts';
import { readSections, SECTIONS_MAX, type SectionNames } from './columns/import-sections.ts';
import { type Standing, standingOf, statusOfFile } from './columns/import-status.ts';
import { plain } from './columns/import-words.ts';
import type { CsvRow } from './csv/row-scanner.ts';
import { proofOf, readTime } from './import-times.ts';
import type { Departed } from './record-departures.ts';

export interface RowOptions {
  readonly newsletterId: string;
  /** The newsletter's section names: a row with another is invalid. */
  readonly sections: readonly string[];
  /** Other names of sections: their titles, and the tags that stand for one. */
  readonly tags?: SectionNames;
  /** The name of the file, kept as evidence with the line. */
  readonly file: string;
  /** UTC milliseconds: the time of what has none in the file. */
  readonly now: number;
}

/** Result of reading a row. */
export type Row =
  | { readonly kind: 'reader'; readonly reader: NewReader }
  | { readonly kind: 'departed'; readonly departed: Departed }
  | { readonly kind: 'unconfirmed' }
  | { readonly kind: 'invalid'; readonly value: string; readonly reason: string };

const NAME_MAX = 200;

/**
 * Most characters of a cell that are looked at; a name may be cut off there, whatever else is
 * longer makes a bad row.
 */
const CELL_MAX = 1_000;

/**
 * Reads the rows of one list, each by itself alone, so that an import that goes on later reads them
 * alike.
 */
export function rowReader(layout: Layout, options: RowOptions): (row: CsvRow) => Row {
  const { columns, format } = layout;
  const statusOfAll = statusOfFile(layout, options.file);
  const names = sectionNames(options);
  return (row) => {
    const text = (column: number) => unescaped((row.cells[column] ?? '').slice(0, SECTIONS_MAX)).trim();
    const cell = (field: Field) => (columns[field] === undefined ? '' : text(columns[field]));
    const invalid = (reason: string): Row => ({ kind: 'invalid', value: short(cell('email'), 100), reason });
    const flaw = flawOf(row, layout);
    if (flaw !== undefined) return invalid(flaw);
    const { bare, name } =
      format === 'Broadsheet' ? { bare: cell('email'), name: '' } : unwrapAddress(cell('email'));
    const parsed = parseAddress(bare);
    if (!parsed.ok) return invalid(addressesIn(cell('email')).length > 1 ? SEVERAL : parsed.reason);
    const stranger = format === 'Broadsheet' && cell('newsletter') !== options.newsletterId;
    if (stranger) return invalid(`it belongs to the newsletter "${short(cell('newsletter'))}"`);
    const standing = statusOfAll ? gone(statusOfAll, layout, text) : standingOf(layout, text, cell);
    if (standing.status === 'unknown') return invalid(unknownWords(standing, layout));
    if (standing.status === 'unconfirmed') return { kind: standing.status };
    const origin = `import ${options.file}, line ${row.line}`;
    const person = {
      email: parsed.address,
      name: nameOf(cell) || oneLine(name).slice(0, NAME_MAX),
      origin,
      publicIds: exportedIds(cell('person_id'), cell('subscription_id')),
    };
    if (standing.status !== 'active') return departedRow(person, standing.status, standing.at, options.now);
    const read = readSections(cell('sections'), names);
    const problem = choiceProblem(cell, layout.hasTags ? [] : read.strangers, options.sections);
    return problem === undefined ? readerRow(person, cell, read.sections, options) : invalid(problem);
  };
}

const SEVERAL = 'it holds several addresses, and a row is for one reader';

/** The names of sections by which a list may call them. */
export function sectionNames({ sections, tags = {} }: Pick<RowOptions, 'sections' | 'tags'>): SectionNames {
  return { ...tags, ...Object.fromEntries(sections.map((section) => [plain(section), section])) };
}

/** Returns the reason that a row's cells cannot be trusted; undefined when they can. */
function flawOf({ cells, flaw }: CsvRow, { columns, standing, width }: Layout): string | undefined {
  if (flaw !== undefined) return flaw;
  if (width > 0 && cells.length > width && cells.slice(width).some((cell) => cell !== ''))
    return `it has ${cells.length} cells where the headings are ${width}; a cell with the separator in it needs quotation marks`;
  const { name: _, first_name: __, last_name: ___, sections, ...others } = columns;
  const read = [...Object.values(others), ...standing.map(({ column }) => column)];
  if (read.some((column) => (cells[column]?.length ?? 0) > CELL_MAX))
    return `a cell is longer than ${CELL_MAX} characters`;
  const tooMany = sections !== undefined && (cells[sections]?.length ?? 0) > SECTIONS_MAX;
  return tooMany ? `its sections are longer than ${SECTIONS_MAX} characters` : undefined;
}

/** Somebody in a file of people who are gone, with the time a column has for it. */
function gone(
  status: Exclude<Standing['status'], 'unknown'>,
  layout: Layout,
  text: (column: number) => string,
): Standing {
  const at = layout.standing.find(({ field }) => field === 'unsubscribed' || field === 'bounced');
  return { status, at: at ? text(at.column) : '' };
}

interface Person {
  readonly email: EmailAddress;
  readonly name: string;
  readonly origin: string;
  readonly publicIds: ExportedIds;
}

function departedRow(person: Person, why: Departed['why'], left: string, now: number): Row {
  return { kind: 'departed', departed: { ...person, why, at: readTime(left, now) ?? now } };
}

function readerRow(
  { email, name, origin, publicIds }: Person,
  cell: Cell,
  chosen: readonly string[],
  { sections, now }: RowOptions,
): Row {
  const frequency = cell('frequency').toLowerCase();
  return {
    kind: 'reader',
    reader: {
      email,
      name,
      publicIds,
      sections: normaliseSections(chosen, sections),
      frequency: isFrequency(frequency) ? frequency : 'every',
      pausedUntil: pauseOf(cell('paused_until')),
      language: readLanguage(cell('language')),
      timeZone: zoneOf(cell('time_zone')),
      proof: proofOf(cell, origin, now),
    },
  };
}

/** Returns the problem with a row's choices; undefined when there is none. */
function choiceProblem(
  cell: Cell,
  [stranger]: readonly string[],
  known: readonly string[],
): string | undefined {
  if (stranger !== undefined)
    return `there is no section "${short(stranger)}"; the newsletter has ${known.join(', ')}`;
  const frequency = cell('frequency').toLowerCase() || 'every';
  if (!isFrequency(frequency))
    return `"${short(frequency)}" is no frequency; there are ${FREQUENCIES.join(' and ')}`;
  const pause = cell('paused_until');
  return pause !== '' && pauseOf(pause) === null ? `"${short(pause)}" is no moment` : undefined;
}

function unknownWords({ text, column }: Extract<Standing, { status: 'unknown' }>, { names }: Layout): string {
  const name = `"${short(names[column.column] ?? '')}"`;
  return column.field === 'status'
    ? `"${short(text)}" is no status that is known, in the column ${name}; if it says nothing of who left, --ignore ${name}`
    : `"${short(text)}" is neither a day nor a word for yes or no that is known, in the column ${name}`;
}

/**
 * `name` may be the whole name, the first beside a last one, or the last beside a first one,
 * depending on the language.
 */
function nameOf(cell: Cell): string {
  const [name, first, last] = [cell('name'), cell('first_name'), cell('last_name')];
  const before = first === '' || name.includes(first) ? '' : first;
  const after = last === '' || name.includes(last) ? '' : last;
  return oneLine(`${before} ${name} ${after}`).slice(0, NAME_MAX);
}

function pauseOf(text: string): number | null {
  const until = Date.parse(text);
  return Number.isNaN(until) ? null : until;
}

function readLanguage(text: string): string | null {
  return /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(text) ? text : null;
}

function zoneOf(text: string): string | null {
  if (text === '') return null;
  const known = zones.get(text);
  if (known !== undefined) return known;
  if (zones.size > 1000) zones.clear();
  const zone = isZone(text) ? text : null;
  zones.set(text, zone);
  return zone;
}

/** To ask whether a name is a zone's takes 50 µs, and a list has the same few a million times. */
const zones = new Map<string, string | null>();

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function short(text: string, max = 40): string {
  return oneLine(text).slice(0, max);
}
