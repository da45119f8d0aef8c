import type { Selectable } from 'kysely';
import type { NewsletterConfig } from '../config/newsletters.ts';
import type { EditionContent } from '../editions/edition.ts';
import type { EditionReason } from '../editions/reason.ts';
import { type KeptEdition, toKept } from '../editions/store/kept-edition.ts';
import type { Database, EditionTable } from '../storage/schema/schema.ts';

/**
 * An edition with all that decides whether, and when, it goes to its readers. Moments are UTC
 * milliseconds.
 */
export interface Draft extends KeptEdition {
  readonly revision: number;
  /** Since when it is on the editors' desk, where they alone change it. */
  readonly deskSince: number | null;
  readonly remindedAt: number | null;
  readonly heldAt: number | null;
  readonly heldBy: string | null;
  readonly approvedAt: number | null;
  readonly approvedBy: string | null;
  readonly approvedRevision: number | null;
  readonly sendAt: number | null;
  /** Time of the last composition. */
  readonly composedAt: number;
  /** The edition that this one corrects. */
  readonly corrects: string | null;
}

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

export async function findDraft(db: Database, id: string): Promise<Draft | undefined> {
  const row = await db.selectFrom('editions').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toDraft(row);
}

/**
 * Drafts on the desk of a newsletter, the one that leaves first before the others; corrections have
 * no such way.
 */
export async function draftsOnDesk(db: Database, newsletterId: string): Promise<Draft[]> {
  const rows = await db
    .selectFrom('editions')
    .selectAll()
    .where('newsletter_id', '=', newsletterId)
    .where('state', '=', 'draft')
    .where('desk_since', 'is not', null)
    .where('corrects', 'is', null)
    .orderBy('slot')
    .execute();
  return rows.map(toDraft);
}

/**
 * Corrections that wait for somebody, the oldest first. They are no editions of a slot: the
 * schedule never asks for them.
 */
export async function correctionsOnDesk(db: Database, newsletterId: string): Promise<Draft[]> {
  const rows = await db
    .selectFrom('editions')
    .selectAll()
    .where('newsletter_id', '=', newsletterId)
    .where('corrects', 'is not', null)
    .where('state', '=', 'draft')
    .orderBy('slot')
    .execute();
  return rows.map(toDraft);
}

/**
 * Corrections that somebody has approved and nobody holds: they have no slot that could pass, and
 * go when they can.
 */
export async function approvedCorrections(db: Database, newsletterId: string): Promise<Draft[]> {
  const all = await correctionsOnDesk(db, newsletterId);
  return all.filter((one) => one.heldAt === null && isApproved(one));
}

/** A row of `editions`, with what decides its way. */
export function toDraft(row: Selectable<EditionTable>): Draft {
  return {
    ...toKept(row),
    revision: row.revision,
    deskSince: row.desk_since,
    remindedAt: row.reminded_at,
    heldAt: row.held_at,
    heldBy: row.held_by,
    approvedAt: row.approved_at,
    approvedBy: row.approved_by,
    approvedRevision: row.approved_revision,
    sendAt: row.send_at,
    composedAt: row.composed_at,
    corrects: row.corrects,
  };
}
