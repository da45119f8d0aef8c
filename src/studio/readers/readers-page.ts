import type { FastifyInstance } from 'fastify';
import { parseAddress } from '../../base/text/address.ts';
import { addressesOf, type ReaderHistory, readerHistory } from '../../delivery/reader-history.ts';
import { readEditionId } from '../../editions/edition.ts';
import { correctionsAmong } from '../../editions/store/corrections.ts';
import type { Studio } from '../studio-deps.ts';
import { sendPage } from '../studio-page.ts';
import { count, moment, stateInWords } from '../studio-words.ts';

interface ReadersRoute {
  Querystring: { address?: string };
}

const MOST_DELIVERIES = 200;

/** Shows everything that is kept about one reader, except what they never want to be sent. */
export function readersRoute(scope: FastifyInstance, studio: Studio): void {
  scope.get<ReadersRoute>('/studio/readers', async (request, reply) => {
    const text = request.query.address?.trim() ?? '';
    const parsed = parseAddress(text, { world: true });
    const history = parsed.ok ? await readerHistory(studio.db, parsed.address) : undefined;
    const elsewhere = parsed.ok && !history ? await addressesOf(studio.db, parsed.address) : undefined;
    return sendPage(studio, request, reply, 'readers', {
      pageTitle: 'Find a reader',
      styles: ['watch.css'],
      address: text,
      problem: text === '' || parsed.ok ? '' : `This is not an address: ${parsed.reason}.`,
      reader: history ? readerView(studio, history, await correctionsIn(studio, history)) : null,
      nobody: parsed.ok && !history ? nobodyWords(studio, elsewhere) : '',
      movedTo: elsewhere?.movedTo ? addressLink(elsewhere.movedTo) : null,
    });
  });
}

function nobodyWords(
  { newsletters, clock }: Studio,
  found: Awaited<ReturnType<typeof addressesOf>> | undefined,
): string {
  const zone = newsletters[0]?.time_zone ?? 'UTC';
  if (found?.movedTo) return 'The reader with this address has moved to another one.';
  if (found?.erasedAt !== undefined)
    return `This address was deleted at its owner’s request, ${moment(found.erasedAt, zone, clock.now())}. Nothing else about it is kept.`;
  return 'This address never subscribed to anything.';
}

function addressLink(email: string) {
  return { email, href: `/studio/readers?${new URLSearchParams({ address: email })}` };
}

/** Returns the reader's editions that correct another one. */
function correctionsIn({ db }: Studio, { deliveries }: ReaderHistory): Promise<ReadonlySet<string>> {
  return correctionsAmong(
    db,
    deliveries.flatMap(({ editionId }) => editionId ?? []),
  );
}

function readerView(studio: Studio, history: ReaderHistory, corrections: ReadonlySet<string>) {
  const zoneOf = (id: string | undefined) =>
    studio.newsletters.get(id)?.time_zone ?? studio.newsletters[0]?.time_zone ?? 'UTC';
  const titleOf = (id: string) => studio.newsletters.get(id)?.title ?? id;
  const when = (time: number | null, id?: string) =>
    time === null ? '' : moment(time, zoneOf(id), studio.clock.now());
  const editionWords = (id: string) => {
    const { newsletterId, slot } = readEditionId(id) ?? {};
    return newsletterId === undefined || slot === undefined
      ? id
      : `${titleOf(newsletterId)}, ${moment(slot, zoneOf(newsletterId), studio.clock.now())}${corrections.has(id) ? ' (a correction)' : ''}`;
  };
  const editions = history.deliveries.filter(({ kind }) => kind === 'edition');
  const got = editions.filter(({ state }) => state === 'accepted').length;
  const newest = history.deliveries.toReversed();
  return {
    email: history.email,
    name: history.name,
    sentence: gotWords(got, editions.length),
    suppressed: history.suppression
      ? `On the suppression list since ${when(history.suppression.at)}: ${history.suppression.reason}.`
      : '',
    paused: history.pausedUntil === null ? '' : when(history.pausedUntil),
    subscriptions: history.subscriptions.map((one) => ({
      title: titleOf(one.newsletterId),
      state: one.state,
      sections: one.sections?.join(', ') ?? 'everything',
      frequency: one.frequency === 'weekly' ? 'once a week' : 'every edition',
      since: when(one.confirmedAt ?? one.createdAt, one.newsletterId),
      until: when(one.unsubscribedAt, one.newsletterId),
      because: one.leftBecause ?? '',
    })),
    deliveries: newest.slice(0, MOST_DELIVERIES).map((one) => ({
      ...one,
      stands: stateInWords(one.state),
      what: one.editionId === null ? (KINDS[one.kind] ?? one.kind) : editionWords(one.editionId),
      href: one.editionId === null ? '' : `/studio/editions/${one.editionId}`,
      moment: when(one.createdAt),
      last: one.attempts.at(-1)?.reply ?? one.detail ?? '',
      tried: one.attempts.length,
      attempts: one.attempts.map((tried) => ({ ...tried, moment: when(tried.at) })),
    })),
    cutShort: newest.length > MOST_DELIVERIES,
    exclusions: history.exclusions
      .map((one) => ({
        ...one,
        what: editionWords(one.editionId),
        href: `/studio/editions/${one.editionId}`,
      }))
      .toReversed(),
    consents: history.consents.map((one) => ({ ...one, moment: when(one.at) })),
  };
}

/** Returns the number of editions that reached a reader, of those made for them. */
function gotWords(got: number, prepared: number): string {
  if (prepared === 0) return 'No edition has been made for this reader yet.';
  if (prepared === 1) return `The one edition made for this reader was ${got === 1 ? '' : 'not '}accepted.`;
  if (got === prepared) return `All ${count(prepared)} editions made for this reader were accepted.`;
  return `${got === 0 ? 'None' : count(got)} of the ${count(prepared)} editions made for this reader ${got === 1 ? 'was' : 'were'} accepted.`;
}

/** Mail that is no edition, as an editor would call it. */
const KINDS: Readonly<Record<string, string>> = {
  confirmation: 'the confirmation',
  welcome: 'the welcome',
  'already-subscribed': '“you already get it”',
  goodbye: 'the goodbye',
  'address-old': 'the address change, old address',
  'address-new': 'the address change, new address',
};
