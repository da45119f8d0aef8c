import { cleanText } from '../base/text/one-line.ts';
import type { Database } from '../storage/schema/schema.ts';
import type { Frequency, Subscription } from './subscriber.ts';

/** Choices of a reader in one newsletter. */
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
 * Holds every edition back from a person, in all newsletters, until a moment (UTC milliseconds);
 * null ends the pause.
 * @throws when the moment is none.
 */
export async function pause(db: Database, subscriberId: number, until: number | null): Promise<void> {
  if (until !== null && !Number.isSafeInteger(until)) throw new Error(`${until} is no moment to pause until`);
  await db.updateTable('subscribers').set({ paused_until: until }).where('id', '=', subscriberId).execute();
}

/**
 * The sensitive subjects a person is never sent, in any newsletter, instead of those before. What
 * somebody mutes can say what they live through: it is kept for composing their mail, with nothing
 * that says when or why, and goes with them when they are erased.
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

/** Language and time zone of a person, in all newsletters: null follows each newsletter. */
export interface Locale {
  /** BCP 47. */
  readonly language: string | null;
  readonly timeZone: string | null;
}

/** @throws when a language or a time zone is none. */
export async function speak(
  db: Database,
  subscriberId: number,
  { language, timeZone }: Locale,
): Promise<void> {
  if (language !== null) Intl.getCanonicalLocales(language);
  if (timeZone !== null) new Intl.DateTimeFormat('en', { timeZone });
  await db
    .updateTable('subscribers')
    .set({ language, time_zone: timeZone })
    .where('id', '=', subscriberId)
    .execute();
}

/** All that a reader chooses on the page of their preferences. */
export interface Preferences extends Choice, Locale {
  readonly pausedUntil: number | null;
  readonly mutes: readonly string[];
}

/** Writes down all of it, or nothing. */
export async function choosePreferences(
  db: Database,
  { id, subscriberId }: Pick<Subscription, 'id' | 'subscriberId'>,
  chosen: Preferences,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await choose(trx, id, chosen);
    await pause(trx, subscriberId, chosen.pausedUntil);
    await mute(trx, subscriberId, chosen.mutes);
    await speak(trx, subscriberId, chosen);
  });
}

const REASON_MAX_CHARACTERS = 500;

/**
 * Stores the reason a reader gives for leaving, in their own words, while they are gone. Returns
 * false for an empty text, or when they are back.
 */
export async function noteReason(db: Database, subscriptionId: number, text: string): Promise<boolean> {
  const reason = [...cleanText(text).trim()].slice(0, REASON_MAX_CHARACTERS).join('').trim();
  if (reason === '') return false;
  const { numUpdatedRows } = await db
    .updateTable('subscriptions')
    .set({ left_because: reason })
    .where('id', '=', subscriptionId)
    .where('state', '=', 'unsubscribed')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
