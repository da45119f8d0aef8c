import type { AtomFeed, JsonFeed, RdfFeed, RssFeed } from 'feedsmith';
import { oneLine } from '../base/one-line.ts';
import type { Picture } from './article.ts';
import { lineOf, pictureUrl } from './content.ts';

/** A picture that a feed names beside an entry; its address is not yet resolved or checked. */
export interface PictureCandidate {
  readonly url: string;
  /** Pixels; undefined where the feed does not say. */
  readonly width: number | undefined;
  readonly alt: string;
  readonly caption: string;
}

/** Wider than this is a print original: no mail shows it, and readers on the move pay for it. */
const MAX_SENSIBLE_PX = 1600;
const MIN_SENSIBLE_PX = 100;
const NOT_A_PICTURE = /\.(mp3|m4a|mp4|m4v|mov|webm|ogg|wav|pdf|zip|html?|swf)$/i;

type Media = NonNullable<RssFeed.Item<string>['media']>;
type Content = NonNullable<Media['contents']>[number];

/** The widest sensible one; where widths are not given, the first: feeds put the main picture first. */
export function bestPicture(candidates: readonly PictureCandidate[], base: string): Picture | null {
  const usable = candidates.flatMap((candidate) => {
    const url = pictureUrl(candidate.url, base);
    const tooSmall = candidate.width !== undefined && candidate.width < MIN_SENSIBLE_PX;
    return url && !tooSmall ? [{ ...candidate, url }] : [];
  });
  const [best] = usable.sort((a, b) => fitness(b) - fitness(a)); // sort is stable: equals keep the feed's order
  return best ? { url: best.url, alt: oneLine(best.alt), caption: lineOf(best.caption) } : null;
}

function fitness({ width }: PictureCandidate): number {
  if (width === undefined) return 0;
  return width <= MAX_SENSIBLE_PX ? width : MAX_SENSIBLE_PX ** 2 / width;
}

export function rssPictures(item: RssFeed.Item<string> | RdfFeed.Item<string>): PictureCandidate[] {
  const enclosures = 'enclosures' in item ? (item.enclosures ?? []) : [];
  const itunes = 'itunes' in item ? item.itunes?.image : undefined;
  const enclosed = enclosures
    .filter((enclosure) => isPicture(enclosure.type, undefined, enclosure.url))
    .map((enclosure) => plain(enclosure.url));
  return firstKind([mediaContents(item.media), enclosed.flat(), mediaThumbnails(item.media), plain(itunes)]);
}

export function atomPictures(entry: AtomFeed.Entry<string>, base: string): PictureCandidate[] {
  const enclosed = (entry.links ?? [])
    .filter((link) => link.rel === 'enclosure' && isPicture(link.type, undefined, link.href))
    .flatMap((link) => plain(link.href));
  const kinds = [
    mediaContents(entry.media),
    enclosed,
    mediaThumbnails(entry.media),
    plain(entry.itunes?.image),
  ];
  return firstKind(kinds).map((candidate) => ({ ...candidate, url: pictureUrl(candidate.url, base) ?? '' }));
}

export function jsonPictures(item: JsonFeed.Item<string>): PictureCandidate[] {
  const attached = (item.attachments ?? [])
    .filter((attachment) => isPicture(attachment.mime_type, undefined, attachment.url))
    .flatMap((attachment) => plain(attachment.url));
  return firstKind([plain(item.image), plain(item.banner_image), attached]);
}

/** The kinds in order of how much they mean to be the article's picture: a thumbnail only where there is nothing else. */
function firstKind(kinds: readonly PictureCandidate[][]): PictureCandidate[] {
  return kinds.find((candidates) => candidates.length > 0) ?? [];
}

function mediaContents(media: Media | undefined): PictureCandidate[] {
  const grouped = (media?.groups ?? []).flatMap((group) => group.contents ?? []);
  return [...(media?.contents ?? []), ...grouped]
    .filter((content) => isPicture(content.type, content.medium, content.url))
    .map((content) => ({
      url: content.url ?? '',
      width: content.width,
      alt: '',
      caption: captionOf(content) || captionOf(media),
    }));
}

function captionOf(element: Pick<Content, 'description' | 'title' | 'credits'> | undefined): string {
  return element?.description?.value ?? element?.title?.value ?? element?.credits?.[0]?.value ?? '';
}

function mediaThumbnails(media: Media | undefined): PictureCandidate[] {
  const inContents = (media?.contents ?? []).flatMap((content) => content.thumbnails ?? []);
  const inGroups = (media?.groups ?? []).flatMap((group) => group.thumbnails ?? []);
  return [...(media?.thumbnails ?? []), ...inContents, ...inGroups].map((thumbnail) => ({
    url: thumbnail.url ?? '',
    width: thumbnail.width,
    alt: '',
    caption: '',
  }));
}

function isPicture(type: string | undefined, medium: string | undefined, url: string | undefined): boolean {
  if (!url) return false;
  if (type) return /^image\/(?!svg)/i.test(type);
  if (medium) return medium.toLowerCase() === 'image';
  return !NOT_A_PICTURE.test(url.split(/[?#]/)[0] ?? '');
}

function plain(url: string | undefined): PictureCandidate[] {
  return url ? [{ url, width: undefined, alt: '', caption: '' }] : [];
}
