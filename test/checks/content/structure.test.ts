import { describe, expect, test } from 'vitest';
import {
  altTexts,
  headings,
  languageAndTitle,
  layoutTables,
  pictureSizes,
  readingOrder,
} from '../../../src/checks/content/structure.ts';
import { story } from '../../mail/sample.ts';
import { said, soundMail, storyHtml } from '../sound-mail.ts';

test.each([languageAndTitle, headings, altTexts, pictureSizes, layoutTables, readingOrder])(
  '%o finds nothing in a sound mail',
  (find) => {
    expect(find(soundMail())).toEqual([]);
  },
);

describe('language and title', () => {
  test('a page that says neither is blocked', () => {
    expect(said(languageAndTitle(soundMail({ html: '<html><head></head><body></body></html>' })))).toEqual([
      'blocking: The HTML has no language',
      'blocking: The HTML has no title',
    ]);
  });

  test('a page in another language than its edition is pointed out', () => {
    expect(said(languageAndTitle(soundMail({ language: 'fr' })))).toEqual([
      'advisory: The language of the HTML is "en", but the edition is in "fr"',
    ]);
  });
});

test.each([
  ['<h2>One</h2><h4>Below nothing</h4>', ['advisory: A heading of level 4 follows one of level 2']],
  ['<h1>A second first</h1>', ['advisory: The HTML has 2 h1; it should have one']],
  ['<h2> </h2>', ['advisory: A heading of level 2 is empty']],
  ['<h2><img src="https://paper.example/p.jpg" alt="Royals"></h2>', []],
  ['<h2>One</h2><h3>Two</h3><h2>Three</h2>', []],
])('headings: %s', (body, findings) => {
  expect(said(headings(soundMail({ body })))).toEqual(findings);
});

describe('alt texts', () => {
  const picture = (attributes: string) => `<img src="https://paper.example/p.jpg" ${attributes}>`;

  test.each([
    [picture(''), 'blocking: A picture has no alt text'],
    [
      `<a href="https://paper.example/story-0">${picture('alt=""')}</a>`,
      'blocking: A picture that is a link has empty alt text, so screen readers cannot say where it leads',
    ],
    [picture('alt="DSC_0042.jpg"'), 'advisory: The alt text "DSC_0042.jpg" is a file name'],
  ])('%s', (body, finding) => {
    expect(said(altTexts(soundMail({ body })))).toEqual([finding]);
  });

  test.each([
    picture('alt=""'),
    picture('alt="A balcony"'),
    `<a href="https://paper.example/story-0">${picture('alt=""')} The story</a>`,
  ])('fine: %s', (body) => {
    expect(altTexts(soundMail({ body }))).toEqual([]);
  });

  test('the finding names the story whose picture it is', () => {
    const body = `<a href="https://paper.example/story-0">${picture('alt=""')}</a>`;
    expect(altTexts(soundMail({ body }))[0]?.where).toEqual({
      part: 'pictures',
      story: 'The gardener who out-planted the palace',
      articleId: 1,
      excerpt: 'https://paper.example/p.jpg',
    });
  });
});

test.each([
  [
    '<img src="https://paper.example/p.jpg" alt="" width="100%">',
    ['advisory: A picture has no width and no height in pixels'],
  ],
  [
    '<img src="https://paper.example/p.jpg" alt="" width="640">',
    ['advisory: A picture has no height in pixels'],
  ],
  ['<img src="https://paper.example/p.jpg" alt="" width="640" height="360">', []],
])('picture sizes: %s', (body, findings) => {
  expect(said(pictureSizes(soundMail({ body })))).toEqual(findings);
});

test.each([
  ['<table><tr><td>One</td></tr></table>', ['advisory: A table for layout without role="presentation"']],
  ['<table><tr><th>Name</th></tr><tr><td>One</td></tr></table>', []],
])('layout tables: %s', (body, findings) => {
  expect(said(layoutTables(soundMail({ body })))).toEqual(findings);
});

describe('reading order', () => {
  test('a part that is turned round is pointed out', () => {
    const body = '<div style="direction:rtl"><p>Second, seen first</p></div>';
    expect(said(readingOrder(soundMail({ body })))).toEqual([
      'advisory: Part of the HTML runs rtl in a mail that runs ltr',
    ]);
  });

  test('a phrase within a line may run the other way', () => {
    expect(readingOrder(soundMail({ body: '<p>Called <span dir="rtl">أخبار</span></p>' }))).toEqual([]);
  });

  test('in a mail written from right to left that is right', () => {
    const mail = soundMail({
      html: '<html lang="ar" dir="rtl"><body><p>خبر</p></body></html>',
      language: 'ar',
      text: '',
    });
    expect(readingOrder(mail)).toEqual([]);
  });

  test('sections in another order than in the plain text are pointed out', () => {
    const stories = ['royals', 'royals', 'celebrity', 'lifestyle'].map((sectionId, bit) =>
      story(bit, { sectionId }),
    );
    const [lead, ...rest] = stories.map(storyHtml);
    const body = [lead, ...rest.toReversed()].join('');
    expect(said(readingOrder(soundMail({ stories, body })))).toEqual([
      'advisory: The HTML has its sections as lifestyle, celebrity, royals, the plain text as royals, celebrity, lifestyle',
    ]);
  });
});
