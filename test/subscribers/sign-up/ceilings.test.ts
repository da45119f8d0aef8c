import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../../src/base/clock.ts';
import {
  type SignUpConfig,
  signUpSchema,
  withDisposableDomains,
} from '../../../src/config/sign-up-config.ts';
import type { Database } from '../../../src/storage/schema/schema.ts';
import type { Knock } from '../../../src/subscribers/sign-up/ceiling-scopes.ts';
import { countSignUps, turnedAway } from '../../../src/subscribers/sign-up/ceilings.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { NOW } from '../people.ts';

eachDatabase((open) => {
  describe('the ceilings of sign-ups', () => {
    test('let a network have its number in an hour, and other networks theirs', async () => {
      await using store = await open();
      const policy = limits({ per_network: 3 });
      expect(await outcomes(store.db, policy, 5)).toEqual([
        'in',
        'in',
        'in',
        'net:192.0.2.0/24',
        'net:192.0.2.0/24',
      ]);
      expect(await outcomes(store.db, policy, 1, { networks: ['198.51.100.0/24'] })).toEqual(['in']);
      expect(await outcomes(store.db, policy, 1, { now: NOW + HOUR_MS })).toEqual(['in']);
    });

    test('let a domain have its number from whatever networks, but not a large provider, nor one that is said to be large', async () => {
      await using store = await open();
      const policy = limits({ per_domain: 2, large_domains: ['big.example'] });
      const at = async (domain: string) => {
        const all = [];
        for (let n = 0; n < 3; n += 1)
          all.push(...(await outcomes(store.db, policy, 1, { domain, networks: [`10.0.${n}.0/24`] })));
        return all;
      };
      expect(await at('small.example')).toEqual(['in', 'in', 'domain:small.example']);
      expect(await at('gmail.com')).toEqual(['in', 'in', 'in']);
      expect(await at('big.example')).toEqual(['in', 'in', 'in']);
    });

    test('let everybody together have theirs', async () => {
      await using store = await open();
      const policy = limits({ all: 2 });
      const from = (network: string) =>
        outcomes(store.db, policy, 1, { networks: [network], domain: `${network}.example` });
      expect([...(await from('a')), ...(await from('b')), ...(await from('c'))]).toEqual(['in', 'in', 'all']);
    });

    test('are lower for forms that cannot show when they were opened', async () => {
      await using store = await open();
      const policy = limits({ per_network: 4, plain_forms_per_network: 2, plain_forms: 3 });
      const plain = { plain: true };
      expect(await outcomes(store.db, policy, 3, plain)).toEqual(['in', 'in', 'plain-net:192.0.2.0/24']);
      expect(await outcomes(store.db, policy, 3)).toEqual(['in', 'in', 'net:192.0.2.0/24']);
      expect(await outcomes(store.db, policy, 2, { ...plain, networks: ['b'] })).toEqual(['in', 'plain']);
    });

    test('do not let one network use up what is everybody’s', async () => {
      await using store = await open();
      const policy = limits({ per_network: 1, all: 2, per_domain: 2 });
      await outcomes(store.db, policy, 50);
      expect(await outcomes(store.db, policy, 1, { networks: ['another'] })).toEqual(['in']);
    });

    test('hold when many arrive at once', async () => {
      await using store = await open();
      const verdicts = await Promise.all(
        Array.from({ length: 40 }, () =>
          store.db.transaction().execute((trx) => countSignUps(trx, [knock()], limits({ per_network: 7 }))),
        ),
      );
      expect(verdicts.flat().filter(({ over }) => over === undefined)).toHaveLength(7);
      expect(verdicts.flat().filter(({ first }) => first)).toHaveLength(1);
    });

    test('can be asked what was dropped in the last day, most first', async () => {
      await using store = await open();
      const policy = limits({ per_network: 2 });
      await outcomes(store.db, policy, 5, { now: NOW - 2 * DAY_MS });
      await outcomes(store.db, policy, 4, { now: NOW - 2 * HOUR_MS });
      await outcomes(store.db, policy, 3, { networks: ['b'] });
      await outcomes(store.db, policy, 4);
      expect(await turnedAway(store.db, policy, NOW)).toEqual([
        { scope: 'net:192.0.2.0/24', count: 4, dropped: false },
        { scope: 'net:b', count: 1, dropped: false },
      ]);
    });

    test('count what comes from a full wide network there alone, so that each small one in it leaves no row', async () => {
      await using store = await open();
      const policy = limits({ per_network: 2 });
      for (let n = 0; n < 40; n += 1) {
        const networks = [`2001:db8:7:${n}::/64`, '2001:db8:7::/56', '2001:db8:7::/48', '2001:db8::/32'];
        await outcomes(store.db, policy, 1, { networks });
      }
      const rows = await store.db
        .selectFrom('sign_up_counts')
        .select('scope')
        .where('scope', 'like', '%/64')
        .execute();
      expect(rows.length).toBeLessThanOrEqual(2 * 2 + 1);
      expect(await turnedAway(store.db, policy, NOW)).toEqual([
        { scope: 'net:2001:db8:7::/56', count: 36, dropped: false },
      ]);
    });

    test('let those in at another door who worked or waited, each with a ceiling of its own', async () => {
      await using store = await open();
      const policy = limits({ per_network: 2, plain_forms_per_network: 1 });
      expect(await outcomes(store.db, policy, 3, { effort: 'worked' })).toEqual(['in', 'in', 'in']);
      expect(await outcomes(store.db, policy, 2)).toEqual(Array(2).fill('net:192.0.2.0/24'));
      expect(await outcomes(store.db, policy, 2, { effort: 'worked' })).toEqual([
        'in',
        'worked-net:192.0.2.0/24',
      ]);
      expect(await outcomes(store.db, policy, 2, { effort: 'waited' })).toEqual([
        'in',
        'waited-net:192.0.2.0/24',
      ]);
    });

    test('hold for a domain at every door', async () => {
      await using store = await open();
      const policy = limits({ per_network: 1, per_domain: 2, all: 2 });
      const worked = (network: string) =>
        outcomes(store.db, policy, 1, { effort: 'worked', networks: [network] });
      const all = [];
      for (const network of ['a', 'b', 'c', 'd']) all.push(...(await worked(network)));
      expect(all).toEqual(['in', 'in', 'domain:example.org', 'domain:example.org']);
    });

    test('are forgotten after two days', async () => {
      await using store = await open();
      await outcomes(store.db, limits({}), 3);
      await outcomes(store.db, limits({}), 1, {
        now: NOW + 2 * DAY_MS + HOUR_MS,
        networks: ['b'],
        domain: 'b',
      });
      const rows = await store.db.selectFrom('sign_up_counts').select('scope').orderBy('scope').execute();
      expect(rows.map(({ scope }) => scope)).toEqual(['all', 'domain:b', 'net:b']);
    });
  });
});

function limits(changes: Partial<SignUpConfig>): SignUpConfig {
  return { ...withDisposableDomains(signUpSchema.parse({}), ''), ...changes };
}

function knock(changes: Partial<Knock> = {}): Knock {
  return {
    networks: ['192.0.2.0/24'],
    domain: 'example.org',
    plain: false,
    effort: 'none',
    now: NOW,
    ...changes,
  };
}

/** "in", or the ceiling it was over. */
async function outcomes(db: Database, policy: SignUpConfig, times: number, changes: Partial<Knock> = {}) {
  const knocks = Array.from({ length: times }, () => knock(changes));
  return (await countSignUps(db, knocks, policy)).map(({ over }) => over ?? 'in');
}
