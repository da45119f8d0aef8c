import { oneLine, shorten } from '../base/text/one-line.ts';
import type { ArchivePicture } from '../publishing/public-archive.ts';
import type { Site } from './site-deps.ts';

/** Metadata of a page for search engines, feed readers and link previews. */
export interface PageHead {
  readonly title: string;
  readonly description: string;
  readonly type: 'website' | 'article';
  /** The one address of this page, absolute. */
  readonly canonical: string;
  /** `en_GB`; empty where the language names no country. */
  readonly locale: string;
  readonly picture: ArchivePicture | null;
  /** ISO 8601; empty where the page is of no one day. */
  readonly publishedAt: string;
  readonly isHidden: boolean;
  readonly feeds: readonly FeedLink[];
}

export interface FeedLink {
  readonly type: string;
  readonly title: string;
  readonly href: string;
  /** Name of its format. */
  readonly name: string;
}

const DESCRIPTION_MAX = 200;

type Told = Pick<PageHead, 'title' | 'description'> & Partial<Omit<PageHead, 'canonical' | 'locale'>>;

/**
 * @param path of the page, from the root of the site.
 * @param language BCP 47.
 */
export function pageHead(site: Site, path: string, language: string, told: Told): PageHead {
  return {
    type: 'website',
    picture: null,
    publishedAt: '',
    isHidden: false,
    feeds: [],
    ...told,
    description: shorten(oneLine(told.description), DESCRIPTION_MAX),
    canonical: site.publicUrl + path,
    locale: /^[a-z]{2,3}-[A-Z]{2}$/.test(language) ? language.replace('-', '_') : '',
  };
}
