import { App } from '../src/app.ts';
import { systemClock } from '../src/base/clock.ts';
import { createLog } from '../src/base/log.ts';
import { freezeAudience } from '../src/delivery/audience/audience.ts';
import { editionStatus } from '../src/delivery/progress.ts';
import { answer, runScript } from './child.ts';
import {
  addReaders,
  benchConfig,
  draftEdition,
  type Relay,
  settled,
  TWO_EACH,
  withFolder,
} from './newsroom.ts';
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
  await settled(app.db);
  const { deliveries, balanced } = await editionStatus(app.db, edition.id);
  if (!balanced || deliveries.accepted !== task.messages)
    throw new Error(`The ledger is not what was sent: ${JSON.stringify(deliveries)}`);
  const seconds = ((await lastSettled(app)) - began) / 1000;
  await app.close();
  return { seconds, visits: await visits };
}

async function lastSettled({ db }: App): Promise<number> {
  const { at } = await db
    .selectFrom('deliveries')
    .select(({ fn }) => fn.max('settled_at').as('at'))
    .executeTakeFirstOrThrow();
  return Number(at);
}
