import { Tokenizer } from 'htmlparser2';

/** Takes the pieces of an HTML text in their order. Names are in lower case, entities decoded. */
export interface HtmlHandler {
  text(text: string): void;
  open(name: string, attributes: Readonly<Record<string, string>>, isSelfClosed: boolean, at: number): void;
  close(name: string): void;
}

/**
 * Walks hostile HTML tag by tag, without a tree: the work grows with the length alone, however deep
 * elements are nested. A comment that never ends is taken for a lone tag, and a `script` or the
 * like that is never closed for none.
 */
export function readHtml(html: string, handler: HtmlHandler): void {
  const text = withoutTraps(html);
  let name = '';
  let at = 0;
  let attributes: Record<string, string> = {};
  let key = '';
  let value = '';
  const opened = (isSelfClosed: boolean) => {
    handler.open(name, attributes, isSelfClosed, at);
    attributes = {};
  };
  const ignore = () => undefined;
  const tokenizer = new Tokenizer(
    { xmlMode: false, decodeEntities: true },
    {
      ontext: (start, end) => handler.text(text.slice(start, end)),
      ontextentity: (codepoint) => handler.text(String.fromCodePoint(codepoint)),
      onopentagname: (start, end) => {
        name = text.slice(start, end).toLowerCase();
        at = start - 1;
      },
      onattribname: (start, end) => {
        key = text.slice(start, end).toLowerCase();
        value = '';
      },
      onattribdata: (start, end) => {
        value += text.slice(start, end);
      },
      onattribentity: (codepoint) => {
        value += String.fromCodePoint(codepoint);
      },
      onattribend: () => {
        attributes[key] ??= value;
      },
      onopentagend: () => opened(false),
      onselfclosingtag: () => opened(true),
      onclosetag: (start, end) => handler.close(text.slice(start, end).toLowerCase()),
      ...{ oncdata: ignore, oncomment: ignore, ondeclaration: ignore, onend: ignore },
      onprocessinginstruction: ignore,
    },
  );
  tokenizer.write(text);
  tokenizer.end();
}

/**
 * Elements whose content is not markup: without an end tag they would swallow the rest of the text.
 */
const RAW = ['script', 'style', 'title', 'textarea', 'xmp'];

/**
 * Takes out what would make a tokenizer run to the end of the text: endless comments, raw elements
 * that never end.
 */
function withoutTraps(html: string): string {
  const lastComment = html.lastIndexOf('-->');
  let text =
    html.indexOf('<!--', Math.max(lastComment, 0)) < 0
      ? html
      : html.slice(0, lastComment + 1) + html.slice(lastComment + 1).replaceAll('<!--', '<!');
  text = text.replaceAll('<![CDATA[', '').replaceAll(']]>', '');
  for (const name of RAW) {
    const lastEnd = lastIndexOf(text, `</${name}`);
    text = text.replace(new RegExp(`<${name}(?=[\\s>/])[^<>]*>`, 'gi'), (tag, at: number) =>
      at > lastEnd ? ' ' : tag,
    );
  }
  return text;
}

/** The last place of an ASCII text in either case; -1 where there is none. */
export function lastIndexOf(text: string, part: string): number {
  let last = -1;
  for (const match of text.matchAll(new RegExp(part, 'gi'))) last = match.index;
  return last;
}
