import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { oneLine, shorten } from '../../base/text/one-line.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import type { Ground } from '../../ground.ts';
import { FORMATS } from '../../subscribers/import/columns/import-formats.ts';
import { readMapping, readTag } from '../../subscribers/import/columns/import-mapping.ts';
import { type ListStatus, plain } from '../../subscribers/import/columns/import-words.ts';
import { listInFile } from '../../subscribers/import/import-list.ts';
import type { ImportCounts } from '../../subscribers/import/import-progress.ts';
import { type ImportReport, importReaders } from '../../subscribers/import/import-readers.ts';
import { oneNewsletter } from '../arguments.ts';
import { interruption } from '../interruption.ts';
import { counted, EXIT, say, sayJson } from '../output.ts';
import { ProgressBar } from '../progress-bar.ts';
import { RejectedFile } from './rejected-file.ts';

export interface ImportCommand {
  readonly newsletter?: string;
  readonly map?: readonly string[];
  readonly ignore?: readonly string[];
  readonly tag?: readonly string[];
  readonly status?: string;
  readonly report?: string;
  readonly dryRun?: boolean;
  readonly again?: boolean;
  readonly json?: boolean;
}

const SEPARATOR_NAMES = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'bars' } as const;
const ENCODING_NAMES = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16',
  'windows-1252': 'Windows-1252',
} as const;

/**
 * `subscribers import FILE`: a list in any of the forms of docs/IMPORTING.md. 1 when some rows
 * could not be taken in.
 */
export async function importSubscribers(
  ground: Ground,
  file: string,
  command: ImportCommand,
): Promise<number> {
  const newsletter = oneNewsletter(ground.config, command.newsletter);
  const wishes = wishesIn(command, newsletter);
  await mustBeFile(file);
  const rejected = new RejectedFile(reportPath(file, command.report));
  const bar = new ProgressBar('imported', ground.clock.now());
  let report: ImportReport;
  try {
    report = await importReaders(ground.db, listInFile(file), {
      newsletterId: newsletter.id,
      sections: newsletter.sections.map((section) => section.id),
      file: basename(file),
      now: ground.clock.now(),
      ...wishes,
      dryRun: command.dryRun === true,
      again: command.again === true,
      signal: interruption(),
      onRejected: (row) => rejected.add(row),
      onProgress: (rows, of) => bar.update(rows, of, ground.clock.now()),
    });
  } finally {
    bar.finish();
    await rejected.close();
  }
  const bad = report.outcome === 'already' ? 0 : report.invalid + report.duplicates;
  if (report.outcome === 'done') await rejected.removeOld();
  if (command.json) sayJson({ ...report, rejectedFile: bad > 0 ? rejected.path : null });
  else for (const line of lines(report, newsletter.id, file, command)) say(line);
  if (!command.json && bad > 0)
    say(`${counted(bad, 'row is', 'rows are')} listed with line and reason in ${rejected.path}`);
  if (report.outcome === 'interrupted') return EXIT.interrupted;
  return bad > 0 ? EXIT.someRejected : EXIT.done;
}

function lines(
  report: ImportReport,
  newsletterId: string,
  file: string,
  { dryRun }: ImportCommand,
): string[] {
  const { outcome, rows, resumedAfter } = report;
  const counts = `${newsletterId}: ${inWords(report, dryRun ? 'would be added' : 'added')}`;
  if (outcome === 'already')
    return [`${file} was imported before, and nothing was changed; --again imports it once more`, counts];
  const read = `${file}: ${report.format ? `an export of ${report.format}, ` : ''}${ENCODING_NAMES[report.encoding]}, separated by ${SEPARATOR_NAMES[report.separator]}`;
  const resumed =
    resumedAfter > 0 ? [`Went on after row ${resumedAfter}, where it had been interrupted`] : [];
  const stopped =
    outcome === 'interrupted' ? [`Interrupted after row ${rows}: the same command goes on from there`] : [];
  return [read, ...columnLines(report, newsletterId), ...resumed, counts, ...stopped];
}

/** Lists the columns that said who left, the columns not used, and notes on the list. */
function columnLines(report: ImportReport, newsletterId: string): string[] {
  const { format, unread, unknownTags } = report;
  const note = FORMATS.find(({ name }) => name === format)?.note;
  const tags = unknownTags.map(({ tag, readers }) => `${shorten(oneLine(tag), 40)} (${readers})`);
  return [
    standingLine(report),
    ...(unread.length > 0 ? [`Columns not used: ${listed(unread)}`] : []),
    ...(tags.length > 0 ? [`Tags that are no section of ${newsletterId}: ${listed(tags)}`] : []),
    ...(note ? [note] : []),
  ];
}

function standingLine({ standing, everybody }: ImportReport): string {
  if (everybody !== null && everybody !== 'active')
    return `Everybody in it counts as ${EVERYBODY_WORDS[everybody]}`;
  if (standing.length > 0) return `Who left is told by: ${listed(standing)}`;
  return 'No column says who left: everybody in it counts as a subscriber, unless they left here';
}

const EVERYBODY_WORDS: Readonly<Record<Exclude<ListStatus, 'active'>, string>> = {
  ...{ unconfirmed: 'somebody who never agreed', unsubscribed: 'unsubscribed' },
  ...{ undeliverable: 'undeliverable', complained: 'somebody who complained' },
};

const MOST_LISTED = 60;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_LISTED).map((name) => shorten(oneLine(name), 60));
  return [...shown, ...(names.length > MOST_LISTED ? [`${names.length - MOST_LISTED} more`] : [])].join(', ');
}

const EVERYBODY: Readonly<Record<string, ListStatus>> = {
  ...{ subscribed: 'active', unsubscribed: 'unsubscribed' },
  ...{ bounced: 'undeliverable', complained: 'complained' },
};

/** Reads the options on columns, tags and everybody's status. @throws AppError USAGE. */
function wishesIn({ map, ignore = [], tag = [], status }: ImportCommand, { sections }: NewsletterConfig) {
  const ids = sections.map(({ id }) => id);
  const titles = sections.map(({ id, title }) => [plain(title), id] as const);
  const given = tag
    .map((text) => readTag(text, ids))
    .map(([name, section]) => [plain(name), section] as const);
  if (status !== undefined && !Object.hasOwn(EVERYBODY, status))
    throw new AppError('USAGE', `--status ${status} is not understood`, {
      hint: `There are ${Object.keys(EVERYBODY).join(', ')}.`,
    });
  return {
    map: map === undefined ? {} : readMapping(map.join(',')),
    ...{ ignore, tags: Object.fromEntries([...titles, ...given]) },
    ...(status !== undefined && { everybody: EVERYBODY[status] ?? 'active' }),
  };
}

/** Every row is in one of these; the last four are only named when there are some. */
function inWords(counts: ImportCounts, added: string): string {
  const { rows, known, leftAlone, unsubscribed, suppressed, duplicates, invalid } = counts;
  const some = (count: number, what: string) => (count > 0 ? [`${count} ${what}`] : []);
  return [
    counted(rows, 'row', 'rows'),
    `${counts.added} ${added}`,
    `${known} already there`,
    `${leftAlone} left alone (unsubscribed, suppressed or never confirmed)`,
    ...some(unsubscribed, 'unsubscribed, as they were there'),
    ...some(suppressed, 'suppressed, as they were there'),
    ...some(duplicates, 'twice in the file'),
    ...some(invalid, 'invalid'),
  ].join(', ');
}

function reportPath(file: string, asked: string | undefined): string {
  const path = asked ?? `${file}.rejected.csv`;
  if (resolve(path) !== resolve(file)) return path;
  throw new AppError('USAGE', `--report names the list itself, ${file}`, { hint: 'Name another file.' });
}

async function mustBeFile(file: string): Promise<void> {
  const found = await stat(file).catch((cause) => {
    throw new AppError('USAGE', `${file} cannot be read`, { cause });
  });
  if (found.isFile()) return;
  const what = found.isDirectory() ? 'a folder' : 'no file';
  throw new AppError('USAGE', `${file} is ${what}`, { hint: 'Name the CSV file: it is read twice.' });
}
