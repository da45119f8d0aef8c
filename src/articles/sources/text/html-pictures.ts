import { oneLine } from '../../../base/text/one-line.ts';
import type { Picture } from '../../article.ts';
import { pictureUrl, withoutData } from './content.ts';
import { readHtml } from './html-tokens.ts';

/** Smaller pictures are icons, bylines and counting pixels. */
const MIN_PICTURE_PX = 100;
const MOST_PICTURES = 12;
/** Most pictures taken from one element: the best of its source set. */
const MOST_OF_ONE = 2;
/** Wider than this is a print original; it is taken where there is nothing smaller. */
const MAX_SENSIBLE_PX = 4000;
/** Elements beyond these are not looked at. */
const MOST_ELEMENTS = 500;
const MAX_CHARACTERS = 300_000;

const PICTURED = new Set(['figure', 'figcaption', 'picture', 'source', 'img', 'amp-img', 'image', 'video']);

/**
 * Attributes in which pages that load pictures late keep the true address, beside a placeholder.
 */
const LAZY =
  'data-src data-lazy-src data-original data-orig-file data-large-file data-lazyload data-lazy data-echo data-hi-res-src data-full-src data-actualsrc data-image data-url data-img-src data-original-src nitro-lazy-src ezimgfmt-src'.split(
    ' ',
  );
const SETS = 'data-srcset data-lazy-srcset data-original-set data-responsive srcset imagesrcset'.split(' ');
const PLACEHOLDER =
  /^data:|\/(blank|spacer|transparent|placeholder|loading|loader|lazy|lazyload|grey|gray|pixel|1x1|clear|dummy)[\w-]*\.(gif|png|svg|jpe?g|webp)\b/i;

/** Addresses of what is no illustration: faces, smileys, badges, drawings, counters. */
const ORNAMENT_HOSTS =
  /^(?:(?:\w+\.)?gravatar\.com|pixel\.wp\.com|stats\.wordpress\.com|s\.w\.org|img\.shields\.io|badge\.fury\.io|badgen\.net|feeds\.feedburner\.com|feedads\.g\.doubleclick\.net|(?:\w+\.)?doubleclick\.net|www\.google-analytics\.com|ssl\.google-analytics\.com|sb\.scorecardresearch\.com|twemoji\.maxcdn\.com|b\.scorecardresearch\.com|pixel\.quantserve\.com|www\.facebook\.com)$/i;
const ORNAMENT_PATHS =
  /\.svgz?$|\/(avatars?|emojis?|smilies|smileys|badges?|favicons?|twemoji|emoticons?|spacers?|trackers?|icons?)\/|\/(?:avatar|gravatar|userpic|favicon|emoji|smiley|badge|pixel|spacer|tracker|counter|beacon|blank|1x1|transparent)(?:[-_.]?\d+(?:x\d+)?)?(?:[-_.][\w]*)?\.(?:gif|png|svg|jpe?g|webp|ico)$|\/~r\/|\/(?:b|pixel|count|track)\.gif$|apple-touch-icon/i;
const ORNAMENT_CLASSES =
  /\b(avatar|gravatar|emoji|wp-smiley|emojione|twemoji|badge|icon|author-photo|userpic|tracking-pixel|feedflare)\b/i;

/**
 * True for an address of a face, smiley, badge, drawing or counter: nothing that illustrates an
 * article.
 */
export function isOrnament(url: string): boolean {
  const parsed = URL.parse(url);
  if (!parsed) return true;
  return ORNAMENT_HOSTS.test(parsed.hostname) || ORNAMENT_PATHS.test(parsed.pathname);
}

/**
 * All pictures in an HTML text that may illustrate it, in its order, each once, with alternative
 * text and caption.
 */
export function picturesIn(html: string, base?: string): Picture[] {
  const found = new Map<string, Picture>();
  let posters: string[] = [];
  let sources: string[] = [];
  let pending: string[] = [];
  let caption: string | undefined;
  let elements = 0;
  const add = (urls: readonly string[], alt: string) => {
    const fresh = urls.filter((url) => !found.has(url) && !isOrnament(url));
    for (const url of fresh)
      if (found.size < MOST_PICTURES) found.set(url, { url, alt: oneLine(alt), caption: '' });
    pending.push(...fresh);
  };
  const endFigure = () => {
    const text = oneLine(caption ?? '');
    for (const url of pending) {
      const picture = found.get(url);
      if (picture && text && !picture.caption) found.set(url, { ...picture, caption: text });
    }
    pending = [];
    caption = undefined;
  };
  readHtml(withoutData(html).slice(0, MAX_CHARACTERS), {
    text: (text) => {
      if (caption !== undefined && caption.length < 2000) caption += text;
    },
    open: (name, attributes) => {
      if (!PICTURED.has(name)) return;
      elements += 1;
      if (elements > MOST_ELEMENTS) return;
      if (name === 'figure') pending = [];
      if (name === 'figcaption') caption = '';
      if (name === 'picture') sources = [];
      if (name === 'source') sources.push(...sourcesIn(attributes, base));
      if (name === 'img' || name === 'amp-img' || name === 'image') {
        if (!isTiny(attributes))
          add([...new Set([...sources, ...sourcesIn(attributes, base)])], attributes.alt ?? '');
        sources = [];
      }
      if (name === 'video') posters = [...posters, ...present([pictureUrl(attributes.poster, base)])];
    },
    close: (name) => {
      if (name === 'figcaption' || name === 'figure') endFigure();
      if (name === 'picture') {
        add([...new Set(sources)], '');
        sources = [];
      }
    },
  });
  add(posters, '');
  return [...found.values()];
}

/**
 * The addresses one element names, the best first: the largest of its source set, what is loaded
 * late, its `src`.
 */
function sourcesIn(attributes: Readonly<Record<string, string>>, base: string | undefined): string[] {
  const set = SETS.flatMap((name) => largestOf(attributes[name] ?? '', base)).slice(0, MOST_OF_ONE);
  const late = LAZY.map((name) => attributes[name]).filter((source) => !source?.startsWith('{'));
  const plain = [...late, attributes.src].filter((source) => source && !PLACEHOLDER.test(source));
  return [...set, ...present(plain.map((source) => pictureUrl(source, base)))];
}

/** A source set's addresses by their width or density, the largest sensible one first. */
function largestOf(set: string, base: string | undefined): string[] {
  const candidates = set
    .slice(0, 8000)
    .split(/,\s+|,(?=https?:)|\s,/)
    .flatMap((part) => {
      const [address = '', size = '1x'] = part.trim().split(/\s+/);
      const url = PLACEHOLDER.test(address) ? undefined : pictureUrl(address.replace(/,$/, ''), base);
      const width = Number.parseFloat(size) * (size.endsWith('w') ? 1 : 1000);
      return url && width > 0 ? [{ url, fit: width > MAX_SENSIBLE_PX ? 1 / width : width }] : [];
    });
  return candidates.sort((a, b) => b.fit - a.fit).map(({ url }) => url);
}

function isTiny(attributes: Readonly<Record<string, string>>): boolean {
  if (ORNAMENT_CLASSES.test(attributes.class ?? '')) return true;
  const style = attributes.style ?? '';
  if (/(?:^|;)\s*display\s*:\s*none/i.test(style)) return true;
  const styled = [...style.matchAll(/(?:^|;)\s*(?:max-)?(?:width|height)\s*:\s*([\d.]+)(px|r?em)?\b/gi)].map(
    ([, size = '', unit = '']) => Number(size) * (unit.endsWith('m') ? 16 : 1),
  );
  const named = [attributes.width, attributes.height]
    .filter((size) => size !== undefined && !/%$/.test(size.trim()))
    .map((size) => Number.parseInt(size ?? '', 10));
  return [...styled, ...named].some((size) => size < MIN_PICTURE_PX);
}

function present(values: readonly (string | undefined)[]): string[] {
  return values.filter((value): value is string => value !== undefined);
}
