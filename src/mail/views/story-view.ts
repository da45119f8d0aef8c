import type { PictureCut } from '../../articles/pictures/pictures.ts';
import { oneLine, shorten } from '../../base/text/one-line.ts';
import type { EditionStory } from '../../editions/edition.ts';
import { type MailLinks, webAddress } from '../mail-links.ts';
import { filledIn, type Words } from '../templates/edition-words.ts';
import { columnsOf, hasLongWord } from '../text-layout.ts';
import { type PullQuote, pullQuoteOf } from './pull-quote.ts';

/** A story as templates show it: clean, shortened to what the layout holds, http(s) links only. */
export interface StoryView {
  readonly headline: string;
  /** It holds a word that would not fit a telephone's line in a large size. */
  readonly longWord: boolean;
  /** The headline is so long that it has to be set smaller. */
  readonly wordy: boolean;
  /** Three lengths of one standfirst: for the lead, for a card, for a row. */
  readonly standfirst: string;
  readonly summary: string;
  readonly line: string;
  /** "By Honor Pellew", or nothing. */
  readonly byline: string;
  readonly section: string;
  /** Empty where the link was not one to be followed: then the headline stands without one. */
  readonly link: string;
  readonly picture: PictureView | null;
  readonly update: boolean;
  /**
   * True for a story on a sensitive subject: it stands by itself, never beside a light one and
   * never enlarged.
   */
  readonly grave: boolean;
  /** Advice on where to find help, under a story that may touch its reader. */
  readonly help: string;
  readonly alsoBy: readonly { readonly name: string; readonly link: string }[];
  readonly quote: PullQuote | null;
}

/** One picture in the three sizes of the layouts. */
export interface PictureView {
  readonly alt: string;
  /** The same for a small picture, shorter. */
  readonly name: string;
  readonly wide: CutView;
  readonly card: CutView;
  readonly thumb: CutView;
}

/** Pixels as shown on a desktop. */
export interface CutView {
  readonly url: string;
  readonly width: number;
  readonly height: number;
}

/** Surroundings of a story that its view needs. */
export interface StorySetting {
  readonly section: string;
  /** Help texts by sensitive subject. */
  readonly help: Readonly<Record<string, string>>;
  readonly links: MailLinks;
  readonly words: Words;
}

const HEADLINE_MAX = 150;
const WORDY = 66;
const STANDFIRST_MAX = 280;
const SUMMARY_MAX = 180;
const LINE_MAX = 150;
const ALT_MAX = 160;
const NAME_MAX = 60;
const HELP_MAX = 240;
const ALSO_BY_MOST = 3;

/** The boxes of the layouts, in the proportions of `PictureCuts`. */
const SHOWN = {
  wide: { width: 640, height: 360 },
  card: { width: 276, height: 184 },
  thumb: { width: 112, height: 84 },
} as const;

export function storyView(story: EditionStory, { section, help, links, words }: StorySetting): StoryView {
  const headline = shorten(oneLine(story.headline), HEADLINE_MAX);
  const standfirst = oneLine(story.standfirst);
  const author = shorten(oneLine(story.author), 60);
  const grave = story.tags.length > 0;
  const subject = story.tags.find((tag) => help[tag] !== undefined);
  return {
    headline,
    longWord: hasLongWord(headline),
    wordy: columnsOf(headline) > WORDY,
    standfirst: wholeSentences(standfirst, STANDFIRST_MAX),
    summary: wholeSentences(standfirst, SUMMARY_MAX),
    line: wholeSentences(standfirst, LINE_MAX),
    byline: author && filledIn(words.by, { name: author }),
    section,
    link: webAddress(links.article(story.link)) ?? '',
    picture: pictureView(story, headline, links),
    update: story.update,
    grave,
    help: subject === undefined ? '' : shorten(oneLine(help[subject] ?? ''), HELP_MAX),
    alsoBy: story.alsoBy.slice(0, ALSO_BY_MOST).map(({ name, link }) => ({
      name: shorten(oneLine(name), 40),
      link: webAddress(links.article(link)) ?? '',
    })),
    quote: grave ? null : pullQuoteOf(standfirst),
  };
}

/**
 * The sentences that have room, where that is a good part of it; else as `shorten` does, in the
 * middle of one.
 */
function wholeSentences(text: string, max: number): string {
  const start = [...text].slice(0, max).join('');
  if (start.length === text.length) return text;
  const [sentences = ''] = /^.*(?:[.!?…][”’"»)]?(?= )|[。！？」])/su.exec(start) ?? [];
  return sentences.length > max / 3 ? sentences : shorten(text, max);
}

/** Headline and help alone: for an edition whose mail would grow so long that Gmail cuts it off. */
export function compactView(story: StoryView): StoryView {
  return { ...story, standfirst: '', summary: '', line: '', picture: null, alsoBy: [], quote: null };
}

/**
 * A picture that says nothing about itself is called by its headline: it is a link, and a link
 * needs a name.
 */
function pictureView(story: EditionStory, headline: string, links: MailLinks): PictureView | null {
  const { picture } = story;
  if (!picture) return null;
  const cut = (name: keyof typeof SHOWN): CutView | null => {
    const made = picture.cuts?.[name];
    const url = webAddress(links.picture(made?.url ?? picture.url));
    return url ? { url, ...shownSize(name, made) } : null;
  };
  const [wide, card, thumb] = [cut('wide'), cut('card'), cut('thumb')];
  if (!wide || !card || !thumb) return null;
  const alt = oneLine(picture.alt) || headline;
  return { alt: shorten(alt, ALT_MAX), name: shorten(alt, NAME_MAX), wide, card, thumb };
}

/** Outlook on Windows draws exactly this: the height is the file's own where it is known. */
function shownSize(name: keyof typeof SHOWN, cut: PictureCut | undefined): { width: number; height: number } {
  const { width, height } = SHOWN[name];
  return { width, height: cut ? Math.round((width * cut.height) / cut.width) : height };
}
