import type { FastifyInstance } from 'fastify';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import { refusedIn } from '../../editing/refused-stories.ts';
import { countStories, storiesInWords } from '../../editions/edition.ts';
import { pauseOf } from '../../editions/store/newsletter-store.ts';
import { reasonWords } from '../../editions/words/reason-words.ts';
import { nextOpen, whyEmpty } from '../../publishing/drafts.ts';
import { approvalFor } from '../../publishing/review.ts';
import { soundComposition } from '../../publishing/sound-composition.ts';
import type { Studio } from '../studio-deps.ts';
import { sendPage } from '../studio-page.ts';
import { distance, moment } from '../studio-words.ts';

/** Says what “Build now” will do, and shows what the edition would be now. It keeps nothing; its button builds. */
export function buildNowPage(scope: FastifyInstance, studio: Studio): void {
  scope.get<{ Params: { id: string } }>('/studio/newsletters/:id/build-now', async (request, reply) => {
    const newsletter = studio.newsletters.get(request.params.id);
    if (!newsletter) return reply.callNotFound();
    const next = await nextOpen(studio.publishing, newsletter);
    const isThere = next?.standing?.state === 'draft' && next.standing.deskSince !== null;
    if (next?.standing && isThere) return reply.redirect(`/studio/editions/${next.standing.id}`, 303);
    return sendPage(studio, request, reply, 'build-now', {
      pageTitle: `Build now: ${newsletter.title}`,
      styles: ['letting-go.css', 'review.css'],
      newsletter: newsletter.title,
      desk: `/studio#desk-${newsletter.id}`,
      build: `/studio/newsletters/${newsletter.id}/build-now`,
      paused: (await pauseOf(studio.db, newsletter.id))?.by ?? '',
      next: next ? await outlookView(studio, newsletter, next.slot) : null,
    });
  });
}

async function outlookView(studio: Studio, newsletter: NewsletterConfig, slot: number) {
  const now = studio.clock.now();
  const { content, decisions } = await soundComposition(studio.publishing, newsletter, slot, now);
  const sections = (content?.sections ?? []).map(({ id, title }) => ({
    title,
    headlines: (content?.stories ?? [])
      .filter(({ sectionId, earlier }) => sectionId === id && !earlier)
      .map(({ headline }) => headline),
  }));
  return {
    moment: moment(slot, newsletter.time_zone, now),
    distance: distance(slot, now),
    timeZone: newsletter.time_zone,
    waits: approvalFor(newsletter.review, content) !== false,
    stories: storiesInWords(countStories(content)),
    why: content ? '' : reasonWords(whyEmpty(decisions)),
    sections: sections.filter(({ headlines }) => headlines.length > 0),
    refused: refusedIn(content),
  };
}
