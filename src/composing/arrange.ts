import type { NewsletterConfig, SectionConfig } from '../config/newsletters.ts';
import { MAX_STORIES } from '../config/newsletters.ts';
import type { EditionContent, EditionStory } from '../editions/edition.ts';

/** A story that has been chosen and has no place in the mail yet. */
export type Chosen = Omit<EditionStory, 'bit'>;

/** A story that an earlier edition of the week told. */
export interface Earlier {
  readonly story: Chosen;
  /** It was that edition's lead. */
  readonly led: boolean;
}

/**
 * Puts stories in their order: the lead, then section by section, light ones last. Undefined when
 * there are none.
 * @param week what earlier editions told, in the last edition of a week: for readers who get one a
 * week.
 */
export function arrange(
  newsletter: NewsletterConfig,
  fresh: readonly Chosen[],
  week?: readonly Earlier[],
): EditionContent | undefined {
  const told = new Set(fresh.map(({ storyId }) => storyId));
  const others = week?.filter(({ story }) => !told.has(story.storyId));
  const earlier = others && bestOf(others, newsletter, MAX_STORIES - fresh.length);
  const all = [...fresh, ...(earlier ?? []).map(({ story }) => story)];
  const lead = leadOf(fresh, newsletter.lead) ?? leadOf(all, newsletter.lead);
  if (!lead) return undefined;
  const groups = calmBeforeLight(
    inOrder(newsletter.sections).map((section) => ({
      section,
      stories: all.filter((story) => story.sectionId === section.id && story !== lead),
    })),
  );
  const stories = [lead, ...groups.flatMap((group) => group.stories)];
  const used = groups.filter(({ section, stories }) => stories.length > 0 || section.id === lead.sectionId);
  return {
    title: newsletter.title,
    language: newsletter.language,
    sections: used.map(({ section: { id, title, light } }) => ({ id, title, ...(light && { light }) })),
    stories: stories.map((story, bit) => ({ ...story, bit })),
    ...(earlier && { weekly: weeklyOf(stories, lead, earlier, newsletter) }),
  };
}

/**
 * The newest story that can carry the top of the page: nothing sensitive, with a picture and a
 * standfirst if there is one; from the sections the newsletter prefers, in their order, if they
 * have one.
 */
export function leadOf(stories: readonly Chosen[], preferred: readonly string[]): Chosen | undefined {
  const calm = stories.filter(({ tags }) => tags.length === 0);
  const strong = calm.filter(({ picture, standfirst }) => picture && standfirst);
  const fromPreferred = preferred
    .map((id) => strong.find(({ sectionId }) => sectionId === id))
    .find((one) => one !== undefined);
  return fromPreferred ?? strong[0] ?? calm[0] ?? stories[0];
}

/** Light sections come last. */
export function inOrder(sections: readonly SectionConfig[]): SectionConfig[] {
  return [...sections.filter(({ light }) => !light), ...sections.filter(({ light }) => light)];
}

interface Group {
  readonly section: SectionConfig;
  readonly stories: readonly Chosen[];
}

/**
 * Between what is sensitive and what is light stands something calm, wherever the edition has it.
 */
function calmBeforeLight(groups: readonly Group[]): readonly Group[] {
  const light = groups.filter(({ section }) => section.light);
  const grave = groups.filter(({ section }) => !section.light);
  const buffer = grave.findLast(({ stories }) => stories.some(({ tags }) => tags.length === 0));
  if (!buffer || light.every(({ stories }) => stories.length === 0)) return groups;
  const stories = buffer.stories.toSorted((a, b) => Number(b.tags.length > 0) - Number(a.tags.length > 0));
  const calmLast = { ...buffer, stories };
  const after = grave.slice(grave.indexOf(buffer) + 1);
  // Sections after it hold nothing, or sensitive stories alone: those come before it.
  return [...grave.slice(0, grave.indexOf(buffer)), ...after, calmLast, ...light];
}

function bestOf(week: readonly Earlier[], { sections }: NewsletterConfig, room: number): Earlier[] {
  return week
    .filter(({ story }) =>
      sections.some(({ id, light }) => id === story.sectionId && !(light && story.tags.length)),
    )
    .toSorted((a, b) => weight(b.story, b.led) - weight(a.story, a.led) || newerFirst(a.story, b.story))
    .slice(0, room);
}

function weeklyOf(
  stories: readonly Chosen[],
  lead: Chosen,
  earlier: readonly Earlier[],
  { limits }: NewsletterConfig,
): NonNullable<EditionContent['weekly']> {
  const led = new Set([lead, ...earlier.filter((one) => one.led).map((one) => one.story)]);
  const best = stories
    .map((story, bit) => ({ story, bit }))
    .toSorted(
      (a, b) =>
        weight(b.story, led.has(b.story)) - weight(a.story, led.has(a.story)) || newerFirst(a.story, b.story),
    );
  return { best: best.map(({ bit }) => bit), most: limits.stories };
}

/**
 * Returns a story's weight a week later: for having led, for other sources that tell it, for being
 * told well.
 */
export function weight({ alsoBy, picture, standfirst }: Chosen, led = false): number {
  return (led ? 4 : 0) + 2 * alsoBy.length + (picture ? 1 : 0) + (standfirst ? 1 : 0);
}

function newerFirst(a: Chosen, b: Chosen): number {
  return b.publishedAt - a.publishedAt || b.articleId - a.articleId;
}
