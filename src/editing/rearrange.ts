import { type Chosen, inOrder, leadOf, weight } from '../composing/arrange.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import type { DroppedStory, EditionContent, EditionSection } from '../editions/edition.ts';

/** Order that an editor wants in a draft; parts that are absent stay. */
export interface Wish {
  /** All stories that it tells, those of one section in their order. */
  readonly stories?: readonly Chosen[];
  /** The article that is to lead, whatever comes; null lets the rules choose. */
  readonly pinned?: number | null;
  /** An article that leads no longer, unless there is no other. */
  readonly notLeading?: number;
  readonly dropped?: readonly DroppedStory[];
}

/** The stories of a draft as they can be put in another order. */
export function chosenIn(content: EditionContent): Chosen[] {
  return content.stories.map(({ bit: _, ...story }) => story);
}

/**
 * The draft in the order of the mail again: the lead, then section by section, bits without a gap,
 * the week's best in their order. Within a section everything stays as it was put; sections stay in
 * the order in which composition has them.
 */
export function rearrange(newsletter: NewsletterConfig, content: EditionContent, wish: Wish): EditionContent {
  const all = wish.stories ?? chosenIn(content);
  const { pinned: was, dropped: out, weekly, ...rest } = content;
  const asked = wish.pinned === undefined ? was : (wish.pinned ?? undefined);
  const pinned = all.find(({ articleId }) => articleId === asked);
  const lead = pinned ?? leadFor(newsletter, content, all, wish);
  const sections = sectionsFor(newsletter, content, all);
  const others = all.filter((story) => story !== lead);
  const named = sections.flatMap(({ id }) => others.filter(({ sectionId }) => sectionId === id));
  // A section may be gone from newsletters.yaml since: its stories come last, as in the mail.
  const ordered = [...(lead ? [lead] : []), ...named, ...others.filter((story) => !named.includes(story))];
  const dropped = wish.dropped ?? out ?? [];
  return {
    ...rest,
    sections,
    stories: ordered.map((story, bit) => ({ ...story, bit })),
    ...(pinned && { pinned: pinned.articleId }),
    ...(dropped.length > 0 && { dropped }),
    ...(weekly && { weekly: { ...weekly, best: bestFor(content, ordered, pinned) } }),
  };
}

/** The story that leads already, while it may; else the one that composition would choose. */
function leadFor(
  newsletter: NewsletterConfig,
  content: EditionContent,
  all: readonly Chosen[],
  { notLeading, pinned }: Wish,
): Chosen | undefined {
  const leads = content.stories[0]?.articleId;
  const leading = all.find(({ articleId }) => articleId === leads);
  const stays = leading && leads !== notLeading && pinned !== null && mayLead(leading, all);
  if (stays) return leading;
  const others = all.filter(({ articleId }) => articleId !== notLeading);
  const newestFirst = others.toSorted((a, b) => b.publishedAt - a.publishedAt || b.articleId - a.articleId);
  const fresh = newestFirst.filter(({ earlier }) => !earlier);
  return leadOf(fresh, newsletter.lead) ?? leadOf(newestFirst, newsletter.lead) ?? all[0];
}

/** A story of a sensitive subject leads by itself only where every story is one. */
function mayLead(story: Chosen, all: readonly Chosen[]): boolean {
  return story.tags.length === 0 || all.every(({ tags }) => tags.length > 0);
}

/**
 * Returns the sections that have stories. A section that gets its first comes to its place in the
 * newsletter, a light one to the end.
 */
function sectionsFor(
  { sections: configured }: NewsletterConfig,
  { sections: before }: EditionContent,
  all: readonly Chosen[],
): readonly EditionSection[] {
  const order = inOrder(configured);
  const place = (id: string) => order.findIndex((section) => section.id === id);
  const isUsed = ({ id }: { readonly id: string }) => all.some(({ sectionId }) => sectionId === id);
  const sections = before.filter(isUsed);
  for (const { id, title, light } of order.filter(isUsed)) {
    if (sections.some((section) => section.id === id)) continue;
    const later = sections.findIndex((section) => place(section.id) > place(id));
    sections.splice(later < 0 ? sections.length : later, 0, { id, title, ...(light && { light }) });
  }
  return sections;
}

/**
 * Ranks the best of the week. A new story comes before the first of less weight; a story that an
 * editor pinned comes first.
 */
function bestFor(
  content: EditionContent,
  stories: readonly Chosen[],
  pinned: Chosen | undefined,
): readonly number[] {
  const before = (content.weekly?.best ?? []).map((bit) => content.stories[bit]?.articleId);
  const ranked = before.flatMap((id) => stories.find(({ articleId }) => articleId === id) ?? []);
  for (const story of stories.filter((one) => !ranked.includes(one))) {
    const less = ranked.findIndex((one) => weight(one) < weight(story));
    ranked.splice(less < 0 ? ranked.length : less, 0, story);
  }
  const best = pinned ? [pinned, ...ranked.filter((story) => story !== pinned)] : ranked;
  return best.map((story) => stories.indexOf(story));
}
