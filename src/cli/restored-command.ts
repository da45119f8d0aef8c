import { editionStatus } from '../delivery/progress.ts';
import type { Ground } from '../ground.ts';
import { holdRestored, type Restore, restoreOf, restoreSign } from '../publishing/restore.ts';
import { noteFile } from '../storage/installation.ts';
import { EXIT, say } from './output.ts';

/**
 * `broadsheet restored`: holds everything, where nothing beside the database can tell that it is a
 * backup.
 */
export async function restored(ground: Ground): Promise<number> {
  if (!(await restoreOf(ground.db))) await holdRestored(ground.db, ground.clock.now());
  for (const line of await restoreLines(ground)) say(line);
  return EXIT.done;
}

/**
 * Says what a restore holds, and what to do about each; nothing where there was none, or everything
 * was looked through.
 */
export async function restoreLines(ground: Ground): Promise<string[]> {
  const restore = await restoreOf(ground.db);
  if (restore) return ['', ...(await linesOf(ground, restore))];
  const sign = await restoreSign(ground.db, noteFile(ground.config.databaseUrl, ground.config.dataDir));
  if (!sign) return [];
  return [
    '',
    'This database is a restored backup; the next start holds its editions until you have looked through them.',
  ];
}

async function linesOf(
  ground: Ground,
  { foundAt, knownUntil, editions, newsletters }: Restore,
): Promise<string[]> {
  const lines = [
    `This database is a restored backup, found ${iso(foundAt)}: it knows of nothing after ${iso(knownUntil)}.`,
    'Who signed up or left since then is unknown to it. Editions are held; confirmations and other answers to readers go.',
  ];
  for (const { id, state } of editions) {
    if (state === 'skipped') {
      lines.push(`  ${id}  fell due since the backup, and is skipped: it may have gone out already`);
      continue;
    }
    const { deliveries } = await editionStatus(ground.db, id);
    const left = deliveries.waiting + deliveries.deferred + deliveries.claimed + deliveries.transmitting;
    lines.push(
      `  ${id}  was going out, with ${left} left by what is known here:`,
      `    broadsheet cancel ${id}   if it went out after the backup was made`,
      `    broadsheet resume ${id}   if it did not: the rest is sent now`,
    );
  }
  for (const id of newsletters)
    lines.push(
      `  ${id}  makes no editions:`,
      `    broadsheet resume ${id}   lets it go on, with its next edition`,
    );
  return lines;
}

function iso(time: number): string {
  return time === 0 ? 'its beginning' : `${new Date(time).toISOString().slice(0, 16)}Z`;
}
