import type { FastifyInstance, FastifyReply } from 'fastify';
import type { TokenClaim } from '../base/token.ts';
import { noteReason } from '../subscribers/choices.ts';
import { subscriptionById, unsubscribe } from '../subscribers/subscriber-store.ts';
import { field, fields } from './fields.ts';
import { BROKEN_LINK, type Notice, SIGN_UP_ACTION, sendNotice } from './notice.ts';
import { returnWording } from './preferences-view.ts';
import { preferencesPath, type Site, titleOf } from './site-deps.ts';

interface TokenRoute {
  Params: { token: string };
}

const ONE_CLICK_FIELD = 'List-Unsubscribe';
const ONE_CLICK_VALUE = 'One-Click';
const PAGE_WORDING = 'Unsubscribe me';

/**
 * One address for people and for mail programs (RFC 8058). A mail program posts `List-Unsubscribe=One-Click` and is
 * answered at once, without cookie, redirect or question; a person gets a page with a button.
 */
export function unsubscribeRoutes(app: FastifyInstance, site: Site): void {
  // A body of any other kind is a mistake to be answered with 400 like an empty one, not an unsupported type.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null, undefined));
  app.get<TokenRoute>('/u/:token', async (request, reply) => {
    const claim = site.signer.verify('unsubscribe', request.params.token);
    return claim ? sendPage(site, reply, claim) : sendNotice(site.pages, reply, BROKEN_LINK, 404);
  });
  app.post<TokenRoute>('/u/:token', async (request, reply) => {
    const claim = site.signer.verify('unsubscribe', request.params.token);
    if (!claim) return sendNotice(site.pages, reply, BROKEN_LINK, 404);
    if (isOneClick(request.body)) return oneClick(site, reply, claim);
    if (field(request.body, 'goodbye') === 'yes') return goodbye(site, reply, claim);
    if (fields(request.body, 'because').length > 0)
      return because(site, reply, claim, field(request.body, 'because'));
    return reply
      .code(400)
      .type('text/plain; charset=utf-8')
      .send(`Nothing was changed: the body must be ${ONE_CLICK_FIELD}=${ONE_CLICK_VALUE}.\n`);
  });
}

function isOneClick(body: unknown): boolean {
  return (
    typeof body === 'object' &&
    body !== null &&
    Object.keys(body).length === 1 &&
    fields(body, ONE_CLICK_FIELD).length === 1 &&
    field(body, ONE_CLICK_FIELD) === ONE_CLICK_VALUE
  );
}

async function oneClick(site: Site, reply: FastifyReply, claim: TokenClaim): Promise<FastifyReply> {
  const wording = `${ONE_CLICK_FIELD}=${ONE_CLICK_VALUE}`;
  await unsubscribe(site.db, claim.id, { origin: 'one-click', wording, now: site.clock.now() });
  return reply.type('text/plain; charset=utf-8').send('You are unsubscribed.\n');
}

/** A person gets one last mail, with the way back. A mail program gets none: it said stop, and was told that it is. */
async function goodbye(site: Site, reply: FastifyReply, claim: TokenClaim): Promise<FastifyReply> {
  const evidence = { origin: 'site', wording: PAGE_WORDING, now: site.clock.now() };
  const subscription = await subscriptionById(site.db, claim.id);
  const newsletter = site.newsletters.find((one) => one.id === subscription?.newsletterId);
  await unsubscribe(site.db, claim.id, evidence, newsletter?.goodbye ? site.enqueue : undefined);
  return sendFarewell(site, reply, claim);
}

async function because(
  site: Site,
  reply: FastifyReply,
  claim: TokenClaim,
  reason: string,
): Promise<FastifyReply> {
  const isNoted = await noteReason(site.db, claim.id, reason);
  return sendFarewell(site, reply, claim, isNoted);
}

async function sendPage(site: Site, reply: FastifyReply, claim: TokenClaim): Promise<FastifyReply> {
  const subscription = await subscriptionById(site.db, claim.id);
  if (!subscription || subscription.state === 'unsubscribed') return sendFarewell(site, reply, claim);
  const newsletter = titleOf(site, subscription.newsletterId);
  return site.pages.send(reply, 'unsubscribe', {
    pageTitle: `Unsubscribe from ${newsletter}`,
    newsletter,
    email: subscription.email,
    wording: PAGE_WORDING,
    preferences: preferencesPath(site, claim.id),
  });
}

/** Also for someone who was erased: whoever holds the link is told the truth, that no more mail will come. */
async function sendFarewell(
  site: Site,
  reply: FastifyReply,
  claim: TokenClaim,
  thanks = false,
): Promise<FastifyReply> {
  const subscription = await subscriptionById(site.db, claim.id);
  if (!subscription) return sendNotice(site.pages, reply, GONE);
  if (subscription.state !== 'unsubscribed') return sendPage(site, reply, claim); // back already
  const newsletter = titleOf(site, subscription.newsletterId);
  return site.pages.send(reply, 'left', {
    pageTitle: 'You are unsubscribed',
    newsletter,
    again: subscription.confirmedAt === null ? '' : returnWording(newsletter),
    preferences: preferencesPath(site, claim.id),
    signUp: `/?newsletter=${subscription.newsletterId}`,
    thanks,
  });
}

const GONE: Notice = {
  kicker: 'Goodbye',
  heading: 'You are unsubscribed',
  paragraphs: ['No more editions will be sent to you.'],
  actions: [SIGN_UP_ACTION],
};
