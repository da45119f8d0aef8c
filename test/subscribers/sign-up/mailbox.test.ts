import { expect, test } from 'vitest';
import { mailboxOf, mailboxScope, plainnessOf } from '../../../src/subscribers/sign-up/mailbox.ts';

test.each([
  [
    'what stands behind a plus, at any provider',
    'ada@post.example',
    ['ada+news@post.example', 'ADA+a+b@Post.example'],
  ],
  [
    'dots and the other name of Gmail',
    'adabyron@gmail.com',
    ['ada.byron@gmail.com', 'a.d.a.b.y.r.o.n@googlemail.com', 'Ada.Byron+x@googlemail.com'],
  ],
  ['Yahoo’s disposable words', 'ada@yahoo.co.uk', ['ada-shop@yahoo.co.uk', 'ada-a-b@yahoo.co.uk']],
  ['Apple’s three names', 'ada@icloud.com', ['ada@me.com', 'ada@mac.com', 'ada+x@icloud.com']],
  [
    'what Proton does not read',
    'adabyron@proton.me',
    ['ada.byron@pm.me', 'ada_byron@protonmail.com', 'ada-byron@proton.me'],
  ],
  ['what Yandex does not read', 'adabyron@yandex.ru', ['ada.byron@ya.ru', 'ada-byron@yandex.com']],
  [
    'a name in front of Fastmail’s domain',
    'ada@fastmail.com',
    ['shop@ada.fastmail.com', 'ada+shop@fastmail.com'],
  ],
])('one mailbox is counted as one, whatever its address has of %s', (_what, mailbox, spellings) => {
  for (const spelling of spellings) expect(mailboxOf(spelling)).toBe(mailbox);
});

test.each([
  ['ada.byron@post.example', 'adabyron@post.example'],
  ['ada-byron@post.example', 'ada@post.example'],
  ['ada@gmail.com', 'ada@post.example'],
  ['+ada@post.example', 'ada@post.example'],
  ['ada-byron@gmx.de', 'ada@gmx.de'],
])('two mailboxes are two: %s and %s', (one, other) => {
  expect(mailboxOf(one)).not.toBe(mailboxOf(other));
});

test.each([
  ['target@gmail.com', 2],
  ['tar.get@gmail.com', 1],
  ['target@googlemail.com', 1],
  ['target+1@gmail.com', 0],
  ['target-shop@yahoo.com', 0],
  ['shop@ada.fastmail.com', 0],
  ['ada.byron@post.example', 2],
  ['ada+1@post.example', 0],
])(
  'the address everybody would write is told from those that lead to the same mailbox: %s',
  (address, plainness) => {
    expect(plainnessOf(address)).toBe(plainness);
  },
);

test('a count’s name is the same for one mailbox, and holds no address', () => {
  expect(mailboxScope('ada+1@gmail.com')).toBe(mailboxScope('a.da@googlemail.com'));
  expect(mailboxScope('ada@gmail.com')).toMatch(/^mailbox:[0-9a-f]{32}$/);
});
