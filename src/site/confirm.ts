import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TokenClaim } from '../base/token.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import type { Words } from '../config/vocabulary.ts';
import { type ConfirmOutcome, confirm, confirmAnew, confirmable } from '../subscribers/confirm.ts';
import type { Subscription } from '../subscribers/subscriber.ts';
import { subscriptionById } from '../subscribers/subscriber-store.ts';
import { field } from '../web/fields.ts';
import { wordsForReader } from './language.ts';
import { sendPage, type Told, tell, tellBroken, toArchive, toSignUp } from './page.ts';
import { scheduleInWords } from './schedule-words.ts';
import { preferencesPath, type Site, titleOf } from './site-deps.ts';

interface TokenRoute {
  Params: { token: string };
}

/** Whoever came by a confirmation link; their subscription is gone once they are erased. */
interface Guest {
  readonly claim: TokenClaim;
  readonly subscription: Subscription | undefined;
  /** The title they know the newsletter by. */
  readonly title: string;
  readonly words: Words;
}

/**
 * The link of the confirmation mail. Looking changes nothing: mail scanners open every link, and would otherwise
 * confirm for people who never asked.
 */
export function confirmRoutes(app: FastifyInstance, site: Site): void {
  app.get<TokenRoute>('/confirm/:token', async (request, reply) => {
    const guest = await guestOf(site, request);
    if (!guest) return tellBroken(site, reply, wordsForReader(site, request, undefined));
    const state = await confirmable(site.db, guest.claim, site.clock.now());
    if (state === 'ready' && guest.subscription) return sendQuestion(site, reply, guest, guest.subscription);
    return sendOutcome(site, reply, guest, state === 'ready' ? 'unknown' : state);
  });
  app.post<TokenRoute>('/confirm/:token', async (request, reply) => {
    const guest = await guestOf(site, request);
    if (!guest) return tellBroken(site, reply, wordsForReader(site, request, undefined));
    if (field(request.body, 'anew') !== '') return sendAnew(site, reply, guest);
    const evidence = { origin: 'site', wording: agreementOf(guest), now: site.clock.now() };
    return sendOutcome(site, reply, guest, await confirm(site.db, guest.claim, evidence, site.enqueue));
  });
}

async function guestOf(site: Site, request: FastifyRequest<TokenRoute>): Promise<Guest | undefined> {
  const claim = site.signer.verify('confirm', request.params.token);
  if (!claim) return undefined;
  const subscription = await subscriptionById(site.db, claim.id);
  const title = titleOf(site, subscription?.newsletterId ?? '');
  return { claim, subscription, title, words: wordsForReader(site, request, subscription) };
}

/** Kept as evidence: what stood above the button. */
function agreementOf({ words, title }: Guest): string {
  return words.say('confirm.agree', { title });
}

function anewWording({ words, title }: Guest): string {
  return words.say('confirm.anew', { title });
}

/** What they are about to say yes to: which newsletter, how often, what of it. */
function sendQuestion(
  site: Site,
  reply: FastifyReply,
  guest: Guest,
  subscription: Subscription,
): FastifyReply {
  const { title, words } = guest;
  const config = site.newsletters.find((one) => one.id === subscription.newsletterId);
  return sendPage(site, reply, words, 'confirm', {
    pageTitle: title,
    newsletter: title,
    when: config ? scheduleInWords(config, words) : '',
    sections: config ? chosenTitles(config, subscription) : [],
    wording: agreementOf(guest),
  });
}

function sendOutcome(site: Site, reply: FastifyReply, guest: Guest, outcome: ConfirmOutcome): FastifyReply {
  const { subscription, title, words } = guest;
  if (outcome === 'unknown' || !subscription) return tellBroken(site, reply, words);
  if (outcome === 'expired' && subscription.state === 'pending')
    return sendPage(
      site,
      reply,
      words,
      'confirm-expired',
      { pageTitle: title, newsletter: title, wording: anewWording(guest) },
      410,
    );
  const [name, told] = outcomeOf(site, guest, subscription, outcome);
  return tell(site, reply, words, name, told);
}

function outcomeOf(
  site: Site,
  { title, words }: Guest,
  { id, newsletterId, pausedUntil }: Subscription,
  outcome: Exclude<ConfirmOutcome, 'unknown'>,
): [name: string, told: Told] {
  const values = { title, publisher: site.publisher.name };
  // For somebody who has left since: their link must not bring them back.
  if (outcome === 'expired')
    return ['expired', { actions: [toSignUp(words, `/?newsletter=${newsletterId}`)], status: 410 }];
  if (outcome === 'already') return ['already', { values, actions: [toArchive(words)] }];
  const isPaused = pausedUntil !== null && pausedUntil > site.clock.now();
  const preferences = { href: preferencesPath(site, id), label: words.say('actions.preferences') };
  return [isPaused ? 'welcome_paused' : 'welcome', { values, actions: [toArchive(words), preferences] }];
}

async function sendAnew(site: Site, reply: FastifyReply, guest: Guest): Promise<FastifyReply> {
  const { claim, words } = guest;
  const evidence = { origin: 'site', wording: anewWording(guest), now: site.clock.now() };
  const onItsWay = await confirmAnew(site.db, claim.id, evidence, site.enqueue);
  return onItsWay
    ? tell(site, reply, words, 'anew_sent', { actions: [toArchive(words)] })
    : tell(site, reply, words, 'anew_failed', { actions: [toSignUp(words)] });
}

/** None where everything is chosen: then there is nothing to list. */
function chosenTitles({ sections }: NewsletterConfig, { sections: chosen }: Subscription): string[] {
  return sections.filter(({ id }) => chosen?.includes(id)).map(({ title }) => title);
}
