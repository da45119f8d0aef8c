import { newPublicId } from '../../src/base/public-id.ts';
import type { DeliveryPurpose, TokenPurpose, TokenSigner } from '../../src/base/token.ts';
import type { Database } from '../../src/storage/schema/schema.ts';

const FOR_DELIVERIES: readonly TokenPurpose[] = ['address', 'view', 'bounce', 'message-id', 'review'];

/** The token that a mail holds for the subscription or delivery in this row; for a row that is not there, one of a stranger. */
export async function tokenFor(
  { db, signer }: { readonly db: Database; readonly signer: TokenSigner },
  purpose: TokenPurpose,
  row: number,
  issuedAt = 0,
): Promise<string> {
  const table = isForDelivery(purpose) ? 'deliveries' : 'subscriptions';
  const found = await db.selectFrom(table).select('public_id').where('id', '=', row).executeTakeFirst();
  const publicId = found?.public_id ?? newPublicId();
  return isForDelivery(purpose)
    ? signer.signDelivery(purpose, { publicId, row })
    : signer.sign(purpose, { publicId, issuedAt });
}

function isForDelivery(purpose: TokenPurpose): purpose is DeliveryPurpose {
  return FOR_DELIVERIES.includes(purpose);
}
