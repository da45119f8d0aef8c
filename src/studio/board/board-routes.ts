import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { historyOf } from '../../editing/draft-history.ts';
import { type Edit, editSchema } from '../../editing/edit.ts';
import { editDraft } from '../../editing/edit-draft.ts';
import { type DraftChange, redo, undo } from '../../editing/revisions.ts';
import { findDraft } from '../../editions/store/draft-store.ts';
import { stampOf } from '../../editions/store/edition-stamp.ts';
import type { Editor } from '../../editors/editor.ts';
import { field, numberIn } from '../../web/form-fields.ts';
import { act } from '../auth/acting.ts';
import type { EditionRoute, Studio } from '../studio-deps.ts';
import { pageContext, refuse, sendPage } from '../studio-page.ts';
import { type BoardQuery, boardView, historyView } from './board.ts';
import { answerChange } from './board-answer.ts';
import { articlesRoute, editionTitle } from './board-articles.ts';
import { whyNotLessSensitive } from './subject-guard.ts';

interface BoardRoute extends EditionRoute {
  Querystring: BoardQuery & { readonly stamp?: string };
}

/** Shaping a draft: every edit is one request, and what is shown afterwards is what is kept. */
export function boardRoutes(scope: FastifyInstance, studio: Studio): void {
  const route = (name: string, change: Change) =>
    act<EditionRoute>(scope, studio, `POST /studio/editions/:id/${name}`, {}, (request, reply) =>
      changeBy(studio, request, reply, change),
    );
  const { db, clock, publishing, config } = studio;
  const deps = { ...publishing, subjects: config.subjects };
  route('edits', async (id, asked, body) => {
    const edit = readEdit(body);
    const says = edit && (await whyNotAsked(studio, id, asked.by, edit));
    if (says) return { change: { kind: 'refused', says }, edit };
    return edit && { change: await editDraft(deps, id, edit, asked), edit };
  });
  route('undo', async (id, asked) => ({ change: await undo(db, id, { ...asked, now: clock.now() }) }));
  route('redo', async (id, asked) => ({ change: await redo(db, id, { ...asked, now: clock.now() }) }));
  fragmentRoute(scope, studio);
  historyRoute(scope, studio);
  articlesRoute(scope, studio);
}

/** Undefined where what was asked cannot be read. */
type Change = (
  id: string,
  asked: { readonly seen: number; readonly by: Editor },
  body: unknown,
) => Promise<{ readonly change: DraftChange; readonly edit?: Edit } | undefined>;

/** Returns the reason that an editor may not edit subjects; any editor may make any other edit. */
async function whyNotAsked(
  { db, newsletters }: Studio,
  id: string,
  by: Editor,
  edit: Edit,
): Promise<string | undefined> {
  if (edit.kind !== 'tags') return undefined;
  const draft = await findDraft(db, id);
  const story = draft?.content?.stories.find(({ articleId }) => articleId === edit.story);
  const its = newsletters.filter((newsletter) => newsletter.id === draft?.newsletterId);
  return whyNotLessSensitive(by, its, story?.tags ?? [], edit.rules ? undefined : edit.tags);
}

async function changeBy(
  studio: Studio,
  request: FastifyRequest<EditionRoute>,
  reply: FastifyReply,
  change: Change,
): Promise<FastifyReply> {
  const seen = readSeen(request.body);
  const asked = seen === undefined ? undefined : { seen, by: request.editor };
  const made = asked && (await change(request.params.id, asked, request.body));
  if (!made) return refuseUnread(studio, request, reply);
  return answerChange(studio, request, reply, made.change, made.edit);
}

/** The board alone, or nothing where it is still the one that the browser has: asked every few seconds. */
function fragmentRoute(scope: FastifyInstance, studio: Studio): void {
  scope.get<BoardRoute>('/studio/editions/:id/board', async (request, reply) => {
    const { params, query } = request;
    if (query.stamp && query.stamp === (await stampOf(studio.db, params.id))) return reply.code(204).send();
    const board = await boardView(studio, params.id, query);
    if (!board) return reply.callNotFound();
    const html = studio.pages.fill('board', { ...pageContext(studio, request), board });
    return reply.type('text/html; charset=utf-8').send(html);
  });
}

function historyRoute(scope: FastifyInstance, studio: Studio): void {
  scope.get<EditionRoute>('/studio/editions/:id/history', async (request, reply) => {
    const draft = await findDraft(studio.db, request.params.id);
    if (!draft) return reply.callNotFound();
    const history = await historyOf(studio.db, draft.id);
    return sendPage(studio, request, reply, 'board-history', {
      pageTitle: 'Changes',
      styles: ['board.css'],
      ...editionTitle(studio, draft),
      ...historyView(history, studio.clock.now(), history.entries.length),
    });
  });
}

/** A whole edit stands in the value of a button, or its parts in the fields of a form. */
function readEdit(body: unknown): Edit | undefined {
  const whole = field(body, 'edit');
  const parsed = editSchema.safeParse(whole ? parsedJson(whole) : body);
  return parsed.success ? parsed.data : undefined;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The revision that the page shows. */
function readSeen(body: unknown): number | undefined {
  const text = numberIn(body, 'seen');
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function refuseUnread(
  studio: Studio,
  request: FastifyRequest<EditionRoute>,
  reply: FastifyReply,
): FastifyReply {
  return refuse(studio, request, reply, 400, {
    code: 'UNREADABLE_EDIT',
    heading: 'We couldn’t read that change',
    explanation: 'Nothing was changed. Reload the page and try again.',
    way: { href: `/studio/editions/${request.params.id}`, label: 'Back to the edition' },
  });
}
