import { oneLine, shorten } from '../../base/text/one-line.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import {
  datedAt,
  type Edition,
  type EditionContent,
  type EditionStory,
  type EditorialLine,
} from '../../editions/edition.ts';
import { leadOf, speaksTo } from '../../editions/editorial.ts';
import { filledIn, type Spoken, type Words } from '../templates/edition-words.ts';
import { dayAndMonth } from './mail-dates.ts';
import { calmed, isCalm } from './tone.ts';

const SUBJECT_MAX_CHARACTERS = 120; // and what an editor may write beside it
const PREHEADER_CHARACTERS = 100;

/**
 * Returns the subject: an editor's, for the readers it speaks to; else the headline of the story
 * that leads, or a calm line of our own: a story of death or illness never stands alone in an
 * inbox, between a discount and an exclamation mark. With such a story in the selection the subject
 * is calm whichever it names, since it is read above that story too.
 */
export function subjectOf(
  newsletter: NewsletterConfig,
  edition: Edition,
  stories: readonly EditionStory[],
  spoken: Pick<Spoken, 'words' | 'language'>,
): string {
  const { content } = edition;
  const own = ownLine(content.subject, stories);
  if (own) return shorten(own, SUBJECT_MAX_CHARACTERS);
  const [first] = sayable(content, stories);
  const subject = first
    ? titleOf(first, spoken.words)
    : neutralSubject(newsletter, edition, spoken, hasSensitive(stories));
  return shorten(subject, SUBJECT_MAX_CHARACTERS);
}

/**
 * Returns the preview text: the editor's, or else other stories inside; from this selection alone.
 */
export function preheaderOf(content: EditionContent, stories: readonly EditionStory[], words: Words): string {
  const own = ownLine(content.preheader, stories);
  if (own) return shorten(own, SUBJECT_MAX_CHARACTERS);
  const [first, ...others] = sayable(content, stories);
  if (!first) return '';
  const also = others.slice(0, 3).map(({ headline }) => headline);
  if (also.length > 0)
    return shorten(filledIn(words.also, { headlines: also.join(' · ') }), PREHEADER_CHARACTERS);
  const standfirst = spoken(first.story.standfirst, hasSensitive(stories));
  return shorten(standfirst, PREHEADER_CHARACTERS);
}

/**
 * An editor's words on one line, where there are any for the reader of these stories; what they
 * touch, they meant to.
 */
function ownLine(line: EditorialLine | undefined, stories: readonly EditionStory[]): string {
  return line && speaksTo(line, stories) ? oneLine(line.text) : '';
}

interface Sayable {
  readonly story: EditionStory;
  readonly headline: string;
}

/**
 * The stories that may be named in an inbox, the one that leads first, with the words for it: none
 * that is sensitive, and beside one only calm ones.
 */
function sayable(content: EditionContent, stories: readonly EditionStory[]): Sayable[] {
  const mustBeCalm = hasSensitive(stories);
  const lead = leadOf(content, stories);
  return stories
    .toSorted((a, b) => Number(b === lead) - Number(a === lead))
    .filter((story) => story.tags.length === 0)
    .map((story) => ({ story, headline: spoken(story.headline, mustBeCalm) }))
    .filter(({ headline }) => headline !== '');
}

/** The text on one line; where it must be calm and cannot be made so, nothing. */
function spoken(text: string, mustBeCalm: boolean): string {
  if (!mustBeCalm) return oneLine(text);
  const quiet = calmed(text);
  return isCalm(quiet) ? quiet : '';
}

function hasSensitive(stories: readonly EditionStory[]): boolean {
  return stories.some((story) => story.tags.length > 0);
}

/** A story that was told before says at once that this is what happened since. */
function titleOf({ story, headline }: Sayable, words: Words): string {
  if (!story.update || saysUpdate(headline, words.update)) return headline;
  return filledIn(words.updated, { headline });
}

function saysUpdate(headline: string, word: string): boolean {
  const [start, rest] = [headline.slice(0, word.length), headline.slice(word.length)];
  return start.toLocaleLowerCase() === word.toLocaleLowerCase() && !/^\p{L}/u.test(rest);
}

function neutralSubject(
  newsletter: NewsletterConfig,
  edition: Edition,
  { words, language }: Pick<Spoken, 'words' | 'language'>,
  mustBeCalm: boolean,
): string {
  const date = dayAndMonth(datedAt(edition), language, newsletter.time_zone, datedAt(edition));
  const name = mustBeCalm ? calmed(edition.content.title) : oneLine(edition.content.title);
  return filledIn(words.neutral, { title: shorten(name, SUBJECT_MAX_CHARACTERS / 2), date });
}
