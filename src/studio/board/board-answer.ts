import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Edit, LineKind } from '../../editing/edit.ts';
import type { DraftChange } from '../../editing/revisions.ts';
import type { EditionContent } from '../../editions/edition.ts';
import { revisionWords } from '../../editions/words/revision-words.ts';
import { wantsJson } from '../../web/accept.ts';
import { numberIn } from '../../web/form-fields.ts';
import type { EditionRoute, Studio } from '../studio-deps.ts';
import { pageContext, sendPage } from '../studio-page.ts';
import { distance, stateInWords } from '../studio-words.ts';
import { boardView } from './board.ts';
import { FIELDS } from './board-lines.ts';

type Change<Kind extends DraftChange['kind']> = Extract<DraftChange, { kind: Kind }>;

const LABELS: Readonly<Record<LineKind | 'headline' | 'standfirst' | 'alt', string>> = {
  headline: 'Headline',
  standfirst: 'Standfirst',
  alt: 'Alt text',
  subject: FIELDS.subject.label,
  preheader: FIELDS.preheader.label,
  intro: FIELDS.intro.label,
  signoff: FIELDS.signoff.label,
};
const STATUS = { saved: 200, conflict: 409, refused: 422, closed: 410 } as const;

/**
 * Answers an edit: for a script with data and the board as it is now; for a browser with the page
 * again, or one that says why nothing was changed and what can be done about it.
 */
export async function answerChange(
  studio: Studio,
  request: FastifyRequest<EditionRoute>,
  reply: FastifyReply,
  change: DraftChange,
  edit?: Edit,
): Promise<FastifyReply> {
  const { id } = request.params;
  const home = `/studio/editions/${id}`;
  if (change.kind === 'closed' && change.state === undefined) {
    reply.callNotFound();
    return reply;
  }
  if (wantsJson(request)) return sendData(studio, request, reply, change, edit);
  if (change.kind === 'saved') return reply.redirect(`${home}${backTo(request, edit)}`, 303);
  const view = {
    home,
    ...answerView(studio, change, edit),
    wrote: wroteView(edit),
    mayMend: change.kind === 'refused' && edit !== undefined && 'text' in edit,
    seen: numberIn(request.body, 'seen'),
    open: openOf(request),
  };
  return sendPage(
    studio,
    request,
    reply,
    'board-answer',
    { pageTitle: view.heading, ...view },
    STATUS[change.kind],
  );
}

async function sendData(
  studio: Studio,
  request: FastifyRequest<EditionRoute>,
  reply: FastifyReply,
  change: DraftChange,
  edit: Edit | undefined,
): Promise<FastifyReply> {
  const { id } = request.params;
  const board = await boardView(studio, id, { open: openOf(request) });
  const context = pageContext(studio, request);
  const says = change.kind === 'saved' ? revisionWords(change.what) : answerView(studio, change, edit).says;
  return reply.code(STATUS[change.kind]).send({
    kind: change.kind,
    says,
    revision: board?.revision ?? null,
    // Somebody may have gone on since: what was written over is this one.
    kept: change.kind === 'saved' ? change.revision : null,
    board: board && studio.pages.fill('board', { ...context, board }),
    ...(change.kind === 'conflict' && {
      conflict: studio.pages.fill('board-conflict', {
        ...context,
        home: `/studio/editions/${id}`,
        ...answerView(studio, change, edit),
      }),
    }),
  });
}

/** The words that an edit would have written, as a form asks for them again; null for an edit without words. */
function wroteView(edit: Edit | undefined) {
  if (!edit || !('text' in edit)) return null;
  const { kind, text } = edit;
  return { kind, text, story: 'story' in edit ? edit.story : '', label: LABELS[kind] };
}

/** The panel that was open stays open, and the page is where the story is. */
function backTo(request: FastifyRequest, edit: Edit | undefined): string {
  const open = openOf(request);
  const story = edit && 'story' in edit && edit.kind !== 'drop' ? `#story-${edit.story}` : '#board';
  return `${open ? `?open=${open}` : ''}${story}`;
}

function openOf({ body }: FastifyRequest): string {
  const open = numberIn(body, 'open');
  return /^[1-9]\d{0,15}$/.test(open) ? open : '';
}

function answerView(studio: Studio, change: Exclude<DraftChange, Change<'saved'>>, edit: Edit | undefined) {
  if (change.kind === 'conflict') return conflictView(studio, change, edit);
  const none = { mine: '', theirs: '', keep: '', revision: 0 };
  if (change.kind === 'refused') return { ...none, heading: 'Not changed', says: change.says };
  const { state = 'draft' } = change;
  return {
    ...none,
    heading: 'No longer a draft',
    says: `Nothing was changed: the edition ${state === 'draft' ? 'has nothing to edit' : `is ${stateInWords(state)}`}, and only drafts can be edited.`,
  };
}

function conflictView(studio: Studio, change: Change<'conflict'>, edit: Edit | undefined) {
  const when = distance(change.at, studio.clock.now());
  const theirs = edit && currentText(change.content, edit);
  const who = change.by || 'Composition';
  return {
    heading: `${who} changed this first`,
    says:
      theirs === undefined
        ? `${who} changed this ${when}: ${revisionWords(change.what)}. Your change was not made.`
        : `${who} changed this to ${theirs === '' ? 'nothing' : `“${theirs}”`} ${when}.`,
    // The same edit, meant by somebody who has seen what is there now.
    mine: edit ? JSON.stringify(edit) : '',
    keep: change.by ? `Keep ${change.by}’s` : 'Keep it as it is',
    revision: change.revision,
  };
}

/**
 * Returns the present text in the place that an edit would write to; undefined for an edit without
 * text.
 */
function currentText(content: EditionContent, edit: Edit): string | undefined {
  switch (edit.kind) {
    case 'headline':
    case 'standfirst':
      return content.stories.find(({ articleId }) => articleId === edit.story)?.[edit.kind];
    case 'alt':
      return content.stories.find(({ articleId }) => articleId === edit.story)?.picture?.alt;
    case 'subject':
    case 'preheader':
    case 'intro':
    case 'signoff':
      return content[edit.kind]?.text ?? '';
    default:
      return undefined;
  }
}
