import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFetched } from '../../src/articles/feed-source.ts';
import type { Outcome } from '../report.ts';
import { debian, PYTHON, run } from '../tool.ts';
import { compare, type Difference, FIELDS, type Field, type Theirs } from './compare.ts';
import { corpus, type FeedFile } from './corpus.ts';

const SCRIPT = join(import.meta.dirname, 'feedparser_read.py');
const FEEDPARSER = debian('python3-feedparser', PYTHON, ['-c', 'import feedparser']);
/** Later than anything in a feed: nothing is dated ahead. */
const NOW = Date.UTC(2035, 0, 1);

/** Per cent of entries on which both have to agree. */
const LIMITS: Readonly<Record<Field, number>> = {
  title: 99,
  link: 99,
  date: 98,
  author: 95,
  text: 95,
  picture: 95,
};

/**
 * Puts feeds before Python's feedparser and compares what it reads with what we read, entry by entry.
 * @param folder with feeds of somebody else, instead of our own corpus. A file's address is its name at `feeds.example`.
 */
export async function judgeFeeds(folder: string | undefined): Promise<Outcome[]> {
  if (!(await FEEDPARSER.isThere()))
    return [{ judge: 'feedparser', notRun: `apt install ${FEEDPARSER.package}` }];
  const files = folder === undefined ? corpus() : filesIn(folder);
  const theirs = await readThere(files);
  let entries = 0;
  const differences: Difference[] = [];
  for (const [at, file] of files.entries()) {
    const result = readFetched({ language: '', time_zone: 'UTC' }, fetched(file), NOW);
    const ours = result.kind === 'collected' ? result.articles : [];
    const others = theirs[at] ?? [];
    entries += Math.max(ours.length, others.length);
    differences.push(...compare(file.name, ours, others));
  }
  console.error(`${files.length} feeds, ${entries} entries`);
  return FIELDS.map((field) => verdictOf(field, entries, differences));
}

function verdictOf(field: Field, entries: number, all: readonly Difference[]): Outcome {
  const own = all.filter((one) => one.field === field);
  const unexplained = own.filter(({ because }) => because === undefined);
  const agreed = (count: number) => Math.floor(((entries - count) / Math.max(1, entries)) * 10_000) / 100;
  const kinds = Map.groupBy(
    own.filter(({ because }) => because),
    ({ because }) => because,
  );
  const score = agreed(unexplained.length);
  return {
    judge: `feedparser ${field}`,
    verdict: {
      score,
      limit: LIMITS[field],
      pass: score >= LIMITS[field],
      details: [
        `the same in ${agreed(own.length)} % of ${entries} entries; ${own.length - unexplained.length} differences are explained`,
        ...[...kinds].map(([because, some]) => `${some.length} × ${because}`),
        ...unexplained.map(({ feed, ours, theirs }) => `${feed}: ${shown(ours)} ≠ ${shown(theirs)}`),
      ],
    },
  };
}

function shown(text: string): string {
  return JSON.stringify(text.replace(/\s+/g, ' ').slice(0, 160));
}

async function readThere(files: readonly FeedFile[]): Promise<Theirs[][]> {
  const input = files.map((file) => ({
    ...file,
    bytes: file.bytes.toString('base64'),
    address: addressOf(file),
  }));
  const { code, out } = await run(PYTHON, [SCRIPT], JSON.stringify(input));
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
