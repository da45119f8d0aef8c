import { type Article, candidatesOf } from '../articles/article.ts';
import { articlesById } from '../articles/article-store.ts';
import type { Edit } from '../editing/edit.ts';
import type { EditDeps } from '../editing/edit-deps.ts';
import { editDraft } from '../editing/edit-draft.ts';
import type { EditionStory } from '../editions/edition.ts';
import { type Draft, draftsOnDesk } from '../editions/store/draft-store.ts';
import type { PublishingDeps } from './publishing-deps.ts';

/** Author of these changes in the history. */
const BY = { name: 'The article’s file' };

/**
 * Files of these sources have changed: they are collected, and drafts on the desk that tell such an
 * article in its own words tell it in its new ones. What an editor wrote stays. Each is a change
 * like an editor's, and can be undone.
 */
export async function followFiles(
  deps: PublishingDeps & EditDeps,
  sourceIds: readonly string[],
): Promise<void> {
  const byNewsletter = await Promise.all(deps.newsletters.map(({ id }) => draftsOnDesk(deps.db, id)));
  const drafts = byNewsletter.flat();
  const ids = drafts.flatMap((draft) => storiesFrom(draft, sourceIds).map(({ articleId }) => articleId));
  const before = await articlesById(deps.db, ids);
  await deps.collect(sourceIds);
  const after = new Map((await articlesById(deps.db, ids)).map((article) => [article.id, article]));
  const changes = before.flatMap((was) => {
    const is = after.get(was.id);
    return is ? [{ was, is }] : [];
  });
  for (const draft of drafts) await followIn(deps, draft, changes);
}

interface ArticleChange {
  readonly was: Article;
  readonly is: Article;
}

async function followIn(deps: EditDeps, draft: Draft, changes: readonly ArticleChange[]): Promise<void> {
  let seen = draft.revision;
  for (const change of changes) {
    const story = draft.content?.stories.find(({ articleId }) => articleId === change.is.id);
    for (const edit of story ? editsFor(story, change) : []) {
      const made = await editDraft(deps, draft.id, edit, { seen, by: BY });
      // Where an editor was quicker, their words stay.
      if (made.kind === 'saved') seen = made.revision;
    }
  }
}

/** For each part that is still as the article had it, what the article has now. */
function editsFor(story: EditionStory, { was, is }: ArticleChange): Edit[] {
  const edits: Edit[] = [];
  for (const kind of ['headline', 'standfirst'] as const)
    if (story[kind] === was[kind] && is[kind] !== was[kind])
      edits.push({ kind, story: story.articleId, text: is[kind] });
  const [before, after] = [addressesOf(was), addressesOf(is)];
  const isOwnPicture = story.picture === null ? before.length === 0 : before.includes(story.picture.url);
  if (isOwnPicture && before.join(' ') !== after.join(' '))
    edits.push({ kind: 'picture', story: story.articleId, ...(is.picture && { article: is.id }) });
  return edits;
}

function addressesOf(article: Article): string[] {
  return candidatesOf(article).map(({ url }) => url);
}

function storiesFrom({ content }: Draft, sourceIds: readonly string[]): EditionStory[] {
  return (content?.stories ?? []).filter(({ sourceId }) => sourceIds.includes(sourceId));
}
