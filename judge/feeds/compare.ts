import type { CollectedArticle } from '../../src/articles/article.ts';
import { canonicalLink } from '../../src/articles/article.ts';
import { isOrnament } from '../../src/articles/html-pictures.ts';

/** What feedparser makes of an entry, see `feedparser_read.py`. */
export interface Theirs {
  readonly title: string;
  readonly link: string;
  readonly id: string;
  readonly original: string;
  /** Seconds since 1970. */
  readonly date: number | null;
  readonly author: string;
  readonly text: string;
  readonly pictures: readonly string[];
  /** Those of them that say they are smaller than 100 pixels. */
  readonly small: readonly string[];
}

export const FIELDS = ['title', 'link', 'date', 'author', 'text', 'picture'] as const;
export type Field = (typeof FIELDS)[number];

/** One field of one entry, as both read it. */
export interface Difference {
  readonly feed: string;
  readonly field: Field;
  readonly ours: string;
  readonly theirs: string;
  /** Why it is right that they differ; undefined where nothing explains it. */
  readonly because: string | undefined;
}

/** What publishing systems write behind an article. */
const PROMOTION =
  /the post .{1,200} appeared first on .{1,120}?(?=\s{2}|$)|continue reading\.{3}|\brelated:\s.{1,200}?(?=\s{2}|$)/gi;

type Pair = { readonly ours: CollectedArticle | undefined; readonly theirs: Theirs | undefined };
interface Explained {
  readonly fields: readonly Field[];
  readonly because: string;
  holds(ours: CollectedArticle, theirs: Theirs): boolean;
}

/** Differences that are meant: feedparser is wrong there, or has another policy than a newsletter. */
const EXPLAINED: readonly Explained[] = [
  {
    fields: ['title'],
    because: 'an entry without a title gets a headline of its first words; feedparser leaves it empty',
    holds: (_, theirs) => theirs.title.trim() === '',
  },
  {
    fields: ['link'],
    because: 'we take the address behind a redirecting one (feedburner:origLink)',
    holds: (ours, theirs) => canonicalLink(theirs.original) === canonicalLink(ours.address ?? ours.link),
  },
  {
    fields: ['author'],
    because: 'mail addresses, and names of nobody, are kept out of by-lines',
    holds: (ours, theirs) => /@|unknown|admin/i.test(theirs.author) && !ours.author.includes('@'),
  },
  {
    fields: ['author'],
    because: 'an entry of Atom without an author has that of its feed (RFC 4287 §4.2.1)',
    holds: (ours, theirs) => theirs.author === '' && ours.author !== '',
  },
  {
    fields: ['author'],
    because: 'feedparser keeps the last of several authors',
    holds: (ours, theirs) => theirs.author !== '' && ours.author.split(', ').includes(theirs.author.trim()),
  },
  {
    fields: ['date'],
    because: 'feedparser does not read this way of writing a date',
    holds: (ours, theirs) => theirs.date === null && ours.dated,
  },
  {
    fields: ['date'],
    because: 'feedparser takes seconds since 1970 for a calendar date',
    holds: (ours, theirs) => ours.dated && theirs.date !== null && theirs.date < 0,
  },
  {
    fields: ['text'],
    because: 'links to the rest and lines about where it appeared are no text of the article',
    holds: (ours, theirs) =>
      isSameText(
        textOf(ours),
        theirs.text.replace(PROMOTION, ' ').replace(/appeared first on .{1,120}?\s{2}/gi, ' '),
      ),
  },
  {
    fields: ['picture'],
    because:
      'faces, badges, smileys, counters and what says it is smaller than 100 pixels illustrate nothing',
    holds: (ours, theirs) =>
      ours.picture === null && theirs.pictures.every((url) => theirs.small.includes(url) || isOrnament(url)),
  },
  {
    fields: ['picture'],
    because: 'of a source set we take the largest, feedparser the address for old browsers',
    holds: (ours, theirs) => theirs.pictures.some((url) => pathOf(url) === pathOf(ours.picture?.url ?? '')),
  },
  {
    fields: ['picture'],
    because:
      'feedparser does not look for pictures that are loaded late, in source sets or in elements of no vocabulary',
    holds: (ours, theirs) => ours.picture !== null && theirs.pictures.every((url) => /^data:/.test(url)),
  },
];

/** Everything in which two readings of one feed differ. */
export function compare(
  feed: string,
  ours: readonly CollectedArticle[],
  theirs: readonly Theirs[],
): Difference[] {
  return pairs(ours, theirs).flatMap((pair) => differencesOf(feed, pair));
}

/** Entries that are one: by their link, else by their place. */
function pairs(ours: readonly CollectedArticle[], theirs: readonly Theirs[]): Pair[] {
  const left = [...ours];
  const found = theirs.map((one, at): Pair => {
    const links = [one.link, one.original, one.id].map((link) => canonicalLink(link));
    const isSame = (article: CollectedArticle) =>
      links.includes(canonicalLink(article.address ?? article.link));
    const same = left.filter(isSame);
    const best = same.find((article) => words(article.headline) === words(one.title)) ?? same[0];
    const ours_ =
      best ?? (ours.length === theirs.length ? left.find((article) => article === ours[at]) : undefined);
    if (ours_) left.splice(left.indexOf(ours_), 1);
    return { ours: ours_, theirs: one };
  });
  return [...found, ...left.map((article): Pair => ({ ours: article, theirs: undefined }))];
}

function differencesOf(feed: string, { ours, theirs }: Pair): Difference[] {
  if (!ours || !theirs)
    return FIELDS.map((field) => ({
      feed,
      field,
      ours: ours?.headline ?? '(no such entry)',
      theirs: theirs?.title ?? '(no such entry)',
      because: undefined,
    }));
  return FIELDS.filter((field) => !AGREE[field](ours, theirs)).map((field) => ({
    feed,
    field,
    ...told(field, ours, theirs),
    because: EXPLAINED.find((one) => one.fields.includes(field) && one.holds(ours, theirs))?.because,
  }));
}

const AGREE: Readonly<Record<Field, (ours: CollectedArticle, theirs: Theirs) => boolean>> = {
  title: (ours, theirs) => words(ours.headline) === words(theirs.title),
  link: (ours, theirs) => canonicalLink(ours.address ?? ours.link) === canonicalLink(theirs.link),
  date: (ours, theirs) =>
    ours.dated ? Math.floor(ours.publishedAt / 1000) === theirs.date : theirs.date === null,
  author: (ours, theirs) => words(ours.author) === words(theirs.author),
  text: (ours, theirs) => isSameText(textOf(ours), theirs.text),
  picture: (ours, theirs) =>
    ours.picture === null
      ? theirs.pictures.length === 0
      : theirs.pictures.some((url) => canonicalLink(url) === canonicalLink(ours.picture?.url ?? '')),
};

/** Nine in ten words of each are in the other: links to the rest, captions and what is told twice are not. */
function isSameText(ours: string, theirs: string): boolean {
  const [a, b] = [ours, theirs].map((text) => new Set(words(text).split(' ').filter(Boolean))) as [
    Set<string>,
    Set<string>,
  ];
  const common = [...a].filter((word) => b.has(word)).length;
  return a.size === 0 || b.size === 0 ? a.size === b.size : common / a.size >= 0.9 && common / b.size >= 0.8;
}

function words(text: string): string {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  ).join(' ');
}

function told(field: Field, ours: CollectedArticle, theirs: Theirs): { ours: string; theirs: string } {
  const date = (at: number) => new Date(at).toISOString();
  const of: Readonly<Record<Field, readonly [string, string]>> = {
    title: [ours.headline, theirs.title],
    link: [ours.address ?? ours.link, theirs.link],
    date: [
      ours.dated ? date(ours.publishedAt) : '(none)',
      theirs.date === null ? '(none)' : date(theirs.date * 1000),
    ],
    author: [ours.author, theirs.author],
    text: [textOf(ours), theirs.text],
    picture: [ours.picture?.url ?? '(none)', theirs.pictures.join(' ') || '(none)'],
  };
  return { ours: of[field][0], theirs: of[field][1] };
}

function pathOf(url: string): string {
  return URL.parse(url)?.pathname ?? '';
}

function textOf({ standfirst, paragraphs }: CollectedArticle): string {
  return [standfirst, ...paragraphs].join(' ');
}
