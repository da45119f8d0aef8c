import { describe, expect, test } from 'vitest';
import { COLOURS } from '../../../src/studio/preview/preview-colours.ts';
import { inMode, type Mode } from '../../../src/studio/preview/preview-modes.ts';

const seen = (html: string, mode: Partial<Mode>) =>
  inMode(html, { colours: 'light', pictures: true, ...mode });
const page = (head: string, body: string) =>
  `<!doctype html><html><head>${head}</head><body>${body}</body></html>`;

describe('in the light', () => {
  test('a mail that asks nothing stays as it is, to the last character', () => {
    const mail = page(
      '<meta charset="utf-8"><style type="text/css">.a{color:#123456}</style><!--[if mso]><style>p{color:red}</style><![endif]-->',
      '<p style="color:#fff" BGCOLOR=#eee>“Dark” &amp; (prefers-color-scheme: dark)<br/></p><img src="a.png" alt="x"/>',
    );
    expect(seen(mail, {})).toBe(mail);
  });

  test('what it has for the dark does not count, whatever the editor’s machine prefers', () => {
    const mail = page(
      '<meta name="color-scheme" content="light dark"><style>:root{color-scheme:light dark}@media (prefers-color-scheme: dark){a{color:#fff}}@media screen and (prefers-color-scheme:light){b{color:#000}}</style>',
      '<picture><source media="(prefers-color-scheme: dark)" srcset="night.png"><img src="day.png" alt=""></picture>',
    );
    const light = seen(mail, {});
    expect(light).toContain('@media (max-width:0){a{color:#fff}}');
    expect(light).toContain('@media screen and (min-width:0){b{color:#000}}');
    expect(light).toContain('<source media="(max-width:0)" srcset="night.png">');
    expect(light).toContain(':root{color-scheme:light}');
    expect(light).toContain('content="light"');
    expect(light).not.toContain('prefers-color-scheme');
  });
});

describe('in the dark as designed', () => {
  test('what it has for the dark counts', () => {
    const mail = page(
      '<meta name="color-scheme" content="light dark"><style>:root { color-scheme: light dark; }@media (prefers-color-scheme:dark){a{color:#fff}}</style>',
      '',
    );
    const dark = seen(mail, { colours: 'dark' });
    expect(dark).toContain('@media (min-width:0){a{color:#fff}}');
    expect(dark).toContain(':root { color-scheme: dark; }');
    expect(dark).toContain('<meta name="color-scheme" content="dark">');
  });

  test('a mail that can only be light stays light', () => {
    const mail = page('<style>:root{color-scheme:light}</style>', '<p>x</p>');
    expect(seen(mail, { colours: 'dark' })).toBe(mail);
  });
});

describe('in the dark that a program forces', () => {
  const turned = (colour: string) => `lab(from ${colour} calc(100 - 0.92 * l) a b / alpha)`;

  test('every colour is turned round: in sheets, on elements, in shorthands and gradients', () => {
    const mail = page(
      '<style>a:hover{color:Red;text-decoration:underline #00f!important}</style>',
      '<td bgcolor="#fefefe" style="border:1px solid black;background:url(x.png) no-repeat rgba(1,2,3,.5)"><p style="background:linear-gradient(to right,#fff,hsl(10 20% 30%))">x</p></td>',
    );
    const forced = seen(mail, { colours: 'forced' });
    expect(forced).toContain(`color:${turned('Red')}`);
    expect(forced).toContain(`text-decoration:underline ${turned('#00f')}!important`);
    expect(forced).toContain(`background-color:${turned('#fefefe')};border:1px solid ${turned('black')}`);
    expect(forced).toContain(`url(x.png) no-repeat ${turned('rgba(1,2,3,.5)')}`);
    expect(forced).toContain(`linear-gradient(to right,${turned('#fff')},${turned('hsl(10 20% 30%)')})`);
  });

  test('what names no colour is left alone', () => {
    const css =
      'color:inherit;background:none;border:0 none transparent;background-position:center top;font:12px/1 Red Hat';
    expect(seen(page('', `<p style="${css}">x</p>`), { colours: 'forced' })).toContain(`<p style="${css}">`);
  });

  test('a mail is not told of the dark', () => {
    const mail = page('<style>@media (prefers-color-scheme:dark){a{color:#fff}}</style>', '');
    for (const colours of ['forced', 'partial'] as const)
      expect(seen(mail, { colours })).toContain('@media (max-width:0)');
  });

  test('where only what is light is darkened, dark grounds stay, and what the mail says to that counts as it stands', () => {
    const mail = page(
      '<style>[data-ogsc] .a{color:#abcdef!important}.a{color:#222}</style>',
      '<p style="background-color:#111;color:#eee">x</p>',
    );
    const partial = seen(mail, { colours: 'partial' });
    expect(partial).toContain('[data-ogsc] .a{color:#abcdef!important}');
    expect(partial).toContain('.a{color:lab(from #222 max(l, calc(100 - 0.92 * l)) a b / alpha)}');
    expect(partial).toContain('background-color:lab(from #111 min(l, calc(100 - 0.92 * l)) a b / alpha)');
    expect(partial).toMatch(/<body data-ogsc="" data-ogsb="">/);
    expect(seen(mail, { colours: 'forced' })).not.toMatch(/<body data-ogsc/);
  });
});

describe('without pictures', () => {
  test('no picture is loaded, its words and its size stay', () => {
    const mail = page(
      '<style>.hero{background:#fff url("bg.png") no-repeat}</style>',
      '<table background="paper.png"><tr><td style="background-image:url(\'x.png\')"></td></tr></table><picture><source srcset="wide.webp 2x"><img src="https://x.example/a.png" srcset="b.png 2x" alt="A &quot;boat&quot; &amp; a sail" width="640" height="360"></picture>',
    );
    const blind = seen(mail, { pictures: false });
    expect(blind).not.toMatch(/\.png|\.webp/);
    expect(blind).toContain(
      '<img src="data:," alt="A &quot;boat&quot; &amp; a sail" width="640" height="360">',
    );
    expect(blind).toContain('background:#fff url(data:,) no-repeat');
  });
});

test.each(COLOURS)('a mail that is not whole is shown all the same: %s', (colours) => {
  for (const mail of [
    '',
    'Only words',
    '<p>No head',
    '<style>a{color:red',
    '<img alt="<p>" src=',
    '<!-- open',
  ])
    expect(() => seen(mail, { colours, pictures: false })).not.toThrow();
  expect(seen('<p>No head', { colours })).toContain('<p>No head');
});
