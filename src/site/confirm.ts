import type { FastifyInstance } from 'fastify';
import type { TokenClaim } from '../base/token.ts';
import { type ConfirmOutcome, confirm, confirmable } from '../subscribers/confirm.ts';
import { subscriptionById } from '../subscribers/subscriber-store.ts';
import { ARCHIVE_ACTION, BROKEN_LINK, type Notice, SIGN_UP_ACTION, sendNotice } from './notice.ts';
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
    if (state !== 'ready') return sendNotice(site.pages, reply, noticeOf(site, state), STATUS[state]);
    const newsletter = await newsletterOf(site, claim);
    const view = { pageTitle: `Confirm ${newsletter}`, newsletter, wording: confirmWording(newsletter) };
    return site.pages.send(reply, 'confirm', view);
  });
  app.post<TokenRoute>('/confirm/:token', async (request, reply) => {
    const claim = site.signer.verify('confirm', request.params.token);
    if (!claim) return sendNotice(site.pages, reply, BROKEN_LINK, 404);
    const newsletter = await newsletterOf(site, claim);
    const evidence = { origin: 'site', wording: confirmWording(newsletter), now: site.clock.now() };
    const outcome = await confirm(site.db, claim, evidence, site.enqueue);
    const notice = outcome === 'confirmed' ? await welcome(site, claim, newsletter) : noticeOf(site, outcome);
    return sendNotice(site.pages, reply, notice, STATUS[outcome]);
  });
}

function confirmWording(newsletter: string): string {
  return `Yes, this address is mine, and I would like to receive ${newsletter}.`;
}

async function newsletterOf(site: Site, claim: TokenClaim): Promise<string> {
  const subscription = await subscriptionById(site.db, claim.id);
  return titleOf(site, subscription?.newsletterId ?? '');
}

async function welcome(site: Site, claim: TokenClaim, newsletter: string): Promise<Notice> {
  const { pausedUntil = null } = (await subscriptionById(site.db, claim.id)) ?? {};
  const isPaused = pausedUntil !== null && pausedUntil > site.clock.now();
  return {
    kicker: 'Welcome',
    heading: 'You are on the list',
    paragraphs: [
      isPaused
        ? `You have paused all mail from ${site.publisher.name}, and ${newsletter} waits with it. Your preferences are where you end that.`
        : `The next edition of ${newsletter} will come to your inbox. It is good to have you.`,
    ],
    actions: [
      { href: '/archive', label: 'Read past editions' },
      { href: preferencesPath(site, claim.id), label: 'See your preferences' },
    ],
  };
}

function noticeOf(site: Site, outcome: ConfirmOutcome): Notice {
  if (outcome === 'unknown') return BROKEN_LINK;
  if (outcome !== 'expired')
    return {
      kicker: 'All done',
      heading: 'You have already confirmed',
      paragraphs: [
        `Your subscription is active and there is nothing left to do. Every edition from ${site.publisher.name} ends with a link to your preferences and one to leave.`,
      ],
      actions: [ARCHIVE_ACTION],
    };
  return {
    kicker: 'Out of time',
    heading: 'This link is no longer good',
    paragraphs: [
      'A confirmation link works for seven days, and no longer once you have unsubscribed. Sign up again for a fresh one.',
    ],
    actions: [{ ...SIGN_UP_ACTION, label: 'Sign up again' }],
  };
}
