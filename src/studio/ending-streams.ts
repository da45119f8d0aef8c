import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { MINUTE_MS } from '../base/clock.ts';
import { isSessionAlive } from '../editors/session-store.ts';
import { readCookie } from './auth/cookie.ts';
import type { Studio } from './studio-deps.ts';

/** So long after a session an event stream that it opened goes on at most. */
const LOOK_EVERY_MS = MINUTE_MS / 2;

/**
 * The guard looks at requests, and an event stream is one request for hours: so whether whoever listens is still logged in is
 * looked at again and again. To listen is no visit, else a page left open would keep a session alive by itself.
 */
export function endStreamsWithSessions(scope: FastifyInstance, studio: Studio): void {
  scope.addHook('onSend', async (request, reply, payload) => {
    const token = readCookie(studio, request);
    const isStream = String(reply.getHeader('content-type')).startsWith('text/event-stream');
    if (token && isStream && payload instanceof Readable)
      void endWithSession(studio, token, payload).catch(() => payload.destroy());
    return payload;
  });
}

async function endWithSession(studio: Studio, token: string, stream: Readable): Promise<void> {
  const closed = new AbortController();
  stream.once('close', () => closed.abort());
  while (!closed.signal.aborted) {
    await studio.clock.sleep(LOOK_EVERY_MS, closed.signal);
    const { db, studioPassword, clock } = studio;
    if (closed.signal.aborted || (await isSessionAlive(db, token, studioPassword, clock.now()))) continue;
    stream.destroy();
  }
}
