import { once } from 'node:events';
import type { App } from '../app.ts';
import { MINUTE_MS } from '../base/clock.ts';
import { isRehearsal } from '../config/config.ts';
import type { Engine } from '../delivery/engine/engine.ts';
import { editionStatus } from '../delivery/progress.ts';
import { latestEdition } from '../editions/store/edition-store.ts';
import { sentEditions } from '../editions/store/sent-editions.ts';
import { hasEditors } from '../editors/editor-store.ts';
import { nextOpen } from '../publishing/drafts.ts';
import { publish } from '../publishing/publish.ts';
import { leavingAt } from '../publishing/review.ts';
import { addSampleReaders } from '../subscribers/rehearsal-readers.ts';
import { takesUtf8 } from '../transport/relay-memory.ts';
import { whatWaits } from './doctor/doctor-desk.ts';
import { deliverAndWait } from './editions/deliver.ts';
import { sayPublished } from './editions/send.ts';
import { interruption } from './interruption.ts';
import { EXIT, ledgerLines, say } from './output.ts';
import { restoreLines } from './restored-command.ts';
import { logsAsJson } from './with-app.ts';

/**
 * `broadsheet start`: site, studio, schedule and delivery in one process, until it is told to stop.
 */
export async function start(app: App): Promise<number> {
  const stop = interruption();
  stop.addEventListener('abort', () => app.collector.stop());
  await app.startServer();
  const inboundPort = await app.startInbound();
  await app.watchForRestore();
  const engine = await app.startDelivery();
  void app.relay().then(takesUtf8); // remembered for who signs up before the first mail goes out
  if (isRehearsal(app.config)) await rehearse(app, engine, stop);
  await app.startWatching();
  await app.runSchedule();
  app.startSchedule();
  if (logsAsJson(app.config)) app.log.info({ url: app.config.publicUrl, inboundPort }, 'Started');
  else await sayAddresses(app, inboundPort);
  if (!stop.aborted) await once(stop, 'abort');
  const stopping = 'Stopping: what is under way comes to its end first.';
  if (logsAsJson(app.config)) app.log.info(stopping);
  else say(stopping);
  return EXIT.done;
}

/**
 * The first start shows the whole way at once, instead of letting a newcomer wait for tomorrow's
 * slot.
 */
async function rehearse(app: App, engine: Engine, stop: AbortSignal): Promise<void> {
  say('Rehearsal: nothing is configured to send, so every mail is caught on this machine.\n');
  for (const newsletter of app.config.newsletters) {
    const now = app.clock.now();
    const added = await addSampleReaders(app.db, newsletter, now);
    if (added > 0) say(`readers    ${added} sample readers for ${newsletter.title}`);
    const standing = await latestEdition(app.db, newsletter.id, now);
    if (standing && standing.state !== 'draft') {
      const status = await editionStatus(app.db, standing.id);
      const settled =
        status.state === 'frozen' ? await deliverAndWait(app, engine, standing.id, MINUTE_MS, stop) : status;
      say(`edition    ${settled.id}  ${settled.state} since an earlier start: nothing is sent twice`);
      for (const line of ledgerLines(settled)) say(`ledger     ${line}`);
      continue;
    }
    const published = await publish(app.publishing, newsletter);
    sayPublished(published, false);
    if (published.edition.state !== 'frozen') continue;
    for (const line of ledgerLines(await deliverAndWait(app, engine, published.edition.id, MINUTE_MS, stop)))
      say(`ledger     ${line}`);
  }
}

async function sayAddresses(app: App, inboundPort: number | undefined): Promise<void> {
  const { publicUrl } = app.config;
  const [latest] = await sentEditions(app.db, undefined, 1);
  say();
  say(`Sign up           ${publicUrl}/`);
  const isPublic = app.config.newsletters.some(
    ({ id, archive }) => id === latest?.newsletterId && archive !== 'off',
  );
  if (latest && isPublic) say(`Latest edition    ${publicUrl}/archive/${latest.id}`);
  if (isRehearsal(app.config)) say(`Caught mail       ${publicUrl}/studio/caught`);
  say(`Studio            ${publicUrl}/studio${await wayIn(app)}`);
  const { inbound } = app.config;
  if (inbound && inboundPort !== undefined)
    say(`Unsubscribe       by mail to ${inbound.address}, on ${inbound.host}, port ${inboundPort}`);
  await sayWhatComes(app);
  for (const line of await restoreLines(app)) say(line);
  say('\nCtrl-C stops.');
}

/**
 * Prints the next edition of each newsletter that has not left yet, and every draft that waits for
 * somebody.
 */
async function sayWhatComes(app: App): Promise<void> {
  for (const newsletter of app.config.newsletters) {
    const next = await nextOpen(app.publishing, newsletter);
    if (!next) continue;
    const leavesAt = next.standing ? leavingAt(next.standing) : next.slot;
    say(`Next edition      ${newsletter.title}, ${inZone(leavesAt, newsletter.time_zone)}`);
  }
  for (const { part, says } of await whatWaits(app)) say(`On the desk       ${part}: ${says}`);
}

/** Returns the way into the studio, where there is another than a password. */
async function wayIn({ config, db }: App): Promise<string> {
  if (config.studioPassword !== undefined) return '';
  if (isRehearsal(config)) return '  (open on this machine only, no password in rehearsal)';
  return (await hasEditors(db)) ? '' : '  (closed: set STUDIO_PASSWORD, or `broadsheet editors add`)';
}

function inZone(slot: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone }).format(slot);
}
