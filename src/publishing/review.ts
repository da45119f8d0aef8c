import type { NewsletterConfig } from '../config/newsletters.ts';
import type { EditionContent } from '../editions/edition.ts';
import type { EditionReason } from '../editions/reason.ts';
import { correctionsOnDesk, type Draft } from '../editions/store/draft-store.ts';
import type { Database, EditionTable } from '../storage/schema/schema.ts';

/** State of a draft, and what will happen if nobody does anything. */
export interface Standing {
  /**
   * `goes` at its moment by itself, `approved` goes for certain, `waits` for an approval, is
   * `held`; what is no draft any more says its state.
   */
  readonly kind: 'goes' | 'approved' | 'waits' | 'held' | Exclude<EditionTable['state'], 'draft'>;
  /** Time it leaves, or would. */
  readonly leavesAt: number;
  /** Its moment has passed, and it has not left. */
  readonly late: boolean;
  /** It was approved once, and changed since: that approval counts no more. */
  readonly changedSinceApproval: boolean;
  /**
   * Nobody may let it go unseen: the newsletter's policy, or a story in it on a sensitive subject.
   */
  readonly needsApproval: 'always' | 'sensitive' | false;
  /**
   * Reason that it is held: somebody holds it, or it waits for approval; undefined when nothing
   * does.
   */
  readonly keptBy: EditionReason | undefined;
}

/** Pure, so that the page, the mail and the schedule never say different things. */
export function standingOf(
  draft: Draft,
  { review }: Pick<NewsletterConfig, 'review'>,
  now: number,
): Standing {
  const leavesAt = leavingAt(draft);
  // No slot lets a correction go by itself: somebody has to stand by it.
  const needsApproval = draft.corrects === null ? approvalFor(review, draft.content) : 'always';
  const approved = isApproved(draft);
  const { kind, keptBy } = stage(draft, needsApproval !== false, approved);
  return {
    kind,
    keptBy,
    leavesAt,
    needsApproval,
    late: leavesAt <= now && ['draft', 'missed', 'skipped'].includes(draft.state),
    changedSinceApproval: draft.approvedRevision !== null && !approved,
  };
}

function stage(
  { state, heldAt, heldBy }: Draft,
  needsApproval: boolean,
  approved: boolean,
): Pick<Standing, 'kind' | 'keptBy'> {
  if (state !== 'draft') return { kind: state, keptBy: undefined };
  if (heldAt !== null) return { kind: 'held', keptBy: { code: 'held', by: heldBy ?? '' } };
  if (approved) return { kind: 'approved', keptBy: undefined };
  return needsApproval
    ? { kind: 'waits', keptBy: { code: 'waits-for-approval' } }
    : { kind: 'goes', keptBy: undefined };
}

/** Its slot, or the moment an editor chose instead. */
export function leavingAt({ slot, sendAt }: Pick<Draft, 'slot' | 'sendAt'>): number {
  return sendAt ?? slot;
}

/** Reports whether the approved revision is the present one. */
export function isApproved({ approvedRevision, revision }: Draft): boolean {
  return approvedRevision === revision;
}

/** Reports whether an edition needs somebody's approval, and why. */
export function approvalFor(
  review: NewsletterConfig['review'],
  content: EditionContent | undefined,
): Standing['needsApproval'] {
  if (review.approval === 'required') return 'always';
  const sensitive = content?.stories.some((story) => story.tags.length > 0) ?? false;
  return review.sensitive === 'required' && sensitive && 'sensitive';
}

/**
 * Corrections that somebody has approved and nobody holds: they have no slot that could pass, and
 * go when they can.
 */
export async function approvedCorrections(db: Database, newsletterId: string): Promise<Draft[]> {
  const all = await correctionsOnDesk(db, newsletterId);
  return all.filter((one) => one.heldAt === null && isApproved(one));
}
