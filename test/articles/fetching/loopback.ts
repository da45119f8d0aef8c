import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sourceFailureWords } from '../../../src/articles/sources/failure-words.ts';
import {
  type FeedFetch,
  type FeedSettings,
  fetchFeed,
  readFetched,
} from '../../../src/articles/sources/feeds/feed-source.ts';
import type { SourceResult } from '../../../src/articles/sources/source-result.ts';
import { userAgentOf } from '../../../src/base/version.ts';

export interface Loopback extends AsyncDisposable {
  readonly url: string;
  /** Paths that were asked for, in order. */
  readonly asked: readonly string[];
}

/** A real server on 127.0.0.1 that goes, with all its open connections, at the end of the test. */
export async function serve(listener: RequestListener): Promise<Loopback> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? '');
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Serves one body under every path. */
export function serveBody(body: string | Buffer, headers: Record<string, string> = {}): Promise<Loopback> {
  return serve((_request, response) => response.writeHead(200, headers).end(body));
}

export const NO_VALIDATORS = { etag: null, lastModified: null };
export const USER_AGENT = userAgentOf('http://localhost:3000');
export const NOW = Date.UTC(2020, 10, 10, 12);

/** Reads a feed from a loopback server, which only works where private addresses are allowed. */
export async function readFrom(
  url: string,
  fetch: Partial<FeedFetch> = {},
  settings: Partial<FeedSettings> = {},
): Promise<SourceResult> {
  const source = { feed: url, allow_private: true, language: '', ...settings };
  const answer = await fetchFeed(source, { userAgent: USER_AGENT, validators: NO_VALIDATORS, ...fetch });
  return answer.kind === 'fetched' ? readFetched(source, answer, NOW) : answer;
}

/** The articles and refusals of a feed that is expected to be readable. */
export async function collectFrom(body: string | Buffer, headers: Record<string, string> = {}) {
  await using server = await serveBody(body, headers);
  const result = await readFrom(`${server.url}/feed`);
  if (result.kind !== 'collected') throw new Error(`expected a feed, got ${JSON.stringify(result)}`);
  return { ...result, url: server.url };
}

/** The reason why a feed that is expected to be refused was refused. */
export async function refusalOf(
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<string> {
  await using server = await serveBody(body, headers);
  const result = await readFrom(`${server.url}/feed`);
  return result.kind === 'failed'
    ? sourceFailureWords(result.reason)
    : `not refused: ${JSON.stringify(result)}`;
}

export function rss(items: string, attributes = ''): string {
  return `<?xml version="1.0"?><rss version="2.0" ${attributes}><channel><title>Feed</title>${items}</channel></rss>`;
}

export function item(fields: string, link = 'https://news.example/a'): string {
  return `<item><link>${link}</link>${fields}</item>`;
}
