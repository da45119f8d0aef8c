import { expect, test } from 'vitest';
import { withTag } from '../../src/base/text/address.ts';
import { caseless, TokenSigner } from '../../src/base/token.ts';
import { enqueue } from '../../src/delivery/ledger.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { leaveByMail } from '../../src/subscribers/leave-by-mail.ts';
import { eachDatabase, openSqlite } from '../helpers/databases.ts';
import { ManualClock } from '../helpers/manual-clock.ts';
import { oldToken } from '../helpers/old-tokens.ts';
import { tokenFor } from '../helpers/tokens.ts';
import { add, address, ask, NOW, outbox, states } from './people.ts';

const MAILBOX = address('unsubscribe@in.example.org');
const SECRET = 'a secret of a length that would do in real life';
const signer = new TokenSigner([SECRET]);
const recipientFor = async (db: Database, id: number) =>
  withTag(MAILBOX, caseless(await tokenFor({ db, signer }, 'unsubscribe', id)));

eachDatabase((open) => {
  test('a mail to the address in a reader’s mail ends that subscription alone, kept as evidence, with one goodbye', async () => {
    await using store = await open();
    await add(store.db, ['anna@example.org', 'ben@example.org']);
    const { take } = leaving(store.db);
    for (let times = 0; times < 3; times += 1)
      expect(await take(await recipientFor(store.db, 2))).toBe('left');
    expect(await states(store.db)).toEqual(['anna@example.org active', 'ben@example.org unsubscribed']);
    const consents = store.db.selectFrom('consents').select(['subscription_id', 'act', 'origin', 'wording']);
    expect(await consents.where('act', '=', 'unsubscribed').execute()).toEqual([
      { subscription_id: 2, act: 'unsubscribed', origin: 'mailto', wording: 'List-Unsubscribe: mailto' },
    ]);
    expect(await letters(store.db)).toEqual(['goodbye to ben@example.org']);
  });

  test('ten such mails at once are one act and one goodbye', async () => {
    await using store = await open();
    await add(store.db, ['anna@example.org']);
    const recipient = await recipientFor(store.db, 1);
    const { take } = leaving(store.db);
    await Promise.all(Array.from({ length: 10 }, () => take(recipient)));
    const acts = store.db.selectFrom('consents').select('act').where('act', '=', 'unsubscribed');
    expect(await acts.execute()).toHaveLength(1);
    expect(await letters(store.db)).toHaveLength(1);
  });
});

test('a newsletter that says no goodbye says none, and who never confirmed is told none', async () => {
  await using store = await openSqlite();
  await add(store.db, ['anna@example.org']);
  await leaving(store.db, false).take(await recipientFor(store.db, 1));
  await ask(store.db, outbox(), { email: 'ben@example.org' });
  await leaving(store.db).take(await recipientFor(store.db, 2));
  expect(await states(store.db)).toEqual(['anna@example.org unsubscribed', 'ben@example.org unsubscribed']);
  expect(await letters(store.db)).toEqual([]);
});

test('an address that a server wrote in another case on the way is the same address', async () => {
  await using store = await openSqlite();
  await add(store.db, ['anna@example.org']);
  const { accepts, take } = leaving(store.db);
  expect(accepts((await recipientFor(store.db, 1)).toUpperCase())).toBe(true);
  await take(` ${(await recipientFor(store.db, 1)).toUpperCase()}`);
  expect(await states(store.db)).toEqual(['anna@example.org unsubscribed']);
});

test('an address fits into what SMTP allows before the @', () => {
  const longest = withTag(
    address(`${'u'.repeat(18)}@in.example.org`),
    caseless(signer.sign('unsubscribe', { publicId: 'f'.repeat(16), issuedAt: 0 })),
  );
  expect(longest.indexOf('@')).toBe(64);
});

test('for somebody who is not here any more nobody leaves, and who wrote is to hear of it', async () => {
  await using store = await openSqlite();
  const { accepts, take } = leaving(store.db);
  await add(store.db, ['anna@example.org']);
  expect(accepts(await recipientFor(store.db, 4_711))).toBe(true);
  expect(await take(await recipientFor(store.db, 4_711))).toBe('lost');
  const old = withTag(MAILBOX, caseless(oldToken(SECRET, 'unsubscribe', 1)));
  expect(accepts(old)).toBe(true);
  expect(await take(old)).toBe('lost');
  expect(await states(store.db)).toEqual(['anna@example.org active']);
});

test('whatever is not an address out of one of our mails is refused and changes nothing', async () => {
  await using store = await openSqlite();
  await add(store.db, ['anna@example.org']);
  const { accepts, take } = leaving(store.db);
  const good = await recipientFor(store.db, 1);
  const [tag = ''] = /(?<=\+)[^@]+/.exec(good) ?? [];
  const forPage = caseless(await tokenFor({ db: store.db, signer }, 'preferences', 1));
  const strangers = [
    ...['', '@', 'unsubscribe@in.example.org', 'unsubscribe+@in.example.org', 'anna@example.org'],
    ...[
      `leave+${tag}@in.example.org`,
      `unsubscribe+${tag}@example.org`,
      `unsubscribe+${tag}@in.example.org.evil.example`,
    ],
    ...[
      `unsubscribe+${tag}x@in.example.org`,
      `unsubscribe+${tag.slice(1)}@in.example.org`,
      `unsubscribe+v${tag.slice(1)}@in.example.org`,
    ],
    ...[
      `unsubscribe+${forPage}@in.example.org`,
      `unsubscribe-${tag}@in.example.org`,
      `${tag}@in.example.org`,
    ],
    ...[`unsubscribe+${tag.slice(0, -1)}${tag.endsWith('0') ? '1' : '0'}@in.example.org`],
  ];
  expect(strangers.filter(accepts)).toEqual([]);
  for (const stranger of strangers) expect(await take(stranger)).toBe('unknown');
  expect(await states(store.db)).toEqual(['anna@example.org active']);
});

test('where no such mail is taken, nothing is accepted', async () => {
  await using store = await openSqlite();
  const deaf = leaveByMail({ ...deps(store.db), address: undefined });
  expect(deaf.accepts(await recipientFor(store.db, 1))).toBe(false);
});

function deps(db: Database, goodbye = true) {
  return {
    db,
    signer,
    clock: new ManualClock(NOW),
    newsletters: [{ id: 'daily', goodbye }],
    enqueue: (trx: Database, id: number, kind: 'goodbye') => enqueue(trx, id, kind, NOW),
    address: MAILBOX,
  };
}

function leaving(db: Database, goodbye = true) {
  return leaveByMail(deps(db, goodbye));
}

async function letters(db: Database): Promise<string[]> {
  const rows = await db.selectFrom('deliveries').select(['kind', 'email']).execute();
  return rows.map(({ kind, email }) => `${kind} to ${email}`);
}
