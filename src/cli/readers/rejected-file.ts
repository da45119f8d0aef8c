import { rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { AppError, messageOf } from '../../base/errors.ts';
import type { Rejected } from '../../subscribers/import/read-batches.ts';
import { spreadsheetCsv } from '../../subscribers/spreadsheet.ts';
import { privateFile } from '../private-file.ts';

/**
 * The rows of a list that could not be taken in, as CSV for its owner alone. There is no file when
 * there are no such rows.
 */
export class RejectedFile {
  readonly path: string;
  #csv: ReturnType<typeof spreadsheetCsv> | undefined;
  #written: Promise<void> | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** @throws AppError IMPORT_STOPPED when the file cannot be written. */
  async add({ line, reason, value }: Rejected): Promise<void> {
    this.#csv ??= this.#open();
    const csv = this.#csv;
    const drained = csv.write([String(line), reason, value]);
    if (!drained) await Promise.race([new Promise((resolve) => csv.once('drain', resolve)), this.#written]);
  }

  /** @throws AppError IMPORT_STOPPED when not all of it could be written. */
  async close(): Promise<void> {
    this.#csv?.end();
    await this.#written;
  }

  /**
   * After an import without bad rows: what an earlier one left there has the lines of another file.
   */
  async removeOld(): Promise<void> {
    if (this.#csv === undefined) await rm(this.path, { force: true });
  }

  #open(): ReturnType<typeof spreadsheetCsv> {
    const csv = spreadsheetCsv(['line', 'reason', 'email']);
    const file = csv.pipe(privateFile(this.path));
    this.#written = finished(file).catch((error) => {
      throw cannotWrite(this.path, error);
    });
    // Whoever adds or closes next is told; until then nobody waits, which would end the process.
    this.#written.catch(() => undefined);
    return csv;
  }
}

function cannotWrite(path: string, cause: unknown): AppError {
  return new AppError('IMPORT_STOPPED', `The bad rows cannot be listed in ${path}: ${messageOf(cause)}`, {
    hint: 'Name another place with --report FILE.',
    cause,
  });
}
