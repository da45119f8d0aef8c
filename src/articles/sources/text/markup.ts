import { LITERAL_LESS } from './html-text.ts';

/** All elements that HTML has or had. */
const ELEMENTS = new Set(
  'a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body br button canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins isindex kbd label legend li link main map mark marquee menu meta meter nav nobr noframes noscript object ol optgroup option output p param picture pre progress q rp rt ruby s samp script search section select slot small source spacer span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr xmp'.split(
    ' ',
  ),
);

const LESS = /^<+/;
const ATTRIBUTE =
  /(?:\s+[a-z_:@][\w:.-]*\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+)|\s+(?:allowfullscreen|async|autoplay|checked|controls|defer|disabled|download|hidden|ismap|itemscope|loop|muted|nowrap|noshade|open|playsinline|reversed|selected))/
    .source;
/** A tag as text, a comment, a declaration, or one that the end of the text cut off. */
const MARKUP = new RegExp(
  `<(/?)([a-z][\\w]*(?:[:-][\\w-]+)*)(?:${ATTRIBUTE})*\\s*/?>|<!--|<!doctype\\b|<!\\[|(?:<[?%])+|<(/?)([a-z][\\w]*)(?:\\s[^<>]{0,2000})?$|<+`,
  'gi',
);

/** Without it there is no tag to be found, and no need to look closely. */
const LIKELY = /<[!?%]|<\/?[a-z]\w*[\s/>:-]|<\/?[a-z]\w*$/i;

/**
 * HTML in which every "<" that begins no tag is escaped, where the text holds tags at all;
 * undefined where it holds none. Names that HTML does not have are tags where they are closed
 * again, or are made up of several words.
 */
export function asMarkup(text: string): string | undefined {
  if (!text.includes('<')) return undefined;
  if (!LIKELY.test(text)) return undefined;
  let found = false;
  const closed = new Set([...text.matchAll(/<\/([a-z]\w*)>/gi)].map(([, name = '']) => name.toLowerCase()));
  const markup = text.replace(MARKUP, (piece: string, _slash, name?: string, _cut?, cutName?: string) => {
    if (piece.startsWith('<') && piece.length === LESS.exec(piece)?.[0].length)
      return '&lt;'.repeat(piece.length);
    const tag = (name ?? cutName)?.toLowerCase();
    if (tag !== undefined && !isElement(tag, closed)) return piece.replace('<', '&lt;');
    found = true;
    return cutName === undefined ? piece : '';
  });
  return found ? markup : undefined;
}

function isElement(name: string, closed: ReadonlySet<string>): boolean {
  return ELEMENTS.has(name) || /[:-]/.test(name) || closed.has(name);
}

export function withLiterals(text: string): string {
  return text.replaceAll(LITERAL_LESS, '<');
}
