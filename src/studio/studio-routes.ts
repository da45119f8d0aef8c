import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { TEMPLATES_DIR } from '../base/templates.ts';
import { askedOnce } from '../web/form-fields.ts';
import { loadPages } from '../web/pages.ts';
import { articleRoutes } from './articles/articles.ts';
import { sourcesRoutes } from './articles/sources.ts';
import { guessLimits } from './attempts.ts';
import { guardStudio } from './auth/access.ts';
import { accountRoutes } from './auth/account.ts';
import { guardOrigin, guardToken } from './auth/acting.ts';
import { editorsRoutes } from './auth/editor-pages.ts';
import { loginRoutes, logoutRoute } from './auth/login.ts';
import { caughtRoutes } from './caught.ts';
import { overviewRoute } from './desk/overview.ts';
import { endStreamsWithSessions } from './ending-streams.ts';
import { liveRoute } from './live.ts';
import { embedRoute } from './readers/embed-page.ts';
import { readersRoute } from './readers/readers-page.ts';
import { editionRoutes } from './review/edition-pages.ts';
import { reviewRoutes } from './review/review-letter.ts';
import type { Studio, StudioDeps } from './studio-deps.ts';

export type { SourceHealth, StudioDeps } from './studio-deps.ts';

/** The editors' pages. What changes something is a POST, registered with `act`. */
export async function registerStudio(app: FastifyInstance, deps: StudioDeps): Promise<void> {
  const shared = { publisher: deps.publisher, catching: deps.caught !== undefined };
  const folder = join(TEMPLATES_DIR, 'studio');
  // The style sheet stays outside of the guard: the page that explains the guard needs it.
  const pages = loadPages(app, folder, '/studio/assets/', shared);
  const studio: Studio = { ...deps, pages, guesses: guessLimits(deps.clock) };
  await app.register(async (open) => {
    open.addHook('onRequest', async (_request, reply) => {
      reply
        .header('cache-control', 'no-store')
        .header('x-robots-tag', 'noindex, nofollow')
        // With `no-referrer` a browser calls the origin of our own forms `null`.
        .header('referrer-policy', 'same-origin');
    });
    open.addHook('onRequest', async (request) => askedOnce(request.query));
    guardOrigin(open, studio);
    loginRoutes(open, studio);
    reviewRoutes(open, studio);
    await open.register(async (scope) => {
      guardStudio(scope, studio);
      guardToken(scope, studio);
      endStreamsWithSessions(scope, studio);
      logoutRoute(scope, studio);
      accountRoutes(scope, studio);
      editorsRoutes(scope, studio);
      overviewRoute(scope, studio);
      editionRoutes(scope, studio);
      liveRoute(scope, studio);
      caughtRoutes(scope, studio);
      sourcesRoutes(scope, studio);
      articleRoutes(scope, studio);
      readersRoute(scope, studio);
      embedRoute(scope, studio);
      // Last in the scope, so that an unknown address in the studio is guarded like a known one.
      scope.get('/studio/*', (_request, reply) => reply.callNotFound());
    });
  });
}
