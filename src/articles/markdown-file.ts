import matter from 'gray-matter';
import markdownIt from 'markdown-it';
import { parse as parseYaml } from 'yaml';
import { messageOf } from '../base/errors.ts';
import { stripPromotions } from './boilerplate.ts';
import { paragraphsOf } from './content.ts';
import { EMPTY_FILE, type FileContent, listOf } from './file-content.ts';

export type MarkdownResult =
  | { readonly ok: true; readonly content: FileContent }
  | { readonly ok: false; readonly reason: string };

/** Raw HTML stays text: the editor's Markdown may have been pasted from anywhere. */
const markdown = markdownIt({ html: false, linkify: false, typographer: false });
type Tokens = ReturnType<typeof markdown.parse>;

/**
 * YAML's failsafe schema reads every scalar as the text it is: a date stays as typed instead of becoming a Date in the
 * machine's idea of a zone, and a headline of digits stays a headline. Aliases are limited by the parser itself.
 */
const readYaml = (text: string): object => {
  const data: unknown = parseYaml(text, { schema: 'failsafe', maxAliasCount: 50 });
  if (data === null || data === '' || data === undefined) return {};
  if (typeof data !== 'object' || Array.isArray(data))
    throw new Error('it is not a list of "key: value" lines');
  return data;
};

const refuseEngine = (): object => {
  throw new Error('only YAML is read');
};

/** gray-matter runs `---js` front matter as a program unless each of its engines is taken away by name. */
const ENGINES = Object.fromEntries(
  ['json', 'javascript', 'js', 'coffee', 'coffeescript', 'cson', 'toml'].map((name) => [name, refuseEngine]),
);

/** Markdown with YAML front matter: its keys may go by the names that other tools use for them. */
export function readMarkdownFile(text: string): MarkdownResult {
  try {
    // The options also keep gray-matter from its cache, which hands out one shared object for ever.
    const file = matter(text, { language: 'yaml', engines: { ...ENGINES, yaml: readYaml } });
    return { ok: true, content: combine(new FrontMatter(file.data), file.content) };
  } catch (error) {
    return {
      ok: false,
      reason: `its front matter cannot be read: ${messageOf(error).split('\n')[0]?.replace(/:$/, '')}`,
    };
  }
}

function combine(data: FrontMatter, body: string): FileContent {
  const tokens = markdown.parse(body, {});
  const title = titleAt(tokens);
  const headline = data.text('headline', 'title');
  // The heading that serves as headline is not told again as the first paragraph.
  const told = title && (headline === '' || headline === title.text) ? withoutRange(tokens, title) : tokens;
  const picture = pictureIn(tokens);
  return {
    ...EMPTY_FILE,
    headline: headline || title?.text || '',
    standfirst: data.text('standfirst', 'description', 'summary', 'excerpt'),
    date: data.text('date', 'published', 'published_at', 'pubDate'),
    author: data.list('author', 'authors', 'byline').join(', '),
    categories: data.list('categories', 'category', 'section', 'sections'),
    tags: data.list('tags'),
    picture: data.text('picture', 'image')
      ? {
          source: data.text('picture', 'image'),
          alt: data.text('picture_alt', 'image_alt'),
          caption: data.text('picture_caption', 'image_caption'),
        }
      : picture,
    link: data.text('link', 'url', 'canonical', 'canonical_url'),
    language: data.text('language', 'lang'),
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

function pictureIn(tokens: Tokens): FileContent['picture'] {
  const image = tokens.flatMap((token) => token.children ?? []).find((token) => token.type === 'image');
  const attribute = (name: string) => String(image?.attrGet(name) ?? '');
  return { source: attribute('src'), alt: image?.content ?? '', caption: attribute('title') };
}

/** Front matter as YAML gives it: anything may be anywhere, so each value is asked for by the shape it should have. */
class FrontMatter {
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(data: object) {
    this.#values = new Map(Object.entries(data).map(([key, value]) => [key.trim().toLowerCase(), value]));
  }

  text(...keys: string[]): string {
    const values = keys.map((key) => this.#values.get(key.toLowerCase()));
    const found = values.find((value) => typeof value === 'string' && value.trim() !== '');
    return typeof found === 'string' ? found.trim() : '';
  }

  list(...keys: string[]): string[] {
    return keys.flatMap((key) => {
      const value = this.#values.get(key.toLowerCase());
      if (typeof value === 'string') return listOf(value);
      return Array.isArray(value)
        ? value.filter((each) => typeof each === 'string').map((each) => each.trim())
        : [];
    });
  }
}
