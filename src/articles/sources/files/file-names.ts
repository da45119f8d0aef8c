import { extname } from 'node:path';

/** Files that stand in many folders, and tell of the folder or the software. */
const ABOUT_THE_FOLDER = [
  /^(?:readme|licen[cs]e|copying|contributing|contributors|changelog|code[-_ ]of[-_ ]conduct|pull[-_]request[-_]template|issue[-_]template|404|robots|humans|app-ads|ads|llms(?:-full)?|requirements|cmakelists|sitemap|google[0-9a-f]{8,})(?:[-._ ][a-z]{2}(?:[-_][a-z]{2})?)?$/i,
  /^(?:CHANGES|HISTORY|SECURITY|SUPPORT|GOVERNANCE|MAINTAINERS|AUTHORS|NOTICE|INSTALL|TODO)$/,
];
const INDEX = /^(?:index|_index|section)(?:\.[a-z]{2}(?:-[a-z]{2})?)?$/i;
const DRAFT_NAME = /(?:^|[._ -])(?:\[draft\]|\(draft\))|\.draft$|^draft\./i;

/** Folders of drafts, in the words of several tools. */
const DRAFT_FOLDERS =
  /^_?(?:drafts?|unpublished|entw(?:ü|ue)rfe|brouillons|borradores|rascunhos|bozze)$|^_?(?:trash|archived?-drafts)$/i;
/**
 * Folders in which site builders keep templates, data and what they built; nothing in them is an
 * article.
 */
const MACHINERY =
  /^(?:node_modules|bower_components|_(?:includes|layouts|data|sass|site|pages|templates?|components|partials|plugins|config|private)|archetypes|layouts|__\w+__)$/i;
/** The same, but only where the folder is the root of a site: elsewhere these may be subjects. */
const MACHINERY_AT_ROOT =
  /^(?:themes|templates?|static|public|dist|build|out|resources|vendor|i18n|components|includes|partials|assets|scripts|src\/(?:components|layouts|styles|scripts))$/i;
const SITE_CONFIG =
  /^(?:\.obsidian|hugo\.(?:toml|ya?ml|json)|config\.toml|_config\.ya?ml|\.?eleventy(?:\.config)?\.[cm]?js|(?:astro|next|gatsby|nuxt|svelte|vite)[.-]config\.[cm]?[jt]s|package\.json|mkdocs\.ya?ml|pelicanconf\.py|Gemfile)$/i;

/** Reason that a folder is not entered; undefined for one that is. */
export type FolderVerdict = 'draft' | 'folder' | undefined;

export function folderVerdict(
  path: string,
  { rootIsSite, siblings }: { readonly rootIsSite: boolean; readonly siblings: readonly string[] },
): FolderVerdict {
  const name = path.split('/').at(-1) ?? '';
  // As WordPress is exported: what lies among pages is none of the posts beside it, whatever its date.
  if (/^pages$/i.test(name) && siblings.some((one) => /^_?posts?$/i.test(one))) return 'folder';
  if (DRAFT_FOLDERS.test(name)) return 'draft';
  return MACHINERY.test(name) || (rootIsSite && MACHINERY_AT_ROOT.test(path)) ? 'folder' : undefined;
}

/** True where a folder holds the configuration of a site builder. */
export function isSiteRoot(names: readonly string[]): boolean {
  return names.some((name) => SITE_CONFIG.test(name));
}

/** Role of a file, judged by its name alone. */
export type FileRole = 'draft' | 'about' | 'section' | 'index' | 'article';

/** `about` and `index` may yet be articles; the file itself says. */
export function roleOf(path: string): FileRole {
  const base = path.split('/').at(-1) ?? '';
  const name = base.slice(0, base.length - extname(base).length);
  if (/^_index(?:\.[\w-]+)?$/i.test(name)) return 'section';
  if (INDEX.test(name)) return 'index';
  if (name.startsWith('_') || DRAFT_NAME.test(name)) return 'draft';
  return ABOUT_THE_FOLDER.some((pattern) => pattern.test(name)) ? 'about' : 'article';
}

/** True for a file in a folder of pages, such as `src/pages/about.md`. */
export function isAmongPages(path: string): boolean {
  return /(?:^|\/)pages?\//i.test(path);
}

/**
 * The date in a name or path: `2019-05-03-mayor.md`, `2019/05/03/mayor.md`; empty where there is
 * none.
 */
export function dateInName(path: string): string {
  const base = path.split('/').at(-1) ?? '';
  const inName = /^(\d{4})[-_.](\d\d?)[-_.](\d\d?)(?=[-_. ]|$)/.exec(base);
  const inPath = /(?:^|\/)(\d{4})[/-](\d\d)[/-](\d\d)(?:\/|-[^/]*\/)/.exec(path);
  const [, year = '', month = '', day = ''] = inName ?? inPath ?? [];
  return year && `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** The language in a name, as translations carry it: `mayor.de.md`. */
export function languageInName(path: string): string {
  return /\.([a-z]{2}(?:-[A-Z]{2})?)\.[a-z]+$/.exec(path)?.[1] ?? '';
}
