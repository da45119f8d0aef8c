import { whoActed } from '../base/log.ts';
import { nextSlot, wallTime } from '../composing/schedule.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { lastChange } from '../editing/draft-history.ts';
import { type Act, done, type LetGo, type NotDone, refused } from '../editions/act.ts';
import { type NotedWhat, noteAct } from '../editions/store/act-log.ts';
import { endHold, markApproved, markHeld, moveDraft } from '../editions/store/draft-decisions.ts';
import { type Draft, findDraft } from '../editions/store/draft-store.ts';
import { SENT_STATES } from '../editions/store/kept-edition.ts';
import { laterHasLeft } from '../editions/store/sent-editions.ts';
import type { Database } from '../storage/schema/schema.ts';
import type { PublishingDeps } from './publishing-deps.ts';
import { release } from './release.ts';
import { leavingAt } from './review.ts';

/**
 * An edition's id and who acts, by name; each act is guarded by the row it finds, and says what
 * came of it.
 */
interface By {
  readonly by: string;
}

/**
 * This is what readers get: approves the draft as the editor saw it. If its moment has come it
 * leaves at once, also after it was missed, as long as no later edition has left.
 * @param options.revision the one they looked at; one that has changed since is not approved
 * unseen.
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
  if (!draft) return refused({ code: 'no-edition' });
  const unable = await whyNotApprovable(db, draft, revision);
  if (unable) return refused(unable);
  const now = clock.now();
  if (!(await markApproved(db, draft, { revision, by, now, sendAt })))
    return refused({ code: 'changed-meanwhile' });
  log.info(
    { edition: id, revision, by: whoActed(by) },
    sendAt === undefined ? 'An edition was approved' : 'Sent by hand',
  );
  await noteAct(db, id, { at: now, by, what: { code: sendAt === undefined ? 'approved' : 'sent-now' } });
  return leaveIfDue(deps, id, 'approved');
}

async function whyNotApprovable(db: Database, draft: Draft, seen: number): Promise<NotDone | undefined> {
  if (SENT_STATES.includes(draft.state)) return { code: 'has-left' };
  if (!draft.content || (draft.state !== 'draft' && draft.state !== 'missed'))
    return { code: 'not-approvable', state: draft.state };
  if (draft.revision !== seen) return { code: 'changed-since', ...(await lastChange(db, draft.id, seen)) };
  if (draft.state === 'missed' && (await laterHasLeft(db, draft))) return { code: 'later-has-left' };
  if (draft.state === 'draft' && draft.heldAt !== null) return { code: 'held-by', by: draft.heldBy ?? '' };
  return undefined;
}

/** Nobody gets it until somebody lets it go on. */
export async function hold(deps: PublishingDeps, id: string, { by }: By): Promise<Act> {
  const { db, clock, log } = deps;
  const now = clock.now();
  if (!(await markHeld(db, id, by, now))) return refused(await whyNotHeld(db, id));
  log.warn({ edition: id, by: whoActed(by) }, 'An edition is held');
  await noteAct(db, id, { at: now, by, what: { code: 'held' } });
  return done({ code: 'held' });
}

async function whyNotHeld(db: Database, id: string): Promise<NotDone> {
  const draft = await findDraft(db, id);
  if (!draft) return { code: 'no-edition' };
  if (draft.state === 'draft') return { code: 'held-already', by: draft.heldBy ?? '' };
  return SENT_STATES.includes(draft.state)
    ? { code: 'under-way' }
    : { code: 'not-holdable', state: draft.state };
}

/** It goes its way again; at once, if its moment has come and nothing else keeps it. */
export async function unhold(deps: PublishingDeps, id: string, { by }: By): Promise<Act> {
  const { db, clock, log } = deps;
  if (!(await endHold(db, id))) return refused({ code: 'not-held' });
  log.warn({ edition: id, by: whoActed(by) }, 'An edition is held no longer');
  await noteAct(db, id, { at: clock.now(), by, what: { code: 'let-go-on' } });
  return leaveIfDue(deps, id, 'goes-on');
}

/**
 * Another moment to leave at than the slot; null for the slot. It has to lie before the next slot,
 * whose edition would otherwise overtake it.
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
  if (draft?.state !== 'draft') return refused({ code: 'no-draft-to-move' });
  const next = draft.corrects === null ? nextSlot(newsletter, draft.slot) : undefined;
  if (sendAt !== null && sendAt <= now) return refused({ code: 'moment-has-passed' });
  if (sendAt !== null && next !== undefined && sendAt >= next)
    return refused({ code: 'next-is-due-by-then' });
  const moved = await moveDraft(db, id, { sendAt, deskSince: draft.deskSince ?? now });
  if (!moved) return refused({ code: 'has-left' });
  log.info({ edition: id, by, sendAt }, 'An edition was given another moment');
  await noteAct(db, id, { at: now, by, what: momentGiven(newsletter, sendAt) });
  return leaveIfDue(deps, id, sendAt === null ? 'goes-at-its-slot' : 'goes-at-that-moment');
}

function momentGiven({ time_zone }: NewsletterConfig, sendAt: number | null): NotedWhat {
  return sendAt === null
    ? { code: 'given-its-slot' }
    : { code: 'given-moment', wall: wallTime(sendAt, time_zone).replace('T', ' ') };
}

/** Releases the edition if its time has come: the rest is up to the schedule. */
async function leaveIfDue(deps: PublishingDeps, id: string, code: LetGo): Promise<Act> {
  const draft = await findDraft(deps.db, id);
  const newsletter = deps.newsletters.get(draft?.newsletterId);
  if (!draft || !newsletter || draft.state !== 'draft' || leavingAt(draft) > deps.clock.now())
    return done({ code, leaves: 'at-its-moment' });
  const { keptBy } = await release(deps, newsletter, draft);
  return done({ code, leaves: keptBy ?? 'at-once' });
}
