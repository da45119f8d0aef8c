import type { FastifyRequest } from 'fastify';

type Asking = Pick<FastifyRequest, 'headers'>;

/** Tells whether a browser asks for a page. */
export function wantsPage({ headers }: Asking): boolean {
  return /\btext\/html\b/.test(headers.accept ?? '');
}

/** Tells whether a script asks, for data or for a stream of events, and not a browser for a page. */
export function wantsJson(request: Asking): boolean {
  return (
    /\b(application\/json|text\/event-stream)\b/.test(request.headers.accept ?? '') && !wantsPage(request)
  );
}
