import { z } from 'zod';
import { countSchema, group } from './config-fields.ts';

const limitSchema = group({
  connections: countSchema.optional(),
  per_second: z.number().positive().optional(),
});

/** How fast mail may go out; absent means as fast as it is taken. */
export const paceSchema = group({
  per_second: z.number().positive().optional(),
  per_day: countSchema.optional(),
  /** By provider (`google`, `microsoft` …) or domain, over the presets. */
  receivers: z.record(z.string(), limitSchema).default({}),
});
export type PaceConfig = Readonly<z.infer<typeof paceSchema>>;
