import { type Verdict, whyNotReady } from '../checks/check-edition.ts';
import { lateness } from '../composing/schedule.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { freezeAudience } from '../delivery/audience/audience.ts';
import { refusedIn } from '../editing/refused-stories.ts';
import { editionId } from '../editions/edition.ts';
import { type EditionReason, isSameReason, waited } from '../editions/reason.ts';
import { noteAct } from '../editions/store/act-log.ts';
import { markReminded } from '../editions/store/draft-decisions.ts';
import { type Draft, draftsOnDesk, findDraft } from '../editions/store/draft-store.ts';
import { holdDraft } from '../editions/store/edition-store.ts';
import { SENT_STATES, withContent } from '../editions/store/kept-edition.ts';
import { pauseOf } from '../editions/store/newsletter-store.ts';
import { laterHasLeft } from '../editions/store/sent-editions.ts';
import { recordMissed } from '../editions/store/slot-store.ts';
import { reasonForLog } from '../editions/words/reason-words.ts';
import type { Database } from '../storage/schema/schema.ts';
import { tellEditors } from './notices.ts';
import type { PublishingDeps } from './publishing-deps.ts';
import { approvedCorrections, isApproved, leavingAt, standingOf } from './review.ts';
import { BY_CHECKS, goWithout } from './sound-composition.ts';

export interface Release {
  /** Edition in its present state. */
  readonly edition: Draft;
  /** Absent where it was not looked at: somebody keeps it. */
  readonly verdict?: Verdict;
  /** Reason that it is held; undefined once it is on its way. */
  readonly keptBy: EditionReason | undefined;
}

/**
 * Lets a draft go: freezes its audience, after which the engine sends, unless somebody holds it, it
 * waits for approval, its newsletter is paused, or the checks find something. Then it says why, in
 * the log once for each reason. Whoever changes it meanwhile changes it first: then it stays, and
 * is looked at again.
 * @param said what was said of it before.
 */
export async function release(
  deps: PublishingDeps,
  newsletter: NewsletterConfig,
  draft: Draft,
  said: EditionReason | null = draft.reason,
): Promise<Release> {
  const { db, clock } = deps;
  const kept = standingOf(draft, newsletter, clock.now()).keptBy ?? (await pausedBy(db, newsletter.id));
  if (kept) return stays(deps, draft, { reason: kept, said });
  const verdict = await deps.check(withContent(draft, clock.now()));
  if (verdict.ready) return freeze(deps, draft, verdict);
  const without = draft.deskSince !== null && (await goWithout(deps, newsletter, draft, verdict));
  if (without) return freeze(deps, without.draft, without.verdict);
  return stays(deps, draft, { reason: whyNotReady(verdict), said, verdict });
}

async function stays(
  { db, log }: PublishingDeps,
  draft: Draft,
  { reason, said, verdict }: { reason: EditionReason; said: EditionReason | null; verdict?: Verdict },
): Promise<Release> {
  await holdDraft(db, draft.id, reason);
  const noted = { edition: draft.id, ...reasonForLog(reason) };
  if (!isSameReason(reason, said) && verdict)
    log.error(noted, 'An edition is not ready to send; it is tried again');
  else if (!isSameReason(reason, said)) log.warn(noted, 'An edition was due and does not go');
  return { edition: await asItStands(db, draft), ...(verdict && { verdict }), keptBy: reason };
}

async function freeze(deps: PublishingDeps, draft: Draft, verdict: Verdict): Promise<Release> {
  const { db, clock, log, speaks } = deps;
  const freezing = { mayLeave: isStill(draft), ...(speaks ? { speaks } : {}) };
  const frozen = await freezeAudience(db, withContent(draft), clock.now(), freezing);
  const edition = await asItStands(db, draft);
  for (const one of frozen ? refusedIn(edition.content) : []) {
    log.warn(
      { edition: draft.id, headline: one.headline, reason: one.because },
      'An edition goes without a story',
    );
    await noteAct(db, draft.id, {
      at: clock.now(),
      by: BY_CHECKS,
      what: { code: 'refused', headline: one.headline, because: one.because },
    });
  }
  return { edition, verdict, keptBy: hasLeft(edition) ? undefined : { code: 'changed-meanwhile' } };
}

/**
 * One that nobody has touched may have been composed anew meanwhile; one on the desk must be what
 * was looked at.
 */
function isStill(draft: Draft) {
  return (now: Draft): boolean => {
    if (now.heldAt !== null) return false;
    if (draft.deskSince === null) return now.deskSince === null;
    return (
      now.revision === draft.revision &&
      now.sendAt === draft.sendAt &&
      now.approvedRevision === draft.approvedRevision
    );
  };
}

function hasLeft({ state }: Draft): boolean {
  return SENT_STATES.includes(state);
}

async function asItStands(db: Database, draft: Draft): Promise<Draft> {
  return (await findDraft(db, draft.id)) ?? draft;
}

async function pausedBy(db: Database, newsletterId: string): Promise<EditionReason | undefined> {
  const pause = await pauseOf(db, newsletterId);
  return pause && { code: 'newsletter-paused', by: pause.by };
}

/**
 * Lets go what is due on the desk, never composed anew; what waited too long is missed, and keeps
 * what it would have told.
 */
export async function releaseDue(deps: PublishingDeps, newsletter: NewsletterConfig): Promise<Release[]> {
  const released: Release[] = [];
  const drafts = await draftsOnDesk(deps.db, newsletter.id);
  const due = drafts.filter((draft) => leavingAt(draft) <= deps.clock.now());
  await readFoldersAgain(deps, newsletter, due);
  for (const draft of due) {
    const tooLate = await whyTooLate(deps, newsletter, draft);
    if (tooLate !== undefined) {
      await miss(deps, newsletter, draft.slot, tooLate, true);
      continue;
    }
    const one = await release(deps, newsletter, draft);
    if (one.keptBy !== undefined) await remind(deps, newsletter, draft);
    released.push(one);
  }
  for (const correction of await approvedCorrections(deps.db, newsletter.id))
    if (leavingAt(correction) <= deps.clock.now()) released.push(await release(deps, newsletter, correction));
  return released;
}

/** A file that has become a draft since is in no mail, also where nobody watches its folder. */
async function readFoldersAgain(
  { sources, collect, clock }: PublishingDeps,
  newsletter: NewsletterConfig,
  due: readonly Draft[],
): Promise<void> {
  const folders = sources.filter((one) => 'folder' in one && newsletter.sources.includes(one.id));
  const goes = due.some((draft) => standingOf(draft, newsletter, clock.now()).keptBy === undefined);
  if (goes && folders.length > 0) await collect(folders.map(({ id }) => id));
}

/** A late approval counts from when it was given: who let it go then wants it to go. */
async function whyTooLate(
  { db, clock }: PublishingDeps,
  newsletter: NewsletterConfig,
  draft: Draft,
): Promise<EditionReason | undefined> {
  const kept = draft.reason;
  if (await laterHasLeft(db, draft)) return kept ? waited(kept, 'later-left') : { code: 'later-left' };
  const approvedAt = isApproved(draft) ? (draft.approvedAt ?? 0) : 0;
  const dueSince = Math.max(leavingAt(draft), draft.slot, approvedAt);
  const { patience, reason } = lateness(newsletter);
  if (clock.now() - dueSince <= (kept ? newsletter.catch_up_within : patience)) return undefined;
  return kept ? waited(kept, 'too-late') : reason;
}

/**
 * Notes that a slot passed without its edition, and why, and tells the editors, once. False when
 * the slot has an edition.
 * @param tell of many slots that passed while nothing was running, they hear of the last; and of
 * each that has a draft.
 */
export async function miss(
  { db, log, clock }: PublishingDeps,
  newsletter: NewsletterConfig,
  slot: number,
  reason: EditionReason,
  tell: boolean,
): Promise<boolean> {
  const now = clock.now();
  const regards = editionId(newsletter.id, slot);
  const missed = await db.transaction().execute(async (trx) => {
    const recorded = await recordMissed(trx, newsletter.id, slot, reason, now);
    const standing = recorded ? await findDraft(trx, regards) : undefined;
    if (standing && (tell || standing.content))
      await tellEditors(trx, newsletter, { kind: 'draft-missed', regards, now });
    return recorded;
  });
  if (missed)
    log.warn(
      { newsletter: newsletter.id, slot: new Date(slot).toISOString(), ...reasonForLog(reason) },
      'An edition was missed',
    );
  return missed;
}

/**
 * Reminds those who may approve of each draft that leaves soon, or would, and that nobody has
 * approved yet.
 */
export async function remindDue(deps: PublishingDeps, newsletter: NewsletterConfig): Promise<void> {
  const now = deps.clock.now();
  for (const draft of await draftsOnDesk(deps.db, newsletter.id)) {
    const from = leavingAt(draft) - newsletter.review.remind;
    const isSettled = isApproved(draft) && draft.heldAt === null;
    if (!isSettled && now >= from && now < leavingAt(draft)) await remind(deps, newsletter, draft);
  }
}

/** Once for each draft, and not of one that they were only just told about. */
async function remind(
  { db, clock }: PublishingDeps,
  newsletter: NewsletterConfig,
  draft: Draft,
): Promise<void> {
  const from = leavingAt(draft) - newsletter.review.remind;
  if (draft.remindedAt !== null || (draft.deskSince ?? from) >= from) return;
  const now = clock.now();
  await db.transaction().execute(async (trx) => {
    if (await markReminded(trx, draft.id, now))
      await tellEditors(trx, newsletter, { kind: 'draft-reminder', regards: draft.id, now });
  });
}
