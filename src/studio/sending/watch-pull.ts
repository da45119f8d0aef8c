import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pullStory, reachOf } from '../../delivery/pull.ts';
import { noteAct } from '../../editions/store/act-log.ts';
import { findEdition } from '../../editions/store/edition-store.ts';
import { type KeptEdition, SENT_STATES } from '../../editions/store/kept-edition.ts';
import { wantsJson } from '../../web/accept.ts';
import { act } from '../auth/acting.ts';
import type { Studio } from '../studio-deps.ts';
import { refuse, sendPage } from '../studio-page.ts';
import { count } from '../studio-words.ts';
import { isGoing } from './watch-now.ts';

/** One story of an edition. */
interface StoryRoute {
  Params: { id: string; article: string };
}

/** Taking a story out of an edition that has begun to go out, and off the site. */
export function pullRoutes(scope: FastifyInstance, studio: Studio): void {
  scope.get<StoryRoute>('/studio/editions/:id/pull/:article', async (request, reply) => {
    const edition = await findEdition(studio.db, request.params.id);
    const story = edition && storyOf(edition, request.params.article);
    if (!edition || !story || !SENT_STATES.includes(edition.state)) return reply.callNotFound();
    return sendQuestion(studio, request, reply, edition, story);
  });
  act<StoryRoute>(scope, studio, 'POST /studio/editions/:id/pull/:article', {}, async (request, reply) => {
    const { id, article } = request.params;
    const pulled = await pullStory(studio, {
      editionId: id,
      articleId: Number(article),
      by: request.editor.name,
    });
    if (pulled.pulled) await note(studio, request.editor.name, id, pulled.headline);
    if (pulled.pulled || pulled.held > 0) {
      if (wantsJson(request)) return reply.code(pulled.pulled ? 200 : 409).send(pulled);
      if (pulled.pulled) return reply.redirect(`/studio/editions/${id}#told-${article}`, 303);
    }
    return refuse(studio, request, reply, 409, notPulled(pulled.held));
  });
}

function note({ db, clock }: Studio, by: string, id: string, headline: string): Promise<void> {
  return noteAct(db, id, { at: clock.now(), by, what: { code: 'took-out', headline } });
}

function notPulled(held: number) {
  if (held === 0)
    return {
      code: 'NO_SUCH_STORY',
      heading: 'No such story to take out',
      explanation: 'Nothing was changed. A story can be taken out only once its edition has begun to go out.',
    };
  return {
    code: 'STILL_HELD',
    heading: 'The edition is paused, but the story is not out yet',
    explanation: `A process that does not answer still has ${count(held)} of its mails. None is sent with the story. Take the story out again in a minute and a half, and the edition resumes.`,
  };
}

function storyOf({ content }: KeptEdition, article: string) {
  return content?.stories.find(({ articleId }) => String(articleId) === article);
}

async function sendQuestion(
  studio: Studio,
  request: FastifyRequest,
  reply: FastifyReply,
  edition: KeptEdition,
  { articleId, headline }: { articleId: number; headline: string },
): Promise<FastifyReply> {
  const { got, toCome } = (await reachOf(studio.db, edition.id)).get(articleId) ?? { got: 0, toCome: 0 };
  const going = isGoing(edition);
  const here = `/studio/editions/${edition.id}`;
  return sendPage(studio, request, reply, 'watch-confirm', {
    pageTitle: 'Take a story out',
    styles: ['watch.css'],
    back: here,
    edition: edition.content?.title ?? edition.id,
    heading: going ? `Take “${headline}” out?` : `Take “${headline}” off the site?`,
    says: [
      got === 0
        ? 'Nobody has got it yet.'
        : `${count(got)} already have it and cannot be reached again, but you can send them a correction afterwards.`,
      ...(going
        ? [
            `${count(toCome)} do not have it yet and get the mail without it. Readers for whom it was the only story get no mail.`,
            edition.state === 'paused'
              ? 'The edition stays paused until somebody resumes it.'
              : 'The edition pauses for a moment, then resumes by itself.',
          ]
        : []),
      'It disappears from the archive, the front page, the feeds and the web versions of this edition. That cannot be undone.',
    ],
    action: `${here}/pull/${articleId}`,
    button: going ? 'Take it out' : 'Take it off the site',
    busy: 'Taking it out…',
    keep: 'Leave it in',
    pause: '',
  });
}
