import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { articleByLink, articlesBetween } from '../../../src/articles/article-store.ts';
import { collectSources } from '../../../src/articles/sources/collect.ts';
import { createLog } from '../../../src/base/log.ts';
import type { Database } from '../../../src/storage/schema/schema.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { ManualClock } from '../../helpers/manual-clock.ts';

const NOW = Date.UTC(2026, 10, 22, 7);

/** A folder source with the means to write to it and to collect it. */
function shelfOf(db: Database, now: number) {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-withdrawal-'));
  const deps = {
    db,
    clock: new ManualClock(now),
    log: createLog('silent', false),
    baseDir: folder,
    mediaDir: join(folder, 'media'),
    userAgent: 'test',
  };
  return {
    write: (name: string, keys: string) =>
      writeFileSync(join(folder, `${name}.md`), `---\nheadline: About ${name}\n${keys}\n---\nText.`),
    collect: async () =>
      (await collectSources(deps, [{ id: 'shelf', folder, categories: [], language: '' }]))[0],
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

eachDatabase((open) => {
  test('an article whose file is gone is withdrawn, and is there again when the file is back', async () => {
    await using store = await open();
    const folder = mkdtempSync(join(tmpdir(), 'broadsheet-withdrawal-'));
    const deps = {
      db: store.db,
      clock: new ManualClock(NOW),
      log: createLog('silent', false),
      baseDir: folder,
      mediaDir: join(folder, 'media'),
      userAgent: 'test',
    };
    const collect = async () =>
      (await collectSources(deps, [{ id: 'shelf', folder, categories: [], language: '' }]))[0];
    const headlines = async () =>
      (await articlesBetween(store.db, { from: 0, until: NOW * 2 }))
        .map(({ headline }) => headline)
        .toSorted();
    const write = (name: string) =>
      writeFileSync(join(folder, `${name}.md`), `---\nheadline: About ${name}\n---\nText.`);
    write('kept');
    write('taken');
    expect(await collect()).toMatchObject({ added: 2, withdrawn: 0 });
    rmSync(join(folder, 'taken.md'));
    expect(await collect()).toMatchObject({ offered: 1, added: 0, withdrawn: 1 });
    expect(await headlines()).toEqual(['About kept']);
    expect(await articleByLink(store.db, 'article:shelf/taken', NOW)).toBeUndefined();
    expect(await collect()).toMatchObject({ withdrawn: 0 });
    write('taken');
    expect(await collect()).toMatchObject({ added: 0 });
    expect(await headlines()).toEqual(['About kept', 'About taken']);
    rmSync(folder, { recursive: true });
    expect(await collect()).toMatchObject({ kind: 'failed', withdrawn: 0 });
    expect(await headlines()).toHaveLength(2);
  });

  test.each(['draft: true', 'status: private', 'expires: 2026-11-21', 'layout: page'])(
    'an article whose file becomes none is withdrawn, with the reason: %s',
    async (key) => {
      await using store = await open();
      await using shelf = shelfOf(store.db, NOW);
      shelf.write('heron', 'date: 2026-11-22');
      expect(await shelf.collect()).toMatchObject({ added: 1, refused: [] });
      shelf.write('heron', `date: 2026-11-22\n${key}`);
      expect(await shelf.collect()).toMatchObject({
        withdrawn: 1,
        refused: [{ what: 'heron.md', leftOut: expect.any(String) }],
      });
      expect(await articleByLink(store.db, 'article:shelf/heron', NOW)).toBeUndefined();
    },
  );

  test('what waits for its moment can be read from then on, and not before', async () => {
    await using store = await open();
    await using shelf = shelfOf(store.db, NOW);
    shelf.write('market', 'date: 2026-11-20\npublishDate: 2026-11-27T07:00Z');
    expect(await shelf.collect()).toMatchObject({
      refused: [{ what: 'market.md', reason: 'it waits until 2026-11-27 07:00 UTC' }],
    });
    const at = Date.UTC(2026, 10, 27, 7);
    expect(await articleByLink(store.db, 'article:shelf/market', at - 1)).toBeUndefined();
    expect(await articleByLink(store.db, 'article:shelf/market', at)).toMatchObject({ publishedAt: at });
  });
});
