import { withdrawnAmong } from '../../articles/article-store.ts';
import { toldBefore } from '../../composing/composition.ts';
import { cameSince } from '../../composing/nearby-articles.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import { draftReach } from '../../delivery/audience/reach.ts';
import { type History, historyOf } from '../../editing/draft-history.ts';
import type { Edition, EditionContent } from '../../editions/edition.ts';
import { selectAll, storiesIn } from '../../editions/selection.ts';
import { type Draft, findDraft } from '../../editions/store/draft-store.ts';
import { stampOf } from '../../editions/store/edition-stamp.ts';
import { revisionWords } from '../../editions/words/revision-words.ts';
import type { Studio } from '../studio-deps.ts';
import { distance, subjectInWords } from '../studio-words.ts';
import { linesView } from './board-lines.ts';
import { nameOfSource, panelView, sectionsView } from './board-panel.ts';
import { asValue, groupsView, type Rows, storyView } from './board-stories.ts';
import { toldWords } from './told-words.ts';

/** Query of a page with the board. */
export interface BoardQuery {
  /** The article of the story whose panel is open. */
  readonly open?: string;
}

/** Number of entries of the history beside the board. */
const RECENT = 8;

/** The stories of an edition and the words around them, to be shaped while it is a draft; null where it has none. */
export async function boardView(studio: Studio, id: string, { open = '' }: BoardQuery = {}) {
  // Asked first: what changes while the board is made must not look known.
  const stamp = await stampOf(studio.db, id);
  const draft = await findDraft(studio.db, id);
  if (!draft?.content) return null;
  const edition: Edition = { ...draft, content: draft.content };
  const newsletter = studio.newsletters.get(draft.newsletterId);
  const { content } = edition;
  const editable = draft.state === 'draft' && newsletter !== undefined;
  const opened = editable ? content.stories.find(({ articleId }) => String(articleId) === open) : undefined;
  const rows = await rowsOf(
    studio,
    { ...draft, content },
    {
      sections: editable ? newsletter.sections : [],
      editable,
      open: opened?.articleId ?? 0,
    },
  );
  return {
    url: `/studio/editions/${id}`,
    revision: draft.revision,
    stamp,
    editable,
    open: rows.open,
    panel: newsletter && opened ? await panelView(studio, newsletter, content, opened) : null,
    // A correction is one story and its words: it has no sections to be filled.
    groups: groupsView(rows).filter(({ stories }) => draft.corrects === null || stories.length > 0),
    lines: newsletter ? await linesView(studio, edition, editable ? rows.reach : undefined) : null,
    warnings: warningsOf(content),
    came:
      editable && draft.corrects === null ? await cameInWords(studio, newsletter, { ...draft, content }) : '',
    dropped: (content.dropped ?? []).map((story) => ({
      ...storyView(rows, story),
      because: story.because ?? '',
      sections: newsletter ? sectionsView(newsletter, content, story) : [],
      restore: asValue({ kind: 'restore', story: story.articleId }),
    })),
    history: historyView(await historyOf(studio.db, id), studio.clock.now()),
  };
}

/** `3 new since it was built`: what an editor may still want to let in. */
async function cameInWords(
  { db, clock }: Studio,
  newsletter: NewsletterConfig,
  draft: Draft & Pick<Edition, 'content'>,
): Promise<string> {
  const number = await cameSince(db, newsletter, draft, clock.now());
  return number === 0 ? '' : `${number} new since it was built`;
}

/** Returns the history, the newest first. @param most all of it by default. */
export function historyView({ entries, undo, redo }: History, now: number, most = RECENT) {
  return {
    undo: undo ? revisionWords(undo) : '',
    redo: redo ? revisionWords(redo) : '',
    isLong: entries.length > most,
    entries: entries.slice(0, most).map(({ revision, what, by, at, stands }) => ({
      revision,
      what: revisionWords(what),
      by: by || 'Broadsheet',
      when: distance(at, now),
      iso: new Date(at).toISOString(),
      undone: !stands && !['undo', 'redo', 'composed'].includes(what.code),
    })),
  };
}

async function rowsOf(
  studio: Studio,
  { id, newsletterId, slot, corrects, content }: Draft & Pick<Edition, 'content'>,
  shown: Pick<Rows, 'sections' | 'editable' | 'open'>,
): Promise<Rows> {
  const ids = [...content.stories, ...(content.dropped ?? [])].map(({ articleId }) => articleId);
  const gone = await withdrawnAmong(studio.db, ids);
  const now = studio.clock.now();
  // A correction goes to exactly those who had it.
  const isNews = shown.editable && corrects === null;
  const told = isNews ? await toldBefore(studio.db, newsletterId, slot, now) : undefined;
  const reach = shown.editable
    ? await draftReach(studio.db, { id, newsletterId, slot, content }, now)
    : undefined;
  const zone = studio.newsletters.get(newsletterId)?.time_zone ?? 'UTC';
  return {
    ...shown,
    content,
    now,
    reach,
    toldBefore: (story) =>
      toldWords(told?.get(story.storyId), story, { zone, now: studio.clock.now(), reach }),
    withdrawn: gone,
    nameOfSource: (id) => nameOfSource(studio, id),
    nameOfSubject: (id) => subjectInWords(studio.config, id),
  };
}

/** Returns warnings about effects of an order that nobody would see on the board. */
function warningsOf(content: EditionContent): string[] {
  const read = storiesIn(content, selectAll(content));
  const left = content.sections.filter(
    ({ id, light }) =>
      light &&
      content.stories.some(({ sectionId, earlier }) => sectionId === id && !earlier) &&
      !read.some(({ sectionId }) => sectionId === id),
  );
  return left.map(
    ({ title }) =>
      `${title} is left out of every mail, because the story right before it is sensitive. Move another story between them.`,
  );
}
