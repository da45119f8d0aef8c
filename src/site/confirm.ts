import type { FastifyInstance, FastifyReply } from 'fastify';
import type { TokenClaim } from '../base/token.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { type ConfirmOutcome, confirm, confirmAnew, confirmable } from '../subscribers/confirm.ts';
import type { Subscription } from '../subscribers/subscriber.ts';
import { subscriptionById } from '../subscribers/subscriber-store.ts';
import {
  ANEW_FAILED,
  ANEW_SENT,
  already,
  anewWording,
  confirmWording,
  expired,
  PAUSED,
  WELCOME,
} from './confirm-words.ts';
import { field } from './fields.ts';
import { BROKEN_LINK, type Notice, sendNotice } from './notice.ts';
import { scheduleInWords } from './schedule-words.ts';
import { preferencesPath, type Site, titleOf } from './site-deps.ts';

interface TokenRoute {
  Params: { token: string };
}

const STATUS: Readonly<Record<ConfirmOutcome, number>> = {
  confirmed: 200,
  already: 200,
  expired: 410,
  unknown: 404,
};

/**
 * The link of the confirmation mail. Looking changes nothing: mail scanners open every link, and would otherwise
 * confirm for people who never asked.
 */
export function confirmRoutes(app: FastifyInstance, site: Site): void {
  app.get<TokenRoute>('/confirm/:token', async (request, reply) => {
    const claim = site.signer.verify('confirm', request.params.token);
    if (!claim) return sendNotice(site.pages, reply, BROKEN_LINK, 404);
    const state = await confirmable(site.db, claim, site.clock.now());
    const subscription = await subscriptionById(site.db, claim.id);
    if (state === 'ready' && subscription) return sendQuestion(site, reply, subscription);
    return sendOutcome(site, reply, state === 'ready' ? 'unknown' : state, subscription);
  });
  app.post<TokenRoute>('/confirm/:token', async (request, reply) => {
    const claim = site.signer.verify('confirm', request.params.token);
    if (!claim) return sendNotice(site.pages, reply, BROKEN_LINK, 404);
    const subscription = await subscriptionById(site.db, claim.id);
    if (field(request.body, 'anew') !== '') return sendAnew(site, reply, claim, subscription);
    const wording = confirmWording(newsletterOf(site, subscription));
    const evidence = { origin: 'site', wording, now: site.clock.now() };
    const outcome = await confirm(site.db, claim, evidence, site.enqueue);
    return sendOutcome(site, reply, outcome, subscription);
  });
}

/** What they are about to say yes to: which newsletter, how often, what of it. */
function sendQuestion(site: Site, reply: FastifyReply, subscription: Subscription): FastifyReply {
  const newsletter = newsletterOf(site, subscription);
  const config = site.newsletters.find((one) => one.id === subscription.newsletterId);
  return site.pages.send(reply, 'confirm', {
    pageTitle: newsletter,
    newsletter,
    when: config ? scheduleInWords(config.schedule, config.time_zone) : '',
    sections: config ? chosenTitles(config, subscription) : [],
    wording: confirmWording(newsletter),
  });
}

function sendOutcome(
  site: Site,
  reply: FastifyReply,
  outcome: ConfirmOutcome,
  subscription: Subscription | undefined,
): FastifyReply {
  const newsletter = newsletterOf(site, subscription);
  if (outcome === 'expired' && subscription?.state === 'pending')
    return site.pages.send(
      reply,
      'confirm-expired',
      { pageTitle: newsletter, newsletter, wording: anewWording(newsletter) },
      STATUS.expired,
    );
  return sendNotice(site.pages, reply, noticeOf(site, outcome, subscription), STATUS[outcome]);
}

async function sendAnew(
  site: Site,
  reply: FastifyReply,
  claim: TokenClaim,
  subscription: Subscription | undefined,
): Promise<FastifyReply> {
  const wording = anewWording(newsletterOf(site, subscription));
  const evidence = { origin: 'site', wording, now: site.clock.now() };
  const onItsWay = await confirmAnew(site.db, claim.id, evidence, site.enqueue);
  return sendNotice(site.pages, reply, onItsWay ? ANEW_SENT : ANEW_FAILED);
}

function noticeOf(site: Site, outcome: ConfirmOutcome, subscription: Subscription | undefined): Notice {
  if (outcome === 'unknown' || !subscription) return BROKEN_LINK;
  if (outcome === 'expired') return expired(`/?newsletter=${subscription.newsletterId}`);
  if (outcome === 'already') return already(site.publisher.name);
  const { pausedUntil, id } = subscription;
  const isPaused = pausedUntil !== null && pausedUntil > site.clock.now();
  const say = isPaused ? PAUSED : WELCOME;
  return say(site.publisher.name, newsletterOf(site, subscription), preferencesPath(site, id));
}

function newsletterOf(site: Site, subscription: Subscription | undefined): string {
  return titleOf(site, subscription?.newsletterId ?? '');
}

/** None where everything is chosen: then there is nothing to list. */
function chosenTitles({ sections }: NewsletterConfig, { sections: chosen }: Subscription): string[] {
  return sections.filter(({ id }) => chosen?.includes(id)).map(({ title }) => title);
}
