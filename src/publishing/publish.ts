import type { SourceReport } from '../articles/collect.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { type Verdict, whyNotReady } from '../checks/verdict.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { freezeAudience } from '../delivery/audience.ts';
import type { Decision } from '../editions/compose.ts';
import { type Edition, editionId } from '../editions/edition.ts';
import {
  findEdition,
  holdDraft,
  type KeptEdition,
  recordMissed,
  SENT_STATES,
  saveDraft,
  withContent,
} from '../editions/edition-store.ts';
import type { Database } from '../storage/schema.ts';
import { type CompositionDeps, composition } from './composition.ts';
import { dueSlots, lastSlot, nextSlot } from './schedule.ts';

export interface PublishingDeps extends CompositionDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly newsletters: readonly NewsletterConfig[];
  /** Asks the named sources for what is new. */
  readonly collect: (sourceIds: readonly string[]) => Promise<readonly SourceReport[]>;
  /** Whether an edition is ready to send. */
  readonly check: (edition: Edition) => Promise<Verdict>;
}

export interface Composed {
  readonly edition: KeptEdition;
  readonly decisions: readonly Decision[];
}

export interface Published extends Composed {
  readonly sources: readonly SourceReport[];
  /** Absent where there was nothing to look at: no stories, or an edition that had left before. */
  readonly verdict?: Verdict;
}

/** An edition that was only looked at: nothing is kept. */
export interface Outlook extends Composed {
  /** What was sent at that slot already: then this is how it would be composed now. */
  readonly sent: KeptEdition | undefined;
}

/**
 * What the edition that is due would be, without keeping it; once that was sent, what the next one would be so far.
 * With `asOf` the edition of that moment, past or future.
 */
export async function outlook(
  deps: PublishingDeps,
  newsletter: NewsletterConfig,
  asOf?: number,
): Promise<Outlook> {
  const at = asOf ?? deps.clock.now();
  const due = slotBefore(newsletter, at);
  const standing = await findEdition(deps.db, editionId(newsletter.id, due));
  const sent = standing && SENT_STATES.includes(standing.state) ? standing : undefined;
  const slot = (sent && asOf === undefined ? nextSlot(newsletter, at) : undefined) ?? due;
  const { content, decisions } = await composition(deps, newsletter, slot, at);
  const edition: KeptEdition = {
    id: editionId(newsletter.id, slot),
    newsletterId: newsletter.id,
    slot,
    state: content ? 'draft' : 'empty',
    reason: content ? null : whyEmpty(decisions),
    content,
  };
  return { edition, decisions, sent: slot === due ? sent : undefined };
}

/**
 * Collect, compose, check, freeze: after this the engine sends. Doing it again for the same slot changes nothing.
 * What is not ready to send stays a draft that says why.
 * @param asOf a moment for the whole edition; when not given, the slot is the one due now, and what was collected on the
 * way is in it, also an article without a date, which counts as published when it was first seen.
 */
export async function publish(
  deps: PublishingDeps,
  newsletter: NewsletterConfig,
  asOf?: number,
): Promise<Published> {
  const slot = slotBefore(newsletter, asOf ?? deps.clock.now());
  const standing = await findEdition(deps.db, editionId(newsletter.id, slot));
  if (standing && !['draft', 'empty', 'missed'].includes(standing.state))
    return { edition: standing, decisions: [], sources: [] };
  const sources = await deps.collect(newsletter.sources);
  const { edition, decisions } = await composeSlot(deps, newsletter, slot, asOf ?? deps.clock.now());
  if (edition.state !== 'draft') return { edition, decisions, sources };
  const verdict = await deps.check(withContent(edition));
  if (verdict.ready) await freezeAudience(deps.db, withContent(edition), deps.clock.now());
  else await holdBack(deps, edition, whyNotReady(verdict), standing?.reason);
  return { edition: (await findEdition(deps.db, edition.id)) ?? edition, decisions, sources, verdict };
}

/** Said once for each reason, not at every wake-up that finds the same. */
async function holdBack(
  { db, log }: PublishingDeps,
  { id }: KeptEdition,
  reason: string,
  before: string | null | undefined,
): Promise<void> {
  await holdDraft(db, id, reason);
  if (reason !== before)
    log.error({ edition: id, reason }, 'An edition is not ready to send; it is tried again');
}

/**
 * Does what is due at this moment: publishes, or says which slots were missed. Called at every wake-up; what is due is
 * worked out from what has been done, so calling it too often or too late is harmless. A newsletter that cannot be
 * published is logged, and tried again at the next wake-up; the others do not wait for it.
 */
export async function publishDue(deps: PublishingDeps): Promise<Published[]> {
  const published: Published[] = [];
  for (const newsletter of deps.newsletters) {
    try {
      const one = await publishIfDue(deps, newsletter);
      if (one) published.push(one);
    } catch (error) {
      deps.log.error({ newsletter: newsletter.id, error }, 'An edition could not be made; it is tried again');
    }
  }
  return published;
}

async function publishIfDue(
  deps: PublishingDeps,
  newsletter: NewsletterConfig,
): Promise<Published | undefined> {
  const now = deps.clock.now();
  const due = dueSlots(newsletter, await lastDone(deps.db, newsletter.id, now), now);
  for (const { slot, reason: late } of due.missed) {
    const held = await findEdition(deps.db, editionId(newsletter.id, slot));
    const reason = held?.state === 'draft' && held.reason ? `${held.reason}, until it was too late` : late;
    if (await recordMissed(deps.db, newsletter.id, slot, reason, now))
      deps.log.warn(
        { newsletter: newsletter.id, slot: new Date(slot).toISOString(), reason },
        'An edition was missed',
      );
  }
  return due.publish === undefined ? undefined : publish(deps, newsletter);
}

/** Remembers when each newsletter was first known: slots before that were never due. */
export async function registerNewsletters(
  db: Database,
  newsletters: readonly NewsletterConfig[],
  now: number,
): Promise<void> {
  await db
    .insertInto('newsletters')
    .values(newsletters.map(({ id }) => ({ id, known_since: now })))
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

async function composeSlot(
  deps: PublishingDeps,
  newsletter: NewsletterConfig,
  slot: number,
  asOf: number,
): Promise<Composed> {
  const { content, decisions } = await composition(deps, newsletter, slot, asOf);
  const edition = await saveDraft(deps.db, {
    newsletterId: newsletter.id,
    slot,
    asOf,
    composedAt: deps.clock.now(),
    content,
    reason: content ? null : whyEmpty(decisions),
  });
  return { edition, decisions };
}

function slotBefore(newsletter: NewsletterConfig, moment: number): number {
  const slot = lastSlot(newsletter, moment);
  if (slot !== undefined) return slot;
  throw new AppError(
    'USAGE',
    `The schedule of ${newsletter.id} ("${newsletter.schedule}") has no slot before that moment`,
  );
}

function whyEmpty(decisions: readonly Decision[]): string {
  if (decisions.length === 0) return 'the sources have nothing from these days';
  return `none of ${decisions.length} articles is new`;
}

/** The newest slot that is settled: sent, empty or missed. A draft is not: it is what a crash may have left half done. */
async function lastDone(db: Database, newsletterId: string, now: number): Promise<number> {
  const known = await db
    .selectFrom('newsletters')
    .select('known_since')
    .where('id', '=', newsletterId)
    .executeTakeFirst();
  const last = await db
    .selectFrom('editions')
    .select('slot')
    .where('newsletter_id', '=', newsletterId)
    .where('state', '!=', 'draft')
    .orderBy('slot', 'desc')
    .limit(1)
    .executeTakeFirst();
  return Math.max(known?.known_since ?? now, last?.slot ?? 0);
}
