import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Subscription } from '../subscribers/subscriber.ts';
import { erase } from '../subscribers/subscriber-store.ts';
import { field } from './fields.ts';
import { BROKEN_LINK, type Notice, SIGN_UP_ACTION, sendNotice } from './notice.ts';
import { subscriptionOf, type TokenRoute } from './preferences.ts';
import { preferencesPath, type Site } from './site-deps.ts';

const ERASED: Notice = {
  kicker: 'Done',
  heading: 'You are erased',
  paragraphs: [
    'Your address, your choices and what you were sent are gone, and so are the links in mails you still have. A mail that was being handed over this very minute may still arrive.',
    'If you ever want to come back, sign up as if for the first time.',
  ],
  actions: [SIGN_UP_ACTION],
};

/** A person asks to be forgotten. It cannot be taken back, so a box has to be ticked besides the button. */
export function eraseMeRoutes(app: FastifyInstance, site: Site): void {
  app.get<TokenRoute>('/preferences/:token/erase', async (request, reply) => {
    const subscription = await subscriptionOf(site, request.params.token);
    if (!subscription) return sendNotice(site.pages, reply, BROKEN_LINK, 404);
    return sendQuestion(site, reply, subscription);
  });
  app.post<TokenRoute>('/preferences/:token/erase', async (request, reply) => {
    const subscription = await subscriptionOf(site, request.params.token);
    if (!subscription) return sendNotice(site.pages, reply, BROKEN_LINK, 404);
    if (field(request.body, 'sure') !== 'yes') return sendQuestion(site, reply, subscription, true);
    await erase(site.db, subscription.email, site.clock.now());
    return sendNotice(site.pages, reply, ERASED);
  });
}

function sendQuestion(
  site: Site,
  reply: FastifyReply,
  { id, email }: Subscription,
  isUnsure = false,
): FastifyReply {
  return site.pages.send(
    reply,
    'erase-me',
    {
      pageTitle: `${isUnsure ? 'Please check · ' : ''}Erase me`,
      email,
      several: site.newsletters.length > 1,
      preferences: preferencesPath(site, id),
      wrong: isUnsure,
    },
    isUnsure ? 422 : 200,
  );
}
