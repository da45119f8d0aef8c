import { describe, expect, test } from 'vitest';
import { readFolder, saidOf } from '../files/folder.ts';

const NOW = Date.UTC(2031, 4, 14, 9);
const note = (keys: string, headline = 'Ferry runs again') =>
  `---\ntitle: ${headline}\n${keys}\n---\n\nIt left at eight.\n`;
const one = async (keys: string) => {
  const { articles, refused } = await readFolder({ 'a.md': note(keys) }, NOW);
  return { article: articles[0], refused: refused[0] };
};

describe('a file that its publisher keeps back is no article, and the reason is said', () => {
  test.each([
    'draft: true',
    'draft: yes',
    'Draft: TRUE',
    'draft: until the mayor calls back',
    'is_draft: 1',
    'published: false',
    'published: No',
    'publish: no',
    'dg-publish: false',
    'status: draft',
    'status: Pending Review',
    'status: in progress',
    'status: not ready',
    'status: [idea]',
    'post_status: auto-draft',
    'workflow_state: needs_review',
    'state: Entwurf',
    'wip: true',
    'params: { draft: true }',
    'draft: true\ndraft: false',
    'type: draft',
  ])('as a draft: %s', async (keys) => {
    const { article, refused } = await one(keys);
    expect(article).toBeUndefined();
    expect(refused).toMatchObject({ leftOut: 'draft', reason: expect.stringMatching(/^it is a draft \(/) });
  });

  test.each([
    'visibility: members',
    'visibility: paid',
    'visibility: Private',
    'status: private',
    'post_status: trash',
    'unlisted: true',
    'private: yes',
    'hidden: true',
    'password: sesame',
    'permalink: false',
    'eleventyExcludeFromCollections: true',
    'build: { render: never }',
    '_build: { list: never }',
    'audience: only_paid',
    'public: off',
  ])('as not public: %s', async (keys) => {
    const { article, refused } = await one(keys);
    expect(article).toBeUndefined();
    expect(refused).toMatchObject({ leftOut: 'private' });
  });

  test.each([
    'expiryDate: 2031-05-01',
    'expires: 2031-05-14T08:59:00Z',
    'unpublish_date: 2030-12-31',
    'publish_until: 1 May 2031',
    'expired: true',
  ])('as expired: %s', async (keys) => {
    const { article, refused } = await one(keys);
    expect(article).toBeUndefined();
    expect(refused).toMatchObject({ leftOut: 'expired', reason: expect.stringContaining('expired') });
  });

  test.each(['layout: page', 'type: page', 'post_type: attachment', 'page: true', 'layout: home'])(
    'as a page of the site: %s',
    async (keys) => {
      const { article, refused } = await one(keys);
      expect(article).toBeUndefined();
      expect(refused).toMatchObject({ leftOut: 'page' });
    },
  );

  test('by its folder, its name, or the mark in its headline', async () => {
    const { articles, refused } = await readFolder(
      {
        '_drafts/a.md': note(''),
        'posts/Drafts/b.md': note(''),
        'Entwürfe/c.md': note(''),
        '_d.md': note(''),
        'e.draft.md': note(''),
        'f.md': note('', '"[DRAFT] Ferry runs"'),
        'g.md': '# EMBARGO: Ferry runs\n\nText.',
        'h.txt': 'DRAFT: Ferry runs\n\nText.',
        'i.html': '<h1>[Entwurf] Fähre</h1><p>Text.</p>',
        'j.md': note('', 'Draft horses on the quay'),
      },
      NOW,
    );
    expect(articles.map(({ headline }) => headline)).toEqual(['Draft horses on the quay']);
    expect(refused.map(({ what }) => what).toSorted()).toEqual(
      [
        'Entwürfe/',
        '_d.md',
        '_drafts/',
        'e.draft.md',
        'f.md',
        'g.md',
        'h.txt',
        'i.html',
        'posts/Drafts/',
      ].toSorted(),
    );
    expect(refused.every(({ leftOut }) => leftOut === 'draft')).toBe(true);
  });

  test('in every kind of front matter, and in the head of a page', async () => {
    const { articles, refused } = await readFolder(
      {
        'a.md': '+++\ntitle = "T"\ndraft = true\n+++\nText',
        'b.md': '{\n"title": "T",\n"draft": true\n}\n\nText',
        'c.md': ';;;\n{"title": "T", "status": "draft"}\n;;;\nText',
        'd.md': 'Title: T\nStatus: draft\n\nText',
        'e.html': '---\ntitle: T\ndraft: true\n---\n<p>Text</p>',
        'f.txt': '---\ntitle: T\npublished: false\n---\nText',
        'g.html':
          '<title>T</title><meta property="article:expiration_time" content="2031-01-01"><h1>T</h1><p>Text.</p>',
      },
      NOW,
    );
    expect(articles).toEqual([]);
    expect(refused).toHaveLength(7);
    expect(refused.every(({ leftOut }) => leftOut !== undefined)).toBe(true);
  });
});

describe('a file whose keys only look like that is an article', () => {
  test.each([
    'draft: false',
    'draft:',
    'draft: ~',
    'published: true',
    'published: 2031-05-13',
    'publish: yes',
    'status: published',
    'status: Final',
    'status: updated',
    'state: Bavaria',
    'stage: The big tent',
    'access: step-free',
    'visibility: public',
    'audience: everyone',
    'layout: post',
    'type: review',
    'page: 12',
    'template: post.html',
    'expires: never',
    'expiryDate: 2031-06-01',
    'hide: toc',
    'password:',
    'embargo: false',
  ])('%s', async (keys) => {
    const { article, refused } = await one(keys);
    expect(article?.headline).toBe('Ferry runs again');
    expect(refused).toBeUndefined();
  });
});

test('a status that nobody can place is asked about, and the file waits', async () => {
  const { article, refused } = await one('status: purple');
  expect(article).toBeUndefined();
  expect(refused).toMatchObject({
    reason: expect.stringContaining('status: purple'),
    mend: expect.any(String),
  });
  expect(refused?.leftOut).toBeUndefined();
});

describe('what is dated ahead', () => {
  test.each([
    ['date: 2031-05-20T07:00Z', Date.UTC(2031, 4, 20, 7)],
    ['date: 2031-05-10\npublishDate: 2031-05-16T06:30Z', Date.UTC(2031, 4, 16, 6, 30)],
    ['publish_on: 2031-05-16', Date.UTC(2031, 4, 16)],
    ['embargo: 2031-05-15 18:00', Date.UTC(2031, 4, 15, 18)],
    ['status: scheduled\npublished_at: 2031-05-18T05:00:00.000Z', Date.UTC(2031, 4, 18, 5)],
  ])('waits for its moment, which is said: %s', async (keys, at) => {
    const { article, refused } = await one(keys);
    expect(article).toMatchObject({ publishedAt: at, dated: true });
    const moment = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
    expect(refused).toMatchObject({ leftOut: 'scheduled', reason: `it waits until ${moment} UTC` });
  });

  test('by the name of its file waits, too', async () => {
    const { articles, refused } = await readFolder({ '2031-05-20-ferry.md': note('layout: post') }, NOW);
    expect(articles[0]?.publishedAt).toBe(Date.UTC(2031, 4, 20));
    expect(refused[0]?.leftOut).toBe('scheduled');
  });

  test('counts from its moment once that has come, not from an earlier date', async () => {
    const { article, refused } = await one('date: 2031-05-01\npublishDate: 2031-05-14T08:00Z');
    expect(article?.publishedAt).toBe(Date.UTC(2031, 4, 14, 8));
    expect(refused).toBeUndefined();
  });

  test.each([
    'embargo: when the jury is back',
    'publishDate: soon',
    'expires: at the end',
    'embargo: true',
    'status: scheduled',
  ])('without a moment that can be read is no article: %s', async (keys) => {
    const { article, refused } = await one(keys);
    expect(article).toBeUndefined();
    expect(refused?.reason).toMatch(/moment/);
  });
});

test('what is no article is said once for each file, folder or kind', async () => {
  const { articles, refused } = await readFolder(
    {
      'README.md': '# Our paper\n\nHow to build it.',
      'LICENSE.txt': 'Do as you like',
      'posts/_index.md': '---\ntitle: Posts\n---\n',
      'posts/index.md': '---\ntitle: All posts\nlayout: list\n---\n',
      'posts/ferry/index.md': note('date: 2031-05-13'),
      'posts/ferry/ferry.jpg': 'x',
      'readme-dated.md': note('date: 2031-05-13', 'Readers write'),
      'notes/a.docx': 'PK',
      'notes/b.docx': 'PK',
      'c.rst': 'Title\n=====',
      'node_modules/x/README.md': '# x',
      '_includes/head.html': '<title>x</title>',
      'style.css': 'p {}',
    },
    NOW,
  );
  expect(articles.map(({ headline }) => headline)).toEqual(['Ferry runs again', 'Readers write']);
  expect(saidOf(refused)).toEqual({
    'README.md': 'it tells of the folder and is no article',
    'LICENSE.txt': 'it tells of the folder and is no article',
    'posts/_index.md': 'it is the page of a section and no article',
    'posts/index.md': 'it is a page of the site and no article (layout: list)',
    '2 files *.docx, such as notes/a.docx': 'files of this kind are not read',
    'c.rst': 'files of this kind are not read',
    'node_modules/': 'it is a folder of a site’s own files, and not of articles',
    '_includes/': 'it is a folder of a site’s own files, and not of articles',
  });
});
