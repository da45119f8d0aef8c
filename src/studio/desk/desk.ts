import { capitalised } from '../../base/text/one-line.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import { countStories, storiesInWords } from '../../editions/edition.ts';
import { correctionsOnDesk, type Draft } from '../../editions/store/draft-store.ts';
import { SENT_STATES } from '../../editions/store/kept-edition.ts';
import { pauseOf } from '../../editions/store/newsletter-store.ts';
import { reasonInWords, reasonWords } from '../../editions/words/reason-words.ts';
import { type Editor, may } from '../../editors/editor.ts';
import { type Upcoming, upcoming } from '../../publishing/newsletter-slots.ts';
import { type Standing, standingOf } from '../../publishing/review.ts';
import { countReaders } from '../../subscribers/reader-counts.ts';
import type { Studio } from '../studio-deps.ts';
import { count, distance, moment } from '../studio-words.ts';

const SLOTS_AHEAD = 5;

/** A newsletter on the desk: what comes next of it, slot by slot, and what can be decided about that. */
export async function deskView(studio: Studio, editor: Editor, newsletter: NewsletterConfig) {
  const now = studio.clock.now();
  const pause = await pauseOf(studio.db, newsletter.id);
  const slots = await upcoming(studio.publishing, newsletter, SLOTS_AHEAD);
  const corrections = await correctionsOnDesk(studio.db, newsletter.id);
  const mayApprove = may(editor, 'approve');
  return {
    id: newsletter.id,
    title: newsletter.title,
    timeZone: newsletter.time_zone,
    address: `/studio/newsletters/${newsletter.id}`,
    readers: count(await countReaders(studio.db, newsletter.id)),
    paused: pause ? { by: pause.by, since: moment(pause.at, newsletter.time_zone, now) } : null,
    mayApprove,
    canCompose: pause === undefined && nextIsOpen(slots, now),
    slots: [
      ...corrections.map((one) => correctionView(newsletter, one, now)),
      ...slots.map((one) => slotView(newsletter, one, now, mayApprove)),
    ],
  };
}

/** The next edition that can still be made is not on the desk yet: else there is nothing to ask for. */
function nextIsOpen(slots: readonly Upcoming[], now: number): boolean {
  const next = slots.find(
    ({ slot, draft, unscheduled }) =>
      slot > now && !unscheduled && (!draft || draft.state === 'draft' || draft.state === 'empty'),
  );
  return next !== undefined && (next.draft?.state !== 'draft' || next.draft.deskSince === null);
}

function slotView(newsletter: NewsletterConfig, one: Upcoming, now: number, mayApprove: boolean) {
  const { slot, draft, standing } = one;
  const isDraft = draft?.state === 'draft';
  const hasPage = draft?.content !== undefined;
  return {
    slot,
    noun: isDraft ? 'the draft' : 'the edition',
    href: draft && hasPage ? `/studio/editions/${draft.id}` : '',
    moment: moment(slot, newsletter.time_zone, now),
    iso: new Date(slot).toISOString(),
    distance: distance(slot, now),
    kind: standing?.kind ?? 'planned',
    chip: standing ? CHIPS[standing.kind] : '',
    late: standing?.late ?? false,
    words: wordsOf(newsletter, one, now) + (one.unscheduled && slot > now ? OFF_SCHEDULE : ''),
    stories: isDraft ? storiesInWords(countStories(draft.content)) : '',
    skipped: draft?.state === 'skipped',
    canSkip: mayApprove && (draft === undefined || isDraft || draft.state === 'empty'),
    canUnskip: mayApprove && draft?.state === 'skipped' && slot > now,
  };
}

/** A correction stands before every slot, for it waits for none: somebody who got something wrong is kept waiting by it. */
function correctionView(newsletter: NewsletterConfig, draft: Draft, now: number) {
  const standing = standingOf(draft, newsletter, now);
  const corrected = draft.content?.corrects ?? draft.slot;
  const stands = draftWords(newsletter, draft, { ...standing, late: false }, now);
  return {
    slot: draft.slot,
    noun: 'the correction',
    href: `/studio/editions/${draft.id}`,
    moment: moment(draft.slot, newsletter.time_zone, now),
    iso: new Date(draft.slot).toISOString(),
    distance: distance(draft.slot, now),
    kind: standing.kind,
    chip: CHIPS[standing.kind],
    late: false,
    words: `Correction · ${stands.charAt(0).toLowerCase()}${stands.slice(1)}`,
    stories: `of the edition of ${moment(corrected, newsletter.time_zone, now)}`,
    skipped: false,
    canSkip: false,
    canUnskip: false,
  };
}

const OFF_SCHEDULE = '; no longer in the schedule';

/** One word for a slot; what it means stands beside it. */
const CHIPS: Readonly<Record<Standing['kind'], string>> = {
  goes: 'draft',
  approved: 'approved',
  waits: 'waits',
  held: 'held',
  frozen: 'sending',
  paused: 'paused',
  finished: 'sent',
  cancelled: 'cancelled',
  empty: '',
  missed: 'missed',
  skipped: 'skipped',
};

function wordsOf(newsletter: NewsletterConfig, { draft, standing, composesAt, slot }: Upcoming, now: number) {
  if (!draft || !standing || draft.state === 'empty') {
    if (draft?.state === 'empty' && draft.reason !== null) return 'Nothing new yet; checked again soon';
    return composesAt < slot
      ? `Draft ready ${composesAt > now ? distance(composesAt, now) : 'in a moment'}`
      : 'Built at send time';
  }
  return draftWords(newsletter, draft, standing, now);
}

function draftWords(newsletter: NewsletterConfig, draft: Draft, standing: Standing, now: number): string {
  const moved = draft.sendAt === null ? '' : ` ${moment(standing.leavesAt, newsletter.time_zone, now)}`;
  if (SENT_STATES.includes(draft.state)) return 'Sent before its slot';
  switch (standing.kind) {
    case 'goes':
      return draft.reason
        ? capitalised(reasonWords(draft.reason))
        : `Goes out${moved || ' as scheduled'}, unless it is held`;
    case 'approved':
      return draft.reason
        ? capitalised(reasonWords(draft.reason))
        : `Approved by ${draft.approvedBy}, goes out${moved || ' as scheduled'}`;
    case 'waits':
      return standing.late ? 'Waits for approval, overdue' : 'Waits for approval';
    case 'held':
      return `Held by ${draft.heldBy}, ${distance(draft.heldAt ?? now, now)}`;
    default:
      return capitalised(reasonInWords(draft.reason));
  }
}
