import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { BATCH_ROWS } from '../../../../src/subscribers/import/read-batches.ts';
import { openSqlite } from '../../../helpers/databases.ts';
import { counts, everyone, importCsv, NOBODY, states } from '../../people.ts';

describe('a file is read', () => {
  const anna = { email: 'anna@example.org', name: 'Anna Ö', sections: ['royal', 'style'] };
  const dialects: [what: string, csv: string | Buffer][] = [
    ['with commas', 'email,name,sections\nanna@example.org,Anna Ö,royal style\n'],
    ['with semicolons', 'email;name;sections\nanna@example.org;Anna Ö;royal style\n'],
    ['with tabs', 'email\tname\tsections\nanna@example.org\tAnna Ö\troyal style\n'],
    ['with a byte order mark', '\ufeffemail,name,sections\nanna@example.org,Anna Ö,royal style\n'],
    [
      'in UTF-16, as spreadsheets write it',
      Buffer.from('\ufeffemail\tname\tsections\r\nanna@example.org\tAnna Ö\troyal style', 'utf16le'),
    ],
    ['with the line breaks of Windows', 'email,name,sections\r\nanna@example.org,Anna Ö,royal style\r\n'],
    ['with the line breaks of old Macs', 'email,name,sections\ranna@example.org,Anna Ö,royal style\r'],
    ['without a last line break', 'email,name,sections\nanna@example.org,Anna Ö,royal style'],
    ['with everything in quotes', '"email","name","sections"\n"anna@example.org","Anna Ö","royal style"\n'],
    [
      'with spaces around everything',
      ' email , name , sections \n anna@example.org , "Anna Ö" , royal style \n',
    ],
    ['with empty lines', '\n\nemail,name,sections\n\nanna@example.org,Anna Ö,royal style\n\n\n'],
    [
      'with other columns and in another order',
      'id,sections,phone,name,email\n1,royal style,"+44 1",Anna Ö,anna@example.org\n',
    ],
    ['with more cells than headings', 'email,name,sections\nanna@example.org,Anna Ö,royal style,,,\n'],
    [
      'with sections separated by semicolons among commas',
      'email,name,sections\nanna@example.org,Anna Ö,royal;style\n',
    ],
    ['with sections separated by bars', 'email;name;sections\nanna@example.org;Anna Ö;style|royal\n'],
    ['with headings in capitals', 'EMAIL,NAME,SECTIONS\nanna@example.org,Anna Ö,royal style\n'],
    ['with headings of other programs', 'E-Mail,Full Name,Topics\nanna@example.org,Anna Ö,royal style\n'],
    ['with an email address', 'Email Address,name,topics\nanna@example.org,Anna Ö,royal style\n'],
  ];

  test.each(dialects)('%s', async (_what, csv) => {
    await using store = await openSqlite();
    expect(await importCsv(store.db, csv)).toMatchObject({ rows: 1, added: 1, invalid: 0 });
    expect(await everyone(store.db)).toMatchObject([anna]);
  });

  test('byte by byte as well as in one piece', async () => {
    await using store = await openSqlite();
    const bytes = Buffer.from('email,name\r\nanna@example.org,"Anna\r\nÖ 👩‍🚀"\r\n');
    await importCsv(store.db, () => Readable.from([...bytes].map((byte) => Buffer.from([byte]))));
    expect(await everyone(store.db)).toMatchObject([{ name: 'Anna Ö 👩‍🚀' }]);
  });

  test('with a name that is cleaned: one line, no controls, no override of direction, not endless', async () => {
    await using store = await openSqlite();
    await importCsv(
      store.db,
      `email,name\nanna@example.org,"An\u202ena\nBcc: eve\u0007"\nben@example.org,${'b'.repeat(300)}\n`,
    );
    expect((await everyone(store.db)).map(({ name }) => name)).toEqual(['Anna Bcc: eve', 'b'.repeat(200)]);
  });

  test('with a stray quotation mark inside a cell', async () => {
    await using store = await openSqlite();
    await importCsv(store.db, 'email,name\nanna@example.org,Anna "the Great"\n');
    expect(await everyone(store.db)).toMatchObject([{ name: 'Anna "the Great"' }]);
  });

  test('that has headings and nobody', async () => {
    await using store = await openSqlite();
    expect(counts(await importCsv(store.db, 'email,name\n'))).toEqual(NOBODY);
    expect(counts(await importCsv(store.db, ''))).toEqual(NOBODY);
  });
});

describe('a bad row is reported with its line and does not stop the good ones', () => {
  const good = 'good@example.org';
  const cases: [what: string, csv: string, line: number, value: string, reason: string][] = [
    ['no address', `email,name\n,Anna\n${good},G\n`, 2, '', 'it needs the form name@example.org'],
    [
      'a line break that would be a header',
      `email\n"anna@example.org\nBcc: eve@example.net"\n${good}\n`,
      2,
      'anna@example.org Bcc: eve@example.net',
      'the part before the @ has characters that an address cannot have',
    ],
    [
      'an unknown section',
      `email,sections\nanna@example.org,royal sport\n${good},\n`,
      2,
      'anna@example.org',
      'there is no section "sport"; the newsletter has royal, stars, style',
    ],
    [
      'after empty lines',
      `email\n\n\n${good}\n\nnobody\n`,
      6,
      'nobody',
      'it needs the form name@example.org',
    ],
    [
      'after line breaks in quotes',
      `email,name\n${good},"Good\nReader\n"\nnobody,N\n`,
      5,
      'nobody',
      'it needs the form name@example.org',
    ],
    [
      'after line breaks in quotes, on Windows',
      `email,name\r\n${good},"Good\r\nReader\r\n"\r\nnobody,N\r\n`,
      5,
      'nobody',
      'it needs the form name@example.org',
    ],
    [
      'with line breaks of its own',
      `email,name\n${good},G\nnobody,"N\n\nN"\n`,
      3,
      'nobody',
      'it needs the form name@example.org',
    ],
  ];

  test.each(cases)('%s', async (_what, csv, line, value, reason) => {
    await using store = await openSqlite();
    const report = await importCsv(store.db, csv);
    expect(counts(report)).toEqual({ ...NOBODY, rows: 2, added: 1, invalid: 1 });
    expect(report.rejected).toEqual([{ line, value, reason }]);
    expect(await states(store.db)).toEqual([`${good} active`]);
  });
});

describe('a quotation mark costs its own row and no other', () => {
  const NEVER_CLOSED = 'a quotation mark begins a cell that does not end where a cell can end';
  const SWALLOWED = 'a quotation mark without its partner reaches over the rows below';
  const rows = (...cells: string[]) => [
    'email,name',
    'ann@example.org,Ann',
    ...cells,
    'zoe@example.org,Zoe',
    '',
  ];
  const bad: [what: string, lines: string[], reason: string][] = [
    ['that has no partner', rows('cy@example.org,"Cy'), NEVER_CLOSED],
    [
      'whose partner opens a cell further down',
      rows('cy@example.org,"Cy', 'di@example.org,"Di"'),
      NEVER_CLOSED,
    ],
    ['whose partner closes a cell further down', rows('cy@example.org,"Cy', 'di@example.org,Di"'), SWALLOWED],
    [
      'whose partner stands many rows below',
      rows('cy@example.org,"Cy', ...Array.from({ length: 5_000 }, (_, n) => `r${n}@example.org,"R"`)),
      NEVER_CLOSED,
    ],
    [
      'around an address alone',
      rows('"cy"@example.org,Cy'),
      'the part before the @ has characters that an address cannot have',
    ],
  ];

  test.each(bad)('%s', async (_what, lines, reason) => {
    await using store = await openSqlite();
    const report = await importCsv(store.db, lines.join('\n'));
    expect(report.rejected).toEqual([{ line: 3, value: expect.stringContaining('cy'), reason }]);
    expect(report).toMatchObject({ rows: lines.length - 2, added: lines.length - 3, invalid: 1 });
  });

  test.each([
    ['with backslashes before those inside', 'ann@example.org,"Ann \\"Annie\\" Lee"', 'Ann "Annie" Lee'],
    ['with a backslash at the end of a cell', 'ann@example.org,"C:\\"', 'C:\\'],
    ['with a comma after one inside', 'ann@example.org,"the \\"Great\\", of Leeds"', 'the "Great", of Leeds'],
    ['doubled', 'ann@example.org,"Ann ""Annie"" Lee"', 'Ann "Annie" Lee'],
    ['around half of a name', 'ann@example.org,"Ann" Lee', '"Ann" Lee'],
    ['over several lines', 'ann@example.org,"Ann\n\nLee, the 1st"', 'Ann Lee, the 1st'],
  ])('and none when they are right: %s', async (_what, row, name) => {
    await using store = await openSqlite();
    expect(await importCsv(store.db, `email,name\n${row}\nben@example.org,Ben`)).toMatchObject({ added: 2 });
    expect((await everyone(store.db)).map((reader) => reader.name)).toEqual([name, 'Ben']);
  });

  test('a line without an end is one bad row, and so is a cell of a million letters', async () => {
    await using store = await openSqlite();
    const csv = `email,name\n${'a'.repeat(1_100_000)}\n${'b'.repeat(900_000)},B\nann@example.org,Ann\n`;
    expect((await importCsv(store.db, csv)).rejected).toEqual([
      { line: 2, value: '', reason: 'the line is longer than 1000000 characters' },
      { line: 3, value: 'b'.repeat(100), reason: 'a cell is longer than 1000 characters' },
    ]);
    expect(await states(store.db)).toEqual(['ann@example.org active']);
  });

  test('a row with more cells than there are headings is none that can be trusted', async () => {
    await using store = await openSqlite();
    const csv = 'email,name,unsubscribed\nann@example.org,Lee, Ann,yes\nben@example.org,Ben,no\n';
    expect((await importCsv(store.db, csv)).rejected).toMatchObject([
      { line: 2, reason: expect.stringContaining('it has 4 cells where the headings are 3') },
    ]);
    expect(await states(store.db)).toEqual(['ben@example.org active']);
  });
});

describe('a file that cannot be read', () => {
  test.each([
    [
      'without an email column',
      'name,phone\nAnna,1\n',
      'The file has no "email" column; its first line reads: name, phone',
    ],
    ['that is no CSV', '{"email": "anna@example.org"}\n', 'The file has no "email" column'],
  ])('%s says so and how to mend it', async (_what, csv, message) => {
    await using store = await openSqlite();
    await expect(importCsv(store.db, csv)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(message),
      hint: expect.any(String),
    });
  });

  test('because the disk fails ends the import with that error, and what came before can stay', async () => {
    await using store = await openSqlite();
    let opened = 0;
    const failing = () => {
      opened += 1;
      return Readable.from(pieces(opened > 2));
    };
    function* pieces(fails: boolean) {
      yield 'email\n';
      for (let n = 0; n < BATCH_ROWS + 1_000; n += 1) yield `reader${n}@example.org\n`;
      if (fails) throw new Error('EIO: the disk is gone');
    }
    await expect(importCsv(store.db, failing)).rejects.toThrow('the disk is gone');
    expect(await everyone(store.db)).toHaveLength(BATCH_ROWS);
  });
});
