import { pullStory } from '../../src/delivery/pull.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { CLOCK } from './fixture.ts';

/** A process to be killed while it takes a story out. Arguments: database, edition, article. */

const [databaseUrl = '', editionId = '', articleId = ''] = process.argv.slice(2);
const db = await openDatabase(databaseUrl);
console.log('ready');
await pullStory(
  { db, clock: CLOCK },
  { editionId, articleId: Number(articleId), by: 'Ada', patienceMs: 60_000 },
);
await db.destroy();
