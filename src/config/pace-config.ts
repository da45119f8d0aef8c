import { z } from 'zod';
import { countSchema, group } from './config-fields.ts';

const limitSchema = group({
  connections: countSchema.optional(),
  per_second: z.number().positive().optional(),
});

/** Rate limits of sending; absent means as fast as the relay takes it. */
export const paceSchema = group({
  per_second: z.number().positive().optional(),
  per_day: countSchema.optional(),
  /** Limits by provider (`google`, `microsoft` …) or domain, which override the presets. */
  receivers: z.record(z.string(), limitSchema).default({}),
});
export type PaceConfig = Readonly<z.infer<typeof paceSchema>>;
