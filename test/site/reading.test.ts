import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Article } from '../../src/articles/article.ts';
import { openSite } from './open-site.ts';

const PICTURE = `${'ab'.repeat(32)}.jpg`;

describe('an article that is read on this site', () => {
  test('shows headline, standfirst, author, picture and paragraphs', async () => {
    await using site = await openSite({ articles: [article()] });
    const { statusCode, body } = await site.app.inject('/articles/stories/tiara-at-dawn');
    expect(statusCode).toBe(200);
    expect(body).toContain('<h1>Tiara at &lt;dawn&gt;</h1>');
    expect(body).toContain(`src="/media/${PICTURE}" alt="A tiara"`);
    expect(body).toContain('<p>One &amp; only.</p>');
    expect(body).toContain('By Ada Lovelace');
    expect(body).toContain('Sunday 22 November 2026');
  });

  test.each([
    [199, '<div class="text">'],
    [200, '<div class="text capital">'],
  ])(
    'begins with a large initial only where the first paragraph carries it: %i characters',
    async (length, text) => {
      await using site = await openSite({
        articles: [article({ paragraphs: ['x'.repeat(length), 'Two.'] })],
      });
      expect((await site.app.inject('/articles/stories/tiara-at-dawn')).body).toContain(text);
    },
  );

  test('bears the day that its date is by the clock of the site', async () => {
    const [tokyo, london] = [Date.parse('2026-11-22T15:00Z'), Date.parse('2026-11-23T00:00Z')];
    const dated = article({ publishedAt: tokyo, moments: { 'Asia/Tokyo': tokyo, 'Europe/London': london } });
    await using site = await openSite({ articles: [dated] });
    const { body } = await site.app.inject('/articles/stories/tiara-at-dawn');
    expect(body).toContain('Monday 23 November 2026');
  });

  test('says of itself what it is', async () => {
    await using site = await openSite({ articles: [article()] });
    const { body } = await site.app.inject('/articles/stories/tiara-at-dawn');
    for (const line of [
      '<title>Tiara at &lt;dawn&gt; · Belle</title>',
      '<link rel="canonical" href="http://localhost:3000/articles/stories/tiara-at-dawn">',
      '<meta name="description" content="It glittered.">',
      '<meta property="og:title" content="Tiara at &lt;dawn&gt;">',
      '<meta property="og:type" content="article">',
      `<meta property="og:image" content="http://localhost:3000/media/${PICTURE}">`,
      '<meta property="article:published_time" content="2026-11-22T06:00:00.000Z">',
    ])
      expect(body).toContain(line);
  });

  test('without paragraphs is shown all the same', async () => {
    await using site = await openSite({ articles: [article({ paragraphs: [] })] });
    const { statusCode, body } = await site.app.inject('/articles/stories/tiara-at-dawn');
    expect(statusCode).toBe(200);
    expect(body).toContain('<div class="text">');
  });

  test('loads a picture from the one server it names, and from no other', async () => {
    const picture = { url: 'https://img.belle.example/a.jpg', alt: '', caption: '' };
    await using site = await openSite({ articles: [article({ picture })] });
    const { headers } = await site.app.inject('/articles/stories/tiara-at-dawn');
    expect(headers['content-security-policy']).toContain("img-src 'self' https://img.belle.example;");
    const home = await site.app.inject('/');
    expect(home.headers['content-security-policy']).toContain("img-src 'self';");
  });

  test.each([
    '',
    'stories',
    'stories/other',
    '../stories/tiara-at-dawn',
    '..%2f..%2fetc%2fpasswd',
    '%00',
    'x'.repeat(5000),
  ])('is not found at %j', async (path) => {
    await using site = await openSite({ articles: [article()] });
    expect([404, 414]).toContain((await site.app.inject(`/articles/${path}`)).statusCode);
  });
});

describe('media', () => {
  test('are served for ever, to mail programs too, and never as anything but themselves', async () => {
    await using site = await openSite();
    writeFileSync(join(site.mediaDir, PICTURE), 'jpeg bytes');
    const { statusCode, body, headers } = await site.app.inject(`/media/${PICTURE}`);
    expect(statusCode).toBe(200);
    expect(body).toBe('jpeg bytes');
    expect(headers).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'content-security-policy': "default-src 'none'; sandbox",
    });
  });

  test.each([
    ['png', 'image/png'],
    ['gif', 'image/gif'],
    ['webp', 'image/webp'],
    ['avif', 'image/avif'],
  ])('say what they are: %s', async (extension, type) => {
    await using site = await openSite();
    writeFileSync(join(site.mediaDir, `${'ab'.repeat(16)}.${extension}`), 'bytes');
    const { headers } = await site.app.inject(`/media/${'ab'.repeat(16)}.${extension}`);
    expect(headers['content-type']).toBe(type);
  });

  test.each([
    '../secret.key',
    '..%2fsecret.key',
    '%2e%2e%2fsecret.key',
    'secret.key',
    '.hidden',
    'abcdef0123456789',
    'abcdef0123456789.jpg%00.txt',
    'ABCDEF0123456789.JPG',
    'abcdef0123456789.jpg/..%2f..%2fsecret.key',
    'sub%2fabcdef0123456789.jpg',
    'sub',
  ])('has nothing at %s', async (file) => {
    await using site = await openSite();
    writeFileSync(join(site.mediaDir, 'secret.key'), 'secret');
    mkdirSync(join(site.mediaDir, 'sub'));
    writeFileSync(join(site.mediaDir, 'sub', 'abcdef0123456789.jpg'), 'secret');
    const { statusCode, body } = await site.app.inject(`/media/${file}`);
    expect([400, 404]).toContain(statusCode);
    expect(body).not.toContain('secret\n');
    expect(body).not.toBe('secret');
  });

  test('answer 404 for a picture that is not there, also before the first picture', async () => {
    await using site = await openSite();
    expect((await site.app.inject(`/media/${PICTURE}`)).statusCode).toBe(404);
  });
});

function article(with_: Partial<Article> = {}): Article {
  return {
    id: 1,
    sourceId: 'stories',
    storyId: 1,
    chapter: 0,
    firstSeenAt: 0,
    link: 'article:stories/tiara-at-dawn',
    address: 'article:stories/tiara-at-dawn',
    headline: 'Tiara at <dawn>',
    standfirst: 'It glittered.',
    paragraphs: ['One & only.', 'Two.'],
    author: 'Ada Lovelace',
    categories: ['royal'],
    tags: [],
    picture: { url: `media:${PICTURE}`, alt: 'A tiara', caption: 'Glittering' },
    otherPictures: [],
    language: 'en',
    publishedAt: Date.parse('2026-11-22T06:00:00Z'),
    ...with_,
  };
}
