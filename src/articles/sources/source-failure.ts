import { z } from 'zod';
import { readCoded } from '../../base/coded.ts';
import { fetchFailures } from '../fetching/fetch-failure.ts';

const of = <Code extends string, Shape extends z.core.$ZodLooseShape>(code: Code, about: Shape) =>
  z.object({ code: z.literal(code), ...about });

/** Reason that a source could not be read; `failure-words.ts` puts it in words. */
export const sourceFailure = z.discriminatedUnion('code', [
  ...fetchFailures,
  of('folder-unreadable', { folder: z.string() }),
  /** The response is not a feed. */
  z.object({ code: z.enum(['empty', 'not-a-feed', 'not-an-xml-feed', 'not-a-json-feed']) }),
  /** The feed that the page names, where it names one. */
  of('web-page', { feed: z.string().optional() }),
  /** The response is a feed that cannot be read. */
  z.object({
    code: z.enum([
      'breaks-off',
      'entries-broken',
      'nested-too-deep',
      'too-many-elements',
      'too-many-attributes',
    ]),
  }),
  /** It took too long: all of it, or reading what had come. */
  of('no-result', { seconds: z.number() }),
  of('reading-too-slow', { seconds: z.number() }),
  z.object({ code: z.enum(['reading-too-large', 'reading-crashed', 'stopping']) }),
  /** A fault of our own, in the words of the error. */
  of('fault', { says: z.string() }),
  /** A sentence that an earlier release kept. */
  of('text', { text: z.string() }),
]);

export type SourceFailure = z.infer<typeof sourceFailure>;

/** Reads `sources.last_error`. */
export function readSourceFailure(stored: string): SourceFailure {
  return readCoded(sourceFailure, stored);
}
