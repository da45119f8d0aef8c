import { once } from 'node:events';
import { clockAt } from '../../src/base/clock.ts';
import { Newsletters } from '../../src/config/newsletters.ts';
import { publishDue } from '../../src/publishing/publish.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { SILENT } from '../delivery/fixture.ts';
import { DAILY, PLAIN, SLOT } from '../publishing/press.ts';

/** A process to be killed while it makes an edition: says `ready` when it has collected, and goes on when told. */

const db = await openDatabase(process.argv[2] ?? '');
const collect = async () => {
  console.log('ready');
  await once(process.stdin, 'data');
  return [];
};
await publishDue({
  db,
  clock: clockAt(SLOT),
  log: SILENT,
  newsletters: Newsletters.with([DAILY]),
  ...PLAIN,
  collect,
});
