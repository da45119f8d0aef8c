import { correctionsOnDesk, type Draft, draftsOnDesk } from '../../editions/store/draft-store.ts';
import { pauseOf } from '../../editions/store/newsletter-store.ts';
import type { Ground } from '../../ground.ts';
import { standingOf } from '../../publishing/review.ts';
import { type Finding, finding } from './doctor-finding.ts';

/**
 * Returns how each draft on the desk stands, by edition: `goes at 2026-11-23T07:00Z unless it is
 * held`.
 */
export async function deskWords(ground: Ground): Promise<ReadonlyMap<string, string>> {
  return new Map((await onDesk(ground)).map(({ part, says }) => [part, says]));
}

/** Finds what somebody should know who wonders why nothing is sent. */
export async function whatWaits(ground: Ground): Promise<Finding[]> {
  const paused: Finding[] = [];
  for (const { id } of ground.config.newsletters) {
    const pause = await pauseOf(ground.db, id);
    if (pause) paused.push(finding(id, 'newsletter-paused', { by: pause.by }));
  }
  return [...paused, ...(await onDesk(ground))];
}

async function onDesk(ground: Ground): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const newsletter of ground.config.newsletters)
    for (const draft of await allOnDesk(ground, newsletter.id)) {
      const { kind, keptBy = null, leavesAt } = standingOf(draft, newsletter, ground.clock.now());
      findings.push(
        finding(draft.id, 'draft-on-desk', {
          standing: kind,
          leavesAt: `${new Date(leavesAt).toISOString().slice(0, 16)}Z`,
          keptBy,
          reason: draft.reason,
          corrects: draft.corrects,
        }),
      );
    }
  return findings;
}

/** Reads a newsletter's drafts on the desk, corrections first. */
export async function allOnDesk({ db }: Ground, newsletterId: string): Promise<Draft[]> {
  return [...(await correctionsOnDesk(db, newsletterId)), ...(await draftsOnDesk(db, newsletterId))];
}
