import type { FastifyInstance } from 'fastify';
import { sourceFailureWords } from '../../articles/sources/failure-words.ts';
import { type RelayTrouble, relayTrouble } from '../../delivery/engine/relay-trouble.ts';
import type { EditionStatus } from '../../delivery/progress.ts';
import { storiesInWords } from '../../editions/edition.ts';
import { reasonInWords } from '../../editions/words/reason-words.ts';
import { type Restore, restoreOf } from '../../publishing/restore.ts';
import { FULL_MAILBOXES } from '../../subscribers/sign-up/ceiling-scopes.ts';
import { turnedAway } from '../../subscribers/sign-up/ceilings.ts';
import type { SourceHealth, Studio } from '../studio-deps.ts';
import { sendPage } from '../studio-page.ts';
import { count, distance, moment, stateInWords } from '../studio-words.ts';
import { deskView } from './desk.ts';
import { deskRoutes } from './desk-routes.ts';
import { ledgerView } from './ledger-view.ts';
import { pastEditions } from './past-editions.ts';

interface OverviewRoute {
  Querystring: { page?: string };
}

/** The desk, the studio's first page: what comes next, how the last editions fared, and whether the sources are well. */
export function overviewRoute(scope: FastifyInstance, studio: Studio): void {
  scope.get<OverviewRoute>('/studio', async (request, reply) => {
    const { editor, query } = request;
    const [relay, newsletters, past, sources, caught, turned, restore] = await Promise.all([
      relayTrouble(studio.db),
      Promise.all(studio.newsletters.map((one) => deskView(studio, editor, one))),
      pastEditions(studio, query.page),
      studio.sourceStates(),
      studio.caught?.count(),
      turnedAway(studio.db, studio.signUp, studio.clock.now()),
      restoreOf(studio.db),
    ]);
    return sendPage(studio, request, reply, 'overview', {
      pageTitle: 'Studio',
      styles: ['desk.css'],
      relay: relay ? relayView(relay, studio.clock.now()) : null,
      newsletters,
      restore: restore && restoreView(studio, restore),
      editions: past.editions.map((one) => ({
        ...editionEntry(studio, one),
        isCorrection: one.isCorrection,
      })),
      newer: past.newer,
      older: past.older,
      sources: sources.map((source) => sourceView(source, studio.clock.now())),
      turned: turned.map(({ scope, count: number, dropped }) => ({
        scope: scope === FULL_MAILBOXES ? 'per_mailbox' : scope,
        count: count(number),
        dropped,
      })),
      caughtCount: caught === undefined ? '' : count(caught),
    });
  });
  deskRoutes(scope, studio);
}

/**
 * Returns the editions that a restored backup put on hold, with the pages on which each is decided.
 */
function restoreView({ newsletters, clock }: Studio, { knownUntil, editions }: Restore) {
  const home = newsletters[0]?.time_zone ?? 'UTC';
  const now = clock.now();
  return {
    knownUntil: knownUntil === 0 ? '' : moment(knownUntil, home, now),
    timeZone: home,
    editions: editions.map(({ id, newsletterId, slot, state }) => {
      const newsletter = newsletters.get(newsletterId);
      return {
        href: `/studio/editions/${id}`,
        newsletter: newsletter?.title ?? newsletterId,
        moment: moment(slot, newsletter?.time_zone ?? home, now),
        paused: state === 'paused',
      };
    }),
  };
}

/** Returns a list's entry for an edition. */
export function editionEntry(studio: Studio, status: EditionStatus) {
  const newsletter = studio.newsletters.get(status.newsletterId);
  return {
    id: status.id,
    href: `/studio/editions/${status.id}`,
    newsletter: newsletter?.title ?? status.newsletterId,
    moment: moment(status.slot, newsletter?.time_zone ?? 'UTC', studio.clock.now()),
    timeZone: newsletter?.time_zone ?? 'UTC',
    iso: new Date(status.slot).toISOString(),
    state: status.state,
    stands: stateInWords(status.state),
    reason: reasonInWords(status.reason),
    stories: storiesInWords(status),
    ledger: ledgerView(status),
  };
}

/** Says that no mail leaves, since when, and why. */
function relayView({ since, lastError, lastTriedAt }: RelayTrouble, now: number) {
  return {
    iso: new Date(since).toISOString(),
    since: distance(since, now),
    tried: distance(lastTriedAt, now),
    error: lastError,
  };
}

function sourceView(source: SourceHealth, now: number) {
  const failing = source.failure !== null;
  return {
    id: source.id,
    failing,
    error: source.failure ? sourceFailureWords(source.failure) : '',
    checked: distance(source.checkedAt, now),
    succeeded: source.succeededAt === null ? 'never' : distance(source.succeededAt, now),
  };
}
