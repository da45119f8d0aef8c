import { addressKey, type EmailAddress } from '../base/address.ts';
import { AppError } from '../base/errors.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { withContent } from '../editions/edition-store.ts';
import type { Notice } from '../mail/notice-view.ts';
import type { Database } from '../storage/schema.ts';
import { recipientsOf } from './notices.ts';
import { findDraft, type Standing, standingOf } from './review.ts';

/**
 * What a letter to an editor says of a draft, as it stands when the letter is made.
 * @throws AppError NOT_FOUND where there is nothing to tell of.
 */
export async function noticeFacts(
  db: Database,
  newsletter: NewsletterConfig,
  { editionId, to, now }: { readonly editionId: string; readonly to: EmailAddress; readonly now: number },
): Promise<Notice> {
  const draft = await findDraft(db, editionId);
  if (!draft?.content) throw new AppError('NOT_FOUND', `There is no draft ${editionId} to tell editors of`);
  const { kind, leavesAt } = standingOf(draft, newsletter, now);
  const recipients = await recipientsOf(db, newsletter);
  const reader = recipients.find(({ email }) => addressKey(email) === addressKey(to));
  return {
    edition: withContent(draft),
    leavesAt,
    fate: fateOf(kind),
    heldBy: draft.heldBy ?? '',
    reason: draft.reason ?? '',
    mayApprove: reader?.role === 'approve',
  };
}

/** What is no draft any more goes nowhere by itself. */
function fateOf(kind: Standing['kind']): Notice['fate'] {
  return kind === 'goes' || kind === 'approved' || kind === 'held' ? kind : 'waits';
}
