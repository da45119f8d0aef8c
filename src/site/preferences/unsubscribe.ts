import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Words } from '../../config/vocabulary.ts';
import { noteReason } from '../../subscribers/choices.ts';
import type { Subscription } from '../../subscribers/subscriber.ts';
import { subscriptionById, unsubscribe } from '../../subscribers/subscriber-store.ts';
import { isLost, type LostLink, subscriptionBehind } from '../../subscribers/subscription-links.ts';
import { field, fields } from '../../web/form-fields.ts';
import { sendLostText, sendPage, tellLost } from '../page.ts';
import { wordsForReader } from '../page-language.ts';
import { preferencesPath, type Site, titleOf } from '../site-deps.ts';

interface TokenRoute {
  Params: { token: string };
}

const ONE_CLICK_FIELD = 'List-Unsubscribe';
const ONE_CLICK_VALUE = 'One-Click';

/** Whoever came by an unsubscribe link. */
interface Leaver {
  readonly subscription: Subscription;
  readonly words: Words;
}

/**
 * One address for people and for mail programs (RFC 8058). A mail program posts
 * `List-Unsubscribe=One-Click` and is answered at once, without cookie, redirect or question; a
 * person gets a page with a button.
 */
export function unsubscribeRoutes(app: FastifyInstance, site: Site): void {
  // A body of any other kind is a mistake to be answered with 400 like an empty one, not an unsupported type.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null, undefined));
  app.get<TokenRoute>('/u/:token', async (request, reply) => {
    const leaver = await leaverOf(site, request);
    return isLost(leaver) ? sendLost(site, request, reply, leaver) : sendQuestion(site, reply, leaver);
  });
  app.post<TokenRoute>('/u/:token', async (request, reply) => {
    const leaver = await leaverOf(site, request);
    if (isLost(leaver)) return sendLost(site, request, reply, leaver);
    if (isOneClick(request.body)) return oneClick(site, reply, leaver);
    if (field(request.body, 'goodbye') === 'yes') return goodbye(site, reply, leaver);
    if (fields(request.body, 'because').length > 0)
      return because(site, reply, leaver, field(request.body, 'because'));
    return reply
      .code(400)
      .type('text/plain; charset=utf-8')
      .send(`Nothing was changed: the body must be ${ONE_CLICK_FIELD}=${ONE_CLICK_VALUE}.\n`);
  });
}

async function leaverOf(site: Site, request: FastifyRequest<TokenRoute>): Promise<Leaver | LostLink> {
  const linked = await subscriptionBehind(site.db, site.signer, 'unsubscribe', request.params.token);
  if (isLost(linked)) return linked;
  const { subscription } = linked;
  return { subscription, words: wordsForReader(site, request, subscription) };
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

async function oneClick(site: Site, reply: FastifyReply, leaver: Leaver): Promise<FastifyReply> {
  const wording = `${ONE_CLICK_FIELD}=${ONE_CLICK_VALUE}`;
  const evidence = { origin: 'one-click', wording, now: site.clock.now() };
  await unsubscribe(site.db, leaver.subscription.id, evidence);
  return reply.type('text/plain; charset=utf-8').send(`${leaver.words.say('unsubscribe.one_click')}\n`);
}

/**
 * A person gets one last mail, with the way back. A mail program gets none: it said stop, and was
 * told that it is.
 */
async function goodbye(site: Site, reply: FastifyReply, leaver: Leaver): Promise<FastifyReply> {
  const evidence = { origin: 'site', wording: pageWording(leaver), now: site.clock.now() };
  const newsletter = site.newsletters.get(leaver.subscription.newsletterId);
  await unsubscribe(
    site.db,
    leaver.subscription.id,
    evidence,
    newsletter?.goodbye ? site.enqueue : undefined,
  );
  return sendFarewell(site, reply, leaver);
}

async function because(
  site: Site,
  reply: FastifyReply,
  leaver: Leaver,
  reason: string,
): Promise<FastifyReply> {
  const isNoted = await noteReason(site.db, leaver.subscription.id, reason);
  return sendFarewell(site, reply, leaver, isNoted);
}

/** A mail program is told in plain text that nobody was unsubscribed. */
function sendLost(
  site: Site,
  request: FastifyRequest<TokenRoute>,
  reply: FastifyReply,
  lost: LostLink,
): FastifyReply {
  const words = wordsForReader(site, request, undefined);
  if (lost === 'broken' || !isOneClick(request.body)) return tellLost(site, reply, words, lost);
  return sendLostText(reply, words, lost);
}

/** Kept as evidence: what stood on the button. */
function pageWording({ words }: Leaver): string {
  return words.say('unsubscribe.button');
}

async function sendQuestion(site: Site, reply: FastifyReply, leaver: Leaver): Promise<FastifyReply> {
  const { subscription, words } = leaver;
  if (subscription.state === 'unsubscribed') return sendFarewell(site, reply, leaver);
  const title = titleOf(site, subscription.newsletterId);
  return sendPage(site, reply, words, 'unsubscribe', {
    pageTitle: words.say('unsubscribe.title', { title }),
    newsletter: title,
    email: subscription.email,
    wording: pageWording(leaver),
    preferences: preferencesPath(site, subscription),
  });
}

/** Says that it is done, by what the database has now. */
async function sendFarewell(
  site: Site,
  reply: FastifyReply,
  leaver: Leaver,
  thanks = false,
): Promise<FastifyReply> {
  const { words } = leaver;
  const subscription = await subscriptionById(site.db, leaver.subscription.id);
  if (!subscription) return tellLost(site, reply, words, 'gone');
  if (subscription.state !== 'unsubscribed') return sendQuestion(site, reply, { ...leaver, subscription }); // back already
  const title = titleOf(site, subscription.newsletterId);
  return sendPage(site, reply, words, 'left', {
    pageTitle: words.say('unsubscribe.left'),
    newsletter: title,
    again: subscription.confirmedAt === null ? '' : words.say('preferences.again', { title }),
    preferences: preferencesPath(site, subscription),
    signUp: `/?newsletter=${subscription.newsletterId}`,
    thanks,
  });
}
