import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { variantOf } from '../../../src/delivery/audience/variants.ts';
import { migrate } from '../../../src/storage/database.ts';
import type { Database } from '../../../src/storage/schema/schema.ts';
import { eachDatabase } from '../../helpers/databases.ts';

const EDITION = 'daily-20261122T0700Z';
/** The third was the second's twin until somebody took it out: its id is not given again. */
const SELECTIONS = ['00000000000000ff', '0000000000000001', '0000000000000080', '0000000000000007'];

/** As a release before the studio left it: an edition under way, with variants that deliveries name by their ids. */
async function fill(db: Database): Promise<void> {
  await sql`insert into newsletters (id, known_since) values ('daily', 0)`.execute(db);
  await sql`insert into editions (id, newsletter_id, slot, state, as_of, composed_at, content, candidates)
    values (${EDITION}, 'daily', 0, 'frozen', 0, 0, '{}', 2)`.execute(db);
  for (const selection of SELECTIONS)
    await sql`insert into variants (edition_id, selection, mail) values (${EDITION}, ${selection}, ${`mail ${selection}`})`.execute(
      db,
    );
  await sql`delete from variants where selection = ${SELECTIONS[2]}`.execute(db);
  for (const variant of [1, 4])
    await sql`insert into deliveries (kind, edition_id, variant_id, subscription_id, email, state, priority, attempt_count, next_attempt_at, created_at)
      values ('edition', ${EDITION}, ${variant}, ${variant}, ${`reader-${variant}@readers.example`}, 'waiting', 10, 0, 0, 0)`.execute(
      db,
    );
}

eachDatabase((open) => {
  test('an edition that was under way keeps its variants, their ids and their mails, and its deliveries', async () => {
    await using store = await open('0003_self_service');
    await fill(store.db);
    expect(await migrate(store.db)).toContain('0004_studio');
    const variants = await store.db.selectFrom('variants').selectAll().orderBy('id').execute();
    expect(variants).toEqual(
      [1, 2, 4].map((id) => ({
        id,
        edition_id: EDITION,
        selection: SELECTIONS[id - 1],
        language: '',
        mail: `mail ${SELECTIONS[id - 1]}`,
      })),
    );
    const deliveries = await store.db
      .selectFrom('deliveries')
      .innerJoin('variants', 'variants.id', 'variant_id')
      .select(['email', 'selection', 'regards', 'deliveries.mail'])
      .orderBy('deliveries.id')
      .execute();
    expect(deliveries).toEqual([
      { email: 'reader-1@readers.example', selection: SELECTIONS[0], regards: null, mail: null },
      { email: 'reader-4@readers.example', selection: SELECTIONS[3], regards: null, mail: null },
    ]);
  });

  test('afterwards a selection has one variant in each language, with an id that was never another’s', async () => {
    await using store = await open('0003_self_service');
    await fill(store.db);
    await migrate(store.db);
    const of = (selection: string, language: string) => variantOf(store.db, EDITION, selection, language);
    expect(await of(SELECTIONS[0] ?? '', '')).toBe(1);
    const german = await of(SELECTIONS[0] ?? '', 'de');
    expect(german).toBeGreaterThan(4);
    expect(await of(SELECTIONS[0] ?? '', 'de')).toBe(german);
    expect(await of(SELECTIONS[0] ?? '', 'fr')).not.toBe(german);
    await store.db.deleteFrom('editions').execute();
    expect(await store.db.selectFrom('variants').selectAll().execute()).toEqual([]);
  });
});
