import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { messageOf } from '../base/errors.ts';
import { oneLine } from '../base/one-line.ts';
import {
  type CollectedArticle,
  canonicalLink,
  type Picture,
  type Refusal,
  type SourceResult,
} from './article.ts';
import { decodeText } from './charset.ts';
import { lineOf, pictureUrl } from './content.ts';
import { readDate } from './dates.ts';
import type { FileContent } from './file-content.ts';
import { readHtmlFile } from './html-file.ts';
import { readMarkdownFile } from './markdown-file.ts';
import { keepPicture } from './media.ts';
import { tell } from './standfirst.ts';
import { readTextFile } from './text-file.ts';

export interface FolderPlace {
  readonly sourceId: string;
  /** Absolute. */
  readonly folder: string;
  /** Where pictures are kept. */
  readonly mediaDir: string;
  /** BCP 47, for files that do not say. */
  readonly language: string;
  /** IANA name, for times without a zone; UTC where absent. */
  readonly timeZone?: string;
}

type ReadFile =
  | { readonly ok: true; readonly content: FileContent }
  | { readonly ok: false; readonly reason: string; readonly mend?: string };

const MAX_FILE_BYTES = 5 * 1024 * 1024;
const MAX_DEPTH = 16;

const READERS: Readonly<Record<string, (text: string) => ReadFile>> = {
  '.md': readMarkdownFile,
  '.markdown': readMarkdownFile,
  '.html': (text) => ({ ok: true, content: readHtmlFile(text) }),
  '.htm': (text) => ({ ok: true, content: readHtmlFile(text) }),
  '.txt': (text) => ({ ok: true, content: readTextFile(text) }),
};

/** Reads every article in a folder and below it. A file that cannot be one is refused; the others are not affected. */
export async function readFolderSource(place: FolderPlace, now: number): Promise<SourceResult> {
  const files = await listFiles(place.folder);
  if (!files) return { kind: 'failed', reason: `the folder ${place.folder} cannot be read` };
  const articles = new Map<string, CollectedArticle>();
  const refused: Refusal[] = [];
  for (const file of files) {
    const what = relative(place.folder, file).split(sep).join('/');
    const { article, problems } = await readArticle(file, what, place, now);
    refused.push(...problems.map((problem) => ({ what, ...problem })));
    if (!article) continue;
    if (articles.has(article.link))
      refused.push({ what, reason: `the same link twice: ${article.link}`, mend: MEND.twice });
    else articles.set(article.link, article);
  }
  return {
    kind: 'collected',
    articles: [...articles.values()],
    refused,
    validators: { etag: null, lastModified: null },
  };
}

/** Sorted, so that of two files with one link it is always the same one that counts. */
async function listFiles(folder: string, depth = 0): Promise<string[] | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (!entries) return undefined;
  const files: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory() && depth < MAX_DEPTH) files.push(...((await listFiles(path, depth + 1)) ?? []));
    // A symbolic link is left alone: it could lead out of the folder, or round in a circle.
    else if (entry.isFile() && extname(entry.name).toLowerCase() in READERS) files.push(path);
  }
  return files;
}

type Problem = Omit<Refusal, 'what'>;

interface FileVerdict {
  readonly article?: CollectedArticle;
  readonly problems: readonly Problem[];
}

const MEND = {
  headline:
    'Give it a first line “# The headline” (HTML: a title; text: a first line), or a headline in its front matter.',
  date: 'Write it as 2026-11-22 or 2026-11-22 07:00. Until then it counts from when it was first seen.',
  picture: 'Put the picture beside the file and name it by its path from there, or by its http(s) address.',
  twice: 'Give one of the files another link, or take it out.',
  tooLarge: 'Shorten it, or make several articles of it.',
  notText: 'Save it as text in UTF-8, or take it out of the folder.',
  frontMatter:
    'Write one “key: value” on each line between the two ---, with quotes around a value that holds a colon.',
  unreadable: 'Let the user that Broadsheet runs as read it.',
};

async function readArticle(
  file: string,
  name: string,
  place: FolderPlace,
  now: number,
): Promise<FileVerdict> {
  const read = await readContent(file);
  if (!read.ok) return { problems: [{ reason: read.reason, mend: read.mend ?? MEND.frontMatter }] };
  const { content } = read;
  const headline = lineOf(content.headline);
  if (!headline) return { problems: [{ reason: 'it has no headline', mend: MEND.headline }] };
  const picture = await pictureOf(content.picture, file, place);
  const language = oneLine(content.language) || place.language;
  const reading = content.date
    ? readDate(content.date, now, { language, ...(place.timeZone ? { timeZone: place.timeZone } : {}) })
    : undefined;
  const date = reading?.ok ? reading : undefined;
  const summary = lineOf(content.standfirst);
  const dateProblem: readonly Problem[] =
    content.date && !date
      ? [{ reason: `its date cannot be read: ${content.date.slice(0, 60)}`, mend: MEND.date, partly: true }]
      : [];
  return {
    article: {
      link: canonicalLink(content.link) ?? ownLink(place.sourceId, name),
      headline,
      ...tell(summary ? [summary] : [], content.paragraphs),
      author: lineOf(content.author),
      categories: distinct(content.categories),
      tags: distinct(content.tags),
      picture: picture.kept,
      language,
      publishedAt: date?.at ?? now,
      dated: date?.dated ?? false,
    },
    problems: [...dateProblem, ...picture.problems],
  };
}

async function readContent(file: string): Promise<ReadFile> {
  try {
    if ((await stat(file)).size > MAX_FILE_BYTES)
      return { ok: false, reason: 'it is larger than 5 MB', mend: MEND.tooLarge };
    const bytes = await readFile(file);
    if (bytes.includes(0) && !/^\xff\xfe|^\xfe\xff/.test(bytes.toString('latin1', 0, 2)))
      return { ok: false, reason: 'it is not text', mend: MEND.notText };
    const read = READERS[extname(file).toLowerCase()];
    return read ? read(decodeText(bytes)) : { ok: false, reason: 'its kind is not known' };
  } catch (error) {
    return { ok: false, reason: `it cannot be read: ${messageOf(error)}`, mend: MEND.unreadable };
  }
}

/** Identity for a file that has no address on the web: stable as long as the file keeps its name. */
function ownLink(sourceId: string, name: string): string {
  return `article:${sourceId}/${oneLine(name.slice(0, name.length - extname(name).length))}`;
}

async function pictureOf(
  { source, alt, caption }: FileContent['picture'],
  file: string,
  place: FolderPlace,
): Promise<{ kept: Picture | null; problems: readonly Problem[] }> {
  if (!source) return { kept: null, problems: [] };
  const texts = { alt: lineOf(alt), caption: lineOf(caption) };
  const leftOut = (why: string) => ({
    kept: null,
    problems: [{ reason: `its picture was left out: ${why}`, mend: MEND.picture, partly: true as const }],
  });
  if (/^[a-z][a-z\d+.-]*:/i.test(source)) {
    const url = pictureUrl(source);
    if (url) return { kept: { url, ...texts }, problems: [] };
    return leftOut('only files and http(s) addresses are taken');
  }
  const kept = await keepPicture(source, file, place.folder, place.mediaDir);
  return kept.ok ? { kept: { url: kept.url, ...texts }, problems: [] } : leftOut(kept.reason);
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names.map(lineOf).filter(Boolean))];
}
