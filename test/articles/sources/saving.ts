import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { CollectedArticle } from '../../../src/articles/article.ts';
import type { Saved } from '../../../src/articles/sources/save-articles.ts';
import { NOW } from '../fetching/loopback.ts';

/** In one process two SQLite connections would wait for each other on one thread; two processes are what is meant. */
export async function saveInAnotherProcess(
  url: string,
  articles: readonly CollectedArticle[],
): Promise<Saved> {
  const script = fileURLToPath(new URL('./save-in-another-process.ts', import.meta.url));
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [script, url, JSON.stringify(articles), String(NOW)]);
  return JSON.parse(stdout);
}
