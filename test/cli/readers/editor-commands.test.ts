import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { accountOpenedBy } from '../../../src/editors/log-in.ts';
import { openDatabase } from '../../../src/storage/database.ts';
import type { Database } from '../../../src/storage/schema/schema.ts';
import { type Folder, openFolder } from '../command.ts';

const REAL = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'post@belle.example' };
const PASSWORD = 'seven small blue boats';
const ADD = ['editors', 'add', 'nora@belle.example'];

let folder: Folder;
beforeEach(() => {
  folder = openFolder();
});
afterEach(() => folder[Symbol.dispose]());

test('an editor is added with a password that is shown once, listed, given another role, and removed', async () => {
  const [empty, added, again, listed, approving, json, removed, gone] = await folder.runAll([
    ['editors', 'list'],
    ['editors', 'add', 'Nora@belle.example', '--name', 'Nora Quist'],
    ['editors', 'add', 'nora@belle.example'],
    ['editors', 'list'],
    ['editors', 'role', 'nora@belle.example', 'approve'],
    ['editors', 'list', '--json'],
    ['editors', 'remove', 'NORA@belle.example'],
    ['editors', 'remove', 'nora@belle.example'],
  ]);
  expect(empty?.stdout).toContain('Nobody has an account.');
  expect(added?.stdout).toContain(
    'Nora Quist can log in at http://localhost:0/studio with Nora@belle.example',
  );
  expect(added?.stdout).toMatch(/^password {3}([a-z0-9]{4}-){4}[a-z0-9]{4} /m);
  expect(added?.stdout).toContain('Nobody may approve now');
  expect(again).toMatchObject({ code: 2, stdout: '' });
  expect(again?.stderr).toContain('nora@belle.example has an account already');
  expect(listed?.stdout).toMatch(/^Nora@belle\.example +edit +Nora Quist +has not chosen a password yet$/m);
  expect(approving?.stdout).toBe('Nora Quist may edit and approve\n');
  expect(JSON.parse(json?.stdout ?? '')).toMatchObject([
    { email: 'Nora@belle.example', name: 'Nora Quist', role: 'approve', passwordGiven: true },
  ]);
  expect(json?.stdout).not.toContain('scrypt');
  expect(removed?.stdout).toContain('Nora Quist has no account any more');
  expect(gone).toMatchObject({ code: 2, stdout: '' });
  expect(gone?.stderr).toContain('Nobody has an account with the address nora@belle.example');
});

test('a password can come from stdin, is then theirs, and is never shown', async () => {
  const added = await folder.runAlone([...ADD, '--password-stdin'], {}, `${PASSWORD}\nmore\n`);
  expect(added).toMatchObject({ code: 0, stderr: '' });
  expect(added.stdout).not.toContain(PASSWORD);
  expect(added.stdout).not.toContain('shown only now');
  const opened = await inDatabase((db) => accountOpenedBy(db, 'nora@belle.example', PASSWORD));
  expect(opened?.account).toMatchObject({ name: 'nora', role: 'edit', passwordGiven: false });

  const renew = ['editors', 'password', 'nora@belle.example', '--password-stdin'];
  const renewed = await folder.run(renew, {}, 'a brand new password');
  expect(renewed.stdout).toBe('nora has a new password, and is logged out everywhere\n');
  expect(await inDatabase((db) => accountOpenedBy(db, 'nora@belle.example', PASSWORD))).toBeUndefined();
});

test('what cannot be a password, an address, a name or a role is refused, and nobody is added', async () => {
  const short = await folder.run([...ADD, '--password-stdin'], {}, 'short\n');
  const none = await folder.run([...ADD, '--password-stdin']);
  for (const ran of [short, none]) {
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('It needs at least 12 characters');
  }
  const [address, name, role, listed] = await folder.runAll([
    ['editors', 'add', 'nora'],
    ['editors', 'add', 'nora@belle.example', '--name', ' '],
    ['editors', 'add', 'nora@belle.example', '--role', 'king'],
    ['editors', 'list', '--json'],
  ]);
  expect([address?.code, name?.code, role?.code]).toEqual([2, 2, 2]);
  expect(role?.stderr).toContain('Allowed choices are edit, approve');
  expect(listed?.stdout).toBe('[]\n');
});

test('doctor says who gets into the studio, and when nobody can approve', async () => {
  const studio = async (settings: Record<string, string>) => {
    const { stdout } = await folder.run(['doctor', '--json'], settings);
    const found: { part: string; verdict: string; says: string }[] = JSON.parse(stdout);
    return found.filter(({ part }) => part === 'studio').map(({ verdict, says }) => `${verdict}: ${says}`);
  };
  expect(await studio({})).toEqual([
    'fine: open on this machine without a password, since this is a rehearsal',
  ]);
  expect((await studio({ HOST: '0.0.0.0' }))[0]).toMatch(
    /^note: open without a password .*set STUDIO_PASSWORD$/,
  );
  expect((await studio(REAL))[0]).toMatch(/^note: closed/);
  await folder.run(ADD, REAL);
  expect((await studio(REAL))[0]).toMatch(/^wrong: nobody may approve/);
  await folder.run(['editors', 'role', 'nora@belle.example', 'approve'], REAL);
  expect(await studio({ ...REAL, STUDIO_PASSWORD: PASSWORD })).toEqual([
    'fine: open to 1 editor, 1 of whom may approve, and to whoever has STUDIO_PASSWORD',
  ]);
  expect((await studio({ ...REAL, PUBLIC_URL: 'http://news.belle.example' }))[0]).toMatch(
    /^wrong: .*over http anybody on the way can read their passwords$/,
  );
});

async function inDatabase<Result>(ask: (db: Database) => Promise<Result>): Promise<Result> {
  const db = await openDatabase(`sqlite:${join(folder.path, 'data/rehearsal/broadsheet.db')}`);
  try {
    return await ask(db);
  } finally {
    await db.destroy();
  }
}
