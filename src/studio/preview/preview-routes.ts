import type { FastifyInstance } from 'fastify';
import type { Edition } from '../../editions/edition.ts';
import { findEdition } from '../../editions/store/edition-store.ts';
import type { KeptEdition } from '../../editions/store/kept-edition.ts';
import { OWN_MAIL_FRAME_SANDBOX, sendMailDocument } from '../../web/mail-document.ts';
import type { EditionRoute, Studio } from '../studio-deps.ts';
import {
  A_READER,
  type Asked,
  COLOUR_NAMES,
  COLOUR_NOTES,
  type PreviewQuery,
  readAsked,
  SHOW_NAMES,
  SHOWS,
} from './preview-choices.ts';
import { COLOURS } from './preview-colours.ts';
import { previewDocument } from './preview-documents.ts';
import { factsView } from './preview-facts.ts';
import { editionShown, newsletterOf, personasOf, seenAs } from './preview-readers.ts';

/** Request for a preview: the fields of its tool bar. */
export interface PreviewRoute extends EditionRoute {
  Querystring: Partial<PreviewQuery>;
}

/**
 * The mail as readers get it, with the tool bar that says how and as whom it is seen; null where there is nothing to show.
 * @param query what the page was asked with: `?as=weekly` opens it as that reader.
 */
export async function previewView(studio: Studio, kept: KeptEdition, query: Partial<PreviewQuery> = {}) {
  const edition = await editionShown(studio, kept);
  if (!edition || !newsletterOf(studio, edition)) return null;
  const asked = readAsked(query);
  const address = `/studio/editions/${edition.id}`;
  return {
    address,
    frame: `${address}/preview?${asQuery(asked)}`,
    message: `${address}/preview.eml?${asQuery(asked)}`,
    sandbox: OWN_MAIL_FRAME_SANDBOX,
    reader: asked.reader,
    asReader: asked.as === A_READER,
    people: personasOf(studio, edition).map(({ id, name, why }) => ({
      id,
      name: why ? `${name} (no mail)` : name,
      selected: id === asked.as,
    })),
    shows: SHOWS.map((id) => ({ id, name: SHOW_NAMES[id], selected: id === asked.show })),
    colours: COLOURS.map((id) => ({
      id,
      name: COLOUR_NAMES[id],
      note: COLOUR_NOTES[id],
      checked: id === asked.mode.colours,
    })),
    pictures: asked.mode.pictures,
    ...(await factsView(studio, edition, await seenAs(studio, edition, asked))),
  };
}

export function previewRoutes(scope: FastifyInstance, studio: Studio): void {
  scope.get<PreviewRoute>('/studio/editions/:id/preview', async (request, reply) => {
    const edition = await editionAt(studio, request.params.id);
    if (!edition) return reply.callNotFound();
    const asked = readAsked(request.query);
    const seen = await seenAs(studio, edition, asked);
    const { html, status } = await previewDocument(studio, edition, asked, seen);
    return sendMailDocument(reply.code(status), html, OWN_MAIL_FRAME_SANDBOX);
  });
  scope.get<PreviewRoute>('/studio/editions/:id/preview/facts', async (request, reply) => {
    const edition = await editionAt(studio, request.params.id);
    if (!edition) return reply.callNotFound();
    const asked = readAsked(request.query);
    const facts = await factsView(studio, edition, await seenAs(studio, edition, asked));
    return reply.type('text/html; charset=utf-8').send(studio.pages.fill('preview-facts', facts));
  });
  scope.get<PreviewRoute>('/studio/editions/:id/preview.eml', async (request, reply) => {
    const edition = await editionAt(studio, request.params.id);
    const seen = edition && (await seenAs(studio, edition, readAsked(request.query)));
    if (!edition || !seen?.reader) return reply.callNotFound();
    const { raw } = await studio.composer.preview(edition, seen.reader);
    return reply
      .type('text/plain; charset=utf-8')
      .header('content-disposition', `attachment; filename="${edition.id}.eml"`)
      .send(raw);
  });
}

async function editionAt(studio: Studio, id: string): Promise<Edition | undefined> {
  return editionShown(studio, await findEdition(studio.db, id));
}

function asQuery({ as, reader, show, mode }: Asked): string {
  return new URLSearchParams({
    as,
    ...(reader && { reader }),
    show,
    colours: mode.colours,
    ...(!mode.pictures && { pictures: 'off' }),
  }).toString();
}
