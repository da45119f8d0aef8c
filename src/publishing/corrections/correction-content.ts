import type { Clock } from '../../base/clock.ts';
import { oneLine } from '../../base/text/one-line.ts';
import type { NewsletterConfig, Publisher } from '../../config/newsletters.ts';
import type { Vocabulary } from '../../config/vocabulary.ts';
import type { EditionContent, EditionStory, EditorialLine } from '../../editions/edition.ts';
import type { KeptEdition } from '../../editions/edition-store.ts';
import type { MailLinks } from '../../mail/mail-links.ts';
import { dayAndMonth, dayOfMonth } from '../../mail/views/mail-dates.ts';

/** What the content of a correction is made with. */
export interface ContentDeps {
  readonly clock: Clock;
  readonly publisher: Pick<Publisher, 'website'>;
  readonly vocabulary: Vocabulary;
  readonly links: Pick<MailLinks, 'archive'>;
}

/** What an editor wants set right. */
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

/** What a correction says: the editor's words, below them the story as it is right or the way to the edition. */
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
 * Where the words stand alone: the way to the edition as it stands now, in the place of the story; and under its subjects,
 * for who muted them was not told the story, and is not told of it now.
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
