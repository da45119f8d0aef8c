import { describe, expect, test } from 'vitest';
import { addAccount, logIn, openStudio, press } from '../open-studio.ts';

const PASSWORD = 'correct horse: battery staple';
const PATHS = [
  '/studio',
  '/studio/editions/x',
  '/studio/editions/x/preview',
  '/studio/account',
  '/studio/editors',
  '/studio/caught',
  '/studio/caught/1795330800000-000001',
  '/studio/caught/1795330800000-000001/html',
  '/studio/caught/1795330800000-000001/raw',
  '/studio/anything',
];

describe('in a rehearsal without a password', () => {
  test('the studio is open to a browser on this machine, under each of its names', async () => {
    await using studio = await openStudio();
    for (const host of [
      'localhost',
      'localhost:3000',
      'LOCALHOST:80',
      '127.0.0.1',
      '127.0.0.1:3000',
      '[::1]',
      '[::1]:3000',
    ]) {
      const { statusCode, body } = await studio.app.inject({ url: '/studio', headers: { host } });
      expect(statusCode, host).toBe(200);
      expect(body).toContain('Rehearsal');
      expect(body).not.toContain('Log out');
    }
  });

  test('it is closed to one that asks for another name, which may only point here', async () => {
    await using studio = await openStudio();
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      'evil.example:3000',
      '127.0.0.1.nip.io',
      'localhost@evil.example',
      '192.168.1.5:3000',
      '0.0.0.0',
      '127.0.0.2.example',
      'localhost:3000:evil',
    ])
      for (const url of PATHS) {
        const { statusCode, body } = await studio.app.inject({ url, headers: { host, accept: 'text/html' } });
        expect(statusCode, host).toBe(404);
        expect(body).toContain('STUDIO_PASSWORD');
      }
  });

  test('nor does such a page get anything done, whose browser takes it for our own', async () => {
    await using studio = await openStudio();
    const fields = { name: 'Mallory', email: 'mallory@evil.example', role: 'approve' };
    const answer = await press(studio, '/studio/editors', fields, { host: 'evil.example:3000' });
    expect(answer.statusCode).toBe(404);
    // Not even with a token that was read off the real page.
    const { body } = await studio.app.inject({ url: '/studio', headers: { host: 'localhost:3000' } });
    const [, csrf = ''] = /<meta name="csrf" content="([^"]+)">/.exec(body) ?? [];
    expect(csrf).not.toBe('');
    const stolen = { host: 'evil.example:3000', 'x-csrf': csrf };
    expect((await press(studio, '/studio/editors', fields, stolen)).statusCode).toBe(404);
    expect(await studio.db.selectFrom('editors').selectAll().execute()).toEqual([]);
  });

  test('it is closed to what a proxy passes on, although it looks local', async () => {
    await using studio = await openStudio();
    for (const header of ['x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via']) {
      const headers = { host: 'localhost:3000', [header]: '203.0.113.9' };
      expect((await studio.app.inject({ url: '/studio', headers })).statusCode).toBe(404);
    }
  });

  test('it is closed to another machine that only claims to ask for localhost', async () => {
    await using studio = await openStudio();
    for (const remoteAddress of ['203.0.113.9', '192.168.1.20', '::ffff:10.0.0.1', 'fe80::1']) {
      const headers = { host: 'localhost:3000' };
      expect((await studio.app.inject({ url: '/studio', headers, remoteAddress })).statusCode).toBe(404);
    }
  });

  test('there is nothing to log in with, and no need to', async () => {
    await using studio = await openStudio();
    const headers = { host: 'localhost:3000' };
    const answer = await studio.app.inject({ url: '/studio/login?next=/studio/embed', headers });
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe('/studio/embed');
  });

  test('whoever sits there can still log in, to see the studio as that editor does', async () => {
    await using studio = await openStudio();
    const nora = await addAccount(studio, 'nora@belle.example');
    const headers = { host: 'localhost:3000', ...(await logIn(studio, nora)) };
    const { body } = await studio.app.inject({ url: '/studio', headers });
    expect(body).toContain('>nora</a>');
    expect((await studio.app.inject({ url: '/studio/editors', headers })).statusCode).toBe(403);
  });
});

test('a rehearsal that has a password asks for it, on its own machine too', async () => {
  await using studio = await openStudio({ studioPassword: PASSWORD });
  const headers = { host: 'localhost:3000', accept: 'text/html' };
  expect((await studio.app.inject({ url: '/studio', headers })).statusCode).toBe(303);
  const inside = { ...headers, ...(await logIn(studio, { password: PASSWORD })) };
  expect((await studio.app.inject({ url: '/studio', headers: inside })).body).toContain('The studio</a>');
});

describe('without a rehearsal, a password and an editor', () => {
  test('there is no studio, and its place says how to open it', async () => {
    await using studio = await openStudio({ rehearsal: false });
    for (const url of [...PATHS, '/studio/login']) {
      const { statusCode, body } = await studio.app.inject({ url, headers: { host: 'localhost' } });
      expect(statusCode).toBe(404);
      expect(body).toContain('Set STUDIO_PASSWORD');
      expect(body).not.toContain('<nav');
    }
    const json = { host: 'localhost', accept: 'application/json' };
    const answer = await studio.app.inject({ url: '/studio', headers: json });
    expect(answer.json()).toMatchObject({ error: { code: 'STUDIO_CLOSED' } });
  });
});

describe('who is not logged in', () => {
  test('is led to the log-in page, and from there to where they were going', async () => {
    await using studio = await openStudio({ rehearsal: false, studioPassword: PASSWORD });
    for (const url of PATHS) {
      const answer = await studio.app.inject({ url: `${url}?a=1&b=%C3%A4`, headers: { host: 'localhost' } });
      expect(answer.statusCode).toBe(303);
      const there = new URL(String(answer.headers.location), 'http://localhost');
      expect(there.pathname).toBe('/studio/login');
      expect(there.searchParams.get('next')).toBe(`${url}?a=1&b=%C3%A4`);
      expect(answer.body).toBe('');
    }
  });

  test('is told so in JSON where a script asks, and where it waits for events', async () => {
    await using studio = await openStudio({ rehearsal: false, studioPassword: PASSWORD });
    for (const accept of ['application/json', 'text/event-stream']) {
      const answer = await studio.app.inject({ url: '/studio', headers: { host: 'localhost', accept } });
      expect(answer.statusCode).toBe(401);
      expect(answer.json()).toMatchObject({ error: { code: 'LOGGED_OUT' } });
      expect(answer.headers).not.toHaveProperty('www-authenticate');
    }
  });

  test('is not led anywhere with a form, which would be lost: a page says so, and the way back', async () => {
    await using studio = await openStudio({ rehearsal: false, studioPassword: PASSWORD });
    const referer = 'http://localhost:3000/studio/editions/x?story=3';
    const answer = await press(studio, '/studio/logout', {}, { referer });
    expect(answer.statusCode).toBe(401);
    expect(answer.body).toContain('You are logged out');
    expect(answer.body.replaceAll('&#x3D;', '=')).toContain(
      'href="/studio/login?next=%2Fstudio%2Feditions%2Fx%3Fstory%3D3"',
    );
  });

  test('gets nowhere with a name and password in the address line’s way', async () => {
    await using studio = await openStudio({ rehearsal: false, studioPassword: PASSWORD });
    const authorization = `Basic ${Buffer.from(`editor:${PASSWORD}`).toString('base64')}`;
    const headers = { host: 'localhost', authorization };
    expect((await studio.app.inject({ url: '/studio', headers })).statusCode).toBe(303);
  });
});

test('every page of the studio is kept out of caches and search engines, tells no other site where it was, and takes no post that it does not know', async () => {
  await using studio = await openStudio();
  for (const url of ['/studio', '/studio/embed', '/studio/account', '/studio/login', '/studio/anything']) {
    const { headers } = await studio.app.inject({ url, headers: { host: 'localhost' } });
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['x-robots-tag']).toContain('noindex');
    expect(headers['referrer-policy']).toBe('same-origin');
    expect(headers['content-security-policy']).toContain("script-src 'self'");
  }
  for (const url of ['/studio', '/studio/embed', '/studio/anything'])
    expect((await press(studio, url)).statusCode).toBe(404);
});

test('the style sheet is served to everybody, since the closed door needs it', async () => {
  await using studio = await openStudio({ rehearsal: false });
  const { body } = await studio.app.inject('/studio');
  const address = /href="(\/studio\/assets\/studio\.css[^"]*)"/.exec(body)?.[1]?.replace('&#x3D;', '=') ?? '';
  const { statusCode, headers } = await studio.app.inject(address);
  expect(statusCode).toBe(200);
  expect(headers['content-type']).toContain('text/css');
  expect(headers['cache-control']).toContain('immutable');
});
