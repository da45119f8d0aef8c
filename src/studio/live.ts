import type { FastifyInstance } from 'fastify';
import type { Studio } from './studio-deps.ts';

/** Tells a page that shows mail when files that it is made of have changed. */
export function liveRoute(scope: FastifyInstance, { live }: Studio): void {
  // A HEAD would open a stream that nobody ever closes.
  scope.get('/studio/live', { exposeHeadRoute: false }, (_request, reply) =>
    reply.type('text/event-stream; charset=utf-8').header('x-accel-buffering', 'no').send(live.listen()),
  );
  scope.addHook('preClose', async () => live.hangUp());
}
