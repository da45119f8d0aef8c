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
}

type ReadFile =
  | { readonly ok: true; readonly content: FileContent }
  | { readonly ok: false; readonly reason: string };

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
    const { article, reasons } = await readArticle(file, what, place, now);
    refused.push(...reasons.map((reason) => ({ what, reason })));
    if (!article) continue;
    if (articles.has(article.link)) refused.push({ what, reason: `the same link twice: ${article.link}` });
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

interface FileVerdict {
  readonly article?: CollectedArticle;
  readonly reasons: readonly string[];
}

async function readArticle(
  file: string,
  name: string,
  place: FolderPlace,
  now: number,
): Promise<FileVerdict> {
  const read = await readContent(file);
  if (!read.ok) return { reasons: [read.reason] };
  const { content } = read;
  const headline = lineOf(content.headline);
  if (!headline) return { reasons: ['it has no headline'] };
  const picture = await pictureOf(content.picture, file, place);
  const language = oneLine(content.language) || place.language;
  const date = content.date ? readDate(content.date, now, language) : undefined;
  const summary = lineOf(content.standfirst);
  const dateProblem = content.date && !date ? [`its date cannot be read: ${content.date.slice(0, 60)}`] : [];
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
    reasons: [...dateProblem, ...picture.reasons],
  };
}

async function readContent(file: string): Promise<ReadFile> {
  try {
    if ((await stat(file)).size > MAX_FILE_BYTES) return { ok: false, reason: 'it is larger than 5 MB' };
    const bytes = await readFile(file);
    if (bytes.includes(0) && !/^\xff\xfe|^\xfe\xff/.test(bytes.toString('latin1', 0, 2)))
      return { ok: false, reason: 'it is not text' };
    const read = READERS[extname(file).toLowerCase()];
    return read ? read(decodeText(bytes)) : { ok: false, reason: 'its kind is not known' };
  } catch (error) {
    return { ok: false, reason: `it cannot be read: ${messageOf(error)}` };
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
): Promise<{ kept: Picture | null; reasons: readonly string[] }> {
  if (!source) return { kept: null, reasons: [] };
  const texts = { alt: lineOf(alt), caption: lineOf(caption) };
  if (/^[a-z][a-z\d+.-]*:/i.test(source)) {
    const url = pictureUrl(source);
    if (url) return { kept: { url, ...texts }, reasons: [] };
    return { kept: null, reasons: ['its picture was left out: only files and http(s) addresses are taken'] };
  }
  const kept = await keepPicture(source, file, place.folder, place.mediaDir);
  if (kept.ok) return { kept: { url: kept.url, ...texts }, reasons: [] };
  return { kept: null, reasons: [`its picture was left out: ${kept.reason}`] };
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names.map(lineOf).filter(Boolean))];
}
