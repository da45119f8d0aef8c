import { type CollectedArticle, canonicalLink } from '../../src/articles/article.ts';
import { isOrnament } from '../../src/articles/sources/text/html-pictures.ts';
import { answersOf, type Field, isSameText, kindOf, type Theirs, textOf, words } from './answers.ts';

interface Rule {
  readonly field: Field;
  /** One sentence for people. */
  readonly because: string;
  holds(ours: CollectedArticle, theirs: Theirs): boolean;
}

/** What publishing systems write behind an article. */
const PROMOTION =
  /the post .{1,200} appeared first on .{1,120}?(?=\s{2}|$)|continue reading\.{3}|\brelated:\s.{1,200}?(?=\s{2}|$)/gi;
const APPEARED = /appeared first on .{1,120}?\s{2}/gi;

const NOBODY = /^(unknown|anonymous|nobody|no-?reply|admin(istrator)?|webmaster)$/i;
const LONG_MAIL = /[^\s<>()]+@[\w.-]+\.[a-z]{5,}/i;

/** Differences that are meant: feedparser is wrong there, or has another policy than a newsletter. */
const RULES: readonly Rule[] = [
  ...(['title', 'author', 'text'] as const).map((field) => ({
    field,
    because: 'feedparser shows the tags of markup that was escaped once too often',
    holds: (ours: CollectedArticle, theirs: Theirs) => {
      const plain = { ...theirs, ...withoutTags(theirs) };
      return plain.tags > 0 && kindOf(field, answersOf(field, ours, plain)) === 'agree';
    },
  })),
  {
    field: 'author',
    because:
      'feedparser cuts a mail address after four letters of its last part and takes the rest for a name',
    holds: (ours, theirs) =>
      LONG_MAIL.test(theirs.byline) && words(ours.author) === words(withoutMail(theirs.byline)),
  },
  {
    field: 'author',
    because: 'names of nobody, such as “unknown” and “admin”, are kept out of by-lines',
    holds: (ours, theirs) => ours.author === '' && theirs.names.every((name) => NOBODY.test(name.trim())),
  },
  {
    field: 'date',
    because: 'feedparser takes seconds since 1970 for a calendar date',
    holds: (ours, theirs) => ours.dated && /^\d{9,10}$/.test(theirs.written),
  },
  {
    field: 'date',
    because: 'feedparser takes the day alone from a date without dashes and colons, such as 20261122T050000Z',
    holds: ({ dated, publishedAt }, theirs) =>
      dated && /^\d{8}T\d{4}/.test(theirs.written) && startOfDay(publishedAt / 1000) === theirs.date,
  },
  {
    field: 'text',
    because: 'the one sentence of an entry without a title is its headline',
    holds: (ours, theirs) => theirs.title === '' && words(ours.headline) === words(theirs.text),
  },
  {
    field: 'text',
    because: 'links to the rest and lines about where it appeared are no text of the article',
    holds: (ours, theirs) => isSameText(words(textOf(ours)), words(withoutPromotion(theirs.text))),
  },
  {
    field: 'text',
    because: 'feedparser takes what a feed says of a picture (media:description) for text of the article',
    holds: (ours, theirs) => {
      const caption = ours.picture?.caption ?? '';
      return caption !== '' && isSameText(words(`${textOf(ours)} ${caption}`), words(theirs.text));
    },
  },
  {
    field: 'picture',
    because: 'faces, badges, smileys and what says it is smaller than 100 pixels illustrate nothing',
    holds: (ours, theirs) =>
      ours.picture === null && theirs.pictures.every((url) => theirs.small.includes(url) || isOrnament(url)),
  },
  {
    field: 'picture',
    because: 'of a source set we take the largest, feedparser the address for old browsers',
    holds: ({ picture }, theirs) =>
      picture !== null && theirs.pictures.some((url) => pathOf(url) === pathOf(picture.url)),
  },
];

/** Entries that only feedparser has, because we refuse them and say so in the report about their source. */
const REFUSED: readonly { readonly because: string; holds(theirs: Theirs): boolean }[] = [
  {
    because: 'an entry without a web address is refused, with a line in the report',
    holds: ({ link, original, id }) => [link, original, id].every((one) => canonicalLink(one) === undefined),
  },
  {
    because: 'an entry that says nothing is refused, with a line in the report',
    holds: ({ title, text }) => words(title) === '' && words(text) === '',
  },
];

/**
 * Says in one sentence why two answers about a field may differ; undefined where nothing explains it.
 * @param ours undefined where we do not have the entry.
 */
export function explanationOf(
  field: Field,
  ours: CollectedArticle | undefined,
  theirs: Theirs,
): string | undefined {
  if (!ours) return REFUSED.find((rule) => rule.holds(theirs))?.because;
  return RULES.find((rule) => rule.field === field && rule.holds(ours, theirs))?.because;
}

const TAG = /<\/?[a-z][^<>]*>/gi;

function withoutTags({ title, names, text }: Theirs) {
  const clean = (one: string) => unescaped(one).replace(TAG, ' ');
  const all = [title, ...names, text].map(unescaped).join(' ');
  return {
    title: clean(title),
    names: names.map(clean),
    text: clean(text),
    tags: all.match(TAG)?.length ?? 0,
  };
}

function unescaped(text: string): string {
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}

function withoutMail(byline: string): string {
  return byline.replace(LONG_MAIL, ' ');
}

function withoutPromotion(text: string): string {
  return text.replace(PROMOTION, ' ').replace(APPEARED, ' ');
}

/** A picture's path without what WordPress adds to it for a size: `heron-1024x683.jpg`. */
function pathOf(url: string): string {
  const link = canonicalLink(url);
  return link ? new URL(link).pathname.replace(/-\d{2,4}x\d{2,4}(?=\.\w+$)/, '') : url;
}

function startOfDay(seconds: number): number {
  return seconds - (seconds % 86_400);
}
