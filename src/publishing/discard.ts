import { noteAct } from '../editions/act-log.ts';
import { replaceStories } from '../editions/edition-store.ts';
import { type Act, done, type PublishingDeps, refused } from './publishing-deps.ts';
import { type Draft, findDraft, isApproved } from './review.ts';
import { nextSlot } from './schedule.ts';

interface Discarding {
  readonly by: string;
  /** The revision they looked at. */
  readonly revision: number;
  /** Without the role “approve” nobody takes an approval away. */
  readonly mayApprove: boolean;
}

/**
 * Discards a draft of a slot to come: the slot has none again, and its edition is built at its time as if nobody had asked
 * for it. What was made of the draft is gone; what was decided beyond it, such as subjects and merged stories, stays.
 */
export async function discardDraft(deps: PublishingDeps, id: string, asked: Discarding): Promise<Act> {
  const { db, clock, log } = deps;
  const draft = await findDraft(db, id);
  const unable = draft ? whyNot(deps, draft, asked) : 'There is no such edition';
  if (!draft || unable !== undefined) return refused(unable ?? '');
  const now = clock.now();
  const isDone = await db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('editions')
      .set({
        // Its number goes on: a page that still shows the old draft must not approve the next one.
        ...{ state: 'empty', content: null, reason: null, revision: draft.revision + 1, composed_at: now },
        ...{ desk_since: null, reminded_at: null, send_at: null },
        ...{ approved_at: null, approved_by: null, approved_revision: null },
      })
      .where('id', '=', id)
      .where('state', '=', 'draft')
      .where('revision', '=', draft.revision)
      .where('held_at', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await trx.deleteFrom('edition_revisions').where('edition_id', '=', id).execute();
    await replaceStories(trx, id, undefined);
    await noteAct(trx, id, { at: now, by: asked.by, what: 'Discarded the draft: it is built at its time' });
    return true;
  });
  if (!isDone) return refused('It changed at this very moment. Look at it again first');
  log.warn({ edition: id, by: asked.by }, 'A draft was discarded');
  return done('The draft is discarded: the edition is built at its time');
}

function whyNot(
  { newsletters, clock }: PublishingDeps,
  draft: Draft,
  { revision, mayApprove }: Discarding,
): string | undefined {
  const newsletter = newsletters.find(({ id }) => id === draft.newsletterId);
  if (draft.state !== 'draft' || draft.corrects !== null || draft.deskSince === null || !newsletter)
    return 'Only a draft of the newsletter itself, on the desk, can be discarded';
  if (draft.slot <= clock.now())
    return 'Its slot has passed, so it would not be built again. Skip it instead';
  if (nextSlot(newsletter, draft.slot - 1) !== draft.slot)
    return 'The schedule has no such moment any more, so it would not be built again. Skip it instead';
  if (draft.heldAt !== null)
    return `It is held by ${draft.heldBy}, and what is built at its time would not be. Release the hold first`;
  if (draft.revision !== revision) return 'It was changed since you looked. Look at it again first';
  if (isApproved(draft) && !mayApprove)
    return `${draft.approvedBy} has approved it: to discard it takes the role “approve”`;
  return undefined;
}
