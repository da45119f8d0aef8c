import { oneLine } from '../../../base/text/one-line.ts';
import type { Picture } from '../../article.ts';
import { lineOf, pictureUrl } from '../text/content.ts';
import { isOrnament } from '../text/html-pictures.ts';
import { type JsonObject, listAt, objectFrom, textAt } from '../text/json-values.ts';
import { descendants, elementsIn, fields, firstText, textOf } from './feed-fields.ts';
import type { FeedElement } from './feed-tree.ts';

/** A picture that a feed names beside an entry; its address is not yet resolved or checked. */
export interface PictureCandidate {
  readonly url: string;
  /** Pixels; undefined where the feed does not say. */
  readonly width: number | undefined;
  readonly alt: string;
  readonly caption: string;
  /** Only a small likeness of the picture: the article's text may have a larger one. */
  readonly isThumbnail: boolean;
}

/** Wider than this is a print original: no mail shows it, and readers on the move pay for it. */
const MAX_SENSIBLE_PX = 1600;
const MIN_SENSIBLE_PX = 100;
/** A thumbnail that says it is smaller comes after what the text shows. */
const MIN_THUMBNAIL_PX = 300;
const NOT_A_PICTURE = /\.(mp3|m4a|mp4|m4v|mov|webm|ogg|wav|pdf|zip|html?|swf|svgz?)$/i;

export interface RankedPictures {
  readonly before: readonly Picture[];
  readonly after: readonly Picture[];
}

/**
 * The usable ones, in order of how much they mean to be the article's picture: those that go before
 * what its text shows and those that come after. Of one kind the widest sensible one is first;
 * where widths are not given, the feed's order holds: feeds put the main picture first.
 */
export function rankPictures(candidates: readonly PictureCandidate[], base: string): RankedPictures {
  const usable = candidates.flatMap((candidate) => {
    const url = pictureUrl(candidate.url, base);
    const isTooSmall = candidate.width !== undefined && candidate.width < MIN_SENSIBLE_PX;
    return url && !isTooSmall && !isOrnament(url) ? [{ ...candidate, url }] : [];
  });
  const isSmall = ({ isThumbnail, width }: PictureCandidate) =>
    isThumbnail && width !== undefined && width < MIN_THUMBNAIL_PX;
  const pictures = (some: readonly PictureCandidate[]) =>
    some.map(({ url, alt, caption }) => ({ url, alt: oneLine(alt), caption: lineOf(caption) }));
  return {
    before: pictures(usable.filter((one) => !isSmall(one))),
    after: pictures(usable.filter(isSmall)),
  };
}

export function xmlPictures(item: FeedElement): PictureCandidate[] {
  const contents = descendants(item, 'media', 'content')
    .filter(isPicture)
    .map((content) => mediaContent(content, item));
  const enclosures = fields(item, 'core', 'enclosure')
    .filter(isPicture)
    .flatMap((one) => plain(one.attributes.get('url')));
  const links = fields(item, 'core', 'link')
    .filter((link) => link.attributes.get('rel') === 'enclosure' && isPicture(link))
    .flatMap((link) => plain(resolved(link)));
  const thumbnails = descendants(item, 'media', 'thumbnail').map((one) => ({
    ...bare(one.attributes.get('url') || textOf(one)),
    width: widthOf(one),
    isThumbnail: true,
  }));
  const others = elementsIn(item)
    .filter(
      ({ family, name }) =>
        family !== 'media' &&
        /^(image|img|picture|photo|thumbnail|thumb|featuredimage|featured_image|post-thumbnail|leadimage)$/.test(
          name,
        ),
    )
    .flatMap((one) => plain(addressIn(one)));
  return [...byFitness(contents), ...enclosures, ...links, ...byFitness(thumbnails), ...others].filter(
    ({ url }) => url,
  );
}

export function jsonPictures(item: JsonObject): PictureCandidate[] {
  const attached = listAt(item, 'attachments')
    .map(objectFrom)
    .filter((one) => isPictureKind(textAt(one, 'mime_type'), '', textAt(one, 'url')))
    .flatMap((one) => plain(textAt(one, 'url')));
  return [...plain(textAt(item, 'image')), ...plain(textAt(item, 'banner_image')), ...attached];
}

function byFitness(candidates: readonly PictureCandidate[]): PictureCandidate[] {
  // The sort is stable: equals keep the feed's order.
  return [...candidates].sort((a, b) => fitness(b) - fitness(a));
}

function fitness({ width }: PictureCandidate): number {
  if (width === undefined) return 0;
  return width <= MAX_SENSIBLE_PX ? width : MAX_SENSIBLE_PX ** 2 / width;
}

function mediaContent(content: FeedElement, item: FeedElement): PictureCandidate {
  // Beside a description of its own, an entry's media description is that of its picture.
  const around =
    fields(item, 'core', 'description', 'summary', 'content').length > 0
      ? [item, ...fields(item, 'media', 'group')]
      : [];
  const caption = [content, ...around].map(captionIn).find(Boolean);
  return { ...bare(content.attributes.get('url')), width: widthOf(content), caption: caption ?? '' };
}

function captionIn(element: FeedElement): string {
  const media = (name: string) => firstText(fields(element, 'media', name));
  return media('description') || media('title') || media('credit');
}

function addressIn(element: FeedElement): string {
  const { attributes } = element;
  const named =
    attributes.get('url') ??
    attributes.get('href') ??
    attributes.get('src') ??
    attributes.get('rdf:resource');
  return named || firstText(fields(element, ['core', 'other'], 'url', 'link')) || textOf(element);
}

/** A link of Atom, absolute where `xml:base` says what it is relative to. */
function resolved(link: FeedElement): string {
  const href = link.attributes.get('href') ?? '';
  return (link.base && pictureUrl(href, link.base)) || href;
}

function isPicture({ attributes }: FeedElement): boolean {
  const url = attributes.get('url') ?? attributes.get('href') ?? '';
  return isPictureKind(attributes.get('type') ?? '', attributes.get('medium') ?? '', url);
}

function isPictureKind(type: string, medium: string, url: string): boolean {
  if (!url) return false;
  if (type.includes('/')) return /^image\/(?!svg)/i.test(type);
  if (medium) return medium.toLowerCase() === 'image';
  return !NOT_A_PICTURE.test(url.split(/[?#]/)[0] ?? '');
}

function widthOf({ attributes }: FeedElement): number | undefined {
  const width = Number.parseInt(attributes.get('width') ?? '', 10);
  return width > 0 ? width : undefined;
}

function plain(url: string | undefined): PictureCandidate[] {
  return url ? [bare(url)] : [];
}

function bare(url: string | undefined): PictureCandidate {
  return { url: url ?? '', width: undefined, alt: '', caption: '', isThumbnail: false };
}
