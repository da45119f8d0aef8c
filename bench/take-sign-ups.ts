import { App } from '../src/app.ts';
import { systemClock } from '../src/base/clock.ts';
import { createLog } from '../src/base/log.ts';
import { freezeAudience } from '../src/delivery/audience/audience.ts';
import { editionStatus } from '../src/delivery/progress.ts';
import type { AskRun, AskTask } from './ask-sign-ups.ts';
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

/** The application as it is: it sends an edition, and readers sign up meanwhile. Its ledger must hold all of both. */

export interface TakeTask extends Relay, Omit<AskTask, 'port'> {
  readonly messages: number;
}

export interface TakeRun extends AskRun {
  /** Accepted while readers signed up: of the edition, and confirmations, which go first. */
  readonly sentMeanwhile: number;
  readonly confirmedMeanwhile: number;
  /** From the first sign-up until the ledger had nothing left to do. */
  readonly settledSeconds: number;
}

const MANY = 1_000_000;

await answer<TakeTask>((task) => withFolder((folder) => run(task, folder)));

async function run(task: TakeTask, folder: string): Promise<TakeRun> {
  const port = await freePort();
  const config = benchConfig(folder, task, { PORT: String(port), TRUST_PROXY: 'loopback' });
  const signUp = { ...config.signUp, all: MANY, plain_forms: MANY };
  const app = await App.open({ ...config, signUp }, createLog('error', false));
  addReaders(folder, task.messages, TWO_EACH);
  const edition = await draftEdition(app.db);
  await freezeAudience(app.db, edition, systemClock.now());
  await app.startServer();
  await app.startDelivery();
  const began = systemClock.now();
  const asked = await runScript<AskRun>('ask-sign-ups.ts', { ...task, port });
  const [sentMeanwhile, confirmedMeanwhile] = [
    await accepted(app, 'edition'),
    await accepted(app, 'confirmation'),
  ];
  await settled(app.db);
  const settledSeconds = (systemClock.now() - began) / 1000;
  await holdToAccount(app, edition.id, task, asked);
  await app.close();
  return { ...asked, sentMeanwhile, confirmedMeanwhile, settledSeconds };
}

/** @throws when a reader of the edition, or somebody who was told to look in their inbox, was not sent their mail. */
async function holdToAccount(app: App, editionId: string, task: TakeTask, asked: AskRun): Promise<void> {
  const { deliveries, balanced } = await editionStatus(app.db, editionId);
  if (!balanced || deliveries.accepted !== task.messages)
    throw new Error(`The edition is not what was sent: ${JSON.stringify(deliveries)}`);
  const confirmations = await accepted(app, 'confirmation');
  if (confirmations !== asked.tookMs.length)
    throw new Error(
      `${asked.tookMs.length} were told to look in their inbox, ${confirmations} were written to`,
    );
}

async function accepted({ db }: App, kind: 'edition' | 'confirmation'): Promise<number> {
  const { n } = await db
    .selectFrom('deliveries')
    .select(db.fn.countAll<number>().as('n'))
    .where('kind', '=', kind)
    .where('state', '=', 'accepted')
    .executeTakeFirstOrThrow();
  return Number(n);
}
