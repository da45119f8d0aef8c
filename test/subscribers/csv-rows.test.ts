import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { BATCH_ROWS } from '../../src/subscribers/read-batches.ts';
import { openSqlite } from '../helpers/databases.ts';
import { counts, everyone, importCsv, NOBODY, states } from './people.ts';

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

describe('a file that cannot be read', () => {
  test.each([
    [
      'without an email column',
      'name,phone\nAnna,1\n',
      'The file has no "email" column; its first line reads: name, phone',
    ],
    ['that is no CSV', '{"email": "anna@example.org"}\n', 'The file has no "email" column'],
    [
      'with a quotation mark that never ends',
      'email,name\nben@example.org,B\nanna@example.org,"Anna\nc@example.org,C\n',
      'The file cannot be read on from line 3: Quote Not Closed',
    ],
    [
      'with a quotation mark that ends too soon',
      'email,name\nben@example.org,B\n"anna"@example.org,A\n',
      'The file cannot be read on from line 3: Invalid Closing Quote',
    ],
    [
      'with an endless line',
      `email\n${'a'.repeat(200_000)}\n`,
      'The file cannot be read on from line 2: Max Record Size',
    ],
  ])('%s says so and how to mend it', async (_what, csv, message) => {
    await using store = await openSqlite();
    await expect(importCsv(store.db, csv)).rejects.toMatchObject({
      code: message.includes('read on') ? 'IMPORT_STOPPED' : 'USAGE',
      message: expect.stringContaining(message),
      hint: expect.any(String),
    });
  });

  test('because the disk fails ends the import with that error, and what came before can stay', async () => {
    await using store = await openSqlite();
    let opened = 0;
    const failing = () => {
      opened += 1;
      return Readable.from(pieces(opened > 1));
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
