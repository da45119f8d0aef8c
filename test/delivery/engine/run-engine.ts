import { Engine, type EngineDeps } from '../../../src/delivery/engine/engine.ts';
import { editionStatus, unsettled } from '../../../src/delivery/progress.ts';
import type { Database } from '../../../src/storage/schema/schema.ts';
import { relayAt } from '../../../src/transport/smtp.ts';
import type { ScriptedServer } from '../../helpers/smtp-server.ts';
import { LONG } from '../../transport/conversation.ts';
import { CLOCK, composeSmall, SILENT, worker } from '../fixture.ts';

export interface RunningEngine extends AsyncDisposable {
  readonly engine: Engine;
}

/** An engine that sends to this server, started; it is stopped when the test is done with it. */
export function runEngine(
  db: Database,
  server: ScriptedServer,
  changes: Partial<EngineDeps> = {},
): RunningEngine {
  const engine = new Engine({
    db,
    clock: CLOCK,
    log: SILENT,
    worker: worker(),
    connect: relayAt(server.url, { patience: LONG }),
    connections: 5,
    compose: composeSmall,
    uncertainPolicy: () => 'resend',
    ...changes,
  });
  engine.start();
  return { engine, [Symbol.asyncDispose]: () => engine.stop() };
}

/** Waits until nothing of an edition has a way to go. */
export async function settled(db: Database, editionId: string, patienceMs = 60_000) {
  const until = performance.now() + patienceMs;
  for (;;) {
    const status = await editionStatus(db, editionId);
    if (unsettled(status) === 0) return status;
    if (performance.now() > until) throw new Error(`still unsettled: ${JSON.stringify(status.deliveries)}`);
    await pause(20);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
