import type { FastifyInstance, FastifyReply } from 'fastify';
import { erase } from '../subscribers/subscriber-store.ts';
import { field } from '../web/fields.ts';
import { wordsFor } from './language.ts';
import { sendPage, tell, tellBroken, toSignUp } from './page.ts';
import { type Reader, readerOf, type TokenRoute } from './preferences.ts';
import { preferencesPath, type Site } from './site-deps.ts';

/** A person asks to be forgotten. It cannot be taken back, so a box has to be ticked besides the button. */
export function eraseMeRoutes(app: FastifyInstance, site: Site): void {
  app.get<TokenRoute>('/preferences/:token/erase', async (request, reply) => {
    const reader = await readerOf(site, request);
    return reader ? sendQuestion(site, reply, reader) : tellBroken(site, reply, wordsFor(site, request));
  });
  app.post<TokenRoute>('/preferences/:token/erase', async (request, reply) => {
    const reader = await readerOf(site, request);
    if (!reader) return tellBroken(site, reply, wordsFor(site, request));
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
    preferences: preferencesPath(site, subscription.id),
    wrong: isUnsure,
  };
  return sendPage(site, reply, words, 'erase-me', view, isUnsure ? 422 : 200);
}
