import { oneLine, shorten } from '../base/one-line.ts';
import type { NewsletterConfig, Publisher } from '../config/newsletters.ts';
import { directionOf, languageTag } from './dates.ts';
import { type MailLinks, ownAddress, webAddress } from './links.ts';

/** What stands around every mail: masthead and footer. */
export interface Frame {
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  /** The side a line begins on, and the other one: MJML's attributes know only left and right. */
  readonly start: 'left' | 'right';
  readonly end: 'left' | 'right';
  readonly title: string;
  /** Pixels. A masthead has one line wherever its title allows. */
  readonly titleSize: number;
  readonly titleSizeOnPhone: number;
  readonly tagline: string;
  readonly publisher: { readonly name: string; readonly address: string; readonly website: string };
  readonly signUp: string;
}

const TITLE_MAX = 60;
const SHEET_WIDTH = 560; // what a desktop's masthead has between its margins
const PHONE_WIDTH = 320;
const CHARACTER_WIDTH = 0.56; // of the size: a mean over the letters of Didot and Georgia

export function frameOf(
  newsletter: NewsletterConfig,
  publisher: Publisher,
  links: MailLinks,
  { title, language }: { readonly title: string; readonly language: string },
): Frame {
  const direction = directionOf(language);
  const name = shorten(oneLine(title), TITLE_MAX);
  return {
    language: languageTag(language),
    direction,
    start: direction === 'rtl' ? 'right' : 'left',
    end: direction === 'rtl' ? 'left' : 'right',
    title: name,
    titleSize: sizeFor(name, SHEET_WIDTH, { least: 34, most: 68 }),
    titleSizeOnPhone: sizeFor(name, PHONE_WIDTH, { least: 28, most: 48 }),
    tagline: shorten(oneLine(newsletter.description), 120),
    publisher: {
      name: shorten(oneLine(publisher.name), 100),
      address: shorten(oneLine(publisher.postal_address), 200),
      website: webAddress(publisher.website ?? '') ?? '',
    },
    signUp: ownAddress(links.signUp(newsletter.id)),
  };
}

function sizeFor(text: string, width: number, { least, most }: { least: number; most: number }): number {
  const fitting = Math.floor(width / (Math.max(1, [...text].length) * CHARACTER_WIDTH));
  return Math.min(most, Math.max(least, fitting));
}
