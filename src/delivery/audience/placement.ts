import type { Edition } from '../../editions/edition.ts';
import { NOTHING, type Selection, select } from '../../editions/selection.ts';
import type { Database } from '../../storage/schema/schema.ts';
import type { Subscription } from '../../subscribers/subscriber.ts';
import { streamSubscriptions } from '../../subscribers/subscriber-store.ts';
import { type SuppressionReason, suppressionsAmong } from '../../subscribers/suppression.ts';
import { correctionIn } from './corrected.ts';
import { receivedBefore } from './received.ts';

/** A subscription's place in an edition: what it gets, or why it gets nothing. */
export type Placed = { readonly excluded: string } | { readonly selection: Selection };

export interface Placement {
  readonly subscription: Subscription;
  readonly placed: Placed;
}

/** Readers in a page. */
export const PLACED_AT_ONCE = 500;

/**
 * Everyone who subscribes to an edition's newsletter, page by page, however many they are, each
 * with their place in it; of a correction, those who got what it corrects.
 * @param after the id of a subscription: only those that came later.
 */
export async function* placements(
  db: Database,
  edition: Pick<Edition, 'id' | 'newsletterId' | 'content'>,
  now: number,
  after = 0,
): AsyncGenerator<Placement[]> {
  const correction = await correctionIn(db, edition);
  const received = correction?.received ?? (await receivedBefore(db, edition));
  const filter = { newsletterId: edition.newsletterId, after };
  for await (const all of pagesOf(streamSubscriptions(db, filter, PLACED_AT_ONCE))) {
    const page = correction ? await correction.owedTo(all) : all;
    const whySuppressed = await suppressionsAmong(
      db,
      page.map(({ email }) => email),
    );
    const before = await received(page.map(({ subscriberId }) => subscriberId));
    yield page.map((subscription) => {
      const had = before.get(subscription.subscriberId);
      return { subscription, placed: place(edition, subscription, { whySuppressed, had, now }) };
    });
  }
}

/** One subscription's place in an edition, as it would be frozen at this moment. */
export async function placementOf(
  db: Database,
  edition: Pick<Edition, 'id' | 'content'>,
  subscription: Subscription,
  now: number,
): Promise<Placed> {
  const correction = await correctionIn(db, edition);
  const received = correction?.received ?? (await receivedBefore(db, edition));
  const [candidate] = correction ? await correction.owedTo([subscription]) : [subscription];
  if (!candidate) return { excluded: 'never got what this corrects' };
  const whySuppressed = await suppressionsAmong(db, [subscription.email]);
  const had = (await received([subscription.subscriberId])).get(subscription.subscriberId);
  return place(edition, candidate, { whySuppressed, had, now });
}

async function* pagesOf<One>(all: AsyncIterable<One>): AsyncGenerator<One[]> {
  let page: One[] = [];
  for await (const one of all) {
    page.push(one);
    if (page.length < PLACED_AT_ONCE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function place(
  { content }: Pick<Edition, 'content'>,
  subscription: Subscription,
  {
    whySuppressed,
    had = NOTHING,
    now,
  }: {
    whySuppressed: (email: string) => SuppressionReason | undefined;
    had: Selection | undefined;
    now: number;
  },
): Placed {
  const reason = whySuppressed(subscription.email) ?? whyExcluded(subscription, now);
  if (reason) return { excluded: reason };
  if (subscription.frequency === 'weekly' && !content.weekly)
    return { excluded: 'weekly reader, not due today' };
  const selection = select(content, subscription, had);
  if (selection !== NOTHING) return { selection };
  // Whether a mute left nothing is nobody's business but theirs: it is counted with what they chose.
  return { excluded: had === NOTHING ? 'nothing in what they chose' : 'nothing they have not had' };
}

function whyExcluded(subscription: Subscription, now: number): string | undefined {
  if (subscription.state === 'pending') return 'not confirmed';
  if (subscription.state === 'unsubscribed') return 'unsubscribed';
  return subscription.pausedUntil !== null && subscription.pausedUntil > now ? 'paused' : undefined;
}
