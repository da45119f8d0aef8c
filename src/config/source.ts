import { z } from 'zod';
import { group, languageSchema, lineSchema, timeZoneSchema } from './fields.ts';

/** One word or a list of them; read as a list. */
export const wordsSchema = z
  .union([lineSchema.transform((word) => [word]), z.array(lineSchema)], 'a word or a list of words')
  .default([]);
export const websiteSchema = z.url({ protocol: /^https?$/, error: 'an http(s) address' });

const ofEverySource = {
  /** What readers know it by. */
  title: lineSchema.optional(),
  categories: wordsSchema,
  language: languageSchema.or(z.literal('')).default(''),
  /** The clock of its editors, for times that name no zone; that of the first newsletter that uses it where absent. */
  time_zone: timeZoneSchema.optional(),
};

/** A folder or a feed that articles come from. */
export const sourceSchema = z.union(
  [
    group({ ...ofEverySource, folder: lineSchema }),
    group({
      ...ofEverySource,
      feed: websiteSchema,
      /** Private and loopback addresses are refused unless the operator says that this one is meant. */
      allow_private: z.boolean().default(false),
    }),
  ],
  'either "folder: path" or "feed: https://…", with keys that belong to it',
);
