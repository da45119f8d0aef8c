import type { Article } from '../articles/article.ts';
import { articlesBetween, headlineOf } from '../articles/article-store.ts';
import {
  clearDecision,
  decideTags,
  type TaggedArticle,
  tagsWithReasons,
} from '../articles/subjects/tag-decisions.ts';
import { DAY_MS } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { shorten } from '../base/text/one-line.ts';
import type { Ground } from '../ground.ts';
import { readCount } from './arguments.ts';
import { EXIT, say, sayJson } from './output.ts';

/** Words that `articles tag` takes instead of subjects. */
const NONE = 'none';
const AUTO = 'auto';

/**
 * `broadsheet articles`: what was collected lately, newest first, what waits for its moment among
 * it, with sensitive subjects and the words that decided.
 */
export async function listArticles(
  ground: Ground,
  options: { days: string; tag?: string; json?: boolean },
): Promise<number> {
  const { subjects } = ground.config;
  const now = ground.clock.now();
  const articles = await articlesBetween(ground.db, {
    from: now - readCount(options.days) * DAY_MS,
    until: Number.MAX_SAFE_INTEGER,
  });
  const tagged = await tagsWithReasons(ground.db, articles, subjects);
  const shown = options.tag === undefined ? tagged : tagged.filter(hasTag(options.tag));
  if (options.json) sayJson(shown.map(asJson));
  else if (shown.length === 0) say(noneOf(options));
  else for (const line of shown.flatMap((one) => articleLines(one, now))) say(line);
  return EXIT.done;
}

/**
 * `broadsheet articles tag ID SUBJECTS…`: an editor's word instead of the rules'; `none`, or `auto`
 * to take it back.
 */
export async function tagArticle(ground: Ground, id: string, tags: readonly string[]): Promise<number> {
  const articleId = readCount(id);
  const headline = await headlineOf(ground.db, articleId);
  if (headline === undefined)
    throw new AppError('NOT_FOUND', `There is no article ${id}`, {
      hint: '`broadsheet articles` lists them with their numbers.',
    });
  if (tags.length === 1 && tags[0] === AUTO) {
    await clearDecision(ground.db, articleId);
    say(`${id} “${headline}”: the rules decide`);
    return EXIT.done;
  }
  const subjects = readTags(ground, tags);
  await decideTags(ground.db, articleId, subjects, ground.clock.now());
  say(`${id} “${headline}”: ${subjects.join(', ') || 'nothing sensitive'}, from the next edition on`);
  return EXIT.done;
}

function readTags(ground: Ground, tags: readonly string[]): readonly string[] {
  if (tags.length === 1 && tags[0] === NONE) return [];
  const known = ground.config.subjects.map(({ id }) => id);
  const unknown = tags.find((tag) => !known.includes(tag));
  if (unknown === undefined) return tags;
  throw new AppError('USAGE', `"${unknown}" is not a sensitive subject`, {
    hint: `There are ${known.join(', ')}; or "${NONE}" alone, or "${AUTO}" alone to let the rules decide.`,
  });
}

function noneOf({ days, tag }: { days: string; tag?: string }): string {
  const which = tag === undefined ? '' : ` with ${tag}`;
  return `No articles${which} of the last ${days} days; \`broadsheet collect\` asks the sources.`;
}

function hasTag(name: string): (one: TaggedArticle) => boolean {
  return ({ tags }) => tags.some(({ subject }) => subject === name);
}

function articleLines({ article, decided, tags }: TaggedArticle, now: number): string[] {
  const when = inMinutes(article.publishedAt);
  const reasons = decided
    ? [`${tags.map(({ subject }) => subject).join(', ') || 'nothing sensitive'}: an editor said so`]
    : tags.map(({ subject, because }) => `${subject}: ${because}`);
  return [
    `${String(article.id).padStart(6)}  ${when}  ${article.sourceId.padEnd(14)} ${shorten(article.headline, 90)}`,
    ...[...waitingLines(article, now), ...reasons].map((reason) => `${''.padEnd(26)}${reason}`),
  ];
}

/** Until when it waits, by each clock where they differ. */
function waitingLines({ publishedAt, moments }: Article, now: number): string[] {
  const ahead = Object.entries(moments ?? {}).filter(([, at]) => at !== null && at > now);
  if (ahead.length > 0)
    return ahead.map(([zone, at]) => `waits until ${inMinutes(at ?? 0)} UTC for newsletters of ${zone}`);
  return publishedAt > now ? ['waits until then'] : [];
}

/** `2026-11-30 07:00` */
function inMinutes(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

function asJson({ article, decided, tags }: TaggedArticle) {
  return {
    id: article.id,
    source: article.sourceId,
    publishedAt: new Date(article.publishedAt).toISOString(),
    headline: article.headline,
    link: article.address,
    decided,
    tags,
  };
}
