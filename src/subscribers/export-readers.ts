import type { Readable } from 'node:stream';
import type { Database } from '../storage/schema/schema.ts';
import { exportedId } from './given-ids.ts';
import { spreadsheetCsv } from './spreadsheet.ts';
import { suppressionsAmong } from './suppression.ts';

const COLUMNS = [
  ...['email', 'name', 'newsletter', 'state', 'sections', 'frequency'],
  ...[
    'confirmed_at',
    'unsubscribed_at',
    'paused_until',
    'language',
    'time_zone',
    'person_id',
    'subscription_id',
  ],
];
const PAGE = 1000;

/**
 * Every subscription, or one newsletter's, as CSV, in the order they came, page by page however
 * many there are. An address that is suppressed has that for its state, so that it stays suppressed
 * wherever the file is imported. What people mute is left out: such a file is mailed about and
 * opened in spreadsheets, and that is nobody's business there.
 */
export function exportReaders(
  db: Database,
  filter: { readonly newsletterId?: string } = {},
  pageSize = PAGE,
): Readable {
  const csv = spreadsheetCsv(COLUMNS);
  void write(db, filter.newsletterId, pageSize, csv);
  return csv;
}

async function write(
  db: Database,
  newsletterId: string | undefined,
  pageSize: number,
  csv: ReturnType<typeof spreadsheetCsv>,
): Promise<void> {
  try {
    for (let after = 0; ; ) {
      const people = await page(db, newsletterId, after, pageSize);
      const suppressed = await suppressionsAmong(
        db,
        people.map(({ email }) => email),
      );
      for (const person of people) {
        const row = rowOf(person, suppressed(person.email));
        if (!csv.write(row)) await new Promise((resolve) => csv.once('drain', resolve));
      }
      const last = people.at(-1);
      if (!last || people.length < pageSize) break;
      after = last.id;
    }
    csv.end();
  } catch (error) {
    csv.destroy(error as Error);
  }
}

type Person = Awaited<ReturnType<typeof page>>[number];

function page(db: Database, newsletterId: string | undefined, after: number, pageSize: number) {
  const query = db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriptions.subscriber_id')
    .select([
      ...(['subscriptions.id', 'email', 'name', 'newsletter_id', 'state', 'sections', 'frequency'] as const),
      ...(['confirmed_at', 'unsubscribed_at', 'paused_until', 'language', 'time_zone'] as const),
      ...(['subscribers.public_id as person', 'subscriptions.public_id as subscription'] as const),
    ])
    .where('subscriptions.id', '>', after)
    .orderBy('subscriptions.id')
    .limit(pageSize);
  return (newsletterId === undefined ? query : query.where('newsletter_id', '=', newsletterId)).execute();
}

function rowOf(person: Person, suppressed: string | undefined): string[] {
  const sections: string[] = person.sections === null ? [] : JSON.parse(person.sections);
  return [
    ...[person.email, person.name, person.newsletter_id, suppressed ?? person.state],
    ...[sections.join(' '), person.frequency],
    ...[moment(person.confirmed_at), moment(person.unsubscribed_at), moment(person.paused_until)],
    ...[person.language ?? '', person.time_zone ?? ''],
    ...[exportedId('person', person.person), exportedId('subscription', person.subscription)],
  ];
}

function moment(time: number | null): string {
  return time === null ? '' : new Date(time).toISOString();
}
