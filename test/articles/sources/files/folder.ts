import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readFolderSource } from '../../../../src/articles/sources/files/folder-source.ts';

/** Writes files, by path. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

/** Reads files as a folder source at a moment, and clears them away. */
export async function readFolder(files: Readonly<Record<string, string | Buffer>>, now: number) {
  const root = mkdtempSync(join(tmpdir(), 'broadsheet-folder-'));
  const [folder, mediaDir] = [join(root, 'articles'), join(root, 'media')];
  try {
    mkdirSync(folder);
    writeFiles(folder, files);
    const result = await readFolderSource({ sourceId: 'desk', folder, mediaDir, language: 'en' }, now);
    if (result.kind !== 'collected') throw new Error(JSON.stringify(result));
    const kept = readdirSync(root).includes('media') ? readdirSync(mediaDir) : [];
    return { articles: result.articles, refused: result.refused, kept };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** What was said of each file, by its name. */
export function saidOf(refused: readonly { readonly what: string; readonly reason: string }[]) {
  return Object.fromEntries(refused.map(({ what, reason }) => [what, reason]));
}
