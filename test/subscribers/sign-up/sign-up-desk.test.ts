import { describe, expect, test } from 'vitest';
import { signUpSchema, withDisposableDomains } from '../../../src/config/sign-up-config.ts';
import type { Database } from '../../../src/storage/schema/schema.ts';
import { type Arrival, SignUpDesk } from '../../../src/subscribers/sign-up/sign-up-desk.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { acts, address, everyone, FORM, NOW, outbox } from '../people.ts';

const POLICY = withDisposableDomains(
  signUpSchema.parse({ plain_forms_per_network: 1000, per_network: 1000 }),
  '',
);

eachDatabase((open) => {
  describe('the desk where sign-ups arrive', () => {
    test('takes what arrives at once, each with its own outcome', async () => {
      await using store = await open();
      const box = outbox();
      const desk = new SignUpDesk(store.db, { ...POLICY, per_domain: 3 }, box.enqueue);
      const emails = ['a@one.example', 'b@one.example', 'c@one.example', 'd@one.example', 'e@two.example'];
      const verdicts = await Promise.all(emails.map((email) => desk.take(arrival(email))));
      expect(verdicts).toEqual([
        { fate: 'in', over: undefined, first: false },
        { fate: 'in', over: undefined, first: false },
        { fate: 'in', over: undefined, first: false },
        { fate: 'dropped', over: 'domain:one.example', first: true },
        { fate: 'in', over: undefined, first: false },
      ]);
      expect((await everyone(store.db)).map(({ email }) => email)).toEqual([
        'a@one.example',
        'b@one.example',
        'c@one.example',
        'e@two.example',
      ]);
    });

    test('holds when two of them take the same people in different orders', async () => {
      await using store = await open();
      const box = outbox();
      const desks = [1, 2].map(() => new SignUpDesk(store.db, POLICY, box.enqueue));
      const people = Array.from({ length: 60 }, (_, n) => `reader-${n}@town-${n % 7}.example`);
      await Promise.all(
        desks.flatMap((desk, at) =>
          (at === 0 ? people : people.toReversed()).map((email) => desk.take(arrival(email))),
        ),
      );
      expect(await everyone(store.db)).toHaveLength(60);
      expect(box.kinds()).toHaveLength(60);
      expect(await acts(store.db, 1)).toEqual(['asked']);
    });

    test('takes a stamp once, whichever process has it', async () => {
      await using store = await open();
      const box = outbox();
      const desks = Array.from({ length: 4 }, () => new SignUpDesk(store.db, POLICY, box.enqueue));
      const fates = await Promise.all(
        desks.map(async (desk, n) => {
          const email = `reader-${n}@town.example`;
          return (await desk.take(arrival(email, { stamp: 'stamp', form: email }))).fate;
        }),
      );
      expect(fates.toSorted()).toEqual(['again', 'again', 'again', 'in']);
      expect(box.kinds()).toEqual(['confirmation']);
    });

    test('answers a form that comes twice with its stamp as it did before, and does nothing', async () => {
      await using store = await open();
      const box = outbox();
      const desks = [1, 2].map(() => new SignUpDesk(store.db, POLICY, box.enqueue));
      const form = arrival('a@one.example', { stamp: 'stamp', form: 'as it was' });
      const fates = await Promise.all(desks.map(async (desk) => (await desk.take(form)).fate));
      expect(fates).toEqual(['in', 'in']);
      const counted = await store.db
        .selectFrom('sign_up_counts')
        .select('count')
        .where('scope', '=', 'all')
        .executeTakeFirstOrThrow();
      expect([box.kinds().length, Number(counted.count)]).toEqual([1, 1]);
    });

    test('leaves its stamp to a form that is asked for work, for when it comes again', async () => {
      await using store = await open();
      const box = outbox();
      const desk = new SignUpDesk(store.db, { ...POLICY, all: 0 }, box.enqueue);
      const form = arrival('a@one.example', { stamp: 'stamp', form: 'as it was' });
      expect((await desk.take(form)).fate).toBe('asked');
      const worked = { ...form, knock: { ...form.knock, effort: 'worked' as const } };
      const proven = new SignUpDesk(store.db, { ...POLICY, plain_forms: 0 }, box.enqueue);
      expect((await proven.take(worked)).fate).toBe('in');
      expect(box.kinds()).toEqual(['confirmation']);
    });

    test('mails one mailbox a few times, from however many processes', async () => {
      await using store = await open();
      const box = outbox();
      const desks = [1, 2, 3].map(() => new SignUpDesk(store.db, POLICY, box.enqueue));
      await Promise.all(
        Array.from({ length: 60 }, (_, n) => desks[n % 3]?.take(arrival(`target+${n}@gmail.com`))),
      );
      expect(box.kinds()).toHaveLength(POLICY.per_mailbox);
      expect(await everyone(store.db)).toHaveLength(POLICY.per_mailbox);
    });

    test('says that it failed to those whose sign-up is not written down, and takes the next', async () => {
      await using store = await open();
      const box = outbox();
      let isBroken = true;
      const enqueue = async (db: Database, id: number, kind: string) => {
        if (isBroken) throw new Error('disk full');
        await box.enqueue(db, id, kind);
      };
      const desk = new SignUpDesk(store.db, POLICY, enqueue);
      await expect(desk.take(arrival('a@one.example'))).rejects.toThrow('disk full');
      expect(await everyone(store.db)).toEqual([]);
      isBroken = false;
      await desk.take(arrival('a@one.example'));
      expect(box.kinds()).toEqual(['confirmation']);
    });
  });
});

function arrival(typed: string, stamped?: Arrival['stamped']): Arrival {
  const email = address(typed);
  const domain = typed.slice(typed.indexOf('@') + 1);
  return {
    stamped,
    knock: { networks: ['192.0.2.0/24'], domain, plain: true, effort: 'none' as const, now: NOW },
    request: { email, choices: [{ newsletterId: 'daily', sections: null }], now: NOW, ...FORM },
  };
}
