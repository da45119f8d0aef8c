import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import { SECOND_MS } from '../../base/clock.ts';
import type { Validators } from '../article.ts';
import { failureOf, Refused } from './fetch-error.ts';
import type { FailureAtOnce, FetchFailure } from './fetch-failure.ts';
import { isPublicAddress } from './public-address.ts';
import { type BodyLimits, readBody } from './response-body.ts';

/** Every address of a host. Handed in by tests; the system's resolver otherwise. */
export type Resolver = (host: string) => Promise<readonly { address: string; family: number }[]>;

export interface FetchLimits extends BodyLimits {
  /** Until the headers are here, for each hop. */
  readonly headersMs: number;
  /** From the first lookup to the last byte, all redirects together. */
  readonly totalMs: number;
  readonly redirects: number;
  readonly headerBytes: number;
}

export interface FetchOptions {
  readonly userAgent: string;
  readonly validators: Validators;
  /**
   * Lifts the address and port rules for the host and port of the URL itself, never for where it
   * redirects to.
   */
  readonly allowPrivate: boolean;
  readonly accept?: string;
  readonly limits?: Partial<FetchLimits>;
  readonly resolve?: Resolver;
  /** Gives up when it fires. */
  readonly stop?: AbortSignal;
}

export type FetchResult =
  | {
      readonly kind: 'fetched';
      /** Address of the body, after redirects. */
      readonly url: string;
      readonly body: Buffer;
      readonly contentType: string;
      readonly validators: Validators;
    }
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'failed';
      readonly reason: FetchFailure;
      /**
       * Last status that the server sent, if any; 200 when the response was fine and its body was
       * not.
       */
      readonly status?: number;
    };

type Failure = Extract<FetchResult, { kind: 'failed' }>;
type Hop = { readonly kind: 'redirect'; readonly to: URL } | FetchResult;

const DEFAULT_LIMITS: FetchLimits = {
  headersMs: 15_000,
  totalMs: 30_000,
  redirects: 5,
  headerBytes: 32 * 1024,
  wireBytes: 5 * 1024 * 1024,
  bodyBytes: 15 * 1024 * 1024,
};

/**
 * Fetches what an operator's or a stranger's URL names without becoming anybody's tool: http(s) on
 * public addresses only, connecting to the very address that was checked, each redirect checked
 * anew, every size and time bounded. What goes wrong is data with a reason; nothing is thrown.
 */
export async function guardedFetch(address: string, options: FetchOptions): Promise<FetchResult> {
  const configured = URL.parse(address);
  if (!configured) return failed({ code: 'not-an-address' });
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const undici = await import('undici'); // large, and most processes fetch nothing
  const deadline = new AbortController();
  // A deadline of our own: undici's timeouts start anew with every byte, so a server that drips would never end.
  const alarm = setTimeout(
    () => deadline.abort(new Refused({ code: 'not-all-here', seconds: limits.totalMs / SECOND_MS })),
    limits.totalMs,
  );
  try {
    return await followHops(configured, { ...options, limits, undici }, deadline);
  } finally {
    clearTimeout(alarm);
  }
}

type BoundOptions = Omit<FetchOptions, 'limits'> & {
  readonly limits: FetchLimits;
  readonly undici: typeof import('undici');
};

async function followHops(
  configured: URL,
  options: BoundOptions,
  deadline: AbortController,
): Promise<FetchResult> {
  let url = configured;
  for (let hops = 0; hops <= options.limits.redirects; hops += 1) {
    const allowPrivate = options.allowPrivate && isSamePlace(url, configured);
    const refusal = urlProblem(url, allowPrivate);
    if (refusal)
      return failed(hops === 0 ? refusal : { code: 'redirect-refused', host: url.host, why: refusal });
    const hop = await fetchHop(url, allowPrivate, options, deadline);
    if (hop.kind !== 'redirect') return hop;
    if (url.protocol === 'https:' && hop.to.protocol === 'http:')
      return failed({ code: 'redirect-to-http', host: hop.to.host });
    url = hop.to;
  }
  return failed({ code: 'too-many-redirects', most: options.limits.redirects });
}

/**
 * Host and port; http and https on their own ports count as one, since sites move from one to the
 * other.
 */
function isSamePlace(url: URL, configured: URL): boolean {
  return url.hostname === configured.hostname && url.port === configured.port;
}

function urlProblem(url: URL, allowPrivate: boolean): FailureAtOnce | undefined {
  if (!/^https?:$/.test(url.protocol)) return { code: 'scheme', scheme: url.protocol };
  if (url.username || url.password) return { code: 'login-in-address' };
  if (allowPrivate) return undefined;
  // The URL parser drops a port that is the protocol's own; 80 for https and 443 for http are odd, but harmless.
  if (!['', '80', '443'].includes(url.port)) return { code: 'port', port: url.port };
  // An IP address in the URL never goes through a lookup, so it has to be looked at here.
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) && !isPublicAddress(literal))
    return { code: 'not-public', host: url.hostname, address: literal };
  return undefined;
}

async function fetchHop(
  url: URL,
  allowPrivate: boolean,
  options: BoundOptions,
  deadline: AbortController,
): Promise<Hop> {
  const { limits, undici } = options;
  const lookup = checkedLookup(options.resolve ?? resolveAll, allowPrivate);
  const connect = { timeout: limits.headersMs, lookup };
  const agent = new undici.Agent({ allowH2: false, maxHeaderSize: limits.headerBytes, connect });
  const waiting = setTimeout(
    () => deadline.abort(new Refused({ code: 'no-answer', seconds: limits.headersMs / SECOND_MS })),
    limits.headersMs,
  );
  try {
    const headers = requestHeaders(options);
    const signal = AbortSignal.any([deadline.signal, ...(options.stop ? [options.stop] : [])]);
    const response = await undici.request(url, { dispatcher: agent, signal, headers });
    clearTimeout(waiting);
    return await readResponse(url, response, limits);
  } catch (error) {
    const cause = deadline.signal.aborted ? deadline.signal.reason : error;
    return failed(failureOf(cause, url));
  } finally {
    clearTimeout(waiting);
    // Not waited for: it would wait in turn for a name server that hangs.
    agent.destroy().catch(() => undefined);
  }
}

function requestHeaders({ userAgent, accept, validators }: BoundOptions): Record<string, string> {
  return {
    'user-agent': userAgent,
    accept: accept ?? '*/*',
    'accept-encoding': 'gzip, deflate, br',
    ...(validators.etag ? { 'if-none-match': validators.etag } : {}),
    ...(validators.lastModified ? { 'if-modified-since': validators.lastModified } : {}),
  };
}

async function readResponse(url: URL, response: Dispatcher.ResponseData, limits: BodyLimits): Promise<Hop> {
  const status = response.statusCode;
  const header = (name: string) => [response.headers[name] ?? []].flat()[0];
  response.body.on('error', () => undefined); // a body that is left unread dies with its connection
  if (status === 304) return { kind: 'unchanged' };
  if ([301, 302, 303, 307, 308].includes(status)) return redirectOf(url, header('location'));
  if (status !== 200) return failed({ code: 'answered', status }, status);
  const body = await readBody(response.body, header('content-encoding') ?? '', limits);
  if (!body.ok) return failed(body.reason, status);
  return {
    kind: 'fetched',
    url: url.href,
    body: body.bytes,
    contentType: header('content-type') ?? '',
    validators: { etag: header('etag') ?? null, lastModified: header('last-modified') ?? null },
  };
}

function redirectOf(from: URL, location: string | undefined): Hop {
  const to = location ? URL.parse(location, from.href) : null;
  return to ? { kind: 'redirect', to } : failed({ code: 'redirect-to-nowhere' });
}

/**
 * A lookup that refuses a host when any of its addresses is not public, and hands on only what it
 * has checked: the connection goes to that address, so a name server that answers differently the
 * second time is never asked again.
 */
function checkedLookup(resolve: Resolver, allowPrivate: boolean): LookupFunction {
  return (host, lookupOptions, callback) => {
    resolve(host).then(
      (addresses) => {
        const bad = allowPrivate ? undefined : addresses.find(({ address }) => !isPublicAddress(address));
        const [first] = addresses;
        if (bad) callback(new Refused({ code: 'not-public', host, address: bad.address }), '', 0);
        else if (!first) callback(new Refused({ code: 'host-without-address', host }), '', 0);
        else if (lookupOptions.all) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
}

const resolveAll: Resolver = (host) => systemLookup(host, { all: true });

function failed(reason: FetchFailure, status?: number): Failure {
  return { kind: 'failed', reason, ...(status === undefined ? {} : { status }) };
}
