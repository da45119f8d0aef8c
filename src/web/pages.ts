import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Helpers, loadTemplates } from '../base/templates.ts';

/** Values for a page's template; every value that it names must be there. */
export interface PageValues {
  readonly pageTitle: string;
  readonly [name: string]: unknown;
}

/**
 * The pages of one area of the site: its templates with what all of them share, and its style sheet
 * and pictures.
 */
export interface Pages {
  /** Fills a template and sends it; `values` must name its `pageTitle`. */
  send(reply: FastifyReply, name: string, values: PageValues, status?: number): FastifyReply;
  /** A template that is only a part of a page. */
  fill(name: string, values: object): string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};
const YEAR = 'public, max-age=31536000, immutable';
const HOUR = 'public, max-age=3600';

/**
 * Loads a folder of templates whose pages wrap themselves in its partial `layout`, and serves its
 * `assets/` below `prefix`. A template says `{{asset "style.css"}}` and gets an address that
 * changes with the file, which is why a browser may keep it for ever.
 * @param shared values that every template of the folder can use.
 * @param helpers what its templates can call, beside `asset`.
 */
export function loadPages(
  app: FastifyInstance,
  folder: string,
  prefix: string,
  shared: object,
  helpers: Helpers = {},
): Pages {
  const addresses = serveAssets(app, join(folder, 'assets'), prefix);
  const templates = loadTemplates(folder, {
    ...helpers,
    asset: (name: string) => addresses.get(name) ?? `${prefix}${name}`,
  });
  const fill = (name: string, values: object) => templates.fill(name, { ...shared, ...values });
  return {
    send: (reply, name, values, status = 200) =>
      reply.code(status).type('text/html; charset=utf-8').send(fill(name, values)),
    fill,
  };
}

function serveAssets(app: FastifyInstance, folder: string, prefix: string): ReadonlyMap<string, string> {
  const addresses = new Map<string, string>();
  for (const name of readdirSync(folder)) {
    const bytes = readFileSync(join(folder, name));
    const version = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
    addresses.set(name, `${prefix}${name}?v=${version}`);
    app.get<{ Querystring: { v?: string } }>(`${prefix}${name}`, async (request, reply) => {
      reply
        .type(TYPES[extname(name)] ?? 'application/octet-stream')
        .header('cache-control', request.query.v === version ? YEAR : HOUR)
        .header('etag', `"${version}"`);
      return request.headers['if-none-match'] === `"${version}"` ? reply.code(304).send() : reply.send(bytes);
    });
  }
  return addresses;
}
