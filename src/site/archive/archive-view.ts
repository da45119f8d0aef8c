import type { NewsletterConfig } from '../../config/newsletters.ts';
import type { Words } from '../../config/vocabulary.ts';
import { datedAt, readEditionId } from '../../editions/edition.ts';
import type { EditionSummary } from '../../publishing/public-archive.ts';
import type { PageValues } from '../../web/pages.ts';
import { isoDate, longDate, monthAt, monthInWords, monthName, timeOfDay } from '../page-dates.ts';
import { pageHead } from '../page-head.ts';
import { archivedNewsletters, type Site, titleOf } from '../site-deps.ts';
import { feedsOf } from './archive-feed.ts';
import { type Month, monthRange, monthsOf } from './archive-months.ts';

/** Subject of a page of the archive. */
export interface Place {
  /** Newsletters whose editions it lists; each has a public archive. */
  readonly newsletters: readonly NewsletterConfig[];
  /** The one it is about; absent where it is about all. */
  readonly newsletter?: NewsletterConfig;
  readonly month?: Month;
}

const PAGE_EDITIONS = 30;
const MORE_HEADLINES = 4;

/**
 * A page of the index, newest first.
 * @param before the id of the edition it begins after; anything else is the beginning.
 * @returns undefined for a month without editions.
 */
export async function archiveView(
  site: Site,
  place: Place,
  before: string,
  words: Words,
): Promise<PageValues | undefined> {
  const found = await editionsOf(site, place, before);
  if (place.month && found.length === 0) return undefined;
  const editions = found.slice(0, PAGE_EDITIONS);
  const last = found.length > PAGE_EDITIONS ? editions.at(-1) : undefined;
  const path = pathOf(place.newsletter, place.month);
  const isOlder = readEditionId(before) !== undefined;
  const said = saidOf(site, place, words);
  const feeds = feedsOf(site, place.newsletter);
  return {
    pageTitle: [said.heading, ...(place.month ? [said.kicker] : []), site.publisher.name].join(' · '),
    head: pageHead(site, isOlder ? `${path}?before=${before}` : path, place.newsletter?.language ?? '', {
      title: said.title,
      description: said.description,
      isHidden: place.newsletters.some(({ archive }) => archive === 'noindex'),
      feeds,
    }),
    ...said,
    feeds,
    newsletters: filterOf(site, place, words),
    months: groupedByMonth(site, place, editions, words),
    isOneMonth: place.month !== undefined,
    level: place.month === undefined ? 3 : 2,
    older: last ? `${path}?before=${last.id}` : '',
    newest: isOlder ? path : '',
    years: yearsOf(await monthsOf(site, place.newsletters), place, words),
  };
}

/** One more than a page holds, where there are more. */
async function editionsOf(site: Site, { newsletters, month }: Place, before: string) {
  const cut = await cutAt(site, before);
  const lists = newsletters.map(({ id, time_zone }) => {
    const { from = 0, until = Number.MAX_SAFE_INTEGER } = month ? monthRange(month, time_zone) : {};
    // Two newsletters can leave at the same moment: then the one whose name comes later stands first.
    const ends = cut ? cut.datedAt + (id < cut.newsletterId ? 1 : 0) : until;
    return site.editions(id, { from, until: Math.min(until, ends), limit: PAGE_EDITIONS + 1 });
  });
  return (await Promise.all(lists))
    .flat()
    .toSorted((a, b) => datedAt(b) - datedAt(a) || (a.newsletterId < b.newsletterId ? 1 : -1))
    .slice(0, PAGE_EDITIONS + 1);
}

/** Returns the start of a page of the index: after the edition that ended the previous one. */
async function cutAt(site: Site, before: string) {
  const named = readEditionId(before);
  const at = named && (await site.datedAt(before));
  return named && at !== undefined ? { newsletterId: named.newsletterId, datedAt: at } : undefined;
}

function saidOf(site: Site, { newsletter, month: asked }: Place, words: Words) {
  const title = newsletter?.title ?? site.publisher.name;
  const say = (key: string, values = {}) => words.say(`archive.${key}`, { title, ...values });
  if (asked) {
    const month = monthInWords(asked, words.language);
    return {
      kicker: newsletter?.title ?? say('kicker'),
      heading: month,
      title: say('month_title', { month }),
      description: say('month_about', { month }),
    };
  }
  return {
    kicker: say('kicker'),
    heading: newsletter?.title ?? say('heading'),
    title: say('title'),
    description: newsletter?.description || say('about'),
  };
}

/** The address of a page of the index. */
export function pathOf(newsletter: NewsletterConfig | undefined, month: Month | undefined): string {
  return ['/archive', newsletter?.id, month].filter(Boolean).join('/');
}

function filterOf(site: Site, { newsletter, month }: Place, words: Words) {
  const all = archivedNewsletters(site);
  if (all.length < 2) return [];
  return [undefined, ...all].map((one) => ({
    title: one?.title ?? words.say('archive.all'),
    href: pathOf(one, undefined),
    isHere: one?.id === newsletter?.id && month === undefined,
  }));
}

function groupedByMonth(
  site: Site,
  { newsletters }: Place,
  editions: readonly EditionSummary[],
  words: Words,
) {
  const sharesDay = sharedDays(site, editions);
  const groups = Map.groupBy(editions, (one) => monthAt(datedAt(one), zoneOf(site, one.newsletterId)));
  return [...groups].map(([month, of]) => ({
    title: monthInWords(month, words.language),
    editions: of.map((edition) => ({
      ...entryOf(site, edition, newsletters.length > 1, words),
      time: sharesDay(edition)
        ? timeOfDay(datedAt(edition), zoneOf(site, edition.newsletterId), words.language)
        : '',
    })),
  }));
}

/**
 * Returns the editions that share their day with another of their newsletter, so that the date
 * alone would not tell them apart.
 */
function sharedDays(site: Site, editions: readonly EditionSummary[]) {
  const day = (one: EditionSummary) =>
    `${one.newsletterId} ${longDate(datedAt(one), zoneOf(site, one.newsletterId), 'en')}`;
  const days = Map.groupBy(editions, day);
  return (edition: EditionSummary) => (days.get(day(edition))?.length ?? 0) > 1;
}

function entryOf(site: Site, edition: EditionSummary, isNamed: boolean, words: Words) {
  const [lead = edition.title, ...more] = edition.headlines;
  return {
    href: `/archive/${edition.id}`,
    newsletter: isNamed ? titleOf(site, edition.newsletterId) : '',
    date: longDate(datedAt(edition), zoneOf(site, edition.newsletterId), words.language),
    iso: isoDate(datedAt(edition)),
    lead,
    more: more.slice(0, MORE_HEADLINES),
  };
}

function zoneOf(site: Site, newsletterId: string): string {
  return site.newsletters.get(newsletterId)?.time_zone ?? 'UTC';
}

/** The year in which the reader is stands open. */
function yearsOf(months: readonly Month[], { newsletter, month }: Place, words: Words) {
  const here = month?.slice(0, 4) ?? months[0]?.slice(0, 4);
  return [...Map.groupBy(months, (one) => one.slice(0, 4))].map(([year, of]) => ({
    year,
    isOpen: year === here,
    months: of.map((one) => ({
      title: monthName(one, words.language),
      href: pathOf(newsletter, one),
      isHere: one === month,
    })),
  }));
}
