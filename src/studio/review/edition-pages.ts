import type { FastifyInstance } from 'fastify';
import { MINUTE_MS } from '../../base/clock.ts';
import { type EditionStatus, editionStatus } from '../../delivery/progress.ts';
import { leftAt } from '../../delivery/watch-edition.ts';
import { findEdition } from '../../editions/store/edition-store.ts';
import { type BoardQuery, boardView } from '../board/board.ts';
import { boardRoutes } from '../board/board-routes.ts';
import { editionEntry } from '../desk/overview.ts';
import { gridRoute } from '../preview/preview-grid.ts';
import { type PreviewRoute, previewRoutes, previewView } from '../preview/preview-routes.ts';
import { watchRoutes } from '../sending/watch-routes.ts';
import { watchView } from '../sending/watch-view.ts';
import type { Studio } from '../studio-deps.ts';
import { sendPage } from '../studio-page.ts';
import { moment } from '../studio-words.ts';
import { decisionsView } from './decisions.ts';
import { lettingGoView } from './letting-go.ts';
import { lettingGoRoutes } from './letting-go-routes.ts';
import { verdictRoute, verdictView } from './verdict-view.ts';

/** Within that, an edition left at its slot. */
const ON_TIME_MS = 5 * MINUTE_MS;

/** One edition: the draft to be shaped and let go, or how it fared; beside it the mail as readers get it. */
export function editionRoutes(scope: FastifyInstance, studio: Studio): void {
  scope.get<PreviewRoute & { Querystring: BoardQuery }>('/studio/editions/:id', async (request, reply) => {
    const edition = await findEdition(studio.db, request.params.id);
    if (!edition) return reply.callNotFound();
    const status = await editionStatus(studio.db, edition.id);
    const entry = editionEntry(studio, status);
    const watch = await watchView(studio, request.editor, edition, status);
    return sendPage(studio, request, reply, 'edition', {
      pageTitle: `${entry.newsletter}, ${entry.moment}`,
      styles: ['board.css', 'letting-go.css', 'preview.css', 'watch.css'],
      edition: { ...entry, left: await leftElsewhen(studio, status, entry.timeZone) },
      lettingGo: await lettingGoView(studio, request.editor, edition.id),
      // Once it has left, its stories stand where they can be taken out or corrected.
      board: watch?.stories?.length ? null : await boardView(studio, edition.id, request.query),
      preview: await previewView(studio, edition, request.query),
      verdict: await verdictView(studio, edition),
      watch,
      decisions: await decisionsView(studio, edition.id),
    });
  });
  lettingGoRoutes(scope, studio);
  boardRoutes(scope, studio);
  previewRoutes(scope, studio);
  gridRoute(scope, studio);
  verdictRoute(scope, studio);
  watchRoutes(scope, studio);
}

/** "Sun 22 Nov, 23:17" of an edition that left long before or after its slot; else nothing. */
async function leftElsewhen(
  { db, clock }: Studio,
  { id, slot, candidates }: EditionStatus,
  timeZone: string,
): Promise<string> {
  const at = candidates === null ? undefined : await leftAt(db, id);
  return at === undefined || Math.abs(at - slot) <= ON_TIME_MS ? '' : moment(at, timeZone, clock.now());
}
