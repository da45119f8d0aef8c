import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Folder, NEWSLETTERS, openFolder } from './command.ts';

/** Undated: published when they are first seen, which is now. */
const SAD = `---
headline: Baker remembers the son she lost
---

He was stillborn in March. She talks about him at the oven door.
`;

let folder: Folder;
beforeEach(() => {
  folder = openFolder();
  folder.write('articles/sad.md', SAD);
  folder.write(
    'articles/bread.md',
    '---\nheadline: A loaf for every day of the week\n---\n\nFlour, water and salt, says the baker.\n',
  );
});
afterEach(() => folder[Symbol.dispose]());

const tagged = (stdout: string) =>
  JSON.parse(stdout).map(
    ({ headline, decided, tags }: { headline: string; decided: boolean; tags: { subject: string }[] }) => ({
      headline,
      decided,
      tags: tags.map(({ subject }) => subject),
    }),
  );

describe('articles', () => {
  test('lists what came lately, with the words that decided', async () => {
    const [, all, some] = await folder.runAll([
      ['collect'],
      ['articles'],
      ['articles', '--tag', 'baby-loss'],
    ]);
    expect(all).toMatchObject({ code: 0, stderr: '' });
    expect(all?.stdout).toMatch(
      /^ +\d+ {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}stories +A loaf for every day of the week$/m,
    );
    expect(all?.stdout).toMatch(/^ +baby-loss: stillborn$/m);
    expect(some?.stdout).toContain('Baker remembers');
    expect(some?.stdout).not.toContain('A loaf');
  });

  test('that wait say until when, for each clock by which their time is read', async () => {
    const two = NEWSLETTERS.replace('schedule', 'time_zone: Europe/Berlin\n    schedule').concat(
      '  west: { title: West, schedule: 0 7 * * *, time_zone: America/New_York, sources: [stories], sections: { all: { title: All } } }\n',
    );
    folder.write('newsletters.yaml', two);
    folder.write('articles/ahead.md', '---\ntitle: A jubilee\ndate: 2126-11-30 07:00\n---\n\nA feast.\n');
    const [, { stdout } = { stdout: '' }] = await folder.runAll([['collect'], ['articles']]);
    expect(stdout).toMatch(
      /2126-11-30 06:00 {2}stories +A jubilee\n +waits until 2126-11-30 06:00 UTC for newsletters of Europe\/Berlin\n +waits until 2126-11-30 12:00 UTC for newsletters of America\/New_York\n/,
    );
  });

  test('of which there are none says how to get some; further back there are more', async () => {
    const [none, , old] = await folder.runAll([['articles'], ['collect'], ['articles', '--days', '9999']]);
    expect(none?.stdout).toBe('No articles of the last 3 days; `broadsheet collect` asks the sources.\n');
    expect(old?.stdout).toContain('Old news about a castle');
  });

  test('are tagged as an editor says, until the rules decide again', async () => {
    const list = ['articles', '--json'];
    const [, first] = await folder.runAll([['collect'], list]);
    const { id } = JSON.parse(first?.stdout ?? '[]').find(({ headline }: { headline: string }) =>
      /son she lost/.test(headline),
    );
    const [said, decided, none, nothing, auto, found] = await folder.runAll([
      ['articles', 'tag', String(id), 'illness', 'death'],
      list,
      ['articles', 'tag', String(id), 'none'],
      list,
      ['articles', 'tag', String(id), 'auto'],
      list,
    ]);
    const headline = 'Baker remembers the son she lost';
    expect(said?.stdout).toBe(`${id} “${headline}”: illness, death, from the next edition on\n`);
    expect(tagged(decided?.stdout ?? '')).toContainEqual({
      headline,
      decided: true,
      tags: ['illness', 'death'],
    });
    expect(none?.stdout).toContain('nothing sensitive');
    expect(tagged(nothing?.stdout ?? '')).toContainEqual({ headline, decided: true, tags: [] });
    expect(auto?.stdout).toContain('the rules decide');
    expect(tagged(found?.stdout ?? '')).toContainEqual({
      headline,
      decided: false,
      tags: ['baby-loss', 'pregnancy', 'death'],
    });
  });

  test('that do not exist, and subjects that do not, are refused', async () => {
    const [, article, subject] = await folder.runAll([
      ['collect'],
      ['articles', 'tag', '999', 'death'],
      ['articles', 'tag', '1', 'sadness'],
    ]);
    expect(article).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no article 999') });
    expect(subject).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"sadness" is not a sensitive subject'),
    });
    expect(subject?.stderr).toContain('There are baby-loss, ');
  });
});
