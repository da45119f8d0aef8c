import type { Clock } from '../../base/clock.ts';
import { oneLine } from '../../base/text/one-line.ts';
import type { NewsletterConfig, Publisher } from '../../config/newsletters.ts';
import type { Vocabulary } from '../../config/vocabulary.ts';
import type { EditionContent, EditionStory, EditorialLine } from '../../editions/edition.ts';
import type { KeptEdition } from '../../editions/store/kept-edition.ts';
import type { MailLinks } from '../../mail/mail-links.ts';
import { dayAndMonth, dayOfMonth } from '../../mail/views/mail-dates.ts';

/** Dependencies of a correction's content. */
export interface ContentDeps {
  readonly clock: Clock;
  readonly publisher: Pick<Publisher, 'website'>;
  readonly vocabulary: Vocabulary;
  readonly links: Pick<MailLinks, 'archive'>;
}

/** Correction that an editor orders. */
export interface CorrectionOrder {
  readonly editionId: string;
  /** The story; null for the edition as a whole. */
  readonly articleId: number | null;
  /** Their own words; paragraphs are parted by an empty line. */
  readonly text: string;
  /** Instead of `Correction: …`. */
  readonly subject?: string;
  /** The story as it is right, which stands below the words; without it, the words stand alone. */
  readonly story?: { readonly headline: string; readonly standfirst: string };
}

/**
 * Returns the content of a correction: the editor's words, below them the corrected story or a link
 * to the edition.
 */
export function contentOf(
  deps: ContentDeps,
  newsletter: NewsletterConfig,
  corrected: KeptEdition,
  told: EditionStory | undefined,
  order: CorrectionOrder,
): EditionContent {
  const { title = newsletter.title, language = newsletter.language, sections = [] } = corrected.content ?? {};
  const words = deps.vocabulary.in(language);
  const retold = told && order.story ? retell(told, order.story) : undefined;
  const now = deps.clock.now();
  const date = dayAndMonth(corrected.datedAt, language, newsletter.time_zone, now);
  const story = retold ?? asItStands(deps, newsletter, corrected, told, `${title}, ${date}`);
  const section = retold && sections.find(({ id }) => id === retold.sectionId);
  const { id, title: heading } = section ?? { id: 'correction', title: words.say('correction.heading') };
  const line = (text: string): EditorialLine => ({ text, tags: story.tags, about: [story.articleId] });
  const isCalm = story.tags.length === 0;
  // Not by its headline: what was wrong is not said again, and of a sad story an inbox says nothing.
  const day = dayOfMonth(corrected.datedAt, language, newsletter.time_zone, now);
  const ours = words.say('correction.subject', { title: oneLine(title), date: day });
  return {
    title,
    language,
    sections: [{ id, title: heading }],
    corrects: corrected.datedAt,
    stories: [{ ...story, bit: 0, sectionId: id, update: false, earlier: false, alsoBy: [] }],
    subject: line(order.subject?.trim() || ours),
    ...(isCalm ? { preheader: line(oneLine(order.text)) } : {}),
    intro: line(order.text.trim()),
  };
}

function retell(
  told: EditionStory,
  { headline, standfirst }: NonNullable<CorrectionOrder['story']>,
): EditionStory {
  return { ...told, headline, standfirst };
}

/**
 * Returns the content where the words stand alone: a link to the edition as it is now, in place of
 * the story; and with its subjects, because readers who muted them were not told the story, and
 * must not be told of it now.
 */
function asItStands(
  { links, publisher, clock }: ContentDeps,
  { archive }: NewsletterConfig,
  { id }: KeptEdition,
  told: EditionStory | undefined,
  headline: string,
): EditionStory {
  const elsewhere = archive === 'off' ? publisher.website : undefined;
  return {
    bit: 0,
    storyId: told?.storyId ?? 0,
    articleId: told?.articleId ?? 0,
    sectionId: '',
    headline,
    standfirst: '',
    link: elsewhere ?? links.archive(id),
    picture: null,
    author: '',
    sourceId: told?.sourceId ?? '',
    publishedAt: clock.now(),
    tags: told?.tags ?? [],
    chapter: told?.chapter ?? 0,
    update: false,
    earlier: false,
    alsoBy: [],
  };
}
