import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { articlesOfStories, type StoredArticle, storedArticles } from '../../articles/article-search.ts';
import { leadStory, mergeStories, splitStory } from '../../articles/stories/story-store.ts';
import { clearDecision, decideTags, taggedArticles } from '../../articles/subjects/tag-decisions.ts';
import { wantsJson } from '../../web/accept.ts';
import { field, fields } from '../../web/form-fields.ts';
import { act } from '../auth/acting.ts';
import { whyNotLessSensitive } from '../board/subject-guard.ts';
import type { Studio } from '../studio-deps.ts';
import { pageContext, type Refusal, refuse } from '../studio-page.ts';
import { inOneList } from '../studio-words.ts';
import { type ArticleRoute, readFilters, readId } from './articles-filter.ts';
import type { NextEditions } from './articles-outlook.ts';
import { sendArticle } from './articles-page.ts';
import { articleViews } from './articles-view.ts';

type Request = FastifyRequest<ArticleRoute>;
/** Performs an act; returns a sentence on what was done, or a refusal. */
type Doing = (article: StoredArticle, request: Request) => Promise<string | Refusal>;

/** Lets an editor decide about an article, for every edition composed from now on. */
export function articleActs(scope: FastifyInstance, studio: Studio, next: NextEditions): void {
  const { db, clock } = studio;
  const route = (what: string, doing: Doing) =>
    act<ArticleRoute>(scope, studio, `POST /studio/articles/:id/${what}`, {}, async (request, reply) => {
      const [article] = await storedArticles(db, [readId(request.params.id)]);
      if (!article) return reply.callNotFound();
      const before = await together(studio, [article.id]);
      const says = await doing(article, request);
      if (typeof says !== 'string')
        return says.code === 'ROLE_MISSING' && !wantsJson(request)
          ? sendArticle(studio, next, request, reply, article, {
              ticked: fields(request.body, 'subject'),
              wrong: says.explanation,
            })
          : refuse(studio, request, reply, 422, says);
      next.forget();
      return answer(studio, next, request, reply, { article, says, before });
    });
  route('subjects', async (article, { body, editor }) => {
    const after = field(body, 'rules') ? undefined : fields(body, 'subject');
    const [tagged] = await taggedArticles(db, [article], studio.config.subjects);
    const using = studio.newsletters.filter(({ sources }) => sources.includes(article.sourceId));
    const explanation = whyNotLessSensitive(editor, using, tagged?.tags ?? [], after);
    return explanation === undefined ? decideSubjects(studio, article, body) : notYours(article, explanation);
  });
  route('split', async ({ id, headline }) => {
    const split = await splitStory(db, id, clock.now());
    return split.kind === 'changed'
      ? `“${headline}” is now a story of its own.`
      : `“${headline}” is already a story of its own.`;
  });
  route('lead', async ({ id, headline }) => {
    await leadStory(db, id, clock.now());
    return `“${headline}” now stands for its story.`;
  });
  route('merge', async ({ id, headline }, { body }) => {
    const merged = await mergeStories(db, id, readId(field(body, 'other')), clock.now());
    if (merged.kind === 'unknown') return noOther(id);
    return merged.kind === 'changed'
      ? `${merged.articles} articles are now one story, and “${headline}” stands for it.`
      : `“${headline}” and the other article are already one story.`;
  });
}

function notYours({ id }: StoredArticle, explanation: string): Refusal {
  return {
    code: 'ROLE_MISSING',
    heading: 'You need approval rights',
    explanation: `Nothing was changed. ${explanation}`,
    way: { href: `/studio/articles/${id}`, label: 'Back to the article' },
  };
}

function noOther(id: number): Refusal {
  return {
    code: 'ARTICLE_GONE',
    heading: 'Other article not found',
    explanation:
      'Nothing was changed. Search for it by its headline, or by the number in the address of its page.',
    way: { href: `/studio/articles/${id}#story`, label: 'Back to the article' },
  };
}

async function decideSubjects(
  { db, clock, config }: Studio,
  { id, headline, tags }: StoredArticle,
  body: unknown,
): Promise<string> {
  if (field(body, 'rules')) {
    const cleared = await clearDecision(db, id);
    return cleared
      ? `The rules set the subjects of “${headline}” again.`
      : `The rules set the subjects of “${headline}” already.`;
  }
  const known = new Map([
    ...tags.map((tag) => [tag, tag] as const),
    ...config.subjects.map((subject) => [subject.id, subject.title] as const),
  ]);
  const chosen = fields(body, 'subject').filter((subject) => known.has(subject));
  await decideTags(db, id, chosen, clock.now());
  const names = chosen.map((subject) => known.get(subject) ?? subject);
  const what = inOneList(names) || 'nothing sensitive';
  return `“${headline}”: ${what}, from the next edition on.`;
}

interface Done {
  readonly article: StoredArticle;
  readonly says: string;
  /** Ids of articles that told its story before. */
  readonly before: readonly number[];
}

/** To a browser the page it came from; to a script what to say, and every article that changed as the list shows it. */
async function answer(
  studio: Studio,
  next: NextEditions,
  request: Request,
  reply: FastifyReply,
  { article, says, before }: Done,
): Promise<FastifyReply> {
  const here = backTo(field(request.body, 'back'), article.id);
  if (!wantsJson(request)) {
    const separator = here.includes('?') ? '&' : '?';
    return reply.redirect(`${here}${separator}did=${article.id}#article-${article.id}`, 303);
  }
  const filters = readFilters(studio, Object.fromEntries(new URL(here, studio.publicUrl).searchParams));
  const newsletter = studio.newsletters.get(filters.newsletter);
  const known = newsletter && (await next.of(newsletter));
  const ids = new Set([...before, ...(await together(studio, [article.id]))]);
  const changed = await articleViews(studio, await storedArticles(studio.db, [...ids]), newsletter, known);
  const context = pageContext(studio, request);
  const html = (view: (typeof changed)[number]) =>
    studio.pages.fill('article-row', { ...context, article: { ...view, here, isChanged: false } });
  return reply.send({ says, articles: changed.map((view) => ({ id: view.id, html: html(view) })) });
}

/** Only a page of the articles; a form may say anything. */
function backTo(text: string, id: number): string {
  return /^\/studio\/articles(\/\d{1,15})?(\?[\w=&.%+-]*)?$/.test(text) ? text : `/studio/articles/${id}`;
}

async function together({ db }: Studio, ids: readonly number[]): Promise<number[]> {
  const articles = await storedArticles(db, ids);
  const stories = await articlesOfStories(
    db,
    articles.map(({ storyId }) => storyId),
  );
  return [...stories.values()].flat().map(({ id }) => id);
}
