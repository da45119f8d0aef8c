import type { App } from '../app.ts';
import type { SourceReport } from '../articles/collect.ts';
import { sourceFailureWords } from '../articles/failure-words.ts';
import { AppError } from '../base/errors.ts';
import { cancelEdition, pauseEdition, resumeEdition } from '../delivery/control.ts';
import { editionStatus, recentEditions } from '../delivery/progress.ts';
import { relayTrouble } from '../delivery/relay-trouble.ts';
import { noteAct } from '../editions/act-log.ts';
import { decisionWords } from '../editions/decision-words.ts';
import { reasonForPrograms } from '../editions/reason-words.ts';
import { actWords } from '../publishing/act-words.ts';
import { type Outlook, outlook } from '../publishing/publish.ts';
import { resumeNewsletter } from '../publishing/slots.ts';
import { editionNamed, newslettersNamed, readMoment } from './arguments.ts';
import { BY } from './letting-go.ts';
import { counted, EXIT, relayLines, say, sayJson, sourceLines } from './output.ts';
import { restoreLines } from './restored.ts';
import { sayOutlook, sayStatus } from './send.ts';

/** `broadsheet collect`: every source once. 3 when none of them could be read, 1 when one of ours has something to mend. */
export async function collect(app: App, options: { json?: boolean }): Promise<number> {
  const reports = await app.collector.collect();
  if (options.json) sayJson(reports.map(reportForPrograms));
  else for (const line of sourceLines(reports)) say(line);
  if (reports.every((report) => report.kind === 'failed')) return EXIT.notReady;
  // An entry that somebody else's feed got wrong is told, too, but nobody here can mend it.
  const ours = new Set(app.config.sources.flatMap((source) => ('folder' in source ? [source.id] : [])));
  const isBad = ({ sourceId, kind, refused }: SourceReport) =>
    kind === 'failed' || (ours.has(sourceId) && refused.some(({ leftOut }) => !leftOut));
  return reports.some(isBad) ? EXIT.someRejected : EXIT.done;
}

function reportForPrograms({ reason, ...report }: SourceReport) {
  return { ...report, ...(reason && { reason: sourceFailureWords(reason), reasonCode: reason }) };
}

/** `broadsheet compose [newsletter]`: what the edition that is due would be, or the next one so far. Keeps nothing. */
export async function compose(
  app: App,
  name: string | undefined,
  options: { asOf?: string; explain?: boolean; json?: boolean },
): Promise<number> {
  const asOf = options.asOf === undefined ? undefined : readMoment(options.asOf);
  const looks: Outlook[] = [];
  for (const newsletter of newslettersNamed(app.config, name)) {
    const reports = await app.collector.collect(newsletter.sources);
    const look = await outlook(app.publishing, newsletter, asOf);
    looks.push(look);
    if (options.json) continue;
    for (const line of sourceLines(reports)) say(`collected  ${line}`);
    sayOutlook(look, options.explain === true);
  }
  if (options.json) sayJson(looks.map(asJson));
  return EXIT.done;
}

/** `broadsheet status`: whether the relay can be used, and the ledger of recent editions; in JSON each of them has both. */
export async function status(app: App, options: { json?: boolean }): Promise<number> {
  const statuses = await recentEditions(app.db);
  const relay = await relayTrouble(app.db);
  if (options.json)
    sayJson(statuses.map((one) => ({ ...one, ...reasonForPrograms(one.reason), relay: relay ?? null })));
  else {
    for (const line of relayLines(relay, app.clock.now())) say(line);
    await sayStatus(app, statuses);
    for (const line of await restoreLines(app)) say(line);
  }
  if (statuses.every((one) => one.balanced)) return EXIT.done;
  throw new AppError('LEDGER_UNBALANCED', 'An edition above does not add up');
}

/** `broadsheet pause EDITION`: within a second nothing more of it starts. */
export async function pause(app: App, id: string): Promise<number> {
  const { state } = await editionNamed(app, id);
  if (!(await pauseEdition(app.db, id, { code: 'paused', by: BY }))) throw notUnderWay(id, state);
  await note(app, id, 'paused');
  say(`${id} is paused; \`broadsheet resume ${id}\` goes on where it stopped`);
  return sayEdition(app, id);
}

/** `broadsheet resume EDITION`: a running `start`, or the next `send`, goes on with it. Of a newsletter: it makes editions again. */
export async function resume(app: App, id: string): Promise<number> {
  const newsletter = app.config.newsletters.find((one) => one.id === id);
  if (newsletter) {
    const act = await resumeNewsletter(app.publishing, newsletter, BY);
    if (!act.ok) throw new AppError('USAGE', actWords(act));
    say(actWords(act));
    return EXIT.done;
  }
  const { state } = await editionNamed(app, id);
  if (!(await resumeEdition(app.db, id))) throw new AppError('USAGE', `${id} is not paused, it is ${state}`);
  await note(app, id, 'resumed');
  say(`${id} goes on; where no \`start\` is running, \`broadsheet send ${id}\` delivers the rest`);
  return sayEdition(app, id);
}

/** `broadsheet cancel EDITION`: what has not left will not; what has stays accounted for. */
export async function cancel(app: App, id: string): Promise<number> {
  const { state } = await editionNamed(app, id);
  const cancelled = await cancelEdition(app.db, id, { code: 'cancelled', by: BY }, app.clock.now());
  if (cancelled === undefined) throw notUnderWay(id, state);
  await note(app, id, 'cancelled');
  say(`${id} is cancelled; ${counted(cancelled, 'delivery', 'deliveries')} will not be made`);
  return sayEdition(app, id);
}

function note(app: App, id: string, code: 'paused' | 'resumed' | 'cancelled'): Promise<void> {
  return noteAct(app.db, id, { at: app.clock.now(), by: BY, what: { code } });
}

function notUnderWay(id: string, state: string): AppError {
  return new AppError('USAGE', `${id} is not being sent, it is ${state}`);
}

async function sayEdition(app: App, id: string): Promise<number> {
  await sayStatus(app, [await editionStatus(app.db, id)]);
  return EXIT.done;
}

function asJson({ edition, decisions, sent }: Outlook) {
  const reasons = decisions.map(({ article, in: chosen, reason }) => ({
    link: article.address,
    headline: article.headline,
    in: chosen,
    reason: decisionWords(reason),
    reasonCode: reason,
  }));
  return {
    edition: { ...edition, ...reasonForPrograms(edition.reason) },
    sent: sent?.state ?? null,
    decisions: reasons,
  };
}
