import { App } from '../src/app.ts';
import { systemClock } from '../src/base/clock.ts';
import { createLog } from '../src/base/log.ts';
import { freezeAudience } from '../src/delivery/audience/audience.ts';
import { editionStatus } from '../src/delivery/progress.ts';
import { answer, runScript } from './child.ts';
import { addReaders, benchConfig, draftEdition, type Relay, TWO_EACH, withFolder } from './newsroom.ts';
import { freePort } from './sink.ts';
import type { VisitRun, VisitTask } from './visit.ts';

/** The application as it is: it sends an edition, and visitors read that on the site meanwhile. */

export interface VisitedTask extends Relay {
  readonly messages: number;
  readonly visitors: number;
}

export interface VisitedRun {
  /** From the first claim to the last settlement. */
  readonly seconds: number;
  readonly visits: VisitRun;
}

const LOOK_EVERY_MS = 250;
const GIVE_UP_AFTER_MS = 300_000;

await answer<VisitedTask>((task) => withFolder((folder) => run(task, folder)));

async function run(task: VisitedTask, folder: string): Promise<VisitedRun> {
  const port = await freePort();
  const app = await App.open(benchConfig(folder, task, { PORT: String(port) }), createLog('error', false));
  addReaders(folder, task.messages, TWO_EACH);
  const edition = await draftEdition(app.db);
  await freezeAudience(app.db, edition, systemClock.now());
  await app.startServer();
  const page: VisitTask = {
    url: `http://127.0.0.1:${port}/archive/${edition.id}`,
    visitors: task.visitors,
  };
  await fetch(page.url); // rendered once, whoever is the first to ask
  const visits = runScript<VisitRun>('visit.ts', page);
  const began = systemClock.now();
  await app.startDelivery();
  await sent(app, edition.id, task.messages);
  const seconds = ((await lastSettled(app)) - began) / 1000;
  await app.close();
  return { seconds, visits: await visits };
}

/** @throws when the edition is not through in time, or the ledger does not hold what was sent. */
async function sent(app: App, editionId: string, messages: number): Promise<void> {
  for (const began = systemClock.now(); ; await systemClock.sleep(LOOK_EVERY_MS)) {
    const { deliveries, balanced } = await editionStatus(app.db, editionId);
    if (balanced && deliveries.accepted === messages) return;
    if (systemClock.now() - began > GIVE_UP_AFTER_MS)
      throw new Error(`The edition does not come to its end: ${JSON.stringify(deliveries)}`);
  }
}

async function lastSettled({ db }: App): Promise<number> {
  const { at } = await db
    .selectFrom('deliveries')
    .select(({ fn }) => fn.max('settled_at').as('at'))
    .executeTakeFirstOrThrow();
  return Number(at);
}
