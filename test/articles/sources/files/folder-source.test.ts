import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readFolderSource } from '../../../../src/articles/sources/files/folder-source.ts';
import { NOW } from '../../fetching/loopback.ts';

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

/** Writes the files, reads them as a source, and clears them away. */
async function readFiles(files: Record<string, string | Buffer>, links: Record<string, string> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'broadsheet-articles-'));
  const [folder, mediaDir] = [join(root, 'articles'), join(root, 'media')];
  try {
    mkdirSync(folder);
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    for (const [name, target] of Object.entries(links)) symlinkSync(target, join(folder, name));
    const result = await readFolderSource({ sourceId: 'house', folder, mediaDir, language: 'en' }, NOW);
    if (result.kind !== 'collected') throw new Error(JSON.stringify(result));
    const kept = await Promise.resolve(readdirSync(root).includes('media') ? readdirSync(mediaDir) : []);
    return { articles: result.articles, refused: result.refused, kept };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const one = async (name: string, content: string | Buffer) => {
  const { articles, refused } = await readFiles({ [name]: content });
  if (!articles[0]) throw new Error(JSON.stringify(refused));
  return articles[0];
};

describe('a Markdown file', () => {
  test('says everything in its front matter', async () => {
    const { articles, refused, kept } = await readFiles({
      'local/bridge.md': `---
headline: 1984 was a good year
standfirst: For bridges
date: 2020-11-10
author: Ada Brook
categories: [Local, Roads]
tags: opening, river
picture: ../pictures/b.jpg
picture_alt: A bridge
picture_caption: The bridge
link: https://news.example/bridge?utm_source=x
language: en-GB
---
It took **four** years.

- One
- Two

<script>alert(1)</script>
`,
      'pictures/b.jpg': PNG,
    });
    expect(refused).toEqual([]);
    expect(articles).toEqual([
      {
        link: 'https://news.example/bridge',
        address: 'https://news.example/bridge?utm_source=x',
        otherPictures: [],
        headline: '1984 was a good year',
        standfirst: 'For bridges',
        paragraphs: ['It took four years.', 'One', 'Two'],
        author: 'Ada Brook',
        categories: ['Local', 'Roads'],
        tags: ['opening', 'river'],
        picture: { url: `media:${kept[0]}`, alt: 'A bridge', caption: 'The bridge' },
        language: 'en-GB',
        publishedAt: Date.UTC(2020, 10, 10),
        dated: true,
      },
    ]);
    expect(kept).toEqual([expect.stringMatching(/^[0-9a-f]{32}\.png$/)]);
  });

  test('without front matter has its first heading as headline and its name as identity', async () => {
    expect(await one('a/b c.md', '# The *heading*\n\nText.\n\nMore.')).toMatchObject({
      link: 'article:house/a/b c',
      headline: 'The heading',
      standfirst: 'Text.',
      paragraphs: ['More.'],
      publishedAt: NOW,
      dated: false,
    });
  });

  test.each(['---js\n({ headline: process.exit(1) })\n---\n', '---\n- a\n- b\n---\n', '---\na: [\n---\n'])(
    'whose front matter is no list of keys is refused, and nothing in it is run: %j',
    async (content) => {
      const { articles, refused } = await readFiles({ 'x.md': content });
      expect(articles).toEqual([]);
      expect(refused).toEqual([
        {
          what: 'x.md',
          reason: expect.stringMatching(/^its front matter cannot be read/),
          mend: expect.stringContaining('key: value'),
        },
      ]);
    },
  );
});

test('an HTML file says what its head and its article say', async () => {
  const { articles } = await readFiles({
    'page.html': `<!doctype html><html lang="de"><head><title>Seite</title><meta charset="utf-8">
      <meta name="description" content="Vier Jahre &amp; Regen"><meta name="author" content="Ada">
      <meta property="article:published_time" content="2020-11-09T10:00:00+01:00"><meta name="keywords" content="Brücke, Fluss">
      <link rel="canonical" href="https://news.example/bruecke"></head>
      <body><nav>Start</nav><article><h1>Die Brücke</h1><figure><img src="b.png" alt="Brücke"><figcaption>Am Fluss</figcaption></figure>
      <p>Es regnete.</p><script>x()</script><p>Vier Jahre.</p></article><footer>Impressum</footer></body></html>`,
    'b.png': PNG,
  });
  expect(articles[0]).toMatchObject({
    link: 'https://news.example/bruecke',
    headline: 'Die Brücke',
    standfirst: 'Vier Jahre & Regen',
    paragraphs: ['Es regnete.', 'Vier Jahre.'],
    author: 'Ada',
    categories: ['Brücke', 'Fluss'],
    picture: { alt: 'Brücke', caption: 'Am Fluss' },
    language: 'de',
    publishedAt: Date.UTC(2020, 10, 9, 9),
  });
});

describe('a text file', () => {
  test('begins with date, headline and standfirst on one line', async () => {
    const text =
      ' date 2020-11-10 Mayor opens bridge after four years The longest in the county had its first walkers\n\nIt rained.\n\nREAD: More rain\n\nStill they came.';
    expect(await one('x.txt', text)).toMatchObject({
      headline: 'Mayor opens bridge after four years',
      standfirst: 'The longest in the county had its first walkers',
      paragraphs: ['It rained.', 'Still they came.'],
      publishedAt: Date.UTC(2020, 10, 10),
    });
  });

  test('may be dated from now', async () => {
    expect(await one('x.txt', 'date 9 hours ago Mayor opens bridge\n\nText.')).toMatchObject({
      headline: 'Mayor opens bridge',
      publishedAt: NOW - 9 * 3_600_000,
      dated: false,
    });
  });

  test('without that has its first line as headline', async () => {
    expect(await one('x.txt', '\n\nMayor opens bridge\nIt rained\nall day.')).toMatchObject({
      headline: 'Mayor opens bridge',
      standfirst: 'It rained all day.',
    });
  });

  test('in windows-1252 keeps its letters', async () => {
    expect((await one('x.txt', Buffer.from('Caf\xe9 \x93opens\x94', 'latin1'))).headline).toBe(
      'Café “opens”',
    );
  });
});

describe('a folder', () => {
  test('gives its files in order, without hidden ones and those it does not know', async () => {
    const { articles, refused } = await readFiles({
      'b.md': '# B',
      'a/z.txt': 'A',
      '.c.md': '# C',
      '.git/d.md': '# D',
      'e.pdf': '%PDF',
    });
    expect(articles.map((article) => article.headline)).toEqual(['A', 'B']);
    expect(refused).toEqual([{ what: 'e.pdf', reason: 'files of this kind are not read', leftOut: 'kind' }]);
  });

  test('names what it refuses, and the rest is not affected', async () => {
    const { articles, refused } = await readFiles({
      'a.md': '---\nlink: https://news.example/1\n---\n# One',
      'b.md': '---\nlink: https://news.example/1?utm_source=x\n---\n# Two',
      'c.txt': ' \n ',
      'd.html': Buffer.from('<h1>\0\0</h1>'),
      'e.md': 'x'.repeat(5 * 1024 * 1024 + 1),
      'f.md': '---\ndate: some day\n---\n# Six',
    });
    expect(articles.map((article) => article.headline)).toEqual(['One', 'Six']);
    expect(refused).toEqual([
      {
        what: 'b.md',
        reason: 'the same link twice: https://news.example/1',
        mend: expect.stringContaining('another link'),
      },
      { what: 'c.txt', reason: 'it has no headline', mend: expect.stringContaining('a first line') },
      { what: 'd.html', reason: 'it is not text', mend: expect.stringContaining('text in UTF-8') },
      { what: 'e.md', reason: 'it is larger than 5 MB', mend: expect.stringContaining('Shorten it') },
      {
        what: 'f.md',
        reason: 'its date cannot be read: some day',
        mend: expect.stringContaining('2026-11-22'),
        partly: true,
      },
    ]);
  });

  test('that is not there is a failure', async () => {
    const place = {
      sourceId: 'x',
      folder: join(tmpdir(), 'no-such-folder'),
      mediaDir: tmpdir(),
      language: '',
    };
    expect(await readFolderSource(place, NOW)).toMatchObject({
      kind: 'failed',
      reason: { code: 'folder-unreadable', folder: place.folder },
    });
  });
});

describe('a picture', () => {
  const withPicture = (source: string) => `---\npicture: "${source}"\n---\n# T`;

  test.each([
    '../../secret.png',
    '/etc/passwd',
    'missing.png',
    'not.png',
    'link.png',
    'javascript:alert(1)',
    'data:image/png;base64,AA',
  ])('that lies outside, is none, or is not an address is left out and named: %s', async (source) => {
    const files = { 'x.md': withPicture(source), 'not.png': '<svg onload="x()">' };
    const { articles, refused, kept } = await readFiles(files, { 'link.png': '/etc/hostname' });
    expect(articles[0]?.picture).toBeNull();
    expect(refused[0]?.reason).toMatch(/^its picture was left out/);
    expect(kept).toEqual([]);
  });

  test('on the web stays where it is', async () => {
    const { articles } = await readFiles({ 'x.md': withPicture('https://img.example/a.jpg') });
    expect(articles[0]?.picture?.url).toBe('https://img.example/a.jpg');
  });

  test('that two articles share is kept once', async () => {
    const { articles, kept } = await readFiles({
      'a.md': withPicture('p.png'),
      'b.md': '# B\n\n![Alt](q.png "Caption")',
      'p.png': PNG,
      'q.png': PNG,
    });
    expect(kept).toHaveLength(1);
    expect(articles.map((article) => article.picture?.url)).toEqual([`media:${kept[0]}`, `media:${kept[0]}`]);
    expect(articles[1]?.picture).toMatchObject({ alt: 'Alt', caption: 'Caption' });
  });
});
