import type { App } from '../../app.ts';
import { systemClock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { Verdict } from '../../checks/check-edition.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import { countAudience, type FrozenAudience } from '../../delivery/audience/audience.ts';
import { type EditionStatus, editionStatus } from '../../delivery/progress.ts';
import { refusedIn } from '../../editing/refused-stories.ts';
import { countStories, storiesInWords } from '../../editions/edition.ts';
import type { EditionReason } from '../../editions/reason.ts';
import { type KeptEdition, withContent } from '../../editions/store/kept-edition.ts';
import { reasonForPrograms, reasonInWords, reasonWords } from '../../editions/words/reason-words.ts';
import { type Outlook, outlook, type Published, publish } from '../../publishing/publish.ts';
import { editionNamed, newslettersNamed, readDuration, readMoment } from '../arguments.ts';
import { deskWords } from '../doctor/doctor-desk.ts';
import { findingLines } from '../finding-lines.ts';
import { interruption } from '../interruption.ts';
import {
  counted,
  decisionLines,
  EXIT,
  exitCodeOf,
  ledgerLines,
  say,
  sayJson,
  sourceLines,
} from '../output.ts';
import { restoreLines } from '../restored-command.ts';
import { summary } from './check.ts';
import { deliverAndWait } from './deliver.ts';
import { secondCopyLines } from './status-commands.ts';

export interface SendOptions {
  readonly asOf?: string;
  readonly dryRun?: boolean;
  readonly explain?: boolean;
  readonly wait: string;
  readonly json?: boolean;
}

/**
 * `broadsheet send [edition]`: collect … deliver, waits, prints the ledger. Returns the exit code.
 */
export async function send(app: App, name: string | undefined, options: SendOptions): Promise<number> {
  const { newsletters, asOf } = await whatToSend(app, name, options);
  if (options.dryRun) return dryRun(app, newsletters, asOf, options);
  const waitMs = readDuration(options.wait);
  const stop = interruption();
  const statuses: Settled[] = [];
  await app.watchForRestore();
  if (!options.json) for (const line of await restoreLines(app)) say(line);
  const engine = await app.startDelivery();
  for (const newsletter of newsletters) {
    if (stop.aborted) break;
    const published = await publish(app.publishing, newsletter, asOf);
    if (!options.json) sayPublished(published, options.explain === true);
    const before = await editionStatus(app.db, published.edition.id);
    if (before.state === 'frozen') await deliverAndWait(app, engine, before.id, waitMs, stop);
    if (stop.aborted) await engine.stop();
    const status = await editionStatus(app.db, before.id);
    const { verdict, keptBy } = published;
    statuses.push({ ...status, ...(verdict && { verdict }), ...(keptBy !== undefined && { keptBy }) });
    if (!options.json) await saySettled(app, status, before);
  }
  if (options.json) sayJson(statuses.map(forPrograms));
  if (!stop.aborted) return areReady(statuses) ? exitCodeOf(statuses) : EXIT.notReady;
  process.stderr.write(
    'Interrupted: what was under way came to its end; `broadsheet send` goes on with the rest.\n',
  );
  return EXIT.interrupted;
}

interface Settled extends EditionStatus {
  readonly verdict?: Verdict;
  readonly keptBy?: EditionReason;
}

function forPrograms({ keptBy, ...settled }: Settled) {
  const kept = keptBy && { keptBy: reasonWords(keptBy), keptByCode: keptBy };
  return { ...settled, ...reasonForPrograms(settled.reason), ...kept };
}

async function whatToSend(app: App, name: string | undefined, options: SendOptions) {
  const asOf = options.asOf === undefined ? undefined : readMoment(options.asOf);
  if (asOf !== undefined && asOf > app.clock.now() && !options.dryRun)
    throw new AppError('USAGE', `${options.asOf} is yet to come`, {
      hint: 'With --dry-run it can be looked at.',
    });
  const known = name === undefined || app.config.newsletters.some(({ id }) => id === name);
  if (known) return { newsletters: newslettersNamed(app.config, name), asOf };
  const edition = await editionNamed(app, name);
  // An edition by its id: its newsletter, as of its own slot, which is the same edition whatever was due since.
  return { newsletters: newslettersNamed(app.config, edition.newsletterId), asOf: asOf ?? edition.slot };
}

async function dryRun(
  app: App,
  newsletters: readonly NewsletterConfig[],
  asOf: number | undefined,
  options: SendOptions,
): Promise<number> {
  const outlooks = [];
  for (const newsletter of newsletters) {
    const sources = await app.collector.collect(newsletter.sources);
    const look = await outlook(app.publishing, newsletter, asOf);
    const { id, state, content } = look.sent ?? look.edition;
    const audience =
      state === 'draft' ? await countAudience(app.db, withContent(look.edition), app.clock.now()) : undefined;
    const verdict = audience && (await app.verdict(withContent(look.edition, app.clock.now())));
    outlooks.push({
      id,
      state,
      ...countStories(content),
      ...audience,
      ...(verdict ? { verdict } : {}),
    });
    if (options.json) continue;
    for (const line of sourceLines(sources)) say(`collected  ${line}`);
    sayOutlook(look, options.explain === true);
    if (verdict) sayChecked(verdict);
    if (look.onDesk) say(`desk       ${(await deskWords(app)).get(id) ?? 'it has just left'}`);
    say(`dry run    ${audience ? wouldGoTo(audience) : standsAs(state)}; nothing was sent`);
    for (const [reason, count] of Object.entries(audience?.reasons ?? {}))
      say(`           ${count} left out: ${reason}`);
  }
  if (options.json) sayJson(outlooks);
  return areReady(outlooks) ? EXIT.done : EXIT.notReady;
}

function areReady(editions: readonly Pick<Settled, 'verdict' | 'keptBy'>[]): boolean {
  return editions.every(({ verdict, keptBy }) => verdict?.ready !== false && keptBy === undefined);
}

/**
 * An edition that was only looked at: what was sent at its slot, if anything, and how it would be
 * composed now.
 */
export function sayOutlook({ edition, decisions, sent, onDesk }: Outlook, explain: boolean): void {
  const about = edition.content
    ? storiesInWords(countStories(edition.content))
    : `no edition: ${reasonInWords(edition.reason)}`;
  if (sent) say(`edition    ${sent.id}  ${sent.state} already; composed anew it would be:`);
  const soFar = edition.slot > systemClock.now() && !sent ? ', so far' : '';
  say(`edition    ${edition.id}  ${about}${onDesk ? ', as it is on the editors’ desk' : soFar}`);
  const lines = explain
    ? decisionLines(decisions)
    : (edition.content?.stories ?? []).map((story) => story.headline);
  for (const line of lines) say(`           ${line}`);
  for (const line of leftOutLines(edition)) say(line);
}

/** The stories that an edition goes without, each with the reason. */
export function leftOutLines({ content }: Pick<KeptEdition, 'content'>): string[] {
  return refusedIn(content).map(({ headline, because }) => `left out   “${headline}”: ${because}`);
}

function wouldGoTo({ candidates, prepared, excluded }: FrozenAudience): string {
  return `would go to ${prepared} of ${counted(candidates, 'candidate', 'candidates')} (${excluded} excluded)`;
}

/**
 * An edition whose audience is fixed goes to that audience and to nobody else, whoever subscribed
 * since.
 */
function standsAs(state: KeptEdition['state']): string {
  return state === 'empty' || state === 'missed' ? 'would go to nobody' : `this edition is ${state} already`;
}

const NO_EDITION: Partial<Record<KeptEdition['state'], string>> = {
  empty: 'no edition: ',
  draft: 'no edition yet: ',
};

/** Prints the result of each source, and the edition. */
export function sayPublished(published: Published, explain: boolean): void {
  const { edition, decisions, sources, verdict, keptBy } = published;
  for (const line of sourceLines(sources)) say(`collected  ${line}`);
  const about = edition.content
    ? storiesInWords(countStories(edition.content))
    : reasonInWords(edition.reason);
  say(`edition    ${edition.id}  ${edition.content ? '' : (NO_EDITION[edition.state] ?? '')}${about}`);
  for (const line of leftOutLines(edition)) say(line);
  if (explain) for (const line of decisionLines(decisions)) say(`           ${line}`);
  if (verdict) sayChecked(verdict);
  if (keptBy !== undefined && edition.content && verdict?.ready !== false)
    say(`stays      ${reasonWords(keptBy)}; \`broadsheet approve ${edition.id}\` or the studio decides`);
}

/** The verdict, with everything that was found. */
export function sayChecked(verdict: Verdict): void {
  say(`checked    ${summary(verdict)}`);
  for (const line of findingLines(verdict)) say(`           ${line}`);
}

async function saySettled(app: App, status: EditionStatus, before: EditionStatus): Promise<void> {
  if (status.candidates === null) return;
  const sent = status.deliveries.accepted - before.deliveries.accepted;
  say(`sent       ${sent} now${before.state === 'finished' ? ' (this edition was finished before)' : ''}`);
  for (const line of ledgerLines(status)) say(`ledger     ${line}`);
  for (const line of await secondCopyLines(app, status)) say(`           ${line}`);
}
