import { once } from 'node:events';
import { Engine } from '../../../src/delivery/engine/engine.ts';
import { thisWorker } from '../../../src/delivery/engine/worker.ts';
import { openDatabase } from '../../../src/storage/database.ts';
import { relayAt } from '../../../src/transport/smtp.ts';
import { CLOCK, composeSmall, SILENT } from '../fixture.ts';

/**
 * A process to be killed: says `ready`, waits for a line, then sends what is due until nothing is held or waiting. So
 * the next one can be ready before this one is killed. Arguments: database, relay, connections, and `never-composes` for
 * one that comes no further than that.
 */

const [databaseUrl = '', relayUrl = '', connections = '5', manner] = process.argv.slice(2);
const db = await openDatabase(databaseUrl);
console.log('ready');
await once(process.stdin, 'data');
process.stdin.destroy();
const engine = new Engine({
  db,
  clock: CLOCK,
  log: SILENT,
  worker: thisWorker(),
  connect: relayAt(relayUrl),
  connections: Number(connections),
  compose: manner === 'never-composes' ? () => new Promise(() => undefined) : composeSmall,
  uncertainPolicy: () => 'resend',
});
engine.start();
while (await somethingIsLeft()) await CLOCK.sleep(50);
await engine.stop();
await db.destroy();

/** Asked in one query: between two, another process's claims may come back and be seen by neither. */
async function somethingIsLeft(): Promise<boolean> {
  const states = ['waiting', 'deferred', 'claimed', 'transmitting'] as const;
  const left = db.selectFrom('deliveries').select('id').where('state', 'in', states).limit(1);
  return (await left.executeTakeFirst()) !== undefined;
}
