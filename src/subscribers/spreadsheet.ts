import { type Stringifier, stringify } from 'csv-stringify';

/** Characters that a spreadsheet reads as the beginning of a formula, full-width forms included. */
const FORMULA = /^'[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/**
 * CSV that is safe to open in a spreadsheet: every cell in quotation marks, with an apostrophe
 * before what would be computed; UTF-8, lines as RFC 4180 has them.
 */
export function spreadsheetCsv(columns: readonly string[]): Stringifier {
  return stringify({
    header: true,
    columns: [...columns],
    quoted: true,
    quoted_empty: true,
    escape_formulas: true,
    record_delimiter: '\r\n',
  });
}

/** A cell without the apostrophe that was put before what would be a formula. */
export function unescaped(value: string): string {
  return FORMULA.test(value) ? value.slice(1) : value;
}
