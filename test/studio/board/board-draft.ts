import type { CollectedArticle } from '../../../src/articles/article.ts';
import { saveArticles } from '../../../src/articles/sources/save-articles.ts';
import type { EditionContent } from '../../../src/editions/edition.ts';
import { findEdition } from '../../../src/editions/store/edition-store.ts';
import { composeNow } from '../../../src/publishing/drafts.ts';
import { type OpenStudio, openStudio, type StudioParts } from '../open-studio.ts';

/** A studio with a draft of eight real articles on the desk. */

const NEWSLETTERS = `
publisher:
  name: Belle
  postal_address: 12 Garden Row, London SE1 0AA
sources:
  palace: { title: The Palace Post, feed: https://palace.example/feed.xml }
  echo: { title: The Echo, feed: https://echo.example/feed.xml }
newsletters:
  daily:
    title: The Daily Belle
    schedule: 0 9 * * *
    time_zone: Europe/London
    sources: [palace, echo]
    limits: { stories: 20 }
    sections:
      royal: { title: Royals, when: { category: royal } }
      stars: { title: Stars, when: { category: celebrity } }
      style: { title: Style, when: { category: style } }
      shop: { title: Shopping, light: true, when: { category: shopping } }
`;

const NEWS: readonly [headline: string, category: string][] = [
  ['Princess Elowen opens a lighthouse on the northern shore', 'royal'],
  ['A violin lost in 1932 turns up in the palace attic', 'royal'],
  ['The Duchess of Wenning speaks about her miscarriage', 'royal'],
  ['Chef Tobias Renn reveals plum dumplings', 'celebrity'],
  ['Tennis champion Mara Voss retires after nineteen seasons', 'celebrity'],
  ['Actress Lina Hart swaps Hollywood for a goat farm', 'celebrity'],
  ['Designer paints a whole village turquoise', 'style'],
  ['Umbrellas for every kind of weather', 'shopping'],
];

export interface BoardDraft extends AsyncDisposable {
  readonly studio: OpenStudio;
  readonly id: string;
  readonly url: string;
  content(): Promise<EditionContent>;
  /** Article ids in the order of the mail. */
  order(): Promise<number[]>;
  revision(): Promise<number>;
}

export async function openDraft(parts: StudioParts = {}): Promise<BoardDraft> {
  const studio = await openStudio({ newsletters: NEWSLETTERS, ...parts });
  await collect(studio, 'palace', NEWS);
  const newsletter = studio.house.config.newsletters[0];
  if (!newsletter) throw new Error('there is a newsletter');
  const deps = { ...studio.house.publishing, collect: async () => [] };
  const { id = '' } = await composeNow(deps, newsletter, 'Anna');
  const content = async () => {
    const edition = await findEdition(studio.db, id);
    if (!edition?.content) throw new Error('there is no draft');
    return edition.content;
  };
  return {
    studio,
    id,
    url: `/studio/editions/${id}`,
    content,
    order: async () => (await content()).stories.map(({ articleId }) => articleId),
    revision: async () => {
      const row = await studio.db
        .selectFrom('editions')
        .select('revision')
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return Number(row.revision);
    },
    [Symbol.asyncDispose]: () => studio[Symbol.asyncDispose](),
  };
}

/** Articles as a source would bring them, newest first; ids follow the order. The Echo is an hour behind the Palace. */
export async function collect(studio: OpenStudio, source: string, news: typeof NEWS): Promise<void> {
  const now = studio.clock.now();
  for (const [at, [headline, category]] of news.entries()) {
    const article: CollectedArticle = {
      link: `https://${source}.example/${headline.length}-${at}`,
      headline,
      standfirst: `What stands behind number ${at + 1}, told in one sentence.`,
      paragraphs: [],
      author: '',
      categories: [category],
      tags: [],
      picture: null,
      language: 'en',
      publishedAt: now - (source === 'palace' ? 3_600_000 : 7_200_000) - at * 60_000,
      dated: true,
    };
    await saveArticles(studio.db, source, [article], now);
  }
}
