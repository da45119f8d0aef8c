import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Folder, openFolder } from '../command.ts';

let folder: Folder;
beforeEach(() => {
  folder = openFolder();
});
afterEach(() => folder[Symbol.dispose]());

const file = (headline: string, keys = '') => `---\ntitle: ${headline}\n${keys}\n---\n\nThe text of it.\n`;

test('drafts, embargoes and pages are in no edition, and every command says so', async () => {
  folder.write('articles/ferry.md', file('The ferry runs again', 'tags: [ferry, quay, shopping]'));
  folder.write('articles/notes.md', file('Notes about the mayor', 'draft: true'));
  folder.write('articles/old.md', file('An offer of last year', 'expires: 2020-01-01'));
  folder.write(
    'articles/market.md',
    file('The market of the future', 'date: 2020-11-10\nembargo: 2099-12-04'),
  );
  folder.write('articles/_drafts/idea.md', file('An idea'));
  folder.write('articles/README.md', '# How to write for us\n\nIn Markdown.');
  const [collect, compose, articles, doctor] = await folder.runAll([
    ['collect'],
    ['compose', '--explain'],
    ['articles', '--days', '2'],
    ['doctor'],
  ]);
  // What is meant is no fault.
  expect(collect?.code).toBe(0);
  expect(collect?.stdout).toMatch(/5 left out$/m);
  for (const line of [
    'notes.md: it is a draft (draft: true)',
    'old.md: it has expired (2020-01-01 00:00 UTC)',
    'market.md: it waits until 2099-12-04 00:00 UTC',
    '_drafts/: it is a folder of drafts',
    'README.md: it tells of the folder and is no article',
  ])
    expect(collect?.stdout).toContain(line);
  expect(compose?.stdout).toMatch(/^ *\+ .*The ferry runs again/m);
  expect(compose?.stdout).not.toMatch(/^ *\+ .*(Notes about|An offer|The market|An idea|How to write)/m);
  expect(articles?.stdout).toContain('The market of the future');
  expect(articles?.stdout).toContain('waits until then');
  expect(articles?.stdout).not.toContain('the article says so');
  expect(doctor?.stdout).toMatch(
    /stories: left out: 1 page of a site, 1 waits for its moment, 2 drafts, 1 expired;/,
  );
  expect(doctor?.stdout).toContain('broadsheet collect');
});

test('a file that becomes a draft is in no edition from then on', async () => {
  folder.write('articles/ferry.md', file('The ferry runs again'));
  expect((await folder.run(['compose', '--explain'])).stdout).toMatch(/^ *\+ .*The ferry runs again/m);
  folder.write('articles/ferry.md', file('The ferry runs again', 'draft: true'));
  const after = await folder.run(['compose', '--explain']);
  expect(after.stdout).toContain('1 withdrawn');
  expect(after.stdout).not.toMatch(/^ *\+ .*The ferry/m);
});
