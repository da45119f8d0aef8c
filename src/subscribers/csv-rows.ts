import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { AppError, messageOf } from '../base/errors.ts';

/** One row by the names of its columns, and the line it begins on. */
export interface CsvRow {
  readonly line: number;
  readonly record: CsvRecord;
}
export type CsvRecord = Readonly<Record<string, string | undefined>>;

const COLUMN_NAMES: Record<string, string> = {
  'e-mail': 'email',
  mail: 'email',
  'email address': 'email',
  'e-mail address': 'email',
  email_address: 'email',
  'full name': 'name',
  topics: 'sections',
};
const DELIMITERS = [',', ';', '\t'] as const;
const MAX_ROW_CHARACTERS = 100_000;

/**
 * Reads a CSV of readers row by row: commas, semicolons or tabs, as the heading has them; UTF-8, or UTF-16 with its mark.
 * @throws AppError USAGE when it has no email column, or where its quotation marks do not pair up: nobody can say then
 * where a row ends.
 */
export async function* csvRows(csv: Readable): AsyncGenerator<CsvRow> {
  const text = plainText(csv);
  const heading = await untilLineBreak(text);
  const parser = csvParser(delimiterOf(heading));
  // The callback is there for an error to end the parser with, which the loop then throws.
  pipeline(Readable.from(joined(heading, text)), parser, () => undefined);
  try {
    for await (const { record, raw, info } of parser)
      yield { record, line: info.lines - lineBreaksIn(raw.trim()) };
  } catch (error) {
    throw error instanceof CsvError ? broken(error) : error;
  }
}

/** The text with one kind of line break: the parser counts two lines for a `\r\n` in quotes. */
async function* plainText(bytes: Readable): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let held = '';
  for await (const chunk of bytes) {
    const buffer = Buffer.from(chunk);
    decoder ??= new TextDecoder(buffer[0] === 0xff && buffer[1] === 0xfe ? 'utf-16le' : 'utf-8');
    const text = held + decoder.decode(buffer, { stream: true });
    held = text.endsWith('\r') ? '\r' : '';
    yield text.slice(0, text.length - held.length).replace(/\r\n?/g, '\n');
  }
  yield held.replace('\r', '\n') + (decoder?.decode() ?? '');
}

async function untilLineBreak(text: AsyncGenerator<string>): Promise<string> {
  let start = '';
  while (!/\S.*\n/.test(start) && start.length < MAX_ROW_CHARACTERS) {
    const { value, done } = await text.next();
    if (done) break;
    start += value;
  }
  return start;
}

async function* joined(start: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (start) yield start;
  yield* rest;
}

/** The one the heading has most of, outside quotation marks. A `;` between sections must not cut a row with commas. */
function delimiterOf(start: string): string {
  const heading = (start.trimStart().split('\n')[0] ?? '').replace(/"[^"]*"/g, '');
  const count = (delimiter: string) => heading.split(delimiter).length - 1;
  return DELIMITERS.reduce((best, one) => (count(one) > count(best) ? one : best));
}

function csvParser(delimiter: string) {
  return parse({
    trim: true,
    info: true,
    raw: true,
    skip_empty_lines: true,
    relax_column_count: true,
    relax_quotes: true,
    delimiter,
    max_record_size: MAX_ROW_CHARACTERS,
    columns: readHeading,
  });
}

function readHeading(heading: string[]): string[] {
  const columns = heading.map((name) => COLUMN_NAMES[name.toLowerCase()] ?? name.toLowerCase());
  if (columns.includes('email')) return columns;
  throw new AppError(
    'USAGE',
    `The file has no "email" column; its first line reads: ${heading.join(', ').slice(0, 200)}`,
    { hint: 'The first line must name the columns, for instance: email,name,sections' },
  );
}

function broken(error: CsvError): AppError {
  const { lines = 0, raw = '' } = error as { lines?: number; raw?: string };
  return new AppError(
    'USAGE',
    `The file cannot be read on from line ${lines - lineBreaksIn(raw.trim())}: ${messageOf(error)}`,
    {
      hint: 'Mend the quotation marks of that line and import again. What is in already is not added twice.',
      cause: error,
    },
  );
}

function lineBreaksIn(text: string): number {
  return text.split('\n').length - 1;
}
