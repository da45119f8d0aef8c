import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { momentIn } from '../../composing/schedule.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import { type Act, refused } from '../../editions/act.ts';
import { type Draft, findDraft } from '../../editions/store/draft-store.ts';
import { actForPrograms, actWords } from '../../editions/words/act-words.ts';
import { type EditorRole, may } from '../../editors/editor.ts';
import { longDate } from '../../mail/views/mail-dates.ts';
import { approve, hold, schedule, sendNow, unhold } from '../../publishing/acts.ts';
import { discardDraft } from '../../publishing/discard.ts';
import { recompose } from '../../publishing/drafts.ts';
import { skipSlot, unskip } from '../../publishing/newsletter-slots.ts';
import { leavingAt } from '../../publishing/review.ts';
import { wantsJson } from '../../web/accept.ts';
import { field } from '../../web/form-fields.ts';
import { act } from '../auth/acting.ts';
import type { EditionRoute, Studio } from '../studio-deps.ts';
import { refuse, sendPage } from '../studio-page.ts';
import { moment } from '../studio-words.ts';
import { lettingGoRoute, lettingGoView } from './letting-go.ts';
import { testRoute } from './test-mails.ts';

/** An act on a draft that exists, of a newsletter that is configured. */
type Doing = (about: {
  readonly request: FastifyRequest<EditionRoute>;
  readonly draft: Draft;
  readonly newsletter: NewsletterConfig;
  readonly by: string;
}) => Promise<Act>;

/** Lets editors decide about a draft. */
export function lettingGoRoutes(scope: FastifyInstance, studio: Studio): void {
  const { publishing } = studio;
  const on = (what: string, role: EditorRole, doing: Doing) => decide(scope, studio, what, role, doing);
  on('approve', 'approve', ({ request, draft, by }) =>
    approve(publishing, draft.id, { revision: revisionIn(request), by }),
  );
  on('send-now', 'approve', ({ request, draft, by }) =>
    sendNow(publishing, draft.id, { revision: revisionIn(request), by }),
  );
  on('hold', 'edit', ({ draft, by }) => hold(publishing, draft.id, { by }));
  on('let-go-on', 'approve', ({ draft, by }) => unhold(publishing, draft.id, { by }));
  on('schedule', 'approve', ({ request, draft, newsletter, by }) => {
    const sendAt = momentAsked(request, newsletter);
    if (sendAt === undefined) return Promise.resolve(refused({ code: 'no-moment' }));
    return schedule(publishing, newsletter, draft.id, { sendAt, by });
  });
  on('skip', 'approve', ({ draft, newsletter, by }) => skipSlot(publishing, newsletter, draft.slot, by));
  on('unskip', 'approve', ({ draft, newsletter, by }) => unskip(publishing, newsletter, draft.slot, by));
  on('discard', 'edit', ({ request, draft, by }) =>
    discardDraft(publishing, draft.id, {
      by,
      revision: revisionIn(request),
      mayApprove: may(request.editor, 'approve'),
    }),
  );
  on('recompose', 'edit', ({ draft, newsletter, by }) => recompose(publishing, newsletter, draft.id, by));
  testRoute(scope, studio);
  lettingGoRoute(scope, studio);
  sendNowPage(scope, studio);
}

function decide(scope: FastifyInstance, studio: Studio, what: string, role: EditorRole, doing: Doing): void {
  act<EditionRoute>(scope, studio, `POST /studio/editions/:id/${what}`, { role }, async (request, reply) => {
    const draft = await findDraft(studio.db, request.params.id);
    const newsletter = studio.newsletters.get(draft?.newsletterId);
    if (!draft || !newsletter) return reply.callNotFound();
    const result = await doing({ request, draft, newsletter, by: request.editor.name });
    studio.wake();
    if (!result.ok && what === 'schedule' && !wantsJson(request))
      return momentAgain(studio, request, reply, { draft, newsletter, says: actWords(result) });
    if (result.ok && what === 'discard' && !wantsJson(request))
      return reply.redirect(`/studio#desk-${newsletter.id}`, 303);
    return answer(studio, request, reply, result, draft.id);
  });
}

function answer(
  studio: Studio,
  request: FastifyRequest,
  reply: FastifyReply,
  result: Act,
  id: string,
): FastifyReply {
  if (result.ok && wantsJson(request)) return reply.send(actForPrograms(result));
  if (result.ok) return reply.redirect(`/studio/editions/${id}`, 303);
  return refuse(studio, request, reply, 409, {
    code: 'NOT_DONE',
    heading: 'That could not be done',
    explanation: `${actWords(result)}.`,
    reasonCode: result.outcome,
    way: { href: `/studio/editions/${id}`, label: 'Back to the edition' },
  });
}

/** A moment that cannot be: the form again, with what was written, as text where it is no moment at all. */
function momentAgain(
  studio: Studio,
  request: FastifyRequest,
  reply: FastifyReply,
  { draft, newsletter, says }: { draft: Draft; newsletter: NewsletterConfig; says: string },
): FastifyReply {
  const asked = field(request.body, 'moment');
  return sendPage(
    studio,
    request,
    reply,
    'moment-again',
    {
      pageTitle: 'Not rescheduled',
      styles: ['letting-go.css'],
      explanation: `${says}.`,
      address: `/studio/editions/${draft.id}`,
      moment: asked,
      readable: asked === '' || momentIn(asked, newsletter.time_zone) !== undefined,
      zone: newsletter.time_zone,
    },
    409,
  );
}

/** Returns the revision that the editor saw; a form without it approves nothing. */
function revisionIn({ body }: FastifyRequest): number {
  const text = field(body, 'revision');
  return /^\d{1,9}$/.test(text) ? Number(text) : -1;
}

/** `null` for the slot; undefined for what is no moment. */
function momentAsked({ body }: FastifyRequest, { time_zone }: NewsletterConfig): number | null | undefined {
  return field(body, 'at') === 'slot' ? null : momentIn(field(body, 'moment'), time_zone);
}

/** Sending now cannot be taken back, so it is asked about once. */
function sendNowPage(scope: FastifyInstance, studio: Studio): void {
  scope.get<EditionRoute>('/studio/editions/:id/send-now', async (request, reply) => {
    const view = await lettingGoView(studio, request.editor, request.params.id);
    const draft = await findDraft(studio.db, request.params.id);
    const newsletter = studio.newsletters.get(draft?.newsletterId);
    if (!view || !draft || !newsletter) return reply.callNotFound();
    return sendPage(studio, request, reply, 'send-now', {
      pageTitle: 'Send now',
      styles: ['letting-go.css'],
      newsletter: newsletter.title,
      dated: longDate(studio.clock.now(), 'en-GB', newsletter.time_zone),
      moment: moment(leavingAt(draft), newsletter.time_zone, studio.clock.now()),
      goesTo: view.readers,
      lettingGo: view,
    });
  });
}
