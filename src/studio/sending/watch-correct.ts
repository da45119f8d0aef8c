import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { oneLine } from '../../base/text/one-line.ts';
import { whoGot } from '../../delivery/audience/corrected.ts';
import type { EditionStory } from '../../editions/edition.ts';
import { bitOf, NOTHING } from '../../editions/selection.ts';
import { findEdition } from '../../editions/store/edition-store.ts';
import { type KeptEdition, SENT_STATES } from '../../editions/store/kept-edition.ts';
import { pulledIn } from '../../editions/store/pulled.ts';
import { mailLinks } from '../../outbound/site-links.ts';
import {
  type CorrectionMade,
  correctionOf,
  MOST_CORRECTION,
  nobodyGot,
} from '../../publishing/corrections/correct.ts';
import { wantsJson } from '../../web/accept.ts';
import { act } from '../auth/acting.ts';
import type { EditionRoute, Studio } from '../studio-deps.ts';
import { refuse, sendPage } from '../studio-page.ts';
import { count, moment } from '../studio-words.ts';

interface CorrectRoute extends EditionRoute {
  Querystring: { story?: string };
  Body: Readonly<Record<string, unknown>>;
}

/** Text that an editor put into the form. */
interface Written {
  readonly text: string;
  readonly subject: string;
  /** Below the words stands the story as it is right. */
  readonly retell: boolean;
  readonly headline: string;
  readonly standfirst: string;
}

/** Setting right what went out: the draft of a correction, to exactly those who got it. */
export function correctRoutes(scope: FastifyInstance, studio: Studio): void {
  scope.get<CorrectRoute>('/studio/editions/:id/correct', async (request, reply) => {
    const edition = await sentEdition(studio, request.params.id);
    if (!edition) return reply.callNotFound();
    const story = storyOf(edition, request.query.story);
    return sendForm(studio, request, reply, {
      edition,
      story,
      written: await asTold(studio, edition, story),
    });
  });
  act<CorrectRoute>(scope, studio, 'POST /studio/editions/:id/correct', {}, async (request, reply) => {
    const edition = await sentEdition(studio, request.params.id);
    if (!edition) return reply.callNotFound();
    const story = storyOf(edition, request.query.story);
    const written = writtenIn(request.body);
    const made = await correctionOf(
      { ...studio, links: mailLinks(studio.publicUrl) },
      {
        editionId: edition.id,
        articleId: story?.articleId ?? null,
        text: written.text,
        subject: written.subject,
        ...(story && written.retell ? { story: written } : {}),
      },
    );
    if (made.ok && wantsJson(request)) return reply.send(made);
    if (made.ok) return reply.redirect(`/studio/editions/${made.id}`, 303);
    if (wantsJson(request)) return refuse(studio, request, reply, 422, problemOf(made.says));
    return sendForm(studio, request, reply, { edition, story, written, wrong: made });
  });
}

function problemOf(explanation: string) {
  return { code: 'CORRECTION_REFUSED', heading: 'No correction was created', explanation };
}

async function sentEdition({ db }: Studio, id: string): Promise<KeptEdition | undefined> {
  const edition = await findEdition(db, id);
  return edition && SENT_STATES.includes(edition.state) ? edition : undefined;
}

function storyOf({ content }: KeptEdition, asked: string | undefined): EditionStory | undefined {
  return content?.stories.find(({ articleId }) => String(articleId) === asked);
}

/**
 * Returns the story as it was told, for a correction. A pulled story is not told again unless
 * somebody wants it.
 */
async function asTold(
  { db }: Studio,
  { id }: KeptEdition,
  story: EditionStory | undefined,
): Promise<Written> {
  const { headline = '', standfirst = '' } = story ?? {};
  const gone = (await pulledIn(db, [id])).get(id) ?? NOTHING;
  const retell = story !== undefined && (gone & bitOf(story)) === NOTHING;
  return { text: '', subject: '', retell, headline, standfirst };
}

function writtenIn(body: CorrectRoute['Body']): Written {
  const text = (name: string) => (typeof body[name] === 'string' ? body[name] : '').replaceAll('\r\n', '\n');
  return {
    text: text('text'),
    subject: text('subject'),
    retell: text('retell') === 'yes',
    headline: oneLine(text('headline')),
    standfirst: text('standfirst').trim(),
  };
}

interface Form {
  readonly edition: KeptEdition;
  readonly story: EditionStory | undefined;
  readonly written: Written;
  readonly wrong?: Extract<CorrectionMade, { ok: false }>;
}

async function sendForm(
  studio: Studio,
  request: FastifyRequest,
  reply: FastifyReply,
  { edition, story, written, wrong }: Form,
): Promise<FastifyReply> {
  const here = `/studio/editions/${edition.id}`;
  const articleId = story?.articleId ?? null;
  const heading = story ? `Correct “${story.headline}”` : 'Correct the whole edition';
  const values = {
    pageTitle: 'A correction',
    styles: ['watch.css'],
    back: here,
    edition: edition.content?.title ?? edition.id,
    heading,
    reach: count(await whoGot(studio.db, edition.id, articleId)),
    nobody: await nobodyView(studio, edition, articleId),
    action: `${here}/correct${story ? `?story=${story.articleId}` : ''}`,
    story: story !== undefined,
    most: MOST_CORRECTION,
    written,
    wrong: wrong ? (wrong.faults ?? { text: wrong.says }) : {},
  };
  return sendPage(studio, request, reply, 'correct', values, wrong ? 422 : 200);
}

/** That there is nobody to write to, and which edition told the same story to somebody. */
async function nobodyView(
  { db, newsletters, clock }: Studio,
  edition: KeptEdition,
  articleId: number | null,
) {
  const nobody = await nobodyGot(db, edition, articleId);
  if (!nobody) return null;
  const { says, told } = nobody;
  const zone = newsletters.get(edition.newsletterId)?.time_zone ?? 'UTC';
  const earlier = told && {
    href: `/studio/editions/${told.editionId}/correct?story=${told.articleId}`,
    moment: moment(told.slot, zone, clock.now()),
  };
  return { says, earlier: earlier ?? null };
}
