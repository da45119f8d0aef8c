import { describe, expect, test } from 'vitest';
import type { Database } from '../../../../src/storage/schema/schema.ts';
import { erase } from '../../../../src/subscribers/subscriber-store.ts';
import { openSqlite } from '../../../helpers/databases.ts';
import {
  acts,
  add,
  address,
  ask,
  everyone,
  follow,
  importCsv,
  leave,
  NOW,
  outbox,
  states,
} from '../../people.ts';

const DAY = 86_400_000;
const at = (text: string) => Date.parse(text);

const MAILCHIMP_HEADINGS =
  'Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION';
const MAILCHIMP_MEMBER =
  'Anna@example.org,Anna,Öberg,2,2019-03-01 10:00:00,203.0.113.7,2019-03-01 10:05:30,203.0.113.8,52,13,1,2,Europe/Berlin,DE,BE';

describe('an export of Mailchimp', () => {
  const subscribed = `${MAILCHIMP_HEADINGS},LAST_CHANGED,LEID,EUID,NOTES,TAGS\n${MAILCHIMP_MEMBER},2020-01-01 00:00:00,1,a1,,"""Readers"",""Gold"""\n`;
  const unsubscribed = `${MAILCHIMP_HEADINGS},UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,LEID,EUID,NOTES,TAGS\n${MAILCHIMP_MEMBER},2021-05-04 09:00:00,May,c1,NORMAL,,1,a1,,\nben@example.org,,,,,,,,,,,,,,,,,,,,,,,\n`;
  const cleaned = `${MAILCHIMP_HEADINGS},CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID,LEID,EUID,NOTES,TAGS\n${MAILCHIMP_MEMBER},2022-02-02 02:02:02,,,1,a1,,\n`;

  test('keeps names, and when and from where people agreed, as evidence with file and line', async () => {
    await using store = await openSqlite();
    const report = await importCsv(store.db, subscribed, { file: 'subscribed_1.csv' });
    expect(report).toMatchObject({ added: 1, format: 'Mailchimp' });
    expect(await everyone(store.db)).toMatchObject([
      { name: 'Anna Öberg', state: 'active', sections: null, confirmedAt: at('2019-03-01T10:05:30Z') },
    ]);
    expect(await evidence(store.db)).toEqual([
      {
        act: 'imported',
        at: at('2019-03-01T10:05:30Z'),
        origin:
          'import subscribed_1.csv, line 2: confirmed 2019-03-01 10:05:30 from 203.0.113.8, opted in 2019-03-01 10:00:00 from 203.0.113.7',
      },
    ]);
  });

  test('of those who left makes nobody active, also where a row has no time', async () => {
    await using store = await openSqlite();
    const report = await importCsv(store.db, unsubscribed);
    expect(report).toMatchObject({ rows: 2, added: 0, unsubscribed: 2, invalid: 0 });
    expect(await states(store.db)).toEqual(['Anna@example.org unsubscribed', 'ben@example.org unsubscribed']);
    expect((await evidence(store.db))[0]).toEqual({
      act: 'unsubscribed',
      at: at('2021-05-04T09:00:00Z'),
      origin: 'import readers.csv, line 2',
    });
    expect(await importCsv(store.db, subscribed)).toMatchObject({ added: 0, leftAlone: 1 });
  });

  test.each([
    ['with the time of leaving mapped away', unsubscribed, { map: { unsubscribed_at: '' } }],
    ['known by its name alone', subscribed, { file: 'unsubscribed_members.csv' }],
    ['with most columns taken away', 'Email Address,UNSUB_TIME\nanna@example.org,\n', {}],
  ])('of those who left, %s, makes nobody active either', async (_what, csv, options) => {
    await using store = await openSqlite();
    expect(await importCsv(store.db, csv, options)).toMatchObject({ added: 0 });
    expect((await everyone(store.db)).map(({ state }) => state)).not.toContain('active');
  });

  test('of cleaned addresses suppresses them as undeliverable, and names nobody', async () => {
    await using store = await openSqlite();
    expect(await importCsv(store.db, cleaned)).toMatchObject({ added: 0, suppressed: 1 });
    expect(await store.db.selectFrom('suppressions').select(['reason', 'at']).execute()).toEqual([
      { reason: 'undeliverable', at: at('2022-02-02T02:02:02Z') },
    ]);
    expect(await everyone(store.db)).toEqual([]);
    expect(await importCsv(store.db, subscribed)).toMatchObject({ added: 0, leftAlone: 1 });
  });

  test('of people who only bought something leaves them alone', async () => {
    await using store = await openSqlite();
    const report = await importCsv(store.db, subscribed, { file: 'nonsubscribed_members.csv' });
    expect(report).toMatchObject({ added: 0, leftAlone: 1 });
  });
});

test('an export of listmonk: enabled is active, disabled unsubscribed, blocklisted suppressed', async () => {
  await using store = await openSqlite();
  const csv = `uuid,email,name,attributes,status,created_at,updated_at
1,anna@example.org,Anna,"{""city"": ""Oslo""}",enabled,2022-07-06 10:12:31.123456 +0200 CEST,2022-07-06 08:12:31 +0000 UTC
2,ben@example.org,Ben,{},disabled,2022-07-06 08:12:31.123456 +0000 +0000,2022-07-06 08:12:31 +0000 UTC
3,cleo@example.org,Cleo,{},blocklisted,2022-07-06 08:12:31 +0000 UTC,2022-07-06 08:12:31 +0000 UTC
`;
  const report = await importCsv(store.db, csv);
  expect(report).toMatchObject({ format: 'listmonk', added: 1, unsubscribed: 1, suppressed: 1, invalid: 0 });
  expect(await everyone(store.db)).toMatchObject([
    { email: 'anna@example.org', state: 'active', confirmedAt: at('2022-07-06T08:12:31.123Z') },
    { email: 'ben@example.org', state: 'unsubscribed' },
  ]);
  expect(await store.db.selectFrom('suppressions').select('reason').execute()).toEqual([
    { reason: 'complained' },
  ]);
});

test('an export of Ghost: who gets no mail there gets none here', async () => {
  await using store = await openSqlite();
  const csv = `id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers
1,anna@example.org,Anna,,true,false,,2023-01-02T03:04:05.000Z,,"Readers,Gold",
2,ben@example.org,Ben,,false,false,,2023-01-02T03:04:05.000Z,,,
3,cleo@example.org,Cleo,,true,false,,2023-01-02T03:04:05.000Z,2024-01-01T00:00:00.000Z,,
`;
  expect(await importCsv(store.db, csv)).toMatchObject({ format: 'Ghost', added: 1, unsubscribed: 2 });
  expect(await everyone(store.db)).toMatchObject([
    { email: 'anna@example.org', state: 'active', confirmedAt: at('2023-01-02T03:04:05Z') },
    { email: 'ben@example.org', state: 'unsubscribed' },
    { email: 'cleo@example.org', state: 'unsubscribed' },
  ]);
});

describe('a list of anybody', () => {
  const languages: [what: string, csv: string, name: string][] = [
    ['German', 'Vorname;Nachname;E-Mail-Adresse\nAnna;Öberg;anna@example.org\n', 'Anna Öberg'],
    ['German, the last name called Name', 'Name;Vorname;E-Mail\nÖberg;Anna;anna@example.org\n', 'Anna Öberg'],
    ['French', 'Prénom,Nom,Adresse e-mail\nAnna,Öberg,anna@example.org\n', 'Anna Öberg'],
    ['Spanish', 'Nombre|Apellidos|Correo electrónico\nAnna|Öberg|anna@example.org\n', 'Anna Öberg'],
    ['Portuguese', 'NOME\tSOBRENOME\tE-MAIL\nAnna\tÖberg\tanna@example.org\n', 'Anna Öberg'],
    [
      'English, with the whole name too',
      'Name,First name,email\nAnna Öberg,Anna,anna@example.org\n',
      'Anna Öberg',
    ],
    ['no language: addresses alone', 'anna@example.org\nben@example.org\n', ''],
    ['no language, with other cells', 'x,anna@example.org\ny,ben@example.org\n', ''],
    ['a spreadsheet', 'sep=;\nemail;name\nanna@example.org;Anna Öberg\n', 'Anna Öberg'],
  ];
  test.each(languages)('in %s', async (_what, csv, name) => {
    await using store = await openSqlite();
    expect(await importCsv(store.db, csv)).toMatchObject({ format: null, invalid: 0 });
    expect((await everyone(store.db))[0]).toMatchObject({ email: 'anna@example.org', name });
  });

  const text = 'email,name\nanna@example.org,Ænne Müller\nben@example.org,Zoë\n';
  test.each([
    ['windows-1252', Buffer.from(text, 'latin1')],
    ['utf-16le', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['utf-16le', Buffer.from(text, 'utf16le')],
    ['utf-16be', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['utf-8', Buffer.from(`\ufeff${text}`)],
    ['utf-8', Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0x0a])])],
  ])('in %s', async (encoding, csv) => {
    await using store = await openSqlite();
    expect(await importCsv(store.db, csv)).toMatchObject({ encoding, added: 2 });
    expect((await everyone(store.db)).map(({ name }) => name)).toEqual(['Ænne Müller', 'Zoë']);
  });

  test('in windows-1252 whose first accent stands in its last row', async () => {
    await using store = await openSqlite();
    const rows = Array.from({ length: 4_000 }, (_, n) => `reader${n}@example.org,Reader\n`);
    const csv = Buffer.from(`email,name\n${rows.join('')}zoe@example.org,Zoë\n`, 'latin1');
    expect(await importCsv(store.db, csv)).toMatchObject({ encoding: 'windows-1252', added: 4_001 });
    expect((await everyone(store.db)).at(-1)).toMatchObject({ name: 'Zoë' });
  });

  test('line numbers count the note of a spreadsheet', async () => {
    await using store = await openSqlite();
    const { rejected } = await importCsv(store.db, 'sep=;\nemail;name\nnobody;N\n');
    expect(rejected).toMatchObject([{ line: 3 }]);
  });

  test('that has a status: who left, bounced or complained stays away, and an unknown word is a bad row', async () => {
    await using store = await openSqlite();
    const csv =
      'email,Status\nanna@example.org,Subscribed\nben@example.org,Unsubscribed\ncleo@example.org,bounced\ndora@example.org,Pending\nerik@example.org,VIP\nfinn@example.org,\n';
    const report = await importCsv(store.db, csv);
    expect(report).toMatchObject({ added: 2, unsubscribed: 1, suppressed: 1, leftAlone: 1 });
    expect(report.rejected).toMatchObject([
      { line: 6, reason: expect.stringContaining('"VIP" is no status') },
    ]);
    await using other = await openSqlite();
    expect(await importCsv(other.db, csv, { map: { status: '' } })).toMatchObject({ added: 6 });
  });

  test.each([
    ['2018-02-05', '2018-02-05T00:00:00Z'],
    ['2018-02-05T19:28+01:00', '2018-02-05T18:28:00Z'],
    ['2018-02-05 19:28:23', '2018-02-05T19:28:23Z'],
    ['2/5/2018', undefined],
    ['2018-02-31 27:00:00', undefined],
    ['1970-01-01', undefined],
    ['2999-01-01', undefined],
  ])('that was confirmed at %s', async (text, moment) => {
    await using store = await openSqlite();
    const map = { confirmed_at: 'Confirmed on' };
    await importCsv(store.db, `email,Confirmed on\nanna@example.org,${text}\n`, { map });
    expect(await everyone(store.db)).toMatchObject([
      { confirmedAt: moment === undefined ? NOW : at(moment) },
    ]);
    expect((await evidence(store.db))[0]?.origin).toBe(`import readers.csv, line 2: confirmed ${text}`);
  });
});

describe('who left elsewhere', () => {
  const gone = (time: string) => `email,unsubscribed at\nanna@example.org,${time}\n`;

  test('and was brought in here before is unsubscribed, with evidence', async () => {
    await using store = await openSqlite();
    await add(store.db, ['anna@example.org']);
    expect(await importCsv(store.db, gone('2020-01-01'))).toMatchObject({ unsubscribed: 1 });
    expect(await acts(store.db, 1)).toEqual(['imported', 'unsubscribed']);
  });

  test('and has confirmed here since stays; who confirmed here before does not', async () => {
    await using store = await openSqlite();
    const box = outbox();
    await ask(store.db, box);
    await follow(store.db, box, 1, NOW);
    const before = new Date(NOW - DAY).toISOString();
    const after = new Date(NOW + DAY / 2).toISOString();
    expect(await importCsv(store.db, gone(before))).toMatchObject({ known: 1, unsubscribed: 0 });
    expect(await states(store.db)).toEqual(['anna@example.org active']);
    expect(await importCsv(store.db, gone(after))).toMatchObject({ known: 0, unsubscribed: 1 });
    expect(await states(store.db)).toEqual(['anna@example.org unsubscribed']);
  });

  test('and has left here, or was erased here, is left alone and not named again', async () => {
    await using store = await openSqlite();
    await add(store.db, ['anna@example.org']);
    await leave(store.db, 1, NOW - DAY);
    expect(await importCsv(store.db, gone('2020-01-01'))).toMatchObject({ unsubscribed: 0, leftAlone: 1 });
    expect(await acts(store.db, 1)).toEqual(['imported', 'unsubscribed']);
    await erase(store.db, address('anna@example.org'), NOW);
    expect(await importCsv(store.db, gone('2020-01-02'))).toMatchObject({ unsubscribed: 0, leftAlone: 1 });
    expect(await everyone(store.db)).toEqual([]);
  });

  test.each([
    ['before', 'email,status\nanna@example.org,unsubscribed\nanna@example.org,active\n'],
    ['after', 'email,status\nanna@example.org,active\nanna@example.org,unsubscribed\n'],
  ])('by a row %s one that says otherwise has left, and a dry run says so too', async (_what, csv) => {
    await using store = await openSqlite();
    const dry = await importCsv(store.db, csv, { dryRun: true });
    const report = await importCsv(store.db, csv);
    expect(report).toEqual(dry);
    expect(report).toMatchObject({ unsubscribed: 1, duplicates: 0 });
    expect(await states(store.db)).toEqual(['anna@example.org unsubscribed']);
  });
});

async function evidence(db: Database) {
  return db.selectFrom('consents').select(['act', 'at', 'origin']).orderBy('id').execute();
}
