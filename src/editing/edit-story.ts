import { oneLine } from '../base/text/one-line.ts';
import { saysSomething } from '../base/text/visible.ts';
import type { Chosen } from '../composing/arrange.ts';
import { MAX_STORIES } from '../config/newsletters.ts';
import type { EditionContent, EditorialLine } from '../editions/edition.ts';
import type { EditedWhat } from '../editions/revision-what.ts';
import { type Edited, LINES, type Refused } from './edit.ts';
import { changed, type Draft, GONE, named, type Of, storyIn, targetFor, unchanged } from './edited.ts';
import { chosenIn, rearrange } from './rearrange.ts';
import { tooLong } from './text-limits.ts';

/** Another headline, standfirst or description of the picture. */
export function reword(
  draft: Draft,
  { kind, story: id, text }: Of<'headline' | 'standfirst' | 'alt'>,
): Edited | Refused {
  const story = storyIn(draft.content, id);
  if (!story) return GONE;
  const words = oneLine(text);
  const long = tooLong(kind, words);
  if (long) return long;
  if (kind === 'headline' && !saysSomething(words)) return { refused: 'A story needs a headline.' };
  if (kind !== 'alt')
    return replace(draft, { ...story, [kind]: words }, { code: kind, headline: story.headline }, kind);
  if (!story.picture) return { refused: `${named(story)} has no picture to describe.` };
  const picture = { ...story.picture, alt: words };
  return replace(draft, { ...story, picture }, { code: kind, headline: story.headline }, 'alt');
}

/** Another picture, or none; the same picture keeps the words an editor gave it. */
export function repicture(draft: Draft, { story: id, picture }: Of<'picture'>): Edited | Refused {
  const story = storyIn(draft.content, id);
  if (!story) return GONE;
  if (picture && picture.url === story.picture?.url) return unchanged(draft.content);
  const what = { code: picture ? 'picture' : 'no-picture', headline: story.headline } as const;
  return replace(draft, { ...story, picture }, what, 'picture', 'alt');
}

/** Other sensitive subjects; a section of shopping and fun has no place for one. */
export function retag(draft: Draft, { story: id, tags }: Of<'tags'>): Edited | Refused {
  const story = storyIn(draft.content, id);
  if (!story) return GONE;
  const misplaced = outOfPlace(draft, { ...story, tags });
  if (misplaced) return misplaced;
  const what: EditedWhat = { code: 'tags', headline: story.headline, tags: [...tags] };
  return replace(draft, { ...story, tags }, what, 'tags');
}

/** Two stories become one, told with the article of the second. */
export function merge(draft: Draft, { story: id, into: intoId, together }: Of<'merge'>): Edited | Refused {
  const { newsletter, content } = draft;
  const [from, into] = [storyIn(content, id), storyIn(content, intoId)];
  if (!from || !into) return GONE;
  if (id === intoId) return { refused: 'A story cannot be merged with itself.' };
  const one = { ...into, ...together };
  const misplaced = outOfPlace(draft, one);
  if (misplaced) return misplaced;
  const stories = chosenIn(content).filter(({ articleId }) => articleId !== id);
  const after = rearrange(newsletter, linesAbout(content, id, intoId), {
    stories: stories.map((story) => (story.articleId === intoId ? { ...story, ...together } : story)),
    ...(content.pinned === id && { pinned: intoId }),
  });
  return changed(content, after, { code: 'merged', headline: from.headline, other: into.headline }, [
    String(id),
    String(intoId),
  ]);
}

/**
 * The story is told with another of its articles, at its place; words about it are about that one
 * then.
 */
export function retell({ newsletter, content }: Draft, { story: id, own }: Of<'retell'>): Edited | Refused {
  const story = storyIn(content, id);
  if (!story) return GONE;
  if (id === own.articleId) return unchanged(content);
  if (storyIn(content, own.articleId)) return { refused: `${named(own)} is already a story of its own.` };
  const after = rearrange(newsletter, linesAbout(content, id, own.articleId), {
    stories: chosenIn(content).map((one) => (one.articleId === id ? { ...one, ...own } : one)),
    dropped: (content.dropped ?? []).filter(({ articleId }) => articleId !== own.articleId),
    ...(content.pinned === id && { pinned: own.articleId }),
  });
  return changed(content, after, { code: 'retold', headline: story.headline, other: own.headline }, [
    String(id),
    String(own.articleId),
  ]);
}

/**
 * One of a story's articles becomes a story of its own, right after it where they share the
 * section.
 */
export function split(draft: Draft, { story: id, own, rest }: Of<'split'>): Edited | Refused {
  const { newsletter, content } = draft;
  const story = storyIn(content, id);
  if (!story) return GONE;
  if (storyIn(content, own.articleId)) return unchanged(content);
  if (content.stories.length >= MAX_STORIES)
    return { refused: `The edition is full: it holds ${MAX_STORIES} stories. Leave one out first.` };
  const target = targetFor(draft, own.sectionId, own);
  if ('refused' in target) return target;
  const misplaced = outOfPlace(draft, { ...story, ...rest });
  if (misplaced) return misplaced;
  const stories = chosenIn(content).flatMap((one) =>
    one.articleId === id ? [{ ...one, ...rest }, own] : [one],
  );
  const dropped = (content.dropped ?? []).filter(({ articleId }) => articleId !== own.articleId);
  const after = rearrange(newsletter, content, { stories, dropped });
  return changed(content, after, { code: 'split', headline: own.headline, other: story.headline }, [
    String(id),
    String(own.articleId),
  ]);
}

/** The same story, told otherwise. */
function replace(
  { newsletter, content }: Draft,
  { bit: _, ...story }: Chosen & { bit?: number },
  what: EditedWhat,
  ...parts: string[]
): Edited {
  const stories = chosenIn(content).map((one) => (one.articleId === story.articleId ? story : one));
  const touches = parts.map((part) => `${story.articleId}.${part}`);
  return changed(content, rearrange(newsletter, content, { stories }), what, touches);
}

/** A section that is gone from newsletters.yaml takes whatever it had. */
function outOfPlace(draft: Draft, story: Chosen): Refused | undefined {
  if (!draft.newsletter.sections.some(({ id }) => id === story.sectionId)) return undefined;
  const target = targetFor(draft, story.sectionId, story);
  return 'refused' in target ? { refused: `${target.refused} Move it to another section first.` } : undefined;
}

/** Words that named the one story now name the other. */
function linesAbout(content: EditionContent, from: number, into: number): EditionContent {
  const renamed = ({ about, ...line }: EditorialLine): EditorialLine => ({
    ...line,
    about: [...new Set(about.map((id) => (id === from ? into : id)))],
  });
  const lines = LINES.flatMap((kind) => (content[kind] ? [[kind, renamed(content[kind])]] : []));
  return { ...content, ...Object.fromEntries(lines) };
}
