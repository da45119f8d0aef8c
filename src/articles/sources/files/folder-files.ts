import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Refusal } from '../../article.ts';
import { folderVerdict, isSiteRoot } from './file-names.ts';

/**
 * Contents of a folder and below it: files that may be articles, and skipped files, with the
 * reason.
 */
export interface FolderFiles {
  /** Paths from the folder, with slashes, in order. */
  readonly files: readonly string[];
  /** Pictures by the name of their file in small letters; of several with one name none. */
  readonly pictures: ReadonlyMap<string, string>;
  readonly leftOut: readonly Refusal[];
}

const MAX_DEPTH = 16;
const PICTURE_KINDS = /^\.(?:jpe?g|png|gif|webp|avif)$/;
export const READ_KINDS = ['.md', '.markdown', '.mdown', '.mkd', '.mdx', '.html', '.htm', '.xhtml', '.txt'];
/**
 * Kinds of file that belong to articles or to their site: nobody expects these to be read as
 * articles.
 */
const BESIDE_KINDS = new Set(
  '.jpg .jpeg .png .gif .webp .avif .svg .ico .heic .tif .tiff .bmp .psd .mp3 .mp4 .m4a .m4v .mov .webm .ogg .wav .vtt .srt .css .scss .sass .less .js .mjs .cjs .ts .tsx .jsx .map .woff .woff2 .ttf .otf .eot .yml .yaml .toml .lock .xml .webmanifest .py .rb .sh .njk .liquid .hbs .ejs .pug .astro .vue .svelte .canvas .base .bib .log .bak .tmp .zip .gz .db .sqlite'.split(
    ' ',
  ),
);

/** Settings and data of site builders, which are no export of articles. */
const SETTINGS = /(?:^|\/)(?:package(?:-lock)?|tsconfig|jsconfig|composer|manifest|[^/]*\.11tydata)\.json$/i;

/** Lists a folder. Undefined where it cannot be read. */
export async function listFolder(folder: string): Promise<FolderFiles | undefined> {
  const top = await entriesOf(folder);
  if (!top) return undefined;
  const found: Found = { files: [], pictures: new Map(), leftOut: [], kinds: new Map() };
  const rootIsSite = isSiteRoot(top.map(({ name }) => name));
  await walk({ folder, rootIsSite }, '', top, found);
  const pictures = new Map(
    [...found.pictures].flatMap(([name, [path, other]]) => (path && !other ? [[name, path]] : [])),
  );
  return { files: found.files, pictures, leftOut: [...found.leftOut, ...[...found.kinds].map(kindLine)] };
}

interface Found {
  readonly files: string[];
  readonly pictures: Map<string, string[]>;
  readonly leftOut: Refusal[];
  /** Paths by their ending. */
  readonly kinds: Map<string, string[]>;
}

interface Walk {
  readonly folder: string;
  readonly rootIsSite: boolean;
}

async function walk(at: Walk, below: string, entries: readonly Dirent[], found: Found): Promise<void> {
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    // A symbolic link is left alone: it could lead out of the folder, or round in a circle.
    if (entry.isDirectory()) await enter(at, path, { found, siblings: entries.map(({ name }) => name) });
    else if (entry.isFile()) sortFile(path, found);
  }
}

async function enter(
  at: Walk,
  path: string,
  { found, siblings }: { readonly found: Found; readonly siblings: readonly string[] },
): Promise<void> {
  const verdict = folderVerdict(path, { rootIsSite: at.rootIsSite, siblings });
  if (verdict) found.leftOut.push({ what: `${path}/`, reason: FOLDER_REASONS[verdict], leftOut: verdict });
  else if (path.split('/').length > MAX_DEPTH)
    found.leftOut.push({ what: `${path}/`, reason: `it lies more than ${MAX_DEPTH} folders deep` });
  else {
    const entries = await entriesOf(join(at.folder, path));
    if (entries) await walk(at, path, entries, found);
    else found.leftOut.push({ what: `${path}/`, reason: 'the folder cannot be read', mend: MEND_FOLDER });
  }
}

const FOLDER_REASONS = {
  draft: 'it is a folder of drafts',
  folder: 'it is a folder of a site’s own files, and not of articles',
} as const;
const MEND_FOLDER = 'Let the user that Broadsheet runs as read it.';

function sortFile(path: string, found: Found): void {
  const kind = extname(path).toLowerCase();
  if (SETTINGS.test(path)) return;
  if (READ_KINDS.includes(kind)) found.files.push(path);
  else if (PICTURE_KINDS.test(kind)) add(found.pictures, path.split('/').at(-1)?.toLowerCase() ?? '', path);
  else if (kind !== '' && !BESIDE_KINDS.has(kind)) add(found.kinds, kind, path);
}

function add(lists: Map<string, string[]>, key: string, path: string): void {
  const list = lists.get(key);
  if (list) list.push(path);
  else lists.set(key, [path]);
}

/** One line for all files of a kind, however many there are. */
function kindLine([kind, paths]: [string, string[]]): Refusal {
  const [first = ''] = paths;
  const reason = 'files of this kind are not read';
  return paths.length === 1
    ? { what: first, reason, leftOut: 'kind' }
    : { what: `${paths.length} files *${kind}, such as ${first}`, reason, leftOut: 'kind' };
}

/** Sorted, so that of two files with one link it is always the same one that counts. */
async function entriesOf(folder: string): Promise<Dirent[] | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  return entries?.sort((a, b) => (a.name < b.name ? -1 : 1));
}
