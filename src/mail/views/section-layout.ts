/**
 * Layout of a section. Sections alternate between a pair of pictures and one large one, so that a
 * long mail has a rhythm, and a story without a picture is set as text: a picture is never replaced
 * by an empty box. A grave story is always a row, with nothing beside it.
 */
export interface SectionLayout<Story> {
  /** Picture beside words. At most one of `feature`, `opener` and `pair` is there. */
  readonly feature: Story | null;
  /** A section without pictures opens with one headline set large. */
  readonly opener: Story | null;
  /** Two pictures side by side. */
  readonly pair: { readonly first: Story; readonly second: Story } | null;
  /** Everything else, in the order of the edition. */
  readonly rows: readonly Story[];
}

/** @param position the section's place in the mail, which decides whose turn it is. */
export function layOutSection<Story extends { readonly picture: unknown; readonly grave: boolean }>(
  stories: readonly Story[],
  position: number,
): SectionLayout<Story> {
  const light = stories.filter((story) => !story.grave);
  const [first, second] = light.filter((story) => story.picture !== null);
  const without = (...taken: readonly Story[]) => stories.filter((story) => !taken.includes(story));
  const nothing = { feature: null, opener: null, pair: null };
  if (first && second && position % 2 === 0)
    return { ...nothing, pair: { first, second }, rows: without(first, second) };
  if (first) return { ...nothing, feature: first, rows: without(first) };
  const [opener] = light;
  return opener ? { ...nothing, opener, rows: without(opener) } : { ...nothing, rows: stories };
}
