import type { EditionContent, EditionStory } from './edition.ts';
import { leadOf } from './editorial.ts';

/** The stories of an edition that one reader gets: bit n stands for the story with `bit` n. */
export type Selection = bigint;

export const NOTHING: Selection = 0n;

/** Choices of a reader that decide which stories they get. */
export interface Choices {
  /** Null means every section, also those that are added later. */
  readonly sections: readonly string[] | null;
  readonly frequency: 'every' | 'weekly';
  /** Sensitive subjects they are never sent. */
  readonly mutes: readonly string[];
}

export const EVERYTHING: Choices = { sections: null, frequency: 'every', mutes: [] };

/**
 * Returns a reader's selection of an edition: their sections, nothing they mute, nothing they had.
 * @param had the stories of this edition that reached them before, by whatever newsletter.
 */
export function select(content: EditionContent, choices: Choices, had: Selection = NOTHING): Selection {
  const weekly = choices.frequency === 'weekly';
  if (weekly && !content.weekly) return NOTHING;
  const wanted = content.stories.filter(
    (story) => (weekly || !story.earlier) && (had & bitOf(story)) === NOTHING && isWanted(story, choices),
  );
  const { best, most } = (weekly && content.weekly) || { best: [], most: wanted.length };
  const rank = (story: EditionStory) => best.indexOf(story.bit);
  const kept = wanted.length <= most ? wanted : wanted.toSorted((a, b) => rank(a) - rank(b)).slice(0, most);
  return withoutLightBesideGrave(content, bitsOf(kept));
}

/** Every new story of the edition: what the public web version shows. */
export function selectAll(content: EditionContent): Selection {
  const fresh = select(content, EVERYTHING);
  // A week can end with nothing new: then the edition is what its weekly readers get.
  return fresh === NOTHING ? select(content, { ...EVERYTHING, frequency: 'weekly' }) : fresh;
}

/** A selection without what its reader no longer wants; nothing is added. */
export function narrow(content: EditionContent, selection: Selection, choices: Choices): Selection {
  const kept = storiesIn(content, selection).filter((story) => isWanted(story, choices));
  return withoutLightBesideGrave(content, bitsOf(kept));
}

/** A selection without stories that were taken out of the edition; nothing is added. */
export function without(content: EditionContent, selection: Selection, gone: Selection): Selection {
  return (selection & gone) === NOTHING ? selection : withoutLightBesideGrave(content, selection & ~gone);
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

export function bitOf({ bit }: Pick<EditionStory, 'bit'>): Selection {
  return 1n << BigInt(bit);
}

export function bitsOf(stories: readonly EditionStory[]): Selection {
  return stories.reduce((bits, story) => bits | bitOf(story), NOTHING);
}

function isWanted(story: EditionStory, { sections, mutes }: Choices): boolean {
  return (
    (sections === null || sections.includes(story.sectionId)) &&
    !story.tags.some((tag) => mutes.includes(tag))
  );
}

/**
 * Shopping and fun never stand next to a death. Composition puts something calm between them, but a
 * reader's own choice can take just that away; then the light sections go.
 */
function withoutLightBesideGrave(content: EditionContent, selection: Selection): Selection {
  const light = new Set(content.sections.filter((section) => section.light).map(({ id }) => id));
  if (light.size === 0) return selection;
  const stories = storiesIn(content, selection);
  const serious = stories.filter(({ sectionId }) => !light.has(sectionId));
  // What leads the mail stands above everything else: it is no buffer further down.
  const lead = leadOf(content, stories);
  const last = serious.filter((story) => story !== lead).at(-1) ?? serious[0];
  const beside = last !== undefined && last.tags.length > 0;
  return beside ? bitsOf(serious) : selection;
}
