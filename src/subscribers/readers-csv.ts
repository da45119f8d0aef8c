import type { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import { addressKey, parseAddress } from '../base/address.ts';
import { oneLine } from '../base/one-line.ts';
import type { Database } from '../storage/schema.ts';
import { addReaders, type NewReader } from './add-readers.ts';
import { type CsvRecord, csvRows } from './csv-rows.ts';
import { FREQUENCIES, isFrequency, normaliseSections, type Subscription } from './subscriber.ts';

export interface ImportOptions {
  readonly newsletterId: string;
  /** The newsletter's section names: others in the file are reported. */
  readonly sections: readonly string[];
  /** Where the file came from, kept as evidence. */
  readonly origin: string;
  readonly now: number;
  readonly dryRun?: boolean;
  readonly onProgress?: (rows: number) => void;
}

export interface ImportReport {
  readonly rows: number;
  readonly added: number;
  /** Already subscribed, or the same address earlier in the file. */
  readonly known: number;
  /** Unsubscribed or suppressed: they stay so. */
  readonly leftAlone: number;
  readonly invalid: readonly { readonly line: number; readonly value: string; readonly reason: string }[];
}

const BATCH = 500;
const COLUMNS = [
  'email',
  'name',
  'newsletter',
  'state',
  'sections',
  'frequency',
  'confirmed_at',
  'paused_until',
] as const;

/**
 * Streams a CSV of readers into a newsletter, as confirmed by the operator. The heading row must have an `email` column
 * (any case; "e-mail", "email address" will do); `name`, `sections` (separated by spaces, `;`, `|` or, in quotation marks, commas) and
 * `frequency` (`every` or `weekly`) are optional. Our own export can be imported as it is: its unsubscribed stay out, and its pauses go on. Bad rows are reported with their line and never
 * stop the good ones. Memory does not grow with the file, but for the bad rows, and for the addresses of a dry run.
 * @throws AppError USAGE when there is no email column or the file is not CSV.
 */
export async function importReaders(
  db: Database,
  csv: Readable,
  options: ImportOptions,
): Promise<ImportReport> {
  const report = {
    rows: 0,
    added: 0,
    known: 0,
    leftAlone: 0,
    invalid: [] as ImportReport['invalid'][number][],
  };
  /** What is not written cannot be looked up: a dry run remembers who came before. */
  const seen = new Set<string>();
  let batch = new Map<string, NewReader>();
  const flush = async () => {
    const counts = await addReaders(db, [...batch.values()], options);
    batch = new Map();
    report.added += counts.added;
    report.known += counts.known;
    report.leftAlone += counts.leftAlone;
    options.onProgress?.(report.rows);
  };
  for await (const { line, record } of csvRows(csv)) {
    report.rows += 1;
    const row = readRow(record, options);
    if (row.kind === 'invalid') report.invalid.push({ line, value: row.value, reason: row.reason });
    else if (row.kind === 'left') report.leftAlone += 1;
    else if (batch.has(row.key) || seen.has(row.key)) report.known += 1;
    else {
      batch.set(row.key, row.reader);
      if (options.dryRun) seen.add(row.key);
    }
    if (batch.size >= BATCH) await flush();
  }
  await flush();
  return report;
}

/**
 * Writes every subscription as CSV, oldest first. What people mute is left out: such a file is mailed about and opened in
 * spreadsheets, and that is nobody's business there.
 */
export function exportReaders(readers: AsyncIterable<Subscription>): Readable {
  const columns = [...COLUMNS];
  const csv = stringify({ header: true, columns, escape_formulas: true, record_delimiter: '\r\n' });
  void writeRows(readers, csv);
  return csv;
}

async function writeRows(
  readers: AsyncIterable<Subscription>,
  csv: ReturnType<typeof stringify>,
): Promise<void> {
  try {
    for await (const reader of readers) {
      const row = [
        reader.email,
        reader.name,
        reader.newsletterId,
        reader.state,
        reader.sections?.join(' ') ?? '',
        reader.frequency,
        moment(reader.confirmedAt),
        moment(reader.pausedUntil),
      ];
      if (!csv.write(row)) await new Promise((resolve) => csv.once('drain', resolve));
    }
    csv.end();
  } catch (error) {
    csv.destroy(error as Error);
  }
}

function moment(time: number | null): string {
  return time === null ? '' : new Date(time).toISOString();
}

type Row =
  | { readonly kind: 'reader'; readonly key: string; readonly reader: NewReader }
  | { readonly kind: 'left' }
  | { readonly kind: 'invalid'; readonly value: string; readonly reason: string };

function readRow(record: CsvRecord, { newsletterId, sections: known }: ImportOptions): Row {
  const value = unescaped(record.email);
  const invalid = (reason: string): Row => ({ kind: 'invalid', value: oneLine(value).slice(0, 100), reason });
  const parsed = parseAddress(value);
  if (!parsed.ok) return invalid(parsed.reason);
  const isOurs = record.confirmed_at !== undefined;
  if (isOurs) {
    // Our own export: it may hold other newsletters' readers, and those who never confirmed or have left.
    if (record.newsletter && record.newsletter !== newsletterId)
      return invalid(`it belongs to the newsletter "${oneLine(record.newsletter)}"`);
    if (record.state && record.state !== 'active') return { kind: 'left' };
  }
  const sections = (record.sections ?? '').split(/[\s;|,]+/).filter(Boolean);
  const stranger = sections.find((section) => !known.includes(section));
  if (stranger !== undefined)
    return invalid(`there is no section "${oneLine(stranger)}"; the newsletter has ${known.join(', ')}`);
  const frequency = (record.frequency ?? '').toLowerCase() || 'every';
  if (!isFrequency(frequency))
    return invalid(`"${oneLine(frequency)}" is no frequency; there are ${FREQUENCIES.join(' and ')}`);
  const pausedUntil = isOurs && record.paused_until ? Date.parse(record.paused_until) : null;
  if (Number.isNaN(pausedUntil)) return invalid(`"${oneLine(record.paused_until ?? '')}" is no moment`);
  const name = oneLine(unescaped(record.name)).slice(0, 200);
  const choice = { sections: normaliseSections(sections, known), frequency, pausedUntil };
  return {
    kind: 'reader',
    key: addressKey(parsed.address),
    reader: { email: parsed.address, name, ...choice },
  };
}

/** Without the apostrophe that the export, as spreadsheets want it, puts before what would be a formula. */
function unescaped(value = ''): string {
  return /^'[=+\-@\t\r]/.test(value) ? value.slice(1) : value;
}
