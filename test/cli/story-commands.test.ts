import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Folder, openFolder } from './command.ts';

let folder: Folder;
beforeEach(() => {
  folder = openFolder();
});
afterEach(() => folder[Symbol.dispose]());

const file = (headline: string, date: string) =>
  `---\nheadline: "${headline}"\ndate: ${date}\n---\n\nThe two were seen on the quay with a borrowed umbrella, laughing at the rain.\n`;

test('stories that several articles tell are listed, split and merged by the numbers of their articles', async () => {
  folder.write('articles/one.md', file('Castellane engaged to cellist Anton Vray', '5 hours ago'));
  folder.write('articles/two.md', file('How Anton Vray proposed to Renée Castellane', '3 hours ago'));
  const [, list, json] = await folder.runAll([['collect'], ['stories'], ['stories', '--json']]);
  expect(list?.stdout).toMatch(
    /^Castellane engaged to cellist Anton Vray · 2 articles\n +\d+ {2}.* the first\n +\d+ .*\n +one story \(.*event wedding/s,
  );
  const [{ articles }] = JSON.parse(json?.stdout ?? '[]');
  const [first, second] = articles.map(({ id }: { id: number }) => String(id));
  const [split, again, none, merge, listed] = await folder.runAll([
    ['stories', 'split', second],
    ['stories', 'split', second],
    ['stories'],
    ['stories', 'merge', first, second],
    ['stories'],
  ]);
  expect(split).toEqual({
    code: 0,
    stdout: `${second} tells a story of its own now, apart from 1 article\n`,
    stderr: '',
  });
  expect(again?.stdout).toBe(`${second} is alone in its story already\n`);
  expect(none?.stdout).toBe('No story of the last 3 days is told by several articles.\n');
  expect(merge).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^2 articles tell one story now, with /),
  });
  expect(listed?.stdout).toContain('an editor said so');
});

test('a number that no article has is refused in words', async () => {
  const [merge, split] = await folder.runAll([
    ['stories', 'merge', '7', '9'],
    ['stories', 'split', 'castellane'],
  ]);
  expect(merge).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no article 7') });
  expect(split).toMatchObject({ code: 2, stderr: expect.stringContaining('"castellane" is not a number') });
});
