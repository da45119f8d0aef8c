import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parseAddress } from '../../base/text/address.ts';
import { askedFor } from '../../delivery/answer-to.ts';
import {
  AMISS_FATES,
  FATES,
  type FateCursor,
  type FateFilter,
  type ListedFate,
  listFates,
  reasonsOfCancelling,
} from '../../delivery/listing.ts';
import { type EditionStatus, editionStatus } from '../../delivery/progress.ts';
import { findEdition } from '../../editions/store/edition-store.ts';
import { spreadsheetCsv } from '../../subscribers/spreadsheet.ts';
import { editionEntry } from '../desk/overview.ts';
import type { EditionRoute, Studio } from '../studio-deps.ts';
import { sendPage } from '../studio-page.ts';
import { count, moment, stateInWords } from '../studio-words.ts';
import { answerTo } from './asked-words.ts';

interface DeliveriesRoute extends EditionRoute {
  Querystring: { state?: string; reason?: string; after?: string; address?: string };
}

const PER_PAGE = 100;
const CSV_PAGE = 1_000;
const COLUMNS = ['address', 'state', 'why', 'attempts', 'settled_at'];

/** Shows who got an edition, who did not and why; and looks up one address. */
export function deliveriesRoutes(scope: FastifyInstance, studio: Studio): void {
  scope.get<DeliveriesRoute>('/studio/editions/:id/deliveries', async (request, reply) => {
    const edition = await findEdition(studio.db, request.params.id);
    if (!edition) return reply.callNotFound();
    return sendTable(studio, request, reply, await editionStatus(studio.db, edition.id));
  });
  scope.get<DeliveriesRoute>('/studio/editions/:id/deliveries.csv', async (request, reply) => {
    const edition = await findEdition(studio.db, request.params.id);
    if (!edition) return reply.callNotFound();
    const { state = '' } = request.query;
    const name = state in CHOICES ? `${edition.id}-${state}` : edition.id;
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name}.csv"`)
      .send(csvOf(studio, edition.id, filterOf(request.query)));
  });
}

/** Filters, by their names in the address. */
const CHOICES: Readonly<Record<string, FateFilter['fates']>> = {
  amiss: AMISS_FATES,
  ...Object.fromEntries(FATES.map((fate) => [fate, [fate]])),
};

function filterOf({ state = '', reason }: DeliveriesRoute['Querystring']): FateFilter {
  const fates = (Object.hasOwn(CHOICES, state) ? CHOICES[state] : undefined) ?? FATES;
  return { fates, ...(reason ? { reason } : {}) };
}

/** Such as `rejected.4711`. */
function cursorOf(text: string | undefined): FateCursor | undefined {
  const [, name, id] = /^([a-z]+)\.(\d{1,15})$/.exec(text ?? '') ?? [];
  const fate = FATES.find((one) => one === name);
  return fate && { fate, id: Number(id) };
}

async function sendTable(
  studio: Studio,
  request: FastifyRequest<DeliveriesRoute>,
  reply: FastifyReply,
  status: EditionStatus,
): Promise<FastifyReply> {
  const { query } = request;
  const entry = editionEntry(studio, status);
  const filter = filterOf(query);
  const rows = await listFates(studio.db, status.id, filter, {
    after: cursorOf(query.after),
    limit: PER_PAGE + 1,
  });
  const here = `/studio/editions/${status.id}/deliveries`;
  const shown = rows.slice(0, PER_PAGE);
  const last = shown.at(-1);
  const more = rows.length > PER_PAGE && last ? { after: `${last.fate}.${last.id}` } : undefined;
  const choice = { state: query.state ?? '', reason: query.reason ?? '' };
  return sendPage(studio, request, reply, 'deliveries', {
    pageTitle: `Who got it: ${entry.newsletter}, ${entry.moment}`,
    styles: ['watch.css'],
    edition: entry,
    here,
    asked: await askedView(studio, status, entry.timeZone, query.address),
    choices: await choicesView(studio, status, here, choice),
    rows: shown.map((row) => rowView(row, entry.timeZone, studio.clock.now())),
    first: query.after === undefined ? '' : addressOf(here, choice),
    next: more ? addressOf(here, { ...choice, ...more }) : '',
    csv: addressOf(`${here}.csv`, choice),
    frozen: status.candidates !== null,
  });
}

async function askedView(studio: Studio, status: EditionStatus, timeZone: string, text: string | undefined) {
  if (text === undefined || text.trim() === '') return { address: '', answer: '', problem: '', attempts: [] };
  const parsed = parseAddress(text.trim(), { world: true });
  if (!parsed.ok)
    return { address: text, answer: '', problem: `This is not an address: ${parsed.reason}.`, attempts: [] };
  const asked = await askedFor(studio.db, status, parsed.address);
  const attempts = asked.kind === 'prepared' ? asked.attempts : [];
  return {
    address: parsed.address,
    reader: `/studio/readers?${new URLSearchParams({ address: parsed.address })}`,
    answer: answerTo(asked, timeZone, studio.clock.now()),
    problem: '',
    attempts: attempts.map((one) => ({ ...one, moment: moment(one.at, timeZone, studio.clock.now()) })),
  };
}

interface Choice {
  readonly state: string;
  readonly reason: string;
}

async function choicesView(studio: Studio, status: EditionStatus, here: string, chosen: Choice) {
  const { deliveries, excluded } = status;
  const left = Object.values(excluded).reduce((sum, number) => sum + number, 0);
  const numbers: Readonly<Record<string, number>> = { ...deliveries, excluded: left };
  const one = (label: string, number: number, choice: Choice) => ({
    label,
    count: count(number),
    href: addressOf(here, choice),
    current: choice.state === chosen.state && choice.reason === chosen.reason,
  });
  const fates = FATES.filter((fate) => (numbers[fate] ?? 0) > 0);
  const cancelled = deliveries.cancelled > 0 ? await reasonsOfCancelling(studio.db, status.id) : [];
  return {
    states: [
      one('all', status.candidates ?? 0, { state: '', reason: '' }),
      ...fates.map((fate) => one(stateInWords(fate), numbers[fate] ?? 0, { state: fate, reason: '' })),
    ],
    reasons: [
      ...Object.entries(excluded).map(([reason, number]) =>
        one(reason, number, { state: 'excluded', reason }),
      ),
      ...cancelled.map(({ reason, count: number }) => one(reason, number, { state: 'cancelled', reason })),
    ],
  };
}

function rowView(row: ListedFate, timeZone: string, now: number) {
  return {
    email: row.email,
    fate: row.fate,
    became: stateInWords(row.fate),
    why: row.why,
    attempts: row.attempts,
    moment: row.settledAt === null ? '' : moment(row.settledAt, timeZone, now),
    ask: row.email === 'erased' ? '' : `?${new URLSearchParams({ address: row.email })}`,
  };
}

function addressOf(path: string, values: Choice & { readonly after?: string }): string {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== ''));
  return query.size === 0 ? path : `${path}?${query}`;
}

/** Page by page, however many there are; safe to open in a spreadsheet. */
function csvOf({ db, log }: Studio, editionId: string, filter: FateFilter): Readable {
  const csv = spreadsheetCsv(COLUMNS);
  const write = async () => {
    for (let after: FateCursor | undefined; ; ) {
      const rows = await listFates(db, editionId, filter, { after, limit: CSV_PAGE });
      for (const { email, fate, why, attempts, settledAt } of rows) {
        const settled = settledAt === null ? '' : new Date(settledAt).toISOString();
        if (!csv.write([email, fate, why, attempts, settled])) await once(csv, 'drain');
      }
      after = rows.at(-1);
      if (rows.length < CSV_PAGE || csv.destroyed) break;
    }
    csv.end();
  };
  write().catch((error) => {
    if (!csv.destroyed) log.error({ edition: editionId, error }, 'A list of deliveries broke off');
    csv.destroy(error);
  });
  return csv;
}
