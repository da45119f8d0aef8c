import { caseless, type TokenSigner } from '../base/token.ts';
import { addresseeOf } from '../mail/addressee.ts';
import type { SlotValues } from '../mail/slots.ts';

/** What the personal parts of a mail are made from. */
export interface Personal {
  readonly id: number;
  readonly subscriptionId: number;
  readonly createdAt: number;
  /** As its owner typed it; empty where there is none. */
  readonly name: string;
}

/**
 * A value for every slot, made when they are asked for: a mail has some of the slots, and signing is what merging costs.
 * Tokens never expire and are the same each time, but those of questions: these age.
 */
export function slotValues(signer: TokenSigner, delivery: Personal): SlotValues {
  const lasting = { id: delivery.subscriptionId, issuedAt: 0 };
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
      return signer.sign('view', { id: delivery.id, issuedAt: 0 });
    },
    get addressee() {
      return addresseeOf(delivery.name);
    },
    get confirm() {
      return signer.sign('confirm', { id: delivery.subscriptionId, issuedAt: delivery.createdAt });
    },
    get review() {
      return signer.sign('review', { id: delivery.id, issuedAt: delivery.createdAt });
    },
    get address() {
      return signer.sign('address', { id: delivery.id, issuedAt: delivery.createdAt });
    },
  };
}

/** Without its angle brackets; one for each delivery, and the same on every attempt. */
export function messageId(signer: TokenSigner, deliveryId: number, domain: string): string {
  return `${signer.sign('message-id', { id: deliveryId, issuedAt: 0 })}@${domain}`;
}

/** With a bounce domain, an address of its own for every delivery (VERP), so that a bounce says whose it is. */
export function envelopeSender(
  signer: TokenSigner,
  deliveryId: number,
  address: string,
  bounceDomain: string | undefined,
): string {
  if (!bounceDomain) return address;
  const token = signer.sign('bounce', { id: deliveryId, issuedAt: 0 });
  // Hexadecimal: some servers fold the local part to lower case on the way back.
  return `b+${Buffer.from(token, 'base64url').toString('hex')}@${bounceDomain}`;
}
