import { afterEach, describe, expect, test } from 'vitest';
import { createLog, type Log } from '../../src/base/log.ts';
import { ourVocabulary } from '../../src/config/vocabulary.ts';
import { clientKey } from '../../src/web/client-key.ts';
import { withLinksInNewTab } from '../../src/web/mail-document.ts';
import { problemOf } from '../../src/web/problems.ts';
import { createServer } from '../../src/web/server.ts';

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server[Symbol.asyncDispose]();
});

describe('the server', () => {
  test('is alive', async () => {
    const app = await server();
    expect((await app.inject('/livez')).json()).toEqual({ status: 'alive' });
  });

  test('lets a page load its own things and nothing else, and tells nobody where a reader came from', async () => {
    const app = await server();
    const { headers } = await app.inject('/livez');
    expect(headers['content-security-policy']).toBe(
      "default-src 'none';style-src 'self';img-src 'self';script-src 'self';connect-src 'self';form-action 'self';frame-ancestors 'self';frame-src 'self';base-uri 'none'",
    );
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  test('asks for https for good only where it is reached by https', async () => {
    const app = await server({ trustProxy: 'loopback' });
    expect((await app.inject('/livez')).headers).not.toHaveProperty('strict-transport-security');
    const { headers } = await app.inject({ url: '/livez', headers: { 'x-forwarded-proto': 'https' } });
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
  });

  test.each([
    [undefined, '127.0.0.1'],
    ['false', '127.0.0.1'],
    ['loopback', '198.51.100.7'],
    ['1', '198.51.100.7'],
    ['2', '203.0.113.1'],
    ['true', '203.0.113.1'],
    ['10.0.0.0/8', '127.0.0.1'],
  ])('with TRUST_PROXY=%s takes the client to be %s', async (trustProxy, client) => {
    const app = await server({ trustProxy });
    app.get('/ip', async (request) => request.ip);
    const headers = { 'x-forwarded-for': '203.0.113.1, 198.51.100.7' };
    expect((await app.inject({ url: '/ip', headers })).body).toBe(client);
  });

  test('answers an unknown address with a page for people and JSON for programs', async () => {
    const app = await server();
    const page = await app.inject({ url: '/nothing?<script>', headers: HTML });
    expect(page.statusCode).toBe(404);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body).toContain('Page not found');
    expect(page.body).not.toContain('<script');
    const program = await app.inject('/nothing');
    expect(program.statusCode).toBe(404);
    expect(program.json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  test('notes a failure with the route and without the address, and tells a reader nothing of it', async () => {
    const lines: unknown[] = [];
    const log = {
      ...createLog('silent'),
      error: (...words: unknown[]) => void lines.push(words),
    } as unknown as Log;
    const app = await server({ log });
    app.get('/u/:token', async () => {
      throw new Error('the database said no');
    });
    const { statusCode, body } = await app.inject({ url: '/u/a-secret-token', headers: HTML });
    expect(statusCode).toBe(500);
    expect(body).not.toContain('database');
    expect(JSON.stringify(lines)).toContain('/u/:token');
    expect(JSON.stringify(lines)).not.toContain('a-secret-token');
  });

  test('takes no body above 64 kilobytes, no file, and no form without end', async () => {
    const app = await server();
    app.post('/form', async (request) => Object.keys(Object(request.body)).length);
    const post = (payload: string, type: string) =>
      app.inject({ method: 'POST', url: '/form', payload, headers: { 'content-type': type } });
    const urlencoded = 'application/x-www-form-urlencoded';
    expect((await post(`a=${'x'.repeat(64 * 1024)}`, urlencoded)).statusCode).toBe(413);
    expect((await post('a=1', urlencoded)).statusCode).toBe(200);
    const part = (disposition: string) =>
      `--x\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n1\r\n`;
    const multipart = 'multipart/form-data; boundary=x';
    expect((await post(`${part('name="a"; filename="a.txt"')}--x--`, multipart)).statusCode).toBe(413);
    expect((await post(`${part('name="a"').repeat(300)}--x--`, multipart)).statusCode).toBe(413);
    expect((await post(part('name="a"'), multipart)).statusCode).toBe(400);
    expect((await post('{"a":', 'application/json')).statusCode).toBe(400);
  });
});

test('one client is one address, or one network where a subscriber has a whole one', () => {
  expect(clientKey('203.0.113.9')).toBe('203.0.113.9');
  expect(clientKey('::ffff:203.0.113.9')).toBe('203.0.113.9');
  expect(clientKey('2001:db8:1:2:3:4:5:6')).toBe(clientKey('2001:db8:1:2::ffff'));
  expect(clientKey('2001:db8:1:2::1')).not.toBe(clientKey('2001:db8:1:3::1'));
  expect(clientKey('fe80::1%eth0')).toBe(clientKey('fe80::2'));
  expect(clientKey('')).toBe('');
});

test('a framed mail opens its links outside, and keeps its doctype first', () => {
  const base = '<base target="_blank">';
  expect(withLinksInNewTab('<!doctype html><html><HEAD lang=en><title>')).toBe(
    `<!doctype html><html><HEAD lang=en>${base}<title>`,
  );
  expect(withLinksInNewTab('<!doctype html><header>x')).toBe(`<!doctype html>${base}<header>x`);
  expect(withLinksInNewTab('<html><p>x')).toBe(`<html>${base}<p>x`);
  expect(withLinksInNewTab('just text')).toBe(`${base}just text`);
});

test('every status has words, and what is not ours to blame is not blamed', () => {
  expect(problemOf(418)).toMatchObject({ status: 418, code: 'BAD_REQUEST' });
  expect(problemOf(503)).toMatchObject({ status: 500, code: 'FAILED' });
  expect(problemOf(200).status).toBe(500);
});

async function server(options: { log?: Log; trustProxy?: string | undefined } = {}) {
  const app = await createServer({
    log: options.log ?? createLog('silent'),
    trustProxy: options.trustProxy,
    words: () => ourVocabulary().in('en'),
  });
  open.push({ [Symbol.asyncDispose]: async () => void (await app.close()) });
  return app;
}
