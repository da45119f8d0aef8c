import { DomUtils } from 'htmlparser2';
import { elementsIn, isElement, type Page, type PageElement } from '../mail-page.ts';

/**
 * The part of CSS that mail uses: rules in `<style>`, in media queries, and in `style`; selectors
 * of names, classes, ids.
 */
export interface Rule {
  readonly selectors: readonly string[];
  readonly declarations: readonly Declaration[];
  /** Media query around it; empty where there is none. */
  readonly media: string;
}

export interface Declaration {
  readonly property: string;
  readonly value: string;
  readonly important: boolean;
}

export type Theme = 'light' | 'dark';

/** Every rule of a page's style sheets, in their order. */
export function rulesOf(page: Page): Rule[] {
  return elementsIn(page, 'style').flatMap((style) =>
    readRules(DomUtils.textContent(style).replace(/\/\*[\s\S]*?\*\//g, ''), style.attribs.media),
  );
}

export function readRules(css: string, media = ''): Rule[] {
  const rules: Rule[] = [];
  let at = 0;
  for (let open = css.indexOf('{'); open >= 0; open = css.indexOf('{', at)) {
    const close = closingBrace(css, open);
    // What stands before a semicolon is a rule without a body, such as @import.
    const head = css.slice(at, open).split(';').at(-1)?.trim() ?? '';
    const body = css.slice(open + 1, close);
    if (head.startsWith('@media')) rules.push(...readRules(body, head.slice('@media'.length).trim()));
    else if (!head.startsWith('@'))
      rules.push({
        selectors: head.split(',').map((one) => one.trim()),
        declarations: readDeclarations(body),
        media,
      });
    at = close + 1;
  }
  return rules;
}

export function readDeclarations(css: string): Declaration[] {
  return css.split(/;(?![^(]*\))/).flatMap((text) => {
    const colon = text.indexOf(':');
    if (colon < 0) return [];
    const value = text.slice(colon + 1).trim();
    const important = /!\s*important$/i.test(value);
    return [
      {
        property: text.slice(0, colon).trim().toLowerCase(),
        value: value.replace(/\s*!\s*important$/i, '').toLowerCase(),
        important,
      },
    ];
  });
}

/**
 * Returns the declarations for an element, the strongest last: `bgcolor` and the like, rules by
 * their weight, its own `style`, and then everything marked `!important`.
 */
export function declarationsFor(element: PageElement, rules: readonly Rule[], theme: Theme): Declaration[] {
  const ruled = rules
    .filter((rule) => applies(rule.media, theme))
    .map((rule) => ({ rule, weight: weightOn(element, rule) }))
    .filter(({ weight }) => weight >= 0)
    .sort((a, b) => a.weight - b.weight) // stable: of equal weight the later one wins
    .flatMap(({ rule }) => rule.declarations);
  const own = readDeclarations(element.attribs.style ?? '');
  const plain = [...ruled, ...own].filter(({ important }) => !important);
  return [
    ...attributesAsStyle(element),
    ...plain,
    ...[...ruled, ...own].filter(({ important }) => important),
  ];
}

/** On a screen wide enough for the whole page: the narrow layout changes sizes, not colours. */
function applies(media: string, theme: Theme): boolean {
  if (media === '') return true;
  if (/\bprint\b|max-width|max-device-width/.test(media)) return false;
  const scheme = /prefers-color-scheme:\s*(\w+)/.exec(media)?.[1];
  return scheme === undefined ? /screen|all|min-width/.test(media) : scheme === theme;
}

function attributesAsStyle({ attribs }: PageElement): Declaration[] {
  const named = { 'background-color': attribs.bgcolor, color: attribs.color };
  return Object.entries(named).flatMap(([property, value]) =>
    value ? [{ property, value: value.toLowerCase(), important: false }] : [],
  );
}

/**
 * Returns a rule's weight on an element: ids before classes before names; -1 when it does not
 * match.
 */
function weightOn(element: PageElement, { selectors }: Rule): number {
  const weights = selectors.filter((selector) => matches(element, selector)).map(weightOf);
  return Math.max(-1, ...weights);
}

function weightOf(selector: string): number {
  const count = (pattern: RegExp) => selector.match(pattern)?.length ?? 0;
  return count(/#/g) * 10_000 + count(/[.[:]/g) * 100 + count(/(?:^|[\s>])[a-z]/gi);
}

/**
 * Descendants and children only; a selector with anything else is about states and mail programs we
 * are not.
 */
export function matches(element: PageElement, selector: string): boolean {
  const parts = selector.replace(/\s*>\s*/g, ' >').split(/\s+/);
  return matchesUpward(element, parts);
}

function matchesUpward(element: PageElement, parts: readonly string[]): boolean {
  const last = parts.at(-1) ?? '';
  const before = parts.slice(0, -1);
  if (!matchesOne(element, last.replace(/^>/, ''))) return false;
  if (before.length === 0) return true;
  for (let above = parentOf(element); above; above = parentOf(above)) {
    if (matchesUpward(above, before)) return true;
    if (last.startsWith('>')) return false;
  }
  return false;
}

function matchesOne({ name, attribs }: PageElement, selector: string): boolean {
  const [, tag = '', rest = ''] =
    /^(\*|[a-z][\w-]*)?((?:[.#][\w-]+|\[[\w-]+\]|:root)*)$/i.exec(selector) ?? [];
  if (tag === '' && rest === '') return false;
  if (tag !== '' && tag !== '*' && tag.toLowerCase() !== name) return false;
  const classes = (attribs.class ?? '').split(/\s+/);
  return (rest.match(/[.#][\w-]+|\[[\w-]+\]|:root/g) ?? []).every((piece) => {
    if (piece === ':root') return name === 'html';
    if (piece.startsWith('[')) return attribs[piece.slice(1, -1)] !== undefined;
    return piece.startsWith('.') ? classes.includes(piece.slice(1)) : attribs.id === piece.slice(1);
  });
}

function parentOf(element: PageElement): PageElement | undefined {
  const { parent } = element;
  return parent && isElement(parent) ? parent : undefined;
}

function closingBrace(css: string, open: number): number {
  let depth = 0;
  for (let at = open; at < css.length; at += 1) {
    if (css[at] === '{') depth += 1;
    if (css[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return css.length;
}
