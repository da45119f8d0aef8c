import { describe, expect, test } from 'vitest';
import { partFile } from '../../../../src/articles/sources/formats/front-matter.ts';
import { processorMs } from '../../../helpers/processor-time.ts';
import { readFolder } from '../files/folder.ts';

const NOW = Date.UTC(2031, 4, 14, 9);

function said(text: string, ...keys: string[]) {
  const parted = partFile(text, { bare: true });
  if (!parted.ok) return parted.reason;
  return [...keys.map((key) => parted.data.text(key)), parted.body.trim()];
}

describe('front matter is read', () => {
  test.each([
    ['YAML', '---\ntitle: A gate\ndate: 2031-05-03 07:00\n---\nText.'],
    ['YAML that ends in dots', '---\ntitle: A gate\ndate: 2031-05-03 07:00\n...\nText.'],
    ['YAML with tabs', '---\ntitle:\tA gate\ndate: 2031-05-03 07:00\nx:\n\t- y\n---\nText.'],
    [
      'YAML behind a byte order mark and empty lines, with Windows line ends',
      '\ufeff\r\n---\r\ntitle: A gate\r\ndate: 2031-05-03 07:00\r\n---\r\nText.',
    ],
    ['YAML by its name', '---yaml\ntitle: "A gate"\ndate: 2031-05-03 07:00\n--- \nText.'],
    [
      'YAML with a key twice: the last counts',
      '---\ntitle: B\ntitle: A gate\ndate: 2031-05-03 07:00\n---\nText.',
    ],
    ['TOML', '+++\ntitle = \'A gate\'\ndate = "2031-05-03 07:00"\n+++\nText.'],
    ['TOML by its name', '---toml\ntitle = "A gate"\ndate = "2031-05-03 07:00"\n---\nText.'],
    ['JSON in braces', '{\n  "title": "A gate",\n  "date": "2031-05-03 07:00", "x": {"}": "{"}\n}\nText.'],
    ['JSON by its name', '---json\n{"title": "A gate", "date": "2031-05-03 07:00"}\n---\nText.'],
    ['JSON between semicolons', ';;;\n{"title": "A gate", "date": "2031-05-03 07:00"}\n;;;\nText.'],
    ['lines without a fence', 'Title: A gate\nDate: 2031-05-03 07:00\n\nText.'],
  ])('%s', (_kind, text) => {
    expect(said(text, 'title', 'date')).toEqual(['A gate', '2031-05-03 07:00', 'Text.']);
  });

  test('with values as the text they are', () => {
    expect(
      said(
        '---\ntitle: 1984\nanswer: Yes\nnothing: ~\nnone: null\n---\n',
        'title',
        'answer',
        'nothing',
        'none',
      ),
    ).toEqual(['1984', 'Yes', '', '', '']);
    expect(
      said(
        '+++\ntitle = 1984\nday = 2031-05-03\nmoment = 2031-05-03T07:00:00\nzoned = 2031-05-03T07:00:00+02:00\n+++\n',
        'title',
        'day',
        'moment',
      ),
    ).toEqual(['1984', '2031-05-03', '2031-05-03T07:00:00.000', '']);
  });

  test('by any spelling of a key, and in the groups that tools put keys in', () => {
    expect(
      said('---\nFeatured_Image: a.jpg\nparams:\n  sub-title: B\n---\n', 'featuredImage', 'subtitle'),
    ).toEqual(['a.jpg', 'B', '']);
  });

  test('and what is none is text', () => {
    for (const text of [
      '---\n\nA rule above.',
      'Note to all: read this.\n\nMore.',
      '{{< figure >}}\n\nText.',
      '{% include x %}\nText.',
    ])
      expect(said(text)).toEqual([text.replace('---\n', '').trim()]);
  });
});

describe('front matter that cannot be read is refused with its line', () => {
  test.each([
    ['---\ntitle: A gate\nabout: this: that\n---\n', 3, 'colon'],
    ['\n\n---\ntitle: "A gate\n---\n', 4, ''],
    ['---\ntitle: A gate\n\nText without an end.', 1, 'no second ---'],
    ['---\njust words\n---\n', 2, 'key: value'],
    ['---\n- a\n- b\n---\n', 2, 'key: value'],
    ['---js\n({ title: process.exit(1) })\n---\n', 2, 'js'],
    ['+++\ntitle = "A"\nx = \n+++\n', 3, ''],
    ['+++\ntitle = "A"\n', 1, 'no second +++'],
    ['---json\n{"title": "A",\n "x": }\n---\n', 3, ''],
    ['{"title": "A"', 1, 'never closed'],
    ['---json\n[1, 2]\n---\n', 2, 'object'],
    [`---\ntitle: ${'x'.repeat(20_000)}\n---\n`, 2, '16,384'],
  ])('%j', async (text, line, words) => {
    const { articles, refused } = await readFolder({ 'a.md': text }, NOW);
    expect(articles).toEqual([]);
    expect(refused).toMatchObject([{ what: 'a.md', mend: expect.any(String) }]);
    expect(refused[0]?.reason).toMatch(new RegExp(`^its front matter cannot be read: line ${line}: .*`));
    expect(refused[0]?.reason).toContain(words);
  });

  test('where aliases would unfold to more than anybody wrote', async () => {
    const bomb = Array.from(
      { length: 9 },
      (_, at) =>
        `a${at}: &a${at} [${
          at === 0
            ? 'x, x, x'
            : Array(9)
                .fill(`*a${at - 1}`)
                .join(', ')
        }]`,
    );
    const { refused } = await readFolder({ 'a.md': `---\n${bomb.join('\n')}\n---\n# A` }, NOW);
    expect(refused[0]?.reason).toMatch(/cannot be read/);
  });
});

const MEGABYTE = 1024 * 1024;
const LIMIT_MS = 100;

describe('a megabyte of hostile repetition in front matter is answered within a tenth of a second', () => {
  const pieces = [
    '"',
    "'",
    '\n',
    ' ',
    '\t',
    '[',
    '{',
    '- ',
    'a: b\n',
    '&a ',
    '*a ',
    '? ',
    '|\n',
    '#',
    '\\',
    '{"a":',
    '---\n',
    '+++\n',
    ';;;\n',
    '= ',
    '[[a]]\n',
  ];
  const openings = ['', '---\n', '---\na: ', '+++\n', '+++\na = ', ';;;\n', '{"a": "', 'title: a\n'];
  test.each(openings.flatMap((opening) => pieces.map((piece) => [opening, piece] as const)))(
    '%j and %j',
    async (opening, piece) => {
      const text = opening + piece.repeat(Math.ceil(MEGABYTE / piece.length));
      const both = () => [partFile(text, { bare: true }), partFile(`${text}\n---\n`, { bare: true })];
      expect(await processorMs(both, 2 * LIMIT_MS)).toBeLessThan(2 * LIMIT_MS);
    },
  );
});
