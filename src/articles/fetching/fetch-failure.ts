import { z } from 'zod';

const of = <Code extends string, Shape extends z.core.$ZodLooseShape>(code: Code, about: Shape) =>
  z.object({ code: z.literal(code), ...about });
const host = { host: z.string() };

const atOnce = z.discriminatedUnion('code', [
  z.object({
    code: z.enum([
      'not-an-address',
      'login-in-address',
      'headers-too-long',
      'redirect-to-nowhere',
      'compressed-twice',
      'compression-damaged',
    ]),
  }),
  /** An address that is not fetched: by its scheme, its port, or where its host is. */
  of('scheme', { scheme: z.string() }),
  of('port', { port: z.string() }),
  of('not-public', { ...host, address: z.string() }),
  of('no-such-host', host),
  of('host-without-address', host),
  of('connection-refused', host),
  /** Status that the server answered instead of 200. */
  of('answered', { status: z.number() }),
  of('no-answer', { seconds: z.number() }),
  of('not-all-here', { seconds: z.number() }),
  of('redirect-to-http', host),
  of('too-many-redirects', { most: z.number() }),
  /** Limit that was exceeded, as transferred or once unpacked. */
  of('too-large', { bytes: z.number() }),
  of('unpacks-too-large', { bytes: z.number() }),
  /**
   * Error of the network in its own words, and with the code of Node or undici, such as
   * `ECONNRESET`.
   */
  of('broken-connection', { says: z.string(), cause: z.string().optional() }),
]);

/** It redirects there, which is not fetched. */
const redirected = of('redirect-refused', { ...host, why: atOnce });

/** The schema of a `FetchFailure`, for unions that hold more. */
export const fetchFailures = [...atOnce.options, redirected] as const;

/** Reason that an address could not be fetched; `failure-words.ts` puts it in words. */
export type FetchFailure = z.infer<typeof atOnce> | z.infer<typeof redirected>;
/** The same, but for a redirect to what cannot be fetched. */
export type FailureAtOnce = z.infer<typeof atOnce>;
