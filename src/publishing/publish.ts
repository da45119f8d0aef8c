import type { SourceReport } from '../articles/sources/collect.ts';
import { AppError } from '../base/errors.ts';
import type { Verdict } from '../checks/check-edition.ts';
import type { Decision } from '../composing/decision.ts';
import { type DueSlots, dueSlots, lastSlot, nextSlot } from '../composing/schedule.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { editionId } from '../editions/edition.ts';
import { type EditionReason, isSameReason, waited } from '../editions/reason.ts';
import { type Draft, draftsOnDesk, findDraft } from '../editions/store/draft-store.ts';
import { findEdition } from '../editions/store/edition-store.ts';
import { type KeptEdition, SENT_STATES } from '../editions/store/kept-edition.ts';
import { knownSince, type Pause, pauseOf } from '../editions/store/newsletter-store.ts';
import { sentSlotBefore } from '../editions/store/sent-editions.ts';
import { lastSettledSlot, recordSkipped, slotsLeftBehind } from '../editions/store/slot-store.ts';
import { reasonForLog } from '../editions/words/reason-words.ts';
import type { Database } from '../storage/schema/schema.ts';
import { type Composed, composeAhead, composeSlot, waitsForSources, whyEmpty } from './drafts.ts';
import type { PublishingDeps } from './publishing-deps.ts';
import { miss, type Release, release, releaseDue, remindDue } from './release.ts';
import { leavingAt } from './review.ts';
import { soundComposition } from './sound-composition.ts';

export type { PublishingDeps } from './publishing-deps.ts';

export interface Published {
  readonly edition: KeptEdition;
  /** Decision on each article, with its reason; none where nothing was composed. */
  readonly decisions: readonly Decision[];
  readonly sources: readonly SourceReport[];
  /**
   * Absent where there was nothing to look at: no stories, an edition that had left before, or one
   * that somebody keeps.
   */
  readonly verdict?: Verdict;
  /** Reason that it is held: it waits for approval, or somebody holds it. */
  readonly keptBy?: EditionReason;
}

/** An edition that was only looked at: nothing is kept. */
export interface Outlook {
  readonly edition: KeptEdition;
  readonly decisions: readonly Decision[];
  /** Edition already sent at that slot: then this is how it would be composed now. */
  readonly sent: KeptEdition | undefined;
  /**
   * It is the draft on the editors' desk, which is not composed anew; the decisions are those of
   * this moment.
   */
  readonly onDesk: boolean;
}

/**
 * Returns the edition that is due, without storing it; once that was sent, the next one so far.
 * With `asOf` the edition of that time, past or future. Where editors have a draft on their desk,
 * returns that.
 */
export async function outlook(
  deps: PublishingDeps,
  newsletter: NewsletterConfig,
  asOf?: number,
): Promise<Outlook> {
  const at = asOf ?? deps.clock.now();
  const due = await dueSlot(deps.db, newsletter, at);
  const standing = await findEdition(deps.db, editionId(newsletter.id, due));
  const sent = standing && SENT_STATES.includes(standing.state) ? standing : undefined;
  const slot = (sent && asOf === undefined ? nextSlot(newsletter, at) : undefined) ?? due;
  const { content, decisions } = await soundComposition(deps, newsletter, slot, at);
  const draft = await findDraft(deps.db, editionId(newsletter.id, slot));
  const onDesk = draft?.state === 'draft' && draft.deskSince !== null;
  const edition: KeptEdition = {
    id: editionId(newsletter.id, slot),
    newsletterId: newsletter.id,
    slot,
    datedAt: slot,
    state: content ? 'draft' : 'empty',
    reason: content ? null : whyEmpty(decisions),
    candidates: null,
    content,
  };
  return { edition: onDesk ? draft : edition, decisions, onDesk, sent: slot === due ? sent : undefined };
}

/**
 * Collect, compose, check, freeze: after this the engine sends. Doing it again for the same slot
 * changes nothing. What is not ready to send stays a draft that says why; what editors have on
 * their desk is let go as they left it, or says what keeps it.
 * @param asOf a moment for the whole edition; when not given, the slot is the one due now, and what
 * was collected on the way is in it, also an article without a date, which counts as published when
 * it was first seen.
 */
export async function publish(
  deps: PublishingDeps,
  newsletter: NewsletterConfig,
  asOf?: number,
): Promise<Published> {
  const slot = await dueSlot(deps.db, newsletter, asOf ?? deps.clock.now());
  const standing = await findDraft(deps.db, editionId(newsletter.id, slot));
  if (standing && !['draft', 'empty', 'missed'].includes(standing.state)) return settled(standing);
  if (standing?.state === 'missed' && standing.deskSince !== null)
    return { ...settled(standing), keptBy: { code: 'goes-when-approved' } };
  if (standing && standing.deskSince !== null) return published(await release(deps, newsletter, standing));
  const composed = await composeSlot(deps, newsletter, slot, {
    ...(asOf === undefined ? {} : { asOf }),
    toDesk: false,
  });
  if (composed.edition.state !== 'draft') return composed;
  if (!composed.edition.content) return unread(deps, composed, standing?.reason);
  const released = await release(deps, newsletter, composed.edition, standing?.reason);
  return { ...published(released), decisions: composed.decisions, sources: composed.sources };
}

/** Nothing could be read, so its slot stays open: it is said once for each reason. */
function unread({ log }: PublishingDeps, composed: Composed, said: EditionReason | null = null): Published {
  const { id, reason } = composed.edition;
  if (!reason) return composed;
  if (!isSameReason(reason, said))
    log.error({ edition: id, ...reasonForLog(reason) }, 'An edition could not be made; it is tried again');
  return { ...composed, keptBy: reason };
}

function settled(edition: Draft): Published {
  return { edition, decisions: [], sources: [] };
}

function published({ edition, verdict, keptBy }: Release): Published {
  return {
    ...settled(edition),
    ...(verdict ? { verdict } : {}),
    ...(keptBy === undefined ? {} : { keptBy }),
  };
}

/**
 * Does what is due at this moment: publishes, puts drafts on the desk, reminds, or says which slots
 * were missed. Called at every wake-up; what is due is worked out from what has been done, so
 * calling it too often or too late is harmless. A newsletter that cannot be published is logged,
 * and tried again at the next wake-up; the others do not wait for it.
 */
export async function publishDue(deps: PublishingDeps): Promise<Published[]> {
  const all: Published[] = [];
  for (const newsletter of deps.newsletters) {
    try {
      all.push(...(await lookAfter(deps, newsletter)));
    } catch (error) {
      deps.log.error({ newsletter: newsletter.id, error }, 'An edition could not be made; it is tried again');
    }
  }
  return all;
}

async function lookAfter(deps: PublishingDeps, newsletter: NewsletterConfig): Promise<Published[]> {
  const pause = await pauseOf(deps.db, newsletter.id);
  if (pause) {
    await skipPassed(deps, newsletter, pause);
    return [];
  }
  const released = (await releaseDue(deps, newsletter)).map(published);
  await remindDue(deps, newsletter);
  const due = await publishIfDue(deps, newsletter);
  await composeAhead(deps, newsletter);
  return due ? [...released, due] : released;
}

/** While a newsletter is paused its slots pass without an edition, and say so. */
async function skipPassed(deps: PublishingDeps, newsletter: NewsletterConfig, pause: Pause): Promise<void> {
  const { db, clock, log } = deps;
  const now = clock.now();
  const { publish: latest, missed } = dueSlots(newsletter, await lastDone(db, newsletter.id, now), now);
  const waiting = (await draftsOnDesk(db, newsletter.id)).filter((draft) => leavingAt(draft) <= now);
  const slots = new Set([...missed, ...waiting].map(({ slot }) => slot));
  if (latest !== undefined) slots.add(latest);
  for (const slot of slots) {
    const reason: EditionReason = { code: 'skipped-in-pause', by: pause.by };
    if (await recordSkipped(db, newsletter.id, slot, reason, now))
      log.warn({ edition: editionId(newsletter.id, slot), ...reasonForLog(reason) }, 'A slot was skipped');
  }
}

/** Makes the edition of a slot that has none yet, and says which slots passed without one. */
async function publishIfDue(
  deps: PublishingDeps,
  newsletter: NewsletterConfig,
): Promise<Published | undefined> {
  const { db, clock } = deps;
  const now = clock.now();
  const since = await lastDone(db, newsletter.id, now);
  const due = dueSlots(newsletter, since, now);
  const onDesk = new Set((await draftsOnDesk(db, newsletter.id)).map(({ slot }) => slot));
  for (const { slot, reason: late } of [...(await leftBehind(db, newsletter.id, since)), ...due.missed]) {
    if (onDesk.has(slot)) continue;
    const held = await findEdition(db, editionId(newsletter.id, slot));
    const reason = held?.state === 'draft' && held.reason ? waited(held.reason, 'too-late') : late;
    await miss(deps, newsletter, slot, reason, slot === due.missed.at(-1)?.slot);
  }
  if (due.publish === undefined || onDesk.has(due.publish)) return undefined;
  const standing = await findDraft(db, editionId(newsletter.id, due.publish));
  return standing && waitsForSources(standing, now) ? undefined : publish(deps, newsletter);
}

/** Returns the drafts that nobody has on the desk and that a later slot, settled early, went past. */
async function leftBehind(db: Database, newsletterId: string, since: number): Promise<DueSlots['missed']> {
  const slots = await slotsLeftBehind(db, newsletterId, since);
  return slots.map((slot) => ({ slot, reason: { code: 'later-due' } }));
}

/**
 * The newest slot up to a moment; after a change of the schedule the one that was sent last, should
 * that be newer.
 */
async function dueSlot(db: Database, newsletter: NewsletterConfig, moment: number): Promise<number> {
  const slot = lastSlot(newsletter, moment);
  if (slot !== undefined) return Math.max(slot, (await sentSlotBefore(db, newsletter.id, moment + 1)) ?? 0);
  throw new AppError(
    'USAGE',
    `The schedule of ${newsletter.id} ("${newsletter.schedule}") has no slot before that moment`,
  );
}

/** Returns the newest slot, up to now, that is settled; at first the time the newsletter became known. */
async function lastDone(db: Database, newsletterId: string, now: number): Promise<number> {
  const since = await knownSince(db, newsletterId);
  return Math.max(since ?? now, (await lastSettledSlot(db, newsletterId, now)) ?? 0);
}
