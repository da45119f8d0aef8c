import { caseless, type TokenSigner } from '../base/token.ts';
import type { SlotValues } from '../mail/mail-slots.ts';
import { addresseeOf } from '../mail/mime/addressee.ts';

/** Input for the personal parts of a mail. */
export interface Personal {
  /** The delivery's row. */
  readonly id: number;
  readonly publicId: string;
  readonly subscriptionPublicId: string;
  readonly createdAt: number;
  /** Name as its owner typed it; empty where there is none. */
  readonly name: string;
}

/**
 * Returns a value for every slot, made when it is asked for: a mail has some of the slots, and
 * signing is what merging costs. Tokens never expire and are the same each time, but those of
 * questions: these age.
 */
export function slotValues(signer: TokenSigner, delivery: Personal): SlotValues {
  const lasting = { publicId: delivery.subscriptionPublicId, issuedAt: 0 };
  const itself = { publicId: delivery.publicId, row: delivery.id };
  let kept: string | undefined;
  const unsubscribe = () => {
    kept ??= signer.sign('unsubscribe', lasting);
    return kept;
  };
  return {
    get unsubscribe() {
      return unsubscribe();
    },
    get leave() {
      return caseless(unsubscribe());
    },
    get preferences() {
      return signer.sign('preferences', lasting);
    },
    get view() {
      return signer.signDelivery('view', itself);
    },
    get addressee() {
      return addresseeOf(delivery.name);
    },
    get confirm() {
      return signer.sign('confirm', { ...lasting, issuedAt: delivery.createdAt });
    },
    get review() {
      return signer.signDelivery('review', itself);
    },
    get address() {
      return signer.signDelivery('address', itself);
    },
  };
}

/** A delivery, as the world outside may know it. */
type Identified = Pick<Personal, 'id' | 'publicId'>;

/**
 * Makes a Message-ID without its angle brackets; one for each delivery, and the same on every
 * attempt.
 */
export function messageId(signer: TokenSigner, { id, publicId }: Identified, domain: string): string {
  return `${signer.signDelivery('message-id', { publicId, row: id })}@${domain}`;
}

/**
 * With a bounce domain, an address of its own for every delivery (VERP), so that a bounce says
 * whose it is.
 */
export function envelopeSender(
  signer: TokenSigner,
  { id, publicId }: Identified,
  address: string,
  bounceDomain: string | undefined,
): string {
  if (!bounceDomain) return address;
  const token = signer.signDelivery('bounce', { publicId, row: id });
  // Hexadecimal: some servers fold the local part to lower case on the way back.
  return `b+${Buffer.from(token, 'base64url').toString('hex')}@${bounceDomain}`;
}
