import { shorten } from '../../../base/text/one-line.ts';
import { saysSomething } from '../../../base/text/visible.ts';
import type { FeedConfig } from '../../../config/newsletters.ts';
import {
  type CollectedArticle,
  canonicalLink,
  type Picture,
  type Refusal,
  readerAddress,
} from '../../article.ts';
import { type DateReading, readDate } from '../dates/read-date.ts';
import { stripPromotions } from '../text/boilerplate.ts';
import { escapedText, lineOf, paragraphsOf } from '../text/content.ts';
import { picturesIn } from '../text/html-pictures.ts';
import { tell } from '../text/standfirst.ts';
import type { FeedItem } from './feed-item.ts';
import { rankPictures } from './feed-pictures.ts';

/** Language and time zone in which the editors of a feed write. */
export type FeedHabits = Pick<FeedConfig, 'language' | 'time_zone'>;

type ReadDate = Extract<DateReading, { ok: true }>;

/** An article that is not yet told apart from the others of its feed. */
export interface Draft {
  /** Its link is the canonical form of its address. */
  readonly article: Omit<CollectedArticle, 'publishedAt' | 'dated'>;
  /** Undefined where the feed gives none that can be read. */
  readonly date: ReadDate | undefined;
  readonly guid: string;
  readonly home: string;
}

export type Verdict =
  | { readonly draft: Draft; readonly problems: readonly Refusal[] }
  | { readonly problems: readonly Refusal[] };

const MOST_CATEGORIES = 50;
const MAX_CATEGORY_CHARACTERS = 200;
const MAX_HEADLINE_CHARACTERS = 90;
const MOST_PICTURES = 12;

/** Makes an article of an entry, or says why it is none. */
export function draftOf(item: FeedItem, { language, time_zone: timeZone }: FeedHabits, now: number): Verdict {
  const title = headlineOf(item);
  const link = item.links.map((each) => canonicalLink(each, item.base)).find(Boolean);
  const what = title || link || 'an entry without headline';
  if (item.isCut) return refuse({ what, reason: 'the feed breaks off in the middle of it' });
  if (!link) return refuse({ what, reason: noLink(item.links), mend: mend('link') });
  const body = stripPromotions(paragraphsOf(item.content));
  const told = tell(stripPromotions(paragraphsOf(item.summary)), body);
  const headline = title || openingOf(told);
  if (!headline) return refuse({ what: link, reason: 'it has no headline', mend: mend('title') });
  const own = (item.language || language).trim();
  const readings = item.dates.map((each) =>
    readDate(each, now, { language: own, ...(timeZone && { timeZone }) }),
  );
  const date = readings.find((reading): reading is ReadDate => reading.ok);
  const address = item.links.map((each) => readerAddress(each, item.base)).find(Boolean) ?? link;
  const [picture = null, ...otherPictures] = picturesOf(item, address);
  return {
    draft: {
      article: {
        link,
        address,
        headline,
        ...(title === '' && headline === told.standfirst ? { ...told, standfirst: '' } : told),
        author: item.author,
        categories: distinct(item.categories),
        tags: [],
        picture,
        otherPictures,
        language: own,
      },
      date,
      guid: item.guid,
      home: item.home,
    },
    problems: date === undefined ? unreadable(headline, item.dates) : [],
  };
}

function headlineOf({ title }: FeedItem): string {
  const line = lineOf(title.markup ? title.text : plainTitle(title.text));
  return saysSomething(line) ? line : '';
}

/**
 * A title that is said to be plain keeps its angle brackets, unless it holds tags in pairs: then
 * what is said of it is wrong.
 */
function plainTitle(text: string): string {
  const isMarkup =
    /<(a|abbr|b|big|cite|code|em|font|i|mark|p|q|s|small|span|strong|sub|sup|tt|u)\b[^<>]*>[^<]*<\/\1>|<br\s*\/?>|&lt;\/?[a-z]/i;
  return isMarkup.test(text.slice(0, 5000)) ? text : text.replace(/</g, '&lt;');
}

/** The first words of a text without a title, as a headline. */
function openingOf({
  standfirst,
  paragraphs,
}: {
  standfirst: string;
  paragraphs: readonly string[];
}): string {
  const text = standfirst || paragraphs[0] || '';
  const [sentence = ''] = /^.{15,90}?[.!?…](?=\s)/u.exec(text) ?? [];
  return sentence || shorten(text, MAX_HEADLINE_CHARACTERS);
}

/** Every picture that may illustrate it, the likeliest first, each once. */
function picturesOf(item: FeedItem, address: string): Picture[] {
  const base = item.contentBase ?? address;
  const inText = [item.content, item.summary].flatMap((html) => picturesIn(html, base));
  const { before, after } = rankPictures(item.pictures, item.base);
  const once = new Map<string, Picture>();
  for (const picture of [...before, ...inText, ...after]) {
    const same = once.get(picture.url);
    // The feed's own picture seldom has an alternative text; the same picture in the text often does.
    if (same)
      once.set(same.url, { ...same, alt: same.alt || picture.alt, caption: same.caption || picture.caption });
    else if (once.size < MOST_PICTURES) once.set(picture.url, picture);
  }
  return [...once.values()];
}

function unreadable(headline: string, dates: readonly string[]): Refusal[] {
  const [date] = dates;
  if (date === undefined) return [];
  const reason = `its date cannot be read: ${lineOf(escapedText(date.slice(0, 60)))}`;
  return [
    {
      what: headline,
      reason,
      mend: 'The publisher of the feed has to write it as RFC 822 or ISO 8601 do.',
      partly: true,
    },
  ];
}

function noLink(links: readonly string[]): string {
  return links[0] ? `its link is not a web address: ${links[0].slice(0, 100)}` : 'it has no link';
}

function distinct(names: readonly string[]): string[] {
  const lines = names.slice(0, MOST_CATEGORIES).map((name) => shorten(lineOf(name), MAX_CATEGORY_CHARACTERS));
  return [...new Set(lines.filter(Boolean))];
}

function refuse(refusal: Refusal): Verdict {
  return { problems: [refusal] };
}

/** Whoever makes the feed is the only one who can mend an entry. */
function mend(element: 'title' | 'link'): string {
  return `The publisher of the feed has to give this entry a ${element}.`;
}
