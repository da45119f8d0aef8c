import { AppError } from '../base/errors.ts';
import { addressKey, type EmailAddress } from '../base/text/address.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { type EditionContent, readEditionId } from '../editions/edition.ts';
import { type Draft, findDraft } from '../editions/store/draft-store.ts';
import { withContent } from '../editions/store/kept-edition.ts';
import { laterHasLeft } from '../editions/store/sent-editions.ts';
import { reasonInWords } from '../editions/words/reason-words.ts';
import type { Notice } from '../mail/views/notice-view.ts';
import type { Database } from '../storage/schema/schema.ts';
import { recipientsOf } from './notices.ts';
import { type Standing, standingOf } from './review.ts';

/**
 * Returns the facts about a draft for a letter to an editor, as of the time the letter is made.
 * @throws AppError NOT_FOUND where there is nothing to tell of.
 */
export async function noticeFacts(
  db: Database,
  newsletter: NewsletterConfig,
  { editionId, to, now }: { readonly editionId: string; readonly to: EmailAddress; readonly now: number },
): Promise<Notice> {
  const draft = await findDraft(db, editionId);
  if (!draft || (!draft.content && draft.state !== 'missed'))
    throw new AppError('NOT_FOUND', `There is no draft ${editionId} to tell editors of`);
  const gone = await whyGone(db, draft);
  const { kind, leavesAt } = standingOf(draft, newsletter, now);
  const corrected = draft.content?.corrects ?? readEditionId(draft.corrects ?? '')?.slot;
  const recipients = await recipientsOf(db, newsletter);
  const reader = recipients.find(({ email }) => addressKey(email) === addressKey(to));
  return {
    edition: withContent({ ...draft, content: draft.content ?? nothingIn(newsletter) }, now),
    ...{ leavesAt, toldAt: now },
    fate: fateOf(kind),
    ...(gone ? { gone } : {}),
    ...(corrected === undefined ? {} : { corrects: corrected }),
    heldBy: draft.heldBy ?? '',
    reason: reasonInWords(draft.reason),
    mayApprove: reader?.role === 'approve',
  };
}

/**
 * A slot that passed while nothing was running has no draft; one that a later edition overtook
 * would be old news.
 */
async function whyGone(db: Database, draft: Draft): Promise<Notice['gone']> {
  if (draft.state !== 'missed') return undefined;
  if (!draft.content) return 'nothing';
  return (await laterHasLeft(db, draft)) ? 'overtaken' : undefined;
}

function nothingIn({ title, language }: NewsletterConfig): EditionContent {
  return { title, language, sections: [], stories: [] };
}

/**
 * Returns the outcome if nobody does anything; an edition that is no longer a draft goes nowhere by
 * itself.
 */
function fateOf(kind: Standing['kind']): Notice['fate'] {
  return kind === 'goes' || kind === 'approved' || kind === 'held' ? kind : 'waits';
}
