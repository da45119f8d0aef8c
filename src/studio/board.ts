import type { KeptEdition } from '../editions/edition-store.ts';
import type { Studio } from './studio-deps.ts';

/** The stories of an edition, section by section; null where it has none. */
export async function boardView(_studio: Studio, { content }: KeptEdition) {
  if (!content) return null;
  const told = content.sections.map((section) => ({
    title: section.title,
    stories: content.stories
      .filter((story) => story.sectionId === section.id)
      .map(({ headline, sourceId, tags }) => ({ headline, sourceId, tags })),
  }));
  return { title: content.title, sections: told.filter((section) => section.stories.length > 0) };
}
