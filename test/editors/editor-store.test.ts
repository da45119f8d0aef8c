import { expect, test } from 'vitest';
import type { EmailAddress } from '../../src/base/text/address.ts';
import type { EditorRole } from '../../src/editors/editor.ts';
import {
  accountAt,
  accountWithId,
  addEditor,
  hasEditors,
  listEditors,
  removeEditor,
  renameEditor,
  setRole,
} from '../../src/editors/editor-store.ts';
import { openSession } from '../../src/editors/session-store.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { eachDatabase } from '../helpers/databases.ts';

const NOW = Date.parse('2026-11-22T08:00:00Z');

eachDatabase((open) => {
  test('an address has one account, however its letters are written', async () => {
    await using store = await open();
    expect(await hasEditors(store.db)).toBe(false);
    const nora = await add(store.db, 'Nora@Belle.example');
    expect(nora).toEqual({
      id: expect.any(Number),
      email: 'Nora@Belle.example',
      name: 'Nora',
      role: 'edit',
      passwordGiven: false,
    });
    expect(await add(store.db, 'nora@belle.EXAMPLE')).toBeUndefined();
    expect(await accountAt(store.db, 'NORA@belle.example')).toEqual({ account: nora, passwordHash: 'hash' });
    expect(await accountAt(store.db, 'norah@belle.example')).toBeUndefined();
    expect(await hasEditors(store.db)).toBe(true);
  });

  test('of two that are added with one address at one moment, one is', async () => {
    await using store = await open();
    const added = await Promise.all(['a@belle.example', 'A@belle.example'].map((one) => add(store.db, one)));
    expect(added.filter((one) => one !== undefined)).toHaveLength(1);
  });

  test('they are listed by name, with when they were last there', async () => {
    await using store = await open();
    const zoe = await add(store.db, 'zoe@belle.example');
    await add(store.db, 'adam@belle.example');
    await openSession(store.db, { editorId: zoe?.id ?? 0, secret: 'hash' }, NOW + 5);
    await openSession(store.db, { editorId: zoe?.id ?? 0, secret: 'hash' }, NOW + 9);
    expect(await listEditors(store.db)).toMatchObject([
      { name: 'Adam', addedAt: NOW, seenAt: undefined },
      { name: 'Zoe', addedAt: NOW, seenAt: NOW + 9 },
    ]);
  });

  test('a name and a role can be changed', async () => {
    await using store = await open();
    const { id = 0 } = (await add(store.db, 'nora@belle.example')) ?? {};
    await renameEditor(store.db, id, 'Nora Quist');
    expect(await setRole(store.db, id, 'approve', false)).toBe('done');
    expect((await accountWithId(store.db, id))?.account).toMatchObject({
      name: 'Nora Quist',
      role: 'approve',
    });
    expect(await setRole(store.db, 4711, 'approve', false)).toBe('not-found');
  });

  test('the last who may approve stays, unless the studio can do without', async () => {
    await using store = await open();
    const { id = 0 } = (await add(store.db, 'nora@belle.example', 'approve')) ?? {};
    await add(store.db, 'edith@belle.example');
    expect(await setRole(store.db, id, 'edit', false)).toBe('last-approver');
    expect(await removeEditor(store.db, id, false)).toBe('last-approver');
    expect(await setRole(store.db, id, 'approve', false)).toBe('done');
    expect((await accountWithId(store.db, id))?.account.role).toBe('approve');
    expect(await removeEditor(store.db, id, true)).toBe('done');
    expect(await removeEditor(store.db, id, true)).toBe('not-found');
  });

  test('of two approvers who remove each other at one moment, one stays', async () => {
    await using store = await open();
    const one = await add(store.db, 'one@belle.example', 'approve');
    const other = await add(store.db, 'other@belle.example', 'approve');
    const outcomes = await Promise.all(
      [one, other].map((each) => removeEditor(store.db, each?.id ?? 0, false)),
    );
    expect(outcomes.sort()).toEqual(['done', 'last-approver']);
    expect(await listEditors(store.db)).toHaveLength(1);
  });

  test('who is removed takes their sessions along', async () => {
    await using store = await open();
    const { id = 0 } = (await add(store.db, 'nora@belle.example')) ?? {};
    await openSession(store.db, { editorId: id, secret: 'hash' }, NOW);
    await removeEditor(store.db, id, false);
    expect(await store.db.selectFrom('sessions').selectAll().execute()).toEqual([]);
  });
});

function add(db: Database, email: string, role: EditorRole = 'edit') {
  const local = email.split('@')[0] ?? '';
  const name = local.charAt(0).toUpperCase() + local.slice(1).toLowerCase();
  return addEditor(db, { email: email as EmailAddress, name, role, passwordHash: 'hash', given: false }, NOW);
}
