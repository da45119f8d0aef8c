import { describe, expect, test } from 'vitest';
import { openSqlite } from '../../helpers/databases.ts';
import { everyone, importCsv, states } from '../people.ts';

/** A list of two: who stays, and who must not be written to. */
const pair = (heading: string, stays: string, gone: string) =>
  `email,name,"${heading}"\nstays@example.org,Sia,"${stays}"\ngone@example.org,Gus,"${gone}"\n`;

describe('a column that may say who left, and that nothing reads, stops the import before anything is written', () => {
  const columns: [heading: string, stays: string, gone: string][] = [
    ['Opted in', 'yes', 'no'],
    ['Opt-In', '2024-01-02', ''],
    ['Accepts newsletters', 'TRUE', 'FALSE'],
    ['Marketing permission', 'granted', 'none'],
    ['GDPR consent', '1', '0'],
    ['Suppressed?', 'no', 'yes'],
    ['Active', '1', '0'],
    ['Confirmed', 'yes', ''],
    ['Deliverability', 'good', 'bad'],
    ['state', 'subscribed', 'cleaned'],
    ['Einwilligung', 'ja', 'nein'],
    ['Werbung erlaubt', 'ja', 'nein'],
    ['Gekündigt zum', '', '31.03.2024'],
    ['Gesperrt', '', 'x'],
    ['Inscrit à la lettre', 'oui', 'non'],
    ['Refus de sollicitation', '', 'oui'],
    ['Suscripción', 'alta', 'baja'],
    ['Acepta publicidad', 'sí', 'no'],
    ['Permissão', 'sim', 'não'],
    ['Consenso', 'sì', 'no'],
    ['Iscrizione', 'attiva', 'cessata'],
    ['Toestemming', 'ja', 'nee'],
    ['Afmelding', '', '2024-03-02'],
    ['Samtycke', 'ja', 'nej'],
    // By their cells, whatever they are called:
    ['Column 7', 'yes', 'no'],
    ['zz', 'true', 'false'],
    ['zz', '0', '1'],
    ['zz', 'oui', 'non'],
    ['zz', '', 'x'],
    ['zz', 'gold', 'unsubscribed'],
    ['Tags', 'gold, silver', 'gold, Opted out'],
    ['Notiz', 'Stammgast', 'abgemeldet'],
  ];
  test.each(columns)('%s: %j stays, %j has left', async (heading, stays, gone) => {
    await using store = await openSqlite();
    const csv = pair(heading, stays, gone);
    await expect(importCsv(store.db, csv)).rejects.toMatchObject({
      code: 'CONSENT_UNCLEAR',
      message: expect.stringContaining(`"${heading}"`),
      hint: expect.stringContaining(`--ignore "${heading}"`),
    });
    await expect(importCsv(store.db, csv, { dryRun: true })).rejects.toMatchObject({
      code: 'CONSENT_UNCLEAR',
    });
    expect(await everyone(store.db)).toEqual([]);
    expect(await store.db.selectFrom('imports').select('id').execute()).toEqual([]);
    const report = await importCsv(store.db, csv, { ignore: [heading] });
    expect(report).toMatchObject({ added: 2, unread: [heading] });
  });

  test('also where its first such word stands in the last of many rows', async () => {
    await using store = await openSqlite();
    const rows = Array.from({ length: 3_000 }, (_, n) => `r${n}@example.org,${n % 7}`);
    const csv = `email,zz\n${rows.join('\n')}\ngone@example.org,bounced\n`;
    await expect(importCsv(store.db, csv)).rejects.toMatchObject({ code: 'CONSENT_UNCLEAR' });
  });

  test('also where there are no headings, and is named by its number then', async () => {
    await using store = await openSqlite();
    const csv = 'stays@example.org,Sia,no\ngone@example.org,Gus,yes\n';
    await expect(importCsv(store.db, csv)).rejects.toMatchObject({
      message: expect.stringContaining('column 3'),
    });
    expect(await importCsv(store.db, csv, { map: { unsubscribed: '3' } })).toMatchObject({
      added: 1,
      unsubscribed: 1,
    });
  });

  test.each([
    ['a place', 'State', 'CA', 'NY'],
    ['a day of sign-up that everybody has', 'Subscribed on', '2024-01-02', '2024-01-03'],
    ['a number', 'Orders', '0', '3'],
    ['the link to leave', 'Unsubscribe URL', 'https://example.org/1', 'https://example.org/2'],
    ['a number of the subscriber', 'Subscriber ID', '1', '2'],
    ['sentences', 'Note', 'has left the club in May', 'asked about the garden'],
  ])('but not %s', async (_what, heading, one, other) => {
    await using store = await openSqlite();
    expect(await importCsv(store.db, pair(heading, one, other))).toMatchObject({ added: 2 });
  });

  test('times of agreeing that only some have: either they alone, or all of them', async () => {
    await using store = await openSqlite();
    const csv = pair('Subscribed at', '2024-01-02', 'NULL');
    await expect(importCsv(store.db, csv)).rejects.toMatchObject({
      hint: expect.stringContaining('--map subscribed="Subscribed at"'),
    });
    const map = { subscribed: 'Subscribed at' };
    expect(await importCsv(store.db, csv, { map })).toMatchObject({ added: 1, leftAlone: 1 });
    await using other = await openSqlite();
    const all = { opted_in_at: 'Subscribed at' };
    expect(await importCsv(other.db, csv, { map: all })).toMatchObject({ added: 2 });
  });

  test.each([
    'unsubscribes.csv',
    'Bounced subscribers.csv',
    'suppression_list.csv',
    'abgemeldet.csv',
    'opt-outs.txt',
  ])('and so does the name of a file: %s', async (file) => {
    await using store = await openSqlite();
    const csv = 'email\ngone@example.org\n';
    await expect(importCsv(store.db, csv, { file })).rejects.toMatchObject({
      code: 'CONSENT_UNCLEAR',
      hint: expect.stringContaining('--status'),
    });
    expect(await importCsv(store.db, csv, { file, everybody: 'unsubscribed' })).toMatchObject({
      unsubscribed: 1,
    });
    expect(await importCsv(store.db, csv)).toMatchObject({ added: 0, leftAlone: 1 });
  });

  test('everybody is subscribed by an editor’s word, but for those whom a column names as gone', async () => {
    await using store = await openSqlite();
    const csv = pair('Unsubscribed', '', '2024-01-02');
    expect(await importCsv(store.db, csv, { everybody: 'active' })).toMatchObject({
      added: 1,
      unsubscribed: 1,
    });
  });
});

describe('a column that is read', () => {
  test.each([
    ['yes means that they left', { unsubscribed: 'zz' }, 'no', 'yes', 'unsubscribed'],
    ['yes means that they get it', { subscribed: 'zz' }, 'ja', 'nein', 'unsubscribed'],
    ['nothing means that they never agreed', { subscribed: 'zz' }, 'si', '', 'leftAlone'],
    ['the names of what they get', { receives: 'zz' }, 'Weir Weekly', '', 'unsubscribed'],
    ['any reason for leaving', { unsubscribe_reason: 'zz' }, '', 'too many crowns', 'unsubscribed'],
    ['yes means that mail came back', { bounced: 'zz' }, '0', '1', 'suppressed'],
    ['a day of complaint', { complained: 'zz' }, '-', '5/6/2024', 'suppressed'],
    ['words', { status: 'zz' }, 'inscrit', 'désabonné', 'unsubscribed'],
  ])('by %s', async (_what, map, stays, gone, counted) => {
    await using store = await openSqlite();
    const report = await importCsv(store.db, pair('zz', stays, gone), { map });
    expect(report).toMatchObject({ added: 1, [counted]: 1, standing: ['zz'], invalid: 0 });
    expect((await states(store.db)).filter((state) => state.endsWith(' active'))).toEqual([
      'stays@example.org active',
    ]);
  });

  test('and others beside it: the strictest of what they say counts', async () => {
    await using store = await openSqlite();
    const csv = `email,status,bounced,complained,unsubscribed
a@example.org,active,,,
b@example.org,active,,,2024-01-02
c@example.org,active,yes,,2024-01-02
d@example.org,active,,yes,
e@example.org,VIP,,,2024-01-02
f@example.org,VIP,,,
g@example.org,pending,,,
`;
    expect(await importCsv(store.db, csv)).toMatchObject({
      ...{ added: 1, unsubscribed: 2, suppressed: 2, leftAlone: 1, invalid: 1 },
      rejected: [{ line: 7, value: 'f@example.org' }],
    });
  });

  test('several of one kind are named one by one', async () => {
    await using store = await openSqlite();
    const csv = 'email,Raus,Weg\na@example.org,nein,nein\nb@example.org,ja,nein\nc@example.org,nein,ja\n';
    const map = { unsubscribed: ['Raus', 'Weg'] };
    expect(await importCsv(store.db, csv, { map })).toMatchObject({ added: 1, unsubscribed: 2 });
  });
});

describe('when somebody left', () => {
  const nothing = [
    ...[
      '',
      'NULL',
      'null',
      '\\N',
      'nil',
      '(null)',
      'None',
      'n/a',
      '#N/A',
      '-',
      '—',
      '0',
      'false',
      'No',
      'nein',
      'non',
      'nee',
    ],
    ...['não', 'never', 'jamais', '0000-00-00', '0000-00-00 00:00:00', '0001-01-01T00:00:00Z', '1970-01-01'],
    ...[
      '1970-01-01 01:00:00+01',
      '01/01/1970',
      '1899-12-30',
      '9999-12-31',
      '[]',
      '{}',
      'NaT',
      'not unsubscribed',
    ],
  ];
  test.each(nothing)('%j says that they did not', async (cell) => {
    await using store = await openSqlite();
    expect(await importCsv(store.db, pair('unsubscribed_at', cell, '2024-02-03'))).toMatchObject({
      ...{ added: 1, unsubscribed: 1 },
    });
    expect((await states(store.db))[1]).toBe('stays@example.org active');
  });

  const moments = [
    ...[
      '2024-01-02',
      '2024-01-02 10:00',
      '1/2/2024',
      '02.01.24',
      '2. Mai 2024',
      'May 2, 2024',
      '1717236000',
      '45000',
    ],
    ...['Mon, 01 Jan 2024 10:00:00 GMT', 'yes', 'oui', '1', 'x', '✓', 'unsubscribed', 'abgemeldet'],
  ];
  test.each(moments)('%j says that they did', async (cell) => {
    await using store = await openSqlite();
    const csv = pair('unsubscribed_at', '', cell);
    expect(await importCsv(store.db, csv)).toMatchObject({ added: 1, unsubscribed: 1, invalid: 0 });
  });

  test.each(['soon', 'see note', '42', 'No date known'])(
    '%j says nothing that can be relied on',
    async (cell) => {
      await using store = await openSqlite();
      expect(await importCsv(store.db, pair('unsubscribed_at', '', cell))).toMatchObject({
        ...{ added: 1, unsubscribed: 0 },
        rejected: [{ line: 3, reason: expect.stringContaining('neither a day nor a word for yes or no') }],
      });
    },
  );
});

describe('the words of other programs for how somebody stands', () => {
  const words: [why: 'unsubscribed' | 'undeliverable' | 'complained', ...words: string[]][] = [
    [
      'unsubscribed',
      'canceled',
      'Opted Out',
      'ausgetragen',
      'Désinscrite',
      'dado de baja',
      'uitgeschreven',
      'by_user',
    ],
    [
      'undeliverable',
      'Soft bounce',
      'hard-bounced',
      'Unreachable',
      'unzustellbar',
      'rebotado',
      'by_bounces',
      'Bounced (5.1.1)',
    ],
    [
      'complained',
      'Reported as spam',
      'Spam report',
      'blocklisted',
      'Suppressed',
      'gesperrt',
      'Junk',
      'abuse complaint',
    ],
  ];
  test.each(words.flatMap(([why, ...all]) => all.map((word) => [word, why] as const)))(
    '%s: %s',
    async (word, why) => {
      await using store = await openSqlite();
      await importCsv(store.db, pair('Status', 'Subscribed', word));
      const gone = (await states(store.db)).filter((state) => state.startsWith('gone'));
      const suppressed = await store.db.selectFrom('suppressions').select('reason').execute();
      const isSuppressed = why !== 'unsubscribed';
      expect([gone, suppressed]).toEqual(
        isSuppressed ? [[], [{ reason: why }]] : [['gone@example.org unsubscribed'], []],
      );
    },
  );

  test.each(['VIP', 'A', '-1', '2', 'not spam', 'formerly known'])(
    '%s is no word that makes somebody active',
    async (word) => {
      await using store = await openSqlite();
      const report = await importCsv(store.db, pair('Status', 'active', word));
      expect(report).toMatchObject({ added: 1, rejected: [{ line: 3, value: 'gone@example.org' }] });
    },
  );
});
