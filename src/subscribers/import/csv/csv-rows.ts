import { type Separator, separatorOf } from './csv-separator.ts';
import { type CsvRow, RowScanner } from './row-scanner.ts';

export interface Csv {
  readonly separator: Separator;
  /**
   * The rows of one piece of the file after the other; with the heading, if there is one; without
   * empty rows.
   */
  readonly pieces: AsyncGenerator<readonly CsvRow[]>;
}

/** Characters and lines at the beginning that show which separator a file has. */
const SAMPLE_CHARACTERS = 65_536;
const SAMPLE_LINES = 20;
/** A spreadsheet's note to itself on the first line: `sep=;`. */
const SEPARATOR_LINE = /^\s{0,9}sep=([,;\t|])[ \t]{0,9}\n/i;

/**
 * Reads CSV row by row, with whatever separator its first rows have most of. A row whose quotation
 * marks do not pair up has a flaw, and costs nothing but itself.
 * @param text with `\n` for every line break.
 */
export async function openCsv(text: AsyncGenerator<string>): Promise<Csv> {
  const start = await beginningOf(text);
  const noted = SEPARATOR_LINE.exec(start);
  const sample = start.slice(0, SAMPLE_CHARACTERS).split('\n').slice(0, SAMPLE_LINES);
  const separator = (noted?.[1] as Separator | undefined) ?? separatorOf(sample);
  const rest = noted ? start.slice(noted[0].length) : start;
  return { separator, pieces: rowsOf(rest, text, new RowScanner(separator, noted ? 1 : 0)) };
}

async function* rowsOf(
  start: string,
  rest: AsyncGenerator<string>,
  scanner: RowScanner,
): AsyncGenerator<readonly CsvRow[]> {
  yield scanner.push(start);
  for await (const piece of rest) yield scanner.push(piece);
  yield scanner.end();
}

async function beginningOf(text: AsyncGenerator<string>): Promise<string> {
  let start = '';
  let lines = 0;
  while (lines < SAMPLE_LINES && start.length < SAMPLE_CHARACTERS) {
    const { value, done } = await text.next();
    if (done) break;
    start += value;
    lines += value.split('\n').length - 1;
  }
  return start;
}
