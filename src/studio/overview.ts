import type { FastifyInstance } from 'fastify';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { type EditionStatus, recentEditions } from '../delivery/progress.ts';
import { nextSlot } from '../publishing/schedule.ts';
import { droppedSignUps } from '../subscribers/ceilings.ts';
import { ledgerView } from './ledger-view.ts';
import { sendPage } from './page.ts';
import type { SourceHealth, Studio } from './studio-deps.ts';
import { count, distance, moment } from './words.ts';

const RECENT_EDITIONS = 12;

/** The studio's first page: what comes next, how the last editions fared, and whether the sources are well. */
export function overviewRoute(scope: FastifyInstance, studio: Studio): void {
  scope.get('/studio', async (request, reply) => {
    const [editions, sources, readers, caught, dropped] = await Promise.all([
      recentEditions(studio.db, RECENT_EDITIONS),
      studio.sourceStates(),
      activeReaders(studio),
      studio.caught?.count(),
      droppedSignUps(studio.db, studio.signUp, studio.clock.now()),
    ]);
    return sendPage(studio, request, reply, 'overview', {
      pageTitle: 'Studio',
      newsletters: studio.newsletters.map((one) => newsletterView(studio, one, editions, readers)),
      editions: editions.map((status) => editionEntry(studio, status)),
      sources: sources.map((source) => sourceView(source, studio.clock.now())),
      dropped: dropped.map(({ scope, count: number }) => ({ scope, count: count(number) })),
      caughtCount: caught === undefined ? '' : count(caught),
    });
  });
}

/** What a list says of an edition. */
export function editionEntry(studio: Studio, status: EditionStatus) {
  const newsletter = studio.newsletters.find((one) => one.id === status.newsletterId);
  return {
    id: status.id,
    href: `/studio/editions/${status.id}`,
    newsletter: newsletter?.title ?? status.newsletterId,
    moment: moment(status.slot, newsletter?.time_zone ?? 'UTC'),
    timeZone: newsletter?.time_zone ?? 'UTC',
    iso: new Date(status.slot).toISOString(),
    state: status.state,
    reason: status.reason ?? '',
    stories: storiesInWords(status.stories),
    ledger: ledgerView(status),
  };
}

function storiesInWords(number: number): string {
  if (number === 0) return '';
  return number === 1 ? '1 story' : `${number} stories`;
}

async function activeReaders(studio: Studio): Promise<ReadonlyMap<string, number>> {
  const rows = await studio.db
    .selectFrom('subscriptions')
    .select(['newsletter_id', studio.db.fn.countAll<number>().as('n')])
    .where('state', '=', 'active')
    .groupBy('newsletter_id')
    .execute();
  return new Map(rows.map((row) => [row.newsletter_id, Number(row.n)]));
}

function newsletterView(
  studio: Studio,
  newsletter: NewsletterConfig,
  editions: readonly EditionStatus[],
  readers: ReadonlyMap<string, number>,
) {
  const next = nextSlot(newsletter, studio.clock.now());
  const last = editions.find((edition) => edition.newsletterId === newsletter.id);
  return {
    title: newsletter.title,
    readers: count(readers.get(newsletter.id) ?? 0),
    timeZone: newsletter.time_zone,
    next: next === undefined ? '' : moment(next, newsletter.time_zone),
    until: next === undefined ? '' : distance(next, studio.clock.now()),
    last: last ? editionEntry(studio, last) : null,
  };
}

function sourceView(source: SourceHealth, now: number) {
  const failing = source.lastError !== null;
  return {
    id: source.id,
    failing,
    error: source.lastError ?? '',
    checked: distance(source.checkedAt, now),
    succeeded: source.succeededAt === null ? 'never' : distance(source.succeededAt, now),
  };
}
