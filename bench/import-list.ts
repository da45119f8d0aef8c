import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../src/base/clock.ts';
import { migrate, openDatabase } from '../src/storage/database.ts';
import { exportReaders } from '../src/subscribers/export-readers.ts';
import { listInFile } from '../src/subscribers/import/import-list.ts';
import { importReaders } from '../src/subscribers/import/import-readers.ts';
import { answer } from './child.ts';
import { databaseFile, withFolder } from './newsroom.ts';

/** A Mailchimp export of invented people, taken in and exported again. */

export interface ImportRun {
  readonly importSeconds: number;
  readonly importProcessorSeconds: number;
  /** Of that, by the thread that writes; the other one reads. */
  readonly writingProcessorSeconds: number;
  readonly exportSeconds: number;
  /** Resident, at most. */
  readonly importMemoryMb: number;
  readonly exportMemoryMb: number;
  /** The longest the database was kept from other writers. */
  readonly longestBatchMs: number;
}

const PIECE_ROWS = 500;
const HEADING =
  'Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,NOTES,TAGS\n';

await answer<{ rows: number; url?: string }>(({ rows, url }) =>
  withFolder(async (folder): Promise<ImportRun> => {
    const list = join(folder, 'subscribed.csv');
    writeList(list, rows);
    const db = await openDatabase(url ?? `sqlite:${databaseFile(folder)}`);
    await migrate(db);
    let last = performance.now();
    let longestBatchMs = 0;
    const began = last;
    const cpuBegan = process.cpuUsage();
    const writingBegan = process.threadCpuUsage();
    const report = await importReaders(db, listInFile(list), {
      ...{ newsletterId: 'daily', sections: [], file: 'subscribed.csv', now: systemClock.now() },
      onProgress: () => {
        const now = performance.now();
        if (last !== began) longestBatchMs = Math.max(longestBatchMs, now - last);
        last = now;
      },
    });
    if (report.added !== rows) throw new Error(`${report.added} added of ${rows}`);
    const importSeconds = (performance.now() - began) / 1000;
    const importProcessorSeconds = seconds(process.cpuUsage(cpuBegan));
    const writingProcessorSeconds = seconds(process.threadCpuUsage(writingBegan));
    const importMemoryMb = mostMemoryMb();
    const exportBegan = performance.now();
    let bytes = 0;
    for await (const piece of exportReaders(db)) bytes += piece.length;
    if (bytes < rows * 50) throw new Error(`the export has ${bytes} bytes`);
    const exportSeconds = (performance.now() - exportBegan) / 1000;
    await db.destroy();
    return {
      ...{ importSeconds, importProcessorSeconds, writingProcessorSeconds, importMemoryMb, longestBatchMs },
      ...{ exportSeconds, exportMemoryMb: mostMemoryMb() },
    };
  }),
);

function mostMemoryMb(): number {
  return process.resourceUsage().maxRSS / 1024;
}

function seconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1e6;
}

/** Addresses in no order, as in life: an index that is filled in order is filled too easily. */
function writeList(path: string, rows: number): void {
  const file = openSync(path, 'w');
  writeSync(file, HEADING);
  for (let from = 0; from < rows; from += PIECE_ROWS) {
    const count = Math.min(PIECE_ROWS, rows - from);
    writeSync(file, Array.from({ length: count }, (_, n) => row((from + n) * 7919, n)).join(''));
  }
  closeSync(file);
}

function row(number: number, n: number): string {
  const person = (Math.imul(number, 0x9e3779b1) >>> 0).toString(36);
  return `${person}.reader${number}@mail${n % 40}.example,Anna ${person},Müller,2,2018-02-05 19:28:23,203.0.113.${n % 250},2018-02-05 19:31:02,203.0.113.${n % 250},,"""readers"""\n`;
}
