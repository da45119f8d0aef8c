import { articlesById } from '../articles/article-store.ts';
import { pictureFaultWords } from '../articles/sources/failure-words.ts';
import { storyFrom } from '../composing/compose.ts';
import { composeInput } from '../composing/composition.ts';
import { decisionWords } from '../composing/decision-words.ts';
import type { EditionContent } from '../editions/edition.ts';
import { findEdition } from '../editions/store/edition-store.ts';
import type { Database } from '../storage/schema/schema.ts';
import { applyEdit, editorialText } from './apply-edit.ts';
import type { Change, Edit, LineKind, Refused } from './edit.ts';
import { cutPicture, mergeOf, retellOf, splitOf, tagsOfStory, updateOf } from './edit-beside.ts';
import type { EditDeps, Editing } from './edit-deps.ts';
import { editorialLine } from './line-words.ts';
import { type Changing, changeDraft, type DraftChange, type Kept } from './revisions.ts';
import { tooLong } from './text-limits.ts';

type Make = (content: EditionContent, trx: Database) => Kept | Refused | Promise<Kept | Refused>;

/**
 * Makes one edit of a draft, with all that belongs to it: pictures are fetched and cut, late
 * articles become stories, and what says something of an article (its subjects, which others tell
 * the same) counts for all editions to come.
 * @param seen the revision the editor had before them.
 */
export async function editDraft(
  deps: EditDeps,
  id: string,
  edit: Edit,
  { seen, by }: Pick<Changing, 'seen' | 'by'>,
): Promise<DraftChange> {
  const edition = await findEdition(deps.db, id);
  const newsletter = deps.newsletters.get(edition?.newsletterId);
  if (!edition?.content || !newsletter) return { kind: 'closed', state: edition?.state };
  const make = await prepare({ deps, newsletter, edition, content: edition.content }, edit);
  if ('refused' in make) return { kind: 'refused', says: make.refused };
  return changeDraft(deps.db, id, { seen, by, now: deps.clock.now() }, make);
}

async function prepare(editing: Editing, edit: Edit): Promise<Make | Refused> {
  switch (edit.kind) {
    case 'headline':
    case 'alt':
      return applying(editing, edit.text.trim() === '' ? await ownWords(editing, edit) : edit);
    case 'picture':
      return applying(editing, await withPicture(editing, edit));
    case 'let-in':
      return letIn(editing, edit);
    case 'subject':
    case 'preheader':
    case 'intro':
    case 'signoff':
      return writing(editing, edit.kind, edit.text);
    case 'tags':
      return tagsOfStory(editing, edit);
    case 'merge':
      return mergeOf(editing, edit);
    case 'retell':
      return retellOf(editing, edit);
    case 'split':
      return splitOf(editing, edit);
    default:
      return applying(editing, edit);
  }
}

function applying({ newsletter }: Editing, change: Change | Refused): Make | Refused {
  return 'refused' in change ? change : (content) => applyEdit(newsletter, content, change);
}

/** Returns the article's own words. */
async function ownWords(
  { deps, content }: Editing,
  { kind, story }: Extract<Edit, { kind: 'headline' | 'alt' }>,
): Promise<Change | Refused> {
  const [article] = await articlesById(deps.db, [story]);
  if (!article) return { refused: 'The article is gone, so there is no headline to restore.' };
  const { picture, headline } = article;
  const shown = content.stories.find(({ articleId }) => articleId === story)?.headline ?? headline;
  return { kind, story, text: kind === 'headline' ? headline : picture?.alt || picture?.caption || shown };
}

async function withPicture(
  editing: Editing,
  { kind, story: id, article: from }: Extract<Edit, { kind: 'picture' }>,
): Promise<Change | Refused> {
  if (from === undefined) return { kind, story: id, picture: null };
  const story = editing.content.stories.find(({ articleId }) => articleId === id);
  const [article] = await articlesById(editing.deps.db, [from]);
  if (!article?.picture || article.storyId !== story?.storyId)
    return { refused: 'That picture belongs to no article of this story.' };
  const { pictures, refused } = await editing.deps.illustrate([article]);
  const picture = pictures.get(from);
  if (picture) return { kind, story: id, picture };
  const [fault] = refused;
  const says = fault ? pictureFaultWords(fault.reason) : 'it could not be fetched';
  return { refused: `That picture cannot be used: ${says}.` };
}

/**
 * The story that composition would have made of it, with its picture cut; as an update where an
 * editor says that it is one.
 */
async function letIn(
  { deps, newsletter, edition }: Editing,
  { article: id, section, update }: Extract<Edit, { kind: 'let-in' }>,
): Promise<Make | Refused> {
  const now = deps.clock.now();
  const [found] = await articlesById(deps.db, [id], newsletter.time_zone);
  if (!found || !newsletter.sources.includes(found.sourceId))
    return { refused: 'The sources of this newsletter no longer have that article.' };
  if (found.publishedAt > now) return { refused: 'It is not published yet. You can add it once it is.' };
  const input = await composeInput(deps, newsletter, edition.slot, now);
  const [article = found] = await deps.tagged([found]);
  const story = storyFrom(input, article, section);
  if ('code' in story) return { refused: `Choose a section: ${decisionWords(story)}.` };
  const late = { ...story, picture: await cutPicture(deps, article) };
  const told = input.told.get(article.storyId);
  if (update && told && article.chapter <= told.chapter)
    return updateOf({ deps, newsletter }, late, told.chapter + 1);
  return (content) => applyEdit(newsletter, content, { kind: 'let-in', story: late });
}

/**
 * Makes the edit of a text. Its subjects and stories are looked up in the draft as it is when the
 * text is stored.
 */
function writing({ newsletter, deps }: Editing, kind: LineKind, text: string): Make {
  return (content) => {
    const written = editorialText(kind, text);
    const long = tooLong(kind, written);
    if (long) return long;
    const line = written === '' ? null : editorialLine(content, written, deps.subjects);
    return line && 'refused' in line ? line : applyEdit(newsletter, content, { kind, line });
  };
}
