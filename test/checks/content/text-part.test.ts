import { describe, expect, test } from 'vitest';
import { leftovers, textPart } from '../../../src/checks/content/text-part.ts';
import { pictureBytes, pictureWeight, size, wayOut } from '../../../src/checks/look/size.ts';
import { LINKS, story } from '../../mail/sample.ts';
import { STORIES, said, soundMail, storyHtml } from '../sound-mail.ts';

test.each([textPart, leftovers, size, wayOut, pictureWeight])('%o finds nothing in a sound mail', (find) => {
  expect(find(soundMail())).toEqual([]);
});

describe('the plain text', () => {
  test('is there', () => {
    expect(said(textPart(soundMail({ text: ' \n' })))).toEqual(['blocking: The mail has no plain text']);
  });

  test('says as much as the HTML', () => {
    const unlinked = STORIES.map((one) => ({ ...one, link: '' }));
    const body = `<p>${'A sentence that only the HTML has. '.repeat(100)}</p>`;
    const short = soundMail({ body, stories: unlinked });
    expect(said(textPart(short))).toEqual(['blocking: The plain text has 9 % of the words of the HTML']);
    const text = `${short.text}${'A sentence. '.repeat(80)}`;
    expect(said(textPart(soundMail({ body, stories: unlinked, text })))).toEqual([
      'advisory: The plain text has 36 % of the words of the HTML',
    ]);
  });

  test('leads where the HTML leads', () => {
    const text = soundMail().text.replace('https://paper.example/story-1', '');
    expect(textPart(soundMail({ text }))).toMatchObject([
      {
        severity: 'advisory',
        where: { part: 'text', story: 'A coat for every winter', excerpt: 'https://paper.example/story-1' },
      },
    ]);
  });
});

describe('what a template leaves behind blocks', () => {
  test.each([
    [{ subject: 'Hello {{name}}' }, 'The subject holds a template’s braces'],
    [{ preheader: 'Also: undefined' }, 'The preview text holds the word "undefined"'],
    [{ body: '<p>[object Object]</p>' }, 'The HTML holds "[object Object]"'],
    [{ body: '<p>NaN stories</p>' }, 'The HTML holds "NaN"'],
    [{ body: '<img src="https://paper.example/undefined" alt="">' }, 'The HTML holds the word "undefined"'],
    [
      { text: `${LINKS.unsubscribe('\ue000')}` },
      'The plain text holds a merge field for a reader’s own link that was not filled',
    ],
  ])('%j', (parts, says) => {
    expect(said(leftovers(soundMail(parts)))).toEqual([`blocking: ${says}`]);
  });

  test('not where the words are a story’s own, which are shown with it', () => {
    const stories = [story(0, { headline: 'An undefined role for the prince' })];
    const found = leftovers(soundMail({ stories }));
    expect(new Set(found.map(({ severity, where }) => `${severity} ${where?.story}`))).toEqual(
      new Set(['advisory An undefined role for the prince']),
    );
  });

  test('not in style sheets, which have braces of their own', () => {
    const head = '<style>@media screen{p{color:#1d1a1f}}</style>';
    expect(leftovers(soundMail({ head }))).toEqual([]);
  });
});

describe('size', () => {
  const padded = (bytes: number) => {
    const plain = soundMail();
    return soundMail({ html: plain.html.padEnd(bytes - 2, ' ').concat('é') });
  };

  test.each([
    [79_999, []],
    [
      80_000,
      [
        'advisory: The HTML for a reader of everything has 80,000 bytes, 80,000 or more; Gmail clips a mail at about 100,000',
      ],
    ],
    [
      99_999,
      [
        'advisory: The HTML for a reader of everything has 99,999 bytes, 80,000 or more; Gmail clips a mail at about 100,000',
      ],
    ],
    [
      100_000,
      [
        'blocking: The HTML for a reader of everything has 100,000 bytes, 100,000 or more; Gmail clips a mail at about 100,000',
      ],
    ],
  ])('%d bytes', (bytes, findings) => {
    const mail = padded(bytes);
    expect(Buffer.byteLength(mail.html)).toBe(bytes);
    expect(said(size(mail))).toEqual(findings);
  });
});

describe('the way out', () => {
  test('is in both parts', () => {
    const text = soundMail().text.replace(/Unsubscribe:.*/, '');
    expect(said(wayOut(soundMail({ footer: '', text })))).toEqual([
      'blocking: The HTML has no unsubscribe link',
      'blocking: The plain text has no unsubscribe link',
    ]);
  });

  test('comes before Gmail’s cut', () => {
    const body = `<p>${'é'.repeat(45_000)}</p>`;
    expect(said(wayOut(soundMail({ body })))[0]).toMatch(
      /^blocking: The unsubscribe link comes after 90,\d{3} bytes, where Gmail may have clipped the mail/,
    );
  });
});

test('the weight of pictures is that of the cuts a mail shows, each once', () => {
  const cut = (file: string, bytes: number) => ({ url: `media:${file}`, width: 720, height: 480, bytes });
  const stories = [0, 1].map((bit) =>
    story(bit, {
      picture: {
        url: 'https://paper.example/p.jpg',
        alt: '',
        caption: '',
        cuts: {
          wide: cut('wide.jpg', 500_000),
          card: cut('card.jpg', 400_000),
          thumb: cut(`t${bit}.jpg`, 9),
        },
      },
    }),
  );
  const show = (...files: string[]) =>
    soundMail({
      stories,
      body:
        stories.map(storyHtml).join('') +
        files.map((file) => `<img src="${LINKS.picture(`media:${file}`)}" alt="">`).join(''),
    });
  expect(pictureBytes(show('wide.jpg', 't1.jpg', 'wide.jpg'))).toEqual({ bytes: 500_009, pictures: 2 });
  expect(pictureWeight(show('wide.jpg'))).toEqual([]);
  expect(said(pictureWeight(show('wide.jpg', 'card.jpg')))).toEqual([
    'advisory: The 2 pictures for a reader of everything have 900,000 bytes together; 800,000 is plenty',
  ]);
});
