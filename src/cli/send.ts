import type { App } from '../app.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { countAudience, type FrozenAudience } from '../delivery/audience.ts';
import { type EditionStatus, editionStatus, secondCopies } from '../delivery/progress.ts';
import { watchEdition } from '../delivery/watch.ts';
import { type KeptEdition, withContent } from '../editions/edition-store.ts';
import { composeEdition, type Published, publish } from '../publishing/publish.ts';
import { editionNamed, newslettersNamed, readDuration, readMoment } from './arguments.ts';
import { deliverAndWait } from './deliver.ts';
import {
  counted,
  decisionLines,
  EXIT,
  editionLine,
  exitCodeOf,
  ledgerLines,
  say,
  sayJson,
  sourceLines,
  watchLines,
} from './output.ts';

export interface SendOptions {
  readonly asOf?: string;
  readonly dryRun?: boolean;
  readonly explain?: boolean;
  readonly wait: string;
  readonly json?: boolean;
}

/** `broadsheet send [edition]`: collect … deliver, waits, prints the ledger. Returns the exit code. */
export async function send(app: App, name: string | undefined, options: SendOptions): Promise<number> {
  const { newsletters, asOf } = await whatToSend(app, name, options);
  if (options.dryRun) return dryRun(app, newsletters, asOf, options);
  const waitMs = readDuration(options.wait);
  const statuses: EditionStatus[] = [];
  const engine = await app.startDelivery();
  for (const newsletter of newsletters) {
    const published = await publish(app.publishing, newsletter, asOf);
    if (!options.json) sayPublished(published, options.explain === true);
    const standing = await editionStatus(app.db, published.edition.id);
    const status =
      standing.state === 'frozen' ? await deliverAndWait(app, engine, standing.id, waitMs) : standing;
    statuses.push(status);
    if (!options.json) await saySettled(app, status, standing);
  }
  if (options.json) sayJson(statuses);
  return exitCodeOf(statuses);
}

async function whatToSend(app: App, name: string | undefined, options: SendOptions) {
  const asOf = options.asOf === undefined ? app.clock.now() : readMoment(options.asOf);
  const edition =
    name === undefined || app.config.newsletters.some(({ id }) => id === name)
      ? undefined
      : await editionNamed(app, name);
  if (!edition) return { newsletters: newslettersNamed(app.config, name), asOf };
  // An edition by its id: its newsletter, as of its own slot, which is the same edition whatever was due since.
  return {
    newsletters: newslettersNamed(app.config, edition.newsletterId),
    asOf: options.asOf === undefined ? edition.slot : asOf,
  };
}

async function dryRun(
  app: App,
  newsletters: readonly NewsletterConfig[],
  asOf: number,
  options: SendOptions,
): Promise<number> {
  const outlooks = [];
  for (const newsletter of newsletters) {
    const sources = await app.collect(newsletter.sources);
    const { edition, decisions } = await composeEdition(app.publishing, newsletter, asOf);
    const { id, state, content } = edition;
    const audience =
      state === 'draft' ? await countAudience(app.db, withContent(edition), app.clock.now()) : undefined;
    outlooks.push({ id, state, stories: content?.stories.length ?? 0, ...audience });
    if (options.json) continue;
    sayPublished({ edition, decisions, sources }, options.explain === true);
    say(`dry run    ${audience ? wouldGoTo(audience) : standsAs(state)}; nothing was sent`);
  }
  if (options.json) sayJson(outlooks);
  return EXIT.done;
}

function wouldGoTo({ candidates, prepared, excluded }: FrozenAudience): string {
  return `would go to ${prepared} of ${counted(candidates, 'candidate', 'candidates')} (${excluded} excluded)`;
}

/** An edition whose audience is fixed goes to that audience and to nobody else, whoever subscribed since. */
function standsAs(state: KeptEdition['state']): string {
  return state === 'empty' || state === 'missed' ? 'would go to nobody' : `this edition is ${state} already`;
}

/** What came from each source, and what the edition is. */
export function sayPublished({ edition, decisions, sources }: Published, explain: boolean): void {
  for (const line of sourceLines(sources)) say(`collected  ${line}`);
  const about = edition.content
    ? counted(edition.content.stories.length, 'story', 'stories')
    : edition.reason;
  say(`edition    ${edition.id}  ${edition.state === 'empty' ? 'no edition: ' : ''}${about}`);
  if (explain) for (const line of decisionLines(decisions)) say(`           ${line}`);
}

async function saySettled(app: App, status: EditionStatus, before: EditionStatus): Promise<void> {
  if (status.candidates === null) return;
  const sent = status.deliveries.accepted - before.deliveries.accepted;
  say(`sent       ${sent} now${before.state === 'finished' ? ' (this edition was finished before)' : ''}`);
  for (const line of ledgerLines(status)) say(`ledger     ${line}`);
  for (const line of await secondCopyLines(app, status)) say(`           ${line}`);
}

/** The ledger of editions: each with its equation, how it gets on, and what servers said. */
export async function sayStatus(app: App, statuses: readonly EditionStatus[]): Promise<void> {
  if (statuses.length === 0) say('No editions yet. `broadsheet compose` makes the one that is due.');
  for (const status of statuses) {
    say(editionLine(status));
    if (status.candidates === null) continue;
    for (const line of ledgerLines(status)) say(`  ${line}`);
    for (const line of await secondCopyLines(app, status)) say(`  ${line}`);
    for (const line of watchLines(await watchEdition(app.db, status, app.clock.now()))) say(`  ${line}`);
  }
}

const MOST_NAMED = 10;

/** Who may hold two copies, by address: the first ones here, all of them in the studio. */
async function secondCopyLines(app: App, status: EditionStatus): Promise<string[]> {
  if (status.possibleSecondCopies === 0) return [];
  const copies = await secondCopies(app.db, status.id);
  const more = copies.length > MOST_NAMED ? [`… and ${copies.length - MOST_NAMED} more`] : [];
  return [...copies.slice(0, MOST_NAMED).map(({ email }) => email), ...more].map((line) => `  ${line}`);
}
