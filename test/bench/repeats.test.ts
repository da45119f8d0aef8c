import { expect, test } from 'vitest';
import { countRepeats } from '../../bench/repeats-query.ts';
import { newPublicId } from '../../src/base/public-id.ts';
import { openSqlite } from '../helpers/databases.ts';

const CALM = { link: 'https://paper.example/7/0/desk', tags: [] };
const AGAIN = { link: 'https://paper.example/7/0/wire', tags: [] };
const NEWS = { link: 'https://paper.example/7/1/wire', tags: [] };
const GRAVE = { link: 'https://paper.example/8/0/desk', tags: ['illness'] };

/** One reader who mutes illness, and a delivery of each edition with the bits of its stories that were sent. */
async function sent(...editions: [stories: object[], selection: string, state?: 'rejected'][]) {
  const store = await openSqlite();
  const { db } = store;
  await db
    .insertInto('subscribers')
    .values({
      public_id: newPublicId(),
      email: 'a',
      email_key: 'a',
      name: '',
      created_at: 0,
      mutes: '["illness"]',
    })
    .execute();
  await db
    .insertInto('subscriptions')
    .values({
      public_id: newPublicId(),
      subscriber_id: 1,
      newsletter_id: 'daily',
      state: 'active',
      created_at: 0,
    })
    .execute();
  for (const [n, [stories, selection, state]] of editions.entries()) {
    const id = `daily-${n}`;
    const content = JSON.stringify({ stories: stories.map((story, bit) => ({ bit, ...story })) });
    const edition = {
      id,
      newsletter_id: 'daily',
      slot: n,
      state: 'finished' as const,
      as_of: 0,
      composed_at: 0,
    };
    await db
      .insertInto('editions')
      .values({ ...edition, content })
      .execute();
    await db.insertInto('variants').values({ edition_id: id, selection }).execute();
    await db
      .insertInto('deliveries')
      .values({
        public_id: newPublicId(),
        kind: 'edition',
        edition_id: id,
        variant_id: n + 1,
        subscription_id: 1,
        email: 'a',
        state: state ?? 'accepted',
        priority: 0,
        attempt_count: 1,
        next_attempt_at: 0,
        created_at: 0,
      })
      .execute();
  }
  const { storiesSent, repeats, muted } = countRepeats(store.url.replace('sqlite:', ''));
  await store[Symbol.asyncDispose]();
  return { storiesSent, repeats, muted };
}

test('the count of repeats sees a story that is sent again, by whatever article', async () => {
  const bit = '0000000000000001';
  expect(await sent([[CALM], bit], [[AGAIN], bit])).toEqual({ storiesSent: 2, repeats: 1, muted: 0 });
  expect(await sent([[NEWS], bit], [[AGAIN], bit])).toMatchObject({ repeats: 1 });
  expect(await sent([[CALM], bit], [[NEWS], bit])).toMatchObject({ repeats: 0 });
  expect(await sent([[CALM], bit, 'rejected'], [[AGAIN], bit])).toEqual({
    storiesSent: 1,
    repeats: 0,
    muted: 0,
  });
});

test('it reads selections to their last bit, and sees what is muted', async () => {
  const stories = [...Array.from({ length: 63 }, () => CALM), GRAVE];
  expect(await sent([stories, '8000000000000000'])).toEqual({ storiesSent: 1, repeats: 0, muted: 1 });
  expect(await sent([stories, '0000000000000010'])).toEqual({ storiesSent: 1, repeats: 0, muted: 0 });
});
