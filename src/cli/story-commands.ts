import { storiesToldBySeveral, type ToldStory } from '../articles/stories/story-list.ts';
import { leadStory, mergeStories, type StoryChange, splitStory } from '../articles/stories/story-store.ts';
import { DAY_MS } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { shorten } from '../base/text/one-line.ts';
import type { Ground } from '../ground.ts';
import { readCount } from './arguments.ts';
import { counted, EXIT, say, sayJson } from './output.ts';

/**
 * `broadsheet stories`: what several articles tell together, the newest first, and why they were
 * joined.
 */
export async function listStories(
  ground: Ground,
  options: { days: string; json?: boolean },
): Promise<number> {
  const now = ground.clock.now();
  const stories = await storiesToldBySeveral(ground.db, {
    from: now - readCount(options.days) * DAY_MS,
    until: now + DAY_MS,
  });
  if (options.json) sayJson(stories.map(asJson));
  else if (stories.length === 0)
    say(`No story of the last ${options.days} days is told by several articles.`);
  else for (const line of stories.flatMap(storyLines)) say(line);
  return EXIT.done;
}

/**
 * `broadsheet stories merge ID ID`: the stories of two articles are one from now on, told with the
 * first.
 */
export async function joinStories(ground: Ground, id: string, otherId: string): Promise<number> {
  const change = await mergeStories(ground.db, readCount(id), readCount(otherId), ground.clock.now());
  if (change.kind === 'unchanged') say(`${id} and ${otherId} tell one story already`);
  else
    say(
      `${counted(changed(change).articles, 'article', 'articles')} tell one story now, with ${id} in front; \`broadsheet stories lead ID\` puts another there`,
    );
  return EXIT.done;
}

/** `broadsheet stories lead ID`: its story is told with this article from now on. */
export async function leadWith(ground: Ground, id: string): Promise<number> {
  if (!(await leadStory(ground.db, readCount(id), ground.clock.now()))) throw noArticle(readCount(id));
  say(`The story of ${id} is told with it now`);
  return EXIT.done;
}

/** `broadsheet stories split ID`: the article tells a story of its own from now on. */
export async function partStory(ground: Ground, id: string): Promise<number> {
  const change = await splitStory(ground.db, readCount(id), ground.clock.now());
  if (change.kind === 'unchanged') say(`${id} is alone in its story already`);
  else
    say(
      `${id} tells a story of its own now, apart from ${counted(changed(change).articles, 'article', 'articles')}`,
    );
  return EXIT.done;
}

function changed(change: Exclude<StoryChange, { kind: 'unchanged' }>) {
  if (change.kind === 'changed') return change;
  throw noArticle(change.articleId);
}

function noArticle(id: number): AppError {
  return new AppError('NOT_FOUND', `There is no article ${id}`, {
    hint: '`broadsheet stories` and `broadsheet articles` list articles with their numbers.',
  });
}

function storyLines({ articles }: ToldStory): string[] {
  const [first] = articles;
  return [
    `${shorten(first?.article.headline ?? '', 90)} · ${articles.length} articles`,
    ...articles.flatMap(({ article, why }) => {
      const when = new Date(article.publishedAt).toISOString().slice(0, 16).replace('T', ' ');
      const chapter = article.chapter > 0 ? `chapter ${article.chapter}` : '';
      return [
        `${String(article.id).padStart(6)}  ${when}  ${article.sourceId.padEnd(14)} ${chapter.padEnd(9)} ${shorten(article.headline, 80)}`,
        `${''.padEnd(26)}${why}`,
      ];
    }),
  ];
}

function asJson({ storyId, articles }: ToldStory) {
  return {
    story: storyId,
    articles: articles.map(({ article, why }) => ({
      id: article.id,
      source: article.sourceId,
      publishedAt: new Date(article.publishedAt).toISOString(),
      chapter: article.chapter,
      headline: article.headline,
      link: article.address,
      why,
    })),
  };
}
