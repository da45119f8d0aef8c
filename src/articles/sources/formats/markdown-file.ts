import markdownIt from 'markdown-it';
import { stripPromotions } from '../text/boilerplate.ts';
import { paragraphsOf } from '../text/content.ts';
import { asMarkup } from '../text/markup.ts';
import { contentOf, type FileContent, withHeadline } from './file-content.ts';
import { picturesInFile } from './file-html.ts';
import { withoutForeignMarkup } from './foreign-markup.ts';
import { partFile } from './front-matter.ts';
import { exportedData } from './mdx.ts';

export type MarkdownResult =
  | { readonly ok: true; readonly content: FileContent }
  | { readonly ok: false; readonly reason: string };

/** Raw HTML is let through to the cleaning that feeds get, for what comes out of here is text. */
const markdown = markdownIt({ html: true, linkify: false, typographer: false });
type Tokens = ReturnType<typeof markdown.parse>;

/** Most characters of a text that are read: some thirty thousand words. */
export const MAX_BODY = 200_000;
/** Brackets and lists cost markdown-it the square of a paragraph and the lines of a text. */
const MAX_PARAGRAPH = 20_000;
const MAX_LINES = 5_000;

markdown.core.ruler.before('inline', 'bounded', ({ tokens }) => {
  for (const token of tokens)
    if (token.type === 'inline') token.content = token.content.slice(0, MAX_PARAGRAPH);
});

/** Shows the title of a picture, the text in quotes after it, as its caption. */
markdown.renderer.rules.image = (tokens, at) => {
  const token = tokens[at];
  const attribute = (name: string) => markdown.utils.escapeHtml(String(token?.attrGet(name) ?? ''));
  const alt = markdown.utils.escapeHtml(token?.content ?? '');
  return `<figure><img src="${attribute('src')}" alt="${alt}"><figcaption>${attribute('title')}</figcaption></figure>`;
};

/**
 * A name in angle brackets that HTML does not have, and that is never closed, is text: "A <quiet>
 * wedding".
 */
markdown.renderer.rules.html_inline = (tokens, at, _options, env) => {
  const content = tokens[at]?.content ?? '';
  const name = /^<([a-z]\w*)>$/i.exec(content)?.[1]?.toLowerCase();
  const isClosed = name !== undefined && env?.closed instanceof Set && env.closed.has(name);
  const isText = name !== undefined && !isClosed && asMarkup(content) === undefined;
  return isText ? markdown.utils.escapeHtml(content) : content;
};

/** Names of the elements that a text closes. */
type Closed = { readonly closed: ReadonlySet<string> };

function closedIn(text: string): Closed {
  return {
    closed: new Set([...text.matchAll(/<\/([a-z]\w*)/gi)].map(([, name = '']) => name.toLowerCase())),
  };
}

/**
 * Markdown with front matter: its keys may go by the names that other tools use for them.
 * @param name the file's path in its folder.
 */
export function readMarkdownFile(text: string, name = ''): MarkdownResult {
  const parted = partFile(text, { bare: true });
  if (!parted.ok) return parted;
  const isMdx = /\.mdx$/i.test(name);
  const written = firstLines(parted.body.slice(0, MAX_BODY));
  const exported = isMdx ? exportedData(written) : [];
  const said = contentOf(exported.length > 0 ? parted.data.with(exported) : parted.data);
  const body = withoutForeignMarkup(written, isMdx);
  return { ok: true, content: withBody(said, parted.data.isEmpty ? '' : titleInName(name), { body, name }) };
}

function firstLines(text: string): string {
  return text.split('\n', MAX_LINES).join('\n');
}

/** @param otherwise the headline where neither keys nor text have one. */
function withBody(
  said: FileContent,
  otherwise: string,
  { body, name }: { readonly body: string; readonly name: string },
): FileContent {
  const tokens = markdown.parse(body, {});
  const closed = closedIn(body);
  const title = titleAt(tokens, closed);
  // The heading that serves as headline is not told again as the first paragraph.
  const told =
    title && (said.headline === '' || said.headline === title.text) ? withoutRange(tokens, title) : tokens;
  const html = markdown.renderer.render(told, markdown.options, closed);
  return {
    ...withHeadline(said, said.headline || title?.text || otherwise),
    pictures: [...said.pictures, ...picturesInFile(html, name)],
    paragraphs: stripPromotions(paragraphsOf(html)),
  };
}

interface Title {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The first heading of the highest level; without one any heading that the text begins with. */
function titleAt(tokens: Tokens, closed: Closed): Title | undefined {
  const first = tokens.findIndex((token) => token.type === 'heading_open' && token.tag === 'h1');
  const from = first >= 0 ? first : tokens[0]?.type === 'heading_open' ? 0 : -1;
  if (from < 0) return undefined;
  const inline = tokens.slice(from, from + 3);
  const text = paragraphsOf(markdown.renderer.render(inline, markdown.options, closed)).join(' ');
  return { from, to: from + 3, text };
}

function withoutRange(tokens: Tokens, { from, to }: Title): Tokens {
  return [...tokens.slice(0, from), ...tokens.slice(to)];
}

/**
 * Returns the title of a vault's note from its file name: "The weir is mended.md". A name without a
 * space is none.
 */
function titleInName(name: string): string {
  const base =
    name
      .split('/')
      .at(-1)
      ?.replace(/\.[a-z]+$/i, '') ?? '';
  return base.includes(' ') ? base : '';
}
