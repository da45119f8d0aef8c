import type { Article } from '../src/articles/article.ts';
import { StoryCorpus } from '../src/articles/stories/story-corpus.ts';
import { StoryShelf } from '../src/articles/stories/story-shelf.ts';
import { type LabelledArticle, readStorySet, scorePairs } from '../test/labelled/story-set.ts';
import { alone, type Line } from './figures.ts';
import type { Options } from './options.ts';

const ON_THE_SHELF = 2_000;
const NEW = 300;
const PRECISION = { of: 'ours', better: 'higher', goal: 0.98, floor: 0.98 } as const;
const RECALL = { of: 'ours', better: 'higher', goal: 0.9, floor: 0.85 } as const;

/** How well articles that tell the same event are found among the labelled headlines, and how long one new article takes. */
export async function stories(options: Options): Promise<Line[]> {
  const set = readStorySet();
  const corpus = new StoryCorpus(set.map(({ text }) => text));
  const of = (name: string, articles: readonly LabelledArticle[]): Line[] => {
    const { pairs, precision, recall } = scorePairs(articles, corpus);
    return [
      alone(
        `stories: ${name}, ${articles.length} headlines, ${pairs.toLocaleString('en-GB')} pairs: precision`,
        '',
        [precision],
        PRECISION,
      ),
      alone('… recall', '', [recall], RECALL),
    ];
  };
  return [
    ...of('all', set),
    ...of(
      'written with them in view',
      set.filter(({ isHoldout }) => !isHoldout),
    ),
    ...of(
      'held out',
      set.filter(({ isHoldout }) => isHoldout),
    ),
    ...collected(set),
    alone(
      `finding the story of a new article among ${ON_THE_SHELF.toLocaleString('en-GB')}`,
      'articles/s',
      Array.from({ length: options.rounds }, () => assignedPerSecond(set)),
    ),
  ];
}

/** As they come in, one by one, with only what came before at hand: what a reader of these papers would have got. */
function collected(set: readonly LabelledArticle[]): Line[] {
  const shelf = new StoryShelf<Article>();
  const inOrder = set.toSorted((a, b) => a.text.publishedAt - b.text.publishedAt);
  const placed = inOrder.map(({ text, event }, at) => {
    const article = { ...articleFrom(set, at), ...text, language: text.language ?? '', paragraphs: [] };
    const storyId = shelf.bestMatch(article)?.article.storyId ?? article.id;
    shelf.add({ ...article, storyId });
    return { event, storyId };
  });
  const pairs = placed.flatMap((one, at) =>
    placed
      .slice(at + 1)
      .map((other) => ({ found: one.storyId === other.storyId, isSame: one.event === other.event })),
  );
  const right = pairs.filter(({ found, isSame }) => found && isSame).length;
  return [
    alone('… collected one by one, pairs in one story: precision', '', [
      right / pairs.filter(({ found }) => found).length,
    ]),
    alone('… recall', '', [right / pairs.filter(({ isSame }) => isSame).length]),
  ];
}

/** New articles with bodies, their names and words found afresh, against a full shelf. */
function assignedPerSecond(set: readonly LabelledArticle[]): number {
  const shelf = new StoryShelf();
  const articles = Array.from({ length: ON_THE_SHELF + NEW }, (_, at) => articleFrom(set, at));
  for (const article of articles.slice(0, ON_THE_SHELF)) shelf.add(article);
  const start = performance.now();
  for (const article of articles.slice(ON_THE_SHELF)) {
    shelf.bestMatch(article);
    shelf.add(article);
  }
  return (NEW * 1000) / (performance.now() - start);
}

/** One of the set, with the headlines of its neighbours for a body. */
function articleFrom(set: readonly LabelledArticle[], at: number): Article {
  const text = (offset: number) => set[(at + offset) % set.length]?.text;
  const { headline = '', standfirst = '', publishedAt = 0, language = '' } = text(0) ?? {};
  const body = Array.from({ length: 8 }, (_, offset) => `${text(offset * 31)?.headline}.`).join(' ');
  return {
    id: at + 1,
    sourceId: 'bench',
    storyId: at + 1,
    chapter: 0,
    link: `https://news.example/${at}`,
    address: `https://news.example/${at}`,
    ...{ headline, standfirst, publishedAt, language },
    paragraphs: [body, body],
    author: '',
    categories: [],
    tags: [],
    picture: null,
    otherPictures: [],
    firstSeenAt: publishedAt,
  };
}
