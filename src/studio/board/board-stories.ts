import type { Reach } from '../../delivery/audience/reach.ts';
import type { Edit } from '../../editing/edit.ts';
import type { EditionContent, EditionPicture, EditionSection, EditionStory } from '../../editions/edition.ts';
import { distance } from '../studio-words.ts';

/** Facts for the rows of the board. */
export interface Rows {
  readonly content: EditionContent;
  readonly editable: boolean;
  /** The article of the story whose panel is open; 0 for none. */
  readonly open: number;
  /** Sections of the newsletter, in its order. */
  readonly sections: readonly EditionSection[];
  readonly now: number;
  /** Articles that their source has taken back. */
  readonly withdrawn: ReadonlySet<number>;
  /** Reach of the draft; undefined once nothing can be changed. */
  readonly reach: Reach | undefined;
  /** Returns, for a story told before, the time and who gets it again. */
  toldBefore(story: Pick<EditionStory, 'articleId' | 'storyId' | 'chapter'>): string;
  nameOfSource(id: string): string;
  nameOfSubject(id: string): string;
}

type Shown = Omit<EditionStory, 'bit'>;

/** The lead and every section with its stories, in the order of the mail; while it is a draft, also those that have none. */
export function groupsView(rows: Rows) {
  const { sections, stories } = rows.content;
  const [lead, ...others] = stories;
  const group = (id: string, title: string, own: readonly EditionStory[], light = false) => ({
    id,
    title,
    light,
    isLead: false,
    stories: own.map((story, at) => ({ ...rowView(rows, story), place: `${at + 1} of ${own.length}` })),
  });
  const named = [...sections, ...rows.sections.filter((one) => !sections.some(({ id }) => id === one.id))];
  const groups = named.map(({ id, title, light }) =>
    group(
      id,
      title,
      others.filter(({ sectionId }) => sectionId === id),
      light,
    ),
  );
  // A section that is gone from newsletters.yaml since keeps its stories, at the end.
  const lost = others.filter(({ sectionId }) => !named.some(({ id }) => id === sectionId));
  return [
    { ...group('', 'The lead', lead ? [lead] : []), isLead: true },
    ...groups.filter((one) => rows.editable || one.stories.length > 0),
    ...(lost.length > 0 ? [group('-', 'Without a section', lost)] : []),
  ];
}

function rowView(rows: Rows, story: EditionStory) {
  const { content } = rows;
  const leads = story === content.stories[0];
  const pinned = content.pinned === story.articleId;
  const section = content.sections.find(({ id }) => id === story.sectionId);
  return {
    ...storyView(rows, story),
    key: `story-${story.articleId}`,
    number: story.bit + 1,
    leads,
    pinned,
    sectionId: story.sectionId,
    section: section?.title ?? story.sectionId,
    isDraft: rows.editable,
    isOpen: rows.open === story.articleId,
    up: asValue(moveUp(content, story)),
    down: asValue(moveDown(content, story)),
    pin: asValue(pinned ? { kind: 'unpin' } : { kind: 'lead', story: story.articleId }),
    drop: asValue({ kind: 'drop', story: story.articleId }),
  };
}

/** Returns the view of a story, the same everywhere. */
export function storyView(rows: Rows, story: Shown) {
  return {
    id: story.articleId,
    headline: story.headline,
    standfirst: story.standfirst,
    thumb: thumbOf(story.picture),
    alt: story.picture?.alt ?? '',
    source: rows.nameOfSource(story.sourceId),
    age: distance(story.publishedAt, rows.now),
    iso: new Date(story.publishedAt).toISOString(),
    link: addressOf(story.link),
    tags: story.tags.map((id) => rows.nameOfSubject(id)),
    update: story.update,
    told: story.earlier ? '' : rows.toldBefore(story),
    earlier: story.earlier,
    alsoBy: story.alsoBy.map(({ name }) => name).join(', '),
    withdrawn: rows.withdrawn.has(story.articleId),
  };
}

/** Returns the address of a story: on our own site, or at its source. */
export function addressOf(link: string): string {
  const [, own] = /^article:(.+)$/.exec(link) ?? [];
  return own === undefined ? link : `/articles/${own.split('/').map(encodeURIComponent).join('/')}`;
}

/** The smallest cut of a picture, as an address of this site; null for one that was not cut, which no page here may load. */
export function thumbOf(picture: EditionPicture | null) {
  const cut = picture?.cuts?.thumb;
  return cut ? { src: cut.url.replace(/^media:/, '/media/'), width: cut.width, height: cut.height } : null;
}

/** A whole edit as the value of a button. Empty where there is no such way. */
export function asValue(edit: Edit | undefined): string {
  return edit ? JSON.stringify(edit) : '';
}

/** Before the one above it; from the top of a section to the end of the one above, and from the first to the lead. */
function moveUp(
  { stories }: EditionContent,
  { articleId: story, bit, sectionId }: EditionStory,
): Edit | undefined {
  const above = stories[bit - 1];
  if (!above) return undefined;
  if (above.bit === 0) return { kind: 'lead', story };
  if (above.sectionId === sectionId)
    return { kind: 'move', story, section: sectionId, before: above.articleId };
  return { kind: 'move', story, section: above.sectionId };
}

/** Behind the one below it; from the end of a section to the beginning of the next. The lead comes first in its own section. */
function moveDown(
  { stories }: EditionContent,
  { articleId: story, bit, sectionId }: EditionStory,
): Edit | undefined {
  const rest = stories.slice(bit + 1);
  const before = (next: EditionStory | undefined) => (next ? { before: next.articleId } : {});
  if (bit === 0) {
    const first = rest.find((one) => one.sectionId === sectionId);
    return rest.length > 0 ? { kind: 'move', story, section: sectionId, ...before(first) } : undefined;
  }
  const [below, second] = rest;
  if (!below) return undefined;
  if (below.sectionId !== sectionId)
    return { kind: 'move', story, section: below.sectionId, before: below.articleId };
  const next = second?.sectionId === sectionId ? second : undefined;
  return { kind: 'move', story, section: sectionId, ...before(next) };
}
