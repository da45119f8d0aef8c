import { sql } from 'kysely';
import { App } from '../src/app.ts';
import { systemClock } from '../src/base/clock.ts';
import { createLog } from '../src/base/log.ts';
import { NOBODY } from '../src/base/public-id.ts';
import { freezeAudience } from '../src/delivery/audience/audience.ts';
import { editionStatus } from '../src/delivery/progress.ts';
import type { Database } from '../src/storage/schema/schema.ts';
import { answer } from './child.ts';
import {
  addReaders,
  benchConfig,
  draftEdition,
  EVERY_PAIR,
  isUnsettled,
  type Relay,
  TWO_EACH,
  withFolder,
} from './newsroom.ts';

/** One edition to many readers, through the application as it is: ledger on a file, engine, composer, relay. */

export interface OurTask extends Relay {
  readonly messages: number;
  /** 2,016 variants that are rendered on the way, instead of eight that are there. */
  readonly manyVariants?: boolean;
  /** Of the ledger; the application's own choice when not given. */
  readonly synchronous?: 'normal' | 'full';
  /** Further variables of the environment, as those of DKIM. */
  readonly environment?: NodeJS.ProcessEnv;
}

export interface OurRun {
  /** From the first claim to the last settlement. */
  readonly seconds: number;
  /** Processor time of the sending process over that span. */
  readonly cpuSeconds: number;
  /** Messages a second in each tenth of the run. */
  readonly rates: readonly number[];
  /** Resident, ten times over the run, and the most there ever was, preparing included. */
  readonly memoryMb: readonly number[];
  readonly mostMemoryMb: number;
}

const LOOK_EVERY_MS = 250;
const MB = 1024 * 1024;

await answer<OurTask>((task) => withFolder((folder) => run(task, folder)));

async function run(task: OurTask, folder: string): Promise<OurRun> {
  const app = await App.open(benchConfig(folder, task, task.environment), createLog('error', false));
  if (task.synchronous) await sql.raw(`pragma synchronous = ${task.synchronous}`).execute(app.db);
  addReaders(folder, task.messages, task.manyVariants ? EVERY_PAIR : TWO_EACH);
  const edition = await draftEdition(app.db, task.manyVariants);
  await freezeAudience(app.db, edition, systemClock.now());
  if (!task.manyVariants) await renderEveryVariant(app);
  const memory: number[] = [];
  const began = systemClock.now();
  const cpu = process.cpuUsage();
  await app.startDelivery();
  while (await isUnsettled(app.db)) {
    memory.push(process.memoryUsage.rss());
    await systemClock.sleep(LOOK_EVERY_MS);
  }
  const { user, system } = process.cpuUsage(cpu);
  const { deliveries, balanced } = await editionStatus(app.db, edition.id);
  if (!balanced || deliveries.accepted !== task.messages)
    throw new Error(`The ledger is not what was sent: ${JSON.stringify(deliveries)}`);
  const times = await tenths(app.db, began);
  await app.close();
  return {
    seconds: (times.at(-1) ?? 0) / 1000,
    cpuSeconds: (user + system) / 1e6,
    rates: times.map((time, n) => (task.messages / 10 / (time - (times[n - 1] ?? 0))) * 1000),
    memoryMb: times.map((_, n) => (memory[Math.floor(((memory.length - 1) * n) / 9)] ?? 0) / MB),
    mostMemoryMb: process.resourceUsage().maxRSS / 1024,
  };
}

/** Rendering is measured by itself: eight variants cost what they cost, to however many readers they go. */
async function renderEveryVariant(app: App): Promise<void> {
  const firsts = await app.db
    .selectFrom('deliveries')
    .select(({ fn }) => ['variant_id', fn.min('id').as('id'), fn.min('edition_id').as('editionId')])
    .groupBy('variant_id')
    .execute();
  for (const { id, variant_id, editionId } of firsts)
    await app.composer.compose({
      id,
      publicId: NOBODY,
      subscriptionPublicId: NOBODY,
      kind: 'edition',
      editionId,
      variantId: variant_id,
      subscriptionId: id,
      regards: null,
      newsletterId: 'daily',
      email: 'reader@readers.example' as Parameters<App['composer']['compose']>[0]['email'],
      name: '',
      language: null,
      createdAt: 0,
    });
}

/** When each tenth of the deliveries was settled, in milliseconds since `began`. */
async function tenths(db: Database, began: number): Promise<number[]> {
  const found = await sql<{ at: number }>`
    select max(settled_at) as at
    from (select settled_at, ntile(10) over (order by settled_at) as tenth from deliveries)
    group by tenth order by tenth`.execute(db);
  return found.rows.map((row) => row.at - began);
}
