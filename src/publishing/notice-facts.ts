import { addressKey, type EmailAddress } from '../base/address.ts';
import { AppError } from '../base/errors.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import type { EditionContent } from '../editions/edition.ts';
import type { Notice } from '../mail/notice-view.ts';
import type { Database, EditionTable } from '../storage/schema.ts';

/**
 * What a letter to an editor says of a draft, as it stands when the letter is made.
 * @throws AppError NOT_FOUND where there is nothing to tell of.
 */
export async function noticeFacts(
  db: Database,
  newsletter: NewsletterConfig,
  editionId: string,
  to: EmailAddress,
): Promise<Notice> {
  const row = await db.selectFrom('editions').selectAll().where('id', '=', editionId).executeTakeFirst();
  if (!row?.content) throw new AppError('NOT_FOUND', `There is no draft ${editionId} to tell editors of`);
  const content: EditionContent = JSON.parse(row.content);
  return {
    edition: { id: row.id, newsletterId: row.newsletter_id, slot: row.slot, content },
    leavesAt: row.send_at ?? row.slot,
    fate: fateOf(row, newsletter, content),
    heldBy: row.held_by ?? '',
    reason: row.reason ?? '',
    mayApprove: await mayApprove(db, newsletter, to),
  };
}

function fateOf(
  row: Pick<EditionTable, 'held_at' | 'approved_revision'> & { readonly revision: number },
  { review }: NewsletterConfig,
  { stories }: EditionContent,
): Notice['fate'] {
  if (row.held_at !== null) return 'held';
  const isSensitive = stories.some(({ tags }) => tags.length > 0);
  const needsApproval = review.approval === 'required' || (review.sensitive === 'required' && isSensitive);
  return needsApproval && row.approved_revision !== row.revision ? 'waits' : 'goes';
}

/** Whoever reads at an address of the newsletter's file may, and every named editor whose role says so. */
async function mayApprove(db: Database, { review }: NewsletterConfig, to: EmailAddress): Promise<boolean> {
  const key = addressKey(to);
  if (review.notify.some((address) => addressKey(address) === key)) return true;
  const editor = await db
    .selectFrom('editors')
    .select('role')
    .where('email_key', '=', key)
    .executeTakeFirst();
  return editor?.role === 'approve';
}
