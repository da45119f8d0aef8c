import { whoActed } from '../base/log.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { noteAct } from '../editions/act-log.ts';
import { SENT_STATES } from '../editions/edition-store.ts';
import { reasonWords } from '../editions/reason-words.ts';
import type { Database } from '../storage/schema.ts';
import { type Act, done, type PublishingDeps, refused } from './publishing-deps.ts';
import { laterHasLeft, release } from './release.ts';
import { type Draft, findDraft, leavingAt } from './review.ts';
import { nextSlot, wallTime } from './schedule.ts';

/** An edition's id and who acts, by name; each act is guarded by the row it finds, and says what came of it. */
interface By {
  readonly by: string;
}

/**
 * This is what readers get: approves the draft as the editor saw it. If its moment has come it leaves at once, also after
 * it was missed, as long as no later edition has left.
 * @param options.revision the one they looked at; one that has changed since is not approved unseen.
 */
export async function approve(
  deps: PublishingDeps,
  id: string,
  { revision, by }: By & { readonly revision: number },
): Promise<Act> {
  return approveFor(deps, id, { revision, by });
}

/** Approves, and does not wait for the slot. */
export async function sendNow(
  deps: PublishingDeps,
  id: string,
  { revision, by }: By & { readonly revision: number },
): Promise<Act> {
  return approveFor(deps, id, { revision, by, sendAt: deps.clock.now() });
}

async function approveFor(
  deps: PublishingDeps,
  id: string,
  { revision, by, sendAt }: By & { readonly revision: number; readonly sendAt?: number },
): Promise<Act> {
  const { db, clock, log } = deps;
  const draft = await findDraft(db, id);
  const unable = draft ? await whyNotApprovable(db, draft, revision) : 'There is no such edition';
  if (!draft || unable !== undefined) return refused(unable ?? '');
  const now = clock.now();
  const { numUpdatedRows } = await db
    .updateTable('editions')
    .set({
      state: 'draft',
      reason: null,
      held_at: null,
      held_by: null,
      approved_at: now,
      approved_by: by,
      approved_revision: revision,
      desk_since: draft.deskSince ?? now,
      ...(sendAt === undefined ? {} : { send_at: sendAt }),
    })
    .where('id', '=', id)
    .where('state', '=', draft.state)
    .where('revision', '=', revision)
    // A draft that somebody holds is theirs; of one that was missed the hold is over.
    .where((row) => row.or([row('state', '=', 'missed'), row('held_at', 'is', null)]))
    .executeTakeFirst();
  if (numUpdatedRows === 0n)
    return refused('It changed at this very moment. Look at it again, then approve it');
  log.info(
    { edition: id, revision, by: whoActed(by) },
    sendAt === undefined ? 'An edition was approved' : 'Sent by hand',
  );
  await noteAct(db, id, { at: now, by, what: sendAt === undefined ? 'Approved' : 'Sent now' });
  return leaveIfDue(deps, id, 'Approved');
}

async function whyNotApprovable(db: Database, draft: Draft, seen: number): Promise<string | undefined> {
  if (SENT_STATES.includes(draft.state)) return 'It has left already';
  if (!draft.content || (draft.state !== 'draft' && draft.state !== 'missed'))
    return `There is nothing to approve: this edition is ${draft.state}`;
  if (draft.revision !== seen)
    return `${await changedWords(db, draft.id, seen)}. Look at it again, then approve it`;
  if (draft.state === 'missed' && (await laterHasLeft(db, draft)))
    return 'It is too late: a later edition has left, and this one would be old news';
  if (draft.state === 'draft' && draft.heldAt !== null)
    return `It is held by ${draft.heldBy}. Let it go on first`;
  return undefined;
}

/** `Anna changed it since: Moved “A quiet wedding” to Royals`. */
async function changedWords(db: Database, id: string, seen: number): Promise<string> {
  const last = await lastChange(db, id, seen);
  return last ? `${last.editor} changed it since: ${last.what}` : 'It was changed since';
}

/** The newest of the changes after a revision: whose, and in words what. */
export function lastChange(
  db: Database,
  id: string,
  seen: number,
): Promise<{ editor: string; what: string } | undefined> {
  return db
    .selectFrom('edition_revisions')
    .select(['editor', 'what'])
    .where('edition_id', '=', id)
    .where('revision', '>', seen)
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Nobody gets it until somebody lets it go on. */
export async function hold(deps: PublishingDeps, id: string, { by }: By): Promise<Act> {
  const { db, clock, log } = deps;
  const now = clock.now();
  const { numUpdatedRows } = await db
    .updateTable('editions')
    .set((row) => ({
      held_at: now,
      held_by: by,
      desk_since: row.fn.coalesce('desk_since', row.val(now)),
    }))
    .where('id', '=', id)
    .where('state', '=', 'draft')
    .where('held_at', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return refused(await whyNotHeld(db, id));
  log.warn({ edition: id, by: whoActed(by) }, 'An edition is held');
  await noteAct(db, id, { at: now, by, what: 'Held' });
  return done('It is held: it stays here until somebody lets it go on');
}

async function whyNotHeld(db: Database, id: string): Promise<string> {
  const draft = await findDraft(db, id);
  if (!draft) return 'There is no such edition';
  if (draft.state === 'draft') return `It is held already, by ${draft.heldBy}`;
  return SENT_STATES.includes(draft.state)
    ? 'It has left already: on its page it can be stopped while it goes out'
    : `There is nothing to hold: this edition is ${draft.state}`;
}

/** It goes its way again; at once, if its moment has come and nothing else keeps it. */
export async function unhold(deps: PublishingDeps, id: string, { by }: By): Promise<Act> {
  const { db, clock, log } = deps;
  const { numUpdatedRows } = await db
    .updateTable('editions')
    .set({ held_at: null, held_by: null, reason: null })
    .where('id', '=', id)
    .where('state', '=', 'draft')
    .where('held_at', 'is not', null)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return refused('It is not held');
  log.warn({ edition: id, by: whoActed(by) }, 'An edition is held no longer');
  await noteAct(db, id, { at: clock.now(), by, what: 'Let go on' });
  return leaveIfDue(deps, id, 'It goes on');
}

/**
 * Another moment to leave at than the slot; null for the slot. It has to lie before the next slot, whose edition would
 * otherwise overtake it.
 */
export async function schedule(
  deps: PublishingDeps,
  newsletter: NewsletterConfig,
  id: string,
  { sendAt, by }: By & { readonly sendAt: number | null },
): Promise<Act> {
  const { db, clock, log } = deps;
  const now = clock.now();
  const draft = await findDraft(db, id);
  if (draft?.state !== 'draft') return refused('Only a draft can be given another moment');
  const next = draft.corrects === null ? nextSlot(newsletter, draft.slot) : undefined;
  if (sendAt !== null && sendAt <= now) return refused('That moment has passed');
  if (sendAt !== null && next !== undefined && sendAt >= next)
    return refused('By then the next edition is due: choose a moment before it, or skip that one first');
  const { numUpdatedRows } = await db
    .updateTable('editions')
    .set({ send_at: sendAt, reminded_at: null, reason: null, desk_since: draft.deskSince ?? now })
    .where('id', '=', id)
    .where('state', '=', 'draft')
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return refused('It has left already');
  log.info({ edition: id, by, sendAt }, 'An edition was given another moment');
  await noteAct(db, id, { at: now, by, what: momentWords(newsletter, sendAt) });
  return leaveIfDue(deps, id, sendAt === null ? 'It goes at its slot' : 'It goes at that moment');
}

function momentWords({ time_zone }: NewsletterConfig, sendAt: number | null): string {
  return sendAt === null
    ? 'Gave it back its slot'
    : `Gave it another moment: ${wallTime(sendAt, time_zone).replace('T', ' ')}`;
}

/** What an act leads to when the edition's moment has come: the rest of the way is that of the schedule. */
async function leaveIfDue(deps: PublishingDeps, id: string, says: string): Promise<Act> {
  const draft = await findDraft(deps.db, id);
  const newsletter = deps.newsletters.find((one) => one.id === draft?.newsletterId);
  if (!draft || !newsletter || draft.state !== 'draft' || leavingAt(draft) > deps.clock.now())
    return done(says);
  const { keptBy } = await release(deps, newsletter, draft);
  return done(keptBy ? `${says}, but does not go yet: ${reasonWords(keptBy)}` : `${says}, and is on its way`);
}
