import { SECOND_MS } from '../base/clock.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { nearbyArticles } from '../publishing/nearby-articles.ts';
import { type Outlook, outlook } from '../publishing/publish.ts';
import type { Studio } from './studio-deps.ts';

/** What is known of one article and the edition to come. */
export interface Prospect {
  readonly isIn: boolean;
  /** In a sentence without its full stop. */
  readonly why: string;
}

/** How a newsletter's next edition stands to the articles it looked at. */
export interface Prospects {
  readonly editionId: string;
  readonly slot: number;
  /** It is the draft that editors shape. */
  readonly onDesk: boolean;
  readonly of: ReadonlyMap<number, Prospect>;
}

/** `pending`: it is being composed, and pictures may take their time. */
export type Known = Prospects | 'pending' | 'failed';

interface Kept {
  readonly since: number;
  readonly prospects: Promise<Known>;
}

/** Composing takes up to a second, and a page is looked at more often than its articles change. */
const KEPT_MS = 20 * SECOND_MS;
const WAIT_MS = 3 * SECOND_MS;

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

async function prospectsOf(studio: Studio, newsletter: NewsletterConfig): Promise<Prospects> {
  const look = await outlook(studio.publishing, newsletter);
  const { id: editionId, slot } = look.edition;
  const of = look.onDesk ? await onDesk(studio, editionId) : composed(look);
  return { editionId, slot, onDesk: look.onDesk, of };
}

function composed({ decisions }: Outlook): Map<number, Prospect> {
  return new Map(
    decisions.map(({ article, in: isIn, reason }) => [article.id, { isIn, why: reason }] as const),
  );
}

/** What editors have on their desk goes as it is, whatever composing it now would make. */
async function onDesk(studio: Studio, editionId: string): Promise<Map<number, Prospect>> {
  const nearby = await nearbyArticles({ ...studio.publishing, subjects: studio.config.subjects }, editionId);
  return new Map(
    nearby.map(({ article, standing, why }) => [article.id, { isIn: standing === 'in', why }] as const),
  );
}
