import { createHash } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/base/clock.ts';
import type { EmailAddress } from '../../src/base/text/address.ts';
import { accountAt, addEditor, removeEditor, setPasswordHash } from '../../src/editors/editor-store.ts';
import { accountOpenedBy, changePassword } from '../../src/editors/log-in.ts';
import { hashPassword, isOutdated } from '../../src/editors/password.ts';
import {
  countSessionsOf,
  endSession,
  endSessionsOf,
  findSession,
  openSession,
} from '../../src/editors/session-store.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { eachDatabase } from '../helpers/databases.ts';

const NOW = Date.parse('2026-11-22T08:00:00Z');
const PASSWORD = 'a lighthouse keeper’s tea';
let hash = '';

beforeAll(async () => {
  hash = await hashPassword(PASSWORD);
});

eachDatabase((open) => {
  test('the table holds nothing that a browser could log in with', async () => {
    await using store = await open();
    const token = await openSession(store.db, { editorId: null, secret: PASSWORD }, NOW);
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const [row] = await store.db.selectFrom('sessions').selectAll().execute();
    expect(row?.id).toBe(createHash('sha256').update(token).digest('hex'));
    expect(JSON.stringify(row)).not.toContain(token);
    expect(JSON.stringify(row)).not.toContain(createHash('sha256').update(PASSWORD).digest('hex'));
    for (const guess of ['', row?.id ?? '', row?.password_mark ?? '', token.slice(0, -1), `${token}A`])
      expect(await findSession(store.db, guess, PASSWORD, NOW)).toBeUndefined();
    expect(await findSession(store.db, token, PASSWORD, NOW)).toEqual({ account: null });
  });

  test('a session of the studio’s password ends when that changes, or is no longer set', async () => {
    await using store = await open();
    const token = await openSession(store.db, { editorId: null, secret: PASSWORD }, NOW);
    expect(await findSession(store.db, token, 'another password', NOW)).toBeUndefined();
    expect(await findSession(store.db, token, undefined, NOW)).toBeUndefined();
  });

  test('it ends after twelve hours without a visit', async () => {
    await using store = await open();
    const { token } = await nora(store.db);
    const at = (time: number) => findSession(store.db, token, undefined, NOW + time);
    expect(await at(11 * HOUR_MS)).toBeDefined();
    expect(await at(22 * HOUR_MS)).toBeDefined();
    expect(await at(34 * HOUR_MS)).toBeUndefined();
  });

  test('it ends after a fortnight, however often somebody came', async () => {
    await using store = await open();
    const { token } = await nora(store.db);
    let last = 0;
    for (let time = 0; time < 20 * DAY_MS; time += 8 * HOUR_MS)
      if (await findSession(store.db, token, undefined, NOW + time)) last = time;
    expect(last).toBe(14 * DAY_MS - 8 * HOUR_MS);
  });

  test('a visit is written down once a minute, not with every page', async () => {
    await using store = await open();
    const { token } = await nora(store.db);
    const seen = async (time: number) => {
      await findSession(store.db, token, undefined, NOW + time);
      return (
        (await store.db.selectFrom('sessions').select('seen_at').executeTakeFirstOrThrow()).seen_at - NOW
      );
    };
    expect(await seen(MINUTE_MS - 1)).toBe(0);
    expect(await seen(MINUTE_MS)).toBe(MINUTE_MS);
  });

  test('what is over is cleared away when somebody logs in', async () => {
    await using store = await open();
    await nora(store.db);
    const opener = { editorId: null, secret: PASSWORD };
    await openSession(store.db, opener, NOW + 13 * HOUR_MS);
    expect(await store.db.selectFrom('sessions').selectAll().execute()).toHaveLength(1);
  });

  test('logging out ends one session, logging out elsewhere all the others', async () => {
    await using store = await open();
    const { id, token } = await nora(store.db);
    const others = await Promise.all(
      [1, 2].map(() => openSession(store.db, { editorId: id, secret: hash }, NOW)),
    );
    const alive = async () => {
      const found = await Promise.all(
        [token, ...others].map((one) => findSession(store.db, one, undefined, NOW)),
      );
      return found.map((one) => one !== undefined);
    };
    expect(await countSessionsOf(store.db, id, NOW)).toBe(3);
    await endSession(store.db, others[0] ?? '');
    expect(await alive()).toEqual([true, false, true]);
    await endSessionsOf(store.db, id, token);
    expect(await alive()).toEqual([true, false, false]);
  });

  test('another password ends every session of that editor, and of nobody else', async () => {
    await using store = await open();
    const { id, token } = await nora(store.db);
    const shared = await openSession(store.db, { editorId: null, secret: PASSWORD }, NOW);
    await changePassword(store.db, id, 'another good password', false);
    expect(await findSession(store.db, token, undefined, NOW)).toBeUndefined();
    expect(await findSession(store.db, shared, PASSWORD, NOW)).toBeDefined();
    expect(await accountOpenedBy(store.db, 'nora@belle.example', PASSWORD)).toBeUndefined();
    expect(await accountOpenedBy(store.db, 'nora@belle.example', 'another good password')).toBeDefined();
  });

  test('a session that is opened with the old password while it is being changed is worth nothing', async () => {
    await using store = await open();
    const { id } = await nora(store.db);
    await changePassword(store.db, id, 'another good password', false);
    const late = await openSession(store.db, { editorId: id, secret: hash }, NOW);
    expect(await findSession(store.db, late, undefined, NOW)).toBeUndefined();
  });

  test('who was removed is out at once', async () => {
    await using store = await open();
    const { id, token } = await nora(store.db);
    await removeEditor(store.db, id, true);
    expect(await findSession(store.db, token, PASSWORD, NOW)).toBeUndefined();
  });

  test('a role that was changed holds for sessions that are open', async () => {
    await using store = await open();
    const { id, token } = await nora(store.db);
    await store.db.updateTable('editors').set({ role: 'approve' }).where('id', '=', id).execute();
    expect(await findSession(store.db, token, undefined, NOW)).toMatchObject({
      account: { role: 'approve' },
    });
  });

  test('what was derived at another cost is derived anew when its owner logs in', async () => {
    await using store = await open();
    const { id } = await nora(store.db);
    const cheap = '$scrypt$ln=10,r=8,p=1$c2l4dGVlbiBieXRlcyBvaw$WKX6459obWnFw2VU4kafdvNgQ0svNZySoagvKH1Wh/Y';
    await setPasswordHash(store.db, id, { hash: cheap, given: true });
    expect(await accountOpenedBy(store.db, 'nora@belle.example', 'not the password')).toBeUndefined();
    expect((await accountAt(store.db, 'nora@belle.example'))?.passwordHash).toBe(cheap);
    const opened = await accountOpenedBy(store.db, 'nora@belle.example', PASSWORD);
    const kept = await accountAt(store.db, 'nora@belle.example');
    expect(kept).toEqual(opened);
    expect(kept?.account.passwordGiven).toBe(true);
    expect(isOutdated(kept?.passwordHash ?? '')).toBe(false);
    const token = await openSession(store.db, { editorId: id, secret: opened?.passwordHash ?? '' }, NOW);
    expect(await findSession(store.db, token, undefined, NOW)).toBeDefined();
  });
});

async function nora(db: Database): Promise<{ id: number; token: string }> {
  const email = 'nora@belle.example' as EmailAddress;
  const editor = { email, name: 'Nora', role: 'edit', passwordHash: hash, given: false } as const;
  const { id = 0 } = (await addEditor(db, editor, NOW)) ?? {};
  return { id, token: await openSession(db, { editorId: id, secret: hash }, NOW) };
}
