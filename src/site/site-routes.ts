import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { TEMPLATES_DIR } from '../base/templates.ts';
import { KeptPages } from '../web/kept-pages.ts';
import { loadPages } from '../web/pages.ts';
import { archiveRoutes } from './archive/archive.ts';
import { feedRoutes } from './archive/archive-feed.ts';
import { mediaRoutes } from './media-routes.ts';
import { PAGE_HELPERS } from './page.ts';
import { addressChangeRoutes } from './preferences/address-change-routes.ts';
import { eraseMeRoutes } from './preferences/erase-me.ts';
import { myDataRoutes } from './preferences/my-data.ts';
import { preferencesRoutes } from './preferences/preferences.ts';
import { unsubscribeRoutes } from './preferences/unsubscribe.ts';
import { personalRoutes, readingRoutes } from './reading.ts';
import { confirmRoutes } from './sign-up/confirm.ts';
import { embedRoutes } from './sign-up/embed-routes.ts';
import { signUpRoutes } from './sign-up/sign-up.ts';
import { archivedNewsletters, type Site, type SiteDeps } from './site-deps.ts';

export type { SiteDeps } from './site-deps.ts';

/** The readers' pages. */
export async function registerSite(app: FastifyInstance, deps: SiteDeps): Promise<void> {
  const shared = {
    publisher: deps.publisher,
    rehearsal: deps.rehearsal,
    publicUrl: deps.publicUrl,
    archived: archivedNewsletters(deps).length > 0,
    words: deps.vocabulary.in('en'),
    chosen: '',
    others: [],
  };
  const site: Site = {
    ...deps,
    kept: new KeptPages(),
    pages: loadPages(app, join(TEMPLATES_DIR, 'site'), '/', shared, PAGE_HELPERS),
  };
  signUpRoutes(app, site);
  embedRoutes(app);
  archiveRoutes(app, site);
  feedRoutes(app, site);
  readingRoutes(app, site);
  await mediaRoutes(app, site.mediaDir);
  await app.register(async (scope) => {
    scope.addHook('onRequest', async (_request, reply) => {
      // These addresses are keys: no cache may keep what they open, and no search engine may list them.
      reply.header('cache-control', 'no-store').header('x-robots-tag', 'noindex, nofollow');
    });
    confirmRoutes(scope, site);
    preferencesRoutes(scope, site);
    addressChangeRoutes(scope, site);
    myDataRoutes(scope, site);
    eraseMeRoutes(scope, site);
    personalRoutes(scope, site);
    await scope.register(async (unsubscribing) => unsubscribeRoutes(unsubscribing, site));
  });
}
