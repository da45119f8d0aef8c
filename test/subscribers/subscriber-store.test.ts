import { describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/base/clock.ts';
import { newPublicId } from '../../src/base/public-id.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { emailHash, normaliseSections } from '../../src/subscribers/subscriber.ts';
import { erase, findOrAddSubscriber, streamSubscriptions } from '../../src/subscribers/subscriber-store.ts';
import { eachDatabase } from '../helpers/databases.ts';
import {
  acts,
  add,
  address,
  ask,
  collected,
  everyone,
  leave,
  NOW,
  outbox,
  states,
  suppress,
} from './people.ts';

const ANNA = 'Anna@example.org';

eachDatabase((open) => {
  describe('unsubscribing', () => {
    test('ends the subscription once, however often it is asked for', async () => {
      await using store = await open();
      await add(store.db, [ANNA]);
      expect(await leave(store.db, 1, NOW)).toBe(true);
      expect(await leave(store.db, 1, NOW + MINUTE_MS)).toBe(false);
      expect(await leave(store.db, 4_711)).toBe(false);
      expect(await states(store.db)).toEqual(['Anna@example.org unsubscribed']);
      expect(await acts(store.db, 1)).toEqual(['imported', 'unsubscribed']);
      const row = await store.db.selectFrom('subscriptions').selectAll().executeTakeFirstOrThrow();
      expect(row.unsubscribed_at).toBe(NOW);
    });

    test('ten times at once leaves one piece of evidence', async () => {
      await using store = await open();
      await add(store.db, [ANNA]);
      const ended = await Promise.all(Array.from({ length: 10 }, () => leave(store.db, 1)));
      expect(ended.filter(Boolean)).toHaveLength(1);
      expect(await acts(store.db, 1)).toEqual(['imported', 'unsubscribed']);
    });

    test('a sign-up that was never confirmed ends it as well', async () => {
      await using store = await open();
      await ask(store.db, outbox());
      expect(await leave(store.db, 1)).toBe(true);
    });
  });

  test('a person is one row, however their address is spelt and however many forms arrive at once', async () => {
    await using store = await open();
    const spellings = ['anna@example.org', 'ANNA@example.org', 'Anna@example.org'];
    const ids = await Promise.all(
      spellings.map((email) => findOrAddSubscriber(store.db, address(email), '', NOW)),
    );
    expect(new Set(ids).size).toBe(1);
  });

  test('everyone streams in the order they came, page after page, without one twice or left out', async () => {
    await using store = await open();
    for (const batch of [
      [0, 1, 2],
      [3, 4],
      [5, 6],
    ])
      await add(
        store.db,
        batch.map((n) => `reader${n}@example.org`),
      );
    for (const pageSize of [1, 2, 3, 7, 8]) {
      const ids = (await collected(streamSubscriptions(store.db, {}, pageSize))).map(({ id }) => id);
      expect(ids).toEqual(ids.toSorted((a, b) => a - b));
      expect(new Set(ids).size).toBe(7);
    }
    const one = streamSubscriptions(store.db, { newsletterId: 'daily', email: 'READER3@example.org' });
    expect(await collected(one)).toMatchObject([{ email: 'reader3@example.org' }]);
    expect(await collected(streamSubscriptions(store.db, { newsletterId: 'weekly' }))).toEqual([]);
  });

  describe('erasing a person', () => {
    test('takes their rows, with all their evidence, and leaves a hash that no address can be read from', async () => {
      await using store = await open();
      await add(store.db, [ANNA, 'ben@example.org']);
      expect(await erase(store.db, address('ANNA@example.org'), NOW)).toBe(true);
      expect(await states(store.db)).toEqual(['ben@example.org active']);
      expect(await store.db.selectFrom('consents').select('id').execute()).toHaveLength(1);
      expect(await store.db.selectFrom('suppressions').selectAll().execute()).toEqual([
        { email_hash: emailHash(ANNA), reason: 'erased', at: NOW },
      ]);
      expect(await everythingStored(store.db)).not.toMatch(/anna/i);
    });

    test('leaves the ledger its counts, and of the replies only the verdict', async () => {
      await using store = await open();
      await add(store.db, [ANNA]);
      await delivered(store.db, { email: ANNA, reply: '550 5.1.1 <anna@EXAMPLE.org>: User anna unknown' });
      await delivered(store.db, { email: ANNA, reply: '250 ok' });
      await delivered(store.db, { email: ANNA, reply: 'unsubscribed' });
      await delivered(store.db, { email: ANNA, reply: 'could not be composed for Anna@example.org' });
      await erase(store.db, address(ANNA), NOW);
      const rows = await store.db
        .selectFrom('deliveries')
        .select(['email', 'detail'])
        .orderBy('id')
        .execute();
      expect(rows.map(({ detail }) => detail)).toEqual(['550 5.1.1', '250', 'unsubscribed', 'erased']);
      expect(new Set(rows.map(({ email }) => email))).toEqual(new Set(['erased']));
      expect(await store.db.selectFrom('attempts').select('reply').execute()).toHaveLength(4);
      expect(await everythingStored(store.db)).not.toMatch(/anna/i);
    });

    test("reaches deliveries to another spelling, and nobody else's", async () => {
      await using store = await open();
      await add(store.db, ['ben@example.org']);
      await delivered(store.db, { email: 'ANNA@EXAMPLE.ORG', subscriptionId: 4_711 });
      await delivered(store.db, { email: 'ben@example.org', reply: '250 ok <ben@example.org>' });
      await erase(store.db, address('anna@example.org'), NOW);
      const rows = await store.db
        .selectFrom('deliveries')
        .select(['email', 'detail'])
        .orderBy('id')
        .execute();
      expect(rows).toEqual([
        { email: 'erased', detail: '250' },
        { email: 'ben@example.org', detail: '250 ok <ben@example.org>' },
      ]);
    });

    test('who is not known still keeps imports from bringing them in', async () => {
      await using store = await open();
      expect(await erase(store.db, address(ANNA), NOW)).toBe(false);
      expect(await add(store.db, ['anna@example.org', 'ben@example.org'])).toEqual({
        added: 1,
        known: 0,
        leftAlone: 1,
      });
    });

    test('does not make somebody who complained reachable again', async () => {
      await using store = await open();
      await suppress(store.db, ANNA, 'complained');
      await erase(store.db, address(ANNA), NOW);
      const box = outbox();
      await ask(store.db, box);
      expect(box.mails).toEqual([]);
      expect(await everyone(store.db)).toEqual([]);
    });
  });
});

describe('a choice of sections', () => {
  const known = ['royal', 'stars', 'style'];
  test.each([
    ['none is all', [], null],
    ['all is all, those to come included', ['style', 'royal', 'stars'], null],
    ['some are in the order of the newsletter', ['style', 'royal'], ['royal', 'style']],
    ['an unknown one is not there', ['royal', 'sport'], ['royal']],
    ['unknown ones alone are all', ['sport'], null],
  ])('%s', (_what, chosen, stored) => {
    expect(normaliseSections(chosen, known)).toEqual(stored);
  });
});

interface Delivered {
  readonly email: string;
  readonly subscriptionId?: number;
  readonly reply?: string;
}

async function delivered(db: Database, { email, subscriptionId = 1, reply = '250 ok' }: Delivered) {
  const { id } = await db
    .insertInto('deliveries')
    .values({
      public_id: newPublicId(),
      kind: 'welcome',
      subscription_id: subscriptionId,
      email,
      state: 'accepted',
      priority: 0,
      attempt_count: 1,
      next_attempt_at: NOW,
      created_at: NOW,
      detail: reply,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const attempt = { delivery_id: id, number: 1, outcome: 'accepted' as const, phase: 'body', reply, at: NOW };
  await db.insertInto('attempts').values(attempt).execute();
}

async function everythingStored(db: Database): Promise<string> {
  const tables = [
    'subscribers',
    'subscriptions',
    'consents',
    'suppressions',
    'deliveries',
    'attempts',
  ] as const;
  const rows = await Promise.all(tables.map((table) => db.selectFrom(table).selectAll().execute()));
  return JSON.stringify(rows);
}
