import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import type { Words } from '../../config/vocabulary.ts';
import {
  type Confirmable,
  type ConfirmClaim,
  type ConfirmOutcome,
  confirm,
  confirmAnew,
  confirmable,
} from '../../subscribers/sign-up/confirm-sign-up.ts';
import type { Subscription } from '../../subscribers/subscriber.ts';
import { subscriptionById } from '../../subscribers/subscriber-store.ts';
import { isLost, type LostLink, subscriptionBehind } from '../../subscribers/subscription-links.ts';
import { field } from '../../web/form-fields.ts';
import { sendPage, type Told, tell, tellLost, toArchive, toSignUp } from '../page.ts';
import { wordsForReader } from '../page-language.ts';
import { scheduleInWords } from '../schedule-words.ts';
import { preferencesPath, type Site, titleOf } from '../site-deps.ts';

interface TokenRoute {
  Params: { token: string };
}

/** Whoever came by a confirmation link. */
interface Guest {
  readonly claim: ConfirmClaim;
  /** Result that the link would have. */
  readonly found: Confirmable;
  /** Subscriptions it would confirm; where it would confirm none, all that its mail was about. */
  readonly subscriptions: readonly Subscription[];
  /** The title they know the newsletter by, or those of several: "The Daily, Stars and Style". */
  readonly title: string;
  readonly words: Words;
}

/**
 * The link of the confirmation mail. Looking changes nothing: mail scanners open every link, and
 * would otherwise confirm for people who never asked.
 */
export function confirmRoutes(app: FastifyInstance, site: Site): void {
  app.get<TokenRoute>('/confirm/:token', async (request, reply) => {
    const guest = await guestOf(site, request);
    if (isLost(guest)) return tellLost(site, reply, wordsForReader(site, request, undefined), guest);
    const { outcome } = guest.found;
    return outcome === 'ready' ? sendQuestion(site, reply, guest) : sendOutcome(site, reply, guest, outcome);
  });
  app.post<TokenRoute>('/confirm/:token', async (request, reply) => {
    const guest = await guestOf(site, request);
    if (isLost(guest)) return tellLost(site, reply, wordsForReader(site, request, undefined), guest);
    if (field(request.body, 'anew') !== '') return sendAnew(site, reply, guest);
    const evidence = { origin: 'site', wording: agreementOf(guest), now: site.clock.now() };
    return sendOutcome(site, reply, guest, await confirm(site.db, guest.claim, evidence, site.enqueue));
  });
}

async function guestOf(site: Site, request: FastifyRequest<TokenRoute>): Promise<Guest | LostLink> {
  const linked = await subscriptionBehind(site.db, site.signer, 'confirm', request.params.token);
  if (isLost(linked)) return linked;
  const claim = { id: linked.subscription.id, issuedAt: linked.issuedAt };
  const found = await confirmable(site.db, claim, site.clock.now());
  const known = await Promise.all(found.ids.map((id) => subscriptionById(site.db, id)));
  const subscriptions = known.filter((one) => one !== undefined);
  const words = wordsForReader(site, request, subscriptions[0]);
  const titles = subscriptions.map(({ newsletterId }) => titleOf(site, newsletterId));
  return { claim, found, subscriptions, title: words.series(titles), words };
}

/** Kept as evidence: what stood above the button. */
function agreementOf({ words, title }: Guest): string {
  return words.say('confirm.agree', { title });
}

function anewWording({ words, title }: Guest): string {
  return words.say('confirm.anew', { title });
}

/** Shows the question before confirming: which newsletters, how often, and what of each. */
function sendQuestion(site: Site, reply: FastifyReply, guest: Guest): FastifyReply {
  const { title, words, subscriptions } = guest;
  const count = subscriptions.length;
  return sendPage(site, reply, words, 'confirm', {
    pageTitle: title,
    heading: words.say(count > 1 ? 'confirm.heading_several' : 'confirm.heading', { title, count }),
    several: count > 1,
    body: words.say(count > 1 ? 'confirm.body_several' : 'confirm.body'),
    newsletters: subscriptions.map((one) => ({
      title: titleOf(site, one.newsletterId),
      ...factsOf(site, one, words),
    })),
    wording: agreementOf(guest),
    button: words.say(count > 1 ? 'confirm.button_several' : 'confirm.button'),
  });
}

function factsOf(site: Site, subscription: Subscription, words: Words) {
  const config = site.newsletters.get(subscription.newsletterId);
  return {
    when: config ? scheduleInWords(config, words) : '',
    sections: config ? chosenTitles(config, subscription) : [],
  };
}

function sendOutcome(site: Site, reply: FastifyReply, guest: Guest, outcome: ConfirmOutcome): FastifyReply {
  const { title, words, subscriptions } = guest;
  const [first] = subscriptions;
  if (outcome === 'unknown' || !first) return tellLost(site, reply, words, 'gone');
  if (outcome === 'expired' && subscriptions.some(({ state }) => state === 'pending'))
    return sendPage(
      site,
      reply,
      words,
      'confirm-expired',
      { pageTitle: title, newsletter: title, wording: anewWording(guest) },
      410,
    );
  const [name, told] = outcomeOf(site, guest, first, outcome);
  return tell(site, reply, words, name, told);
}

function outcomeOf(
  site: Site,
  { title, words, subscriptions }: Guest,
  first: Subscription,
  outcome: Exclude<ConfirmOutcome, 'unknown'>,
): [name: string, told: Told] {
  const { newsletterId, pausedUntil } = first;
  const values = { title, publisher: site.publisher.name };
  // For somebody who has left since: their link must not bring them back.
  if (outcome === 'expired')
    return ['expired', { actions: [toSignUp(words, `/?newsletter=${newsletterId}`)], status: 410 }];
  if (outcome === 'already') return ['already', { values, actions: [toArchive(words)] }];
  const isPaused = pausedUntil !== null && pausedUntil > site.clock.now();
  const several = subscriptions.length > 1 ? 'welcome_several' : 'welcome';
  const preferences = { href: preferencesPath(site, first), label: words.say('actions.preferences') };
  return [isPaused ? 'welcome_paused' : several, { values, actions: [toArchive(words), preferences] }];
}

async function sendAnew(site: Site, reply: FastifyReply, guest: Guest): Promise<FastifyReply> {
  const { claim, words } = guest;
  const evidence = { origin: 'site', wording: anewWording(guest), now: site.clock.now() };
  const onItsWay = await confirmAnew(site.db, claim, evidence, site.enqueue, site.signUp);
  return onItsWay
    ? tell(site, reply, words, 'anew_sent', { actions: [toArchive(words)] })
    : tell(site, reply, words, 'anew_failed', { actions: [toSignUp(words)] });
}

/** None where everything is chosen: then there is nothing to list. */
function chosenTitles({ sections }: NewsletterConfig, { sections: chosen }: Subscription): string[] {
  return sections.filter(({ id }) => chosen?.includes(id)).map(({ title }) => title);
}
