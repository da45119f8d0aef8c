import type { KeptEdition } from '../editions/edition-store.ts';
import type { Studio } from './studio-deps.ts';

/** What can be decided about a draft: null once it has left. */
export async function lettingGoView(_studio: Studio, edition: KeptEdition) {
  return edition.state === 'draft' ? { reason: edition.reason ?? '' } : null;
}
