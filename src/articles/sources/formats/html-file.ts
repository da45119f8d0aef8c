import { DomUtils, parseDocument } from 'htmlparser2';
import { oneLine } from '../../../base/text/one-line.ts';
import { stripPromotions } from '../text/boilerplate.ts';
import { lineOf, paragraphsOf } from '../text/content.ts';
import { contentOf, type FileContent, withHeadline } from './file-content.ts';
import { boundedHtml, picturesInFile } from './file-html.ts';
import { partFile } from './front-matter.ts';
import { FrontMatter } from './front-matter-values.ts';
import {
  ancestor,
  articleElement,
  bodyOf,
  clear,
  type Element,
  elementsOf,
  isLogo,
  type Page,
  textOf,
} from './html-page.ts';
import { articleData } from './linked-data.ts';

export type HtmlResult =
  | { readonly ok: true; readonly content: FileContent }
  | { readonly ok: false; readonly reason: string };

const MAX_META = 4_000;
const MOST_HEADINGS = 100;

/**
 * A saved web page: what it says of itself in front matter, as linked data, and in its head; its
 * pictures, and the text of its article.
 * @param name the file's path in its folder.
 */
export function readHtmlFile(text: string, name = ''): HtmlResult {
  const parted = partFile(text);
  if (!parted.ok) return parted;
  const page = parseDocument(boundedHtml(parted.body), { recognizeSelfClosing: true });
  const metas = metasOf(page);
  const scripts = elementsOf('script', page).filter(({ attribs }) => /ld\+json/i.test(attribs.type ?? ''));
  const data = articleData(scripts.map((script) => DomUtils.textContent(script)));
  const said = contentOf(new FrontMatter([...metas, ...data, ...parted.data.entries]));
  const { headline, heading } = headlineOf(page, said.headline, metas.get('og:site_name') ?? '');
  const article = articleElement(page, heading);
  const html = DomUtils.getInnerHTML(article);
  clear(article, heading);
  const body = paragraphsOf(DomUtils.getInnerHTML(bodyOf(article)));
  const named = said.pictures.map((one) => ({ ...one, alt: one.alt || (metas.get('og:image:alt') ?? '') }));
  return {
    ok: true,
    content: {
      ...withHeadline(said, headline),
      // Keywords are what old pages have instead of a section; where there is a section they would only blur it.
      categories: said.categories.length > 0 ? said.categories : said.tags,
      dates: [...said.dates, ...datesIn(article), ...datesIn(page)],
      links: [...canonicalOf(page), ...said.links],
      language: said.language || (elementsOf('html', page)[0]?.attribs.lang ?? ''),
      pictures: parted.data.isEmpty
        ? [...picturesInFile(html, name), ...named]
        : [...named, ...picturesInFile(html, name)],
      paragraphs: stripPromotions(body),
    },
  };
}

/** Names of what concerns browsers and search engines alone: "expires" there is about caches. */
const NOT_OF_THE_ARTICLE = new Set(['robots', 'viewport', 'expires', 'rating', 'audience', 'status']);

/** Returns the meta elements of the head, by name; the first of several wins. */
function metasOf(page: Page): Map<string, string> {
  const metas = new Map<string, string>();
  for (const { attribs } of elementsOf('meta', page)) {
    const key = (attribs.property ?? attribs.name ?? attribs.itemprop ?? '').toLowerCase();
    const value = oneLine((attribs.content ?? '').slice(0, MAX_META));
    if (!key || !value || NOT_OF_THE_ARTICLE.has(key)) continue;
    const known = metas.get(key);
    if (known === undefined) metas.set(key, value);
    else if (key === 'article:tag' || key === 'article:author') metas.set(key, `${known}, ${value}`);
  }
  return metas;
}

const SEPARATOR = /^\s*[-–—|·•:»›/]\s/;

/**
 * The headline that the page claims, as its heading writes it; else its first heading that is not
 * the name of the site.
 */
function headlineOf(
  page: Page,
  claim: string,
  site: string,
): { headline: string; heading: Element | undefined } {
  const headings = ['h1', 'h2', 'h3'].flatMap((name) => elementsOf(name, page).slice(0, MOST_HEADINGS));
  const claimed = lineOf(claim || textOf(elementsOf('title', page)[0]));
  const told = headings.find((one) => isOf(textOf(one), claimed));
  if (told) return { headline: textOf(told), heading: told };
  const own = elementsOf('h1', page)
    .slice(0, MOST_HEADINGS)
    .filter((one) => !isLogo(one));
  const heading = own.find((one) => ancestor(one, 'article')) ?? own[0];
  if (claim) return { headline: withoutSite(claimed, site), heading };
  return { headline: textOf(heading) || withoutSite(claimed, site), heading };
}

/** "The weir is mended" is what "The weir is mended – The Paper" claims. */
function isOf(heading: string, claim: string): boolean {
  if (heading === '' || !claim.toLowerCase().startsWith(heading.toLowerCase())) return false;
  const rest = claim.slice(heading.length);
  return rest === '' || SEPARATOR.test(rest);
}

function withoutSite(claim: string, site: string): string {
  if (!site || !claim.endsWith(site)) return claim;
  return claim.slice(0, -site.length).replace(/\s*[-–—|·•:»›/]\s*$/, '') || claim;
}

function datesIn(scope: Page | Element): string[] {
  return elementsOf('time', scope)
    .map(({ attribs }) => attribs.datetime ?? '')
    .filter(Boolean)
    .slice(0, 1);
}

function canonicalOf(page: Page): string[] {
  const found = elementsOf('link', page).find(({ attribs }) => /\bcanonical\b/i.test(attribs.rel ?? ''));
  return found?.attribs.href ? [found.attribs.href] : [];
}
