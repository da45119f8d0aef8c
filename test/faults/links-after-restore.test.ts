import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { withTag } from '../../src/base/text/address.ts';
import { caseless, type TokenPurpose } from '../../src/base/token.ts';
import { deliveryBehind } from '../../src/delivery/delivery-links.ts';
import { enqueue } from '../../src/delivery/ledger.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { exportReaders } from '../../src/subscribers/export-readers.ts';
import { leaveByMail } from '../../src/subscribers/leave-by-mail.ts';
import { isLost } from '../../src/subscribers/subscription-links.ts';
import { openPostgres, type TestDatabase } from '../helpers/databases.ts';
import { oldToken } from '../helpers/old-tokens.ts';
import { tokenFor } from '../helpers/tokens.ts';
import {
  addSubscription,
  everythingAbout,
  FORM,
  formBody,
  type OpenSite,
  openSite,
} from '../site/open-site.ts';
import { address, importCsv } from '../subscribers/people.ts';

const SECRET = 'a secret of a length that would do in real life';
const MAILBOX = address('leave@in.example.org');
const NAMES = ['anna', 'ben', 'cleo', 'dora', 'emil', 'finn', 'gwen'];

/** Everything that mails to one reader hold. */
interface Links {
  readonly email: string;
  readonly confirm: string;
  readonly preferences: string;
  readonly unsubscribe: string;
  readonly view: string;
  readonly review: string;
  readonly addressOld: string;
  readonly addressNew: string;
  readonly mailto: string;
}

/** Signs somebody up, mails them everything there is, and returns the links of those mails. */
async function reader(site: OpenSite, name: string, state: 'active' | 'pending' = 'active'): Promise<Links> {
  const email = `${name}@readers.example`;
  const id = await addSubscription(site, email, state);
  const now = site.clock.now();
  const mailed = async (kind: 'welcome' | 'address-old' | 'address-new') => {
    await enqueue(
      site.db,
      id,
      kind,
      now,
      kind === 'address-new' ? { to: address(`${name}@new.example`) } : {},
    );
    const last = await site.db
      .selectFrom('deliveries')
      .select('id')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow();
    return last.id;
  };
  const link = async (purpose: TokenPurpose, row: number) =>
    tokenFor(site, purpose, row, purpose === 'confirm' ? now : 0);
  const welcome = await mailed('welcome');
  return {
    email,
    confirm: await link('confirm', id),
    preferences: await link('preferences', id),
    unsubscribe: await link('unsubscribe', id),
    view: await link('view', welcome),
    review: await link('review', welcome),
    addressOld: await link('address', await mailed('address-old')),
    addressNew: await link('address', await mailed('address-new')),
    mailto: withTag(MAILBOX, caseless(await link('unsubscribe', id))),
  };
}

function pagesOf(links: Links): string[] {
  const { confirm, preferences, unsubscribe, view, addressOld, addressNew } = links;
  return [
    ...[
      `/confirm/${confirm}`,
      `/u/${unsubscribe}`,
      `/view/${view}`,
      `/address/${addressOld}`,
      `/address/${addressNew}`,
    ],
    ...['', '/address', '/erase', '/my-data.json'].map((page) => `/preferences/${preferences}${page}`),
  ];
}

function actsOf(links: Links): [url: string, fields: Record<string, string>][] {
  const { confirm, preferences, unsubscribe, addressOld, addressNew } = links;
  return [
    [`/confirm/${confirm}`, { yes: 'yes' }],
    [`/confirm/${confirm}`, { anew: 'yes' }],
    [`/u/${unsubscribe}`, { 'List-Unsubscribe': 'One-Click' }],
    [`/u/${unsubscribe}`, { goodbye: 'yes' }],
    [`/u/${unsubscribe}`, { because: 'no reason' }],
    [`/preferences/${preferences}`, { section: 'royal', frequency: 'weekly', pause: 'month' }],
    [`/preferences/${preferences}`, { again: 'yes' }],
    [`/preferences/${preferences}/address`, { email: 'mallory@evil.example' }],
    [`/preferences/${preferences}/erase`, { sure: 'yes' }],
    [`/address/${addressOld}`, { answer: 'yes' }],
    [`/address/${addressNew}`, { answer: 'no' }],
  ];
}

function leaving(site: OpenSite) {
  const newsletters = [{ id: 'daily', goodbye: true }];
  const { db, clock, signer } = site;
  return leaveByMail({ db, clock, signer, newsletters, address: MAILBOX, enqueue: async () => undefined });
}

/** Tries every link there is: each says that it leads nowhere, shows nobody, and changes nothing. */
async function expectLost(site: OpenSite, links: Links, says: string): Promise<void> {
  const before = await everythingAbout(site);
  const answers = [];
  for (const url of pagesOf(links)) answers.push([url, await site.app.inject(url)] as const);
  for (const [url, fields] of actsOf(links))
    answers.push([
      url,
      await site.app.inject({ method: 'POST', url, payload: formBody(fields), headers: FORM }),
    ] as const);
  for (const [url, { statusCode, body }] of answers) {
    expect([url, statusCode]).toEqual([url, 410]);
    expect(body).toContain(says);
    for (const name of NAMES) expect(body.toLowerCase()).not.toContain(name);
  }
  expect(await leaving(site).take(links.mailto)).toBe('lost');
  expect(isLost(await deliveryBehind(site.db, site.signer, 'review', links.review))).toBe(true);
  expect(await everythingAbout(site)).toBe(before);
}

/** A copy of a database as a backup has it. */
async function copyOf(store: OpenSite): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-backup-'));
  const file = join(folder, 'backup.db');
  await sql`vacuum into ${sql.lit(file)}`.execute(store.db);
  const db = await openDatabase(`sqlite:${file}`);
  return {
    db,
    url: `sqlite:${file}`,
    [Symbol.asyncDispose]: async () => {
      await db.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

describe('after a backup was restored', () => {
  test('links of who came after the backup act for nobody, though their rows’ numbers are others’ now', async () => {
    await using site = await openSite();
    await reader(site, 'anna');
    const backup = await copyOf(site);
    const lost = [await reader(site, 'cleo'), await reader(site, 'dora', 'pending')];
    await using restored = await openSite({ database: backup });
    for (const links of lost) await expectLost(restored, links, 'may have been deleted');
    await reader(restored, 'emil');
    await reader(restored, 'finn', 'pending');
    for (const links of lost) await expectLost(restored, links, 'may have been deleted');
  }, 60_000);

  test('links of who was in the backup act for them', async () => {
    await using site = await openSite({ personalVersions: { 1: '<p>For Anna</p>' } });
    const anna = await reader(site, 'anna');
    const ben = await reader(site, 'ben', 'pending');
    const backup = await copyOf(site);
    await using restored = await openSite({ database: backup });
    await reader(restored, 'emil');
    await expectOwn(restored, anna, ben);
  }, 60_000);
});

describe('after export from SQLite and import into PostgreSQL', () => {
  test('links of a subscription act for the reader they were sent to, and links of one mail for nobody', async () => {
    await using site = await openSite();
    const links = [];
    for (const name of ['anna', 'cleo', 'dora']) links.push(await reader(site, name));
    const csv = await text(exportReaders(site.db));
    await using moved = await openSite({ database: await openPostgres() });
    await reader(moved, 'gwen'); // so that no row has the number it had
    const rows = csv.trimEnd().split('\r\n');
    await importCsv(moved.db, [rows[0], ...rows.slice(1).reverse()].join('\r\n'));
    for (const one of links) {
      const page = await moved.app.inject(`/preferences/${one.preferences}`);
      expect(page.body).toContain(one.email);
      for (const path of [`/view/${one.view}`, `/address/${one.addressOld}`, `/address/${one.addressNew}`])
        expect((await moved.app.inject(path)).statusCode).toBe(410);
    }
    const [anna, cleo, dora] = links;
    if (!anna || !cleo || !dora) throw new Error('three signed up');
    const url = `/u/${anna.unsubscribe}`;
    const payload = formBody({ 'List-Unsubscribe': 'One-Click' });
    expect((await moved.app.inject({ method: 'POST', url, payload, headers: FORM })).statusCode).toBe(200);
    expect(await leaving(moved).take(cleo.mailto)).toBe('left');
    await moved.app.inject({
      method: 'POST',
      url: `/preferences/${dora.preferences}/erase`,
      payload: 'sure=yes',
      headers: FORM,
    });
    const left = await moved.db
      .selectFrom('subscriptions')
      .innerJoin('subscribers', 'subscribers.id', 'subscriber_id')
      .select(['email', 'state'])
      .orderBy('email')
      .execute();
    expect(left).toEqual([
      { email: anna.email, state: 'unsubscribed' },
      { email: cleo.email, state: 'unsubscribed' },
      { email: 'gwen@readers.example', state: 'active' },
    ]);
    await expectLost(moved, { ...dora, view: dora.view }, 'may have been deleted');
  }, 60_000);

  test('links of the release before explain that they are too old, and act for nobody', async () => {
    await using site = await openSite();
    await reader(site, 'anna');
    await using moved = await openSite({ database: await openPostgres() });
    await importCsv(moved.db, await text(exportReaders(site.db)));
    await reader(moved, 'gwen');
    const old = (purpose: TokenPurpose, row: number) => oldToken(SECRET, purpose, row);
    for (const row of [1, 2])
      await expectLost(
        moved,
        {
          email: '',
          ...{
            confirm: old('confirm', row),
            preferences: old('preferences', row),
            unsubscribe: old('unsubscribe', row),
          },
          ...{ view: old('view', row), review: old('review', row) },
          ...{ addressOld: old('address', row), addressNew: old('address', row + 1) },
          mailto: withTag(MAILBOX, caseless(old('unsubscribe', row))),
        },
        'We cannot tell whose link this is',
      );
  }, 60_000);
});

/** Anna reads, and unsubscribes at last; Ben confirms. */
async function expectOwn(site: OpenSite, anna: Links, ben: Links): Promise<void> {
  for (const [links, other] of [
    [anna, ben],
    [ben, anna],
  ] as const)
    for (const page of ['', '/erase', '/my-data.json']) {
      const { statusCode, body } = await site.app.inject(`/preferences/${links.preferences}${page}`);
      expect(statusCode).toBe(200);
      if (page !== '/erase') expect(body).toContain(links.email);
      expect(body).not.toContain(other.email);
    }
  const post = (url: string, fields: Record<string, string>) =>
    site.app.inject({ method: 'POST', url, payload: formBody(fields), headers: FORM });
  expect((await post(`/confirm/${ben.confirm}`, {})).statusCode).toBe(200);
  expect((await post(`/u/${anna.unsubscribe}`, { 'List-Unsubscribe': 'One-Click' })).statusCode).toBe(200);
  const rows = await site.db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriber_id')
    .select(['email', 'state'])
    .orderBy('email')
    .execute();
  expect(rows).toEqual([
    { email: anna.email, state: 'unsubscribed' },
    { email: ben.email, state: 'active' },
    { email: 'emil@readers.example', state: 'active' },
  ]);
}
