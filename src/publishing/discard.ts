import { nextSlot } from '../composing/schedule.ts';
import { type Act, done, type NotDone, refused } from '../editions/act.ts';
import { noteAct } from '../editions/store/act-log.ts';
import { emptyDraft } from '../editions/store/draft-decisions.ts';
import { type Draft, findDraft } from '../editions/store/draft-store.ts';
import type { PublishingDeps } from './publishing-deps.ts';
import { isApproved } from './review.ts';

interface Discarding {
  readonly by: string;
  /** The revision they looked at. */
  readonly revision: number;
  /** Without the role “approve” nobody takes an approval away. */
  readonly mayApprove: boolean;
}

/**
 * Discards a draft of a slot to come: the slot has none again, and its edition is built at its time
 * as if nobody had asked for it. What was made of the draft is gone; what was decided beyond it,
 * such as subjects and merged stories, stays.
 */
export async function discardDraft(deps: PublishingDeps, id: string, asked: Discarding): Promise<Act> {
  const { db, clock, log } = deps;
  const draft = await findDraft(db, id);
  if (!draft) return refused({ code: 'no-edition' });
  const unable = whyNot(deps, draft, asked);
  if (unable) return refused(unable);
  const now = clock.now();
  const isDone = await db.transaction().execute(async (trx) => {
    if (!(await emptyDraft(trx, draft, now))) return false;
    await noteAct(trx, id, { at: now, by: asked.by, what: { code: 'discarded' } });
    return true;
  });
  if (!isDone) return refused({ code: 'changed-meanwhile' });
  log.warn({ edition: id, by: asked.by }, 'A draft was discarded');
  return done({ code: 'discarded' });
}

function whyNot(
  { newsletters, clock }: PublishingDeps,
  draft: Draft,
  { revision, mayApprove }: Discarding,
): NotDone | undefined {
  const newsletter = newsletters.get(draft.newsletterId);
  if (draft.state !== 'draft' || draft.corrects !== null || draft.deskSince === null || !newsletter)
    return { code: 'no-draft-to-discard' };
  if (draft.slot <= clock.now()) return { code: 'slot-is-over' };
  if (nextSlot(newsletter, draft.slot - 1) !== draft.slot) return { code: 'slot-is-gone' };
  if (draft.heldAt !== null) return { code: 'held-by-beside', by: draft.heldBy ?? '' };
  if (draft.revision !== revision) return { code: 'changed-since' };
  if (isApproved(draft) && !mayApprove) return { code: 'approved-by', by: draft.approvedBy ?? '' };
  return undefined;
}
