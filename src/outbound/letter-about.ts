import type { NewsletterConfig } from '../config/newsletters.ts';
import type { LetterAbout } from '../mail/views/letter-view.ts';
import type { Database } from '../storage/schema/schema.ts';
import { namedIn } from '../subscribers/letter-subscriptions.ts';

/** A delivery as far as it says what its letter speaks of. */
interface Letter {
  readonly id: number;
  readonly kind: string;
  readonly subscriptionId: number | null;
}

/** Letters that name newsletters and what was chosen of them. */
const NAMING = ['confirmation', 'welcome', 'already-subscribed'];

/**
 * Returns the facts that a letter tells now: the subscription it is sent for and those it was
 * written together with. Undefined for a letter that names nothing, and where nothing of it is
 * left.
 */
export async function letterAbout(
  db: Database,
  newsletters: readonly NewsletterConfig[],
  { id, kind, subscriptionId }: Letter,
): Promise<LetterAbout | undefined> {
  if (!NAMING.includes(kind) || subscriptionId === null) return undefined;
  const rows = await namedIn(db, id, subscriptionId);
  // As the sign-up page has them.
  const known = newsletters.flatMap((newsletter) => {
    const row = rows.find((one) => one.newsletterId === newsletter.id);
    return row ? [{ ...row, newsletter }] : [];
  });
  if (known.length === 0) return undefined;
  const waits = (one: (typeof known)[number]) => one.id === subscriptionId || one.state !== 'active';
  const named = kind === 'confirmation' ? known.filter(waits) : known;
  return {
    newsletters: named.map(({ newsletter, sections }) => ({
      title: newsletter.title,
      sections: chosenTitles(newsletter, sections),
    })),
    already: known.filter((one) => !named.includes(one)).map(({ newsletter }) => newsletter.title),
  };
}

function chosenTitles({ sections }: NewsletterConfig, chosen: readonly string[] | null): string[] {
  return sections.filter(({ id }) => chosen === null || chosen.includes(id)).map(({ title }) => title);
}
