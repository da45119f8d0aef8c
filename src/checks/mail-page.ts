import { DomUtils, parseDocument } from 'htmlparser2';

export type Page = ReturnType<typeof parseDocument>;
export type PageElement = ReturnType<typeof DomUtils.getElementsByTagName>[number];
export type PageNode = Page['children'][number];

/**
 * Parses a page as mail programs other than Word see it: Word's conditional comments are comments.
 */
export function parsePage(html: string): Page {
  return parseDocument(html);
}

/** Every element of that name, or of all names, in the order of the document. */
export function elementsIn(page: Page | PageElement, name = '*'): PageElement[] {
  return DomUtils.getElementsByTagName(name, page, true);
}

const UNSEEN = new Set(['head', 'style', 'script', 'title']);

/** True where a mail program shows nothing of an element, such as the preheader. */
export function isHidden(element: PageElement): boolean {
  return (
    UNSEEN.has(element.name) || /(?:^|[;\s])(?:display:\s*none|mso-hide)/i.test(element.attribs.style ?? '')
  );
}

/** The words one sees, on one line. */
export function visibleText(node: Page | PageNode): string {
  return wordsOf(node).replace(/\s+/g, ' ').trim();
}

/**
 * Returns the accessible name of a link or heading: its words and the descriptions of its pictures.
 */
export function nameOf(element: PageElement): string {
  const { 'aria-label': label = '', title = '' } = element.attribs;
  const pictures = elementsIn(element, 'img').map((picture) => picture.attribs.alt ?? '');
  return label.trim() || [visibleText(element), ...pictures].join(' ').trim() || title.trim();
}

export function isElement(node: Page | PageNode): node is PageElement {
  return DomUtils.isTag(node);
}

function wordsOf(node: Page | PageNode): string {
  if (DomUtils.isText(node)) return node.data;
  if (isElement(node) && isHidden(node)) return '';
  return DomUtils.hasChildren(node) ? node.children.map(wordsOf).join(isInline(node) ? '' : ' ') : '';
}

const INLINE = new Set(['a', 'b', 'em', 'i', 'strong', 'span', 'small', 'font', 'u', 's', 'sup', 'sub']);

/** Words of neighbouring blocks do not run into each other. */
function isInline(node: Page | PageNode): boolean {
  return isElement(node) && (INLINE.has(node.name) || /^(p|h\d)$/.test(node.name));
}
