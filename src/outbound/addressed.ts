import { NOBODY } from '../base/public-id.ts';
import type { EmailAddress } from '../base/text/address.ts';
import type { Claim } from '../delivery/engine/claim.ts';
import type { Edition } from '../editions/edition.ts';
import { type Selection, selectAll } from '../editions/selection.ts';

/** Fields of a delivery that address its mail. */
export type Addressed = Pick<
  Claim,
  | 'id'
  | 'publicId'
  | 'kind'
  | 'editionId'
  | 'variantId'
  | 'subscriptionId'
  | 'subscriptionPublicId'
  | 'regards'
  | 'newsletterId'
  | 'email'
  | 'name'
  | 'language'
  | 'createdAt'
>;

/** Reader whose view of an edition is shown. */
export interface Reader
  extends Omit<Addressed, 'kind' | 'editionId' | 'variantId' | 'regards' | 'newsletterId'> {
  readonly selection: Selection;
}

/** Makes a reader who does not exist and reads everything. */
export function sampleReader({ content }: Edition): Reader {
  return {
    id: 0,
    publicId: NOBODY,
    subscriptionId: 0,
    subscriptionPublicId: NOBODY,
    email: 'reader@example.org' as EmailAddress,
    name: '',
    language: null,
    createdAt: 0,
    selection: selectAll(content),
  };
}
