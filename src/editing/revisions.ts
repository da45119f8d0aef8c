import { isDeepStrictEqual } from 'node:util';
import type { EditionContent } from '../editions/edition.ts';
import { type RevisionWhat, stepped } from '../editions/revision-what.ts';
import { lockDraft, writeRevision } from '../editions/store/draft-store.ts';
import { readContent, storedContent } from '../editions/store/kept-content.ts';
import type { Database, EditionTable } from '../storage/schema/schema.ts';
import { type Beside, decide } from './beside.ts';
import {
  conflictWith,
  lastEdit,
  type Revision,
  type Revisions,
  redoneEdit,
  revisionsOf,
} from './draft-history.ts';
import type { Edited, Refused } from './edit.ts';

/** Person who changes a draft, and the revision they see. */
export interface Changing {
  /** The revision they saw. */
  readonly seen: number;
  readonly by: { readonly name: string };
  readonly now: number;
}

/** Result of a change. */
export type DraftChange =
  | {
      readonly kind: 'saved';
      readonly revision: number;
      readonly what: RevisionWhat;
      readonly content: EditionContent;
    }
  /**
   * Somebody changed the same thing meanwhile: nothing is kept, and `content` is what they made of
   * it.
   */
  | {
      readonly kind: 'conflict';
      readonly revision: number;
      readonly by: string;
      readonly at: number;
      readonly what: RevisionWhat;
      readonly content: EditionContent;
    }
  | { readonly kind: 'refused'; readonly says: string }
  /** It is no draft (any more); undefined where there is no such edition. */
  | { readonly kind: 'closed'; readonly state: EditionTable['state'] | undefined };

export interface Kept extends Edited {
  /** Decisions of `change` beside the draft, which undo reverts. */
  readonly beside?: Beside;
}

interface Desk {
  readonly trx: Database;
  readonly id: string;
  readonly changing: Changing;
  readonly content: EditionContent;
  readonly revisions: Revisions;
  readonly now: Revision;
}

/**
 * Changes a draft, from now on one that only editors change. All of it in one transaction that has
 * the edition to itself; two changes of different things both count, of the same thing the second
 * is a conflict.
 * @param change gets the draft as it is now, and the transaction for what it decides beside; all is
 * taken back unless it is saved.
 */
export function changeDraft(
  db: Database,
  id: string,
  changing: Changing,
  change: (content: EditionContent, trx: Database) => Kept | Refused | Promise<Kept | Refused>,
): Promise<DraftChange> {
  return atDesk(db, id, changing, async (desk) => {
    const made = await change(desk.content, desk.trx);
    if ('refused' in made) return { kind: 'refused', says: made.refused };
    const { now, revisions, content } = desk;
    if (isNothing(made, content)) return { kind: 'saved', revision: now.revision, what: made.what, content };
    const conflict = conflictWith(revisions, changing.seen, now, made.touches);
    if (conflict) return conflicting(desk, conflict);
    return save(desk, { ...made, back: now.revision, forward: null, beside: made.beside ?? null });
  });
}

/** It is so already, in the draft and beside it. */
function isNothing({ content: after, touches, beside }: Kept, before: EditionContent): boolean {
  return after === before && (touches.length === 0 || isDeepStrictEqual(beside?.before, beside?.after));
}

/** Takes back the last change that stands, whoever made it; only for who has seen it. */
export function undo(db: Database, id: string, changing: Changing): Promise<DraftChange> {
  return atDesk(db, id, changing, async (desk) => {
    const edit = lastEdit(desk.revisions, desk.now);
    if (!edit || desk.now.back === null) return { kind: 'refused', says: 'There is nothing to undo.' };
    return step(desk, { edit, target: desk.now.back, forward: desk.now.revision, way: 'before' });
  });
}

/** Makes a change again that was taken back. */
export function redo(db: Database, id: string, changing: Changing): Promise<DraftChange> {
  return atDesk(db, id, changing, async (desk) => {
    const edit = redoneEdit(desk.revisions, desk.now);
    const target = desk.now.forward;
    if (!edit || target === null) return { kind: 'refused', says: 'There is nothing to redo.' };
    const forward = desk.revisions.get(target)?.forward ?? null;
    return step(desk, { edit, target, forward, way: 'after' });
  });
}

interface Step {
  readonly edit: Revision;
  /** Revision whose content it leads to. */
  readonly target: number;
  readonly forward: number | null;
  readonly way: keyof Beside;
}

/** A revision of its own, with the content of another: nothing is ever overwritten. */
async function step(desk: Desk, { edit, target, forward, way }: Step): Promise<DraftChange> {
  const { trx, id, changing, now, revisions } = desk;
  if (changing.seen !== now.revision) return conflicting(desk, now);
  const { content } = await stored(trx, id, target);
  if (!content) return { kind: 'refused', says: 'The version before is no longer kept.' };
  const { beside } = await stored(trx, id, edit.revision);
  if (beside) await decide(trx, beside[way], changing.now);
  const what = stepped(way === 'before' ? 'undo' : 'redo', edit.what);
  const back = revisions.get(target)?.back ?? null;
  return save(desk, { content, what, touches: edit.touches, back, forward, beside: null });
}

/** Runs in a transaction that holds the edition; what is not saved leaves nothing behind. */
async function atDesk(
  db: Database,
  id: string,
  changing: Changing,
  work: (desk: Desk) => Promise<DraftChange>,
): Promise<DraftChange> {
  const trx = await db.startTransaction().execute();
  try {
    const desk = await takeDesk(trx, id, changing);
    const result = 'kind' in desk ? desk : await work(desk);
    const isKept = result.kind === 'saved' && !('kind' in desk) && result.revision !== desk.now.revision;
    await (isKept ? trx.commit() : trx.rollback()).execute();
    return result;
  } catch (error) {
    if (!trx.isCommitted && !trx.isRolledBack) await trx.rollback().execute();
    throw error;
  }
}

/** Takes the draft for this transaction alone. */
async function takeDesk(trx: Database, id: string, changing: Changing): Promise<Desk | DraftChange> {
  const draft = await lockDraft(trx, id);
  if (draft?.state !== 'draft' || !draft.content) return { kind: 'closed', state: draft?.state };
  const { content, composedAt } = draft;
  const revisions = await revisionsOf(trx, id);
  const revision = Number(draft.revision);
  const now = revisions.get(revision) ?? composed(revision, composedAt);
  return { trx, id, changing, content, revisions, now };
}

function composed(revision: number, at: number): Revision {
  return { revision, at, by: '', what: { code: 'composed' }, touches: ['*'], back: null, forward: null };
}

function conflicting({ now, content }: Desk, { by, at, what }: Revision): DraftChange {
  return { kind: 'conflict', revision: now.revision, by, at, what, content };
}

interface Saving extends Omit<Edited, 'what'>, Pick<Revision, 'what' | 'back' | 'forward'> {
  readonly beside: Beside | null;
}

async function save(desk: Desk, { content, what, beside, ...made }: Saving): Promise<DraftChange> {
  const { trx, id, changing, now, revisions } = desk;
  if (!revisions.has(now.revision)) await insert(trx, id, now, desk.content, null);
  const revision = now.revision + 1;
  const { by, now: at } = changing;
  await insert(trx, id, { ...made, revision, at, by: by.name, what }, content, beside);
  await writeRevision(trx, id, { revision, content, at });
  return { kind: 'saved', revision, what, content };
}

async function insert(
  trx: Database,
  id: string,
  { by, what, touches, ...row }: Revision,
  content: EditionContent,
  beside: Beside | null,
): Promise<void> {
  await trx
    .insertInto('edition_revisions')
    .values({
      ...row,
      edition_id: id,
      editor: by,
      what: JSON.stringify(what),
      touches: JSON.stringify(touches),
      content: storedContent(content),
      beside: beside && JSON.stringify(beside),
    })
    .execute();
}

/** Returns a stored revision: its content, and the decisions beside it. */
async function stored(
  trx: Database,
  id: string,
  revision: number,
): Promise<{ content: EditionContent | undefined; beside: Beside | undefined }> {
  const row = await trx
    .selectFrom('edition_revisions')
    .select(['content', 'beside'])
    .where('edition_id', '=', id)
    .where('revision', '=', revision)
    .executeTakeFirst();
  return {
    content: readContent(row?.content),
    beside: row?.beside ? JSON.parse(row.beside) : undefined,
  };
}
