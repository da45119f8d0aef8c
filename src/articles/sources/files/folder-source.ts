import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { messageOf } from '../../../base/errors.ts';
import { oneLine } from '../../../base/text/one-line.ts';
import type { KeptBack } from '../../article.ts';
import { type CollectedArticle, canonicalLink, type Refusal, readerAddress } from '../../article.ts';
import type { FileContent } from '../formats/file-content.ts';
import { readHtmlFile } from '../formats/html-file.ts';
import { readMarkdownFile } from '../formats/markdown-file.ts';
import { readTextFile } from '../formats/text-file.ts';
import type { SourceResult } from '../source-result.ts';
import { decodeText } from '../text/charset.ts';
import { lineOf } from '../text/content.ts';
import { tell } from '../text/standfirst.ts';
import { datesInZones } from './file-dates.ts';
import { isAmongPages, languageInName, roleOf } from './file-names.ts';
import { picturesOf } from './file-pictures.ts';
import { MEND, type Problem } from './file-problems.ts';
import { type FolderFiles, listFolder } from './folder-files.ts';

export interface FolderPlace {
  readonly sourceId: string;
  /** Absolute. */
  readonly folder: string;
  /** Folder that holds the pictures. */
  readonly mediaDir: string;
  /** BCP 47, for files that do not say. */
  readonly language: string;
  /**
   * IANA names of the clocks by which a time without a zone is read: of each newsletter by its own.
   * UTC where there are none.
   */
  readonly timeZones?: readonly string[];
}

export type ReadFile =
  | { readonly ok: true; readonly content: FileContent }
  | { readonly ok: false; readonly reason: string; readonly mend?: string };

/** Most characters of a headline that anything looks at. */
const MAX_HEADLINE = 1_000;
const MAX_FILE_BYTES = 5 * 1024 * 1024;

/**
 * Reads every article in a folder and below it. A file that cannot be one is refused; the others
 * are not affected.
 */
export async function readFolderSource(place: FolderPlace, now: number): Promise<SourceResult> {
  const listed = await listFolder(place.folder);
  if (!listed) return { kind: 'failed', reason: { code: 'folder-unreadable', folder: place.folder } };
  const articles = new Map<string, CollectedArticle>();
  const refused: Refusal[] = [];
  for (const what of listed.files) {
    const { article, problems } = await readArticle(what, { ...place, ...listed }, now);
    refused.push(...problems.map((problem) => ({ what, ...problem })));
    if (!article) continue;
    if (articles.has(article.link))
      refused.push({ what, reason: `the same link twice: ${article.link}`, mend: MEND.twice });
    else articles.set(article.link, article);
  }
  return {
    kind: 'collected',
    articles: [...articles.values()],
    refused: [...refused, ...listed.leftOut],
    validators: { etag: null, lastModified: null },
  };
}

interface FileVerdict {
  readonly article?: CollectedArticle;
  readonly problems: readonly Problem[];
}

type FilePlace = FolderPlace & FolderFiles;

async function readArticle(name: string, place: FilePlace, now: number): Promise<FileVerdict> {
  const file = join(place.folder, name);
  const read = await readContent(file, name);
  if (!read.ok) return { problems: [{ reason: read.reason, mend: read.mend ?? MEND.frontMatter }] };
  const { content } = read;
  const kept = keptBack(content, name, place.files);
  if (kept) return { problems: [kept] };
  const headline = lineOf(content.headline.slice(0, MAX_HEADLINE));
  if (!headline) return { problems: [{ reason: 'it has no headline', mend: MEND.headline }] };
  const language = oneLine(content.language) || languageInName(name) || place.language;
  const dates = datesInZones(content, { name, language, now }, place.timeZones ?? []);
  if (dates.kind === 'no article') return { problems: [dates.problem] };
  const web = webLink(content);
  const { picture, otherPictures, problems } = await picturesOf(content.pictures, file, {
    ...place,
    address: web?.address,
  });
  const summary = lineOf(content.standfirst);
  return {
    article: {
      ...(web ?? { link: ownLink(place.sourceId, name) }),
      headline,
      ...tell(summary ? [summary] : [], content.paragraphs),
      author: lineOf(content.author),
      categories: distinct(content.categories),
      tags: distinct(content.tags),
      picture,
      otherPictures,
      language,
      publishedAt: dates.publishedAt,
      dated: dates.dated,
      ...(dates.moments && { moments: dates.moments }),
    },
    problems: [...dates.problems, ...problems],
  };
}

async function readContent(file: string, name: string): Promise<ReadFile> {
  try {
    if ((await stat(file)).size > MAX_FILE_BYTES)
      return { ok: false, reason: 'it is larger than 5 MB', mend: MEND.tooLarge };
    const bytes = await readFile(file);
    if (bytes.includes(0) && !/^\xff\xfe|^\xfe\xff/.test(bytes.toString('latin1', 0, 2)))
      return { ok: false, reason: 'it is not text', mend: MEND.notText };
    return readText(decodeText(bytes), name);
  } catch (error) {
    return { ok: false, reason: `it cannot be read: ${messageOf(error)}`, mend: MEND.unreadable };
  }
}

function readText(text: string, name: string): ReadFile {
  const kind = extname(name).toLowerCase();
  if (/html?$/.test(kind)) return readHtmlFile(text, name);
  return kind === '.txt' ? readTextFile(text) : readMarkdownFile(text, name);
}

const KEPT_BACK: Readonly<Record<KeptBack, string>> = {
  draft: 'it is a draft',
  private: 'it is not public',
  scheduled: 'it waits, and says no moment',
  expired: 'it has expired',
  page: 'it is a page of the site and no article',
};

/**
 * Returns the reason that its publisher keeps a file from being an article; undefined where there
 * is none.
 */
function keptBack(content: FileContent, name: string, siblings: readonly string[]): Problem | undefined {
  const { publication } = content;
  if (publication.kind === 'unclear')
    return { reason: `nobody can say whether it is published (${publication.says})`, mend: MEND.status };
  if (publication.kind === 'left out') {
    const { why, says } = publication;
    return { reason: `${KEPT_BACK[why]} (${says})`, leftOut: why };
  }
  const role = roleOf(name);
  if (role === 'draft') return { reason: 'it is a draft by its name', leftOut: 'draft' };
  if (role === 'section' || (role === 'index' && isSection(content, name, siblings)))
    return { reason: 'it is the page of a section and no article', leftOut: 'page' };
  if (isAmongPages(name) && content.dates.length === 0)
    return { reason: 'it is a page of the site and no article', leftOut: 'page' };
  if (/\{\{|\{%|<%/.test(content.headline.slice(0, MAX_HEADLINE)))
    return { reason: 'it is a template: its headline is still to be filled in', leftOut: 'page' };
  if (role === 'about' && content.dates.length === 0)
    return { reason: 'it tells of the folder and is no article', leftOut: 'page' };
  return undefined;
}

/**
 * An index file is the article where it has its folder to itself; among articles, without a date,
 * it lists them.
 */
function isSection(content: FileContent, name: string, siblings: readonly string[]): boolean {
  const folder = name.slice(0, name.lastIndexOf('/') + 1);
  const others = siblings.some((other) => other !== name && other.startsWith(folder));
  return content.dates.length === 0 && (others || folder === '' || content.paragraphs.length === 0);
}

/** Its identity on the web, and the address as its editor wrote it; undefined where it has none. */
function webLink({ links }: FileContent): { link: string; address: string } | undefined {
  return links
    .map((written) => ({ link: canonicalLink(written), address: readerAddress(written) }))
    .find(
      (one): one is { link: string; address: string } => one.link !== undefined && one.address !== undefined,
    );
}

/**
 * Identity for a file that has no address on the web: stable as long as the file keeps its name.
 */
function ownLink(sourceId: string, name: string): string {
  return `article:${sourceId}/${oneLine(name.slice(0, name.length - extname(name).length))}`;
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names.map(lineOf).filter(Boolean))];
}
