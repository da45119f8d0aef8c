import type { FastifyInstance, FastifyReply } from 'fastify';
import { parseAddress } from '../base/address.ts';
import { MINUTE_MS } from '../base/clock.ts';
import { agreeToMove, askToMove, refuseToMove } from '../subscribers/address-change.ts';
import { type AddressQuestion, addressQuestion } from '../subscribers/address-question.ts';
import type { Subscription } from '../subscribers/subscriber.ts';
import {
  ASKED,
  halfDone,
  MOVED,
  REFUSED,
  SAME_ADDRESS,
  SETTLED,
  TAKEN,
  TOO_OFTEN,
  YES_NEW,
  YES_OLD,
} from './address-words.ts';
import { field } from './fields.ts';
import { BROKEN_LINK, type Notice, sendNotice } from './notice.ts';
import { subscriptionOf, type TokenRoute } from './preferences.ts';
import { preferencesPath, type Site, titleOf } from './site-deps.ts';

const ASKS_PER_CLIENT = { max: 30, timeWindow: 10 * MINUTE_MS };

/** The form for another address, from the preferences, and the questions that its two mails lead to. */
export function addressChangeRoutes(app: FastifyInstance, site: Site): void {
  app.get<TokenRoute>('/preferences/:token/address', async (request, reply) => {
    const subscription = await subscriptionOf(site, request.params.token);
    if (!subscription) return sendNotice(site.pages, reply, BROKEN_LINK, 404);
    return sendForm(site, reply, subscription, { typed: '', problem: '' });
  });
  app.post<TokenRoute>(
    '/preferences/:token/address',
    { config: { rateLimit: ASKS_PER_CLIENT } },
    async (request, reply) => {
      const subscription = await subscriptionOf(site, request.params.token);
      if (!subscription) return sendNotice(site.pages, reply, BROKEN_LINK, 404);
      return ask(site, reply, subscription, field(request.body, 'email').slice(0, 320));
    },
  );
  app.get<TokenRoute>('/address/:token', async (request, reply) => {
    const claim = site.signer.verify('address', request.params.token);
    if (!claim) return sendNotice(site.pages, reply, BROKEN_LINK, 404);
    return answer(site, reply, await addressQuestion(site.db, claim.id, site.clock.now()));
  });
  app.post<TokenRoute>('/address/:token', async (request, reply) => {
    const claim = site.signer.verify('address', request.params.token);
    if (!claim) return sendNotice(site.pages, reply, BROKEN_LINK, 404);
    return decide(site, reply, claim.id, field(request.body, 'answer'));
  });
}

async function ask(
  site: Site,
  reply: FastifyReply,
  subscription: Subscription,
  typed: string,
): Promise<FastifyReply> {
  const parsed = parseAddress(typed);
  if (!parsed.ok) {
    const problem = typed === '' ? 'Please type the new address.' : `This cannot be used: ${parsed.reason}.`;
    return sendForm(site, reply, subscription, { typed, problem }, 422);
  }
  const wish = { subscriptionId: subscription.id, newEmail: parsed.address, now: site.clock.now() };
  const outcome = await askToMove(site.db, wish, site.enqueue);
  if (outcome === 'same') return sendForm(site, reply, subscription, { typed, problem: SAME_ADDRESS }, 422);
  if (outcome === 'too-often') return sendForm(site, reply, subscription, { typed, problem: TOO_OFTEN }, 429);
  if (outcome === 'not-active') return sendForm(site, reply, subscription, { typed, problem: '' }, 409);
  return sendNotice(site.pages, reply, ASKED);
}

function sendForm(
  site: Site,
  reply: FastifyReply,
  { id, email, state }: Subscription,
  { typed, problem }: { typed: string; problem: string },
  status = 200,
): FastifyReply {
  const view = {
    pageTitle: `${problem ? 'Please check · ' : ''}Use another address`,
    email,
    typed,
    problem,
    active: state === 'active',
    several: site.newsletters.length > 1,
    preferences: preferencesPath(site, id),
  };
  return site.pages.send(reply, 'address-change', view, status);
}

async function decide(
  site: Site,
  reply: FastifyReply,
  deliveryId: number,
  said: string,
): Promise<FastifyReply> {
  const now = site.clock.now();
  const before = await addressQuestion(site.db, deliveryId, now);
  if (said === 'no') {
    const after = await refuseToMove(site.db, deliveryId, now);
    const isRefused = after.state === 'settled' && before.state !== 'settled';
    return isRefused ? sendNotice(site.pages, reply, REFUSED) : answer(site, reply, after);
  }
  if (said !== 'yes') return answer(site, reply, before);
  const evidence = { origin: 'site', wording: before.side === 'old' ? YES_OLD : YES_NEW, now };
  return answer(site, reply, await agreeToMove(site.db, deliveryId, evidence));
}

function answer(site: Site, reply: FastifyReply, question: AddressQuestion): FastifyReply {
  if (question.state !== 'open') {
    const [notice, status] = noticeOf(question);
    return sendNotice(site.pages, reply, notice, status);
  }
  const isOld = question.side === 'old';
  return site.pages.send(reply, 'address-question', {
    pageTitle: isOld ? 'Are you moving?' : 'Is this your mailbox?',
    newsletter: titleOf(site, question.newsletterId),
    several: site.newsletters.length > 1,
    newEmail: question.newEmail,
    isOld,
    yes: isOld ? YES_OLD : YES_NEW,
  });
}

function noticeOf({ state, side }: AddressQuestion): [Notice, number] {
  if (state === 'waiting') return [halfDone(side), 200];
  if (state === 'done') return [MOVED, 200];
  if (state === 'taken') return [TAKEN, 409];
  return state === 'unknown' ? [BROKEN_LINK, 404] : [SETTLED, 410];
}
