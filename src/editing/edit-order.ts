import type { Chosen } from '../composing/arrange.ts';
import { MAX_STORIES } from '../config/newsletters.ts';
import type { EditedWhat } from '../editions/revision-what.ts';
import type { Edited, Refused } from './edit.ts';
import { changed, type Draft, GONE, named, type Of, storyIn, targetFor, unchanged } from './edited.ts';
import { chosenIn, rearrange } from './rearrange.ts';

/** To a place in a section. The lead that is moved leads no longer. */
export function move(draft: Draft, { story: id, section, before }: Of<'move'>): Edited | Refused {
  const { newsletter, content } = draft;
  const stories = chosenIn(content);
  const story = stories.find(({ articleId }) => articleId === id);
  if (!story) return GONE;
  if (before === id) return unchanged(content);
  const target = targetFor(draft, section, story);
  if ('refused' in target) return target;
  const rest = stories.filter((one) => one !== story);
  const at = placeBefore(rest, before, target.id);
  if (at < 0)
    return {
      refused: `The story that was to follow it is no longer in ${target.title}. Look at the board again.`,
    };
  const leads = content.stories[0]?.articleId === id;
  const after = rearrange(newsletter, content, {
    stories: rest.toSpliced(at, 0, { ...story, sectionId: target.id }),
    ...(leads && { notLeading: id }),
    ...(content.pinned === id && { pinned: null }),
  });
  const code = story.sectionId === target.id ? 'moved-within' : 'moved-to';
  return changed(content, after, { code, headline: story.headline, section: target.title }, [
    `${id}.place`,
    ...(leads ? ['lead'] : []),
  ]);
}

/**
 * Returns the position in the list: the end where nothing follows, and -1 where the following story
 * is in another section.
 */
function placeBefore(stories: readonly Chosen[], before: number | undefined, sectionId: string): number {
  if (before === undefined) return stories.length;
  return stories.findIndex((one) => one.articleId === before && one.sectionId === sectionId);
}

/** A story that leads for every reader who gets it, whatever the rules say. */
export function pin({ newsletter, content }: Draft, id: number): Edited | Refused {
  const story = storyIn(content, id);
  if (!story) return GONE;
  const after = rearrange(newsletter, content, { pinned: id });
  return changed(content, after, { code: 'pinned', headline: story.headline }, ['lead', `${id}.place`]);
}

export function unpin({ newsletter, content }: Draft): Edited {
  if (content.pinned === undefined) return unchanged(content);
  const after = rearrange(newsletter, content, { pinned: null });
  return changed(content, after, { code: 'unpinned' }, ['lead']);
}

/** Out of the mail, and kept so that it can come back. */
export function drop({ newsletter, content }: Draft, id: number): Edited | Refused {
  const stories = chosenIn(content);
  const story = stories.find(({ articleId }) => articleId === id);
  const dropped = content.dropped ?? [];
  if (!story) return dropped.some(({ articleId }) => articleId === id) ? unchanged(content) : GONE;
  if (stories.length === 1)
    return {
      refused: 'It is the last story, and an edition needs one. Hold or skip the edition instead.',
    };
  const behind = stories.slice(stories.indexOf(story) + 1);
  const before = behind.filter(({ sectionId }) => sectionId === story.sectionId).map((one) => one.articleId);
  const after = rearrange(newsletter, content, {
    stories: stories.filter((one) => one !== story),
    dropped: [{ ...story, before }, ...dropped],
  });
  const lead = content.pinned === id ? ['lead'] : [];
  return changed(content, after, { code: 'dropped', headline: story.headline }, [String(id), ...lead]);
}

export function restore(draft: Draft, { story: id, section }: Of<'restore'>): Edited | Refused {
  const { content } = draft;
  if (storyIn(content, id)) return unchanged(content);
  const kept = content.dropped?.find(({ articleId }) => articleId === id);
  if (!kept) return GONE;
  const { before = [], because: _, ...story } = kept;
  const target = { ...story, sectionId: section ?? story.sectionId };
  return bringIn(draft, target, { code: 'restored', headline: story.headline }, before);
}

/** A story that composition had not chosen. */
export function letIn(draft: Draft, story: Chosen): Edited | Refused {
  if (storyIn(draft.content, story.articleId)) return unchanged(draft.content);
  const code = story.update ? 'let-in-as-update' : 'let-in';
  return bringIn(draft, story, { code, headline: story.headline });
}

/** @param before articles it stands before, the nearest first. */
function bringIn(
  draft: Draft,
  story: Chosen,
  what: EditedWhat,
  before: readonly number[] = [],
): Edited | Refused {
  const { newsletter, content } = draft;
  const same = content.stories.find(({ storyId }) => storyId === story.storyId);
  if (same) return { refused: `It belongs to the same story as ${named(same)}. Split the two first.` };
  const target = targetFor(draft, story.sectionId, story);
  if ('refused' in target) return target;
  if (content.stories.length >= MAX_STORIES)
    return { refused: `The edition is full: it holds ${MAX_STORIES} stories. Leave one out first.` };
  const after = rearrange(newsletter, content, {
    stories: placed(chosenIn(content), story, before),
    dropped: (content.dropped ?? []).filter(({ articleId }) => articleId !== story.articleId),
  });
  return changed(content, after, what, [String(story.articleId)]);
}

/**
 * Before the nearest of those that are still in its section and do not lead; without any, at its
 * end.
 */
function placed(stories: readonly Chosen[], story: Chosen, before: readonly number[]): Chosen[] {
  const { sectionId } = story;
  const places = before.map((id) =>
    stories.findIndex((one) => one.articleId === id && one.sectionId === sectionId),
  );
  return stories.toSpliced(places.find((at) => at > 0) ?? stories.length, 0, story);
}
