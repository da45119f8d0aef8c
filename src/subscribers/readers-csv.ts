import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { stringify } from 'csv-stringify';
import { addressKey, parseAddress } from '../base/address.ts';
import { AppError } from '../base/errors.ts';
import { oneLine } from '../base/one-line.ts';
import type { Database } from '../storage/schema.ts';
import { addReaders, type NewReader } from './add-readers.ts';
import { normaliseSections, type Subscription } from './subscriber.ts';

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

/**
 * Streams a CSV of readers into a newsletter, as confirmed by the operator. The heading row must have an `email` column
 * (any case; "e-mail", "email address" will do); `name` and `sections` (separated by spaces, `;` or `|`) are optional.
 * Bad rows are reported with their line and never stop the good ones. Memory does not grow with the file, but for the bad rows.
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
    invalid: [] as { line: number; value: string; reason: string }[],
  };
  const flush = async (batch: NewReader[]) => {
    const counts = await addReaders(db, batch, options);
    report.added += counts.added;
    report.known += counts.known;
    report.leftAlone += counts.leftAlone;
    options.onProgress?.(report.rows);
  };
  let batch = new Map<string, NewReader>();
  for await (const { record, info } of csv.pipe(csvParser())) {
    report.rows += 1;
    const reader = readRow(record, options.sections);
    if ('reason' in reader) report.invalid.push({ line: info.lines, ...reader });
    else if (batch.has(addressKey(reader.email))) report.known += 1;
    else batch.set(addressKey(reader.email), reader);
    if (batch.size < BATCH) continue;
    await flush([...batch.values()]);
    batch = new Map();
  }
  await flush([...batch.values()]);
  return report;
}

/** Writes every subscription as CSV, oldest first. */
export function exportReaders(readers: AsyncIterable<Subscription>): Readable {
  const columns = ['email', 'name', 'newsletter', 'state', 'sections', 'confirmed_at'];
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
      const confirmed = reader.confirmedAt === null ? '' : new Date(reader.confirmedAt).toISOString();
      const row = [
        reader.email,
        reader.name,
        reader.newsletterId,
        reader.state,
        reader.sections?.join(' ') ?? '',
        confirmed,
      ];
      if (!csv.write(row)) await new Promise((resolve) => csv.once('drain', resolve));
    }
    csv.end();
  } catch (error) {
    csv.destroy(error as Error);
  }
}

const COLUMN_NAMES: Record<string, string> = {
  'e-mail': 'email',
  mail: 'email',
  'email address': 'email',
  email_address: 'email',
  'full name': 'name',
  topics: 'sections',
};

function csvParser() {
  return parse({
    bom: true,
    trim: true,
    info: true,
    skip_empty_lines: true,
    relax_column_count: true,
    delimiter: [',', ';', '\t'],
    max_record_size: 100_000,
    columns: (heading: string[]) => {
      const columns = heading.map((name) => COLUMN_NAMES[name.toLowerCase()] ?? name.toLowerCase());
      if (columns.includes('email')) return columns;
      throw new AppError(
        'USAGE',
        `The file has no "email" column; its first line reads: ${heading.join(', ').slice(0, 200)}`,
        {
          hint: 'The first line must name the columns, for instance: email,name,sections',
        },
      );
    },
  });
}

function readRow(
  record: Record<string, string | undefined>,
  known: readonly string[],
): NewReader | { value: string; reason: string } {
  const value = record.email ?? '';
  const parsed = parseAddress(value);
  if (!parsed.ok) return { value: oneLine(value).slice(0, 100), reason: parsed.reason };
  const sections = (record.sections ?? '').split(/[\s;|]+/).filter(Boolean);
  const stranger = sections.find((section) => !known.includes(section));
  if (stranger !== undefined)
    return {
      value,
      reason: `there is no section "${oneLine(stranger)}"; the newsletter has ${known.join(', ')}`,
    };
  return {
    email: parsed.address,
    name: oneLine(record.name ?? '').slice(0, 200),
    sections: normaliseSections(sections, known),
  };
}
