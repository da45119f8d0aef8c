import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../../src/base/clock.ts';
import { Attempts, guess, guessLimits } from '../../../src/studio/attempts.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { ManualClock } from '../../helpers/manual-clock.ts';
import { addAccount, HERE, logIn, type OpenStudio, openStudio, press } from '../open-studio.ts';

const PASSWORD = 'correct horse: battery staple';
const REAL = { rehearsal: false, studioPassword: PASSWORD };

eachDatabase((open) => {
  test('an editor logs in with address and password, sees their name, and logs out', async () => {
    await using studio = await openStudio({ rehearsal: false, database: await open() });
    const nora = await addAccount(studio, 'nora@belle.example');
    const session = await logIn(studio, { ...nora, email: ' NORA@belle.example ' });
    const page = await studio.app.inject({ url: '/studio', headers: { ...HERE, ...session } });
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('>nora</a>');
    const out = await press(studio, '/studio/logout', {}, session);
    expect(out.statusCode).toBe(303);
    expect(out.headers.location).toBe('/studio/login?out');
    expect(out.headers['set-cookie']).toMatch(/^broadsheet-studio=; Max-Age=0; /);
    const after = await studio.app.inject({ url: '/studio', headers: { ...HERE, ...session } });
    expect(after.statusCode).toBe(303);
  });
});

describe('the log-in page', () => {
  test('asks for what there is: the one password, an address too, or either', async () => {
    await using shared = await openStudio(REAL);
    const ask = async (studio: OpenStudio) =>
      (await studio.app.inject({ url: '/studio/login', headers: HERE })).body;
    expect(await ask(shared)).not.toContain('name="email"');
    await using named = await openStudio({ rehearsal: false });
    await addAccount(named, 'nora@belle.example');
    expect(await ask(named)).toMatch(/name="email"[^>]* required/);
    expect(await ask(named)).not.toContain('own password');
    await addAccount(shared, 'nora@belle.example');
    expect(await ask(shared)).not.toMatch(/name="email"[^>]* required/);
    expect(await ask(shared)).toContain('Leave empty to use the shared studio password.');
  });

  test('takes the studio’s own password without an address, and an editor’s only with theirs', async () => {
    await using studio = await openStudio(REAL);
    const nora = await addAccount(studio, 'nora@belle.example');
    expect((await logIn(studio, { password: PASSWORD })).cookie).not.toBe('');
    for (const wrong of [
      { password: nora.password },
      { ...nora, password: PASSWORD },
      { email: 'edith@belle.example', password: PASSWORD },
      { email: 'edith@belle.example', password: nora.password },
      { password: '' },
      { password: PASSWORD.toUpperCase() },
      { password: ` ${PASSWORD}` },
    ])
      expect(await logIn(studio, wrong), JSON.stringify(wrong)).toEqual({ cookie: '' });
  });

  test('answers alike for an address that has no account and for a wrong password', async () => {
    await using studio = await openStudio(REAL);
    await addAccount(studio, 'nora@belle.example');
    const ask = async (email: string) => {
      const { statusCode, headers, body } = await send(studio, { email, password: 'not the password' });
      const { date, ...rest } = headers;
      return { statusCode, rest, body: body.replaceAll(email, '…') };
    };
    const known = await ask('nora@belle.example');
    expect(known.statusCode).toBe(401);
    expect(known.body).toContain('Wrong email address or password.');
    expect(await ask('edit@belle.example')).toEqual(known);
  });

  test('takes as long to refuse an address that has no account', async () => {
    await using studio = await openStudio(REAL);
    await addAccount(studio, 'nora@belle.example');
    const times = { known: [] as number[], unknown: [] as number[] };
    for (let round = 0; round < 9; round += 1)
      for (const who of ['known', 'unknown'] as const) {
        const email = who === 'known' ? 'nora@belle.example' : `edith${round}@belle.example`;
        const began = performance.now();
        const answer = await send(
          studio,
          { email, password: 'not the password' },
          {},
          `203.0.${round}.${times[who].length}`,
        );
        times[who].push(performance.now() - began);
        expect(answer.statusCode).toBe(401);
      }
    const ratio = median(times.unknown) / median(times.known);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  test('leads back to where somebody was going, and never to another site', async () => {
    await using studio = await openStudio(REAL);
    const goes = async (next: string) => (await send(studio, { password: PASSWORD, next })).headers.location;
    expect(await goes('/studio/editions/x?story=3&b=%C3%A4')).toBe('/studio/editions/x?story=3&b=%C3%A4');
    expect(await goes('/studio')).toBe('/studio');
    for (const elsewhere of [
      '',
      '/',
      '/archive',
      '//evil.example/studio',
      '/\\evil.example/studio',
      '\\\\evil.example/studio',
      'https://evil.example/studio',
      'https:evil.example/studio',
      'http://studio.invalid:81/studio',
      'javascript:alert(1)//studio/',
      '/studio/../archive',
      '/studio/%2e%2e/archive',
      '/studio.evil.example',
      '/studio/login?next=/studio/login',
      '/studio/logout',
      '/studio\r\nset-cookie: a=b',
    ])
      expect(await goes(elsewhere), elsewhere).toBe('/studio');
  });

  test('greets who is logged in already with where they were going', async () => {
    await using studio = await openStudio(REAL);
    const session = await logIn(studio, { password: PASSWORD });
    const answer = await studio.app.inject({
      url: '/studio/login?next=/studio/embed',
      headers: { ...HERE, ...session },
    });
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe('/studio/embed');
  });

  test('sends who is at the wrong address of an https site to the right one', async () => {
    await using studio = await openStudio({ ...REAL, publicUrl: 'https://news.belle.example' });
    const ask = async (host: string) =>
      (await studio.app.inject({ url: '/studio/login', headers: { host } })).body;
    expect(await ask('10.0.0.7:3000')).toContain('href="https://news.belle.example/studio/login"');
    expect(await ask('news.belle.example')).not.toContain('href="https://news.belle.example/studio/login"');
  });
});

describe('the session’s cookie', () => {
  test('belongs to the studio alone and to no script, for a fortnight', async () => {
    await using studio = await openStudio(REAL);
    const { headers } = await send(studio, { password: PASSWORD });
    expect(headers['set-cookie']).toMatch(
      /^broadsheet-studio=[\w-]{43}; Max-Age=1209600; Path=\/studio; HttpOnly; SameSite=Lax$/,
    );
  });

  test('cannot be planted by a neighbour, nor leave over plain http, where the site has https', async () => {
    const shape =
      /^__Host-broadsheet-studio=[\w-]{43}; Max-Age=1209600; Path=\/; Secure; HttpOnly; SameSite=Lax$/;
    await using byAddress = await openStudio({ ...REAL, publicUrl: 'https://news.belle.example' });
    const answer = await send(byAddress, { password: PASSWORD });
    expect(answer.headers['set-cookie']).toMatch(shape);
    await using byProxy = await openStudio({ ...REAL, trustProxy: 'loopback' });
    const { headers } = await send(byProxy, { password: PASSWORD }, { 'x-forwarded-proto': 'https' });
    expect(headers['set-cookie']).toMatch(shape);
    const [cookie = ''] = String(answer.headers['set-cookie']).split(';');
    const inside = (sent: string) =>
      byAddress.app.inject({ url: '/studio', headers: { ...HERE, cookie: sent } });
    expect((await inside(`theme=dark; ${cookie}; x=y`)).statusCode).toBe(200);
    expect((await inside(cookie.replace('__Host-', ''))).statusCode).toBe(303);
  });

  test('is a new one at every log-in, and the old one is worth nothing then: also one that was planted', async () => {
    await using studio = await openStudio(REAL);
    const planted = await logIn(studio, { password: PASSWORD });
    const { cookie } = await logIn(studio, { password: PASSWORD }, planted);
    expect(cookie).not.toBe(planted.cookie);
    const ask = (sent: string) => studio.app.inject({ url: '/studio', headers: { ...HERE, cookie: sent } });
    expect((await ask(planted.cookie)).statusCode).toBe(303);
    expect((await ask(cookie)).statusCode).toBe(200);
    const made = `broadsheet-studio=${'A'.repeat(43)}`;
    const answer = await send(studio, { password: PASSWORD }, { cookie: made });
    expect(answer.headers['set-cookie']).not.toContain('AAAA');
  });

  test('is not given to whoever is not let in, nor to readers', async () => {
    await using studio = await openStudio(REAL);
    expect((await send(studio, { password: 'wrong' })).headers).not.toHaveProperty('set-cookie');
    const page = await studio.app.inject({ url: '/studio/login', headers: HERE });
    expect(page.headers).not.toHaveProperty('set-cookie');
  });

  test.each(['', 'broadsheet-studio', 'broadsheet-studio=', 'broadsheet-studio=%00', 'x'.repeat(9000)])(
    'opens nothing where it is %j',
    async (cookie) => {
      await using studio = await openStudio(REAL);
      const { statusCode } = await studio.app.inject({ url: '/studio', headers: { ...HERE, cookie } });
      expect(statusCode).toBe(303);
    },
  );

  test('is over after twelve hours without a visit', async () => {
    await using studio = await openStudio(REAL);
    const session = await logIn(studio, { password: PASSWORD });
    const ask = () => studio.app.inject({ url: '/studio/embed', headers: { ...HERE, ...session } });
    studio.clock.advance(11 * HOUR_MS);
    expect((await ask()).statusCode).toBe(200);
    studio.clock.advance(12 * HOUR_MS);
    expect((await ask()).statusCode).toBe(303);
  });
});

describe('wrong passwords', () => {
  test('ten from one network close the door to it, also to the right one, and ever longer; to no other network', async () => {
    await using studio = await openStudio(REAL);
    const ask = (password: string, from = '203.0.113.9') => send(studio, { password }, {}, from);
    for (let time = 0; time < 10; time += 1) expect((await ask(`guess ${time}`)).statusCode).toBe(401);
    const locked = await ask(PASSWORD);
    expect(locked.statusCode).toBe(429);
    expect(locked.headers['retry-after']).toBe('60');
    expect(locked.body).toContain('Too many wrong passwords. Try again in a minute.');
    expect((await ask(PASSWORD, '203.0.113.10')).statusCode).toBe(303);
    studio.clock.advance(MINUTE_MS);
    expect((await ask('guess 11')).statusCode).toBe(401);
    expect((await ask(PASSWORD)).headers['retry-after']).toBe('120');
    studio.clock.advance(2 * MINUTE_MS);
    expect((await ask(PASSWORD)).statusCode).toBe(303);
  });

  test('a hundred at one moment are not looked at either', async () => {
    await using studio = await openStudio(REAL);
    const nora = await addAccount(studio, 'nora@belle.example');
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, at) => {
        const password = at === 60 ? nora.password : `guess number ${at}`;
        return send(studio, { email: nora.email, password }, {}, '203.0.113.9');
      }),
    );
    const statuses = answers.map(({ statusCode }) => statusCode);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(90);
  });

  test('twenty from twenty networks close the one way in that they are tried on, and no other', async () => {
    await using studio = await openStudio(REAL);
    const nora = await addAccount(studio, 'nora@belle.example');
    const ask = (fields: Record<string, string>, from: string) => send(studio, fields, {}, from);
    for (let time = 0; time < 20; time += 1)
      expect((await ask({ password: 'a guess' }, `198.51.100.${time}`)).statusCode).toBe(401);
    studio.clock.advance(MINUTE_MS / 2);
    const locked = await ask({ password: PASSWORD }, '192.0.2.1');
    expect([locked.statusCode, locked.headers['retry-after']]).toEqual([429, '30']);
    const { email, password } = nora;
    expect((await ask({ email, password }, '192.0.2.1')).statusCode).toBe(303);
  });

  test('at one account count from wherever they come, until its owner has come in', async () => {
    const limits = guessLimits(new ManualClock('2026-11-22T08:00:00Z'));
    const guessAt = (account: string, at: number, opened?: string) =>
      guess(limits, { network: `network ${at}`, account }, async () => opened);
    for (let time = 1; time < 20; time += 1) await guessAt('nora', time);
    expect(await guessAt('nora', 20, 'in')).toEqual({ looked: true, opened: 'in' });
    for (let time = 1; time <= 20; time += 1) await guessAt('nora', 100 + time);
    expect(await guessAt('nora', 200, 'in')).toEqual({ looked: false, wait: MINUTE_MS });
    expect(await guessAt('edith', 200, 'in')).toEqual({ looked: true, opened: 'in' });
  });

  test('the right one is never counted as a guess', async () => {
    await using studio = await openStudio(REAL);
    for (let times = 0; times < 30; times += 1)
      expect((await logIn(studio, { password: PASSWORD })).cookie).not.toBe('');
  });

  test('an IPv6 network cannot go on guessing from its other addresses', async () => {
    await using studio = await openStudio(REAL);
    const ask = (at: number) => send(studio, { password: 'a guess' }, {}, `2001:db8:1:2::${at}`);
    for (let time = 1; time <= 10; time += 1) await ask(time);
    expect((await ask(99)).statusCode).toBe(429);
  });

  test('are forgotten after a day, and a flood of them fills no memory', () => {
    const clock = new ManualClock('2026-11-22T08:00:00Z');
    const attempts = new Attempts(clock, 1);
    attempts.count('a');
    expect(attempts.wait('a')).toBe(MINUTE_MS);
    clock.advance(24 * HOUR_MS);
    attempts.count('a');
    expect(attempts.wait('a')).toBe(MINUTE_MS);
    for (let other = 0; other < 10_000; other += 1) attempts.count(`other ${other}`);
    expect(attempts.wait('a')).toBe(0);
    expect(attempts.wait('other 0')).toBe(MINUTE_MS);
  });

  test('are counted for names of any length without keeping them', () => {
    const clock = new ManualClock('2026-11-22T08:00:00Z');
    const attempts = new Attempts(clock, 1);
    const long = (end: string) => `${'a'.repeat(100_000)}${end}@example.org`;
    attempts.count(long('x'));
    expect(attempts.wait(long('x'))).toBe(MINUTE_MS);
    expect(attempts.wait(long('y'))).toBe(0);
    attempts.forget(long('x'));
    expect(attempts.wait(long('x'))).toBe(0);
  });

  test('where an account was opened is remembered for the latest ten thousand alone', async () => {
    const limits = guessLimits(new ManualClock('2026-11-22T08:00:00Z'));
    for (let n = 0; n < 10_050; n += 1)
      await guess(limits, { account: 'anna@example.org', network: `net ${n}` }, async () => 'in');
    expect(limits.known.size).toBe(10_000);
    expect(limits.known.has('anna@example.org net 10049')).toBe(true);
  });

  test('waits grow to a quarter of an hour, and a right password takes back itself alone', () => {
    const clock = new ManualClock('2026-11-22T08:00:00Z');
    const attempts = new Attempts(clock, 2);
    const waits = Array.from({ length: 7 }, () => {
      attempts.count('a');
      return attempts.wait('a') / MINUTE_MS;
    });
    expect(waits).toEqual([0, 1, 2, 4, 8, 15, 15]);
    const takeBack = attempts.count('b');
    attempts.count('b');
    takeBack();
    expect(attempts.wait('b')).toBe(MINUTE_MS);
    attempts.forget('b');
    attempts.count('b')();
    expect(attempts.wait('b')).toBe(0);
  });
});

function send(
  { app }: OpenStudio,
  fields: Record<string, string>,
  headers: Readonly<Record<string, string>> = {},
  remoteAddress = '127.0.0.1',
) {
  return app.inject({
    method: 'POST',
    url: '/studio/login',
    remoteAddress,
    headers: {
      ...HERE,
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
    payload: new URLSearchParams(fields).toString(),
  });
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
