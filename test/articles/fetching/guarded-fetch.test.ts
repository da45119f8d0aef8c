import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  type FetchOptions,
  guardedFetch,
  type Resolver,
} from '../../../src/articles/fetching/guarded-fetch.ts';
import { isPublicAddress } from '../../../src/articles/fetching/public-address.ts';
import { fetchFailureWords } from '../../../src/articles/sources/failure-words.ts';
import { NO_VALIDATORS, serve, serveBody, USER_AGENT } from './loopback.ts';

const SMALL = { headersMs: 300, totalMs: 600, wireBytes: 64 * 1024, bodyBytes: 256 * 1024 };

function get(url: string, options: Partial<FetchOptions> = {}) {
  return guardedFetch(url, {
    userAgent: USER_AGENT,
    validators: NO_VALIDATORS,
    allowPrivate: true,
    limits: SMALL,
    ...options,
  });
}

const answering =
  (...answers: string[][]): Resolver =>
  async () =>
    (answers.length > 1 ? answers.shift() : answers[0])?.map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    })) ?? [];

const reasonOf = async (url: string, options: Partial<FetchOptions> = {}) => {
  const result = await get(url, options);
  return result.kind === 'failed' ? fetchFailureWords(result.reason) : result.kind;
};

describe('an address', () => {
  test.each([
    '127.0.0.1',
    '10.1.1.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '192.0.2.1',
    '198.18.0.1',
    '240.0.0.1',
    '::1',
    '::',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2001:0:0:0:0:0:80ff:fffe',
    'fe80::1',
    'fc00::1',
    'fec0::1',
    'ff02::1',
    '2001:db8::1',
    'not an address',
  ])('that is not public is told apart: %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each(['8.8.8.8', '93.184.216.34', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808'])(
    'that is public is let through: %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );
});

describe('a fetch is refused', () => {
  test.each([
    'http://127.0.0.1/',
    'http://0x7f.1/',
    'http://2130706433/',
    'http://017700000001/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[fe80::1]/',
    'http://[64:ff9b::a9fe:a9fe]/',
  ])('for an address in the URL that is not public: %s', async (url) => {
    expect(await reasonOf(url, { allowPrivate: false })).toMatch(/is not on the public internet/);
  });

  test('for a host of which any address is not public', async () => {
    const resolve = answering(['93.184.216.34', '127.0.0.1']);
    expect(await reasonOf('http://feeds.example/', { allowPrivate: false, resolve })).toBe(
      'feeds.example (127.0.0.1) is not on the public internet',
    );
  });

  test.each([
    ['file:///etc/passwd', 'file: addresses are not fetched, only http and https'],
    ['http://user:secret@feeds.example/', 'addresses with a user name or password are not fetched'],
    ['http://feeds.example:6379/', 'port 6379 is not 80 or 443'],
    ['not an address', 'this is not a web address'],
  ])('for %s', async (url, reason) => {
    expect(await reasonOf(url, { allowPrivate: false })).toBe(reason);
  });
});

test('a name server that answers differently the second time never gets us to loopback', async () => {
  await using server = await serveBody('secret');
  const port = new URL(server.url).port;
  // Public at first, loopback ever after: whoever asks twice connects to the second answer.
  const resolve = answering(['203.0.114.1'], ['127.0.0.1']);
  const options = { allowPrivate: false, resolve, limits: { ...SMALL, totalMs: 200 } };
  const first = await get('http://rebinding.example/', options);
  const second = await get('http://rebinding.example/', options);
  expect([first.kind, second.kind]).toEqual(['failed', 'failed']);
  expect(await reasonOf(`http://rebinding.example:${port}/`, options)).toMatch(/port/);
  expect(server.asked).toEqual([]);
});

describe('a redirect', () => {
  const redirectTo = (location: string) =>
    serve((_request, response) => response.writeHead(302, { location }).end());

  test('is followed, and the address it ends at is told', async () => {
    await using server = await serve((request, response) => {
      if (request.url === '/old') response.writeHead(301, { location: '/new?x=1' }).end();
      else response.end('here');
    });
    const result = await get(`${server.url}/old`);
    expect(result).toMatchObject({ kind: 'fetched', url: `${server.url}/new?x=1` });
  });

  test('from an allowed private address to another private one is refused', async () => {
    await using other = await serveBody('secret');
    for (const target of [
      other.url,
      'http://169.254.169.254/',
      'http://[::1]/',
      other.url.replace('127.0.0.1', 'localhost'),
    ]) {
      await using server = await redirectTo(target);
      expect(await reasonOf(server.url)).toMatch(
        /^it redirects to .*(not on the public internet|is not 80 or 443)/,
      );
    }
    expect(other.asked).toEqual([]);
  });

  test.each(['file:///etc/passwd', 'gopher://x.example/', 'javascript:alert(1)'])(
    'to something that is not the web is refused: %s',
    async (target) => {
      await using server = await redirectTo(target);
      expect(await reasonOf(server.url)).toMatch(/only http and https/);
    },
  );

  test('in a circle ends after five', async () => {
    await using server = await redirectTo('/again');
    expect(await reasonOf(server.url)).toBe('it redirects more than 5 times');
    expect(server.asked).toHaveLength(6);
  });

  test('without a place to go is refused', async () => {
    await using server = await serve((_request, response) => response.writeHead(302).end());
    expect(await reasonOf(server.url)).toBe('it redirects without saying where to');
  });
});

describe('a server', () => {
  test('is told who asks and what we have', async () => {
    const seen: Record<string, unknown>[] = [];
    await using server = await serve((request, response) => {
      seen.push(request.headers);
      response.writeHead(304).end();
    });
    const validators = { etag: '"v1"', lastModified: 'Tue, 10 Nov 2020 10:00:00 GMT' };
    expect(await get(server.url, { validators })).toEqual({ kind: 'unchanged' });
    expect(seen[0]).toMatchObject({
      'user-agent': USER_AGENT,
      'if-none-match': '"v1"',
      'if-modified-since': 'Tue, 10 Nov 2020 10:00:00 GMT',
    });
  });

  test.each([
    [404, 'the server answered 404 (there is nothing at this address)'],
    [500, 'the server answered 500 (it has a fault of its own)'],
    [418, 'the server answered 418'],
  ])('that answers %i is a failure with a reason', async (status, reason) => {
    await using server = await serve((_request, response) => response.writeHead(status).end('<rss/>'));
    expect(await reasonOf(server.url)).toBe(reason);
  });

  test('that is not there is a failure with a reason', async () => {
    const server = await serveBody('');
    await server[Symbol.asyncDispose]();
    expect(await reasonOf(server.url)).toMatch(/^127\.0\.0\.1:\d+ refuses the connection$/);
  });

  test('that hangs is given up', async () => {
    await using server = await serve(() => undefined);
    expect(await reasonOf(server.url)).toBe('no answer within 0.3 s');
  });

  test('whose name server hangs is given up', async () => {
    const resolve: Resolver = () => new Promise(() => undefined);
    expect(await reasonOf('http://feeds.example/', { resolve, allowPrivate: false })).toBe(
      'no answer within 0.3 s',
    );
  });

  test('that drips for ever is given up, however steadily it drips', async () => {
    await using server = await serve((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('<'), 20);
      response.on('close', () => clearInterval(drip));
    });
    expect(await reasonOf(server.url)).toBe('it was not all here after 0.6 s');
  });

  test('that sends more than is allowed is cut off', async () => {
    let sent = 0;
    await using server = await serve((_request, response) => {
      const block = Buffer.alloc(64 * 1024, 'x');
      const more = () => {
        while (!response.destroyed && sent < 50 * 1024 * 1024) {
          sent += block.length;
          if (!response.write(block)) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    });
    expect(await reasonOf(server.url)).toBe('it is larger than 0.06 MB');
    expect(sent).toBeLessThan(20 * 1024 * 1024);
  });

  test('that breaks off in the middle is a failure', async () => {
    await using server = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half', () => response.destroy());
    });
    expect((await get(server.url)).kind).toBe('failed');
  });

  test('whose headers never end is cut off', async () => {
    await using server = await serve((_request, response) =>
      response.writeHead(200, { 'x-long': 'x'.repeat(60_000) }).end(),
    );
    expect(await reasonOf(server.url)).toBe('its headers are too long');
  });
});

describe('compression', () => {
  test.each([
    ['gzip', gzipSync('text')],
    ['deflate', deflateSync('text')],
    ['deflate', deflateRawSync('text')],
    ['br', brotliCompressSync('text')],
    ['identity', Buffer.from('text')],
  ])('%s is unpacked', async (encoding, body) => {
    await using server = await serveBody(body, { 'content-encoding': encoding });
    expect(await get(server.url)).toMatchObject({ kind: 'fetched', body: Buffer.from('text') });
  });

  test.each([
    ['none', Buffer.from('text')],
    ['UTF-8', Buffer.from('text')],
    ['gzip', Buffer.from('text')],
    ['br', Buffer.from('text')],
    ['deflate', Buffer.from('text')],
    ['zstd', Buffer.from('text')],
    ['identity', gzipSync('text')],
    ['br', gzipSync('text')],
    ['deflate', gzipSync('text')],
    ['gzip', deflateSync('text')],
    ['gzip, identity', gzipSync('text')],
    ['gzip', gzipSync(gzipSync('text'))],
    ['x-unknown', deflateSync('text')],
  ])('is told by the first bytes, whatever the label %s says', async (encoding, body) => {
    await using server = await serveBody(body, { 'content-encoding': encoding });
    expect(await get(server.url)).toMatchObject({ kind: 'fetched', body: Buffer.from('text') });
  });

  test.each([
    ['gzip', gzipSync(Buffer.alloc(20 * 1024 * 1024))],
    ['br', brotliCompressSync(Buffer.alloc(20 * 1024 * 1024))],
  ])('%s cannot be a bomb', async (encoding, body) => {
    await using server = await serveBody(body, { 'content-encoding': encoding });
    expect(await reasonOf(server.url)).toBe('it unpacks to more than 0.25 MB');
  });

  test.each([
    ['gzip, gzip', gzipSync(gzipSync(gzipSync('x'))), 'it is compressed more than twice'],
    ['br', Buffer.from('\u0001\u0002not brotli'), 'its compressed content is damaged'],
    ['gzip', gzipSync('cut short'.repeat(100)).subarray(0, 20), 'its compressed content is damaged'],
  ])('%s that is not honest is refused', async (encoding, body, reason) => {
    await using server = await serveBody(body, { 'content-encoding': encoding });
    expect(await reasonOf(server.url)).toBe(reason);
  });
});
