import { z } from 'zod';
import { parseAddress } from '../base/text/address.ts';
import { durationSchema, group } from './config-fields.ts';

const addressSchema = z.string().transform((text, context) => {
  const parsed = parseAddress(text);
  if (parsed.ok) return parsed.address;
  context.addIssue('an address such as desk@example.org');
  return z.NEVER;
});

/** How an edition comes to its readers: by itself, or past somebody's eyes. Lengths of time are milliseconds. */
export const reviewSchema = group({
  /** How long before its slot a draft is on the desk; nothing: it is composed at the slot. */
  before: durationSchema.prefault('0m'),
  /** `automatic`: it goes at the slot unless it is held. `required`: not before somebody approved it. */
  approval: z.enum(['automatic', 'required']).default('automatic'),
  /** The same for an edition with a story on a sensitive subject, whatever `approval` says. */
  sensitive: z.enum(['automatic', 'required']).default('automatic'),
  /** How long before it leaves those who may approve are reminded. */
  remind: durationSchema.prefault('30m'),
  /** Who is told beside the named editors; whoever reads there may approve. */
  notify: z.array(addressSchema).default([]),
});

export type ReviewConfig = Readonly<z.infer<typeof reviewSchema>>;
