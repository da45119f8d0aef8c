import { type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Config, isRehearsal } from '../../config/config.ts';
import { sqliteFile } from '../../storage/database.ts';
import { type Finding, finding } from './doctor-finding.ts';

const OTHERS = 0o077;

/**
 * Finds what other users of this machine could read: the data folder, the database (its log has the
 * same permissions), and the key. They hold readers' addresses and what signs their links. Windows
 * has no such permissions, and finds nothing.
 */
export function filesOpenToOthers(config: Config): Finding[] {
  if (process.platform === 'win32') return [];
  const paths = privatePaths(config).filter((path) => {
    const mode = modeOf(path);
    return mode !== undefined && (mode & OTHERS) !== 0;
  });
  if (paths.length === 0) return [];
  const code = isRehearsal(config) ? 'rehearsal-files-open-to-others' : 'files-open-to-others';
  return [finding('files', code, { paths })];
}

function privatePaths(config: Config): string[] {
  const database = sqliteFile(config.databaseUrl);
  const files = database === undefined || database === ':memory:' ? [] : [database];
  return [...new Set([homeOf(config), config.dataDir, join(homeOf(config), 'secret.key'), ...files])];
}

/** DATA_DIR itself: a rehearsal has a folder of its own within. */
function homeOf(config: Config): string {
  return isRehearsal(config) ? dirname(config.dataDir) : config.dataDir;
}

function modeOf(path: string): number | undefined {
  const stats: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  return stats?.mode;
}
