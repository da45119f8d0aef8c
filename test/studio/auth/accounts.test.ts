import { describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../../../src/base/clock.ts';
import { listEditors } from '../../../src/editors/editor-store.ts';
import { changePassword } from '../../../src/editors/log-in.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { addAccount, HERE, logIn, type OpenStudio, openStudio, press } from '../open-studio.ts';

const PASSWORD = 'correct horse: battery staple';
const NEW = 'seven small blue boats';

eachDatabase((open) => {
  test('an approver adds an editor, who logs in with the password that was made and chooses their own', async () => {
    await using studio = await openStudio({ rehearsal: false, database: await open() });
    const nora = await logIn(studio, await addAccount(studio, 'nora@belle.example', 'approve'));
    const fields = { name: ' Edith  Quist ', email: 'edith@belle.example', role: 'edit' };
    const added = await press(studio, '/studio/editors', fields, nora);
    expect(added.statusCode).toBe(200);
    const [, password = ''] = /<code>([^<]+)<\/code>/.exec(added.body) ?? [];
    expect((await get(studio, '/studio/editors', nora)).body).not.toContain(password);

    const edith = await logIn(studio, { email: 'edith@belle.example', password });
    for (const url of ['/studio', '/studio/embed', '/studio/anything']) {
      const sent = await get(studio, url, edith);
      expect([sent.statusCode, sent.headers.location]).toEqual([303, '/studio/account']);
    }
    const refused = await press(studio, '/studio/account/name', { name: 'Mallory' }, edith);
    expect(refused.statusCode).toBe(403);
    expect(refused.body).toContain('Choose your own password first');
    const chosen = await press(
      studio,
      '/studio/account/password',
      { old: password, password: NEW, again: NEW },
      edith,
    );
    expect(chosen.headers.location).toBe('/studio/account?done=password');
    const cookie = String(chosen.headers['set-cookie']).split(';')[0] ?? '';
    expect((await get(studio, '/studio', { cookie })).body).toContain('>Edith Quist</a>');
    expect((await get(studio, '/studio', edith)).statusCode).toBe(303);
    expect(await logIn(studio, { email: 'edith@belle.example', password })).toEqual({ cookie: '' });
  });

  test('changing a password logs out wherever else somebody is, and not where they sit', async () => {
    await using studio = await openStudio({ rehearsal: false, database: await open() });
    const nora = await addAccount(studio, 'nora@belle.example');
    const [here, elsewhere] = [await logIn(studio, nora), await logIn(studio, nora)];
    expect((await get(studio, '/studio/account', here)).body).toContain('Here, and in 1 other browser.');
    const fields = { old: nora.password, password: NEW, again: NEW };
    const answer = await press(studio, '/studio/account/password', fields, here);
    const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
    expect(cookie).not.toBe(here.cookie);
    const statuses = await Promise.all(
      [{ cookie }, here, elsewhere].map(async (one) => (await get(studio, '/studio', one)).statusCode),
    );
    expect(statuses).toEqual([200, 303, 303]);
    const page = await get(studio, '/studio/account?done=password', { cookie });
    expect(page.body).toContain('Password changed.');
  });
});

describe('one’s own account', () => {
  test('shows what is wrong with a new password beside it, and changes nothing', async () => {
    await using studio = await openStudio();
    const nora = await addAccount(studio, 'nora@belle.example');
    const session = await logIn(studio, nora);
    const old = nora.password;
    for (const [fields, fault] of [
      [{ old, password: 'short', again: 'short' }, 'It needs at least 12 characters'],
      [{ old, password: NEW, again: `${NEW}!` }, 'The two passwords differ.'],
      [{ old, password: old, again: old }, 'This is your current password.'],
      [{ old: 'not it', password: NEW, again: NEW }, 'Wrong password.'],
      [{}, 'It needs at least 12 characters'],
    ] as const) {
      const answer = await press(studio, '/studio/account/password', fields, session);
      expect(answer.statusCode).toBe(422);
      expect(answer.body).toContain(fault);
      expect(answer.body).not.toContain(NEW);
    }
    expect((await logIn(studio, nora)).cookie).not.toBe('');
  });

  test('lets nobody guess the password from a browser that was left open', async () => {
    await using studio = await openStudio();
    const session = await logIn(studio, await addAccount(studio, 'nora@belle.example'));
    const ask = () =>
      press(studio, '/studio/account/password', { old: 'a guess', password: NEW, again: NEW }, session);
    for (let time = 0; time < 10; time += 1) await ask();
    expect((await ask()).body).toContain('Too many wrong passwords. Try again in a minute.');
  });

  test('takes no name that would pass for another’s, or for Broadsheet itself', async () => {
    await using studio = await openStudio();
    const edith = await logIn(studio, await addAccount(studio, 'edith@belle.example'));
    await addAccount(studio, 'nora@belle.example', 'approve');
    for (const name of ['nora', ' NORA ', 'N o r a.', 'ｎｏｒａ', 'The Studio', "the article's file"]) {
      const answer = await press(studio, '/studio/account/name', { name }, edith);
      expect([answer.statusCode, answer.body.includes('Somebody else goes by this name')], name).toEqual([
        422,
        true,
      ]);
    }
    expect((await press(studio, '/studio/account/name', { name: 'Edith' }, edith)).statusCode).toBe(303);
    expect((await press(studio, '/studio/account/name', { name: 'EDITH' }, edith)).statusCode).toBe(303);
    const fields = { name: 'Nora', email: 'other@belle.example', role: 'edit' };
    expect((await press(studio, '/studio/editors', fields)).statusCode).toBe(422);
  });

  test('takes another name, on one line', async () => {
    await using studio = await openStudio();
    const session = await logIn(studio, await addAccount(studio, 'nora@belle.example'));
    const name = 'Nora\r\n<b>Quist</b>';
    expect((await press(studio, '/studio/account/name', { name }, session)).statusCode).toBe(303);
    expect((await get(studio, '/studio/account?done=name', session)).body).toContain(
      '>Nora &lt;b&gt;Quist&lt;/b&gt;</a>',
    );
    for (const wrong of ['', '   ', 'x'.repeat(81)]) {
      const answer = await press(studio, '/studio/account/name', { name: wrong }, session);
      expect(answer.statusCode).toBe(422);
      expect(answer.body).toContain('between 1 and 80 characters');
    }
  });

  test('logs out everywhere else', async () => {
    await using studio = await openStudio({ rehearsal: false, studioPassword: PASSWORD });
    const nora = await addAccount(studio, 'nora@belle.example');
    const [here, elsewhere] = [await logIn(studio, nora), await logIn(studio, nora)];
    await press(studio, '/studio/account/elsewhere', {}, here);
    expect((await get(studio, '/studio', here)).statusCode).toBe(200);
    expect((await get(studio, '/studio', elsewhere)).statusCode).toBe(303);
  });

  test('is not there for who has none, and the page says how to get one', async () => {
    await using studio = await openStudio();
    const page = await get(studio, '/studio/account');
    expect(page.body).toContain('This is a rehearsal');
    expect(page.body).toContain('href="/studio/editors"');
    for (const act of ['name', 'password', 'elsewhere'])
      expect((await press(studio, `/studio/account/${act}`, { name: 'X' })).statusCode).toBe(404);
    await using shared = await openStudio({ studioPassword: PASSWORD });
    const session = await logIn(shared, { password: PASSWORD });
    expect((await get(shared, '/studio/account', session)).body).toContain('STUDIO_PASSWORD');
  });
});

test('what is told live to somebody who is logged out meanwhile ends within a minute, and only to them', async () => {
  await using studio = await openStudio({ rehearsal: false });
  const [nora, edith] = [
    await addAccount(studio, 'nora@belle.example'),
    await addAccount(studio, 'edith@belle.example'),
  ];
  const origin = await studio.app.listen({ port: 0, host: '127.0.0.1' });
  const listen = async (account: typeof nora) => {
    const answer = await fetch(`${origin}/studio/live`, { headers: await logIn(studio, account) });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const heard = { ended: false };
    const end = () => {
      heard.ended = true;
    };
    void answer.text().then(end, end);
    return heard;
  };
  const [goes, stays] = [await listen(nora), await listen(edith)];
  studio.clock.advance(MINUTE_MS);
  await changePassword(studio.db, nora.id, NEW, false);
  const halfAMinuteLater = () => {
    studio.clock.advance(MINUTE_MS / 2);
    return goes.ended;
  };
  await expect.poll(halfAMinuteLater, { timeout: 20_000 }).toBe(true);
  expect(stays.ended).toBe(false);
});

describe('the list of editors', () => {
  test('takes a first password that was typed, and shows it once', async () => {
    await using studio = await openStudio();
    const fields = { name: 'Edith', email: 'edith@belle.example', role: 'approve', password: NEW };
    expect((await press(studio, '/studio/editors', fields)).body).toContain(`<code>${NEW}</code>`);
    expect(await listEditors(studio.db)).toMatchObject([
      { name: 'Edith', email: 'edith@belle.example', role: 'approve', passwordGiven: true },
    ]);
    expect((await get(studio, '/studio/editors')).body).toContain('Has not chosen a password yet');
  });

  test('says beside each field what is wrong, keeps what was typed, and adds nobody', async () => {
    await using studio = await openStudio();
    await addAccount(studio, 'nora@belle.example');
    const good = { name: 'Edith', email: 'edith@belle.example', role: 'approve' };
    for (const [fields, fault] of [
      [{ ...good, name: ' ' }, 'between 1 and 80 characters'],
      [{ ...good, email: 'edith' }, 'it needs the form name@example.org'],
      [{ ...good, email: 'NORA@belle.example' }, 'already has an account'],
      [{ ...good, password: 'short' }, 'at least 12 characters'],
      [{}, 'between 1 and 80 characters'],
    ] as const) {
      const answer = await press(studio, '/studio/editors', fields);
      expect(answer.statusCode).toBe(422);
      expect(answer.body).toContain(fault);
      if ('role' in fields) expect(answer.body).toMatch(/value="approve" checked/);
    }
    expect(await listEditors(studio.db)).toHaveLength(1);
  });

  test('changes a role at once, in sessions that are open too', async () => {
    await using studio = await openStudio();
    const nora = await addAccount(studio, 'nora@belle.example');
    const session = await logIn(studio, nora);
    expect((await get(studio, '/studio/editors', session)).statusCode).toBe(403);
    await press(studio, `/studio/editors/${nora.id}/role`, { role: 'approve' });
    expect((await get(studio, '/studio/editors', session)).statusCode).toBe(200);
    await press(studio, `/studio/editors/${nora.id}/role`, { role: 'nonsense' });
    expect((await get(studio, '/studio/editors', session)).statusCode).toBe(403);
  });

  test('gives a new password, which ends the sessions of the old', async () => {
    await using studio = await openStudio({ studioPassword: PASSWORD });
    const nora = await addAccount(studio, 'nora@belle.example');
    const [session, boss] = [await logIn(studio, nora), await logIn(studio, { password: PASSWORD })];
    const { body } = await press(studio, `/studio/editors/${nora.id}/password`, {}, boss);
    const [, password = ''] = /<code>([^<]+)<\/code>/.exec(body) ?? [];
    expect((await get(studio, '/studio', session)).statusCode).toBe(303);
    expect(await logIn(studio, nora)).toEqual({ cookie: '' });
    expect((await logIn(studio, { ...nora, password })).cookie).not.toBe('');
  });

  test('removes an editor, who is out at once', async () => {
    await using studio = await openStudio({ studioPassword: PASSWORD });
    const nora = await addAccount(studio, 'nora@belle.example', 'approve');
    const [session, boss] = [await logIn(studio, nora), await logIn(studio, { password: PASSWORD })];
    expect((await press(studio, `/studio/editors/${nora.id}/remove`, {}, boss)).statusCode).toBe(303);
    expect((await get(studio, '/studio', session)).statusCode).toBe(303);
    expect(await listEditors(studio.db)).toEqual([]);
  });

  test('keeps the last who may approve, where there is no other way in', async () => {
    await using studio = await openStudio({ rehearsal: false });
    const nora = await addAccount(studio, 'nora@belle.example', 'approve');
    await addAccount(studio, 'edith@belle.example');
    const session = await logIn(studio, nora);
    for (const [act, fields] of [
      ['remove', {}],
      ['role', { role: 'edit' }],
    ] as const) {
      const answer = await press(studio, `/studio/editors/${nora.id}/${act}`, fields, session);
      expect(answer.statusCode).toBe(409);
      expect(answer.body).toContain('Nobody could approve anymore');
    }
    expect((await get(studio, '/studio/editors', session)).statusCode).toBe(200);
  });

  test('knows nobody by an id that is none', async () => {
    await using studio = await openStudio();
    for (const id of ['0', '-1', 'x', '1e3', '9'.repeat(40), '..', '%00'])
      for (const act of ['role', 'remove', 'password'])
        expect((await press(studio, `/studio/editors/${id}/${act}`)).statusCode, `${id} ${act}`).toBe(404);
  });
});

function get(studio: OpenStudio, url: string, headers: Readonly<Record<string, string>> = {}) {
  return studio.app.inject({ url, headers: { ...HERE, ...headers } });
}
