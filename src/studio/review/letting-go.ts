import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { nextSlot, wallTime } from '../../composing/schedule.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import { countAudience } from '../../delivery/audience/audience.ts';
import { type Draft, findDraft } from '../../editions/store/draft-store.ts';
import { withContent } from '../../editions/store/kept-edition.ts';
import { type Editor, may } from '../../editors/editor.ts';
import { leavingAt } from '../../publishing/review.ts';
import { countReaders } from '../../subscribers/reader-counts.ts';
import type { EditionRoute, Studio } from '../studio-deps.ts';
import { pageContext } from '../studio-page.ts';
import { moment } from '../studio-words.ts';
import { readersInWords, standingWords } from './standing-words.ts';
import { testsView } from './test-mails.ts';

/** So many readers are counted one by one, with all they chose; of more it is said how many subscribe. */
const COUNTED_READERS = 3000;

/** Short labels of a draft, where its state alone says too little. */
const CHIPS: Readonly<Record<string, string>> = { goes: 'draft', waits: 'waits for approval' };

/**
 * Returns what will become of a draft when nobody does anything, and the choices about it; null
 * once it has left, and while there is nothing in it.
 */
export async function lettingGoView(studio: Studio, editor: Editor, id: string) {
  const draft = await findDraft(studio.db, id);
  const newsletter = studio.newsletters.get(draft?.newsletterId);
  if (!draft || !newsletter || !['draft', 'missed', 'skipped'].includes(draft.state)) return null;
  if (draft.state === 'draft' && !draft.content) return null;
  const readers = draft.content ? await readersOf(studio, draft) : undefined;
  const { standing, open, ...words } = await standingWords(studio, newsletter, draft, readers);
  const isDraft = draft.state === 'draft';
  const tests = draft.content ? await testsView(studio, editor, draft) : null;
  const address = `/studio/editions/${draft.id}`;
  return {
    ...words,
    readers: readers ?? 'nobody',
    kind: standing.kind,
    chip: CHIPS[standing.kind] ?? standing.kind,
    address,
    isDraft,
    revision: draft.revision,
    mayApprove: may(editor, 'approve'),
    canApprove: open && standing.kind !== 'approved' && standing.kind !== 'held',
    canHold: isDraft && standing.kind !== 'held',
    canLetGoOn: standing.kind === 'held',
    canSendNow: isDraft && standing.kind !== 'held' && !standing.late,
    canSkip: isDraft && draft.corrects === null,
    canDiscard:
      isDraft && draft.corrects === null && draft.slot > studio.clock.now() && draft.heldAt === null,
    canUnskip: draft.state === 'skipped' && (draft.content !== undefined || draft.slot > studio.clock.now()),
    approveWords: standing.late || draft.state === 'missed' ? 'Approve and send' : 'Approve',
    schedule: isDraft ? scheduleView(studio, newsletter, draft) : null,
    tests,
    askAgain: askAgain(isDraft, tests?.underway ?? false),
  };
}

/**
 * In how many seconds a page asks again by itself. The board of a draft tells it of decisions, so only the time has to pass;
 * what is no draft has no such board, and nothing but asking shows a test arrive.
 */
function askAgain(isDraft: boolean, testUnderway: boolean): number {
  if (testUnderway) return 2;
  return isDraft ? 60 : 5;
}

export type LettingGo = NonNullable<Awaited<ReturnType<typeof lettingGoView>>>;

/** Another moment than the slot, as the clocks of the newsletter's zone have it. */
function scheduleView(studio: Studio, newsletter: NewsletterConfig, draft: Draft) {
  const zone = newsletter.time_zone;
  const next = nextSlot(newsletter, draft.slot);
  return {
    zone,
    value: wallTime(leavingAt(draft), zone),
    min: wallTime(studio.clock.now(), zone),
    max: next === undefined ? '' : wallTime(next, zone),
    slot: moment(draft.slot, zone, studio.clock.now()),
    moved: draft.sendAt !== null,
  };
}

/** Returns the number of readers that a draft with content would go to now: `3 readers`. */
export async function readersOf({ db, clock }: Studio, draft: Draft): Promise<string> {
  const subscribed = await countReaders(db, draft.newsletterId);
  if (subscribed > COUNTED_READERS) return readersInWords(subscribed, false);
  return readersInWords((await countAudience(db, withContent(draft), clock.now())).prepared, true);
}

/** The bar alone, for a page whose draft has changed. */
export function lettingGoRoute(scope: FastifyInstance, studio: Studio): void {
  scope.get<EditionRoute>('/studio/editions/:id/letting-go', async (request, reply) => {
    const view = await lettingGoView(studio, request.editor, request.params.id);
    return view ? sendBar(studio, request, reply, view) : reply.code(204).send();
  });
}

function sendBar(
  studio: Studio,
  request: FastifyRequest,
  reply: FastifyReply,
  view: LettingGo,
): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .send(studio.pages.fill('letting-go', { ...pageContext(studio, request), lettingGo: view }));
}
