/**
 * How a section is laid out. Sections take turns between a pair of pictures and one large one, so that a long mail has
 * a rhythm, and words alone are set as words: a picture is never replaced by an empty box.
 */
export interface SectionLayout<Story> {
  /** Picture beside words. At most one of `feature`, `opener` and `pair` is there. */
  readonly feature: Story | null;
  /** A section without pictures opens with one headline set large. */
  readonly opener: Story | null;
  /** Two pictures side by side, or nothing. */
  readonly pair: readonly Story[];
  /** Everything else, in the order of the edition. */
  readonly rows: readonly Story[];
}

/** @param position the section's place in the mail, which decides whose turn it is. */
export function layOutSection<Story extends { readonly picture: unknown }>(
  stories: readonly Story[],
  position: number,
): SectionLayout<Story> {
  const pictured = stories.filter((story) => story.picture !== null);
  const [first, second] = pictured;
  const without = (taken: readonly Story[]) => stories.filter((story) => !taken.includes(story));
  if (first && second && position % 2 === 0)
    return { feature: null, opener: null, pair: [first, second], rows: without([first, second]) };
  if (first) return { feature: first, opener: null, pair: [], rows: without([first]) };
  return { feature: null, opener: stories[0] ?? null, pair: [], rows: stories.slice(1) };
}
