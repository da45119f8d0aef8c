import type { FastifyInstance } from 'fastify';
import { findEdition, type KeptEdition, withContent } from '../editions/edition-store.ts';
import { sampleReader } from '../publishing/mail-composer.ts';
import { MAIL_FRAME_SANDBOX, sendMailDocument, withLinksInNewTab } from '../web/mail-document.ts';
import type { EditionRoute, Studio } from './studio-deps.ts';

/** The mail as readers get it; null where there is nothing to show. */
export async function previewView(_studio: Studio, edition: KeptEdition) {
  if (!edition.content) return null;
  return { frame: `/studio/editions/${edition.id}/preview`, sandbox: MAIL_FRAME_SANDBOX };
}

export function previewRoutes(scope: FastifyInstance, studio: Studio): void {
  scope.get<EditionRoute>('/studio/editions/:id/preview', async (request, reply) => {
    const kept = await findEdition(studio.db, request.params.id);
    if (!kept?.content) return reply.callNotFound();
    const edition = withContent(kept);
    const { html } = await studio.composer.preview(edition, sampleReader(edition));
    return sendMailDocument(reply, withLinksInNewTab(html));
  });
}
