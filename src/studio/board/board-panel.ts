import { type Article, candidatesOf } from '../../articles/article.ts';
import { knownPictures, likeliestPicture } from '../../articles/pictures/picture-store.ts';
import { pictureFaultWords } from '../../articles/sources/failure-words.ts';
import { standingStoryOf } from '../../articles/stories/story-store.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import type { EditionContent, EditionStory } from '../../editions/edition.ts';
import type { Studio } from '../studio-deps.ts';
import { asValue, thumbOf } from './board-stories.ts';

/**
 * Returns the choices for one story beyond its row: its section, picture and subjects, and the
 * articles that tell it.
 */
export async function panelView(
  studio: Studio,
  newsletter: NewsletterConfig,
  content: EditionContent,
  story: EditionStory,
) {
  const { articleId, tags, picture, sectionId } = story;
  const articles = await standingStoryOf(studio.db, articleId);
  return {
    id: articleId,
    alt: picture?.alt ?? '',
    hasPicture: picture !== null,
    sections: sectionsView(newsletter, content, story),
    sectionId,
    pictures: await picturesView(studio, story, articles),
    subjects: studio.config.subjects.map(({ id, title, description }) => ({
      id,
      title,
      description,
      checked: tags.includes(id),
    })),
    byRules: asValue({ kind: 'tags', story: articleId, tags: [], rules: true }),
    ownHeadline: asValue({ kind: 'headline', story: articleId, text: '' }),
    others: articles
      .filter(({ id }) => id !== articleId)
      .map((other) => ({
        headline: other.headline,
        source: nameOfSource(studio, other.sourceId),
        split: asValue({ kind: 'split', story: articleId, article: other.id }),
        retell: asValue({ kind: 'retell', story: articleId, article: other.id }),
      })),
    partners: content.stories
      .filter((one) => one !== story)
      .map((one) => ({ id: one.articleId, headline: one.headline })),
  };
}

/** Returns the sections a story may be in: a light section takes none on a sensitive subject. */
export function sectionsView(
  { sections }: Pick<NewsletterConfig, 'sections'>,
  content: EditionContent,
  { sectionId, tags }: Pick<EditionStory, 'sectionId' | 'tags'>,
) {
  return sections
    .filter(({ light }) => !light || tags.length === 0)
    .map(({ id, title }) => ({
      id,
      title: content.sections.find((one) => one.id === id)?.title ?? title,
      selected: id === sectionId,
    }));
}

/** Returns the name that readers know a source by. */
export function nameOfSource({ config }: Pick<Studio, 'config'>, id: string): string {
  return config.sources.find((source) => source.id === id)?.title ?? id;
}

/** The pictures of the story's articles, each once; those that were not cut yet are named, not shown. */
async function picturesView({ db }: Studio, story: EditionStory, articles: readonly Article[]) {
  const known = await knownPictures(
    db,
    articles.flatMap(candidatesOf).map(({ url }) => url),
  );
  const withPicture = articles.flatMap((article) => {
    const picture = likeliestPicture(article, known);
    return picture ? [{ id: article.id, picture, headline: article.headline }] : [];
  });
  const once = withPicture.filter(
    ({ picture }, at) => withPicture.findIndex((one) => one.picture.url === picture.url) === at,
  );
  return once.map(({ id, picture, headline }) => {
    const cut = known.get(picture.url);
    return {
      article: id,
      of: headline,
      checked: picture.url === story.picture?.url,
      thumb: cut?.ok ? thumbOf({ ...picture, cuts: cut.cuts }) : null,
      refused: cut && !cut.ok ? pictureFaultWords(cut.reason) : '',
    };
  });
}
