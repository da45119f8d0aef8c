import { describe, expect, test } from 'vitest';
import { unwrapAddress } from '../../../src/base/text/wrapped-address.ts';
import { openSqlite } from '../../helpers/databases.ts';
import { everyone, importCsv, states } from '../people.ts';

describe('an address is taken out of what is around it', () => {
  const wrapped: [what: string, text: string, name?: string][] = [
    ['a character that nobody sees in front', '\u200bann@example.org'],
    ['one behind', 'ann@example.org\u2060'],
    ['one inside', 'ann@exam\u00adple.org'],
    ['marks of direction', '\u200eann@example.org\u202c'],
    ['a space that does not break', '\u00a0ann@example.org\u00a0'],
    ['angle brackets', '<ann@example.org>'],
    ['mailto', 'mailto:ann@example.org?subject=Hello'],
    ['mailto in brackets', '<MAILTO:ann@example.org>'],
    ['an escape in mailto', 'mailto:ann%40example.org'],
    ['a name in front', 'Ann Lee <ann@example.org>', 'Ann Lee'],
    ['a name in quotation marks', '"Lee, Ann" <ann@example.org>', 'Lee, Ann'],
    ['a name behind', 'ann@example.org (Ann Lee)', 'Ann Lee'],
    ['itself once more, as a link', 'ann@example.org [mailto:ann@example.org]'],
    ['itself as its name', 'ann@example.org <ann@example.org>'],
    ['a full stop behind', 'ann@example.org.'],
    ['a comma behind', 'ann@example.org,'],
    ['an apostrophe of a spreadsheet', "'ann@example.org"],
    ['curly quotation marks', '“ann@example.org”'],
    ['a bullet', '• ann@example.org'],
    ['a number', '12. ann@example.org'],
    ['the head of a mail', 'To: ann@example.org'],
    ['entities of a page', 'Ann Lee &lt;ann@example.org&gt;', 'Ann Lee'],
    ['a wide at sign', 'ann＠example.org'],
  ];
  test.each(wrapped)('%s', (_what, text, name = '') => {
    expect(unwrapAddress(text)).toEqual({ bare: 'ann@example.org', name });
  });

  test.each([
    'ann b@example.org',
    'ann@example.org\nBcc: eve@example.net',
    'ann@example.org - Ann',
    "o'hara@example.org",
  ])('but %j stays what it is', (text) => {
    expect(unwrapAddress(text)).toEqual({ bare: text, name: '' });
  });

  test('in a list, where a name beside it is kept if no column has one', async () => {
    await using store = await openSqlite();
    const csv = 'email,name\nAnn Lee <ann@example.org>,\nBen <ben@example.org>,Benjamin\n';
    expect(await importCsv(store.db, csv)).toMatchObject({ added: 2, invalid: 0 });
    expect((await everyone(store.db)).map(({ name }) => name)).toEqual(['Ann Lee', 'Benjamin']);
  });
});

describe('a list of addresses alone', () => {
  const three = ['ann@example.org active', 'ben@example.org active', 'cy@example.org active'];
  test.each([
    ['in one line, with commas', 'ann@example.org, ben@example.org, cy@example.org'],
    ['with semicolons', 'ann@example.org; ben@example.org; cy@example.org;\n'],
    ['with spaces', 'ann@example.org ben@example.org cy@example.org'],
    ['with both', 'ann@example.org, ben@example.org; cy@example.org'],
    ['in one cell', '"ann@example.org, ben@example.org, cy@example.org"'],
    ['with names', 'Ann Lee <ann@example.org>, "Lo, Ben" <ben@example.org>, cy@example.org'],
    ['behind To', 'To: ann@example.org, ben@example.org, cy@example.org'],
    ['in lines of several', 'ann@example.org\nben@example.org, cy@example.org\n'],
    ['as a list server writes it', 'ann@example.org\nBen Lo <ben@example.org>\n"Ng, Cy" <cy@example.org>\n'],
  ])('%s: everybody is taken', async (_what, csv) => {
    await using store = await openSqlite();
    expect(await importCsv(store.db, csv)).toMatchObject({ rows: 3, added: 3, unread: [] });
    expect(await states(store.db)).toEqual(three);
  });

  test('who is none among them is reported, and costs nobody else', async () => {
    await using store = await openSqlite();
    const report = await importCsv(store.db, 'ann@example.org, nobody, ben@example.org, cy@example');
    expect(report).toMatchObject({ rows: 4, added: 2, invalid: 2 });
    expect(report.rejected.map(({ value }) => value)).toEqual(['nobody', 'cy@example']);
  });

  test('of two addresses beside other cells, or in one cell of a column, nobody is guessed', async () => {
    await using store = await openSqlite();
    const csv = 'ann@example.org,Ann\nben@example.org,Ben,boss@example.org\n';
    expect(await importCsv(store.db, csv)).toMatchObject({ added: 1, rejected: [{ line: 2 }] });
    const cell = 'email,name\n"cy@example.org, di@example.org",Cy\n';
    expect(await importCsv(store.db, cell)).toMatchObject({
      added: 0,
      rejected: [{ reason: 'it holds several addresses, and a row is for one reader' }],
    });
  });
});

describe('the column of addresses and the row of headings are found', () => {
  test.each([
    ['Italian', 'Indirizzo email;Nome;Cognome\nann@example.org;Ann;Lee\n', 'Ann Lee'],
    ['Dutch', 'E-mailadres;Voornaam;Achternaam\nann@example.org;Ann;Lee\n', 'Ann Lee'],
    ['a heading that nobody knows', 'Kontakt,Name\nann@example.org,Ann Lee\n', 'Ann Lee'],
    ['the last of several columns', 'Nr,Name,Anschrift\n1,Ann Lee,ann@example.org\n', 'Ann Lee'],
    [
      'below comments',
      '# exported today\n# by me@example.net\nemail,name\nann@example.org,Ann Lee\n',
      'Ann Lee',
    ],
    ['below a title', 'All our readers,\n\nKontakt,Name\nann@example.org,Ann Lee\n', 'Ann Lee'],
    ['below a comment, without headings', '// ours\nann@example.org\n', ''],
  ])('%s', async (_what, csv, name) => {
    await using store = await openSqlite();
    expect(await importCsv(store.db, csv)).toMatchObject({ rows: 1, added: 1 });
    expect(await everyone(store.db)).toMatchObject([{ email: 'ann@example.org', name }]);
  });

  test('two that could be it are asked about', async () => {
    await using store = await openSqlite();
    const csv = 'Kontakt,Vertreter\nann@example.org,sales@example.org\n';
    await expect(importCsv(store.db, csv)).rejects.toMatchObject({
      code: 'USAGE',
      hint: 'Say which are the readers\': --map email="Kontakt".',
    });
    expect(await importCsv(store.db, csv, { map: { email: 'Kontakt' } })).toMatchObject({ added: 1 });
  });
});
