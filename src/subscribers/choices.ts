import type { Database } from '../storage/schema.ts';
import type { Frequency } from './subscriber.ts';

/** What a reader chooses in one newsletter. */
export interface Choice {
  /** Names of sections, as `normaliseSections` leaves them; null for all, those added later too. */
  readonly sections: readonly string[] | null;
  readonly frequency: Frequency;
}

const SUBJECT = /^[a-z0-9-]{1,40}$/;

/** Writes down what somebody wants of a newsletter. */
export async function choose(
  db: Database,
  subscriptionId: number,
  { sections, frequency }: Choice,
): Promise<void> {
  const chosen = sections === null || sections.length === 0 ? null : JSON.stringify(sections);
  await db
    .updateTable('subscriptions')
    .set({ sections: chosen, frequency })
    .where('id', '=', subscriptionId)
    .execute();
}

/**
 * Holds every edition back from a person, in all newsletters, until a moment (UTC milliseconds); null ends the pause.
 * @throws when the moment is none.
 */
export async function pause(db: Database, subscriberId: number, until: number | null): Promise<void> {
  if (until !== null && !Number.isSafeInteger(until)) throw new Error(`${until} is no moment to pause until`);
  await db.updateTable('subscribers').set({ paused_until: until }).where('id', '=', subscriberId).execute();
}

/**
 * The sensitive subjects a person is never sent, in any newsletter, instead of those before. What somebody mutes can say
 * what they live through: it is kept for composing their mail, with nothing that says when or why, and goes with them
 * when they are erased.
 * @throws when a subject is no name.
 */
export async function mute(db: Database, subscriberId: number, subjects: readonly string[]): Promise<void> {
  const mutes = [...new Set(subjects)].toSorted();
  const stranger = mutes.find((subject) => !SUBJECT.test(subject));
  if (stranger !== undefined) throw new Error(`${JSON.stringify(stranger)} cannot be the name of a subject`);
  await db
    .updateTable('subscribers')
    .set({ mutes: JSON.stringify(mutes) })
    .where('id', '=', subscriberId)
    .execute();
}
