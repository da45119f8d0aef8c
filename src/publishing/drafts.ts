import type { SourceReport } from '../articles/sources/collect.ts';
import { MINUTE_MS, SECOND_MS } from '../base/clock.ts';
import { composition } from '../composing/composition.ts';
import type { Decision } from '../composing/decision.ts';
import { nextSlot } from '../composing/schedule.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { changeDraft } from '../editing/revisions.ts';
import { type Act, done, refused } from '../editions/act.ts';
import { editionId } from '../editions/edition.ts';
import type { EditionReason } from '../editions/reason.ts';
import { noteAct } from '../editions/store/act-log.ts';
import { type Draft, findDraft } from '../editions/store/draft-store.ts';
import { writeDraft } from '../editions/store/edition-store.ts';
import { tellEditors } from './notices.ts';
import type { PublishingDeps } from './publishing-deps.ts';
import { approvalFor } from './review.ts';
import { soundComposition } from './sound-composition.ts';

export interface Composed {
  readonly edition: Draft;
  readonly decisions: readonly Decision[];
  readonly sources: readonly SourceReport[];
}

/** While there is nothing to tell yet, sources are not asked every minute for hours. */
const LOOK_AGAIN_MS = 10 * MINUTE_MS;
/** First delay before all sources are asked again after every one failed. */
const FIRST_LOOK_AGAIN_MS = 30 * SECOND_MS;
/** So many sources that failed are named. */
const MOST_NAMED = 3;
/** Most editions passed over because they have left already or are skipped. */
const FURTHEST_AHEAD = 50;

/**
 * Collects what is new and composes the draft of a slot, unless editors have it already. It goes to
 * their desk when it is asked for, or when nobody may let it go unseen; who brings it there also
 * tells them, in the same commit.
 * @param asOf the moment the edition looks back from; when not given, the moment after collecting.
 */
export async function composeSlot(
  deps: PublishingDeps,
  newsletter: NewsletterConfig,
  slot: number,
  { asOf, toDesk }: { asOf?: number; toDesk: boolean },
): Promise<Composed> {
  const sources = await deps.collect(newsletter.sources);
  const at = asOf ?? deps.clock.now();
  const whole = await composition(deps, newsletter, slot, at);
  const onDesk =
    whole.content !== undefined && (toDesk || approvalFor(newsletter.review, whole.content) !== false);
  // Editors are shown what the checks refuse, and may mend it; what nobody looks at goes without.
  const { content, decisions } = onDesk ? whole : await soundComposition(deps, newsletter, slot, at);
  const now = deps.clock.now();
  const id = editionId(newsletter.id, slot);
  const reason = content ? null : whyEmpty(decisions, sources);
  const isOpen = reason?.code === 'nothing-read' && slot <= now;
  await deps.db.transaction().execute(async (trx) => {
    const written = await writeDraft(trx, {
      newsletterId: newsletter.id,
      slot,
      asOf: at,
      composedAt: now,
      content,
      reason,
      isOpen,
      ...(onDesk ? { deskSince: now } : {}),
    });
    if (written && onDesk) await tellEditors(trx, newsletter, { kind: 'draft-ready', regards: id, now });
  });
  const edition = await findDraft(deps.db, id);
  if (!edition) throw new Error(`${id} was composed and is gone`);
  return { edition, decisions, sources };
}

/** Returns why an edition has no stories, and which sources might have had some. */
export function whyEmpty(
  { length: articles }: readonly Decision[],
  reports: readonly SourceReport[] = [],
): EditionReason {
  const failed = reports.flatMap(({ sourceId: source, reason: failure }) =>
    failure ? [{ source, failure }] : [],
  );
  const unread = { sources: failed.slice(0, MOST_NAMED), more: Math.max(0, failed.length - MOST_NAMED) };
  if (failed.length > 0 && failed.length === reports.length) return { code: 'nothing-read', unread };
  return {
    ...(articles === 0 ? { code: 'nothing-there' } : { code: 'nothing-new', articles }),
    ...(failed.length > 0 && { unread }),
  };
}

/**
 * True for the edition of a slot whose sources all failed just now. They are asked again once it
 * has waited as long again as it has, at most ten minutes, until one of them answers or it is too
 * late.
 */
export function waitsForSources({ state, reason, slot, composedAt }: Draft, now: number): boolean {
  if (state !== 'draft' || reason?.code !== 'nothing-read') return false;
  const pause = Math.min(Math.max(composedAt - slot, FIRST_LOOK_AGAIN_MS), LOOK_AGAIN_MS);
  return Math.abs(now - composedAt) < pause;
}

/**
 * Puts the draft of the next slot on the desk once its review begins. Undefined when there is
 * nothing to do.
 */
export async function composeAhead(
  deps: PublishingDeps,
  newsletter: NewsletterConfig,
): Promise<Composed | undefined> {
  const now = deps.clock.now();
  const { before } = newsletter.review;
  const slot = before > 0 ? nextSlot(newsletter, now) : undefined;
  if (slot === undefined || now < slot - before) return undefined;
  const standing = await findDraft(deps.db, editionId(newsletter.id, slot));
  if (standing && !isUntouched(standing)) return undefined;
  if (standing?.state === 'empty' && Math.abs(now - standing.composedAt) < LOOK_AGAIN_MS) return undefined;
  return composeSlot(deps, newsletter, slot, { toDesk: true });
}

/** Nobody has looked at it, and it has not left: it may be composed anew. */
function isUntouched({ state, deskSince }: Draft): boolean {
  return deskSince === null && (state === 'draft' || state === 'empty');
}

/** Result of asking for the next edition now. */
export type Asked = Act & {
  /** The draft that is on the desk. */
  readonly id?: string;
};

/**
 * An editor wants the next edition now: its draft comes to the desk, or is there already. What has
 * left early or is skipped is passed over.
 */
export async function composeNow(
  deps: PublishingDeps,
  newsletter: NewsletterConfig,
  by: string,
): Promise<Asked> {
  const next = await nextOpen(deps, newsletter);
  if (!next) return refused({ code: 'no-slot-to-come', newsletter: newsletter.title });
  if (next.standing?.state === 'draft' && next.standing.deskSince !== null)
    return { ...done({ code: 'composed-already' }), id: next.standing.id };
  const { edition } = await composeSlot(deps, newsletter, next.slot, { toDesk: true });
  if (edition.state !== 'draft') return refused({ code: 'nothing-yet', reason: edition.reason });
  deps.log.info({ edition: edition.id, by }, 'An editor had the next edition composed');
  await noteAct(deps.db, edition.id, { at: deps.clock.now(), by, what: { code: 'asked-for' } });
  return { ...done({ code: 'composed' }), id: edition.id };
}

/**
 * Composes a draft anew from what there is now, instead of what editors made of it: one change,
 * which can be undone as every other.
 */
export async function recompose(
  deps: PublishingDeps,
  newsletter: NewsletterConfig,
  id: string,
  by: string,
): Promise<Act> {
  const draft = await findDraft(deps.db, id);
  if (draft?.state !== 'draft' || draft.corrects !== null) return refused({ code: 'no-draft-to-recompose' });
  const sources = await deps.collect(newsletter.sources);
  const now = deps.clock.now();
  const { content, decisions } = await composition(deps, newsletter, draft.slot, now);
  if (!content) return refused({ code: 'nothing-anew', reason: whyEmpty(decisions, sources) });
  const changing = { seen: draft.revision, by: { name: by }, now };
  const change = await changeDraft(deps.db, id, changing, () => ({
    content,
    what: { code: 'composed-anew' },
    touches: ['*'],
  }));
  if (change.kind === 'saved') return done({ code: 'composed-anew' });
  if (change.kind !== 'conflict') return refused({ code: 'no-draft-now' });
  return refused({ code: 'changed-since', by: change.by, what: change.what });
}

/**
 * The next slot whose edition can still be made, with its draft where there is one: what has left
 * early or is skipped is none.
 */
export async function nextOpen(
  { db, clock }: Pick<PublishingDeps, 'db' | 'clock'>,
  newsletter: NewsletterConfig,
): Promise<{ readonly slot: number; readonly standing: Draft | undefined } | undefined> {
  let slot = nextSlot(newsletter, clock.now());
  for (let passed = 0; slot !== undefined && passed < FURTHEST_AHEAD; passed += 1) {
    const standing = await findDraft(db, editionId(newsletter.id, slot));
    if (!standing || standing.state === 'draft' || standing.state === 'empty') return { slot, standing };
    slot = nextSlot(newsletter, slot);
  }
  return undefined;
}
