import { join } from 'node:path';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import { withKeptLogos } from './composing/logos.ts';
import type { Config } from './config/config.ts';
import { registerNewsletters } from './editions/store/newsletter-store.ts';
import { migrate, openDatabase } from './storage/database.ts';
import { examineDatabase, type Found } from './storage/examine.ts';
import type { Database } from './storage/schema/schema.ts';

/**
 * Foundation of everything, and all that many commands need: settings, log, time and an open
 * database.
 */
export interface Ground {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly db: Database;
}

/** Opens the database and brings it up to date. */
export async function openGround(config: Config, log: Log, clock: Clock): Promise<Ground> {
  const branded = await withKeptLogos(config, mediaDirOf(config));
  const db = await openDatabase(config.databaseUrl);
  await migrate(db);
  await registerNewsletters(db, config.newsletters, clock.now());
  return { config: branded, log, clock, db };
}

/** Opens a database that is only looked at: nothing is made, brought up to date, or written. */
export async function examineGround(
  config: Config,
  log: Log,
  clock: Clock,
): Promise<{ readonly ground: Ground; readonly found: Found }> {
  const branded = await withKeptLogos(config, undefined);
  const { db, found } = await examineDatabase(config.databaseUrl);
  return { ground: { config: branded, log, clock, db }, found };
}

/** The folder of pictures and logos. */
export function mediaDirOf({ dataDir }: Config): string {
  return join(dataDir, 'media');
}
