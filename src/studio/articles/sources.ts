import type { FastifyInstance } from 'fastify';
import { wantsJson } from '../../web/accept.ts';
import { act } from '../auth/acting.ts';
import type { Studio } from '../studio-deps.ts';
import { pageContext, sendPage } from '../studio-page.ts';
import { sourcesView, sourceView } from './sources-view.ts';

interface SourceRoute {
  Params: { id: string };
}

/** Shows the health and yield of every source, and a button to collect it now. */
export function sourcesRoutes(scope: FastifyInstance, studio: Studio): void {
  scope.get<{ Querystring: { asked?: string } }>('/studio/sources', async (request, reply) => {
    const { asked } = request.query;
    return sendPage(studio, request, reply, 'sources', {
      pageTitle: 'Sources',
      styles: ['sources.css'],
      ...(await sourcesView(studio, typeof asked === 'string' ? asked : '')),
    });
  });
  const ask = askOnce(studio);
  act<SourceRoute>(scope, studio, 'POST /studio/sources/:id/ask', {}, async (request, reply) => {
    const source = studio.config.sources.find(({ id }) => id === request.params.id);
    if (!source) return reply.callNotFound();
    await ask(source.id);
    if (!wantsJson(request)) return reply.redirect(`/studio/sources?asked=${source.id}#${source.id}`, 303);
    const view = await sourceView(studio, source);
    const html = studio.pages.fill('source-now', { ...pageContext(studio, request), source: view });
    return reply.send({ source: source.id, health: view.health, says: view.said, html });
  });
}

/**
 * Collects a source once at a time: somebody who presses the button meanwhile waits for the same
 * result, and nobody's server is asked twice.
 */
function askOnce({ publishing }: Studio): (id: string) => Promise<void> {
  const asking = new Map<string, Promise<unknown>>();
  return async (id) => {
    const under = asking.get(id) ?? publishing.collect([id]).finally(() => asking.delete(id));
    asking.set(id, under);
    await under;
  };
}
