import { nextSlot } from '../composing/schedule.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { type Act, done, refused } from '../editions/act.ts';
import { editionId } from '../editions/edition.ts';
import { noteAct } from '../editions/store/act-log.ts';
import { type Draft, draftsOnDesk, findDraft } from '../editions/store/draft-store.ts';
import { beginPause, endPause, pauseOf } from '../editions/store/newsletter-store.ts';
import { bringBack, forgetSkip, recordSkipped } from '../editions/store/slot-store.ts';
import type { PublishingDeps } from './publishing-deps.ts';
import { type Standing, standingOf } from './review.ts';

/**
 * From now on the newsletter makes no editions; the slots that pass meanwhile are skipped, with who
 * wanted it.
 */
export async function pauseNewsletter(
  { db, clock, log }: PublishingDeps,
  newsletter: NewsletterConfig,
  by: string,
): Promise<Act> {
  if (!(await beginPause(db, newsletter.id, { at: clock.now(), by }))) {
    const pause = await pauseOf(db, newsletter.id);
    const by = pause?.by ?? 'somebody';
    return refused({ code: 'newsletter-paused-already', newsletter: newsletter.title, by });
  }
  log.warn({ newsletter: newsletter.id, by }, 'A newsletter was paused');
  return done({ code: 'newsletter-paused', newsletter: newsletter.title });
}

export async function resumeNewsletter(
  { db, log }: Pick<PublishingDeps, 'db' | 'log'>,
  newsletter: NewsletterConfig,
  by: string,
): Promise<Act> {
  if (!(await endPause(db, newsletter.id)))
    return refused({ code: 'newsletter-not-paused', newsletter: newsletter.title });
  log.warn({ newsletter: newsletter.id, by }, 'A newsletter goes on');
  return done({ code: 'newsletter-goes-on', newsletter: newsletter.title });
}

/**
 * Lets a slot to come pass without an edition; a draft that is there keeps what it would have told.
 */
export async function skipSlot(
  deps: PublishingDeps,
  newsletter: NewsletterConfig,
  slot: number,
  by: string,
): Promise<Act> {
  const now = deps.clock.now();
  const standing = await findDraft(deps.db, editionId(newsletter.id, slot));
  if (!isSlot(newsletter, slot) && standing?.state !== 'draft')
    return refused({ code: 'no-edition-then', newsletter: newsletter.title });
  if (slot <= now && standing?.state !== 'draft') return refused({ code: 'slot-has-passed' });
  if (!(await recordSkipped(deps.db, newsletter.id, slot, { code: 'skipped', by }, now)))
    return refused({ code: 'not-skippable', state: standing?.state ?? 'gone' });
  deps.log.warn({ edition: editionId(newsletter.id, slot), by }, 'A slot is skipped');
  await noteAct(deps.db, editionId(newsletter.id, slot), { at: now, by, what: { code: 'skipped' } });
  return done({ code: 'skipped' });
}

/**
 * The slot has its edition again: the draft that was there, or one that is composed in time. Once
 * the slot has passed only a draft can come back, and it comes back held, for nothing should leave
 * just because somebody wanted to see it.
 */
export async function unskip(
  { db, clock, log }: PublishingDeps,
  newsletter: NewsletterConfig,
  slot: number,
  by: string,
): Promise<Act> {
  const id = editionId(newsletter.id, slot);
  const now = clock.now();
  const passed = slot <= now;
  const isBack = await bringBack(db, id, passed ? { at: now, by } : undefined);
  if (!isBack && passed) return refused({ code: 'slot-had-no-draft' });
  if (!isBack && !(await forgetSkip(db, id))) return refused({ code: 'slot-not-skipped' });
  log.warn({ edition: id, by }, 'A skipped slot has its edition again');
  const code = passed ? 'brought-back-held' : 'brought-back';
  await noteAct(db, id, { at: now, by, what: { code } });
  return done({ code });
}

function isSlot(newsletter: NewsletterConfig, slot: number): boolean {
  return nextSlot(newsletter, slot - 1) === slot;
}

/**
 * A slot to come, or one whose draft is on the desk although it has passed or is on the schedule no
 * more.
 */
export interface Upcoming {
  readonly slot: number;
  /**
   * It has passed, or its newsletter's schedule has changed since: it is here for its draft alone.
   */
  readonly unscheduled: boolean;
  /** Time its draft comes to the desk, or is composed and sent. */
  readonly composesAt: number;
  /** Absent while nothing was composed. */
  readonly draft?: Draft;
  readonly standing?: Standing;
}

/**
 * The next `count` slots, and whatever else is on the desk: none of it should leave unseen, or be
 * forgotten.
 */
export async function upcoming(
  { db, clock }: Pick<PublishingDeps, 'db' | 'clock'>,
  newsletter: NewsletterConfig,
  count: number,
): Promise<Upcoming[]> {
  const now = clock.now();
  const entry = (slot: number, draft: Draft | undefined, unscheduled = false): Upcoming => ({
    slot,
    unscheduled,
    composesAt: slot - newsletter.review.before,
    ...(draft ? { draft, standing: standingOf(draft, newsletter, now) } : {}),
  });
  const coming: Upcoming[] = [];
  let slot = nextSlot(newsletter, now);
  while (slot !== undefined && coming.length < count) {
    coming.push(entry(slot, await findDraft(db, editionId(newsletter.id, slot))));
    slot = nextSlot(newsletter, slot);
  }
  const others = (await draftsOnDesk(db, newsletter.id))
    .filter((draft) => coming.every((one) => one.slot !== draft.slot))
    .map((draft) => entry(draft.slot, draft, draft.slot <= now || !isSlot(newsletter, draft.slot)));
  return [...others, ...coming].toSorted((a, b) => a.slot - b.slot);
}
