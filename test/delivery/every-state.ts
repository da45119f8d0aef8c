import type { DeliveryState } from '../../src/storage/schema/schema.ts';

const ALL: Record<DeliveryState, true> = {
  waiting: true,
  claimed: true,
  transmitting: true,
  accepted: true,
  rejected: true,
  deferred: true,
  uncertain: true,
  cancelled: true,
};

/** Every state there is: the type makes sure that none is forgotten. */
export const DELIVERY_STATES = Object.keys(ALL) as DeliveryState[];
