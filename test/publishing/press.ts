import type { CollectedArticle } from '../../src/articles/article.ts';
import { saveArticles } from '../../src/articles/sources/save-articles.ts';
import { verdictOf } from '../../src/checks/check-edition.ts';
import { type NewsletterConfig, Newsletters } from '../../src/config/newsletters.ts';
import { registerNewsletters } from '../../src/editions/store/newsletter-store.ts';
import type { PublishingDeps } from '../../src/publishing/publish.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { SILENT } from '../delivery/fixture.ts';
import { section } from '../editions/sample-article.ts';
import { ManualClock } from '../helpers/manual-clock.ts';
import { newsletter } from '../mail/sample.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const SLOT = Date.UTC(2026, 10, 22, 7);

export const DAILY = newsletter({ sections: [section('all')] });

/** News that nobody would take for one story. */
const NEWS = [
  'Princess opens a lighthouse on the northern shore',
  'Chef reveals his grandmother’s plum dumplings',
  'Tennis champion retires after nineteen seasons',
  'A violin lost in 1932 turns up at an auction',
  'Actress swaps Hollywood for a goat farm',
  'Designer paints a whole village turquoise',
  'Astronomers name a comet after a schoolgirl',
  'Museum returns seven bronze horses',
];

export function news(which: number, publishedAt: number): CollectedArticle {
  const headline = NEWS[which];
  if (!headline) throw new Error(`there are only ${NEWS.length} pieces of news`);
  return {
    link: `https://paper.example/${which}`,
    headline,
    standfirst: '',
    paragraphs: [],
    author: '',
    categories: [],
    tags: [],
    picture: null,
    language: 'en',
    publishedAt,
    dated: true,
  };
}

export interface Press extends PublishingDeps {
  readonly clock: ManualClock;
  /** The source ids asked for, one entry for every time. */
  readonly collections: (readonly string[])[];
  /** What the source will give when it is asked next. */
  readonly offer: (...articles: CollectedArticle[]) => void;
}

/** Nothing is tagged, no picture is fetched, and everything is ready to send. */
export const PLAIN: Pick<PublishingDeps, 'sources' | 'tagged' | 'illustrate' | 'check'> = {
  sources: [],
  tagged: async (articles) => articles,
  illustrate: async () => ({ pictures: new Map(), refused: [] }),
  check: async () => verdictOf([]),
};

/** Publishing with a source of the test's own; the newsletters are known since a day before `start`. */
export async function press(
  db: Database,
  start: number,
  newsletters: readonly NewsletterConfig[] = [DAILY],
): Promise<Press> {
  await registerNewsletters(db, newsletters, start - DAY);
  const clock = new ManualClock(start);
  const collections: (readonly string[])[] = [];
  const offered: CollectedArticle[] = [];
  const collect = async (ids: readonly string[]) => {
    collections.push(ids);
    await saveArticles(db, 'desk', offered.splice(0), clock.now());
    return [];
  };
  return {
    db,
    clock,
    log: SILENT,
    newsletters: Newsletters.with(newsletters),
    ...PLAIN,
    collect,
    collections,
    offer: (...articles) => void offered.push(...articles),
  };
}
