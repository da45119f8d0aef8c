import { type KeptEdition, withContent } from '../editions/edition-store.ts';
import type { Studio } from './studio-deps.ts';

/** As the send path judges it; once an edition has left, there is nothing to decide. */
export async function verdictView(studio: Studio, edition: KeptEdition) {
  if (!edition.content || edition.state !== 'draft') return null;
  const { ready, findings } = await studio.verdict(withContent(edition));
  return {
    ready,
    findings: findings.map(({ severity, says, where, mend }) => ({
      severity,
      state: severity === 'blocking' ? 'rejected' : 'deferred',
      says,
      place: [where?.story, where?.excerpt].filter((part) => part !== undefined).join(' · '),
      mend,
    })),
  };
}
