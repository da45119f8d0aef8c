import { type RevisionWhat, readRevisionWhat } from '../editions/revision-what.ts';
import { findRevision } from '../editions/store/edition-store.ts';
import type { Database } from '../storage/schema/schema.ts';
import { meet } from './edit.ts';

/** One change of a draft, as the table of revisions has it; what it led to is kept beside it. */
export interface Revision {
  readonly revision: number;
  readonly at: number;
  /** The editor's name; empty for what composition did. */
  readonly by: string;
  readonly what: RevisionWhat;
  readonly touches: readonly string[];
  readonly back: number | null;
  readonly forward: number | null;
}

/** Revisions by number. */
export type Revisions = ReadonlyMap<number, Revision>;

export interface HistoryEntry extends Revision {
  /** Part of the draft as it is now: not undone, and itself no undoing. */
  readonly stands: boolean;
}

export interface History {
  /** Newest first; empty while nobody changed the draft. */
  readonly entries: readonly HistoryEntry[];
  /** Revision that undo would revert, and redo restore; null for none. */
  readonly undo: RevisionWhat | null;
  readonly redo: RevisionWhat | null;
}

/** Returns the editors' changes to a draft. */
export async function historyOf(db: Database, id: string): Promise<History> {
  const edition = await findRevision(db, id);
  const revisions = await revisionsOf(db, id);
  const now = revisions.get(edition ?? 0);
  const standing = new Set(now ? editsIn(revisions, now.revision) : []);
  return {
    entries: [...revisions.values()].reverse().map((one) => ({ ...one, stands: standing.has(one.revision) })),
    undo: (now && lastEdit(revisions, now)?.what) ?? null,
    redo: (now && redoneEdit(revisions, now)?.what) ?? null,
  };
}

/** All changes of a draft but for their contents, the oldest first. */
export async function revisionsOf(db: Database, id: string): Promise<Revisions> {
  const rows = await db
    .selectFrom('edition_revisions')
    .select(['revision', 'at', 'editor', 'what', 'touches', 'back', 'forward'])
    .where('edition_id', '=', id)
    .orderBy('revision')
    .execute();
  return new Map(
    rows.map(({ revision, at, editor, what, touches, back, forward }) => [
      revision,
      {
        ...{ revision, at, by: editor, what: readRevisionWhat(what) },
        ...{ touches: JSON.parse(touches) as string[], back, forward },
      },
    ]),
  );
}

/** The newest of the changes after a revision: whose, and what. */
export async function lastChange(
  db: Database,
  id: string,
  seen: number,
): Promise<{ readonly by: string; readonly what: RevisionWhat } | undefined> {
  const row = await db
    .selectFrom('edition_revisions')
    .select(['editor as by', 'what'])
    .where('edition_id', '=', id)
    .where('revision', '>', seen)
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { by: row.by, what: readRevisionWhat(row.what) };
}

/**
 * The edits that made a revision what it is, the newest first. An edit is always made on the
 * revision before it, and what undoes or does again keeps the way back of where it leads: so the
 * edit behind any way back is the one that follows it.
 */
export function editsIn(revisions: Revisions, revision: number): number[] {
  const edits: number[] = [];
  for (let back = revisions.get(revision)?.back; back != null; back = revisions.get(back)?.back)
    edits.push(back + 1);
  return edits;
}

/** The edit that undoing a revision takes back. */
export function lastEdit(revisions: Revisions, { back }: Revision): Revision | undefined {
  return back === null ? undefined : revisions.get(back + 1);
}

/** The edit that doing again would bring back. */
export function redoneEdit(revisions: Revisions, { forward }: Revision): Revision | undefined {
  const target = forward === null ? undefined : revisions.get(forward);
  return target && lastEdit(revisions, target);
}

/**
 * The newest change between what somebody saw and what is that meets what they would change. What
 * was changed and changed back is none. Where the two have no common beginning, since the draft was
 * composed anew, everything meets.
 */
export function conflictWith(
  revisions: Revisions,
  seen: number,
  now: Revision,
  touches: readonly string[],
): Revision | undefined {
  if (seen === now.revision) return undefined;
  if (!revisions.has(seen) || beginningOf(revisions, seen) !== beginningOf(revisions, now.revision))
    return now;
  const [then, since] = [editsIn(revisions, seen), editsIn(revisions, now.revision)];
  const differing = [...then, ...since].filter((edit) => !(then.includes(edit) && since.includes(edit)));
  if (!differing.some((edit) => meet(revisions.get(edit)?.touches ?? ['*'], touches))) return undefined;
  return [...revisions.values()].findLast((one) => one.revision > seen && meet(one.touches, touches)) ?? now;
}

/**
 * The composed draft that a revision was made of. Undoing everything leads to a copy of it, which
 * knows the way forward.
 */
function beginningOf(revisions: Revisions, revision: number): number | undefined {
  const edits = editsIn(revisions, revision);
  const first = revisions.get((edits.at(-1) ?? revision + 1) - 1);
  if (!first) return undefined;
  return first.forward === null ? first.revision : beginningOf(revisions, first.forward);
}
