import { existsSync } from 'node:fs';
import type { App } from '../../app.ts';
import type { LeftOut } from '../../articles/article.ts';
import { type SourceReading, sourceStates } from '../../articles/sources/source-store.ts';
import { type Config, folderPath } from '../../config/config.ts';
import { type Finding, finding } from './doctor-finding.ts';

/** Finds folders that are not there, and sources that no newsletter has. */
export function sourcesInConfiguration(config: Config): Finding[] {
  const used = new Set(config.newsletters.flatMap(({ sources }) => sources));
  const missing = config.sources.flatMap((source) => {
    if (!('folder' in source)) return [];
    const folder = folderPath(config, source.folder);
    return existsSync(folder)
      ? []
      : [finding('sources', 'source-folder-missing', { source: source.id, folder })];
  });
  const unused = config.sources.filter(({ id }) => !used.has(id));
  return [...missing, ...unused.map(({ id }) => finding('sources', 'source-unused', { source: id }))];
}

/**
 * Says of each folder which of its files were no articles when it was read last, and how many have
 * something to mend.
 */
export async function leftOutFiles(app: App): Promise<Finding[]> {
  const states = await sourceStates(app.db);
  return app.config.sources.flatMap(({ id, ...source }) => {
    const reading = states.get(id)?.reading;
    return 'folder' in source && reading ? findingsOf(id, reading) : [];
  });
}

function findingsOf(source: string, { refused, refusedInAll, leftOutInAll = 0 }: SourceReading): Finding[] {
  const known = refused.flatMap(({ leftOut }) => leftOut ?? []);
  const kinds: Partial<Record<LeftOut, number>> = {};
  for (const kind of known) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return [
    ...(refusedInAll > 0
      ? [finding('sources', 'source-files-to-mend', { source, count: refusedInAll })]
      : []),
    ...(leftOutInAll > 0
      ? [finding('sources', 'source-files-left-out', { source, kinds, others: leftOutInAll - known.length })]
      : []),
  ];
}
