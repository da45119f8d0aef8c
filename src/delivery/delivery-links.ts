import { NOBODY } from '../base/public-id.ts';
import type { DeliveryPurpose, TokenSigner } from '../base/token.ts';
import type { Database } from '../storage/schema/schema.ts';
import { type LostLink, oldLimits } from '../subscribers/subscription-links.ts';

/** Finds the id of the delivery that a token was made for: that very one, or none. */
export async function deliveryBehind(
  db: Database,
  signer: TokenSigner,
  purpose: DeliveryPurpose,
  token: string,
): Promise<number | LostLink> {
  const claim = signer.verifyDelivery(purpose, token);
  if (!claim) return behindOldToken(db, signer, purpose, token);
  if (claim.publicId === NOBODY) return 'sample';
  const row = await deliveryRow(db, claim.row);
  return row?.public_id === claim.publicId ? claim.row : 'gone';
}

async function behindOldToken(
  db: Database,
  signer: TokenSigner,
  purpose: DeliveryPurpose,
  token: string,
): Promise<number | LostLink> {
  const claim = signer.verifyOld(purpose, token);
  if (!claim) return 'broken';
  if (claim.row === 0) return 'sample';
  if (claim.row > (await oldLimits(db)).deliveries) return 'outdated';
  const row = await deliveryRow(db, claim.row);
  if (!row || row.public_id === null) return 'gone';
  // Dated tokens have the second in which their delivery was made; another one belongs to another lineage of this database.
  const isAnothers = claim.issuedAt > 0 && Math.floor(row.created_at / 1000) * 1000 !== claim.issuedAt;
  return isAnothers ? 'outdated' : claim.row;
}

function deliveryRow(db: Database, id: number) {
  return db
    .selectFrom('deliveries')
    .select(['public_id', 'created_at'])
    .where('id', '=', id)
    .executeTakeFirst();
}
