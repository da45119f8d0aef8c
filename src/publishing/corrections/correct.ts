import { MINUTE_MS } from '../../base/clock.ts';
import { oneLine } from '../../base/text/one-line.ts';
import { saysSomething } from '../../base/text/visible.ts';
import { nextSlot } from '../../composing/schedule.ts';
import type { NewsletterConfig, Newsletters } from '../../config/newsletters.ts';
import { toldEarlier, whoGot } from '../../delivery/audience/corrected.ts';
import { editorialText } from '../../editing/apply-edit.ts';
import { type EditionContent, editionId } from '../../editions/edition.ts';
import { correctionDraftOf, insertCorrection } from '../../editions/store/corrections.ts';
import { findEdition } from '../../editions/store/edition-store.ts';
import { type KeptEdition, SENT_STATES } from '../../editions/store/kept-edition.ts';
import type { EarlierTelling } from '../../editions/store/told-before.ts';
import type { Database } from '../../storage/schema/schema.ts';
import { tellEditors } from '../notices.ts';
import { type ContentDeps, type CorrectionOrder, contentOf } from './correction-content.ts';

export interface CorrectionDeps extends ContentDeps {
  readonly db: Database;
  readonly newsletters: Newsletters;
}

export type CorrectionMade =
  | { readonly ok: true; readonly id: string; readonly standing: boolean }
  | { readonly ok: false; readonly says: string; readonly faults?: CorrectionFaults };

/** Faults in a correction, by field. */
export type CorrectionFaults = Readonly<
  Partial<Record<'text' | 'subject' | 'headline' | 'standfirst', string>>
>;

interface Wrong {
  /** All of it, in sentences. */
  readonly says: string;
  readonly faults?: CorrectionFaults;
}

export const MOST_CORRECTION = 2_000;
const MOST_SUBJECT = 120;
/** Longer than an editor’s own may be: what is corrected may have come so. */
const MOST_HEADLINE = 300;
const MOST_STANDFIRST = 1_000;
const FURTHEST_MINUTES = 24 * 60;

/**
 * Makes the draft of a correction, on the editors' desk: an edition of its own that goes to exactly
 * those who got what it corrects (`delivery/audience/corrected.ts`), when somebody has approved it.
 * A draft of the same that is there already is that one.
 */
export async function correctionOf(deps: CorrectionDeps, asked: CorrectionOrder): Promise<CorrectionMade> {
  const order = cleaned(asked);
  const corrected = await findEdition(deps.db, order.editionId);
  const newsletter = deps.newsletters.get(corrected?.newsletterId);
  const wrong = corrected && whyNot(corrected, order);
  if (!corrected?.content || !newsletter || wrong !== undefined)
    return {
      ok: false,
      ...(wrong ?? { says: 'No such edition of an existing newsletter.' }),
    };
  const story = corrected.content.stories.find(({ articleId }) => articleId === order.articleId);
  const nobody = await nobodyGot(deps.db, corrected, order.articleId);
  if (nobody) return { ok: false, says: nobody.says };
  const content = contentOf(deps, newsletter, corrected, story, order);
  // An editor who asks twice finds what is there.
  const standing = await correctionDraftOf(deps.db, corrected.id, content.stories[0]?.articleId ?? 0);
  if (standing !== undefined) return { ok: true, id: standing, standing: true };
  const id = await keep(deps, newsletter, corrected.id, content);
  return id === undefined
    ? {
        ok: false,
        says: 'This newsletter has an edition every minute, so there is no time for a correction.',
      }
    : { ok: true, id, standing: false };
}

/**
 * Refusal of a correction of something that nobody got; readers may have it from an earlier
 * edition, which can be corrected instead.
 */
export interface NobodyGotIt {
  readonly says: string;
  readonly told: EarlierTelling | undefined;
}

/** Undefined where somebody got it. @param articleId null for the edition as a whole. */
export async function nobodyGot(
  db: Database,
  edition: Pick<KeptEdition, 'id' | 'newsletterId' | 'slot'>,
  articleId: number | null,
): Promise<NobodyGotIt | undefined> {
  if ((await whoGot(db, edition.id, articleId)) > 0) return undefined;
  const told = articleId === null ? undefined : await toldEarlier(db, edition, articleId);
  const what = articleId === null ? 'this edition' : 'this story in this edition';
  return { says: `Nobody got ${what}, so nobody needs a correction.`, told };
}

/**
 * Cleans the words as everywhere: no invisible characters, and one line where one line is meant.
 */
function cleaned({ text, subject, story, ...order }: CorrectionOrder): CorrectionOrder {
  return {
    ...order,
    text: editorialText('intro', text),
    ...(subject === undefined ? {} : { subject: oneLine(subject) }),
    ...(story && { story: { headline: oneLine(story.headline), standfirst: oneLine(story.standfirst) } }),
  };
}

function whyNot(
  { state, content }: KeptEdition,
  { articleId, text, subject = '', story }: CorrectionOrder,
): Wrong | undefined {
  if (!SENT_STATES.includes(state)) return { says: 'It has not gone out yet. Edit it instead.' };
  const known = articleId === null || content?.stories.some((one) => one.articleId === articleId);
  if (!known) return { says: 'It has no such story.' };
  const { headline = '', standfirst = '' } = story ?? {};
  const noText = text.trim() === '' ? 'Say what was wrong and what is right.' : undefined;
  const noHeadline =
    story && !saysSomething(headline) ? 'Give the story a headline, or send the text alone.' : undefined;
  const found = {
    text: noText ?? tooLong('A correction', text, MOST_CORRECTION),
    headline: noHeadline ?? tooLong('A headline', headline, MOST_HEADLINE),
    standfirst: tooLong('A standfirst', standfirst, MOST_STANDFIRST),
    subject: tooLong('A subject', subject, MOST_SUBJECT),
  };
  const faults = Object.entries(found).filter(([, fault]) => fault !== undefined);
  if (faults.length === 0) return undefined;
  return { says: faults.map(([, fault]) => fault).join(' '), faults: Object.fromEntries(faults) };
}

function tooLong(what: string, text: string, most: number): string | undefined {
  if (text.length <= most) return undefined;
  return `${what} has at most ${most} characters; this one has ${text.length}.`;
}

/**
 * On the desk, at a minute that no edition has or will have. Its own moment is now: it leaves when
 * it is approved.
 */
async function keep(
  { db, clock }: CorrectionDeps,
  newsletter: NewsletterConfig,
  corrected: string,
  content: EditionContent,
): Promise<string | undefined> {
  const now = clock.now();
  const first = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  for (let minute = 0; minute < FURTHEST_MINUTES; minute += 1) {
    const slot = first + minute * MINUTE_MS;
    if (isDue(newsletter, slot)) continue;
    const id = editionId(newsletter.id, slot);
    const made = await db.transaction().execute(async (trx) => {
      const placed = { id, newsletterId: newsletter.id, slot };
      if (!(await insertCorrection(trx, { ...placed, corrected, content, now }))) return false;
      await tellEditors(trx, newsletter, { kind: 'draft-ready', regards: id, now });
      return true;
    });
    if (made) return id;
  }
  return undefined;
}

/** Reports whether an edition of that minute is to come. */
function isDue(newsletter: NewsletterConfig, slot: number): boolean {
  const next = nextSlot(newsletter, slot - 1);
  return next !== undefined && next < slot + MINUTE_MS;
}
