import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closedFolderOn } from './global-setup.ts';

test('names the folder that keeps other users from the PostgreSQL in node_modules', () => {
  const home = mkdtempSync(join(tmpdir(), 'broadsheet-closed-'));
  try {
    const inner = join(home, 'checkout', 'node_modules');
    mkdirSync(inner, { recursive: true });
    for (const folder of [home, join(home, 'checkout'), inner]) chmodSync(folder, 0o755);
    expect(closedFolderOn(inner)).toBeUndefined();
    chmodSync(join(home, 'checkout'), 0o700);
    expect(closedFolderOn(inner)).toBe(join(home, 'checkout'));
    chmodSync(home, 0o700);
    expect(closedFolderOn(inner)).toBe(home);
  } finally {
    rmSync(home, { recursive: true });
  }
});
