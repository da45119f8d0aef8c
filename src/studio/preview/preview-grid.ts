import type { FastifyInstance } from 'fastify';
import { messageOf } from '../../base/errors.ts';
import { distinctMails, type Persona } from '../../composing/personas.ts';
import type { Edition } from '../../editions/edition.ts';
import { NOTHING } from '../../editions/selection.ts';
import { findEdition } from '../../editions/store/edition-store.ts';
import { OWN_MAIL_FRAME_SANDBOX } from '../../web/mail-document.ts';
import type { EditionRoute, Studio } from '../studio-deps.ts';
import { sendPage } from '../studio-page.ts';
import { moment } from '../studio-words.ts';
import { type PreviewQuery, readAsked } from './preview-choices.ts';
import { mailFacts } from './preview-facts.ts';
import { editionShown, personasOf, seenAsPersona } from './preview-readers.ts';

interface GridRoute extends EditionRoute {
  Querystring: Partial<PreviewQuery> & { readonly width?: string };
}

/** Every sample reader of an edition side by side, each mail once; and who gets none, with the reason. */
export function gridRoute(scope: FastifyInstance, studio: Studio): void {
  scope.get<GridRoute>('/studio/editions/:id/personas', async (request, reply) => {
    const edition = await editionShown(studio, await findEdition(studio.db, request.params.id));
    if (!edition) return reply.callNotFound();
    const personas = personasOf(studio, edition);
    const { mode } = readAsked(request.query);
    const phone = request.query.width === 'phone';
    const dark = mode.colours === 'dark';
    const newsletter = studio.newsletters.get(edition.newsletterId);
    return sendPage(studio, request, reply, 'personas', {
      pageTitle: 'Sample readers',
      styles: ['preview.css'],
      address: `/studio/editions/${edition.id}`,
      newsletter: edition.content.title,
      moment: moment(edition.slot, newsletter?.time_zone ?? 'UTC', studio.clock.now()),
      sandbox: OWN_MAIL_FRAME_SANDBOX,
      phone,
      dark,
      colours: mode.colours,
      mails: await Promise.all(
        distinctMails(personas).map(({ persona, names }) => mailView(studio, edition, persona, names)),
      ),
      without: personas
        .filter(({ selection }) => selection === NOTHING)
        .map(({ name, why }) => ({ name, why })),
    });
  });
}

async function mailView(studio: Studio, edition: Edition, persona: Persona, names: readonly string[]) {
  const { id, says } = persona;
  const common = { id, says, name: names[0] ?? '', others: names.slice(1).join(', ') };
  try {
    const facts = await mailFacts(studio, edition, seenAsPersona(edition, persona));
    return { ...common, facts: facts ?? null, problem: '' };
  } catch (error) {
    return { ...common, facts: null, problem: messageOf(error) };
  }
}
