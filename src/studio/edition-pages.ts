import type { FastifyInstance } from 'fastify';
import { editionStatus, secondCopies } from '../delivery/progress.ts';
import type { EditionContent } from '../editions/edition.ts';
import { MAIL_FRAME_SANDBOX, sendMailDocument, withLinksInNewTab } from '../web/mail-document.ts';
import { editionEntry } from './overview.ts';
import type { Studio } from './studio-deps.ts';

interface EditionRoute {
  Params: { id: string };
}

const MOST_DELIVERIES = 200;

/** One edition: the mail as readers get it, its ledger, and everybody it did not reach. */
export function editionRoutes(scope: FastifyInstance, studio: Studio): void {
  scope.get<EditionRoute>('/studio/editions/:id', async (request, reply) => {
    const edition = await findEdition(studio, request.params.id);
    if (!edition) return reply.callNotFound();
    const status = await editionStatus(studio.db, edition.id);
    const entry = editionEntry(studio, status);
    const deliveries = await notAccepted(studio, edition.id);
    return studio.pages.send(reply, 'edition', {
      pageTitle: `${entry.newsletter}, ${entry.moment}`,
      edition: entry,
      content: contentView(edition.content),
      frame: edition.content === null ? '' : `/studio/editions/${edition.id}/preview`,
      sandbox: MAIL_FRAME_SANDBOX,
      deliveries,
      cutShort: deliveries.length === MOST_DELIVERIES,
      secondCopies: await secondCopies(studio.db, edition.id),
    });
  });
  scope.get<EditionRoute>('/studio/editions/:id/preview', async (request, reply) => {
    const edition = await findEdition(studio, request.params.id);
    const html = edition && (await studio.preview(edition.id));
    return html === undefined ? reply.callNotFound() : sendMailDocument(reply, withLinksInNewTab(html));
  });
}

function findEdition(studio: Studio, id: string) {
  return studio.db.selectFrom('editions').select(['id', 'content']).where('id', '=', id).executeTakeFirst();
}

function contentView(json: string | null) {
  if (json === null) return { title: '', sections: [] };
  const content: EditionContent = JSON.parse(json);
  const told = content.sections.map((section) => ({
    title: section.title,
    stories: content.stories
      .filter((story) => story.sectionId === section.id)
      .map(({ headline, sourceId, tags }) => ({ headline, sourceId, tags })),
  }));
  return { title: content.title, sections: told.filter((section) => section.stories.length > 0) };
}

async function notAccepted(studio: Studio, editionId: string) {
  const rows = await studio.db
    .selectFrom('deliveries')
    .select(['id', 'email', 'state', 'attempt_count', 'detail'])
    .where('edition_id', '=', editionId)
    .where('state', '!=', 'accepted')
    .orderBy('state')
    .orderBy('id')
    .limit(MOST_DELIVERIES)
    .execute();
  return rows.map((row) => ({
    email: row.email,
    state: row.state,
    attempts: row.attempt_count,
    detail: row.detail ?? '',
  }));
}
