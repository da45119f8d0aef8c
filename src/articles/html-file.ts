import { DomUtils, parseDocument } from 'htmlparser2';
import { oneLine } from '../base/one-line.ts';
import { stripPromotions } from './boilerplate.ts';
import { paragraphsOf } from './content.ts';
import { EMPTY_FILE, type FileContent, listOf } from './file-content.ts';

type Document = ReturnType<typeof parseDocument>;
type Element = ReturnType<typeof DomUtils.getElementsByTagName>[number];

/** A saved web page: what it says of itself in its head, the first picture, and the text of its article. */
export function readHtmlFile(html: string): FileContent {
  const page = parseDocument(html);
  const meta = metaOf(page);
  const first = (name: string) => DomUtils.getElementsByTagName(name, page, true, 1)[0];
  const heading = first('h1');
  const headline = textOf(heading) || meta('og:title') || textOf(first('title'));
  const language = first('html')?.attribs.lang ?? '';
  const content = {
    ...EMPTY_FILE,
    headline,
    standfirst: meta('description', 'og:description', 'twitter:description'),
    date: meta('date', 'article:published_time', 'dc.date', 'dcterms.created', 'pubdate') || dateIn(page),
    author: meta('author', 'article:author', 'dc.creator'),
    categories: listOf(meta('category', 'categories', 'article:section', 'section')),
    tags: [],
    link: canonicalOf(page) || meta('og:url'),
    language: language || meta('og:locale').replace('_', '-'),
    picture: pictureIn(page, meta('og:image'), meta('og:image:alt')),
  };
  const keywords = listOf(meta('keywords', 'article:tag', 'news_keywords'));
  // Keywords are what old pages have instead of a section; where there is a section they would only blur it.
  const categories = content.categories.length > 0 ? content.categories : keywords;
  if (heading) DomUtils.removeElement(heading);
  return { ...content, categories, paragraphs: stripPromotions(paragraphsOf(articleHtml(page))) };
}

/** Looks meta elements up by `name` or `property`, in the order asked for. */
function metaOf(page: Document): (...names: string[]) => string {
  const values = new Map<string, string>();
  for (const { attribs } of DomUtils.getElementsByTagName('meta', page)) {
    const name = (attribs.property ?? attribs.name ?? attribs.itemprop ?? '').toLowerCase();
    if (name && attribs.content && !values.has(name)) values.set(name, oneLine(attribs.content));
  }
  return (...names) => names.map((name) => values.get(name)).find(Boolean) ?? '';
}

function dateIn(page: Document): string {
  const times = DomUtils.getElementsByTagName('time', page);
  return times.map((time) => time.attribs.datetime).find(Boolean) ?? '';
}

function canonicalOf(page: Document): string {
  const links = DomUtils.getElementsByTagName('link', page);
  return links.find(({ attribs }) => /\bcanonical\b/i.test(attribs.rel ?? ''))?.attribs.href ?? '';
}

function pictureIn(page: Document, named: string, namedAlt: string): FileContent['picture'] {
  const scope = articleElement(page);
  const [image] = DomUtils.getElementsByTagName('img', scope).filter(({ attribs }) => isLarge(attribs));
  const source = image?.attribs.src ?? '';
  if (!image || source === '') return { source: named, alt: namedAlt, caption: '' };
  const figure = ancestor(image, 'figure');
  const caption = figure ? DomUtils.getElementsByTagName('figcaption', figure)[0] : undefined;
  return { source, alt: oneLine(image.attribs.alt ?? ''), caption: textOf(caption) };
}

function isLarge(attributes: Element['attribs']): boolean {
  return [attributes.width, attributes.height].every((size) => !(Number.parseInt(size ?? '', 10) < 100));
}

function ancestor(element: Element, name: string): Element | undefined {
  for (let at = element.parent; at; at = at.parent) if ('name' in at && at.name === name) return at;
  return undefined;
}

/** The page's own idea of where its text is; the whole body else. */
function articleElement(page: Document): Document | Element {
  const named = ['article', 'main', 'body'].map((name) => DomUtils.getElementsByTagName(name, page)[0]);
  return named.find(Boolean) ?? page;
}

function articleHtml(page: Document): string {
  return DomUtils.getInnerHTML(articleElement(page));
}

function textOf(element: Element | undefined): string {
  return element ? oneLine(DomUtils.textContent(element)) : '';
}
