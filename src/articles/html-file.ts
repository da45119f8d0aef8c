import { DomUtils, parseDocument } from 'htmlparser2';
import { oneLine } from '../base/one-line.ts';
import { stripPromotions } from './boilerplate.ts';
import { paragraphsOf } from './content.ts';
import { contentOf, type FileContent, withHeadline } from './file-content.ts';
import { partFile } from './front-matter.ts';
import { type FilePicture, FrontMatter } from './front-matter-values.ts';

type Document = ReturnType<typeof parseDocument>;
const MAX_META = 4_000;

type Element = ReturnType<typeof DomUtils.getElementsByTagName>[number];

export type HtmlResult =
  | { readonly ok: true; readonly content: FileContent }
  | { readonly ok: false; readonly reason: string };

/** A saved web page: what it says of itself in front matter or its head, the first picture, and the text of its article. */
export function readHtmlFile(text: string): HtmlResult {
  const parted = partFile(text);
  if (!parted.ok) return parted;
  const page = parseDocument(parted.body);
  const metas = metasOf(page);
  const said = contentOf(new FrontMatter([...metas, ...parted.data.entries]));
  const meta = (name: string) => metas.find(([key]) => key === name)?.[1] ?? '';
  const first = (name: string) => DomUtils.getElementsByTagName(name, page, true, 1)[0];
  const heading = first('h1');
  const headline = parted.data.isEmpty
    ? textOf(heading) || meta('og:title') || textOf(first('title'))
    : said.headline || textOf(heading);
  const picture = pictureIn(page, meta('og:image'), meta('og:image:alt'));
  const content = withHeadline(said, headline);
  if (heading) DomUtils.removeElement(heading);
  return {
    ok: true,
    content: {
      ...content,
      // Keywords are what old pages have instead of a section; where there is a section they would only blur it.
      categories: content.categories.length > 0 ? content.categories : content.tags,
      dates: [...content.dates, dateIn(page)].filter(Boolean),
      links: [canonicalOf(page), ...content.links],
      language: content.language || (first('html')?.attribs.lang ?? ''),
      pictures: [...content.pictures, ...(picture.source ? [picture] : [])],
      paragraphs: stripPromotions(paragraphsOf(articleHtml(page))),
    },
  };
}

/** What the head says, by name. */
function metasOf(page: Document): [string, string][] {
  return DomUtils.getElementsByTagName('meta', page).flatMap(({ attribs }): [string, string][] => {
    const name = (attribs.property ?? attribs.name ?? attribs.itemprop ?? '').toLowerCase();
    return name && attribs.content ? [[name, oneLine(attribs.content.slice(0, MAX_META))]] : [];
  });
}

function dateIn(page: Document): string {
  const times = DomUtils.getElementsByTagName('time', page);
  return times.map((time) => time.attribs.datetime).find(Boolean) ?? '';
}

function canonicalOf(page: Document): string {
  const links = DomUtils.getElementsByTagName('link', page);
  return links.find(({ attribs }) => /\bcanonical\b/i.test(attribs.rel ?? ''))?.attribs.href ?? '';
}

function pictureIn(page: Document, named: string, namedAlt: string): FilePicture {
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
