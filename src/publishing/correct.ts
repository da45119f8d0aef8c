import type { Clock } from '../base/clock.ts';
import { MINUTE_MS } from '../base/clock.ts';
import { oneLine } from '../base/one-line.ts';
import type { NewsletterConfig, Publisher } from '../config/newsletters.ts';
import type { Vocabulary } from '../config/vocabulary.ts';
import { editorialText } from '../editions/editing.ts';
import {
  type EditionContent,
  type EditionStory,
  type EditorialLine,
  editionId,
} from '../editions/edition.ts';
import { findEdition, type KeptEdition, replaceStories, SENT_STATES } from '../editions/edition-store.ts';
import { dayAndMonth } from '../mail/dates.ts';
import type { MailLinks } from '../mail/links.ts';
import type { Database } from '../storage/schema.ts';
import { nextSlot } from './schedule.ts';

export interface CorrectionDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly newsletters: readonly NewsletterConfig[];
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

export type CorrectionMade =
  | { readonly ok: true; readonly id: string; readonly standing: boolean }
  | { readonly ok: false; readonly says: string };

export const MOST_CORRECTION = 2_000;
const MOST_SUBJECT = 120;
/** Longer than an editor’s own may be: what is corrected may have come so. */
const MOST_HEADLINE = 300;
const MOST_STANDFIRST = 1_000;
const FURTHEST_MINUTES = 24 * 60;

/**
 * Makes the draft of a correction, on the editors' desk: an edition of its own that goes to exactly those who got what it
 * corrects (`delivery/corrected.ts`), when somebody has approved it. A draft of the same that is there already is that one.
 */
export async function correctionOf(deps: CorrectionDeps, asked: CorrectionOrder): Promise<CorrectionMade> {
  const order = cleaned(asked);
  const corrected = await findEdition(deps.db, order.editionId);
  const newsletter = deps.newsletters.find(({ id }) => id === corrected?.newsletterId);
  const wrong = corrected && whyNot(corrected, order);
  if (!corrected?.content || !newsletter || wrong !== undefined)
    return { ok: false, says: wrong ?? 'There is no such edition of a newsletter that still exists.' };
  const story = corrected.content.stories.find(({ articleId }) => articleId === order.articleId);
  const content = contentOf(deps, newsletter, corrected, story, order);
  const standing = await standingDraft(deps.db, corrected.id, content);
  if (standing !== undefined) return { ok: true, id: standing, standing: true };
  const id = await keep(deps, newsletter, corrected.id, content);
  return id === undefined
    ? {
        ok: false,
        says: 'This newsletter has an edition every minute: there is no moment left for a correction.',
      }
    : { ok: true, id, standing: false };
}

/** As words of an editor are kept everywhere: nothing unseen in them, and one line where one line is meant. */
function cleaned({ text, subject, story, ...order }: CorrectionOrder): CorrectionOrder {
  return {
    ...order,
    text: editorialText('intro', text),
    ...(subject === undefined ? {} : { subject: oneLine(subject) }),
    ...(story && { story: { headline: oneLine(story.headline), standfirst: oneLine(story.standfirst) } }),
  };
}

function whyNot(
  { state, content }: KeptEdition,
  { articleId, text, subject = '', story }: CorrectionOrder,
): string | undefined {
  if (!SENT_STATES.includes(state)) return 'It has not gone out: change it instead.';
  if (text.trim() === '') return 'Say what was wrong, and what is right.';
  if (story && story.headline.trim() === '')
    return 'Give the story a headline, or let the words stand alone.';
  if (text.length > MOST_CORRECTION)
    return `A correction has at most ${MOST_CORRECTION} characters; these are ${text.length}.`;
  if (subject.length > MOST_SUBJECT) return `A subject has at most ${MOST_SUBJECT} characters.`;
  if ((story?.headline.length ?? 0) > MOST_HEADLINE)
    return `A headline has at most ${MOST_HEADLINE} characters.`;
  if ((story?.standfirst.length ?? 0) > MOST_STANDFIRST)
    return `A standfirst has at most ${MOST_STANDFIRST} characters.`;
  const known = articleId === null || content?.stories.some((one) => one.articleId === articleId);
  return known ? undefined : 'There is no such story in it.';
}

function contentOf(
  deps: CorrectionDeps,
  newsletter: NewsletterConfig,
  corrected: KeptEdition,
  told: EditionStory | undefined,
  order: CorrectionOrder,
): EditionContent {
  const { title = newsletter.title, language = newsletter.language, sections = [] } = corrected.content ?? {};
  const words = deps.vocabulary.in(language);
  const retold = told && order.story ? retell(told, order.story) : undefined;
  const date = dayAndMonth(corrected.slot, language, newsletter.time_zone);
  const story = retold ?? asItStands(deps, newsletter, corrected, told, `${title}, ${date}`);
  const section = retold && sections.find(({ id }) => id === retold.sectionId);
  const { id, title: heading } = section ?? { id: 'correction', title: words.say('correction.heading') };
  const line = (text: string): EditorialLine => ({ text, tags: story.tags, about: [story.articleId] });
  const isCalm = story.tags.length === 0;
  const calm = words.say('correction.neutral', { title });
  const ours =
    retold && isCalm ? words.say('correction.subject', { headline: oneLine(retold.headline) }) : calm;
  return {
    title,
    language,
    sections: [{ id, title: heading }],
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
  { links, publisher, clock }: CorrectionDeps,
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

/** An editor who asks twice finds what is there. */
async function standingDraft(
  db: Database,
  corrected: string,
  { stories }: EditionContent,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('editions')
    .innerJoin('edition_stories', 'edition_stories.edition_id', 'editions.id')
    .select('editions.id')
    .where('corrects', '=', corrected)
    .where('state', '=', 'draft')
    .where('article_id', '=', stories[0]?.articleId ?? 0)
    .executeTakeFirst();
  return row?.id;
}

/** On the desk, at a minute that no edition has or will have. Its own moment is now: it leaves when it is approved. */
async function keep(
  { db, clock }: CorrectionDeps,
  newsletter: NewsletterConfig,
  corrected: string,
  content: EditionContent,
): Promise<string | undefined> {
  const now = clock.now();
  const first = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  for (let minute = 0; minute < FURTHEST_MINUTES; minute += 1) {
    const slot = first + minute * MINUTE_MS;
    if (isDue(newsletter, slot)) continue;
    const id = editionId(newsletter.id, slot);
    const made = await db.transaction().execute(async (trx) => {
      const row = await trx
        .insertInto('editions')
        .values({
          id,
          newsletter_id: newsletter.id,
          slot,
          state: 'draft',
          as_of: now,
          composed_at: now,
          content: JSON.stringify(content),
          desk_since: now,
          send_at: now,
          corrects: corrected,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      if (row) await replaceStories(trx, id, content);
      return row !== undefined;
    });
    if (made) return id;
  }
  return undefined;
}

/** Whether an edition of that minute is to come. */
function isDue(newsletter: NewsletterConfig, slot: number): boolean {
  const next = nextSlot(newsletter, slot - 1);
  return next !== undefined && next < slot + MINUTE_MS;
}
