import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { type EditionStatus, editionStatus, secondCopies } from '../delivery/progress.ts';
import { type Watch, watchEdition } from '../delivery/watch.ts';
import type { EditionContent } from '../editions/edition.ts';
import { MAIL_FRAME_SANDBOX, sendMailDocument, withLinksInNewTab } from '../web/mail-document.ts';
import { editionEntry } from './overview.ts';
import type { Studio } from './studio-deps.ts';

interface EditionRoute {
  Params: { id: string };
}

const MOST_DELIVERIES = 200;
const TROUBLED = ['rejected', 'uncertain', 'deferred', 'cancelled'] as const;
const WORST_FIRST = sql`case state when 'rejected' then 0 when 'uncertain' then 1 when 'cancelled' then 3 else 2 end`;

/** One edition: the mail as readers get it, its ledger, and everybody it did not reach. */
export function editionRoutes(scope: FastifyInstance, studio: Studio): void {
  scope.get<EditionRoute>('/studio/editions/:id', async (request, reply) => {
    const edition = await findEdition(studio, request.params.id);
    if (!edition) return reply.callNotFound();
    const status = await editionStatus(studio.db, edition.id);
    const entry = editionEntry(studio, status);
    const deliveries = await notAccepted(studio, edition.id);
    const watch = await watchEdition(studio.db, status, studio.clock.now());
    return studio.pages.send(reply, 'edition', {
      pageTitle: `${entry.newsletter}, ${entry.moment}`,
      edition: entry,
      content: contentView(edition.content),
      frame: edition.content === null ? '' : `/studio/editions/${edition.id}/preview`,
      sandbox: MAIL_FRAME_SANDBOX,
      deliveries,
      pace: paceView(watch),
      replies: watch.replies,
      cutShort: deliveries.length === MOST_DELIVERIES,
      secondCopies: await secondCopies(studio.db, edition.id),
      verdict: await verdictView(studio, status, edition.content),
    });
  });
  scope.get<EditionRoute>('/studio/editions/:id/preview', async (request, reply) => {
    const edition = await findEdition(studio, request.params.id);
    const html = edition && (await studio.preview(edition.id));
    return html === undefined ? reply.callNotFound() : sendMailDocument(reply, withLinksInNewTab(html));
  });
}

/** Shown while something is under way: `812 a second, about 3 minutes left`. */
function paceView({ perSecond, secondsLeft }: Watch): string {
  if (secondsLeft === undefined) return '';
  const left = secondsLeft < 120 ? `${secondsLeft} seconds` : `${Math.round(secondsLeft / 60)} minutes`;
  return `${perSecond} a second, about ${left} left`;
}

function findEdition(studio: Studio, id: string) {
  return studio.db.selectFrom('editions').select(['id', 'content']).where('id', '=', id).executeTakeFirst();
}

/** As the send path judges it; once an edition has left, there is nothing to decide. */
async function verdictView(
  studio: Studio,
  { id, newsletterId, slot, state }: EditionStatus,
  json: string | null,
) {
  if (json === null || state !== 'draft') return null;
  const { ready, findings } = await studio.verdict({ id, newsletterId, slot, content: JSON.parse(json) });
  return {
    ready,
    findings: findings.map(({ severity, says, where, mend }) => ({
      severity,
      state: severity === 'blocking' ? 'rejected' : 'deferred',
      says,
      place: [where?.story, where?.excerpt].filter((part) => part !== undefined).join(' · '),
      mend,
    })),
  };
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

/**
 * The deliveries that did not go as they should, the worst first. Those that merely wait their turn are counted in the
 * ledger; by the thousand they would hide the three that matter.
 */
async function notAccepted(studio: Studio, editionId: string) {
  const rows = await studio.db
    .selectFrom('deliveries')
    .select(['id', 'email', 'state', 'attempt_count', 'detail'])
    .where('edition_id', '=', editionId)
    .where((row) =>
      row.or([
        row('state', 'in', TROUBLED),
        row.and([row('state', '=', 'waiting'), row('attempt_count', '>', 0)]),
      ]),
    )
    .orderBy(WORST_FIRST)
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
