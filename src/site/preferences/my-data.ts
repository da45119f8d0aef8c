import type { FastifyInstance } from 'fastify';
import { type ReaderHistory, readerHistory } from '../../delivery/reader-history.ts';
import { isLost } from '../../subscribers/subscription-links.ts';
import { tellLost } from '../page.ts';
import { wordsFor } from '../page-language.ts';
import type { Site } from '../site-deps.ts';
import { readerOf, type TokenRoute } from './preferences.ts';

/** Everything that is kept about a person, as a file for them to keep. */
export function myDataRoutes(app: FastifyInstance, site: Site): void {
  app.get<TokenRoute>('/preferences/:token/my-data.json', async (request, reply) => {
    const reader = await readerOf(site, request);
    if (isLost(reader)) return tellLost(site, reply, wordsFor(site, request), reader);
    const history = await readerHistory(site.db, reader.subscription.email);
    if (!history) return tellLost(site, reply, reader.words, 'gone');
    return reply
      .type('application/json; charset=utf-8')
      .header('content-disposition', 'attachment; filename="my-data.json"')
      .send(inWords(site, history));
  });
}

/** Moments as ISO 8601: a person reads this, and no program of ours. */
function inWords(site: Site, history: ReaderHistory): string {
  const file = {
    publisher: site.publisher.name,
    made: new Date(site.clock.now()).toISOString(),
    ...history,
  };
  return JSON.stringify(
    file,
    (key, value) => (isMoment(key, value) ? new Date(value).toISOString() : value),
    2,
  );
}

function isMoment(key: string, value: unknown): value is number {
  return typeof value === 'number' && (/(^at|At)$/.test(key) || key === 'pausedUntil');
}
