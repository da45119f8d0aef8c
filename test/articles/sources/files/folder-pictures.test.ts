import { describe, expect, test } from 'vitest';
import { jpeg } from '../../pictures/picture-files.ts';
import { readFolder } from './folder.ts';

const NOW = Date.UTC(2031, 4, 14, 9);
const PICTURE = await jpeg(640, 360);
const OTHER = await jpeg(320, 180);
const post = (keys: string, body = 'Text.') => `---\ntitle: Lock gates\n${keys}\n---\n\n${body}\n`;
const LOCAL = /^media:[0-9a-f]{32}\.jpg$/;

async function one(keys: string, body?: string, files: Record<string, Buffer> = { 'photo.jpg': PICTURE }) {
  const { articles, refused } = await readFolder({ 'a.md': post(keys, body), ...files }, NOW);
  return { ...articles[0], refused };
}

describe('a picture is found under the key its tool gives it', () => {
  test.each([
    'picture: photo.jpg',
    'image: photo.jpg',
    'image:\n  path: photo.jpg\n  alt: A gate',
    'image: { src: photo.jpg }',
    'cover: { image: photo.jpg }',
    'cover: photo.jpg',
    'coverImage: ./photo.jpg',
    'featured_image: photo.jpg',
    'feature_image: photo.jpg',
    'featuredImage: { url: photo.jpg }',
    'images: [photo.jpg]',
    'images:\n  - { src: photo.jpg }',
    'thumbnail: photo.jpg',
    'hero: { image: photo.jpg }',
    'banner: photo.jpg',
    'header: { teaser: photo.jpg }',
    'og_image: photo.jpg',
    'seo: { image: photo.jpg }',
    'openGraph: { images: [{ url: photo.jpg }] }',
    'params: { image: photo.jpg }',
    'resources: [{ src: photo.jpg, name: cover }]',
    'image: "[[photo.jpg]]"',
    'image: photo.jpg?v=2',
    'featured: true\nthumbnail: photo.jpg',
    'photo: Ada Brook\nimage: photo.jpg',
  ])('%s', async (keys) => {
    const { picture, refused } = await one(keys);
    expect(picture?.url).toMatch(LOCAL);
    expect(refused).toEqual([]);
  });

  test('with what is said of it', async () => {
    expect((await one('cover:\n  image: photo.jpg\n  alt: A gate\n  caption: In May')).picture).toMatchObject(
      { alt: 'A gate', caption: 'In May' },
    );
    expect(
      (await one('feature_image: photo.jpg\nfeature_image_alt: A gate\nfeature_image_caption: In May'))
        .picture,
    ).toMatchObject({ alt: 'A gate', caption: 'In May' });
  });
});

describe('a path is looked for', () => {
  test.each([
    ['from the root of the site', '/images/photo.jpg', 'images/photo.jpg'],
    ['in what the site serves', '/images/photo.jpg', 'static/images/photo.jpg'],
    ['in what Next.js serves', '/photo.jpg', 'public/photo.jpg'],
    ['from the root without a slash', 'images/photo.jpg', 'images/photo.jpg'],
    ['by its name in a vault', 'photo.jpg', 'Attachments/2031/Photo.jpg'],
  ])('%s', async (_where, path, file) => {
    const { articles } = await readFolder(
      { 'posts/2031/a.md': post(`image: ${path}`), [file]: PICTURE },
      NOW,
    );
    expect(articles[0]?.picture?.url).toMatch(LOCAL);
  });

  test('on the web, where the article is there and the folder does not have it', async () => {
    const { picture } = await one(
      'image: /images/gate.jpg\nlink: https://locks.example/2031/gate',
      undefined,
      {},
    );
    expect(picture?.url).toBe('https://locks.example/images/gate.jpg');
  });
});

test('the first that is one illustrates the article, and the others are kept to try', async () => {
  const body =
    '![badge](https://img.shields.io/b.svg) ![gate](photo.jpg) <img src="other.jpg" alt="Other">\n\nText.';
  const { picture, otherPictures, refused } = await one('author: Ada', body, {
    'photo.jpg': PICTURE,
    'other.jpg': OTHER,
  });
  expect(picture).toMatchObject({ url: expect.stringMatching(LOCAL), alt: 'gate' });
  expect(otherPictures).toEqual([{ url: expect.stringMatching(LOCAL), alt: 'Other', caption: '' }]);
  expect(refused).toEqual([]);
});

test('where the picture it names is missing another steps in, and that is said', async () => {
  const { picture, refused } = await one('image: gone.jpg', '![gate](photo.jpg)');
  expect(picture?.url).toMatch(LOCAL);
  expect(refused).toMatchObject([
    { what: 'a.md', reason: expect.stringContaining('gone.jpg'), partly: true },
  ]);
});

test('the link that its editor wrote is what readers get, and identity is its canonical form', async () => {
  const { articles } = await readFolder(
    {
      'a.md': post('link: https://tickets.example/buy?event=5&partner=quay&utm_campaign=may'),
      'b.md': post('url: /posts/b\ncanonical_url: https://locks.example/b#top'),
      'c.html': '<link rel="canonical" href="https://locks.example/c?utm_source=x"><h1>C</h1><p>Text.</p>',
      'd.md': post('permalink: /d/'),
    },
    NOW,
  );
  expect(articles.map(({ link, address }) => [link, address])).toEqual([
    [
      'https://tickets.example/buy?event=5',
      'https://tickets.example/buy?event=5&partner=quay&utm_campaign=may',
    ],
    ['https://locks.example/b', 'https://locks.example/b#top'],
    ['https://locks.example/c', 'https://locks.example/c?utm_source=x'],
    ['article:desk/d', undefined],
  ]);
});

describe('dates and names under other keys', () => {
  test.each([
    ['date_published: 2031-05-03T07:00:00.000Z', Date.UTC(2031, 4, 3, 7)],
    ['pubDate: May 3 2031', Date.UTC(2031, 4, 3)],
    ['publishedAt: 2031-05-03', Date.UTC(2031, 4, 3)],
    ['created: 2031-05-03', Date.UTC(2031, 4, 3)],
    ['lastmod: 2031-05-03', Date.UTC(2031, 4, 3)],
    ['lastmod: 2031-05-12\ndate: 2031-05-03', Date.UTC(2031, 4, 3)],
    ['published: true\ncreated_at: 1935730800', 1_935_730_800_000],
    ['date: 2031-05-03 07:00:00 +0200', Date.UTC(2031, 4, 3, 5)],
    ['date: Created\nupdated: 2031-05-03', Date.UTC(2031, 4, 3)],
  ])('%s', async (keys, at) => {
    expect(await one(keys)).toMatchObject({ publishedAt: at, dated: true, refused: [] });
  });

  test('the date in the name of a file counts where it has no other', async () => {
    const { articles } = await readFolder(
      {
        '_posts/2031-05-03-gate.md': post('layout: post'),
        '2031/05/04/ferry/index.md': post('author: Ada'),
        '2031-05-02-late.md': post('date: 2031-05-09'),
        'notes/2031-05-05.md': post('lastmod: 2031-05-13'),
      },
      NOW,
    );
    expect(articles.map(({ publishedAt }) => new Date(publishedAt).getUTCDate())).toEqual([4, 9, 3, 5]);
  });

  test.each([
    ['authors:\n  - name: Ada Brook\n  - name: Bram Lund', 'Ada Brook, Bram Lund'],
    ['author: { name: Ada Brook, email: ada@quay.example }', 'Ada Brook'],
    ['author: Ada Brook <ada@quay.example>', 'Ada Brook'],
    ['byline: By Ada Brook', 'Ada Brook'],
    ['primary_author: { name: Ada Brook, slug: ada }', 'Ada Brook'],
    ['author: "[[people/Ada Brook]]"', 'Ada Brook'],
    ['authors: Ada Brook; Bram Lund', 'Ada Brook, Bram Lund'],
    ['author: [{ first_name: Ada, last_name: Brook }]', 'Ada Brook'],
  ])('%s', async (keys, author) => {
    expect((await one(keys)).author).toBe(author);
  });
});
