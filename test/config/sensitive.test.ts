import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readNewsletters } from '../../src/config/newsletters.ts';
import { parseSubjects, readSubjects } from '../../src/config/sensitive.ts';
import { FILE } from './newsletters-file.ts';

const RULES = `subjects:
  storms:
    title: Storms
    description: Bad weather.
    words: [storm*]
`;

test('the rules that come with Broadsheet have the eight subjects, each with a kind line and words of five languages', () => {
  const subjects = readSubjects();
  expect(subjects.map(({ id }) => id)).toEqual([
    'baby-loss',
    'pregnancy',
    'self-harm',
    'eating-disorders',
    'abuse',
    'violence',
    'illness',
    'death',
  ]);
  for (const { title, description, words } of subjects) {
    expect(title.length * description.length).toBeGreaterThan(0);
    expect(Object.keys(words)).toEqual(['en', 'de', 'fr', 'es', 'pt']);
  }
});

test('the rules that docs/CARE.md explains are rules that are read', () => {
  const document = readFileSync(resolve(import.meta.dirname, '../../docs/CARE.md'), 'utf8');
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(document) ?? [];
  expect(parseSubjects(yaml, 'docs/CARE.md').map(({ id }) => id)).toEqual(['baby-loss', 'death']);
});

test('a list of words is for every language', () => {
  expect(parseSubjects(RULES, 'r.yaml')).toEqual([
    {
      id: 'storms',
      title: 'Storms',
      translations: {},
      description: 'Bad weather.',
      also: [],
      strict: false,
      words: { any: [{ words: 'storm*', near: [] }] },
      unless: {},
    },
  ]);
});

describe('a mistake names file, line and key', () => {
  const changed = (from: string, to: string) => RULES.replace(from, to);
  test.each([
    [
      'a missing title',
      changed('    title: Storms\n', ''),
      '2: subjects.storms.title: expected text, or a text for each language',
    ],
    [
      'an unknown key',
      changed('words:', 'wrds: [a]\n    words:'),
      '5: subjects.storms.wrds: this key is not known here',
    ],
    [
      'a subject that is not there',
      `${RULES}    also: [floods]\n`,
      '6: subjects.storms.also.0: there is no subject "floods"; the file has storms',
    ],
    [
      'a name with capitals',
      changed('storms:', 'Storms:'),
      '2: subjects.Storms: expected a name of lower-case letters',
    ],
    ['a file without subjects', 'subjects: {}\n', '1: subjects: expected at least one subject'],
    ['no YAML at all', 'subjects: [', '1: '],
  ])('%s', (_, text, says) => {
    expect(() => parseSubjects(text, 'r.yaml')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(`r.yaml:${says}`) }),
    );
  });

  test.each(['st*', '"*storm"', 'sto*rm', '"a|"', '[]'])('words such as %s', (word) => {
    expect(() => parseSubjects(changed('storm*', word), 'r.yaml')).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^r\.yaml:5: subjects\.storms\.words/) }),
    );
  });
});

describe('newsletters.yaml', () => {
  const written = (more: string, change = (text: string) => text): string => {
    const folder = mkdtempSync(join(tmpdir(), 'broadsheet-sensitive-'));
    writeFileSync(join(folder, 'newsletters.yaml'), change(FILE) + more);
    writeFileSync(join(folder, 'mine.yaml'), RULES);
    return folder;
  };

  test('names rules of its own, as a path from where it lies', () => {
    const folder = written('sensitive: mine.yaml\n');
    expect(readNewsletters(join(folder, 'newsletters.yaml')).subjects.map(({ id }) => id)).toEqual([
      'storms',
    ]);
    rmSync(folder, { recursive: true });
  });

  test('that names a file which is not there is refused, and so is help for a subject that is none', () => {
    const missing = written('sensitive: gone.yaml\n');
    expect(() => readNewsletters(join(missing, 'newsletters.yaml'))).toThrow(/gone\.yaml cannot be read/);
    const unknown = written('', (text) =>
      text.replace('    title: The', '    help: { storm: Call us }\n    title: The'),
    );
    expect(() => readNewsletters(join(unknown, 'newsletters.yaml'))).toThrow(
      /:9: newsletters\.daily\.help\.storm: there is no sensitive subject "storm"; there are baby-loss, /,
    );
    for (const folder of [missing, unknown]) rmSync(folder, { recursive: true });
  });
});
