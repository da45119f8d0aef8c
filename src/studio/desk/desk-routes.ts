import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import { actForPrograms, actWords } from '../../editions/words/act-words.ts';
import { type Asked, composeNow } from '../../publishing/drafts.ts';
import { pauseNewsletter, resumeNewsletter, skipSlot, unskip } from '../../publishing/newsletter-slots.ts';
import { wantsJson } from '../../web/accept.ts';
import { act } from '../auth/acting.ts';
import type { Studio } from '../studio-deps.ts';
import { refuse, sendPage } from '../studio-page.ts';
import { buildNowPage } from './build-now.ts';

interface NewsletterRoute {
  Params: { id: string; slot: string };
}

type Doing = (newsletter: NewsletterConfig, by: string, slot: number) => Promise<Asked>;

/** Lets editors decide about a newsletter and its coming slots. */
export function deskRoutes(scope: FastifyInstance, studio: Studio): void {
  const { publishing } = studio;
  const on = (what: string, role: 'edit' | 'approve', doing: Doing) =>
    act<NewsletterRoute>(
      scope,
      studio,
      `POST /studio/newsletters/:id/${what}`,
      { role },
      async (request, reply) => {
        const newsletter = studio.newsletters.get(request.params.id);
        const slot = Number(request.params.slot ?? 0);
        if (!newsletter || !Number.isSafeInteger(slot)) return reply.callNotFound();
        return answer(studio, request, reply, newsletter, await doing(newsletter, request.editor.name, slot));
      },
    );
  buildNowPage(scope, studio);
  // The second is where pages that were open during an upgrade still send it.
  for (const way of ['build-now', 'compose-now'])
    on(way, 'edit', (newsletter, by) => composeNow(publishing, newsletter, by));
  on('pause', 'approve', (newsletter, by) => pauseNewsletter(publishing, newsletter, by));
  on('resume', 'approve', (newsletter, by) => resumeNewsletter(publishing, newsletter, by));
  on('slots/:slot/skip', 'approve', (newsletter, by, slot) => skipSlot(publishing, newsletter, slot, by));
  on('slots/:slot/unskip', 'approve', (newsletter, by, slot) => unskip(publishing, newsletter, slot, by));
}

/** A draft that came to the desk is where the editor wants to be next. */
function answer(
  studio: Studio,
  request: FastifyRequest,
  reply: FastifyReply,
  newsletter: NewsletterConfig,
  asked: Asked,
): FastifyReply {
  const { ok, outcome, id } = asked;
  if (ok && wantsJson(request))
    return reply.send({ ...actForPrograms(asked), ...(id === undefined ? {} : { id }) });
  if (ok)
    return reply.redirect(id === undefined ? `/studio#desk-${newsletter.id}` : `/studio/editions/${id}`, 303);
  if (outcome.code === 'nothing-yet' && !wantsJson(request))
    return nothingYet(studio, request, reply, newsletter, actWords(asked));
  return refuse(studio, request, reply, 409, {
    code: 'NOT_DONE',
    heading: 'That could not be done',
    explanation: `${actWords(asked)}.`,
    reasonCode: outcome,
    way: { href: `/studio#desk-${newsletter.id}`, label: 'Back to the desk' },
  });
}

/** There is no draft since nothing is new: where something new would come from, and the same button again. */
function nothingYet(
  studio: Studio,
  request: FastifyRequest,
  reply: FastifyReply,
  { id, title, sources: names }: NewsletterConfig,
  says: string,
): FastifyReply {
  const sources = studio.config.sources.filter((source) => names.includes(source.id));
  const folders = sources.flatMap((source) => ('folder' in source ? [source.folder] : []));
  const feeds = sources.flatMap((source) => ('feed' in source ? [source.title ?? source.id] : []));
  const values = { pageTitle: 'That could not be done', says, newsletter: title, folders, feeds };
  const ways = { again: `/studio/newsletters/${id}/build-now`, desk: `/studio#desk-${id}` };
  return sendPage(studio, request, reply, 'nothing-yet', { ...values, ...ways }, 409);
}
