import manifest from '../../package.json' with { type: 'json' };

/** The version that runs, as package.json says it: nowhere else does it stand. */
export const VERSION = manifest.version;

/**
 * Returns the User-Agent of every request to others (RFC 9110 §10.1.5): who asks, and where to
 * complain.
 */
export function userAgentOf(publicUrl: string): string {
  return `Broadsheet/${VERSION} (+${publicUrl})`;
}
