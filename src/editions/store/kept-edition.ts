import { type Selectable, sql } from 'kysely';
import type { EditionTable } from '../../storage/schema/schema.ts';
import type { Edition, EditionContent } from '../edition.ts';
import { type EditionReason, readReason } from '../reason.ts';
import { readContent } from './kept-content.ts';

/** An edition as it is kept; without content while there is nothing to send. */
export interface KeptEdition {
  readonly id: string;
  readonly newsletterId: string;
  readonly slot: number;
  /** The moment whose day it bears: when it left, or is to leave as things stand. */
  readonly datedAt: number;
  readonly state: EditionTable['state'];
  readonly reason: EditionReason | null;
  /** Everyone who was looked at when the audience was frozen; null until then. */
  readonly candidates: number | null;
  readonly content: EditionContent | undefined;
}

/** Condition for the editions of slots: a correction is an edition too, and has no slot of its own. */
export const OF_A_SLOT = sql<boolean>`editions.corrects is null`;

/** States of editions that readers may have received. */
export const SENT_STATES: readonly EditionTable['state'][] = ['frozen', 'paused', 'finished', 'cancelled'];

/** A row of `editions` with its content read. */
export function toKept(row: Selectable<EditionTable>): KeptEdition {
  return {
    id: row.id,
    newsletterId: row.newsletter_id,
    slot: row.slot,
    datedAt: row.dated_at ?? (SENT_STATES.includes(row.state) ? row.slot : (row.send_at ?? row.slot)),
    state: row.state,
    reason: readReason(row.reason),
    candidates: row.candidates,
    content: readContent(row.content),
  };
}

/**
 * Returns an edition that has something to say.
 * @param now of one that has not left: whose moment has passed already is dated today.
 * @throws when it has no content.
 */
export function withContent(kept: KeptEdition, now = 0): Edition {
  const { id, newsletterId, slot, state, content } = kept;
  if (!content) throw new Error(`${id} has no content (${state})`);
  const datedAt = SENT_STATES.includes(state) ? kept.datedAt : Math.max(kept.datedAt, now);
  return { id, newsletterId, slot, datedAt, content };
}
