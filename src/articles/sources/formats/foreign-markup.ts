import { plainMarkup } from './foreign-tags.ts';
import { importedPictures, withoutJsx } from './mdx.ts';

/**
 * Markdown without the markup that only some tool understands: comments, shortcodes of Hugo and
 * WordPress, Liquid, links within an Obsidian vault, attributes of Kramdown and Pandoc, footnote
 * marks, admonitions. What stands between such marks is told; pictures that they show become
 * pictures. Code is left as it is. Work grows with the length of the text.
 */
export function withoutForeignMarkup(text: string, isMdx = false): string {
  const closed = new Set(
    [...text.matchAll(/\[\/([\w-]{1,40})\]/g)].map(([, name = '']) => name.toLowerCase()),
  );
  const pictures = isMdx ? importedPictures(text) : new Map<string, string>();
  const { plain, code } = withoutCode(withoutCommentBlocks(text.replaceAll(STAND_IN, '')));
  return plainMarkup(isMdx ? withoutJsx(plain, pictures) : plain, closed).replace(
    STANDING_IN,
    (_all, at: string) => code[Number(at)] ?? '',
  );
}

/**
 * Stands for a piece of code while the text around it is looked at; a noncharacter, which no text
 * may hold.
 */
const STAND_IN = '\ufdd1';
const STANDING_IN = new RegExp(`${STAND_IN}(\\d+)${STAND_IN}`, 'g');

const MARK = /<!--|^[ \t]{0,20}(?:`{3,50}(?!`)|~{3,50}(?!~))[^\n]*|`+|%%/gm;
/** Blocks of code that draw or ask for something instead of being told. */
const DRAWN =
  /^[`~\s]*(?:dataview|dataviewjs|query|tasks|mermaid|plantuml|graphviz|dot|vega(?:-lite)?|math|latex|embed|button|base|\{\s*=?(?:r|python|julia|ojs|html|tex|dot|mermaid)\b)/i;

/** No article has more pieces of code. */
const MOST_CODE = 5_000;

/** Text with stand-ins for its code, and without its comments. */
function withoutCode(text: string): { plain: string; code: readonly string[] } {
  const parts: string[] = [];
  const code: string[] = [];
  const runs = new Runs(text);
  const lastComment = text.lastIndexOf('-->');
  const mark = new RegExp(MARK);
  let from = 0;
  const take = (to: number, next: number, piece?: string) => {
    parts.push(text.slice(from, to));
    if (piece !== undefined) parts.push(`${STAND_IN}${code.push(piece) - 1}${STAND_IN}`);
    from = next;
    mark.lastIndex = next;
  };
  for (let found = mark.exec(text); found && code.length < MOST_CODE; found = mark.exec(text)) {
    const [what] = found;
    const at = found.index;
    if (what === '<!--') {
      // One that is never closed loses its mark, not the rest of the article.
      take(at, lastComment > at ? text.indexOf('-->', at + 2) + 3 : at + 4);
    } else if (what === '%%') {
      const end = endOfNote(text, at);
      if (end > 0) take(at, end);
    } else if (FENCE.test(what)) {
      const end = endOfFence(text, at, what);
      take(at, end, DRAWN.test(what) ? '' : text.slice(at, end));
    } else {
      const start = at + what.indexOf('`');
      const open = runs.lengthAt(start);
      mark.lastIndex = start + open;
      const end = runs.closing(open, start + open);
      if (end > 0) take(start, end, text.slice(start, end));
    }
  }
  parts.push(text.slice(from));
  return { plain: parts.join(''), code };
}

/** A line that opens a fence: backticks may not come again on it (CommonMark §4.5). */
const FENCE = /^[ \t]*(?:`{3,50}[^`]*$|~{3,50})/;

const MAX_NOTE = 5_000;

/**
 * Behind the second `%%` of an Obsidian comment; 0 where there is none near, for "100%%" is a
 * typing error.
 */
function endOfNote(text: string, at: number): number {
  const end = text.slice(at + 2, at + MAX_NOTE).indexOf('%%');
  return end < 0 ? 0 : at + 2 + end + 2;
}

/** Behind the line that closes a fence of code, or the end of the text. */
function endOfFence(text: string, at: number, opening: string): number {
  const fence = /`+|~+/.exec(opening)?.[0] ?? '```';
  const closing = closingFence(fence[0] ?? '`', fence.length);
  closing.lastIndex = at + opening.length;
  const found = closing.exec(text);
  return found ? found.index + found[0].length : text.length;
}

const closings = new Map<string, RegExp>();

function closingFence(mark: string, length: number): RegExp {
  const key = `${mark}${length}`;
  const known = closings.get(key) ?? new RegExp(`^[ \\t]{0,20}${mark}{${length},}[ \\t]*$`, 'gm');
  closings.set(key, known);
  return known;
}

/**
 * Runs of backticks: finds the one that closes another, without looking for it where there is none.
 */
class Runs {
  readonly #text: string;
  readonly #last = new Map<number, number>();
  #paragraphEnd = 0;

  constructor(text: string) {
    this.#text = text;
    for (const { 0: run, index } of text.matchAll(/`+/g)) this.#last.set(run.length, index);
  }

  lengthAt(at: number): number {
    const run = /`+/y;
    run.lastIndex = at;
    return run.exec(this.#text)?.[0].length ?? 1;
  }

  /**
   * The place behind the run that closes one of this length; 0 where there is none in the same
   * paragraph.
   */
  closing(length: number, from: number): number {
    if ((this.#last.get(length) ?? -1) < from) return 0;
    const end = this.#endOfParagraph(from);
    const run = /`+/g;
    run.lastIndex = from;
    for (let found = run.exec(this.#text); found && found.index < end; found = run.exec(this.#text))
      if (found[0].length === length) return run.lastIndex;
    return 0;
  }

  #endOfParagraph(from: number): number {
    if (from >= this.#paragraphEnd) {
      const end = this.#text.indexOf('\n\n', from);
      this.#paragraphEnd = end < 0 ? this.#text.length : end;
    }
    return this.#paragraphEnd;
  }
}

/** Comments that are blocks of a template: their text is not for readers. */
const COMMENT_BLOCK = /\{[%{][-<%]?\s{0,9}(end)?(\/)?\s{0,9}comment\s{0,9}[->%]?[%}]\}?/gi;

function withoutCommentBlocks(text: string): string {
  const kept: string[] = [];
  let from = 0;
  let openedAt = -1;
  for (const { 0: tag, 1: end, 2: slash, index } of text.matchAll(COMMENT_BLOCK)) {
    if (!end && !slash && openedAt < 0) openedAt = index;
    if ((end || slash) && openedAt >= 0) {
      kept.push(text.slice(from, openedAt));
      from = index + tag.length;
      openedAt = -1;
    }
  }
  return kept.join('') + text.slice(from);
}
