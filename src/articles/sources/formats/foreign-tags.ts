/**
 * Takes out of a piece of Markdown, in which there is no code, the marks of one tool after another.
 */
export function plainMarkup(text: string, closed: ReadonlySet<string>): string {
  return STEPS.reduce((rest, step) => step(rest, closed), text);
}

type Step = (text: string, closed: ReadonlySet<string>) => string;

const STEPS: readonly Step[] = [hugo, liquid, vault, wordpress, attributes, notes, blocks];

/**
 * Liquid, Nunjucks, Handlebars, Templater, PHP: `{% include figure.html src="a.jpg" %}`, `{{
 * "/a.jpg" | relative_url }}`.
 */
function liquid(text: string): string {
  return text
    .replace(/\{%(?![<%])[-~+]?([^{}]{0,2000}?)[-~+]?%\}/g, (_all, inner: string) => ofTag(inner))
    .replace(/\{\{(?![<%])[-{~]?([^{}]{0,2000})\}?\}\}/g, (_all, inner: string) => quotedIn(inner))
    .replace(/<[%?](?!--)[^<>]{0,2000}[%?]>/g, '');
}

/** Hugo: `{{< figure src="a.jpg" caption="A" >}}`, `{{% notice %}}`. */
function hugo(text: string): string {
  return text.replace(/\{\{[<%]([^{}]{0,2000}?)[%>]\}\}/g, (_all, inner: string) => ofTag(inner));
}

const IMAGE_TAGS =
  /^(?:figure|img|image|picture|photo|asset_img|asset_image|imgproc|gallery-image|include|render|partial|responsive[_-]image|lightbox)\b/i;
const IMAGE_FILE = /[^\s"'=]+\.(?:jpe?g|png|gif|webp|avif)(?=["'\s]|$)/i;

/** A picture where the tag shows one; nothing else. */
function ofTag(inner: string): string {
  const tag = inner.trim();
  if (!IMAGE_TAGS.test(tag)) return '';
  const named = attributesIn(tag);
  const source =
    ['src', 'url', 'image_path', 'image', 'path', 'file', 'link']
      .map((name) => named.get(name))
      .find(Boolean) ?? IMAGE_FILE.exec(tag)?.[0];
  if (!source) return '';
  return figure(source, named.get('alt') ?? '', named.get('caption') ?? named.get('title') ?? '');
}

function attributesIn(tag: string): Map<string, string> {
  const found = tag.matchAll(/([\w-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g);
  return new Map(
    [...found].map(([, name = '', a, b, c]) => [name.toLowerCase(), (a ?? b ?? c ?? '').trim()] as const),
  );
}

/**
 * Returns a figure as raw HTML, on a line of its own so that Markdown lets it be and reads what
 * follows as Markdown again.
 */
function figure(source: string, alt: string, caption: string): string {
  const safe = (value: string) =>
    value
      .replace(/&(?!\w+;)/g, '&amp;')
      .replace(/"/g, '&quot;')
      .replace(/</g, '&lt;')
      .replace(/\s+/g, ' ');
  return `\n\n<figure><img src="${safe(source)}" alt="${safe(alt)}"><figcaption>${safe(caption)}</figcaption></figure>\n\n`;
}

/**
 * `"/assets/a.jpg" | relative_url` is the address in quotes; anything else is a value that we do
 * not have.
 */
function quotedIn(inner: string): string {
  return /^\s*(?:"([^"]*)"|'([^']*)')/.exec(inner)?.slice(1).find(Boolean) ?? '';
}

/**
 * Obsidian and wikis: `![[a.jpg|300]]`, `[[Page|shown]]`, `==marked==`, `^block-id`, a line of
 * #tags.
 */
function vault(text: string): string {
  return text
    .replace(/^[ \t]*\[\[?_?toc_?\]?\][ \t]*$/gim, '')
    .replace(/!\[\[([^[\]\n]{1,500})\]\]/g, (_all, inner: string) => embedded(inner))
    .replace(/\[\[([^[\]\n]{1,500})\]\](?!\()/g, (_all, inner: string) => shownOf(inner))
    .replace(/==(?=\S)([^=\n]{1,500})==/g, '$1')
    .replace(/(?<=\S)[ \t]\^[\w-]{1,40}[ \t]*$/gm, '')
    .replace(/^[ \t]*(?:#[\p{L}\p{N}_/-]{1,60}[ \t]*)+$/gmu, '')
    .replace(/^([ \t>]*)\[!\w{1,30}(?:\|[^\]\n]{0,60})?\][+-]?[ \t]*/gm, '$1');
}

function embedded(inner: string): string {
  const [file = '', ...texts] = inner.split('|').map((part) => part.trim());
  if (!/\.(?:jpe?g|png|gif|webp|avif)$/i.test(file)) return '';
  return figure(file, texts.find((text) => !/^\d+(?:x\d+)?$/.test(text)) ?? '', '');
}

function shownOf(inner: string): string {
  const [page = '', ...texts] = inner.split('|');
  return texts.at(-1)?.trim() ?? page.split('#')[0]?.split('/').at(-1)?.trim() ?? '';
}

const WORDPRESS =
  /^(?:caption|wp_caption|gallery|embed|audio|video|playlist|youtube|vimeo|soundcloud|tweet|instagram|contact-form(?:-7)?|gravityform|wpforms|mc4wp_form|rev_slider|adrotate|ads?|nextpage|more|toc|raw|sc|clear|divider|spacer|pullquote|dropcap|button|row|columns?|one_\w+|two_\w+|three_\w+|(?:vc|et_pb|fusion|su|ngg|av|mk|ux|cs|dt|kc)_\w+)$/i;

/**
 * WordPress: `[caption id="a"]<img> A weir[/caption]`, `[gallery ids="1,2"]`. Words in brackets
 * stay.
 */
function wordpress(text: string, closed: ReadonlySet<string>): string {
  return text
    .replace(
      /\[(?:wp_)?caption\b[^[\]]{0,500}\]((?:[^[]|\[(?!\/?(?:wp_)?caption\b)){0,2000}?)\[\/(?:wp_)?caption\]/gi,
      (_all, inner: string) => captioned(inner),
    )
    .replace(
      /\[(\/?)([a-z][\w-]{1,40})((?:[\s=][^[\]]{0,1000})?)\](?![(:])/gi,
      (all: string, slash: string, name: string, rest: string) => {
        const isShortcode =
          WORDPRESS.test(name) ||
          closed.has(name.toLowerCase()) ||
          slash !== '' ||
          /[\w-]\s*=\s*["'\w]/.test(rest);
        return isShortcode ? '' : all;
      },
    );
}

/** The picture with what stands beside it as its caption. */
function captioned(inner: string): string {
  const markdown = /!\[([^\]\n]{0,300})\]\(([^()\s]{1,500})[^()\n]{0,300}\)/.exec(inner);
  if (markdown) {
    const caption = inner
      .replace(markdown[0], ' ')
      .replace(/\[\s*\]\([^()\n]{0,500}\)|<[^<>]{0,2000}>/g, ' ');
    return figure(markdown[2] ?? '', markdown[1] ?? '', caption.trim());
  }
  const image = /<img\b[^<>]{0,2000}>/i.exec(inner)?.[0] ?? '';
  const words = inner.replace(/<[^<>]{0,2000}>/g, ' ').trim();
  return `\n\n<figure>${image}<figcaption>${words.replace(/\s+/g, ' ')}</figcaption></figure>\n\n`;
}

/**
 * Kramdown and Pandoc: `{: .lead}`, `{::nomarkdown}`, `{#anchor}`, `![a](b){width=50%}`,
 * `[words]{.small}`, `- TOC {:toc}`.
 */
function attributes(text: string): string {
  return text
    .replace(/^[*+-] [^\n]{0,80}\n\{:\s*toc[^{}\n]{0,200}\}/gim, '')
    .replace(/\{:{1,2}[^{}\n]{0,500}\}/g, '')
    .replace(/\[([^[\]\n]{1,300})\]\{[^{}\n]{0,300}\}/g, '$1')
    .replace(/(?<=\))\{[^{}\n]{0,300}\}/g, '')
    .replace(/[ \t]{0,4}\{\s{0,9}[.#][\w-][^{}\n]{0,300}\}/g, '');
}

/** Footnotes and abbreviations: the marks go, what a note says is told where it stands. */
function notes(text: string): string {
  return text
    .replace(/^\[\^[^[\]\n]{1,80}\]:[ \t]*/gm, '\n')
    .replace(/\[\^[^[\]\n]{1,80}\]/g, '')
    .replace(/\^\[([^[\]\n]{1,1000})\]/g, ' ($1)')
    .replace(/^\*\[[^[\]\n]{1,80}\]:[^\n]*$/gm, '')
    .replace(/^:[ \t]+/gm, '');
}

/**
 * Admonitions and directives: `:::tip Take care`, `!!! note "Take care"`, `::video{id=1}`; tick
 * boxes; `:smile:`.
 */
function blocks(text: string): string {
  return text
    .replace(
      /^[ \t]*:{3,}[ \t]*(?:\{[^{}\n]{0,300}\}|[\w-]{0,40})(?:\[([^\]\n]{0,300})\])?(?:\{[^{}\n]{0,300}\})?[ \t]*/gm,
      '$1',
    )
    .replace(/^[ \t]*::[\w-]{1,40}(?:\[([^\]\n]{0,300})\])?(?:\{[^{}\n]{0,300}\})?[ \t]*$/gm, '$1')
    .replace(/^[ \t]*(?:!!!|\?\?\?\+?)[ \t]+[\w -]{1,60}(?:"([^"\n]{0,300})")?[ \t]*$/gm, '$1\n')
    .replace(/^([ \t]*[-*+][ \t]+)\[[ xX]\][ \t]+/gm, '$1')
    .replace(/(?<=^|\s):[a-z][a-z\d_+-]{1,30}:(?=[\s.,!?)]|$)/g, '')
    .replace(/^[ \t]*\\(?:newpage|pagebreak|clearpage|toc)\b[^\n]{0,40}$/gm, '');
}
