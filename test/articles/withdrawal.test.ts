import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { articleByLink, articlesBetween } from '../../src/articles/article-store.ts';
import { collectSources } from '../../src/articles/collect.ts';
import { createLog } from '../../src/base/log.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { ManualClock } from '../helpers/manual-clock.ts';

const NOW = Date.UTC(2026, 10, 22, 7);

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
    expect(await articleByLink(store.db, 'article:shelf/taken')).toBeUndefined();
    expect(await collect()).toMatchObject({ withdrawn: 0 });
    write('taken');
    expect(await collect()).toMatchObject({ added: 0 });
    expect(await headlines()).toEqual(['About kept', 'About taken']);
    rmSync(folder, { recursive: true });
    expect(await collect()).toMatchObject({ kind: 'failed', withdrawn: 0 });
    expect(await headlines()).toHaveLength(2);
  });
});
