import { cleanText, oneLine, shorten } from '../../base/text/one-line.ts';
import type { NewsletterConfig, Publisher } from '../../config/newsletters.ts';
import {
  datedAt,
  type Edition,
  type EditionContent,
  type EditionStory,
  type EditorialLine,
} from '../../editions/edition.ts';
import { leadOf, speaksTo } from '../../editions/editorial.ts';
import { type MailLinks, ownAddress, slotAddress } from '../mail-links.ts';
import { SLOTS } from '../mail-slots.ts';
import { filledIn, type Spoken, type Words } from '../templates/edition-words.ts';
import { type Arrangement, arrange, type Group } from './edition-sections.ts';
import { type Frame, frameOf } from './frame-view.ts';
import { dayAndMonth, longDate } from './mail-dates.ts';
import { compactView, type StoryView, storyView } from './story-view.ts';
import { preheaderOf, subjectOf } from './subject.ts';

const PARAGRAPH_MAX = 2_000;

/** Values for the edition's templates. */
export interface EditionView extends Frame, Arrangement {
  readonly subject: string;
  readonly preheader: string;
  readonly date: string;
  readonly words: Words;
  /** Language attributes for elements with our words, and with dates: see `Spoken`. */
  readonly foreign: string;
  readonly foreignDate: string;
  /** "14 stories". */
  readonly count: string;
  /** Sentences that say why the mail came, and how to subscribe: each names the title. */
  readonly reason: string;
  readonly invitation: string;
  /** "Royals · Celebrity · Lifestyle": the sections that this reader gets something from. */
  readonly contents: string;
  /**
   * With the place of the reader's name in it; empty on the public web version, or where none is
   * wanted.
   */
  readonly greeting: string;
  /**
   * Corrections of an earlier edition, or, on a page of the archive, of this one: above all else,
   * marked and dated.
   */
  readonly corrections: readonly CorrectionView[];
  /**
   * An editor's words above the first story and below the last, in paragraphs; none where they are
   * not for this reader.
   */
  readonly intro: readonly string[];
  readonly signoff: readonly string[];
  /** Null on the public web version. */
  readonly personal: {
    readonly unsubscribe: string;
    readonly preferences: string;
    readonly view: string;
  } | null;
  readonly archive: string;
}

/**
 * "Correction", "of our edition of Sunday 22 November", and the words of an editor in paragraphs.
 */
export interface CorrectionView {
  readonly label: string;
  readonly of: string;
  readonly paragraphs: readonly string[];
}

/** Settings that do not change from edition to edition. */
export interface House {
  readonly publisher: Publisher;
  readonly links: MailLinks;
  speech(newsletter: NewsletterConfig, own: string, chosen: string): Spoken;
}

export interface EditionViewInput {
  readonly newsletter: NewsletterConfig;
  readonly edition: Edition;
  readonly stories: readonly EditionStory[];
  readonly audience: 'reader' | 'public';
  /** Language of the words around the stories: BCP 47, empty for the edition's own. */
  readonly language: string;
  /**
   * Headlines alone but for the lead: for a mail that would grow so long that Gmail cuts it off.
   */
  readonly compact: boolean;
}

/** A maker of views that keeps what all variants of an edition have in common. */
export function editionViews(house: House): (input: EditionViewInput) => EditionView {
  const known = new WeakMap<EditionContent, Map<string, Constants>>();
  return (input) => {
    const { content } = input.edition;
    const inLanguages = known.get(content) ?? new Map<string, Constants>();
    known.set(content, inLanguages);
    const found = inLanguages.get(input.language);
    const constants = found?.newsletter === input.newsletter ? found : makeConstants(house, input);
    inLanguages.set(input.language, constants);
    return viewOf(house, constants, input);
  };
}

function viewOf({ links }: House, constants: Constants, input: EditionViewInput): EditionView {
  const { newsletter, edition, stories } = input;
  const { frame, spoken } = constants;
  const { words } = spoken;
  const isReader = input.audience === 'reader';
  const lead = leadOf(edition.content, stories);
  const others = stories.filter((story) => story !== lead);
  return {
    ...frame,
    ...arrange(lead ? constants.view(lead) : null, groupsOf(constants, others, input.compact)),
    subject: subjectOf(newsletter, edition, stories, spoken),
    preheader: isReader ? preheaderOf(edition.content, stories, words) : '',
    date: longDate(datedAt(edition), spoken.language, newsletter.time_zone),
    words,
    foreign: spoken.foreign,
    foreignDate: spoken.foreignDate,
    count: stories.length === 1 ? words.one_story : filledIn(words.stories, { count: stories.length }),
    reason: filledIn(words.reason, { title: frame.title }),
    invitation: filledIn(words.subscribe, { title: frame.title }),
    contents: constants.sections
      .filter(({ id }) => stories.some((story) => story.sectionId === id))
      .map(({ title }) => title)
      .join(' · '),
    greeting: isReader ? greetingOf(newsletter) : '',
    corrections: correctionsOf(constants, input),
    intro: edition.content.corrects === undefined ? paragraphsOf(edition.content.intro, stories) : [],
    signoff: paragraphsOf(edition.content.signoff, stories),
    personal: isReader
      ? {
          unsubscribe: slotAddress(links, 'unsubscribe'),
          preferences: slotAddress(links, 'preferences'),
          view: slotAddress(links, 'view'),
        }
      : null,
    archive: ownAddress(links.archive(edition.id)),
  };
}

/** An edition may be in another language than its newsletter is now. */
export function languageOf(newsletter: NewsletterConfig, edition: Pick<Edition, 'content'>): string {
  return edition.content.language || newsletter.language;
}

/** Values that are the same in every variant of an edition. */
interface Constants {
  readonly newsletter: NewsletterConfig;
  readonly frame: Frame;
  readonly spoken: Spoken;
  readonly sections: readonly { readonly id: string; readonly title: string }[];
  view(story: EditionStory): StoryView;
}

function makeConstants(
  { publisher, links, speech }: House,
  { newsletter, edition, language }: Pick<EditionViewInput, 'newsletter' | 'edition' | 'language'>,
): Constants {
  const { title, sections: named } = edition.content;
  const sections = named.map((section) => ({ id: section.id, title: shorten(oneLine(section.title), 40) }));
  const spoken = speech(newsletter, languageOf(newsletter, edition), language);
  const views = new Map<EditionStory, StoryView>();
  return {
    newsletter,
    sections,
    spoken,
    frame: frameOf(newsletter, publisher, links, { title, language: languageOf(newsletter, edition) }),
    view: (story) => {
      const section = sections.find(({ id }) => id === story.sectionId)?.title ?? '';
      const view =
        views.get(story) ?? storyView(story, { section, help: newsletter.help, links, words: spoken.words });
      views.set(story, view);
      return view;
    },
  };
}

/**
 * The sections in their order; a story of a section that the edition does not name still appears,
 * at the end.
 */
function groupsOf(
  { sections, spoken, view }: Constants,
  stories: readonly EditionStory[],
  compact: boolean,
): Group[] {
  const shown = (story: EditionStory) => (compact ? compactView(view(story)) : view(story));
  const isNamed = (story: EditionStory) => sections.some(({ id }) => id === story.sectionId);
  return [
    ...sections.map(({ id, title }) => ({
      title,
      isOurs: false,
      of: stories.filter((story) => story.sectionId === id),
    })),
    { title: spoken.words.more_stories, isOurs: true, of: stories.filter((story) => !isNamed(story)) },
  ]
    .filter(({ of }) => of.length > 0)
    .map(({ title, isOurs, of }) => ({ title, isOurs, stories: of.map(shown) }));
}

/**
 * Returns a correction's own words, which its readers are sent; of a corrected edition, those on
 * its page.
 */
function correctionsOf(
  { spoken }: Constants,
  { newsletter, edition, stories }: EditionViewInput,
): CorrectionView[] {
  const { corrects, corrections = [], intro } = edition.content;
  const dated = datedAt(edition);
  const date = dayAndMonth(corrects ?? dated, spoken.language, newsletter.time_zone, dated);
  const { correction: label, corrected_edition: ofEdition } = spoken.words;
  return [...(corrects === undefined ? [] : [paragraphsOf(intro, stories)]), ...corrections.map(split)]
    .filter((paragraphs) => paragraphs.length > 0)
    .map((paragraphs) => ({ label, of: filledIn(ofEdition, { date }), paragraphs }));
}

function paragraphsOf(line: EditorialLine | undefined, stories: readonly EditionStory[]): string[] {
  return line && speaksTo(line, stories) ? split(line.text) : [];
}

function split(text: string): string[] {
  const paragraphs = cleanText(text).split(/\n\s*\n/);
  return paragraphs.map((paragraph) => shorten(oneLine(paragraph), PARAGRAPH_MAX)).filter(Boolean);
}

/** "Good morning, Anna." for a reader who gave a name, "Good morning." for one who did not. */
function greetingOf({ greeting = '' }: NewsletterConfig): string {
  const words = shorten(oneLine(greeting), 80).replace(/[\s,.!]+$/u, '');
  return words && `${words}${SLOTS.addressee}.`;
}
