import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { TokenSigner } from '../../../src/base/token.ts';
import { deliveryBehind } from '../../../src/delivery/delivery-links.ts';
import { migrate } from '../../../src/storage/database.ts';
import type { Database } from '../../../src/storage/schema/schema.ts';
import { findOrAddSubscriber } from '../../../src/subscribers/subscriber-store.ts';
import { isLost, subscriptionBehind } from '../../../src/subscribers/subscription-links.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { oldToken } from '../../helpers/old-tokens.ts';
import { address, ask, NOW, outbox } from '../../subscribers/people.ts';

const SECRET = 'a secret of a length that would do in real life';
const signer = new TokenSigner([SECRET]);
const BEFORE = NOW - 86_400_000;

/** As the last release left it: three readers, of whom the second was erased, and a delivery to each of the others. */
async function fill(db: Database): Promise<void> {
  for (const name of ['anna', 'ben', 'cleo']) {
    await sql`insert into subscribers (email, email_key, name, created_at) values (${`${name}@readers.example`}, ${`${name}@readers.example`}, '', ${BEFORE})`.execute(
      db,
    );
    await sql`insert into subscriptions (subscriber_id, newsletter_id, state, created_at)
      select id, 'daily', 'active', ${BEFORE} from subscribers where email_key = ${`${name}@readers.example`}`.execute(
      db,
    );
  }
  await sql`delete from subscribers where email_key = 'ben@readers.example'`.execute(db);
  for (const id of [1, 3])
    await sql`insert into deliveries (kind, subscription_id, email, state, priority, attempt_count, next_attempt_at, created_at)
      values ('welcome', ${id}, 'a@readers.example', 'accepted', 0, 1, 0, ${BEFORE + id})`.execute(db);
}

eachDatabase((open) => {
  test('everybody who was there gets an id of their own, and every delivery', async () => {
    await using store = await open('0004_studio');
    await fill(store.db);
    expect(await migrate(store.db)).toContain('0005_public_ids');
    const ids = [];
    for (const table of ['subscribers', 'subscriptions', 'deliveries'] as const) {
      const rows = await store.db.selectFrom(table).select('public_id').execute();
      expect(rows).toHaveLength(2);
      ids.push(...rows.map((row) => row.public_id));
    }
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set(ids).size).toBe(6);
  });

  test('links of the release before lead to whom they led to, and never to somebody who came later', async () => {
    await using store = await open('0004_studio');
    await fill(store.db);
    await migrate(store.db);
    const behind = async (row: number, issuedAt = 0) => {
      const token = oldToken(SECRET, 'unsubscribe', row, issuedAt);
      const linked = await subscriptionBehind(store.db, signer, 'unsubscribe', token);
      return isLost(linked) ? linked : linked.subscription.email;
    };
    expect(await behind(1)).toBe('anna@readers.example');
    expect(await behind(2)).toBe('gone');
    expect(await behind(3)).toBe('cleo@readers.example');
    expect(await behind(4)).toBe('outdated');
    await ask(store.db, outbox(), { email: 'dora@readers.example' });
    expect(
      await store.db.selectFrom('subscriptions').select('id').where('id', '=', 4).execute(),
    ).toHaveLength(1);
    expect(await behind(4)).toBe('outdated');
    expect(await behind(3, BEFORE + 5_000)).toBe('cleo@readers.example');
    // A restore before the upgrade gave this number twice: the link is older than the row.
    expect(await behind(3, BEFORE - 5_000)).toBe('outdated');
  });

  test('so do links that speak for one mail; dated ones only for the mail of that very second', async () => {
    await using store = await open('0004_studio');
    await fill(store.db);
    await migrate(store.db);
    const behind = (purpose: 'view' | 'address' | 'review', row: number, issuedAt = 0) =>
      deliveryBehind(store.db, signer, purpose, oldToken(SECRET, purpose, row, issuedAt));
    expect(await behind('view', 2)).toBe(2);
    expect(await behind('address', 2, BEFORE)).toBe(2);
    expect(await behind('address', 2, BEFORE - 60_000)).toBe('outdated');
    expect(await behind('review', 2, BEFORE + 60_000)).toBe('outdated');
    expect(await behind('view', 3)).toBe('outdated');
    await sql`update deliveries set public_id = null where id = 1`.execute(store.db);
    expect(await behind('view', 1)).toBe('gone');
  });

  test('a database that was made by this release believes no link of an earlier one', async () => {
    await using store = await open();
    await findOrAddSubscriber(store.db, address('anna@readers.example'), '', NOW);
    await ask(store.db, outbox(), { email: 'anna@readers.example' });
    for (const row of [1, 2, 1_000]) {
      const token = oldToken(SECRET, 'preferences', row);
      expect(await subscriptionBehind(store.db, signer, 'preferences', token)).toBe('outdated');
    }
    expect(await deliveryBehind(store.db, signer, 'view', oldToken(SECRET, 'view', 1))).toBe('outdated');
    expect(await subscriptionBehind(store.db, signer, 'preferences', 'nonsense')).toBe('broken');
  });
});
