import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cancelEdition, pauseEdition, resumeEdition } from '../../delivery/control.ts';
import { editionStatus, unsettled } from '../../delivery/progress.ts';
import { noteAct } from '../../editions/store/act-log.ts';
import { findEdition } from '../../editions/store/edition-store.ts';
import type { KeptEdition } from '../../editions/store/kept-edition.ts';
import { reasonForPrograms } from '../../editions/words/reason-words.ts';
import type { EditorRole } from '../../editors/editor.ts';
import { wantsJson } from '../../web/accept.ts';
import { act } from '../auth/acting.ts';
import { editionEntry } from '../desk/overview.ts';
import type { EditionRoute, Studio } from '../studio-deps.ts';
import { refuse, sendPage } from '../studio-page.ts';
import { count, stateInWords } from '../studio-words.ts';
import { deliveriesRoutes } from './deliveries.ts';
import { LiveEditions } from './live-editions.ts';
import { correctRoutes } from './watch-correct.ts';
import { glimpseOf, isGoing } from './watch-now.ts';
import { pullRoutes } from './watch-pull.ts';

/** Watching an edition go, and holding, ending or resuming it. */
export function watchRoutes(scope: FastifyInstance, studio: Studio): void {
  liveRoute(scope, studio);
  controlRoutes(scope, studio);
  pullRoutes(scope, studio);
  correctRoutes(scope, studio);
  deliveriesRoutes(scope, studio);
  scope.get<EditionRoute>('/studio/editions/:id/cancel', async (request, reply) => {
    const edition = await findEdition(studio.db, request.params.id);
    if (!edition) return reply.callNotFound();
    return isGoing(edition)
      ? sendCancel(studio, request, reply, edition)
      : refuseState(studio, request, reply, edition);
  });
}

function liveRoute(scope: FastifyInstance, studio: Studio): void {
  const live = new LiveEditions({ ...studio, look: (id) => glimpseOf(studio, id) });
  scope.addHook('preClose', async () => live.close());
  scope.get<EditionRoute>('/studio/editions/:id/live', { exposeHeadRoute: false }, async (request, reply) => {
    const edition = await findEdition(studio.db, request.params.id);
    if (!edition) return reply.callNotFound();
    return reply
      .type('text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store, no-transform') // nobody on the way packs it, or waits until there is more
      .header('x-accel-buffering', 'no')
      .send(live.watch(edition.id));
  });
}

function controlRoutes(scope: FastifyInstance, studio: Studio): void {
  const { db, clock } = studio;
  control(
    scope,
    studio,
    { route: 'POST /studio/editions/:id/pause', role: 'edit', what: 'paused' },
    (id, by) => pauseEdition(db, id, { code: 'paused', by }),
  );
  const resume = { route: 'POST /studio/editions/:id/resume', role: 'approve', what: 'resumed' } as const;
  control(scope, studio, resume, async (id) => {
    const resumed = await resumeEdition(db, id);
    studio.wake();
    return resumed;
  });
  const cancel = { route: 'POST /studio/editions/:id/cancel', role: 'approve', what: 'cancelled' } as const;
  control(scope, studio, cancel, async (id, by) => {
    return (await cancelEdition(db, id, { code: 'cancelled', by }, clock.now())) !== undefined;
  });
}

function control(
  scope: FastifyInstance,
  studio: Studio,
  {
    route,
    role,
    what,
  }: { route: `POST /studio/${string}`; role: EditorRole; what: 'paused' | 'resumed' | 'cancelled' },
  doIt: (id: string, by: string) => Promise<boolean>,
): void {
  act<EditionRoute>(scope, studio, route, { role }, async (request, reply) => {
    const { id } = request.params;
    const by = request.editor.name;
    const done = await doIt(id, by);
    if (done) await noteAct(studio.db, id, { at: studio.clock.now(), by, what: { code: what } });
    const edition = await findEdition(studio.db, id);
    if (!edition) return reply.callNotFound();
    if (!done) return refuseState(studio, request, reply, edition);
    if (wantsJson(request)) return reply.send({ state: edition.state, ...reasonForPrograms(edition.reason) });
    return reply.redirect(`/studio/editions/${id}`, 303);
  });
}

/** Somebody else was quicker, or it went through in the meantime. */
function refuseState(
  studio: Studio,
  request: FastifyRequest,
  reply: FastifyReply,
  { state }: KeptEdition,
): FastifyReply {
  return refuse(studio, request, reply, 409, {
    code: 'EDITION_STATE',
    heading: `The edition is ${stateInWords(state)}`,
    explanation: 'Nothing was changed: the edition has moved on. Go back and reload its page.',
  });
}

async function sendCancel(
  studio: Studio,
  request: FastifyRequest,
  reply: FastifyReply,
  edition: KeptEdition,
): Promise<FastifyReply> {
  const status = await editionStatus(studio.db, edition.id);
  const { newsletter, moment } = editionEntry(studio, status);
  const left = unsettled(status);
  const here = `/studio/editions/${edition.id}`;
  return sendPage(studio, request, reply, 'watch-confirm', {
    pageTitle: 'Cancel the edition',
    styles: ['watch.css'],
    back: here,
    edition: `${newsletter}, ${moment}`,
    heading: `Cancel it? ${count(left)} will not get it`,
    says: [
      `${count(status.deliveries.accepted)} of ${count(status.prepared)} already have it; that cannot be undone.`,
      `${count(left)} do not, and never will: a cancelled edition cannot be resumed.`,
    ],
    action: `${here}/cancel`,
    button: 'Cancel the edition',
    busy: 'Cancelling…',
    keep: 'Keep sending',
    ...(status.state === 'frozen' ? { pause: `${here}/pause` } : { pause: '' }),
  });
}
