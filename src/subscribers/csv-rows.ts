import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { AppError, messageOf } from '../base/errors.ts';

/** One row, and the line of the file it begins on, counted from 1. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

export interface Csv {
  readonly separator: Separator;
  /** With the heading, if there is one; without empty lines. */
  readonly rows: AsyncGenerator<CsvRow>;
}

const SEPARATORS = [',', ';', '\t', '|'] as const;
export type Separator = (typeof SEPARATORS)[number];
const MAX_ROW_CHARACTERS = 100_000;
const SAMPLE_ROWS = 5;
/** A spreadsheet's note to itself on the first line: `sep=;`. */
const SEPARATOR_LINE = /^sep=([,;\t|])[ \t]*\n/i;

/**
 * Reads CSV row by row, with whatever separator its first row has most of.
 * @param text with `\n` for every line break.
 * @throws AppError IMPORT_STOPPED where the quotation marks do not pair up: nobody can say then where a row ends.
 */
export async function openCsv(text: AsyncGenerator<string>): Promise<Csv> {
  const start = await untilFirstRow(text);
  const noted = SEPARATOR_LINE.exec(start);
  const separator = (noted?.[1] as Separator | undefined) ?? separatorOf(start);
  const rest = joined(noted ? start.slice(noted[0].length) : start, text);
  return { separator, rows: rowsOfText(rest, separator, noted ? 1 : 0) };
}

async function* rowsOfText(
  text: AsyncGenerator<string>,
  separator: Separator,
  linesBefore: number,
): AsyncGenerator<CsvRow> {
  const parser = csvParser(separator);
  // The callback is there for an error to end the parser with, which the loop then throws.
  pipeline(Readable.from(text), parser, () => undefined);
  try {
    for await (const { record, raw, info } of parser)
      yield { cells: record, line: linesBefore + info.lines - lineBreaksIn(raw.trim()) };
  } catch (error) {
    throw error instanceof CsvError ? broken(error, linesBefore) : error;
  }
}

async function untilFirstRow(text: AsyncGenerator<string>): Promise<string> {
  let start = '';
  while (!/\S.*\n.*\S/.test(start) && start.length < MAX_ROW_CHARACTERS) {
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

/**
 * The one that every one of the first rows has most of, or, where none is in all of them, the heading: counted outside
 * quotation marks. A `;` between the sections of a row must not cut a file with commas, nor a comma in a heading one with bars.
 */
function separatorOf(start: string): Separator {
  const lines = start
    .trim()
    .replace(/"[^"]*"/g, '')
    .split(/\n+/)
    .slice(0, SAMPLE_ROWS);
  const weight = (separator: string) => {
    const counts = lines.map((line) => line.split(separator).length - 1);
    return Math.min(...counts) * MAX_ROW_CHARACTERS + (counts[0] ?? 0);
  };
  return SEPARATORS.reduce((best, one) => (weight(one) > weight(best) ? one : best));
}

function csvParser(delimiter: Separator) {
  return parse({
    trim: true,
    info: true,
    raw: true,
    skip_empty_lines: true,
    relax_column_count: true,
    relax_quotes: true,
    delimiter,
    max_record_size: MAX_ROW_CHARACTERS,
  });
}

function broken(error: CsvError, linesBefore: number): AppError {
  const { lines = 0, raw = '' } = error as { lines?: number; raw?: string };
  const line = linesBefore + lines - lineBreaksIn(raw.trim());
  return new AppError('IMPORT_STOPPED', `The file cannot be read on from line ${line}: ${messageOf(error)}`, {
    hint: 'Mend the quotation marks of that line and import again. What is in already is not added twice.',
    cause: error,
  });
}

function lineBreaksIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
