import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Words } from '../../config/vocabulary.ts';
import { choosePreferences, pause } from '../../subscribers/choices.ts';
import { comeBack } from '../../subscribers/sign-up/take-sign-up.ts';
import type { Subscription } from '../../subscribers/subscriber.ts';
import { isLost, type LostLink, subscriptionBehind } from '../../subscribers/subscription-links.ts';
import { field } from '../../web/form-fields.ts';
import { sendPage, tell, tellLost, toSignUp } from '../page.ts';
import { wordsFor, wordsForReader } from '../page-language.ts';
import { type Site, titleOf } from '../site-deps.ts';
import { checkForm, formOf, readForm } from './preferences-form.ts';
import { chosenInWords, offerOf, preferencesView, returnWording, type Said } from './preferences-view.ts';

export interface TokenRoute {
  Params: { token: string };
}

/** Shows and changes a reader's preferences. Every form on the page is sent to the page itself. */
export function preferencesRoutes(app: FastifyInstance, site: Site): void {
  app.get<TokenRoute>('/preferences/:token', async (request, reply) => {
    const reader = await readerOf(site, request);
    if (isLost(reader)) return tellLost(site, reply, wordsFor(site, request), reader);
    return sendPreferences(site, reply, reader);
  });
  app.post<TokenRoute>('/preferences/:token', async (request, reply) => {
    const reader = await readerOf(site, request);
    if (isLost(reader)) return tellLost(site, reply, wordsFor(site, request), reader);
    if (field(request.body, 'again') === 'yes') return returning(site, reply, reader);
    if (reader.subscription.state === 'unsubscribed') return sendPreferences(site, reply, reader, {}, 409);
    if (field(request.body, 'start') === 'now') return startAgain(site, reply, reader);
    return save(site, reply, reader, request.body);
  });
}

/** Somebody who came by a link to their preferences. */
export interface Reader {
  readonly subscription: Subscription;
  readonly words: Words;
}

/** Finds whose preferences a link opens, or why it opens nobody's. */
export async function readerOf(site: Site, request: FastifyRequest<TokenRoute>): Promise<Reader | LostLink> {
  const linked = await subscriptionBehind(site.db, site.signer, 'preferences', request.params.token);
  if (isLost(linked)) return linked;
  const { subscription } = linked;
  return { subscription, words: wordsForReader(site, request, subscription) };
}

async function save(site: Site, reply: FastifyReply, reader: Reader, body: unknown): Promise<FastifyReply> {
  const { subscription, words } = reader;
  const offer = offerOf(site, subscription, words);
  const form = readForm(body, subscription, offer);
  const checked = checkForm(form, subscription, offer);
  if (!checked.ok) {
    const { problems } = checked;
    const shown = problems.form ? formOf(subscription, offer) : form;
    return sendPreferences(site, reply, reader, { problems, form: shown }, 422);
  }
  await choosePreferences(site.db, subscription, checked.chosen);
  await site.reselect(subscription.subscriberId);
  const now = { ...subscription, ...checked.chosen };
  const { query, headers } = reply.request;
  // Who chose another language is answered in it.
  const isSame = now.language === subscription.language;
  return sendSaved(site, reply, {
    subscription: now,
    words: isSame ? words : wordsForReader(site, { query, headers, body: undefined }, now),
  });
}

async function startAgain(
  site: Site,
  reply: FastifyReply,
  { subscription, words }: Reader,
): Promise<FastifyReply> {
  await pause(site.db, subscription.subscriberId, null);
  await site.reselect(subscription.subscriberId);
  return sendSaved(site, reply, { subscription: { ...subscription, pausedUntil: null }, words });
}

async function returning(site: Site, reply: FastifyReply, reader: Reader): Promise<FastifyReply> {
  const { subscription, words } = reader;
  const wording = returnWording(titleOf(site, subscription.newsletterId), words);
  const evidence = { origin: 'site', wording, now: site.clock.now() };
  const outcome = await comeBack(site.db, subscription.id, evidence);
  if (outcome === 'unknown') return tellLost(site, reply, words, 'gone');
  if (outcome === 'unreachable')
    return tell(site, reply, words, 'unreachable', { actions: [toSignUp(words)], status: 409 });
  if (outcome === 'unconfirmed') return sendPreferences(site, reply, reader, {}, 409);
  const now = { ...subscription, state: 'active' as const };
  const saved = words.say('preferences.welcome_back', { chosen: chosenInWords(site, now, words) });
  return sendPreferences(site, reply, { subscription: now, words }, { saved });
}

function sendSaved(site: Site, reply: FastifyReply, reader: Reader): FastifyReply {
  return sendPreferences(site, reply, reader, {
    saved: chosenInWords(site, reader.subscription, reader.words),
  });
}

function sendPreferences(
  site: Site,
  reply: FastifyReply,
  { subscription, words }: Reader,
  said: Said = {},
  status = 200,
): FastifyReply {
  const view = preferencesView(site, subscription, words, said);
  return sendPage(site, reply, words, 'preferences', view, status);
}
