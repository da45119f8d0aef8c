import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { privateFile } from '../../src/cli/private-file.ts';

test.skipIf(process.platform === 'win32')(
  'a file of readers is for its owner alone, also where one was there before that everybody could read',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'broadsheet-private-'));
    try {
      const path = join(folder, 'readers.csv');
      writeFileSync(path, 'what was there before');
      chmodSync(path, 0o644);
      await pipeline(Readable.from(['ada@readers.example']), privateFile(path));
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readFileSync(path, 'utf8')).toBe('ada@readers.example');
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test('a file in a folder that is not there is an error, and no silence', async () => {
  await expect(pipeline(Readable.from(['x']), privateFile('/nowhere/at/all.csv'))).rejects.toThrow('ENOENT');
});
