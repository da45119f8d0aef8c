import { type EmailAddress, parseAddress } from '../base/address.ts';
import { oneLine } from '../base/one-line.ts';
import type { NewReader } from './add-readers.ts';
import type { CsvRow } from './csv-rows.ts';
import type { Cell, Field, Layout } from './import-columns.ts';
import { statusOf, statusOfFile } from './import-status.ts';
import { proofOf, readTime } from './import-times.ts';
import type { Departed } from './record-departures.ts';
import { unescaped } from './spreadsheet.ts';
import { FREQUENCIES, isFrequency, normaliseSections } from './subscriber.ts';

export interface RowOptions {
  readonly newsletterId: string;
  /** The newsletter's section names: a row with another is invalid. */
  readonly sections: readonly string[];
  /** The name of the file, kept as evidence with the line. */
  readonly file: string;
  /** UTC milliseconds: the time of what has none in the file. */
  readonly now: number;
}

/** What a row says. */
export type Row =
  | { readonly kind: 'reader'; readonly reader: NewReader }
  | { readonly kind: 'departed'; readonly departed: Departed }
  | { readonly kind: 'unconfirmed' }
  | { readonly kind: 'invalid'; readonly value: string; readonly reason: string };

const NAME_MAX = 200;

/** Reads the rows of one list, each by itself alone, so that an import that goes on later reads them alike. */
export function rowReader(layout: Layout, options: RowOptions): (row: CsvRow) => Row {
  const { columns, format } = layout;
  const statusOfAll = statusOfFile(layout, options.file);
  return ({ line, cells }) => {
    const cell = (field: Field) => {
      const column = columns[field];
      return column === undefined ? '' : unescaped(cells[column] ?? '').trim();
    };
    const invalid = (reason: string): Row => ({ kind: 'invalid', value: short(cell('email'), 100), reason });
    const parsed = parseAddress(cell('email'));
    if (!parsed.ok) return invalid(parsed.reason);
    const stranger = format === 'Broadsheet' && cell('newsletter') !== options.newsletterId;
    if (stranger) return invalid(`it belongs to the newsletter "${short(cell('newsletter'))}"`);
    const status = statusOfAll ?? statusOf(cell, format);
    if (status === undefined) return invalid(unknownStatus(cell('status')));
    if (status === 'unconfirmed') return { kind: status };
    const person = {
      email: parsed.address,
      name: nameOf(cell),
      origin: `import ${options.file}, line ${line}`,
    };
    if (status !== 'active') return departedRow(person, status, cell, options.now);
    const problem = choiceProblem(cell, options.sections);
    return problem === undefined ? readerRow(person, cell, options) : invalid(problem);
  };
}

interface Person {
  readonly email: EmailAddress;
  readonly name: string;
  readonly origin: string;
}

function departedRow(person: Person, why: Departed['why'], cell: Cell, now: number): Row {
  const at = readTime(cell('cleaned_at') || cell('unsubscribed_at') || cell('deleted_at'), now) ?? now;
  return { kind: 'departed', departed: { ...person, why, at } };
}

function readerRow({ email, name, origin }: Person, cell: Cell, { sections, now }: RowOptions): Row {
  const frequency = cell('frequency').toLowerCase();
  return {
    kind: 'reader',
    reader: {
      email,
      name,
      sections: normaliseSections(namesIn(cell('sections')), sections),
      frequency: isFrequency(frequency) ? frequency : 'every',
      pausedUntil: pauseOf(cell('paused_until')),
      language: languageOf(cell('language')),
      timeZone: zoneOf(cell('time_zone')),
      proof: proofOf(cell, origin, now),
    },
  };
}

/** What is wrong with what a row chooses; undefined when nothing is. */
function choiceProblem(cell: Cell, known: readonly string[]): string | undefined {
  const stranger = namesIn(cell('sections')).find((section) => !known.includes(section));
  if (stranger !== undefined)
    return `there is no section "${short(stranger)}"; the newsletter has ${known.join(', ')}`;
  const frequency = cell('frequency').toLowerCase() || 'every';
  if (!isFrequency(frequency))
    return `"${short(frequency)}" is no frequency; there are ${FREQUENCIES.join(' and ')}`;
  const pause = cell('paused_until');
  return pause !== '' && pauseOf(pause) === null ? `"${short(pause)}" is no moment` : undefined;
}

function unknownStatus(status: string): string {
  return `"${short(status)}" is no status that is known; a column that means something else is left out by --map status=`;
}

function namesIn(text: string): string[] {
  return text === '' ? [] : text.split(/[\s;|,"]+/).filter(Boolean);
}

/** `name` may be the whole name, the first beside a last one, or the last beside a first one, depending on the language. */
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

function languageOf(text: string): string | null {
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
