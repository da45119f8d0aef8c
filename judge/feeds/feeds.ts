import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFetched } from '../../src/articles/sources/feeds/feed-source.ts';
import type { Outcome } from '../report.ts';
import { PYTHONS, pythonWith, run } from '../tool.ts';
import { FIELDS, type Field, type Theirs } from './answers.ts';
import { type Compared, compare } from './compare.ts';
import { corpus, type FeedFile } from './corpus.ts';
import { verdictOf } from './tally.ts';

const SCRIPT = join(import.meta.dirname, 'feedparser_read.py');
/** Later than anything in a feed: nothing is dated ahead. */
const NOW = Date.UTC(2035, 0, 1);

/** Per cent of answers on which both have to agree. */
const LIMITS: Readonly<Record<Field, number>> = {
  title: 99,
  link: 99,
  date: 98,
  author: 95,
  text: 95,
  picture: 95,
};

export interface FeedOptions {
  /** A folder with feeds of somebody else, instead of our own corpus. A file's address is its name at `feeds.example`. */
  readonly folder: string | undefined;
  /** Names every single difference, instead of one example for each explanation. */
  readonly list: boolean;
}

/** Puts feeds before Python's feedparser and compares what it reads with what we read, entry by entry. */
export async function judgeFeeds({ folder, list }: FeedOptions): Promise<Outcome[]> {
  const python = await pythonWith('feedparser');
  if (!python) {
    const tried = PYTHONS.join(' and ');
    return [{ judge: 'feedparser', notRun: `no feedparser for ${tried}: apt install python3-feedparser` }];
  }
  const files = folder === undefined ? corpus() : filesIn(folder);
  const theirs = await readThere(python, files);
  const compared = files.flatMap((file, at): Compared[] => {
    const result = readFetched({ language: '', time_zone: 'UTC' }, fetched(file), NOW);
    return compare(file.name, result.kind === 'collected' ? result.articles : [], theirs[at] ?? []);
  });
  console.error(`${files.length} feeds, ${compared.length / FIELDS.length} entries`);
  return FIELDS.map((field) => ({
    judge: `feedparser ${field}`,
    verdict: verdictOf(
      compared.filter((one) => one.field === field),
      LIMITS[field],
      list,
    ),
  }));
}

async function readThere(python: string, files: readonly FeedFile[]): Promise<Theirs[][]> {
  const input = files.map((file) => ({
    name: file.name,
    contentType: file.contentType,
    bytes: file.bytes.toString('base64'),
    address: addressOf(file),
  }));
  const { code, out } = await run(python, [SCRIPT], JSON.stringify(input));
  if (code !== 0) throw new Error(`${SCRIPT} ended with ${code}: ${out}`);
  const read: readonly { readonly entries: Theirs[] }[] = JSON.parse(out);
  return read.map(({ entries }) => entries);
}

function fetched(file: FeedFile) {
  const validators = { etag: null, lastModified: null };
  return {
    kind: 'fetched' as const,
    url: addressOf(file),
    body: file.bytes,
    contentType: file.contentType,
    validators,
  };
}

function addressOf({ name }: FeedFile): string {
  return `https://feeds.example/${encodeURIComponent(name)}`;
}

/** Every file in a folder that may be a feed; feedparser reads no JSON. */
function filesIn(folder: string): FeedFile[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(xml|rss|atom|rdf)$/i.test(entry.name))
    .map(({ name }) => ({ name, bytes: readFileSync(join(folder, name)), contentType: 'application/xml' }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
