import { createHash } from 'node:crypto';
import type { SourceConfig } from '../../config/newsletters.ts';
import type { Validators } from '../article.ts';

/** None: the next time everything is asked for. */
export const NO_VALIDATORS: Validators = { etag: null, lastModified: null };

/**
 * Validators are kept with a mark of the settings they were got under. After a change of address or
 * categories the old ones would have the server answer "unchanged" about something that was never
 * collected that way.
 */
export function markValidators(source: SourceConfig, { etag, lastModified }: Validators): Validators {
  const mark = markOf(source);
  return {
    etag: etag === null ? null : `${mark} ${etag}`,
    lastModified: lastModified === null ? null : `${mark} ${lastModified}`,
  };
}

/** Returns the validators to ask a source with: none where its settings have changed since. */
export function validatorsFor(source: SourceConfig, state: Validators | undefined): Validators {
  const mark = `${markOf(source)} `;
  const unmarked = (value: string | null | undefined) =>
    value?.startsWith(mark) ? value.slice(mark.length) : null;
  return { etag: unmarked(state?.etag), lastModified: unmarked(state?.lastModified) };
}

function markOf(source: SourceConfig): string {
  return createHash('sha256').update(JSON.stringify(source)).digest('hex').slice(0, 12);
}
