import { describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/base/clock.ts';
import { openStudio } from './open-studio.ts';

const PASSWORD = 'correct horse: battery staple';
const PATHS = [
  '/studio',
  '/studio/editions/x',
  '/studio/editions/x/preview',
  '/studio/caught',
  '/studio/caught/1795330800000-000001',
  '/studio/caught/1795330800000-000001/html',
  '/studio/caught/1795330800000-000001/raw',
  '/studio/anything',
];

describe('in a rehearsal without a password', () => {
  test.each([
    'localhost',
    'localhost:3000',
    'LOCALHOST:80',
    '127.0.0.1',
    '127.0.0.1:3000',
    '[::1]',
    '[::1]:3000',
  ])('the studio is open to a browser on this machine that asks for %s', async (host) => {
    await using studio = await openStudio();
    expect((await studio.app.inject({ url: '/studio', headers: { host } })).statusCode).toBe(200);
  });

  test.each([
    'evil.example',
    'localhost.evil.example',
    'evil.example:3000',
    '127.0.0.1.nip.io',
    'localhost@evil.example',
    '192.168.1.5:3000',
    '0.0.0.0',
    '127.0.0.2.example',
    'localhost:3000:evil',
  ])('it is closed to one that asks for %s, whose name may only point here', async (host) => {
    await using studio = await openStudio();
    for (const url of PATHS) {
      const { statusCode, body } = await studio.app.inject({ url, headers: { host, accept: 'text/html' } });
      expect(statusCode).toBe(404);
      expect(body).toContain('STUDIO_PASSWORD');
    }
  });

  test.each(['x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via'])(
    'it is closed to what a proxy passes on (%s), although it looks local',
    async (header) => {
      await using studio = await openStudio();
      const headers = { host: 'localhost:3000', [header]: '203.0.113.9' };
      expect((await studio.app.inject({ url: '/studio', headers })).statusCode).toBe(404);
    },
  );

  test('it is closed to another machine that only claims to ask for localhost', async () => {
    await using studio = await openStudio();
    for (const remoteAddress of ['203.0.113.9', '192.168.1.20', '::ffff:10.0.0.1', 'fe80::1']) {
      const headers = { host: 'localhost:3000' };
      expect((await studio.app.inject({ url: '/studio', headers, remoteAddress })).statusCode).toBe(404);
    }
  });
});

describe('without a rehearsal and without a password', () => {
  test('there is no studio, and its place says how to open it', async () => {
    await using studio = await openStudio({ rehearsal: false });
    for (const url of PATHS) {
      const { statusCode, body, headers } = await studio.app.inject({ url, headers: { host: 'localhost' } });
      expect(statusCode).toBe(404);
      expect(body).toContain('Set STUDIO_PASSWORD');
      expect(headers).not.toHaveProperty('www-authenticate');
    }
  });
});

describe('with a password', () => {
  test.each([true, false])('it opens with it, whatever the user name (rehearsal: %s)', async (rehearsal) => {
    await using studio = await openStudio({ rehearsal, studioPassword: PASSWORD });
    for (const user of ['', 'editor', 'näme']) {
      const headers = { host: 'news.example.org', authorization: basic(user, PASSWORD) };
      expect((await studio.app.inject({ url: '/studio', headers })).statusCode).toBe(200);
    }
  });

  test.each([
    ['nothing', undefined],
    ['a wrong one', basic('editor', 'wrong')],
    ['none', basic('editor', '')],
    ['a shorter one', basic('editor', PASSWORD.slice(0, -1))],
    ['a longer one', basic('editor', `${PASSWORD}x`)],
    ['another case', basic('editor', PASSWORD.toUpperCase())],
    ['no colon', `Basic ${Buffer.from(PASSWORD).toString('base64').slice(0, 8)}`],
    ['a token', `Bearer ${PASSWORD}`],
    ['no base64', 'Basic %%%'],
  ])(
    'it asks again when given %s',
    async (_what, authorization) => {
      await using studio = await openStudio({ rehearsal: false, studioPassword: PASSWORD });
      for (const url of PATHS) {
        const headers = { host: 'localhost', ...(authorization === undefined ? {} : { authorization }) };
        const answer = await studio.app.inject({ url, headers });
        expect(answer.statusCode).toBe(401);
        expect(answer.headers['www-authenticate']).toContain('Basic realm=');
        expect(answer.body).not.toContain(PASSWORD);
      }
    },
    120_000,
  );

  test('ten wrong guesses close it for a while, to the right password too, and to no other client', async () => {
    await using studio = await openStudio({ rehearsal: false, studioPassword: PASSWORD });
    const ask = (password: string, remoteAddress = '203.0.113.9') =>
      studio.app.inject({ url: '/studio', remoteAddress, headers: { authorization: basic('x', password) } });
    for (let guess = 0; guess < 10; guess += 1) expect((await ask(`guess ${guess}`)).statusCode).toBe(401);
    const locked = await ask(PASSWORD);
    expect(locked.statusCode).toBe(429);
    expect(Number(locked.headers['retry-after'])).toBeLessThanOrEqual((15 * MINUTE_MS) / 1000);
    expect((await ask(PASSWORD, '203.0.113.10')).statusCode).toBe(200);
  });

  test('using the right password, or none yet, is never a guess', async () => {
    await using studio = await openStudio({ rehearsal: false, studioPassword: PASSWORD });
    const headers = { authorization: basic('x', PASSWORD) };
    for (let times = 0; times < 30; times += 1) {
      expect((await studio.app.inject('/studio')).statusCode).toBe(401);
      expect((await studio.app.inject({ url: '/studio', headers })).statusCode).toBe(200);
    }
  });
});

test('every page of the studio is kept out of caches and search engines, and none takes a post', async () => {
  await using studio = await openStudio();
  for (const url of PATHS) {
    const { headers } = await studio.app.inject({ url, headers: { host: 'localhost' } });
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['x-robots-tag']).toContain('noindex');
    const post = await studio.app.inject({ method: 'POST', url, headers: { host: 'localhost' } });
    expect(post.statusCode).toBe(404);
  }
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

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
