import type { EditionContent, EditionStory, EditorialLine } from './edition.ts';

/**
 * Reports whether an editor's words suit a reader of these stories: every story they name is there,
 * and at least one of each sensitive subject they touch. A reader who muted that subject has none,
 * and must not learn of it from the words around the stories either.
 */
export function speaksTo(line: EditorialLine, stories: readonly EditionStory[]): boolean {
  return (
    line.about.every((article) => stories.some(({ articleId }) => articleId === article)) &&
    line.tags.every((tag) => stories.some(({ tags }) => tags.includes(tag)))
  );
}

/**
 * The story that leads a reader's mail: the one an editor pinned, where they get it; else the first
 * without a sensitive subject, or simply the first where all have one.
 */
export function leadOf(
  { pinned }: Pick<EditionContent, 'pinned'>,
  stories: readonly EditionStory[],
): EditionStory | undefined {
  return (
    stories.find(({ articleId }) => articleId === pinned) ??
    stories.find(({ tags }) => tags.length === 0) ??
    stories[0]
  );
}
