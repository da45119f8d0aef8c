import type { FastifyInstance, FastifyReply } from 'fastify';
import { normaliseSections, type Subscription, type SubscriptionState } from '../subscribers/subscriber.ts';
import { chooseSections, subscriptionById } from '../subscribers/subscriber-store.ts';
import { fields } from './fields.ts';
import { BROKEN_LINK, sendNotice } from './notice.ts';
import { scheduleInWords } from './schedule-words.ts';
import { type Site, titleOf } from './site-deps.ts';

interface TokenRoute {
  Params: { token: string };
}

const STATE_WORDS: Readonly<Record<SubscriptionState, string>> = {
  active: 'Your subscription is active.',
  pending: 'Your subscription waits for you to confirm it: open the message we sent you.',
  unsubscribed: 'You are not subscribed, and nothing is sent to you.',
};

/** What a reader has chosen, to see and to change. */
export function preferencesRoutes(app: FastifyInstance, site: Site): void {
  app.get<TokenRoute>('/preferences/:token', async (request, reply) => {
    const subscription = await subscriptionOf(site, request.params.token);
    if (!subscription) return sendNotice(site.pages, reply, BROKEN_LINK, 404);
    return sendPreferences(site, reply, subscription, {});
  });
  app.post<TokenRoute>('/preferences/:token', async (request, reply) => {
    const subscription = await subscriptionOf(site, request.params.token);
    if (!subscription) return sendNotice(site.pages, reply, BROKEN_LINK, 404);
    if (subscription.state === 'unsubscribed') return sendPreferences(site, reply, subscription, {}, 409);
    const known = sectionsOf(site, subscription).map((section) => section.id);
    const chosen = known.filter((id) => fields(request.body, 'section').includes(id));
    // Stored, "none" would mean "all", and that is not what somebody who unticks everything wants.
    if (chosen.length === 0) {
      const problem = 'Please leave at least one section ticked. To stop the mails, unsubscribe below.';
      return sendPreferences(site, reply, { ...subscription, sections: [] }, { problem }, 422);
    }
    const sections = normaliseSections(chosen, known);
    await chooseSections(site.db, subscription.id, sections);
    return sendPreferences(site, reply, { ...subscription, sections }, { saved: true });
  });
}

async function subscriptionOf(site: Site, token: string): Promise<Subscription | undefined> {
  const claim = site.signer.verify('preferences', token);
  return claim && subscriptionById(site.db, claim.id);
}

function sendPreferences(
  site: Site,
  reply: FastifyReply,
  subscription: Subscription,
  said: { saved?: boolean; problem?: string },
  status = 200,
): FastifyReply {
  const newsletter = site.newsletters.find((one) => one.id === subscription.newsletterId);
  const title = titleOf(site, subscription.newsletterId);
  const chosen = subscription.sections;
  return site.pages.send(
    reply,
    'preferences',
    {
      pageTitle: `Your ${title}`,
      newsletter: title,
      newsletterId: subscription.newsletterId,
      when: newsletter ? scheduleInWords(newsletter.schedule, newsletter.time_zone) : '',
      email: subscription.email,
      state: STATE_WORDS[subscription.state],
      unsubscribed: subscription.state === 'unsubscribed',
      sections: sectionsOf(site, subscription).map((section) => ({
        ...section,
        ticked: chosen === null || chosen.includes(section.id),
      })),
      saved: said.saved ?? false,
      problem: said.problem ?? '',
      unsubscribe: `/u/${site.signer.sign('unsubscribe', { id: subscription.id, issuedAt: 0 })}`,
    },
    status,
  );
}

function sectionsOf(site: Site, subscription: Subscription): readonly { id: string; title: string }[] {
  const newsletter = site.newsletters.find((one) => one.id === subscription.newsletterId);
  return (newsletter?.sections ?? []).map(({ id, title }) => ({ id, title }));
}
