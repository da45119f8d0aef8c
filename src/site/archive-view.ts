import type { NewsletterConfig } from '../config/newsletters.ts';
import { readEditionId } from '../editions/edition.ts';
import type { EditionSummary } from '../publishing/archive.ts';
import type { PageValues } from '../web/pages.ts';
import { feedsOf } from './archive-feed.ts';
import { type Month, monthRange, monthsOf } from './archive-months.ts';
import { isoDate, longDate, monthAt, monthInWords } from './dates.ts';
import type { Notice } from './notice.ts';
import { pageHead } from './page-head.ts';
import { archivedNewsletters, type Site, titleOf } from './site-deps.ts';

/** What a page of the archive is about. */
export interface Place {
  /** Those whose editions it lists, each of which has a public archive. */
  readonly newsletters: readonly NewsletterConfig[];
  /** The one it is about; absent where it is about all. */
  readonly newsletter?: NewsletterConfig;
  readonly month?: Month;
}

export const NO_SUCH_MONTH: Notice = {
  kicker: 'The archive',
  heading: 'Nothing was published then',
  paragraphs: ['There is no edition of that month. The archive lists the months that have some.'],
  actions: [{ href: '/archive', label: 'See all editions' }],
};

const PAGE_EDITIONS = 30;
const MORE_HEADLINES = 4;

/**
 * A page of the index, newest first.
 * @param before the id of the edition it begins after; anything else is the beginning.
 * @returns undefined for a month without editions.
 */
export async function archiveView(site: Site, place: Place, before: string): Promise<PageValues | undefined> {
  const found = await editionsOf(site, place, before);
  if (place.month && found.length === 0) return undefined;
  const editions = found.slice(0, PAGE_EDITIONS);
  const last = found.length > PAGE_EDITIONS ? editions.at(-1) : undefined;
  const path = pathOf(place.newsletter, place.month);
  const isOlder = readEditionId(before) !== undefined;
  const words = wordsOf(site, place);
  const feeds = feedsOf(site, place.newsletter);
  return {
    pageTitle: [words.heading, ...(place.month ? [words.kicker] : []), site.publisher.name].join(' · '),
    head: pageHead(site, isOlder ? `${path}?before=${before}` : path, place.newsletter?.language ?? '', {
      title: words.title,
      description: words.description,
      isHidden: place.newsletters.some(({ archive }) => archive === 'noindex'),
      feeds,
    }),
    ...words,
    feeds,
    newsletters: filterOf(site, place),
    months: groupedByMonth(site, place, editions),
    isOneMonth: place.month !== undefined,
    level: place.month === undefined ? 3 : 2,
    older: last ? `${path}?before=${last.id}` : '',
    newest: isOlder ? path : '',
    years: yearsOf(await monthsOf(site, place.newsletters), place),
  };
}

/** One more than a page holds, where there are more. */
async function editionsOf(site: Site, { newsletters, month }: Place, before: string) {
  const cut = readEditionId(before);
  const lists = newsletters.map(({ id, time_zone }) => {
    const { from = 0, until = Number.MAX_SAFE_INTEGER } = month ? monthRange(month, time_zone) : {};
    // Two newsletters can have the same slot: then the one whose name comes later stands first.
    const ends = cut ? cut.slot + (id < cut.newsletterId ? 1 : 0) : until;
    return site.editions(id, { from, until: Math.min(until, ends), limit: PAGE_EDITIONS + 1 });
  });
  return (await Promise.all(lists))
    .flat()
    .toSorted((a, b) => b.slot - a.slot || (a.newsletterId < b.newsletterId ? 1 : -1))
    .slice(0, PAGE_EDITIONS + 1);
}

function wordsOf(site: Site, { newsletter, month }: Place) {
  const whose = newsletter?.title ?? site.publisher.name;
  if (month)
    return {
      kicker: newsletter?.title ?? 'The archive',
      heading: monthInWords(month),
      title: `${whose}, ${monthInWords(month)}`,
      description: `Every edition of ${whose} from ${monthInWords(month)}, to read on the web.`,
    };
  return {
    kicker: 'The archive',
    heading: newsletter?.title ?? 'Past editions',
    title: `Past editions of ${whose}`,
    description: newsletter?.description || `Every edition of ${whose}, to read on the web.`,
  };
}

function pathOf(newsletter: NewsletterConfig | undefined, month: Month | undefined): string {
  return ['/archive', newsletter?.id, month].filter(Boolean).join('/');
}

function filterOf(site: Site, { newsletter, month }: Place) {
  const all = archivedNewsletters(site);
  if (all.length < 2) return [];
  return [undefined, ...all].map((one) => ({
    title: one?.title ?? 'All',
    href: pathOf(one, undefined),
    isHere: one?.id === newsletter?.id && month === undefined,
  }));
}

function groupedByMonth(site: Site, { newsletters }: Place, editions: readonly EditionSummary[]) {
  const groups = Map.groupBy(editions, ({ newsletterId, slot }) => monthAt(slot, zoneOf(site, newsletterId)));
  return [...groups].map(([month, of]) => ({
    title: monthInWords(month),
    editions: of.map((edition) => entryOf(site, edition, newsletters.length > 1)),
  }));
}

function entryOf(site: Site, edition: EditionSummary, isNamed: boolean) {
  const [lead = edition.title, ...more] = edition.headlines;
  return {
    href: `/archive/${edition.id}`,
    newsletter: isNamed ? titleOf(site, edition.newsletterId) : '',
    date: longDate(edition.slot, zoneOf(site, edition.newsletterId)),
    iso: isoDate(edition.slot),
    lead,
    more: more.slice(0, MORE_HEADLINES),
  };
}

function zoneOf(site: Site, newsletterId: string): string {
  return site.newsletters.find(({ id }) => id === newsletterId)?.time_zone ?? 'UTC';
}

/** The year in which the reader is stands open. */
function yearsOf(months: readonly Month[], { newsletter, month }: Place) {
  const here = month?.slice(0, 4) ?? months[0]?.slice(0, 4);
  return [...Map.groupBy(months, (one) => one.slice(0, 4))].map(([year, of]) => ({
    year,
    isOpen: year === here,
    months: of.map((one) => ({
      title: monthInWords(one).replace(` ${year}`, ''),
      href: pathOf(newsletter, one),
      isHere: one === month,
    })),
  }));
}
