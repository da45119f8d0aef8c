import { z } from 'zod';
import { parseAddress } from '../base/text/address.ts';
import { durationSchema, group } from './config-fields.ts';

const addressSchema = z.string().transform((text, context) => {
  const parsed = parseAddress(text);
  if (parsed.ok) return parsed.address;
  context.addIssue('an address such as desk@example.org');
  return z.NEVER;
});

/**
 * Review settings of an edition: sent automatically, or after somebody looked at it. Durations are
 * milliseconds.
 */
export const reviewSchema = group({
  /** Time before its slot at which a draft comes to the desk; zero: it is composed at the slot. */
  before: durationSchema.prefault('0m'),
  /**
   * `automatic`: it goes at the slot unless it is held. `required`: not before somebody approved
   * it.
   */
  approval: z.enum(['automatic', 'required']).default('automatic'),
  /** The same for an edition with a story on a sensitive subject, whatever `approval` says. */
  sensitive: z.enum(['automatic', 'required']).default('automatic'),
  /** Time before it leaves at which people who may approve are reminded. */
  remind: durationSchema.prefault('30m'),
  /** Addresses notified beside the named editors; anybody who reads there may approve. */
  notify: z.array(addressSchema).default([]),
});

export type ReviewConfig = Readonly<z.infer<typeof reviewSchema>>;
