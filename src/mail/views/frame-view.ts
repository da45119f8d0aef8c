import { languageTag } from '../../base/text/language.ts';
import { oneLine, shorten } from '../../base/text/one-line.ts';
import type { Brand } from '../../config/brand.ts';
import type { NewsletterConfig, Publisher } from '../../config/newsletters.ts';
import { type MailLinks, ownAddress, webAddress } from '../mail-links.ts';
import { columnsOf } from '../text-layout.ts';

/** Frame of every mail: masthead and footer. */
export interface Frame {
  readonly language: string;
  readonly title: string;
  /** Pixels. A masthead has one line wherever its title allows. */
  readonly titleSize: number;
  readonly titleSizeOnPhone: number;
  readonly logo: LogoView | null;
  readonly tagline: string;
  /** The publisher's own closing words, or nothing. */
  readonly footer: string;
  readonly publisher: { readonly name: string; readonly address: string; readonly website: string };
  readonly signUp: string;
}

export interface LogoView {
  readonly url: string;
  /** Empty where one does for light and dark. */
  readonly dark: string;
  readonly width: number;
  readonly height: number;
}

const TITLE_MAX = 60;
const SHEET_WIDTH = 576; // what a desktop's masthead has between its margins
const PHONE_WIDTH = 330;
/** Mean width of a letter by typeface, as a share of the font size; wide signs take two. */
const COLUMN_WIDTH: Record<Brand['type'], number> = { classic: 0.53, modern: 0.62, literary: 0.53 };

export function frameOf(
  newsletter: NewsletterConfig,
  publisher: Publisher,
  links: MailLinks,
  { title, language }: { readonly title: string; readonly language: string },
): Frame {
  const name = shorten(oneLine(title), TITLE_MAX);
  const columns = Math.max(1, columnsOf(name)) * COLUMN_WIDTH[newsletter.brand?.type ?? 'classic'];
  return {
    language: languageTag(language),
    title: name,
    titleSize: between(34, SHEET_WIDTH / columns, 76),
    titleSizeOnPhone: between(26, PHONE_WIDTH / columns, 52),
    logo: logoOf(newsletter, links),
    tagline: shorten(oneLine(newsletter.description), 120),
    footer: shorten(oneLine(newsletter.brand?.footer ?? ''), 300),
    publisher: {
      name: shorten(oneLine(publisher.name), 100),
      address: shorten(oneLine(publisher.postal_address), 200),
      website: webAddress(publisher.website ?? '') ?? '',
    },
    signUp: ownAddress(links.signUp(newsletter.id)),
  };
}

function logoOf({ brand }: NewsletterConfig, links: MailLinks): LogoView | null {
  const address = (logo: string) => webAddress(links.picture(logo)) ?? '';
  const url = address(brand?.logo ?? '');
  if (!brand || !url) return null;
  const { logo_dark: dark = '', logo_width: width = 0, logo_height: height = 0 } = brand;
  return { url, dark: address(dark), width, height };
}

function between(least: number, wanted: number, most: number): number {
  return Math.min(most, Math.max(least, Math.floor(wanted)));
}
