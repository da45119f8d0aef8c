import type { FastifyInstance, FastifyReply } from 'fastify';
import { erase } from '../../subscribers/subscriber-store.ts';
import { isLost } from '../../subscribers/subscription-links.ts';
import { field } from '../../web/form-fields.ts';
import { sendPage, tell, tellLost, toSignUp } from '../page.ts';
import { wordsFor } from '../page-language.ts';
import { preferencesPath, type Site } from '../site-deps.ts';
import { type Reader, readerOf, type TokenRoute } from './preferences.ts';

/**
 * A person asks to be forgotten. It cannot be taken back, so a box has to be ticked besides the
 * button.
 */
export function eraseMeRoutes(app: FastifyInstance, site: Site): void {
  app.get<TokenRoute>('/preferences/:token/erase', async (request, reply) => {
    const reader = await readerOf(site, request);
    if (isLost(reader)) return tellLost(site, reply, wordsFor(site, request), reader);
    return sendQuestion(site, reply, reader);
  });
  app.post<TokenRoute>('/preferences/:token/erase', async (request, reply) => {
    const reader = await readerOf(site, request);
    if (isLost(reader)) return tellLost(site, reply, wordsFor(site, request), reader);
    if (field(request.body, 'sure') !== 'yes') return sendQuestion(site, reply, reader, true);
    await erase(site.db, reader.subscription.email, site.clock.now());
    return tell(site, reply, reader.words, 'erased', { actions: [toSignUp(reader.words)] });
  });
}

function sendQuestion(
  site: Site,
  reply: FastifyReply,
  { subscription, words }: Reader,
  isUnsure = false,
): FastifyReply {
  const title = words.say('erase.title');
  const view = {
    pageTitle: isUnsure ? words.say('frame.check', { title }) : title,
    email: subscription.email,
    several: site.newsletters.length > 1,
    preferences: preferencesPath(site, subscription),
    wrong: isUnsure,
  };
  return sendPage(site, reply, words, 'erase-me', view, isUnsure ? 422 : 200);
}
