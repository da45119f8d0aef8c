import { SECOND_MS } from '../../base/clock.ts';
import type { Decision, InReason } from '../../composing/decision.ts';
import { type NearbyReason, nearbyArticles } from '../../composing/nearby-articles.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import { editionId } from '../../editions/edition.ts';
import { upcoming } from '../../publishing/newsletter-slots.ts';
import { soundComposition } from '../../publishing/sound-composition.ts';
import type { Studio } from '../studio-deps.ts';

/** Prospect of one article in the next edition. */
export interface Prospect {
  readonly isIn: boolean;
  readonly why: NearbyReason | InReason;
}

/** Prospects of the articles that a newsletter's next edition looked at. */
export interface Prospects {
  readonly editionId: string;
  readonly slot: number;
  /** It is the draft that editors shape. */
  readonly onDesk: boolean;
  readonly of: ReadonlyMap<number, Prospect>;
}

/** `pending`: it is being composed, and pictures may take their time. `none`: no slot is to come. */
export type Known = Prospects | 'pending' | 'failed' | 'none';

interface Kept {
  readonly since: number;
  readonly prospects: Promise<Known>;
}

/** Composing takes up to a second, and a page is looked at more often than its articles change. */
const KEPT_MS = 20 * SECOND_MS;
const WAIT_MS = 3 * SECOND_MS;
/** Some may be skipped, or have left before their time. */
const SLOTS_AHEAD = 10;
const OPEN: readonly (string | undefined)[] = [undefined, 'draft', 'empty'];

/** The next editions as they would be, composed once for all who look at the list within a few seconds. */
export class NextEditions {
  readonly #studio: Studio;
  readonly #kept = new Map<string, Kept>();

  constructor(studio: Studio) {
    this.#studio = studio;
  }

  /** Waits a moment for it and no longer: whoever looks again later finds it. */
  async of(newsletter: NewsletterConfig): Promise<Known> {
    const { clock } = this.#studio;
    const kept = this.#kept.get(newsletter.id);
    const fresh = kept && clock.now() - kept.since < KEPT_MS ? kept : this.#compose(newsletter);
    const done = new AbortController();
    const late = clock.sleep(WAIT_MS, done.signal).then((): Known => 'pending');
    return Promise.race([fresh.prospects, late]).finally(() => done.abort());
  }

  /** Something was decided about an article: what was composed before does not hold. */
  forget(): void {
    this.#kept.clear();
  }

  #compose(newsletter: NewsletterConfig): Kept {
    const { clock, log } = this.#studio;
    const prospects = prospectsOf(this.#studio, newsletter).catch((error): Known => {
      log.error({ newsletter: newsletter.id, error }, 'The next edition could not be looked at');
      return 'failed';
    });
    const kept = { since: clock.now(), prospects };
    this.#kept.set(newsletter.id, kept);
    return kept;
  }
}

async function prospectsOf(studio: Studio, newsletter: NewsletterConfig): Promise<Known> {
  const { publishing, clock } = studio;
  const now = clock.now();
  const slots = await upcoming(publishing, newsletter, SLOTS_AHEAD);
  const next = slots.find(({ slot, draft }) => slot > now && OPEN.includes(draft?.state));
  if (!next) return 'none';
  const { slot, draft } = next;
  const id = editionId(newsletter.id, slot);
  if (draft?.state === 'draft' && draft.deskSince !== null)
    return { editionId: id, slot, onDesk: true, of: await onDesk(studio, id) };
  const { decisions } = await soundComposition(publishing, newsletter, slot, now);
  return { editionId: id, slot, onDesk: false, of: composed(decisions) };
}

function composed(decisions: readonly Decision[]): Map<number, Prospect> {
  return new Map(
    decisions.map(({ article, in: isIn, reason }) => [article.id, { isIn, why: reason }] as const),
  );
}

/**
 * Returns the prospects in the draft that editors have on their desk, which goes as it is, whatever
 * composing it now would make.
 */
async function onDesk(studio: Studio, editionId: string): Promise<Map<number, Prospect>> {
  const nearby = await nearbyArticles(studio.publishing, editionId);
  return new Map(
    nearby.map(({ article, standing, why }) => [article.id, { isIn: standing === 'in', why }] as const),
  );
}
