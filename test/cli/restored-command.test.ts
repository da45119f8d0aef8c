import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EDITION, type Folder, openFolder, SLOT } from './command.ts';

let folder: Folder;
beforeEach(() => {
  folder = openFolder();
});
afterEach(() => folder[Symbol.dispose]());

const database = () => join(folder.path, 'data/rehearsal/broadsheet.db');
const backup = () => join(folder.path, 'backup.db');

test('a restored backup is held, and status, doctor and send say what to look at and what to do', async () => {
  await folder.run(['subscribers', 'add', 'anna@example.org', 'ben@example.org']);
  expect((await folder.run(['send', 'daily', '--as-of', '2020-11-09T07:00Z'])).code).toBe(0);
  expect(existsSync(`${database()}.note`)).toBe(true);
  copyFileSync(database(), backup());
  expect((await folder.run(['send', 'daily', '--as-of', SLOT])).code).toBe(0);
  expect((await folder.run(['status'])).stdout).not.toContain('This database is a restored backup');

  copyFileSync(backup(), database());
  expect((await folder.run(['status'])).stdout).toContain(
    'This database is a restored backup; the next start holds',
  );
  const held = await folder.run(['send', 'daily', '--as-of', SLOT]);
  expect(held.code).toBe(3);
  expect(held.stdout).toContain('This database is a restored backup, found ');
  expect(held.stdout).toContain('the newsletter is paused by a restored backup');
  expect(held.stdout).toContain('broadsheet resume daily   lets it go on');
  const [status, doctor] = await folder.runAll([['status'], ['doctor']]);
  for (const { stdout } of [status, doctor].filter((ran) => ran !== undefined))
    expect(stdout).toContain('broadsheet resume daily   lets it go on');
  expect(doctor?.code).toBe(3);

  expect((await folder.run(['resume', 'daily'])).stdout).toContain('is resumed');
  expect((await folder.run(['status'])).stdout).not.toContain('This database is a restored backup');
  const sent = await folder.run(['send', 'daily', '--as-of', SLOT]);
  expect(sent).toMatchObject({ code: 0, stdout: expect.stringContaining(EDITION) });
}, 120_000);

test('restored holds everything where nothing can tell that it is a backup', async () => {
  await folder.run(['subscribers', 'add', 'anna@example.org']);
  const { code, stdout } = await folder.run(['restored']);
  expect(code).toBe(0);
  expect(stdout).toContain('daily  makes no editions');
  expect((await folder.run(['send', 'daily', '--as-of', SLOT])).code).toBe(3);
  expect((await folder.run(['resume', 'daily'])).code).toBe(0);
  expect((await folder.run(['resume', 'daily'])).code).toBe(2);
}, 120_000);
