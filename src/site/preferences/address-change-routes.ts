import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MINUTE_MS } from '../../base/clock.ts';
import { parseAddress } from '../../base/text/address.ts';
import type { Words } from '../../config/vocabulary.ts';
import { deliveryBehind } from '../../delivery/delivery-links.ts';
import { type AddressQuestion, addressQuestion } from '../../subscribers/address-change/address-question.ts';
import {
  agreeToMove,
  askToMove,
  MAX_MOVES_A_DAY,
  refuseToMove,
} from '../../subscribers/address-change/move-address.ts';
import { isLost, type LostLink } from '../../subscribers/subscription-links.ts';
import { field } from '../../web/form-fields.ts';
import { sendPage, tell, tellLost, toSignUp } from '../page.ts';
import { wordsFor, wordsForReader } from '../page-language.ts';
import { preferencesPath, type Site, titleOf } from '../site-deps.ts';
import { type Reader, readerOf, type TokenRoute } from './preferences.ts';

const ASKS_PER_CLIENT = { max: 30, timeWindow: 10 * MINUTE_MS };

/**
 * The form for another address, from the preferences, and the questions that its two mails lead to.
 */
export function addressChangeRoutes(app: FastifyInstance, site: Site): void {
  app.get<TokenRoute>('/preferences/:token/address', async (request, reply) => {
    const reader = await readerOf(site, request);
    if (isLost(reader)) return tellLost(site, reply, wordsFor(site, request), reader);
    return sendForm(site, reply, reader, { typed: '', problem: '' });
  });
  app.post<TokenRoute>(
    '/preferences/:token/address',
    { config: { rateLimit: ASKS_PER_CLIENT } },
    async (request, reply) => {
      const reader = await readerOf(site, request);
      if (isLost(reader)) return tellLost(site, reply, wordsFor(site, request), reader);
      return ask(site, reply, reader, field(request.body, 'email').slice(0, 320));
    },
  );
  app.get<TokenRoute>('/address/:token', async (request, reply) => {
    const asked = await askedOf(site, request);
    if (isLost(asked)) return tellLost(site, reply, wordsFor(site, request), asked);
    return answer(site, reply, asked.words, asked.question);
  });
  app.post<TokenRoute>('/address/:token', async (request, reply) => {
    const asked = await askedOf(site, request);
    if (isLost(asked)) return tellLost(site, reply, wordsFor(site, request), asked);
    return decide(site, reply, asked, field(request.body, 'answer'));
  });
}

async function ask(site: Site, reply: FastifyReply, reader: Reader, typed: string): Promise<FastifyReply> {
  const { subscription, words } = reader;
  const parsed = parseAddress(typed, { world: site.takesUtf8() });
  if (!parsed.ok) {
    const problem = words.say(typed === '' ? 'move.no_email' : `addresses.${parsed.fault}`);
    return sendForm(site, reply, reader, { typed, problem }, 422);
  }
  const wish = { subscriptionId: subscription.id, newEmail: parsed.address, now: site.clock.now() };
  const outcome = await askToMove(site.db, wish, site.enqueue, site.signUp);
  if (outcome === 'same')
    return sendForm(site, reply, reader, { typed, problem: words.say('move.same') }, 422);
  if (outcome === 'too-often') {
    const problem = words.say('move.too_often', { count: MAX_MOVES_A_DAY });
    return sendForm(site, reply, reader, { typed, problem }, 429);
  }
  if (outcome === 'not-active') return sendForm(site, reply, reader, { typed, problem: '' }, 409);
  return tell(site, reply, words, 'address_asked', { actions: [] });
}

function sendForm(
  site: Site,
  reply: FastifyReply,
  { subscription, words }: Reader,
  { typed, problem }: { typed: string; problem: string },
  status = 200,
): FastifyReply {
  const title = words.say('move.heading');
  const view = {
    pageTitle: problem ? words.say('frame.check', { title }) : title,
    email: subscription.email,
    typed,
    world: site.takesUtf8(),
    problem,
    active: subscription.state === 'active',
    several: site.newsletters.length > 1,
    preferences: preferencesPath(site, subscription),
  };
  return sendPage(site, reply, words, 'address-change', view, status);
}

/** A question that somebody came to from a mail, and the language they are asked in. */
interface Asked {
  readonly deliveryId: number;
  readonly question: AddressQuestion;
  readonly words: Words;
}

async function askedOf(site: Site, request: FastifyRequest<TokenRoute>): Promise<Asked | LostLink> {
  const deliveryId = await deliveryBehind(site.db, site.signer, 'address', request.params.token);
  if (isLost(deliveryId)) return deliveryId;
  const question = await addressQuestion(site.db, deliveryId, site.clock.now());
  return { deliveryId, question, words: wordsForReader(site, request, question) };
}

async function decide(
  site: Site,
  reply: FastifyReply,
  { deliveryId, question: before, words }: Asked,
  said: string,
): Promise<FastifyReply> {
  const now = site.clock.now();
  if (said === 'no') {
    const after = await refuseToMove(site.db, deliveryId, now);
    const isRefused = after.state === 'settled' && before.state !== 'settled';
    return isRefused
      ? tell(site, reply, words, 'address_refused', { actions: [] })
      : answer(site, reply, words, after);
  }
  if (said !== 'yes') return answer(site, reply, words, before);
  const evidence = { origin: 'site', wording: words.say(`move.${before.side}_yes`), now };
  return answer(site, reply, words, await agreeToMove(site.db, deliveryId, evidence));
}

function answer(site: Site, reply: FastifyReply, words: Words, question: AddressQuestion): FastifyReply {
  if (question.state !== 'open') return tellState(site, reply, words, question);
  const isOld = question.side === 'old';
  return sendPage(site, reply, words, 'address-question', {
    pageTitle: words.say(`move.${question.side}_heading`),
    newsletter: titleOf(site, question.newsletterId),
    several: site.newsletters.length > 1,
    newEmail: question.newEmail,
    isOld,
    yes: words.say(`move.${question.side}_yes`),
  });
}

function tellState(
  site: Site,
  reply: FastifyReply,
  words: Words,
  { state, side }: AddressQuestion,
): FastifyReply {
  if (state === 'unknown') return tellLost(site, reply, words, 'gone');
  if (state === 'waiting') return tell(site, reply, words, `address_${side}_said_yes`, { actions: [] });
  if (state === 'done') return tell(site, reply, words, 'address_moved', { actions: [] });
  if (state === 'taken') return tell(site, reply, words, 'address_taken', { actions: [], status: 409 });
  return tell(site, reply, words, 'address_settled', { actions: [toSignUp(words)], status: 410 });
}
