import { describe, expect, test } from 'vitest';
import { openSqlite } from '../../helpers/databases.ts';
import { importCsv } from '../people.ts';
import { exportOf, PROGRAMS } from './other-programs.ts';

describe('a publisher brings a list of two hundred as another program writes it: who stays is active, and nobody else', () => {
  test.each(PROGRAMS.map((program) => [program.name, program.file, program] as const))(
    '%s, %s',
    async (_name, file, program) => {
      await using store = await openSqlite();
      const { csv, people } = exportOf(program);
      const report = await importCsv(store.db, csv, { file });
      const active = await store.db
        .selectFrom('subscriptions')
        .innerJoin('subscribers', 'subscribers.id', 'subscriber_id')
        .select(['email', 'name'])
        .where('state', '=', 'active')
        .execute();
      const stays = people.filter(({ fate }) => fate === 'stays');
      expect(active.map(({ email }) => email).toSorted()).toEqual(stays.map(({ email }) => email).toSorted());
      expect(report).toMatchObject({ rows: 200, added: stays.length, duplicates: 0, invalid: 0 });
      const gone = report.leftAlone + report.unsubscribed + report.suppressed;
      expect(gone).toBe(200 - stays.length);
      const told = people.filter(({ fate }) => fate === 'bounced' || fate === 'complained').length;
      // A program that does not say why it sends nothing any more may name fewer.
      expect(report.suppressed).toBeLessThanOrEqual(told);
      if (program.name !== 'Klaviyo') expect(report.suppressed).toBe(told);
    },
  );

  test('the four files of Mailchimp, in any order, come to the same', async () => {
    const files = PROGRAMS.filter(({ name }) => name === 'Mailchimp');
    for (const order of [files, files.toReversed()]) {
      await using store = await openSqlite();
      for (const program of order)
        await importCsv(store.db, exportOf(program, 40).csv, { file: program.file });
      const counted = await store.db
        .selectFrom('subscriptions')
        .select(({ fn }) => ['state', fn.countAll<number>().as('people')])
        .groupBy('state')
        .orderBy('state')
        .execute();
      expect(counted).toEqual([
        { state: 'active', people: 40 },
        { state: 'unsubscribed', people: 40 },
      ]);
    }
  });

  test('listmonk is told of what its export does not say', async () => {
    const { FORMATS } = await import('../../../src/subscribers/import/columns/import-formats.ts');
    expect(FORMATS.find(({ name }) => name === 'listmonk')?.note).toContain('--status unsubscribed');
  });
});

describe('tags of another program', () => {
  const tags = { royalty: 'royal', royalfans: 'royal', goldclub: '' };
  const csv = `Email Address,TAGS
a@example.org,"""Royal fans"",""VIP"""
b@example.org,"""Gold club"""
c@example.org,"""Style"",""Royalty"""
d@example.org,
`;
  test('become sections where they are called alike or said to stand for one; the others are listed', async () => {
    await using store = await openSqlite();
    const report = await importCsv(store.db, csv, { map: { sections: 'TAGS' }, tags });
    expect(report).toMatchObject({
      added: 4,
      invalid: 0,
      unknownTags: [{ tag: 'VIP', readers: 1 }],
      unread: [],
    });
    const rows = await store.db
      .selectFrom('subscriptions')
      .innerJoin('subscribers', 'subscribers.id', 'subscriber_id')
      .select(['email', 'sections'])
      .orderBy('email')
      .execute();
    expect(rows.map(({ sections }) => sections && JSON.parse(sections))).toEqual([
      ['royal'],
      null,
      ['royal', 'style'],
      null,
    ]);
  });

  test('are listed as not used where nobody says that they are sections', async () => {
    await using store = await openSqlite();
    expect(await importCsv(store.db, csv)).toMatchObject({ added: 4, unread: ['TAGS'], unknownTags: [] });
  });
});
