import { DomUtils, type parseDocument } from 'htmlparser2';
import { oneLine } from '../../../base/text/one-line.ts';

export type Page = ReturnType<typeof parseDocument>;
export type Element = ReturnType<typeof DomUtils.getElementsByTagName>[number];

/** Classes of what stands on a page beside its article, or is hidden from sight. */
const BESIDE = new Set(
  'related related-articles related-posts related-stories recommended more-stories share sharing social social-share share-buttons comments comment-list breadcrumb breadcrumbs sidebar cookie cookies cookie-banner advert advertisement ad-slot newsletter-signup newsletter-form byline by-line dateline post-meta entry-meta article-meta author-bio sr-only visually-hidden screen-reader-text screenreader-text visuallyhidden'.split(
    ' ',
  ),
);
const UNSEEN =
  /(?:^|;)\s{0,9}(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden|opacity\s{0,9}:\s{0,9}0(?:\.0+)?\s{0,9}(?:;|!|$)|font-size\s{0,9}:\s{0,9}0|mso-hide\s{0,9}:\s{0,9}all)/i;
const TEASER = /\b(?:teaser|card|promo|related|comment|preview|summary|listing)\b/i;

export function elementsOf(name: string, scope: Page | Element): Element[] {
  return DomUtils.getElementsByTagName(name, scope);
}

export function textOf(element: Page | Element | undefined): string {
  return element ? oneLine(DomUtils.textContent(element)) : '';
}

/** The element that holds the article: the one around its heading, else the one with most text. */
export function articleElement(page: Page, heading: Element | undefined): Page | Element {
  const around = heading && ancestor(heading, 'article');
  if (around) return around;
  const articles = elementsOf('article', page).filter(
    (one) => !TEASER.test(one.attribs.class ?? '') && !ancestor(one, 'aside') && !ancestor(one, 'article'),
  );
  const lengths = articles.map((one) => textOf(one).length);
  const longest = articles[lengths.indexOf(Math.max(...lengths))];
  const main =
    elementsOf('main', page)[0] ?? elementsOf('div', page).find((one) => one.attribs.role === 'main');
  const whole = main ?? elementsOf('body', page)[0] ?? page;
  if (!longest) return whole;
  // Beside a heading that stands in no article, the articles may be teasers of others.
  const elsewhere = textOf(whole).length - lengths.reduce((sum, length) => sum + length, 0);
  return articles.length > 1 && heading && elsewhere > Math.max(...lengths) ? whole : longest;
}

/**
 * Takes out of an article what is not its text: its heading, other articles within it, what stands
 * beside it, and what nobody sees.
 */
export function clear(article: Page | Element, heading: Element | undefined): void {
  const isBeside = (one: Element) =>
    one === heading ||
    one.name === 'article' ||
    one.name === 'aside' ||
    'hidden' in one.attribs ||
    UNSEEN.test(one.attribs.style ?? '') ||
    (one.attribs.class ?? '').split(/\s+/).some((name) => BESIDE.has(name.toLowerCase()));
  const gone = new Set<unknown>(DomUtils.findAll((one) => isBeside(one as Element), article.children));
  const parents = new Set([...gone].map((one) => (one as Element).parent));
  // All of one parent at once: taken out one by one, thousands beside each other would keep us busy.
  for (const parent of parents)
    if (parent) parent.children = parent.children.filter((child) => !gone.has(child));
}

/** The text of the article alone, where the page marks it. */
export function bodyOf(article: Page | Element): Page | Element {
  const marked = DomUtils.findOne(
    (one) => /\barticleBody\b/.test(one.attribs.itemprop ?? ''),
    article.children,
  ) as Element | null;
  return marked ?? article;
}

/** Reports whether a heading is the name of the site: in the page's header, or marked as logo. */
export function isLogo(heading: Element): boolean {
  if (
    /\b(?:logo|brand|site-(?:title|name)|masthead)\b/i.test(
      `${heading.attribs.class ?? ''} ${heading.attribs.id ?? ''}`,
    )
  )
    return true;
  const header = ancestor(heading, 'header');
  return (
    header !== undefined &&
    !ancestor(header, 'article') &&
    !ancestor(header, 'main') &&
    hasOtherHeading(heading)
  );
}

function hasOtherHeading(heading: Element): boolean {
  let top: Element | Page = heading;
  while (top.parent) top = top.parent as Element | Page;
  return ['h1', 'h2'].some((name) => elementsOf(name, top).some((one) => one !== heading));
}

export function ancestor(element: Element, name: string): Element | undefined {
  for (let at = element.parent; at; at = at.parent)
    if ('name' in at && at.name === name) return at as Element;
  return undefined;
}
