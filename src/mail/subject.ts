import { oneLine, shorten } from '../base/one-line.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import type { Edition, EditionStory } from '../editions/edition.ts';
import { dayAndMonth } from './dates.ts';

const SUBJECT_MAX_CHARACTERS = 120;
const PREHEADER_CHARACTERS = 100;

/**
 * The headline of the story that leads, or a calm line of our own: a story of death or illness never stands alone in
 * an inbox, between a discount and an exclamation mark.
 */
export function subjectOf(
  newsletter: NewsletterConfig,
  edition: Edition,
  stories: readonly EditionStory[],
): string {
  const lead = leadOf(stories);
  const headline = lead && lead.tags.length === 0 ? oneLine(lead.headline) : '';
  return shorten(headline || neutralSubject(newsletter, edition), SUBJECT_MAX_CHARACTERS);
}

/** What else is inside, for the line that inboxes show beside the subject; from this selection alone. */
export function preheaderOf(stories: readonly EditionStory[]): string {
  const lead = leadOf(stories);
  const others = stories
    .filter((story) => story !== lead && story.tags.length === 0)
    .map((story) => oneLine(story.headline))
    .filter((headline) => headline !== '');
  if (others.length > 0) return shorten(`Also: ${others.slice(0, 3).join(' · ')}`, PREHEADER_CHARACTERS);
  return lead && lead.tags.length === 0 ? shorten(oneLine(lead.standfirst), PREHEADER_CHARACTERS) : '';
}

/** The story that leads: the first one without a sensitive tag, or simply the first where all have one. */
export function leadOf(stories: readonly EditionStory[]): EditionStory | undefined {
  return stories.find((story) => story.tags.length === 0) ?? stories[0];
}

function neutralSubject(newsletter: NewsletterConfig, edition: Edition): string {
  const day = dayAndMonth(
    edition.slot,
    edition.content.language || newsletter.language,
    newsletter.time_zone,
  );
  return `${shorten(oneLine(edition.content.title), SUBJECT_MAX_CHARACTERS / 2)}, ${day}`;
}
