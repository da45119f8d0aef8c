import { describe, expect, test } from 'vitest';
import {
  linkAddresses,
  linkNames,
  pictureAddresses,
  tracking,
} from '../../../src/checks/content/mail-addresses.ts';
import { said, soundMail } from '../sound-mail.ts';

const link = (href: string, words = 'A story') => `<a href="${href}">${words}</a>`;

test.each([linkAddresses, pictureAddresses, linkNames, tracking])(
  '%o finds nothing in a sound mail',
  (find) => {
    expect(find(soundMail())).toEqual([]);
  },
);

describe('links', () => {
  test.each([
    ['', 'The link "A story" leads nowhere'],
    ['#', 'The link "A story" leads nowhere'],
    ['#nowhere', 'The link "A story" leads to an anchor that the mail does not have'],
    ['/articles/garden', 'The link "A story" has an address without http:// or https://'],
    ['www.paper.example', 'The link "A story" has an address without http:// or https://'],
    ['javascript:alert(1)', 'The link "A story" has an address that begins with javascript:'],
    ['data:text/html,hello', 'The link "A story" has an address that begins with data:'],
    ['mailto:', 'The link "A story" is a mailto: without an address'],
  ])('%j blocks', (href, says) => {
    expect(said(linkAddresses(soundMail({ body: link(href) })))).toEqual([`blocking: ${says}`]);
  });

  test.each([
    link('https://paper.example/a?b=c&amp;d=é'),
    link('mailto:desk@paper.example'),
    `${link('#royals')}<h2 id="royals">Royals</h2>`,
    '<a name="royals"></a>',
  ])('%s is fine', (body) => {
    expect(linkAddresses(soundMail({ body }))).toEqual([]);
  });

  test('to this machine or an example are advised against, but not in a rehearsal', () => {
    const body = link('http://localhost:3000/articles/a') + link('https://news.example.org/b');
    const advice = (parts: { rehearsal: boolean }) =>
      said(linkAddresses(soundMail({ body, footer: '', ...parts })));
    expect(advice({ rehearsal: true })).toEqual([]);
    expect(advice({ rehearsal: false })).toEqual([
      'advisory: The link "A story" has an address at localhost, which readers cannot reach',
      'advisory: The link "A story" has an address at news.example.org, which readers cannot reach',
    ]);
  });

  test('the finding names story and address', () => {
    const mail = soundMail({ rehearsal: false });
    expect(linkAddresses(mail)[0]?.where).toEqual({
      part: 'links',
      story: 'The gardener who out-planted the palace',
      articleId: 1,
      excerpt: 'https://paper.example/story-0',
    });
  });
});

test.each([
  ['cid:picture@paper', 'begins with cid:'],
  ['data:image/png;base64,AAAA', 'begins with data:'],
  ['//paper.example/p.jpg', 'without http:// or https://'],
  ['', 'without http:// or https://'],
])('a picture at %j blocks', (src, says) => {
  const [finding, ...others] = pictureAddresses(soundMail({ body: `<img src="${src}" alt="">` }));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ severity: 'blocking', where: { part: 'pictures' } });
  expect(finding?.says).toContain(says);
});

describe('the words of a link', () => {
  test('are there', () => {
    expect(said(linkNames(soundMail({ body: link('https://paper.example/a', ' &nbsp;') })))).toEqual([
      'blocking: A link has no text',
    ]);
  });

  test.each(['Click here', 'read more …', 'Hier klicken', 'En savoir plus »', 'aquí'])(
    'say more than "%s"',
    (words) => {
      expect(said(linkNames(soundMail({ body: link('https://paper.example/a', words) })))[0]).toMatch(
        /^advisory: The link text ".*" does not say where the link leads$/,
      );
    },
  );

  test('may be the alt text of a picture', () => {
    const picture = '<img src="https://paper.example/p.jpg" alt="A balcony">';
    expect(linkNames(soundMail({ body: link('https://paper.example/a', picture) }))).toEqual([]);
  });

  test('lead to one place: the same words for two are said once', () => {
    const body = ['a', 'b', 'c']
      .map((page) => link(`https://paper.example/${page}`, 'Read the story'))
      .join('');
    expect(said(linkNames(soundMail({ body })))).toEqual([
      'advisory: "Read the story" leads to 3 different places',
    ]);
  });
});

test('a detour over our own pages and a picture of one pixel are pointed out', () => {
  const body =
    link('https://news.example/go?to=https%3A%2F%2Fpaper.example%2Fa') +
    '<img src="https://news.example/open.gif" alt="" width="1" height="1">';
  expect(said(tracking(soundMail({ body })))).toEqual([
    'advisory: A link goes through a redirect on this site',
    'advisory: The mail has a tracking pixel',
  ]);
});
