import type { Told } from '../editions/compose.ts';
import { readEditionId } from '../editions/edition.ts';
import { day } from './words.ts';

/** Of a story that was told before, and as far: when, and who gets it all the same. Empty for one that is new or goes on. */
export function toldWords(told: Told | undefined, chapter: number, timeZone: string): string {
  const edition = told && chapter <= told.chapter ? readEditionId(told.editionId) : undefined;
  return edition ? `Told on ${day(edition.slot, timeZone)}: only readers who have not had it get it` : '';
}
