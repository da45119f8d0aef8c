import type { Moments } from './zoned.ts';

/**
 * A picture as the source names it: an absolute http(s) URL, or `media:<file>` for one kept beside
 * the database.
 */
export interface Picture {
  readonly url: string;
  readonly alt: string;
  readonly caption: string;
}

/**
 * Article as a source delivers it: text is plain and clean (see `base/text/one-line.ts`), links are
 * absolute.
 */
export interface CollectedArticle {
  /**
   * Identity: the canonical link (`canonicalLink`), with the guid where several articles share one
   * link. `article:<source>/<name>` for a file that has no address of its own.
   */
  readonly link: string;
  /**
   * The address as its editor wrote it, made absolute: where readers are sent. Absent where it is
   * the link itself.
   */
  readonly address?: string;
  readonly headline: string;
  readonly standfirst: string;
  readonly paragraphs: readonly string[];
  readonly author: string;
  readonly categories: readonly string[];
  /**
   * The source's keywords; once the rules have looked (`taggedArticles`), the sensitive subjects.
   */
  readonly tags: readonly string[];
  readonly picture: Picture | null;
  /**
   * Further candidates, the likeliest first: the first picture of all that can be cut illustrates
   * the article.
   */
  readonly otherPictures?: readonly Picture[];
  /** BCP 47, or empty where the source does not say. */
  readonly language: string;
  /** UTC milliseconds. */
  readonly publishedAt: number;
  readonly moments?: Moments;
  /**
   * False where the source gives no date, or one relative to now: then the first sighting's date
   * stays.
   */
  readonly dated: boolean;
}

/** An article as it is kept. */
export interface Article extends Omit<CollectedArticle, 'dated'> {
  readonly address: string;
  readonly otherPictures: readonly Picture[];
  readonly id: number;
  readonly sourceId: string;
  readonly storyId: number;
  /** Development of its story that it tells: 0 for the news itself. */
  readonly chapter: number;
  /** The source's keywords, once `tags` are the sensitive subjects. */
  readonly keywords?: readonly string[];
  readonly firstSeenAt: number;
  /**
   * Since when an editor wants its story told with it; absent where nobody said so. UTC
   * milliseconds.
   */
  readonly leadsSince?: number;
}

/** Every picture that may illustrate it, the likeliest first. */
export function candidatesOf({
  picture,
  otherPictures,
}: Pick<Article, 'picture' | 'otherPictures'>): Picture[] {
  return picture ? [picture, ...otherPictures] : [];
}

/**
 * Reason that a file is not an article by its publisher's own word: not an error, but always
 * reported.
 */
export type LeftOut = KeptBack | 'kind' | 'folder';
/** The same, of those that a file itself can say. */
export type KeptBack = 'draft' | 'private' | 'scheduled' | 'expired' | 'page';

/**
 * Reason that something a source offered did not become an article: shown to the operator, never
 * swallowed.
 */
export interface Refusal {
  /** Refused item: a headline, a link, a file name. */
  readonly what: string;
  readonly reason: string;
  /** Sentence that says what to do about it; absent where nothing can be done. */
  readonly mend?: string;
  /** The article came, without this part of it. */
  readonly partly?: true;
  /** The publisher's own word, and no fault: a draft, an embargo, a page of the site. */
  readonly leftOut?: LeftOut;
}

/** Validators from a feed's server, for conditional requests. */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

const TRACKING_PARAMETERS =
  /^(utm_\w+|wt_\w+|wt\.\w+|fbclid|gclid|gclsrc|dclid|msclkid|mc_cid|mc_eid|igshid|yclid|_hsenc|_hsmi|mkt_tok|oly_\w+|vero_\w+|at_\w+|ns_\w+|cmp(id)?|ref_src|spm|xtor|s_cid|icid|ocid|ftag|partner|rss|source=rss)$/i;

/**
 * Fragments that name a place on the article's page, or where the reader came from, and no article
 * of their own.
 */
const NO_IDENTITY =
  /^#?(top|comments?|respond|content|main|disqus_thread|more-\d+|:~:.*|(xtor|utm_\w+|ref|rss|at_\w+|wt_\w+|ns_\w+|echobox|intcmp|icid|cid|cmp(id)?)([=&].*)?)?$/i;
/** No link is longer: databases index no key that is much longer. */
const MAX_LINK_CHARACTERS = 2000;

/**
 * The one spelling of a link that all sightings of an article share: http(s) only, no credentials
 * or default port, host in lower case, tracking parameters gone, the rest in the order given. A
 * fragment stays where it may tell articles of one page apart. Undefined for anything else.
 * @param base resolves a relative link: the feed's own address.
 */
export function canonicalLink(link: string, base?: string): string | undefined {
  const parsed = webAddress(link, base);
  if (!parsed) return undefined;
  if (NO_IDENTITY.test(parsed.hash)) parsed.hash = '';
  for (const name of [...parsed.searchParams.keys()]) {
    if (TRACKING_PARAMETERS.test(name)) parsed.searchParams.delete(name);
  }
  return parsed.href;
}

/**
 * A link as its editor wrote it, made absolute: what readers get. Undefined for anything but
 * http(s).
 */
export function readerAddress(link: string, base?: string): string | undefined {
  return webAddress(link, base)?.href;
}

function webAddress(link: string, base?: string): URL | undefined {
  if (link.length > 2 * MAX_LINK_CHARACTERS) return undefined;
  // Escaped twice, "&amp;" would send readers to a page with parameters that nobody knows.
  const text = link
    .trim()
    .replace(/&(amp;)+/g, '&')
    .replace(/^www\./i, 'http://www.');
  const parsed = base ? URL.parse(text, base) : URL.parse(text);
  if (!parsed || !/^https?:$/.test(parsed.protocol) || !parsed.hostname) return undefined;
  if (parsed.href.length > MAX_LINK_CHARACTERS) return undefined;
  parsed.username = '';
  parsed.password = '';
  return parsed;
}
