import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '../src/base/clock.ts';
import { freezeAudience } from '../src/delivery/audience/audience.ts';
import { migrate, openDatabase } from '../src/storage/database.ts';
import { answer } from './child.ts';
import { addReaders, databaseFile, draftEdition, EVERY_COMBINATION, withFolder } from './newsroom.ts';

/** An audience of readers with sections of their own, and beside it the bare writing of as many rows. */

export interface AudienceRun {
  readonly seconds: number;
  readonly bareSeconds: number;
  readonly variants: number;
  readonly mostMemoryMb: number;
}

await answer<{ readers: number }>(({ readers }) =>
  withFolder(async (folder): Promise<AudienceRun> => {
    const db = await openDatabase(`sqlite:${databaseFile(folder)}`);
    await migrate(db);
    addReaders(folder, readers, EVERY_COMBINATION);
    const edition = await draftEdition(db);
    const began = performance.now();
    const audience = await freezeAudience(db, edition, systemClock.now());
    const seconds = (performance.now() - began) / 1000;
    const mostMemoryMb = process.resourceUsage().maxRSS / 1024;
    if (audience?.prepared !== readers) throw new Error(`${audience?.prepared} prepared of ${readers}`);
    const { variants } = await db
      .selectFrom('variants')
      .select(({ fn }) => fn.countAll<number>().as('variants'))
      .executeTakeFirstOrThrow();
    await db.destroy();
    return { seconds, bareSeconds: writeBare(folder), variants, mostMemoryMb };
  }),
);

/** The same rows into the same table with the same indexes, in one statement: what the database alone takes. */
function writeBare(folder: string): number {
  const database = new DatabaseSync(databaseFile(folder));
  database.exec('pragma synchronous = full');
  database.exec('create temp table copy as select * from deliveries');
  database.exec("update copy set id = null, edition_id = 'another'");
  const began = performance.now();
  database.exec('insert into deliveries select * from copy');
  const seconds = (performance.now() - began) / 1000;
  database.close();
  return seconds;
}
