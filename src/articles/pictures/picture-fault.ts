import { z } from 'zod';
import { readCoded } from '../../base/coded.ts';
import { fetchFailures } from '../fetching/fetch-failure.ts';

const of = <Code extends string, Shape extends z.core.$ZodLooseShape>(code: Code, about: Shape) =>
  z.object({ code: z.literal(code), ...about });
const size = { width: z.number(), height: z.number() };

/** Reason that a picture cannot be used; `failure-words.ts` puts it in words. */
const pictureFault = z.discriminatedUnion('code', [
  ...fetchFailures,
  /** Refused by its first bytes: not a kind of picture that mail programs show. */
  z.object({ code: z.enum(['empty', 'svg', 'web-page', 'no-picture']) }),
  of('too-many-pixels', { ...size, most: z.number() }),
  of('too-small', { ...size, least: z.object(size) }),
  of('too-slow', { seconds: z.number() }),
  /** With what the library said of it, where it said something. */
  of('damaged', { says: z.string().optional() }),
  z.object({ code: z.enum(['unchanged', 'not-in-media-folder', 'no-time-left']) }),
  of('address-too-long', { most: z.number() }),
  /** A fault of our own, in the words of the error. */
  of('fault', { says: z.string() }),
  /** A sentence that an earlier release kept. */
  of('text', { text: z.string() }),
]);

export type PictureFault = z.infer<typeof pictureFault>;

/** Reason that a picture beside an article's file, or named in it, is not used. */
export type FilePictureFault =
  | { readonly code: 'not-taken' | 'ornament' }
  | { readonly code: 'no-file' | 'file-too-large'; readonly reference: string }
  | { readonly code: 'file'; readonly reference: string; readonly why: PictureFault };

/** Reads `pictures.reason`. */
export function readPictureFault(stored: string): PictureFault {
  return readCoded(pictureFault, stored);
}
