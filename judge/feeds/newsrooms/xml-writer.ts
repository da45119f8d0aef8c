import type { Dice } from './dice.ts';

/** An element of a feed that is about to be written. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Child[];
}

/** A text is escaped, or put into CDATA where its writer does so; `raw` is written as it is. */
export type Child = Element | string | { readonly raw: string } | { readonly cdata: string };

/** How a program writes XML. */
export interface Hand {
  readonly quote: '"' | "'";
  readonly indent: string;
  readonly cdata: 'never' | 'markup' | 'always';
  /** Letters beyond ASCII as numbers. */
  readonly isAscii: boolean;
  readonly newline: '\n' | '\r\n';
}

/** Makes an element. A field that is left out is given as `undefined`. */
export function el(
  name: string,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Child | undefined)[]
): Element {
  return { name, attributes, children: children.filter((child) => child !== undefined) };
}

/** An element with a text alone. */
export function say(name: string, text: Child): Element {
  return el(name, {}, text);
}

/** Escapes a text for XML or HTML. */
export function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** One of the ways in which programs write XML. */
export function someHand(dice: Dice): Hand {
  return {
    quote: dice.once(4) ? "'" : '"',
    indent: dice.one(['', '  ', '\t']),
    cdata: dice.one(['never', 'markup', 'markup', 'always']),
    isAscii: dice.once(5),
    newline: dice.once(6) ? '\r\n' : '\n',
  };
}

/** Writes an element and everything in it. */
export function write(element: Element, hand: Hand, depth = 0): string {
  const { name, attributes, children } = element;
  const { quote, indent, newline } = hand;
  const margin = `${newline}${indent.repeat(depth)}`;
  const pairs = Object.entries(attributes).map(
    ([key, value]) => ` ${key}=${quote}${attribute(value, hand)}${quote}`,
  );
  const open = `<${name}${pairs.join('')}`;
  if (children.length === 0) return `${margin}${open}/>`;
  const inside = children.map((child) =>
    isElement(child) ? write(child, hand, depth + 1) : text(child, hand),
  );
  const close = children.some(isElement) ? `${margin}</${name}>` : `</${name}>`;
  return `${margin}${open}>${inside.join('')}${close}`;
}

function isElement(child: Child): child is Element {
  return typeof child !== 'string' && 'name' in child;
}

function text(child: Exclude<Child, Element>, hand: Hand): string {
  if (typeof child !== 'string') return 'raw' in child ? child.raw : cdataOf(child.cdata);
  const isMarkup = /[<&]/.test(child);
  if (hand.cdata === 'always' || (hand.cdata === 'markup' && isMarkup)) return cdataOf(child);
  return inAscii(escaped(child).replaceAll('&quot;', '"'), hand);
}

function cdataOf(content: string): string {
  return `<![CDATA[${content.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}

function attribute(value: string, hand: Hand): string {
  return inAscii(escaped(value).replaceAll("'", '&#39;'), hand);
}

function inAscii(written: string, { isAscii }: Hand): string {
  return isAscii ? written.replace(/[^\u0000-\u007f]/gu, (letter) => `&#${letter.codePointAt(0)};`) : written;
}
