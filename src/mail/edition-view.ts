import { oneLine, shorten } from '../base/one-line.ts';
import type { NewsletterConfig, Publisher } from '../config/newsletters.ts';
import type { Edition, EditionStory } from '../editions/edition.ts';
import { longDate } from './dates.ts';
import { type Frame, frameOf } from './frame-view.ts';
import { type MailLinks, ownAddress, slotAddress, webAddress } from './links.ts';
import { layOutSection, type SectionLayout } from './section-layout.ts';
import { leadOf, preheaderOf, subjectOf } from './subject.ts';

/** What the edition's templates are filled with: clean, shortened to what the layout holds, http(s) links only. */
export interface EditionView extends Frame {
  readonly subject: string;
  readonly preheader: string;
  readonly date: string;
  /** "14 stories". */
  readonly count: string;
  /** "Royals, Celebrity and Lifestyle". */
  readonly contents: string;
  readonly lead: StoryView | null;
  readonly sections: readonly SectionView[];
  /** Null on the public web version. */
  readonly personal: {
    readonly unsubscribe: string;
    readonly preferences: string;
    readonly view: string;
  } | null;
  readonly archive: string;
}

export interface SectionView extends SectionLayout<StoryView> {
  readonly title: string;
  /** All of them in the order of the edition, for the text part. */
  readonly stories: readonly StoryView[];
}

export interface StoryView {
  readonly headline: string;
  /** Three lengths of one standfirst: for the lead, for a card, for a row. */
  readonly standfirst: string;
  readonly summary: string;
  readonly line: string;
  readonly author: string;
  readonly section: string;
  /** Empty where the link was not one to be followed: then the headline stands without one. */
  readonly link: string;
  readonly picture: { readonly url: string; readonly alt: string } | null;
}

export interface EditionViewInput {
  readonly newsletter: NewsletterConfig;
  readonly publisher: Publisher;
  readonly edition: Edition;
  readonly stories: readonly EditionStory[];
  readonly links: MailLinks;
  readonly audience: 'reader' | 'public';
  /** Headlines alone: for an edition whose mail would grow so long that Gmail cuts it off. */
  readonly compact: boolean;
}

const HEADLINE_MAX = 150;
const STANDFIRST_MAX = 280;
const SUMMARY_MAX = 150;
const LINE_MAX = 110;
const ALT_MAX = 160;

export function editionView(input: EditionViewInput): EditionView {
  const { newsletter, edition, stories, links } = input;
  const language = edition.content.language || newsletter.language;
  const lead = leadOf(stories);
  const sections = sectionViews(
    input,
    stories.filter((story) => story !== lead),
  );
  return {
    ...frameOf(newsletter, input.publisher, links, { title: edition.content.title, language }),
    subject: subjectOf(newsletter, edition, stories),
    preheader: preheaderOf(stories),
    date: longDate(edition.slot, language, newsletter.time_zone),
    count: stories.length === 1 ? '1 story' : `${stories.length} stories`,
    contents: namesOf(input),
    lead: lead ? storyView(lead, { ...input, compact: false }) : null,
    sections,
    personal:
      input.audience === 'public'
        ? null
        : {
            unsubscribe: slotAddress(links, 'unsubscribe'),
            preferences: slotAddress(links, 'preferences'),
            view: slotAddress(links, 'view'),
          },
    archive: ownAddress(links.archive(edition.id)),
  };
}

/** The sections in their order; a story of a section that the edition does not name still appears, at the end. */
function sectionViews(input: EditionViewInput, stories: readonly EditionStory[]): SectionView[] {
  const named = sectionsOf(input.edition);
  const groups = [
    ...named.map(({ id, title }) => ({ title, stories: stories.filter((story) => story.sectionId === id) })),
    {
      title: 'More stories',
      stories: stories.filter((story) => !named.some(({ id }) => id === story.sectionId)),
    },
  ].filter((group) => group.stories.length > 0);
  return groups.map((group, position) => {
    const views = group.stories.map((story) => storyView(story, input));
    return { title: group.title, stories: views, ...layOutSection(views, position) };
  });
}

function storyView(story: EditionStory, input: EditionViewInput): StoryView {
  const headline = shorten(oneLine(story.headline), HEADLINE_MAX);
  const standfirst = input.compact ? '' : oneLine(story.standfirst);
  return {
    headline,
    standfirst: shorten(standfirst, STANDFIRST_MAX),
    summary: shorten(standfirst, SUMMARY_MAX),
    line: shorten(standfirst, LINE_MAX),
    author: shorten(oneLine(story.author), 60),
    section: sectionsOf(input.edition).find(({ id }) => id === story.sectionId)?.title ?? '',
    link: webAddress(input.links.article(story.link)) ?? '',
    picture: input.compact ? null : pictureView(story, headline, input.links),
  };
}

/** A picture that says nothing about itself is called by its headline: it is a link, and a link needs a name. */
function pictureView(story: EditionStory, headline: string, links: MailLinks): StoryView['picture'] {
  const url = story.picture && webAddress(links.picture(story.picture.url));
  if (!story.picture || !url) return null;
  return { url, alt: shorten(oneLine(story.picture.alt) || headline, ALT_MAX) };
}

function sectionsOf(edition: Edition): { id: string; title: string }[] {
  return edition.content.sections.map(({ id, title }) => ({ id, title: shorten(oneLine(title), 40) }));
}

/** The names of the sections that this reader gets something from. */
function namesOf({ edition, stories }: EditionViewInput): string {
  return sectionsOf(edition)
    .filter(({ id }) => stories.some((story) => story.sectionId === id))
    .map(({ title }) => title)
    .join(' · ');
}
