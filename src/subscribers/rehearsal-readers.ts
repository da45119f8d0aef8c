import { parseAddress } from '../base/text/address.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import type { Database } from '../storage/schema/schema.ts';
import { addReaders, type NewReader } from './add-readers.ts';
import { mute } from './choices.ts';
import { unsubscribe } from './subscriber-store.ts';

const SPARED = 'spared';
const GONE = 'has-left';
const WHAT_HURTS = ['baby-loss', 'death', 'illness'];
const ORIGIN = 'rehearsal';

/**
 * A handful of invented readers for a newsletter that has none, at addresses that cannot exist (RFC
 * 2606): one who reads everything, one for each section, one who is interested in all but the
 * first, one who wants one a week, one who is to be spared what hurts, and one who has left, so
 * that the ledger has somebody to exclude. Returns how many were added.
 */
export async function addSampleReaders(
  db: Database,
  newsletter: NewsletterConfig,
  now: number,
): Promise<number> {
  const somebody = await db
    .selectFrom('subscriptions')
    .select('id')
    .where('newsletter_id', '=', newsletter.id)
    .executeTakeFirst();
  if (somebody) return 0;
  const { added } = await addReaders(db, sampleReaders(newsletter), {
    newsletterId: newsletter.id,
    origin: ORIGIN,
    now,
  });
  await letOneBeSpared(db);
  await letOneLeave(db, newsletter.id, now);
  return added;
}

function sampleReaders(newsletter: NewsletterConfig): NewReader[] {
  const sections = newsletter.sections.map((section) => section.id);
  const choices: Record<string, Omit<NewReader, 'email' | 'name'>> = {
    everything: { sections: null },
    ...Object.fromEntries(sections.map((section) => [`only-${section}`, { sections: [section] }])),
    ...(sections.length > 2 && { [`all-but-${sections[0]}`]: { sections: sections.slice(1) } }),
    'once-a-week': { sections: null, frequency: 'weekly' },
    [SPARED]: { sections: null },
    [GONE]: { sections: null },
  };
  return Object.entries(choices).flatMap(([name, chosen]) => {
    const parsed = parseAddress(addressOf(name));
    return parsed.ok ? [{ email: parsed.address, name: '', ...chosen }] : [];
  });
}

function addressOf(name: string): string {
  return `${name}@readers.example`;
}

async function letOneBeSpared(db: Database): Promise<void> {
  const spared = await db
    .selectFrom('subscribers')
    .select('id')
    .where('email_key', '=', addressOf(SPARED))
    .executeTakeFirst();
  if (spared) await mute(db, spared.id, WHAT_HURTS);
}

async function letOneLeave(db: Database, newsletterId: string, now: number): Promise<void> {
  const leaving = await db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriber_id')
    .select('subscriptions.id')
    .where('newsletter_id', '=', newsletterId)
    .where('email_key', '=', addressOf(GONE))
    .executeTakeFirst();
  if (leaving)
    await unsubscribe(db, leaving.id, { origin: ORIGIN, wording: 'A sample reader who left', now });
}
