import markdownIt from 'markdown-it';
import { stripPromotions } from './boilerplate.ts';
import { paragraphsOf } from './content.ts';
import { contentOf, type FileContent, withHeadline } from './file-content.ts';
import { partFile } from './front-matter.ts';
import type { FilePicture } from './front-matter-values.ts';

export type MarkdownResult =
  | { readonly ok: true; readonly content: FileContent }
  | { readonly ok: false; readonly reason: string };

/** Raw HTML stays text: the editor's Markdown may have been pasted from anywhere. */
const markdown = markdownIt({ html: false, linkify: false, typographer: false });
type Tokens = ReturnType<typeof markdown.parse>;

/** Markdown with front matter: its keys may go by the names that other tools use for them. */
export function readMarkdownFile(text: string, _mdx = false): MarkdownResult {
  const parted = partFile(text, { bare: true });
  if (!parted.ok) return parted;
  return { ok: true, content: withBody(contentOf(parted.data), parted.body) };
}

function withBody(said: FileContent, body: string): FileContent {
  const tokens = markdown.parse(body, {});
  const title = titleAt(tokens);
  // The heading that serves as headline is not told again as the first paragraph.
  const told =
    title && (said.headline === '' || said.headline === title.text) ? withoutRange(tokens, title) : tokens;
  const headline = said.headline || title?.text || '';
  return {
    ...withHeadline(said, headline),
    pictures: [...said.pictures, ...picturesIn(tokens)],
    paragraphs: stripPromotions(paragraphsOf(markdown.renderer.render(told, markdown.options, {}))),
  };
}

interface Title {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

function titleAt(tokens: Tokens): Title | undefined {
  const from = tokens.findIndex((token) => token.type === 'heading_open' && token.tag === 'h1');
  if (from < 0) return undefined;
  const text = paragraphsOf(
    markdown.renderer.render(tokens.slice(from, from + 3), markdown.options, {}),
  ).join(' ');
  return { from, to: from + 3, text };
}

function withoutRange(tokens: Tokens, { from, to }: Title): Tokens {
  return [...tokens.slice(0, from), ...tokens.slice(to)];
}

function picturesIn(tokens: Tokens): FilePicture[] {
  return tokens
    .flatMap((token) => token.children ?? [])
    .filter((token) => token.type === 'image')
    .map((image) => ({
      source: String(image.attrGet('src') ?? ''),
      alt: image.content,
      caption: String(image.attrGet('title') ?? ''),
    }))
    .filter(({ source }) => source !== '');
}
