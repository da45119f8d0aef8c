import { lastIndexOf, readHtml } from './html-tokens.ts';

const words = (list: string) => new Set(list.split(' '));

/** Elements that begin and end a paragraph. */
const BLOCKS = words(
  'p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd hr pre blockquote table caption tr section article div aside header main address details summary fieldset legend figure form center body html',
);
/** Elements that pages hide: a finite list, for each is looked up in the whole text. */
const HIDEABLE = new Set([...BLOCKS, ...words('span a b i em strong small font label td th')]);
const CELLS = words('td th');
/** Elements whose content no reader of the article is told. */
const SKIPPED = words(
  'script style noscript template iframe object applet svg canvas video audio button select textarea datalist nav footer figcaption title head rp annotation annotation-xml',
);
const VOID = words('area base br col embed hr img input link meta param source track wbr');
/** Elements whose text may name tags: there they are the subject, and no markup. */
const CODE = words('code pre kbd samp tt');
const CONTROLS = words('input select textarea button');

const HIDDEN_STYLE = /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i;
/**
 * A form with controls and less text than this asks for something; one with more holds the article.
 */
const MIN_FORM_TEXT = 300;
const EMOJI = /\b(wp-smiley|emoji|emojione|twemoji)\b/i;
/** Stands for a "<" that is text whatever follows it; a noncharacter, which no text may hold. */
export const LITERAL_LESS = '\ufdd0';

/**
 * Hostile HTML as plain text, not yet clean: paragraphs parted by blank lines, line breaks kept,
 * entities decoded once. Scripts, players, menus, forms and what is hidden are left out.
 */
export function htmlToText(html: string): string {
  const skipped = new Set(SKIPPED);
  const shown = new Set<string>();
  for (;;) {
    const writer = new Writer(html, skipped, shown);
    readHtml(html, writer);
    const open = writer.unclosed;
    // Left open, it would have swallowed the rest of the article.
    if (open === undefined) return writer.result;
    skipped.delete(open);
    if (!SKIPPED.has(open)) shown.add(open);
  }
}

class Writer {
  readonly #skipped: ReadonlySet<string>;
  /** Told even where they say that they are hidden. */
  readonly #shown: ReadonlySet<string>;
  readonly #html: string;
  readonly #lastClose = new Map<string, number>();
  readonly #parts: string[] = [];
  readonly #forms: { readonly from: number; hasControl: boolean }[] = [];
  #skip: { readonly name: string; depth: number } | undefined;
  #code = 0;
  #pre = 0;

  constructor(html: string, skipped: ReadonlySet<string>, shown: ReadonlySet<string>) {
    this.#skipped = skipped;
    this.#shown = shown;
    this.#html = html;
  }

  get result(): string {
    return this.#parts.join('');
  }

  /** An element that was being left out when the text ended. */
  get unclosed(): string | undefined {
    return this.#skip?.name;
  }

  text(text: string): void {
    if (this.#skip) return;
    const spaced = this.#pre > 0 ? text : text.replace(/\s+/g, ' ');
    this.#parts.push(this.#code > 0 ? spaced.replaceAll('<', LITERAL_LESS) : spaced);
  }

  open(name: string, attributes: Readonly<Record<string, string>>, isSelfClosed: boolean, at: number): void {
    if (this.#skip) {
      if (name === this.#skip.name && !isSelfClosed) this.#skip.depth += 1;
      return;
    }
    const form = this.#forms.at(-1);
    if (form && CONTROLS.has(name)) form.hasControl = true;
    const isUntold =
      this.#skipped.has(name) || (HIDEABLE.has(name) && !this.#shown.has(name) && isHidden(attributes));
    if (isUntold && !isSelfClosed && !VOID.has(name) && at < this.#lastCloseOf(name)) {
      this.#skip = { name, depth: 1 };
      this.#parts.push(' ');
      return;
    }
    this.#mark(name);
    if (name === 'img' && EMOJI.test(attributes.class ?? '')) this.text(attributes.alt ?? '');
    if (isSelfClosed) return;
    if (name === 'form') this.#forms.push({ from: this.#parts.length, hasControl: false });
    if (CODE.has(name)) this.#code += 1;
    if (name === 'pre') this.#pre += 1;
  }

  close(name: string): void {
    if (this.#skip) {
      if (name !== this.#skip.name) return;
      this.#skip.depth -= 1;
      if (this.#skip.depth === 0) this.#skip = undefined;
      return;
    }
    if (name === 'form') this.#endForm();
    if (CODE.has(name)) this.#code = Math.max(0, this.#code - 1);
    if (name === 'pre') this.#pre = Math.max(0, this.#pre - 1);
    this.#mark(name);
  }

  #mark(name: string): void {
    if (name === 'br') this.#parts.push('\n');
    else if (BLOCKS.has(name)) this.#parts.push('\n\n');
    else if (CELLS.has(name)) this.#parts.push(' ');
  }

  #endForm(): void {
    const form = this.#forms.pop();
    if (!form?.hasControl) return;
    let length = 0;
    for (let at = form.from; at < this.#parts.length && length < MIN_FORM_TEXT; at += 1)
      length += this.#parts[at]?.trim().length ?? 0;
    if (length < MIN_FORM_TEXT) this.#parts.length = form.from;
  }

  #lastCloseOf(name: string): number {
    const known = this.#lastClose.get(name);
    if (known !== undefined) return known;
    const found = lastIndexOf(this.#html, `</${name}`);
    this.#lastClose.set(name, found);
    return found;
  }
}

function isHidden(attributes: Readonly<Record<string, string>>): boolean {
  return attributes.hidden !== undefined || HIDDEN_STYLE.test(attributes.style ?? '');
}
