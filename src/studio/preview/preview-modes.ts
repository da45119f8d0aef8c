import { Parser } from 'htmlparser2';
import { escapeHtml } from '../../base/text/escape-html.ts';
import { atHeadStart } from '../../web/mail-document.ts';
import {
  type Colours,
  FORCED_BASE,
  type Forced,
  forcedColour,
  forcedDeclarations,
} from './preview-colours.ts';

/** Mode in which a mail is shown. */
export interface Mode {
  readonly colours: Colours;
  /** Without them, words stand in, as where a mail program holds pictures back. */
  readonly pictures: boolean;
}

type Attributes = Record<string, string>;

interface Change {
  readonly from: number;
  readonly until: number;
  readonly text: string;
}

/** Loads nothing and shows nothing, so that a picture's words stand in its place and its box keeps its size. */
const NO_PICTURE = 'data:,';

/**
 * A mail's HTML as a mail program in that mode shows it: the same document but for what the mode is about. Where a mail
 * asks for the dark, the answer is written into it, so that it is seen in both whatever the editor's own machine prefers.
 */
export function inMode(html: string, mode: Mode): string {
  const changes: Change[] = [];
  let sheetFrom: number | undefined;
  const parser = new Parser({
    onopentag: (name, attributes) => {
      const changed = changedTag(name, attributes, mode);
      if (changed) changes.push({ from: parser.startIndex, until: parser.endIndex + 1, text: changed });
      sheetFrom = name === 'style' ? parser.endIndex + 1 : undefined;
    },
    onclosetag: () => {
      const [from, until] = [sheetFrom, parser.startIndex];
      if (from !== undefined) changes.push({ from, until, text: inSheet(html.slice(from, until), mode) });
      sheetFrom = undefined;
    },
  });
  parser.end(html);
  const changed = applied(html, changes);
  return forcedBy(mode.colours) ? atHeadStart(changed, FORCED_BASE) : changed;
}

function applied(html: string, changes: readonly Change[]): string {
  let at = 0;
  const pieces = changes.flatMap(({ from, until, text }) => {
    const before = html.slice(at, from);
    at = until;
    return [before, text];
  });
  return pieces.join('') + html.slice(at);
}

/** The tag anew where the mode changes it; undefined leaves its very characters. */
function changedTag(name: string, before: Attributes, mode: Mode): string | undefined {
  const after = inDress(name, inLight(name, before, mode), mode);
  if (JSON.stringify(after) === JSON.stringify(before)) return undefined;
  const attributes = Object.entries(after).map(([key, value]) => ` ${key}="${escapeHtml(value)}"`);
  return `<${name}${attributes.join('')}>`;
}

/** Colours and the questions about them. */
function inLight(name: string, attributes: Attributes, { colours }: Mode): Attributes {
  const { media, style, bgcolor, color, content } = attributes;
  const dressed = { ...attributes };
  if (media) dressed.media = answered(media, colours);
  if (content && name === 'meta' && /^(?:supported-)?color-schemes?$/i.test(attributes.name ?? ''))
    dressed.content = schemeOf(content, colours);
  const forced = forcedBy(colours);
  if (!forced) return style === undefined ? dressed : { ...dressed, style: schemed(style, colours) };
  const first = [
    ...(bgcolor ? [`background-color:${forcedColour(forced, 'background-color', bgcolor)}`] : []),
    ...(color ? [`color:${forcedColour(forced, 'color', color)}`] : []),
  ];
  const own = style === undefined ? [] : [forcedDeclarations(style, forced)];
  if (first.length + own.length > 0) dressed.style = [...first, ...own].join(';');
  // Outlook marks what it has recoloured, and a mail can answer to the marks.
  return name === 'body' && forced === 'partial' ? { ...dressed, 'data-ogsc': '', 'data-ogsb': '' } : dressed;
}

function inDress(name: string, attributes: Attributes, { pictures }: Mode): Attributes {
  if (pictures) return attributes;
  const { srcset: _, background: __, ...dressed } = attributes;
  if (name === 'img') dressed.src = NO_PICTURE;
  if (dressed.style !== undefined) dressed.style = withoutPictures(dressed.style);
  return dressed;
}

/** A style sheet in that mode. */
function inSheet(css: string, mode: Mode): string {
  const asked = schemed(answered(css, mode.colours), mode.colours);
  const forced = forcedBy(mode.colours);
  const coloured = forced
    ? asked.replace(RULE, (rule, head: string, body: string) => forcedRule(rule, head, body, forced))
    : asked;
  return mode.pictures ? coloured : withoutPictures(coloured);
}

const RULE = /([^{}]*)\{([^{}]*)\}/g;

/**
 * Adapts a rule for forced colours. A mail's rules for Outlook's recolouring are kept as they are.
 */
function forcedRule(rule: string, head: string, body: string, forced: Forced): string {
  return /\[data-ogs[bc]\]/.test(head) ? rule : `${head}{${forcedDeclarations(body, forced)}}`;
}

function forcedBy(colours: Colours): Forced | undefined {
  return colours === 'forced' || colours === 'partial' ? colours : undefined;
}

/** Programs that force the dark do not tell the mail of it. */
function answered(css: string, colours: Colours): string {
  const prefers = colours === 'dark' ? 'dark' : 'light';
  return css.replace(/\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)/gi, (_, asked: string) =>
    asked.toLowerCase() === prefers ? '(min-width:0)' : '(max-width:0)',
  );
}

function schemed(css: string, colours: Colours): string {
  return css.replace(
    /((?<![\w-])(?:supported-)?color-schemes?\s*:\s*)([^;{}]+)/gi,
    (_, before: string, value: string) => before + schemeOf(value, colours),
  );
}

/** A mail that can be both is the one that is looked for; one that can be only one stays it. */
function schemeOf(value: string, colours: Colours): string {
  const both = /\blight\b/i.test(value) && /\bdark\b/i.test(value);
  return both
    ? value.replace(
        /\blight\b[\s\S]*\bdark\b|\bdark\b[\s\S]*\blight\b/i,
        colours === 'dark' ? 'dark' : 'light',
      )
    : value;
}

function withoutPictures(css: string): string {
  return css.replace(/url\(\s*(?:"[^"]*"|'[^']*'|[^)]*)\s*\)/gi, `url(${NO_PICTURE})`);
}
