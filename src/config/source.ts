import { z } from 'zod';
import { group, languageSchema, lineSchema, timeZoneSchema } from './config-fields.ts';

/** One word or a list of them; read as a list. */
export const wordsSchema = z
  .union([lineSchema.transform((word) => [word]), z.array(lineSchema)], 'a word or a list of words')
  .default([]);
export const websiteSchema = z.url({ protocol: /^https?$/, error: 'an http(s) address' });

const ofEverySource = {
  /** Name that readers know the source by. */
  title: lineSchema.optional(),
  categories: wordsSchema,
  language: languageSchema.or(z.literal('')).default(''),
  /**
   * The clock of its editors, for times that name no zone; where absent that of each newsletter
   * that uses it (`time_zones`).
   */
  time_zone: timeZoneSchema.optional(),
};

/** A folder or a feed that articles come from. */
export const sourceSchema = z.union(
  [
    group({ ...ofEverySource, folder: lineSchema }),
    group({
      ...ofEverySource,
      feed: websiteSchema,
      /**
       * Private and loopback addresses are refused unless the operator says that this one is meant.
       */
      allow_private: z.boolean().default(false),
    }),
  ],
  'either "folder: path" or "feed: https://…", with keys that belong to it',
);

const WINTER = Date.UTC(2026, 0, 1);

/** Returns zones, each once, the one whose clock is ahead of the others first. */
export function easternFirst(zones: readonly string[]): string[] {
  return [...new Set(zones)].sort((a, b) => minutesAhead(b) - minutesAhead(a));
}

function minutesAhead(timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(WINTER);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign = '+', hours = '0', minutes = '0'] = /([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
