import type { FastifyInstance, FastifyReply } from 'fastify';
import { choose, mute, pause, speak } from '../subscribers/choices.ts';
import { comeBack } from '../subscribers/sign-up.ts';
import type { Subscription } from '../subscribers/subscriber.ts';
import { subscriptionById } from '../subscribers/subscriber-store.ts';
import { field } from './fields.ts';
import { BROKEN_LINK, type Notice, SIGN_UP_ACTION, sendNotice } from './notice.ts';
import { type Chosen, checkForm, formOf, readForm } from './preferences-form.ts';
import { chosenInWords, offerOf, preferencesView, returnWording, type Said } from './preferences-view.ts';
import { type Site, titleOf } from './site-deps.ts';

export interface TokenRoute {
  Params: { token: string };
}

/** What a reader has chosen, to see and to change. Every form on the page is sent to the page itself. */
export function preferencesRoutes(app: FastifyInstance, site: Site): void {
  app.get<TokenRoute>('/preferences/:token', async (request, reply) => {
    const subscription = await subscriptionOf(site, request.params.token);
    if (!subscription) return sendNotice(site.pages, reply, BROKEN_LINK, 404);
    return sendPreferences(site, reply, subscription);
  });
  app.post<TokenRoute>('/preferences/:token', async (request, reply) => {
    const subscription = await subscriptionOf(site, request.params.token);
    if (!subscription) return sendNotice(site.pages, reply, BROKEN_LINK, 404);
    if (field(request.body, 'again') === 'yes') return returning(site, reply, subscription);
    if (subscription.state === 'unsubscribed') return sendPreferences(site, reply, subscription, {}, 409);
    if (field(request.body, 'start') === 'now') return startAgain(site, reply, subscription);
    return save(site, reply, subscription, request.body);
  });
}

/** Whose preferences a token opens; undefined for a broken link, and once erased. */
export async function subscriptionOf(site: Site, token: string): Promise<Subscription | undefined> {
  const claim = site.signer.verify('preferences', token);
  return claim && subscriptionById(site.db, claim.id);
}

async function save(
  site: Site,
  reply: FastifyReply,
  subscription: Subscription,
  body: unknown,
): Promise<FastifyReply> {
  const offer = offerOf(site, subscription);
  const form = readForm(body, subscription, offer);
  const checked = checkForm(form, subscription, offer);
  if (!checked.ok) {
    const { problems } = checked;
    const shown = problems.form ? formOf(subscription, offer) : form;
    return sendPreferences(site, reply, subscription, { problems, form: shown }, 422);
  }
  await write(site, subscription, checked.chosen);
  const now = { ...subscription, ...checked.chosen };
  return sendPreferences(site, reply, now, { saved: chosenInWords(site, now) });
}

async function write(site: Site, { id, subscriberId }: Subscription, chosen: Chosen): Promise<void> {
  await site.db.transaction().execute(async (trx) => {
    await choose(trx, id, chosen);
    await pause(trx, subscriberId, chosen.pausedUntil);
    await mute(trx, subscriberId, chosen.mutes);
    await speak(trx, subscriberId, chosen);
  });
  await site.reselect(subscriberId);
}

async function startAgain(
  site: Site,
  reply: FastifyReply,
  subscription: Subscription,
): Promise<FastifyReply> {
  await pause(site.db, subscription.subscriberId, null);
  await site.reselect(subscription.subscriberId);
  const now = { ...subscription, pausedUntil: null };
  return sendPreferences(site, reply, now, { saved: chosenInWords(site, now) });
}

async function returning(site: Site, reply: FastifyReply, subscription: Subscription): Promise<FastifyReply> {
  const title = titleOf(site, subscription.newsletterId);
  const evidence = { origin: 'site', wording: returnWording(title), now: site.clock.now() };
  const outcome = await comeBack(site.db, subscription.id, evidence);
  if (outcome === 'unknown') return sendNotice(site.pages, reply, BROKEN_LINK, 404);
  if (outcome === 'unreachable') return sendNotice(site.pages, reply, UNREACHABLE, 409);
  if (outcome === 'unconfirmed') return sendPreferences(site, reply, subscription, {}, 409);
  const now = { ...subscription, state: 'active' as const };
  return sendPreferences(site, reply, now, { saved: `Welcome back. ${chosenInWords(site, now)}` });
}

const UNREACHABLE: Notice = {
  kicker: 'Not from here',
  heading: 'This address gets no mail from us',
  paragraphs: [
    'A mail to it came back, or was reported as unwanted, and since then we have not written to it. You are welcome to sign up with another address.',
  ],
  actions: [SIGN_UP_ACTION],
};

function sendPreferences(
  site: Site,
  reply: FastifyReply,
  subscription: Subscription,
  said: Said = {},
  status = 200,
): FastifyReply {
  return site.pages.send(reply, 'preferences', preferencesView(site, subscription, said), status);
}
