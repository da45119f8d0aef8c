import { resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { isMediaName } from '../articles/pictures/kept-pictures.ts';

const YEAR_MS = 31_536_000_000;
const MEDIA_POLICY = "default-src 'none'; sandbox";

/** Pictures that are kept beside the database. */
export async function mediaRoutes(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, { root: resolve(folder), serve: false, suppressWarning: true });
  app.get<{ Params: { file: string } }>('/media/:file', async (request, reply) => {
    const { file } = request.params;
    if (!isMediaName(file)) return reply.callNotFound();
    // Mail programs and our own sandboxed frames are other origins, and the pictures are for them.
    reply
      .header('cross-origin-resource-policy', 'cross-origin')
      .header('content-security-policy', MEDIA_POLICY);
    return reply.sendFile(file, { maxAge: YEAR_MS, immutable: true });
  });
}

/** `media:<file>` as a path of this site; any other address as it is. */
export function mediaPath(url: string): string {
  return url.startsWith('media:') ? `/media/${url.slice('media:'.length)}` : url;
}
