import type { ArticleSearch, Cursor, StoredArticle } from '../../articles/article-search.ts';
import { tagsWithReasons } from '../../articles/subjects/tag-decisions.ts';
import { DAY_MS } from '../../base/clock.ts';
import { oneLine } from '../../base/text/one-line.ts';
import { sectionFor } from '../../composing/compose.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import type { Studio } from '../studio-deps.ts';
import type { Known } from './articles-outlook.ts';

/** Parameters of the routes of articles. */
export interface ArticleRoute {
  Params: { id: string };
  Querystring: Readonly<Record<string, unknown>>;
}

/** An article's number; 0, which none has, for what is none. */
export function readId(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

/** Filters of the list, by their names in the address. */
export const FILTERS = [
  'q',
  'newsletter',
  'source',
  'section',
  'days',
  'edition',
  'subject',
  'withdrawn',
] as const;
export type FilterName = (typeof FILTERS)[number];
export type Filters = Readonly<Record<FilterName, string>>;

/** Beside subjects by their ids. */
export const SENSITIVE = 'sensitive';
export const HARMLESS = 'harmless';
export const DECIDED = 'decided';

const DAYS = [1, 2, 7, 30, 90] as const;
const MOST_CHARACTERS = 200;

/** Only what is there to choose from; anything else counts as not chosen. */
export function readFilters(studio: Studio, query: Readonly<Record<string, unknown>>): Filters {
  const text = (name: FilterName) => {
    const value = query[name];
    return typeof value === 'string' ? oneLine(value).slice(0, MOST_CHARACTERS) : '';
  };
  const chosen = (name: FilterName, values: readonly string[]) =>
    values.includes(text(name)) ? text(name) : '';
  const { newsletters, config } = studio;
  const only = newsletters.length === 1 ? (newsletters[0]?.id ?? '') : '';
  const id = chosen('newsletter', newsletters.map(idOf)) || only;
  const newsletter = newsletters.get(id);
  return {
    q: text('q'),
    newsletter: id,
    // Also one that is not in use any more: its articles are still there.
    source: /^[\w.-]{1,64}$/.test(text('source')) ? text('source') : '',
    section: chosen('section', newsletter?.sections.map(idOf) ?? []),
    days: chosen('days', DAYS.map(String)),
    edition: newsletter ? chosen('edition', ['in', 'out']) : '',
    subject: chosen('subject', [SENSITIVE, HARMLESS, DECIDED, ...config.subjects.map(idOf)]),
    withdrawn: chosen('withdrawn', ['only']),
  };
}

const idOf = ({ id }: { readonly id: string }) => id;

/** The part of it that a database can answer. */
export function searchOf(
  { newsletters, clock }: Studio,
  filters: Filters,
  newsletter: NewsletterConfig | undefined,
  known: Known | undefined,
): ArticleSearch {
  const { source, days, edition } = filters;
  // The only newsletter is not a choice: what came for none is in the list as well.
  const drawn = newsletters.length > 1 ? newsletter?.sources : undefined;
  const sourceIds = source ? [source].filter((id) => drawn?.includes(id) ?? true) : drawn;
  return {
    ...(filters.q && { text: filters.q }),
    ...(sourceIds && { sourceIds }),
    ...(days && { from: clock.now() - Number(days) * DAY_MS }),
    ...(filters.withdrawn && { withdrawn: true as const }),
    ...(filters.subject === DECIDED && { decided: true as const }),
    ...(edition === 'in' && { ids: inEdition(known) }),
  };
}

function inEdition(known: Known | undefined): number[] {
  if (!known || typeof known === 'string') return [];
  return [...known.of].flatMap(([id, { isIn }]) => (isIn ? [id] : []));
}

/** The part that it cannot; undefined where there is none. */
export function siftOf(
  studio: Studio,
  filters: Filters,
  newsletter: NewsletterConfig | undefined,
  known: Known | undefined,
) {
  const { subject, section, edition } = filters;
  const wantsTags = subject !== '' && subject !== DECIDED;
  if (!wantsTags && !section && edition !== 'out') return undefined;
  return async (articles: readonly StoredArticle[]): Promise<readonly StoredArticle[]> => {
    const left = edition === 'out' ? articles.filter(({ id }) => isOut(known, id)) : articles;
    if (!wantsTags && !section) return left;
    const tagged = await tagsWithReasons(studio.db, left, studio.config.subjects);
    return left.filter((article, at) => {
      const tags = (tagged[at]?.tags ?? []).map((tag) => tag.subject);
      return hasSubject(subject, tags) && isIn(section, article, tags, newsletter);
    });
  };
}

function isOut(known: Known | undefined, id: number): boolean {
  return known !== undefined && typeof known !== 'string' && known.of.get(id)?.isIn === false;
}

function hasSubject(subject: string, tags: readonly string[]): boolean {
  if (subject === '' || subject === DECIDED) return true;
  if (subject === SENSITIVE) return tags.length > 0;
  return subject === HARMLESS ? tags.length === 0 : tags.includes(subject);
}

function isIn(
  section: string,
  article: StoredArticle,
  tags: readonly string[],
  newsletter: NewsletterConfig | undefined,
): boolean {
  if (!section || !newsletter) return true;
  const taking = sectionFor(article, tags, newsletter.sections);
  return !('code' in taking) && taking.id === section;
}

/** Returns the form's options and the chosen ones. */
export function filterView(studio: Studio, filters: Filters) {
  const { newsletters, config } = studio;
  const newsletter = newsletters.get(filters.newsletter);
  const options = (name: FilterName, list: readonly (readonly [value: string, label: string])[]) =>
    list.map(([value, label]) => ({ value, label, selected: value === filters[name] }));
  const known = config.sources.map(({ id, title }) => [id, title ?? id] as const);
  const former = filters.source && !known.some(([id]) => id === filters.source) ? [filters.source] : [];
  return {
    q: filters.q,
    withdrawn: filters.withdrawn !== '',
    newsletters:
      newsletters.length > 1
        ? options(
            'newsletter',
            newsletters.map((one) => [one.id, one.title]),
          )
        : null,
    only: newsletters.length === 1 ? filters.newsletter : '',
    sources: options('source', [...known, ...former.map((id) => [id, `${id} (no longer in use)`] as const)]),
    sections: newsletter
      ? options(
          'section',
          newsletter.sections.map(({ id, title }) => [id, title]),
        )
      : null,
    days: options(
      'days',
      DAYS.map((days) => [String(days), days === 1 ? 'The last day' : `The last ${days} days`]),
    ),
    editions: newsletter
      ? options('edition', [
          ['in', 'In the next edition'],
          ['out', 'Left out of it'],
        ])
      : null,
    subjects: options('subject', [
      [SENSITIVE, 'Anything sensitive'],
      [HARMLESS, 'Nothing sensitive'],
      [DECIDED, 'Set by an editor'],
      ...config.subjects.map(({ id, title }) => [id, title] as const),
    ]),
    more: filters.section + filters.days + filters.edition + filters.subject + filters.withdrawn !== '',
  };
}

/** The list's address with these filters, on the page that begins after `before`. */
export function listAddress(filters: Filters, before?: Cursor): string {
  const parameters = new URLSearchParams(
    FILTERS.filter((name) => filters[name] !== '').map((name): [string, string] => [name, filters[name]]),
  );
  if (before) parameters.set('before', `${before.publishedAt}-${before.id}`);
  const query = parameters.toString();
  return `/studio/articles${query ? `?${query}` : ''}`;
}

/** Undefined for what is no place in the list. */
export function readCursor(text: unknown): Cursor | undefined {
  const [, publishedAt, id] = /^(-?\d{1,15})-(\d{1,15})$/.exec(typeof text === 'string' ? text : '') ?? [];
  return publishedAt === undefined ? undefined : { publishedAt: Number(publishedAt), id: Number(id) };
}
