import { hasLongWord } from '../text-layout.ts';
import type { PullQuote } from './pull-quote.ts';
import { layOutSection, type SectionLayout } from './section-layout.ts';
import type { StoryView } from './story-view.ts';

/** A story at its place in one reader's mail. */
export interface PlacedStory extends StoryView {
  /** 1 is the lead. */
  readonly number: number;
}

export interface SectionView extends SectionLayout<PlacedStory> {
  readonly title: string;
  readonly isOurs: boolean;
  readonly longWord: boolean;
  /** All of them in the order of the edition: for the text part, and for layouts that only list. */
  readonly stories: readonly PlacedStory[];
  /** A story told by a sentence set large, at the end of its section. At most one in a mail. */
  readonly quote: { readonly story: PlacedStory; readonly quote: PullQuote } | null;
}

export interface Arrangement {
  readonly lead: PlacedStory | null;
  readonly sections: readonly SectionView[];
  /** The tail of a long edition, by headline alone. */
  readonly also: readonly PlacedStory[];
}

export interface Group {
  readonly title: string;
  /** The title is one of our words, and no section's. */
  readonly isOurs: boolean;
  readonly stories: readonly StoryView[];
}

/** An edition as long as this shows its tail as a list. */
const LONG_EDITION = 17;
/** Number of stories that a section of a long edition shows before the rest goes to the tail. */
const SECTION_SHOWS = 6;
/** A tail of fewer is not worth a heading. */
const LEAST_TAIL = 3;
/** A shorter mail has no need of a pause. */
const LEAST_FOR_QUOTE = 8;

/** Places everything a reader gets. @param groups without the lead, in the order of the mail. */
export function arrange(lead: StoryView | null, groups: readonly Group[]): Arrangement {
  const placed = numbered(groups, lead ? 2 : 1);
  const total = placed.reduce((sum, { stories }) => sum + stories.length, lead ? 1 : 0);
  const also = total >= LONG_EDITION ? tailOf(placed) : [];
  const quoted = total >= LEAST_FOR_QUOTE ? quotedIn(placed, also) : undefined;
  return {
    lead: lead && { ...lead, number: 1 },
    also,
    sections: placed
      .map(({ title, isOurs, stories }) => ({
        title,
        isOurs,
        stories,
        shown: stories.filter((story) => !also.includes(story)),
      }))
      .map(({ title, isOurs, stories, shown }, position) => {
        const quote = quoted?.quote && shown.includes(quoted) ? { story: quoted, quote: quoted.quote } : null;
        const others = shown.filter((story) => story !== quote?.story);
        return {
          title,
          isOurs,
          longWord: hasLongWord(title),
          stories,
          quote,
          ...layOutSection(others, position),
        };
      }),
  };
}

function numbered(groups: readonly Group[], from: number) {
  let number = from;
  return groups.map(({ title, isOurs, stories }) => ({
    title,
    isOurs,
    stories: stories.map((story): PlacedStory => ({ ...story, number: number++ })),
  }));
}

/**
 * Returns the stories after the first ones of each section; never a grave story, which is not for
 * skimming past.
 */
function tailOf(sections: readonly { stories: readonly PlacedStory[] }[]): readonly PlacedStory[] {
  const tail = sections.flatMap(({ stories }) =>
    stories.slice(SECTION_SHOWS).filter((story) => !story.grave),
  );
  return tail.length >= LEAST_TAIL ? tail : [];
}

/**
 * The story with the best sentence: spoken rather than written, without a picture rather than with
 * one.
 */
function quotedIn(
  sections: readonly { stories: readonly PlacedStory[] }[],
  also: readonly PlacedStory[],
): PlacedStory | undefined {
  const rank = (story: PlacedStory) => (story.quote?.spoken ? 2 : 0) + (story.picture ? 0 : 1);
  return sections
    .filter(({ stories }) => stories.length > 2)
    .flatMap(({ stories }) => stories)
    .filter((story) => story.quote !== null && !also.includes(story))
    .reduce<PlacedStory | undefined>(
      (best, one) => (best && rank(best) >= rank(one) ? best : one),
      undefined,
    );
}
