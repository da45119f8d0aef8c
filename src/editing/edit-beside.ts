import type { Article } from '../articles/article.ts';
import { articlesById } from '../articles/article-store.ts';
import {
  leadStory,
  mergeStories,
  placeArticles,
  type StoryPlace,
  splitStory,
  storyOf,
} from '../articles/stories/story-store.ts';
import {
  clearDecision,
  decideTags,
  taggedArticles,
  tagsWithReasons,
} from '../articles/subjects/tag-decisions.ts';
import type { Chosen } from '../composing/arrange.ts';
import { storyFrom } from '../composing/compose.ts';
import { composeInput } from '../composing/composition.ts';
import { decisionWords } from '../composing/decision-words.ts';
import type { Subject } from '../config/sensitive.ts';
import type { AlsoBy, EditionContent, EditionPicture, EditionStory } from '../editions/edition.ts';
import { sentAmong } from '../editions/store/told-before.ts';
import type { Database } from '../storage/schema/schema.ts';
import { applyEdit } from './apply-edit.ts';
import type { Beside } from './beside.ts';
import type { Edit, Edited, Refused } from './edit.ts';
import type { Editing } from './edit-deps.ts';
import type { Kept } from './revisions.ts';

/**
 * Edits that say something of the articles themselves, and so count for other editions too: what is
 * decided there is decided in the transaction that changes the draft, and kept with the revision,
 * so that undoing takes both back.
 */

type Make = (content: EditionContent, trx: Database) => Promise<Kept | Refused>;

/** Most other sources named, as in composition. */
const MOST_ALSO_BY = 3;
const GONE: Refused = {
  refused: 'That story is no longer in this edition. Look at the board again.',
};

/**
 * Sets the tags of every article that tells the story: it is as sensitive as the plainest words
 * about it.
 */
export function tagsOfStory(editing: Editing, edit: Extract<Edit, { kind: 'tags' }>): Make | Refused {
  const { deps, newsletter, content } = editing;
  const known = [...deps.subjects.map(({ id }) => id), ...(find(content, edit.story)?.tags ?? [])];
  const unknown = edit.tags.find((tag) => !known.includes(tag));
  if (unknown)
    return { refused: `There is no sensitive subject "${unknown}"; there are ${known.join(', ')}.` };
  return async (draft, trx) => {
    const articles = await storyOf(trx, edit.story);
    const before = await decisionsOn(trx, articles, deps.subjects);
    for (const { id } of articles)
      await (edit.rules ? clearDecision(trx, id) : decideTags(trx, id, edit.tags, deps.clock.now()));
    const found = edit.rules
      ? (await taggedArticles(trx, articles, deps.subjects)).flatMap(({ tags }) => tags)
      : edit.tags;
    const tags = inOrder(deps.subjects, found);
    const beside = {
      before: { tags: before },
      after: { tags: await decisionsOn(trx, articles, deps.subjects) },
    };
    return kept(applyEdit(newsletter, draft, { kind: 'tags', story: edit.story, tags }), beside);
  };
}

/** Two stories of the edition are one from now on. */
export function mergeOf(
  { deps, newsletter }: Editing,
  { story, into: intoId }: Extract<Edit, { kind: 'merge' }>,
): Make {
  return async (draft, trx) => {
    const [from, into] = [find(draft, story), find(draft, intoId)];
    if (!from || !into) return GONE;
    const before = { places: await placesOf(trx, story, intoId) };
    const merged = await mergeStories(trx, intoId, story, deps.clock.now());
    if (merged.kind === 'unknown') return { refused: 'One of the two articles is gone.' };
    const after = { places: await placesOf(trx, intoId) };
    const name = (id: string) => deps.sources.find((source) => source.id === id)?.title ?? id;
    const others = [...into.alsoBy, { name: name(from.sourceId), link: from.link }, ...from.alsoBy];
    const together = {
      storyId: after.places[0]?.storyId ?? into.storyId,
      tags: inOrder(deps.subjects, [...into.tags, ...from.tags]),
      alsoBy: eachOnce(others, name(into.sourceId)),
    };
    const change = { kind: 'merge' as const, story, into: intoId, together };
    return kept(applyEdit(newsletter, draft, change), { before, after });
  };
}

/**
 * The story is told with another of its articles: its headline, its words, its link; pictures and
 * subjects can be changed after.
 */
export async function retellOf(
  { deps, newsletter, content }: Editing,
  { story: id, article: articleId }: Extract<Edit, { kind: 'retell' }>,
): Promise<Make | Refused> {
  const story = find(content, id);
  const [article] = await articlesById(deps.db, [articleId], newsletter.time_zone);
  if (!story || !article) return GONE;
  const name = (source: string) => deps.sources.find((one) => one.id === source)?.title ?? source;
  const others = [{ name: name(story.sourceId), link: story.link }, ...story.alsoBy];
  const own = {
    articleId,
    headline: article.headline,
    standfirst: article.standfirst,
    link: article.address,
    author: article.author,
    sourceId: article.sourceId,
    publishedAt: article.publishedAt,
    picture: await cutPicture(deps, article),
    alsoBy: eachOnce(others, name(article.sourceId)),
  };
  return async (draft, trx) => {
    const isOfStory = (await storyOf(trx, id)).some((one) => one.id === articleId);
    if (!isOfStory) return GONE;
    const made = applyEdit(newsletter, draft, { kind: 'retell', story: id, own });
    if (!('refused' in made)) await leadStory(trx, articleId, deps.clock.now());
    return made;
  };
}

/**
 * An article of a story tells one of its own from now on, in the same section unless another is
 * asked for.
 */
export async function splitOf(
  editing: Editing,
  edit: Extract<Edit, { kind: 'split' }>,
): Promise<Make | Refused> {
  const { deps, newsletter } = editing;
  const own = await ownStory(editing, edit);
  if ('refused' in own) return own;
  return async (draft, trx) => {
    const story = find(draft, edit.story);
    const before = { places: await placesOf(trx, edit.story) };
    if (!story || !before.places.some(({ article }) => article === edit.article)) return GONE;
    await splitStory(trx, edit.article, deps.clock.now());
    const after = { places: await placesOf(trx, edit.story, edit.article) };
    const others = await storyOf(trx, edit.story);
    const found = (await taggedArticles(trx, others, deps.subjects)).flatMap(({ tags }) => tags);
    const rest = {
      storyId: others[0]?.storyId ?? story.storyId,
      tags: inOrder(deps.subjects, found),
      alsoBy: story.alsoBy.filter(({ link }) => link !== own.link),
    };
    const change = { kind: 'split' as const, story: edit.story, own, rest };
    return kept(applyEdit(newsletter, draft, change), { before, after });
  };
}

/**
 * A late story goes on from what was told: it is the next chapter from now on, which nobody has
 * had.
 */
export async function updateOf(
  { deps, newsletter }: Pick<Editing, 'deps' | 'newsletter'>,
  late: Chosen,
  chapter: number,
): Promise<Make | Refused> {
  const { articleId } = late;
  if ((await sentAmong(deps.db, [articleId])).has(articleId))
    return { refused: 'It was itself sent already, so it cannot be an update.' };
  return async (draft, trx) => {
    const before = await placesOf(trx, articleId);
    const after = before.map((place) => (place.article === articleId ? { ...place, chapter } : place));
    await placeArticles(trx, after, deps.clock.now());
    const story = { ...late, chapter, update: true };
    const made = applyEdit(newsletter, draft, { kind: 'let-in', story });
    return kept(made, { before: { places: before }, after: { places: after } });
  };
}

/** Returns the story as composition would tell it, had nobody else told the same. */
async function ownStory(
  { deps, newsletter, edition, content }: Editing,
  { story: id, article: articleId, section }: Extract<Edit, { kind: 'split' }>,
): Promise<Chosen | Refused> {
  const [article] = await deps.tagged(await articlesById(deps.db, [articleId], newsletter.time_zone));
  const story = find(content, id);
  if (!article || !story) return GONE;
  const input = await composeInput(deps, newsletter, edition.slot, deps.clock.now());
  const others = input.articles.filter(({ storyId }) => storyId !== article.storyId);
  const alone = { ...article, storyId: article.id, chapter: 0 };
  const own = storyFrom({ ...input, articles: others }, alone, section ?? story.sectionId);
  if ('code' in own) return { refused: `Choose a section: ${decisionWords(own)}.` };
  return { ...own, picture: await cutPicture(deps, article) };
}

/** A story whose picture cannot be used is told without one, as in composition. */
export async function cutPicture(
  { illustrate }: Pick<Editing['deps'], 'illustrate'>,
  article: Article,
): Promise<EditionPicture | null> {
  if (!article.picture) return null;
  const { pictures } = await illustrate([article]);
  return pictures.get(article.id) ?? null;
}

function kept(made: Edited | Refused, beside: Beside): Kept | Refused {
  return 'refused' in made ? made : { ...made, beside };
}

function find({ stories }: EditionContent, id: number): EditionStory | undefined {
  return stories.find(({ articleId }) => articleId === id);
}

async function placesOf(trx: Database, ...articleIds: readonly number[]): Promise<StoryPlace[]> {
  const stories = await Promise.all(articleIds.map((id) => storyOf(trx, id)));
  return stories.flat().map(({ id, storyId, chapter }) => ({ article: id, storyId, chapter }));
}

async function decisionsOn(trx: Database, articles: readonly Article[], subjects: readonly Subject[]) {
  const tagged = await tagsWithReasons(trx, articles, subjects);
  return tagged.map(({ article, decided, tags }) => ({
    article: article.id,
    tags: decided ? tags.map(({ subject }) => subject) : null,
  }));
}

/** Each once, in the order of the rules; those that only an article knows come last. */
function inOrder(subjects: readonly Subject[], tags: readonly string[]): string[] {
  const known = subjects.map(({ id }) => id);
  return [...known.filter((id) => tags.includes(id)), ...new Set(tags.filter((id) => !known.includes(id)))];
}

/** The other sources by name, each once. */
function eachOnce(all: readonly AlsoBy[], own: string): AlsoBy[] {
  const others = all.filter(({ name }) => name !== own);
  const once = others.filter(({ name }, at) => others.findIndex((one) => one.name === name) === at);
  return once.slice(0, MOST_ALSO_BY);
}
