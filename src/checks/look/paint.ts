import { DomUtils } from 'htmlparser2';
import { channels } from '../../base/contrast.ts';
import { isElement, isHidden, type Page, type PageElement, type PageNode } from '../mail-page.ts';
import { type Declaration, declarationsFor, type Rule, rulesOf, type Theme } from './css.ts';

/**
 * Words with the colours they are shown in: `#rrggbb`, or as they are written where that is
 * something else.
 */
export interface Paint {
  readonly words: string;
  readonly front: string;
  readonly back: string;
  /** Pixels. */
  readonly size: number;
  readonly bold: boolean;
}

type Look = Omit<Paint, 'words'>;

const BARE: Readonly<Record<Theme, Look>> = {
  light: { front: '#000000', back: '#ffffff', size: 16, bold: false },
  dark: { front: '#ffffff', back: '#1e1e1e', size: 16, bold: false },
};
/** Colours of links without a colour of their own. */
const BARE_LINK: Readonly<Record<Theme, string>> = { light: '#0000ee', dark: '#9e9eff' };
const BARE_HEADING: Readonly<Record<string, number>> = { h1: 32, h2: 24, h3: 18.72, h4: 16 };
const NAMED: Readonly<Record<string, string>> = { black: '#000000', white: '#ffffff' };

/**
 * Every run of words of a page with its colours, in the order of the document; words over a picture
 * are left out.
 */
export function paintsOf(page: Page, theme: Theme): Paint[] {
  const rules = rulesOf(page).filter(({ declarations }) =>
    declarations.some(({ property }) => SHOWS.test(property)),
  );
  return page.children.flatMap((node) => paintsIn(node, BARE[theme], rules, theme));
}

const SHOWS =
  /^(color|background|background-color|background-image|font|font-size|font-weight|display|opacity)$/;

function paintsIn(node: PageNode, around: Look, rules: readonly Rule[], theme: Theme): Paint[] {
  if (DomUtils.isText(node)) {
    const words = node.data.replace(/\s+/g, ' ').trim();
    return words === '' ? [] : [{ words, ...around }];
  }
  if (!isElement(node) || isHidden(node)) return [];
  const declared = declarationsFor(node, rules, theme);
  if (isUnseen(declared) || isOverPicture(node, declared)) return [];
  const look = lookOf(node, declared, around, theme);
  // The words that stand in for a picture are read by everybody whose mail program holds pictures back.
  if (node.name === 'img') return node.attribs.alt ? [{ words: node.attribs.alt, ...look }] : [];
  return node.children.flatMap((child) => paintsIn(child, look, rules, theme));
}

function isUnseen(declared: readonly Declaration[]): boolean {
  return lastOf(declared, 'display') === 'none' || lastOf(declared, 'opacity') === '0';
}

function isOverPicture(element: PageElement, declared: readonly Declaration[]): boolean {
  const image = lastOf(declared, 'background-image') ?? lastOf(declared, 'background') ?? '';
  return element.name !== 'img' && (element.attribs.background !== undefined || image.includes('url('));
}

function lookOf(element: PageElement, declared: readonly Declaration[], around: Look, theme: Theme): Look {
  const isHeading = element.name in BARE_HEADING;
  const start: Look = {
    ...around,
    ...(element.name === 'a' && element.attribs.href !== undefined ? { front: BARE_LINK[theme] } : {}),
    ...(isHeading ? { size: BARE_HEADING[element.name] ?? around.size, bold: true } : {}),
    ...(/^(b|strong|th)$/.test(element.name) ? { bold: true } : {}),
  };
  return Object.assign(start, ...declared.map((one) => changeBy(one, around)));
}

function changeBy({ property, value }: Declaration, around: Look): Partial<Look> {
  switch (property) {
    case 'color':
      return { front: value === 'inherit' ? around.front : colourOf(value) };
    case 'background':
    case 'background-color':
      return backgroundOf(value, around);
    case 'font-size':
      return sizeOf(value, around);
    case 'font-weight':
      return { bold: isBold(value) };
    case 'font': {
      const [, before = '', size = ''] = /^(.*?)((?:\d|\.)[\d.]*(?:px|pt|em|rem|%))/.exec(value) ?? [];
      return { bold: before.split(/\s+/).some(isBold), ...sizeOf(size, around) };
    }
    default:
      return {};
  }
}

/** A shorthand without a colour, like `transparent`, lets through what lies behind. */
function backgroundOf(value: string, around: Look): Partial<Look> {
  const colour = value.split(/\s+(?![^(]*\))/).find((word) => isColour(word));
  return { back: colour ? colourOf(colour) : around.back };
}

function isColour(word: string): boolean {
  return /^#|^rgba?\(|^hsla?\(/.test(word) || (/^[a-z]+$/.test(word) && !NO_COLOUR.has(word));
}

const NO_COLOUR = new Set(
  'none transparent inherit initial unset repeat no scroll fixed left right top bottom center cover contain auto'.split(
    ' ',
  ),
);

function colourOf(value: string): string {
  const [, red, green, blue] =
    /^rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+1(?:\.0+)?)?\s*\)$/.exec(value) ?? [];
  if (red !== undefined) return hex([red, green, blue].map(Number));
  return /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/.test(value) ? hex(channels(value)) : (NAMED[value] ?? value);
}

function hex(values: readonly number[]): string {
  return `#${values.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

function sizeOf(value: string, around: Look): Partial<Look> {
  const [, number = '', unit = ''] = /^([\d.]+)(px|pt|em|rem|%)$/.exec(value) ?? [];
  const pixels = { px: 1, pt: 4 / 3, em: around.size, rem: 16, '%': around.size / 100 }[unit];
  return pixels === undefined ? {} : { size: Number(number) * pixels };
}

function isBold(value: string): boolean {
  return value === 'bold' || value === 'bolder' || Number(value) >= 600;
}

function lastOf(declared: readonly Declaration[], property: string): string | undefined {
  return declared.findLast((one) => one.property === property)?.value;
}
