import { isWordOfLeaving, statusOfWord } from './import-status-words.ts';
import { isMoment, isNo, isNothing, isYes } from './import-words.ts';

/** `y` and `n` are letters that may mean yes and no. */
type Kind =
  | 'nothing'
  | 'zero'
  | 'one'
  | 'no'
  | 'yes'
  | 'n'
  | 'y'
  | 'leaving'
  | 'staying'
  | 'moment'
  | 'other';

/** Cells that are longer are sentences; tags may be longer than words. */
const LONGEST_WORD = 40;
const LONGEST_TAGS = 400;
const MOST_SAMPLES = 12;
const MOST_REMEMBERED = 10_000;
/** Share of its cells that makes a column one of yes and no. */
const MOSTLY = 0.8;

/** The kinds of words met so far: a list has the same few a million times. */
export class KnownWords {
  readonly #kinds = new Map<string, Kind>();

  kindOf(text: string): Kind {
    const known = this.#kinds.get(text);
    if (known) return known;
    if (this.#kinds.size > MOST_REMEMBERED) this.#kinds.clear();
    const kind = kindOf(text);
    this.#kinds.set(text, kind);
    return kind;
  }
}

/** Profile of the cells of a column, over a whole list. */
export class ColumnProfile {
  readonly #words: KnownWords;
  readonly #counts: Record<Kind, number> = {
    ...{ nothing: 0, zero: 0, one: 0, no: 0, yes: 0, n: 0, y: 0 },
    ...{ leaving: 0, staying: 0, moment: 0, other: 0 },
  };
  /**
   * The first different words, and how often each came; more of them than can be shown say nothing.
   */
  readonly #samples = new Map<string, number>();

  constructor(words: KnownWords) {
    this.#words = words;
  }

  add(text: string): void {
    if (text.length > LONGEST_TAGS) {
      this.#counts.other += 1;
      return;
    }
    const kind = this.#words.kindOf(text);
    this.#counts[kind] += 1;
    if (this.#samples.size <= MOST_SAMPLES && text.length <= LONGEST_WORD && kind !== 'moment')
      this.#samples.set(text, (this.#samples.get(text) ?? 0) + 1);
  }

  /**
   * True for a column of yes and no, of 0 and 1, of marks beside empty cells, or with any word for
   * having left.
   */
  get tellsWhoLeft(): boolean {
    const { nothing, zero, one, no, yes, n, y, leaving, staying } = this.#counts;
    const most = this.#filled * MOSTLY;
    const isBinary = zero > 0 && one > 0 && zero + one === this.#filled;
    const isFlag = yes + no > 0 && yes + no + zero + one + n + y >= most;
    const isOfLetters = n > 0 && y > 0 && n + y >= most;
    const isMark = one + y > 0 && Math.max(one, y) === this.#filled && nothing > 0;
    return leaving > 0 || isBinary || isFlag || isOfLetters || isMark || (staying > 0 && staying >= most);
  }

  /**
   * True for a column that can be a place: words of its own, and none of those that say how
   * somebody stands.
   */
  get isOfOtherWords(): boolean {
    return this.#filled === this.#counts.other;
  }

  /** True for times that some people have and others do not. */
  get hasGaps(): boolean {
    const { nothing, moment, other } = this.#counts;
    return this.#filled > moment + other || (moment > 0 && nothing > 0);
  }

  get #filled(): number {
    return Object.values(this.#counts).reduce((sum, count) => sum + count, 0) - this.#counts.nothing;
  }

  /**
   * Its words with how often each came, the most frequent first: `no (180), yes (20)`; empty where
   * it has too many.
   */
  get samples(): string {
    if (this.#samples.size > MOST_SAMPLES || this.#counts.moment + this.#counts.other > 0) return '';
    const common = [...this.#samples].toSorted(([, a], [, b]) => b - a);
    return common.map(([text, count]) => `${text === '' ? 'nothing' : text} (${count})`).join(', ');
  }
}

function kindOf(text: string): Kind {
  if (text.length > LONGEST_WORD) return hasTagOfLeaving(text) ? 'leaving' : 'other';
  const trimmed = text.trim();
  if (trimmed === '0') return 'zero';
  if (trimmed === '1') return 'one';
  const isLetter = trimmed.length === 1;
  if (isYes(trimmed)) return isLetter ? 'y' : 'yes';
  if (isNo(trimmed)) return isLetter ? 'n' : 'no';
  if (isNothing(trimmed)) return 'nothing';
  if (isMoment(trimmed)) return 'moment';
  if (isWordOfLeaving(trimmed) || hasTagOfLeaving(trimmed)) return 'leaving';
  return statusOfWord(trimmed) === 'active' ? 'staying' : 'other';
}

/** Among several tags, one that says that somebody left. */
function hasTagOfLeaving(text: string): boolean {
  const tags = text.split(/[,;|"[\]]/).filter((tag) => tag.trim() !== '');
  return tags.length > 1 && tags.some((tag) => tag.length <= LONGEST_WORD && isWordOfLeaving(tag));
}
