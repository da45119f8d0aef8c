import { expect, test } from 'vitest';
import { paintsOf } from '../../../src/checks/look/paint.ts';
import { contrast } from '../../../src/checks/look/text-contrast.ts';
import { parsePage } from '../../../src/checks/mail-page.ts';
import { said, soundMail } from '../sound-mail.ts';

const DARK = (rules: string) =>
  `<style>@media (prefers-color-scheme: dark) { body { background-color: #121013 !important; color: #f5eee6 !important } ${rules} }</style>`;
const words = (style: string) => `<p style="${style}">Nobody reads this</p>`;

test('a mail with dark words on a light page has nothing to be found', () => {
  expect(contrast(soundMail())).toEqual([]);
});

test.each([
  [
    'hardly visible words block',
    'color:#c0c0c0',
    ['blocking: Text in #c0c0c0 on #fbf8f4 has a contrast of 1.7:1 in the light theme; 4.5:1 is needed'],
  ],
  [
    'faint words are advised against',
    'color:#7d7d7d',
    ['advisory: Text in #7d7d7d on #fbf8f4 has a contrast of 3.8:1 in the light theme; 4.5:1 is needed'],
  ],
  ['what is faint in small print is fine in large', 'color:#7d7d7d;font-size:24px', []],
  ['and in bold from 18.7 pixels', 'color:#7d7d7d;font:bold 19px Georgia', []],
  [
    'a shorthand sets the background',
    'color:#ffffff;background:#eeeeee no-repeat left top',
    ['blocking: Text in #ffffff on #eeeeee has a contrast of 1.1:1 in the light theme; 4.5:1 is needed'],
  ],
  [
    'colours may be written as rgb()',
    'color:rgb(250, 250, 250)',
    ['blocking: Text in #fafafa on #fbf8f4 has a contrast of 1:1 in the light theme; 4.5:1 is needed'],
  ],
  ['words that nobody sees need no contrast', 'color:#fbf8f4;display:none', []],
])('%s', (_name, style, findings) => {
  const found = contrast(soundMail({ body: words(style) })).filter(({ says }) =>
    says.includes('light theme'),
  );
  expect(said(found)).toEqual(findings);
});

test('the dark theme that the mail brings is looked at in its own colours', () => {
  const head = DARK('.card { background-color: #2b262d !important } .card p { color: #333 !important }');
  const found = contrast(soundMail({ head, body: '<div class="card"><p>Nobody reads this</p></div>' }));
  expect(said(found)).toContain(
    'blocking: Text in #333333 on #2b262d has a contrast of 1.1:1 in the dark theme; 4.5:1 is needed',
  );
  expect(found.find(({ says }) => says.includes('#333333'))?.where).toEqual({
    part: 'html',
    excerpt: 'Nobody reads this',
  });
});

test('a style sheet of its own for the dark is looked at as the dark theme', () => {
  const head = '<style media="(prefers-color-scheme: dark)">p { color: #fbf8f4 !important }</style>';
  const found = said(contrast(soundMail({ head, body: words('') })));
  expect(found).toEqual([
    'blocking: Text in #fbf8f4 on #fbf8f4 has a contrast of 1:1 in the dark theme; 4.5:1 is needed',
  ]);
});

test('colours that only suffer when a mail program inverts them are advised against', () => {
  const found = contrast(soundMail({ body: words('color:#000000;background-color:#ff4040') }));
  expect(said(found)).toEqual([
    'advisory: Text in #ffffff on #00bfbf has a contrast of 2.2:1 where a mail program inverts the colours; 3:1 is needed',
  ]);
});

test('a colour we cannot read is said, not guessed', () => {
  expect(said(contrast(soundMail({ body: words('color:tomato') })))).toContain(
    'advisory: The colour "tomato" of some text in the light theme cannot be checked',
  );
});

test('the words in place of a picture are words too', () => {
  const picture =
    '<img src="https://paper.example/p.jpg" alt="A balcony" style="background-color:#e9ded3;color:#ddd">';
  expect(said(contrast(soundMail({ body: picture })))[0]).toContain('Text in #dddddd on #e9ded3');
});

test('the strongest rule colours the words: attributes, then rules by weight, then style, then !important', () => {
  const page = parsePage(
    `<style>td { color: #111111 } .a td { color: #222222 } #x { color: #333333 } .b > p { color: #555555 !important }
     @media print { p { color: #eeeeee !important } } p:hover { color: #eeeeee !important } [data-ogsc] p { color: #eeeeee }</style>
     <table class="a" bgcolor="#AABBCC"><tr><td>one</td><td id="x">two</td><td style="color:#444444">three</td>
     <td class="b"><p style="color:#666666">four</p><div><p>five</p></div></td></tr></table>`,
  );
  expect(paintsOf(page, 'light').map(({ words, front, back }) => [words, front, back])).toEqual([
    ['one', '#222222', '#aabbcc'],
    ['two', '#333333', '#aabbcc'],
    ['three', '#444444', '#aabbcc'],
    ['four', '#555555', '#aabbcc'],
    ['five', '#222222', '#aabbcc'],
  ]);
});
