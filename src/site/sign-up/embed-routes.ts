import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { TEMPLATES_DIR } from '../../base/templates.ts';

const SCRIPT = join(TEMPLATES_DIR, 'site', 'embed.js');

/**
 * The script for forms on a publisher's own pages. Its address never changes, since it stands in
 * pages we do not make.
 */
export function embedRoutes(app: FastifyInstance): void {
  const script = readFileSync(SCRIPT);
  const etag = `"${createHash('sha256').update(script).digest('hex').slice(0, 12)}"`;
  app.get('/embed.js', (request, reply) => {
    reply
      .type('text/javascript; charset=utf-8')
      .header('cache-control', 'public, max-age=3600')
      // Ours are for our own pages, this one is for everybody's.
      .header('cross-origin-resource-policy', 'cross-origin')
      .header('access-control-allow-origin', '*')
      .header('etag', etag);
    return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.send(script);
  });
}
