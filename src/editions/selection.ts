import type { EditionContent, EditionStory } from './edition.ts';

/** The stories of an edition that one reader gets: bit n stands for the story with `bit` n. */
export type Selection = bigint;

export const NOTHING: Selection = 0n;

/** What a reader of these sections gets; null means every section, also those that are added later. */
export function select(content: EditionContent, sections: readonly string[] | null): Selection {
  const chosen = sections && new Set(sections);
  return content.stories
    .filter((story) => !chosen || chosen.has(story.sectionId))
    .reduce((bits, story) => bits | bitOf(story), NOTHING);
}

/** Every story of the edition: what the public web version shows. */
export function selectAll(content: EditionContent): Selection {
  return select(content, null);
}

/** The selected stories, in the order of the edition. */
export function storiesIn(content: EditionContent, selection: Selection): readonly EditionStory[] {
  return content.stories.filter((story) => (selection & bitOf(story)) !== NOTHING);
}

/** 16 hexadecimal digits: sorts, compares and stores the same on every database. */
export function selectionKey(selection: Selection): string {
  return selection.toString(16).padStart(16, '0');
}

export function selectionOf(key: string): Selection {
  return BigInt(`0x${key}`);
}

function bitOf(story: EditionStory): Selection {
  return 1n << BigInt(story.bit);
}
