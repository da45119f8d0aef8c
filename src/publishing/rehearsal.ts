import { parseAddress } from '../base/address.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import type { Database } from '../storage/schema.ts';
import { addReaders, type NewReader } from '../subscribers/add-readers.ts';
import { unsubscribe } from '../subscribers/subscriber-store.ts';

const EVERYTHING = 'everything';
const ORIGIN = 'rehearsal';

/**
 * A handful of invented readers for a newsletter that has none, at addresses that cannot exist (RFC 2606): one who reads
 * everything, one for each section, one who is interested in all but the first, and one who has left, so that the
 * ledger has somebody to exclude. Returns how many were added.
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
  await letOneLeave(db, newsletter.id, now);
  return added;
}

function sampleReaders(newsletter: NewsletterConfig): NewReader[] {
  const sections = newsletter.sections.map((section) => section.id);
  const choices: [name: string, sections: readonly string[] | null][] = [
    [EVERYTHING, null],
    ...sections.map((section): [string, readonly string[]] => [`only-${section}`, [section]]),
    ...(sections.length > 2
      ? [[`all-but-${sections[0]}`, sections.slice(1)] satisfies [string, readonly string[]]]
      : []),
    ['has-left', null],
  ];
  return choices.flatMap(([name, chosen]) => {
    const parsed = parseAddress(`${name}@readers.example`);
    return parsed.ok ? [{ email: parsed.address, name: '', sections: chosen }] : [];
  });
}

async function letOneLeave(db: Database, newsletterId: string, now: number): Promise<void> {
  const leaving = await db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriber_id')
    .select('subscriptions.id')
    .where('newsletter_id', '=', newsletterId)
    .where('email_key', '=', 'has-left@readers.example')
    .executeTakeFirst();
  if (leaving)
    await unsubscribe(db, leaving.id, { origin: ORIGIN, wording: 'A sample reader who left', now });
}
