import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/base/clock.ts';
import { enqueue } from '../../../src/delivery/ledger.ts';
import type { Database } from '../../../src/storage/schema/schema.ts';
import { addressQuestion } from '../../../src/subscribers/address-change/address-question.ts';
import {
  agreeToMove,
  askToMove,
  MAX_MOVES_A_DAY,
  refuseToMove,
} from '../../../src/subscribers/address-change/move-address.ts';
import { erase } from '../../../src/subscribers/subscriber-store.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { acts, add, address, CEILING, leave, NOW, states, suppress } from '../people.ts';

const ANNA = 'anna@example.org';
const NEW = 'anna@new.example';
const YES = { origin: 'site', wording: 'Yes' };

eachDatabase((open) => {
  describe('a change of address', () => {
    test('asks both mailboxes, and moves the person with the second yes', async () => {
      await using store = await open();
      await add(store.db, [ANNA]);
      expect(await ask(store.db)).toBe('asked');
      expect(await mails(store.db)).toEqual([
        ['address-old', ANNA],
        ['address-new', NEW],
      ]);
      expect(await agree(store.db, 1)).toBe('waiting');
      expect(await states(store.db)).toEqual([`${ANNA} active`]);
      expect(await agree(store.db, 2)).toBe('done');
      expect(await states(store.db)).toEqual([`${NEW} active`]);
      expect(await acts(store.db, 1)).toEqual(['imported', 'confirmed']);
      for (const mail of [1, 2]) expect(await agree(store.db, mail)).toBe('done');
      expect(await acts(store.db, 1)).toHaveLength(2);
    });

    test('is done by the two of them in whichever order, and by one alone never', async () => {
      await using store = await open();
      await add(store.db, [ANNA]);
      await ask(store.db);
      for (let times = 0; times < 3; times += 1) expect(await agree(store.db, 2)).toBe('waiting');
      expect(await states(store.db)).toEqual([`${ANNA} active`]);
      expect(await agree(store.db, 1)).toBe('done');
      expect(await states(store.db)).toEqual([`${NEW} active`]);
    });

    test('takes what still waits along, and leaves what was sent as it was', async () => {
      await using store = await open();
      await add(store.db, [ANNA]);
      for (const state of ['accepted', 'waiting', 'deferred', 'transmitting'] as const) {
        await enqueue(store.db, 1, 'welcome', NOW);
        await store.db
          .updateTable('deliveries')
          .set({ state })
          .where('state', '=', 'waiting')
          .where(
            'id',
            '=',
            store.db.selectFrom('deliveries').select((row) => row.fn.max('id').as('id')),
          )
          .execute();
      }
      await ask(store.db);
      await agree(store.db, 5);
      await agree(store.db, 6);
      expect((await mails(store.db)).slice(0, 4).map(([, email]) => email)).toEqual([ANNA, NEW, NEW, ANNA]);
    });

    test('that is refused by either mailbox is forgotten, with the address that was typed', async () => {
      await using store = await open();
      await add(store.db, [ANNA]);
      for (const who of [1, 4]) {
        await ask(store.db, NEW, NOW + who);
        await agree(store.db, who === 1 ? 2 : 3);
        expect((await refuseToMove(store.db, who, NOW + who)).state).toBe('settled');
        expect(await store.db.selectFrom('address_changes').select('id').execute()).toEqual([]);
        for (const mail of [1, 2]) expect(await agree(store.db, mail)).toBe('settled');
      }
      expect(await states(store.db)).toEqual([`${ANNA} active`]);
    });

    test('lapses after seven days', async () => {
      await using store = await open();
      await add(store.db, [ANNA]);
      await ask(store.db);
      await agree(store.db, 1);
      expect(await agree(store.db, 2, NOW + 7 * DAY_MS + 1)).toBe('expired');
      expect(await agree(store.db, 2, NOW + 7 * DAY_MS)).toBe('done');
    });

    test('replaces an earlier wish, whose links then move nobody', async () => {
      await using store = await open();
      await add(store.db, [ANNA]);
      await ask(store.db, 'anna@typo.example');
      await ask(store.db, NEW, NOW + 5);
      for (const mail of [1, 2]) expect(await agree(store.db, mail)).toBe('settled');
      await agree(store.db, 3);
      await agree(store.db, 4);
      expect(await states(store.db)).toEqual([`${NEW} active`]);
    });

    test('is asked about once however often the form is sent, and so often a day at most', async () => {
      await using store = await open();
      await add(store.db, [ANNA]);
      for (let times = 0; times < 3; times += 1) expect(await ask(store.db)).toBe('asked');
      expect(await mails(store.db)).toHaveLength(2);
      for (let n = 1; n < MAX_MOVES_A_DAY; n += 1)
        expect(await ask(store.db, `anna@n${n}.example`, NOW + n)).toBe('asked');
      expect(await ask(store.db, 'anna@more.example', NOW + 9)).toBe('too-often');
      expect(await mails(store.db)).toHaveLength(2 * MAX_MOVES_A_DAY);
      expect(await ask(store.db, 'anna@more.example', NOW + DAY_MS + 9)).toBe('asked');
    });

    test('ten times at once is one pair of mails', async () => {
      await using store = await open();
      await add(store.db, [ANNA]);
      await Promise.all(Array.from({ length: 10 }, () => ask(store.db)));
      expect(await mails(store.db)).toHaveLength(2);
      const done = await Promise.all([1, 2, 1, 2].map((mail) => agree(store.db, mail)));
      expect(done).toContain('done');
      expect(await acts(store.db, 1)).toEqual(['imported', 'confirmed']);
    });

    test('to the address they have, or by somebody who has left, writes to nobody', async () => {
      await using store = await open();
      await add(store.db, [ANNA]);
      expect(await ask(store.db, ANNA)).toBe('same');
      await leave(store.db, 1);
      expect(await ask(store.db)).toBe('not-active');
      expect(await ask(store.db, NEW, NOW, 4711)).toBe('not-active');
      expect(await mails(store.db)).toEqual([]);
    });

    test('may be to another spelling of the same', async () => {
      await using store = await open();
      await add(store.db, [ANNA]);
      await ask(store.db, 'Anna@example.org');
      await agree(store.db, 1);
      expect(await agree(store.db, 2)).toBe('done');
      expect(await states(store.db)).toEqual(['Anna@example.org active']);
    });

    test('to another reader’s address is answered the same, and told to that reader alone', async () => {
      await using store = await open();
      await add(store.db, [ANNA, NEW]);
      expect(await ask(store.db)).toBe('asked');
      expect(await mails(store.db)).toHaveLength(2);
      expect((await addressQuestion(store.db, 1, NOW)).state).toBe('open');
      expect((await addressQuestion(store.db, 2, NOW)).state).toBe('taken');
      await agree(store.db, 1);
      expect(await agree(store.db, 2)).toBe('taken');
      expect(await states(store.db)).toEqual([`${ANNA} active`, `${NEW} active`]);
    });

    test('to one that became somebody’s in between moves nobody', async () => {
      await using store = await open();
      await add(store.db, [ANNA]);
      await ask(store.db);
      await agree(store.db, 2);
      await add(store.db, [NEW]);
      expect(await agree(store.db, 1)).toBe('taken');
      expect(await states(store.db)).toEqual([`${ANNA} active`, `${NEW} active`]);
    });

    test.each(['undeliverable', 'complained'] as const)(
      'to an address that is %s is answered the same, and not mailed',
      async (reason) => {
        await using store = await open();
        await add(store.db, [ANNA]);
        await suppress(store.db, NEW, reason);
        expect(await ask(store.db)).toBe('asked');
        expect(await mails(store.db)).toEqual([['address-old', ANNA]]);
        expect(await agree(store.db, 1)).toBe('waiting');
      },
    );

    test('to an address that was erased is its owner’s own wish, and is forgotten to have been erased', async () => {
      await using store = await open();
      await add(store.db, [ANNA]);
      await suppress(store.db, NEW, 'erased');
      await ask(store.db);
      await agree(store.db, 1);
      await agree(store.db, 2);
      expect(await store.db.selectFrom('suppressions').selectAll().execute()).toEqual([]);
    });

    test('of somebody who is erased goes with them, from either side', async () => {
      await using store = await open();
      await add(store.db, [ANNA]);
      await ask(store.db);
      await erase(store.db, address(NEW), NOW);
      expect(await store.db.selectFrom('address_changes').selectAll().execute()).toEqual([]);
      expect((await mails(store.db)).map(([, email]) => email)).toEqual([ANNA, 'erased']);
      await erase(store.db, address(ANNA), NOW);
      expect((await addressQuestion(store.db, 1, NOW)).state).toBe('unknown');
      expect(await agree(store.db, 1)).toBe('unknown');
    });

    test('is not reached by the link of any other mail', async () => {
      await using store = await open();
      await add(store.db, [ANNA]);
      await enqueue(store.db, 1, 'welcome', NOW);
      await ask(store.db);
      expect((await addressQuestion(store.db, 1, NOW)).state).toBe('unknown');
      expect((await addressQuestion(store.db, 4711, NOW)).state).toBe('unknown');
    });
  });
});

function ask(db: Database, to = NEW, now = NOW, subscriptionId = 1) {
  return askToMove(
    db,
    { subscriptionId, newEmail: address(to), now },
    (trx, id, kind, options) => enqueue(trx, id, kind, now, options),
    CEILING,
  );
}

/** The mailbox that got the mail with this number says yes. */
async function agree(db: Database, deliveryId: number, now = NOW) {
  return (await agreeToMove(db, deliveryId, { ...YES, now })).state;
}

async function mails(db: Database): Promise<[string, string][]> {
  const rows = await db.selectFrom('deliveries').select(['kind', 'email']).orderBy('id').execute();
  return rows.map(({ kind, email }) => [kind, email]);
}
