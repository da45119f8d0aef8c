import { isUtf8 } from 'node:buffer';
import { escapedText } from '../text/content.ts';
import type { Family } from './feed-families.ts';
import type { FeedElement } from './feed-tree.ts';

/** A text as a feed gives it: HTML after `htmlOf`, or plain text. */
export interface FeedText {
  readonly text: string;
  /** False where the format says that the text is plain. */
  readonly markup: boolean;
}

const VOID = /^(area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)$/;

export function elementsIn(element: FeedElement): FeedElement[] {
  return element.children.filter((child): child is FeedElement => typeof child !== 'string');
}

/** Children by family and name, in the order of the feed. `name` in lower case. */
export function fields(
  element: FeedElement,
  family: Family | readonly Family[],
  ...names: string[]
): FeedElement[] {
  const families = [family].flat();
  return elementsIn(element).filter((child) => families.includes(child.family) && names.includes(child.name));
}

/** All below an element, whatever they are nested in. */
export function descendants(element: FeedElement, family: Family, ...names: string[]): FeedElement[] {
  return elementsIn(element).flatMap((child) => [
    ...(child.family === family && names.includes(child.name) ? [child] : []),
    ...descendants(child, family, ...names),
  ]);
}

/** The text of an element and all in it, without its tags. */
export function textOf(element: FeedElement | undefined): string {
  if (!element) return '';
  return element.children
    .map((child) => (typeof child === 'string' ? child : textOf(child)))
    .join('')
    .trim();
}

/** The first text that is not empty. */
export function firstText(elements: readonly FeedElement[]): string {
  return elements.map(textOf).find(Boolean) ?? '';
}

/**
 * A title, summary or content: what an Atom text construct says of its type holds, and elements
 * that stand in it unescaped are markup whatever it says.
 * @param isPlain what a text without a type is: plain in Atom, markup in RSS.
 */
export function textConstruct(element: FeedElement, isPlain: boolean): FeedText {
  const type = (element.attributes.get('type') ?? '').toLowerCase();
  const mode = element.attributes.get('mode')?.toLowerCase();
  if (mode === 'base64')
    return { text: Buffer.from(textOf(element), 'base64').toString('utf8'), markup: true };
  const hasElements = elementsIn(element).length > 0;
  const isXml = type === 'xhtml' || /[+/]xml$/.test(type) || mode === 'xml';
  if (hasElements || (isXml && mode !== 'escaped')) return { text: innerHtml(element, isXml), markup: true };
  if (type.includes('/') && !/^text\/|html|xml/.test(type)) return textOfFile(textOf(element));
  const isText =
    type === '' ? isPlain && mode !== 'escaped' : /^(text|plain|text\/(?!html|xml).*)$/.test(type);
  return { text: textOf(element), markup: !isText };
}

/**
 * Reads what has a type that is neither text nor HTML: a file in base64 (RFC 4287 §4.1.3.3), which
 * may hold a text all the same. What is no base64 has a wrong type.
 */
function textOfFile(written: string): FeedText {
  if (!/^[a-z\d+/\s]+={0,2}\s*$/i.test(written)) return { text: written, markup: true };
  const bytes = Buffer.from(written, 'base64');
  const isText = isUtf8(bytes) && !/[\u0000-\u0008\u000e-\u001f]/.test(bytes.toString('utf8'));
  return { text: isText ? bytes.toString('utf8') : '', markup: true };
}

/** Everything as one language: plain text is escaped. */
export function htmlOf({ text, markup }: FeedText): string {
  return markup ? text : escapedText(text);
}

/**
 * @param isXml its text is text; else it is HTML that was escaped, beside elements that were not.
 */
function innerHtml(element: FeedElement, isXml: boolean): string {
  return element.children
    .map((child) => {
      if (typeof child === 'string')
        return isXml ? child.replace(/&/g, '&amp;').replace(/</g, '&lt;') : child;
      const attributes = [...child.attributes].map(
        ([name, value]) => ` ${name}="${value.replace(/"/g, '&quot;')}"`,
      );
      const open = `<${child.name}${attributes.join('')}>`;
      return VOID.test(child.name) ? open : `${open}${innerHtml(child, isXml)}</${child.name}>`;
    })
    .join('');
}
