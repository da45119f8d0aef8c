import { type CollectedArticle, canonicalLink } from '../../src/articles/article.ts';

/** An entry as feedparser reads it, see `feedparser_read.py`. */
export interface Theirs {
  readonly title: string;
  readonly link: string;
  readonly id: string;
  /** The address behind a redirecting link, which feedparser gives beside it; else empty. */
  readonly original: string;
  /** Seconds since 1970. */
  readonly date: number | null;
  /** The date as the feed writes it. */
  readonly written: string;
  /** The names of its authors, without their mail addresses. */
  readonly names: readonly string[];
  /** The last author as the feed writes it, with the mail address. */
  readonly byline: string;
  readonly text: string;
  /** Every picture it names, without icons. */
  readonly pictures: readonly string[];
  /** Those of them that say they are smaller than 100 pixels. */
  readonly small: readonly string[];
  /** Pictures that say they are no larger than 48 pixels: counters, smileys, faces. */
  readonly icons: readonly string[];
}

export const FIELDS = ['title', 'link', 'date', 'author', 'text', 'picture'] as const;
export type Field = (typeof FIELDS)[number];

/** Both sides' answers about one field, in canonical form. */
export interface Answers {
  /** Empty where there is none. */
  readonly ours: string;
  /** Every answer that feedparser has a field for; none of them is empty. */
  readonly theirs: readonly string[];
}

export type Kind = 'agree' | 'only ours' | 'only theirs' | 'differ' | 'neither';

/** Says how the two answers about a field stand to each other. */
export function kindOf(field: Field, { ours, theirs }: Answers): Kind {
  if (ours === '') return theirs.length === 0 ? 'neither' : 'only theirs';
  if (theirs.length === 0) return 'only ours';
  const isSame = field === 'text' ? isSameText : isEqual;
  return theirs.some((one) => isSame(ours, one)) ? 'agree' : 'differ';
}

/** The answers about one field of an entry; a side that does not have the entry answers nothing. */
export function answersOf(
  field: Field,
  ours: CollectedArticle | undefined,
  theirs: Theirs | undefined,
): Answers {
  const answers = theirs ? THEIRS[field](theirs) : [];
  const answer = ours ? OURS[field](ours) : '';
  const isIcon = field === 'picture' && theirs?.icons.some((url) => canonicalLink(url) === answer) === true;
  return { ours: answer, theirs: isIcon ? [NO_ICON] : [...new Set(answers.filter(Boolean))] };
}

/** Their answer where we take an icon for the picture of an article. */
const NO_ICON = '(no picture beside icons)';

const OURS: Readonly<Record<Field, (article: CollectedArticle) => string>> = {
  title: ({ headline }) => words(headline),
  link: ({ address, link }) => canonicalLink(address ?? link) ?? '',
  date: ({ dated, publishedAt }) => (dated ? iso(Math.floor(publishedAt / 1000)) : ''),
  author: ({ author }) => words(author),
  text: (article) => words(textOf(article)),
  picture: ({ picture }) => canonicalLink(picture?.url ?? '') ?? '',
};

const THEIRS: Readonly<Record<Field, (entry: Theirs) => string[]>> = {
  title: ({ title }) => [words(title)],
  link: ({ link, original }) => [canonicalLink(original) ?? canonicalLink(link) ?? link],
  date: ({ date }) => (date === null ? [] : [iso(date)]),
  author: ({ names }) => [words(names.join(' ')), ...names.map(words)],
  text: ({ text }) => [words(text)],
  picture: ({ pictures }) => pictures.map((url) => canonicalLink(url) ?? url),
};

/** The words of a text in lower case, one space between them. */
export function words(text: string): string {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  ).join(' ');
}

/** All of an article that is running text. */
export function textOf({ standfirst, paragraphs }: CollectedArticle): string {
  return [standfirst, ...paragraphs].join(' ');
}

/** Nine in ten of our words are among theirs and eight in ten of theirs among ours. */
export function isSameText(ours: string, theirs: string): boolean {
  const a = new Set(ours.split(' '));
  const b = new Set(theirs.split(' '));
  const common = [...a].filter((word) => b.has(word)).length;
  return common / a.size >= 0.9 && common / b.size >= 0.8;
}

function isEqual(a: string, b: string): boolean {
  return a === b;
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
