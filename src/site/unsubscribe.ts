import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TokenClaim } from '../base/token.ts';
import type { Words } from '../config/vocabulary.ts';
import { noteReason } from '../subscribers/choices.ts';
import type { Subscription } from '../subscribers/subscriber.ts';
import { subscriptionById, unsubscribe } from '../subscribers/subscriber-store.ts';
import { field, fields } from '../web/fields.ts';
import { wordsForReader } from './language.ts';
import { sendPage, tell, tellBroken, toSignUp } from './page.ts';
import { preferencesPath, type Site, titleOf } from './site-deps.ts';

interface TokenRoute {
  Params: { token: string };
}

const ONE_CLICK_FIELD = 'List-Unsubscribe';
const ONE_CLICK_VALUE = 'One-Click';

/** Whoever came by an unsubscribe link; also somebody who was erased. */
interface Leaver {
  readonly claim: TokenClaim;
  readonly subscription: Subscription | undefined;
  readonly words: Words;
}

/**
 * One address for people and for mail programs (RFC 8058). A mail program posts `List-Unsubscribe=One-Click` and is
 * answered at once, without cookie, redirect or question; a person gets a page with a button.
 */
export function unsubscribeRoutes(app: FastifyInstance, site: Site): void {
  // A body of any other kind is a mistake to be answered with 400 like an empty one, not an unsupported type.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null, undefined));
  app.get<TokenRoute>('/u/:token', async (request, reply) => {
    const leaver = await leaverOf(site, request);
    return leaver
      ? sendQuestion(site, reply, leaver)
      : tellBroken(site, reply, wordsForReader(site, request, undefined));
  });
  app.post<TokenRoute>('/u/:token', async (request, reply) => {
    const leaver = await leaverOf(site, request);
    if (!leaver) return tellBroken(site, reply, wordsForReader(site, request, undefined));
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

async function leaverOf(site: Site, request: FastifyRequest<TokenRoute>): Promise<Leaver | undefined> {
  const claim = site.signer.verify('unsubscribe', request.params.token);
  if (!claim) return undefined;
  const subscription = await subscriptionById(site.db, claim.id);
  return { claim, subscription, words: wordsForReader(site, request, subscription) };
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

async function oneClick(site: Site, reply: FastifyReply, { claim, words }: Leaver): Promise<FastifyReply> {
  const wording = `${ONE_CLICK_FIELD}=${ONE_CLICK_VALUE}`;
  await unsubscribe(site.db, claim.id, { origin: 'one-click', wording, now: site.clock.now() });
  return reply.type('text/plain; charset=utf-8').send(`${words.say('unsubscribe.one_click')}\n`);
}

/** A person gets one last mail, with the way back. A mail program gets none: it said stop, and was told that it is. */
async function goodbye(site: Site, reply: FastifyReply, leaver: Leaver): Promise<FastifyReply> {
  const evidence = { origin: 'site', wording: pageWording(leaver), now: site.clock.now() };
  const newsletter = site.newsletters.find((one) => one.id === leaver.subscription?.newsletterId);
  await unsubscribe(site.db, leaver.claim.id, evidence, newsletter?.goodbye ? site.enqueue : undefined);
  return sendFarewell(site, reply, leaver);
}

async function because(
  site: Site,
  reply: FastifyReply,
  leaver: Leaver,
  reason: string,
): Promise<FastifyReply> {
  const isNoted = await noteReason(site.db, leaver.claim.id, reason);
  return sendFarewell(site, reply, leaver, isNoted);
}

/** Kept as evidence: what stood on the button. */
function pageWording({ words }: Leaver): string {
  return words.say('unsubscribe.button');
}

async function sendQuestion(site: Site, reply: FastifyReply, leaver: Leaver): Promise<FastifyReply> {
  const { claim, subscription, words } = leaver;
  if (!subscription || subscription.state === 'unsubscribed') return sendFarewell(site, reply, leaver);
  const title = titleOf(site, subscription.newsletterId);
  return sendPage(site, reply, words, 'unsubscribe', {
    pageTitle: words.say('unsubscribe.title', { title }),
    newsletter: title,
    email: subscription.email,
    wording: pageWording(leaver),
    preferences: preferencesPath(site, claim.id),
  });
}

/** Also for someone who was erased: whoever holds the link is told the truth, that no more mail will come. */
async function sendFarewell(
  site: Site,
  reply: FastifyReply,
  leaver: Leaver,
  thanks = false,
): Promise<FastifyReply> {
  const { claim, words } = leaver;
  const subscription = await subscriptionById(site.db, claim.id);
  if (!subscription) return tell(site, reply, words, 'gone', { actions: [toSignUp(words)] });
  if (subscription.state !== 'unsubscribed') return sendQuestion(site, reply, { ...leaver, subscription }); // back already
  const title = titleOf(site, subscription.newsletterId);
  return sendPage(site, reply, words, 'left', {
    pageTitle: words.say('unsubscribe.left'),
    newsletter: title,
    again: subscription.confirmedAt === null ? '' : words.say('preferences.again', { title }),
    preferences: preferencesPath(site, claim.id),
    signUp: `/?newsletter=${subscription.newsletterId}`,
    thanks,
  });
}
