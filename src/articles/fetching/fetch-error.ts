import { messageOf } from '../../base/errors.ts';
import type { FailureAtOnce } from './fetch-failure.ts';

/** Carries our own reason through undici, which hands on what it was aborted with. */
export class Refused extends Error {
  readonly failure: FailureAtOnce;

  constructor(failure: FailureAtOnce) {
    super(failure.code);
    this.failure = failure;
  }
}

/** Returns what an error of a fetch means, by our own reason or by the code of Node or undici. */
export function failureOf(error: unknown, url: URL): FailureAtOnce {
  if (error instanceof Refused) return error.failure;
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return { code: 'connection-refused', host: url.host };
    case 'ENOTFOUND':
      return { code: 'no-such-host', host: url.hostname };
    case 'UND_ERR_HEADERS_OVERFLOW':
      return { code: 'headers-too-long' };
    default:
      return brokenConnection(error);
  }
}

function brokenConnection(error: unknown): FailureAtOnce {
  const [says = ''] = messageOf(error).split('\n');
  const cause = codeOf(error);
  return { code: 'broken-connection', says, ...(typeof cause === 'string' && { cause }) };
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
