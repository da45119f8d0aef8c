import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HtmlValidate } from 'html-validate';
import { describe, expect, it } from 'vitest';
import { TEMPLATES_DIR } from '../../../src/base/templates.ts';
import { OUR_BRAND } from '../../../src/config/brand.ts';
import { LAYOUTS, type NewsletterConfig } from '../../../src/config/newsletters.ts';
import { NOTHING, type Selection, selectAll } from '../../../src/editions/selection.ts';
import { createRenderer, renderForReading } from '../../../src/mail/render.ts';
import { LETTER_KINDS } from '../../../src/mail/views/letter-view.ts';
import { NOTICE_KINDS } from '../../../src/mail/views/notice-view.ts';
import { edition, LINKS, newsletter, notice, PICTURE, PUBLISHER, story } from '../sample.ts';

const SLOT_VALUES = {
  unsubscribe: 'uuu',
  preferences: 'ppp',
  view: 'vvv',
  confirm: 'ccc',
  address: 'aaa',
  review: 'rrr',
  addressee: ', Anna',
};

/** Every kind of story in every section, so that each selection is laid out differently. */
const MIXED = edition(
  Array.from({ length: 30 }, (_, bit) =>
    story(bit, {
      sectionId: ['royals', 'celebrity', 'lifestyle'][bit % 3] ?? '',
      picture: bit % 4 < 2 ? PICTURE : null,
      tags: bit % 7 === 3 ? ['death'] : [],
      update: bit % 5 === 1,
      alsoBy: bit % 6 === 2 ? [{ name: 'Palace Press', link: `https://palace.example/${bit}` }] : [],
      author: bit % 2 ? 'Honor Pellew' : '',
      standfirst:
        bit === 16
          ? '“I asked for a small crown and a large breakfast,” she said.'
          : bit % 9 === 8
            ? ''
            : `What story ${bit} is about, told in a few words.`,
    }),
  ),
);

const renderer = createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links: LINKS });
const validator = new HtmlValidate({
  rules: {
    'close-order': 'error',
    'no-dup-attr': 'error',
    'attr-quotes': 'error',
    'no-raw-characters': 'off',
  },
});

function letterWith(template: string, more: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'templates-'));
  mkdirSync(join(folder, 'partials'), { recursive: true });
  for (const [name, text] of Object.entries({ 'welcome.mjml.hbs': template, ...more }))
    writeFileSync(join(folder, name), text);
  return renderer.letter('welcome', newsletter({ templates: folder }));
}

const page = (inside: string) =>
  `<mjml><mj-body>\n<mj-section>\n<mj-column>\n${inside}\n</mj-column>\n</mj-section>\n</mj-body></mjml>`;

/** Different ones, the same on every run. */
function* selections(count: number): Generator<Selection> {
  yield NOTHING;
  yield selectAll(MIXED.content);
  for (let bit = 0n; bit < 4n; bit += 1n) yield 1n << bit;
  let state = 12_345n;
  for (let n = 0; n < count; n += 1) {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & ((1n << 64n) - 1n);
    yield (state >> 17n) & (n % 3 === 0 ? 0x3fffffffn : state >> 40n);
  }
}

/** What only Word reads must open and close as often as it is meant to, or it hides the rest of the mail. */
function conditionalsOf(html: string): string[] {
  return [...html.matchAll(/<!--\[if [^\]]+\]>(?:<!-->)?|<!(?:--<!)?\[endif\]-->/g)].map(([found]) =>
    found.startsWith('<!--[if') ? 'if' : 'end',
  );
}

/** What Word sees: the inside of its conditions and everything outside of those for others. */
function wordHtml(html: string): string {
  return html
    .replace(/<!--\[if !mso\]><!-->[\s\S]*?<!--<!\[endif\]-->/g, '')
    .replace(/<!--\[if (?:mso|lte mso)[^\]]*\]>([\s\S]*?)<!\[endif\]-->/g, '$1');
}

describe.each(LAYOUTS)('every selection of an edition, laid out as %s', (layout) => {
  it.each(['en', 'ar'])('is whole HTML with balanced conditions, in %s', async (language) => {
    const one = { ...MIXED, content: { ...MIXED.content, language } };
    const title = newsletter({
      layout,
      greeting: 'Good morning',
      help: { death: 'There is help at 116 123.' },
    });
    for (const [at, selection] of [...selections(40)].entries()) {
      const reader = at % 2 === 0 ? null : 'fr';
      const mail = await renderer.edition(title, one, selection, reader);
      const { html } = renderForReading(mail, SLOT_VALUES);
      expect(html).not.toMatch(/\{\{|\}\}|undefined|\[object|\$[a-z]/i);
      const conditions = conditionalsOf(html);
      expect(conditions).toEqual(conditions.map((_, at) => (at % 2 === 0 ? 'if' : 'end')));
      for (const seen of [html, wordHtml(html)]) {
        const report = await validator.validateString(seen);
        expect(
          report.results
            .flatMap(({ messages }) => messages)
            .map(({ message, line }) => `${line}: ${message}`),
        ).toEqual([]);
      }
      expect(await renderer.edition(title, one, selection, reader)).toEqual(mail);
    }
  });
});

describe('a template of a newsletter’s own', () => {
  it('stands in for ours, a whole one or a part', async () => {
    const whole = await letterWith(page('<mj-text>Hello from {{title}}</mj-text>'));
    expect(whole.html).toContain('Hello from The Daily Curtsey');
    expect(whole.text).toContain('WELCOME');
    const folder = mkdtempSync(join(tmpdir(), 'templates-'));
    mkdirSync(join(folder, 'partials'));
    writeFileSync(join(folder, 'partials', 'imprint.hbs'), '<mj-text>Printed by hand.</mj-text>\n');
    for (const layout of LAYOUTS) {
      const mail = await renderer.edition(newsletter({ layout, templates: folder }), MIXED, 1n);
      expect(mail.html).toContain('Printed by hand.');
      expect(mail.html).toContain('Headline number 0');
    }
    expect((await renderer.letter('goodbye', newsletter())).html).not.toContain('Printed by hand.');
  });

  it.each([
    [
      'an element that is not there',
      page('<mj-text>a</mj-text>\n<mj-buton />'),
      /welcome\.mjml\.hbs:5: mj-buton: /,
    ],
    [
      'an attribute that is not there',
      page('<mj-text colour="red">a</mj-text>'),
      /welcome\.mjml\.hbs:4: mj-text: Attribute colour/,
    ],
    [
      'a colour that is none',
      page('<mj-text color="reddish">a</mj-text>'),
      /welcome\.mjml\.hbs:4: mj-text: /,
    ],
    ['a value that is not there', page('<mj-text>\n{{titel}}</mj-text>'), /welcome\.mjml\.hbs:5: "titel"/],
    [
      'a condition on a value that is not there',
      page('<mj-text>a</mj-text>\n{{#if titel}}\n<mj-text>b</mj-text>\n{{/if}}'),
      /welcome\.mjml\.hbs:5: "titel" not defined, and \{\{#if\}\} asks for it/,
    ],
    [
      'a list of values that are not there',
      page('<mj-text>\n{{#each @root.secton}}b{{/each}}</mj-text>'),
      /welcome\.mjml\.hbs:5: "root\.secton" not defined/,
    ],
    ['a helper that is not there', page('<mj-text>{{loud title}}</mj-text>'), /welcome\.mjml\.hbs:4: .*loud/],
    [
      'a block that does not end',
      page('{{#if title}}\n<mj-text>a</mj-text>'),
      /welcome\.mjml\.hbs:\d+: \{\{#\w+\}\} does not end in this file/,
    ],
    [
      'a block that ends as another',
      page('{{#if title}}\n<mj-text>a</mj-text>\n{{/each}}'),
      /welcome\.mjml\.hbs:6: \{\{\/\w+\}\} ends nothing that is open here/,
    ],
    [
      'a partial that is not there',
      page('{{> buton}}'),
      /welcome\.mjml\.hbs:4: there is no partial "buton" in /,
    ],
    [
      'a partial with parameters',
      page('{{> imprint to=title}}'),
      /welcome\.mjml\.hbs:4: a partial is included as/,
    ],
    [
      'a token that is not there',
      page('<mj-text color="$inc">a</mj-text>'),
      /welcome\.mjml\.hbs:4: \$inc stands for nothing; there are .*\$ink/,
    ],
    ['no MJML at all', 'Dear reader', /welcome\.mjml\.hbs:1: /],
  ])('is refused by file and line for %s', async (_fault, template, message) => {
    await expect(letterWith(template)).rejects.toMatchObject({
      code: 'TEMPLATE_INVALID',
      message: expect.stringMatching(message),
    });
  });

  it('is refused by the partial that holds the mistake, and when it includes itself', async () => {
    const partial = (text: string) => letterWith(page('{{> mine}}'), { 'partials/mine.hbs': text });
    await expect(partial('<mj-text>a</mj-text>\n<mj-text colour="red">b</mj-text>')).rejects.toThrow(
      /partials\/mine\.hbs:2: mj-text: /,
    );
    await expect(partial('{{> mine}}')).rejects.toThrow(/partials\/mine\.hbs:1: "mine" includes itself/);
  });

  it('is refused where a block begins that its file does not end, or ends that it does not begin', async () => {
    const partial = (text: string) => letterWith(page('{{> mine}}'), { 'partials/mine.hbs': text });
    await expect(partial('<mj-text>\n{{#if title}}a\n</mj-text>')).rejects.toThrow(
      /partials\/mine\.hbs:2: \{\{#if\}\} does not end in this file/,
    );
    await expect(partial('<mj-text>a{{/if}}</mj-text>')).rejects.toThrow(
      /partials\/mine\.hbs:1: \{\{\/if\}\} ends nothing that is open here/,
    );
  });

  it('is refused when it stands in for nothing, unless another of them includes it', async () => {
    const welcome = page('<mj-text>a</mj-text>');
    await expect(letterWith(welcome, { 'welcom.txt.hbs': 'a' })).rejects.toThrow(
      /welcom\.txt\.hbs: it stands in for nothing; there are .*welcome\.txt\.hbs/,
    );
    await expect(letterWith(welcome, { 'partials/mastheed.hbs': 'a' })).rejects.toThrow(/masthead\.hbs/);
    const mine = { 'partials/mine.hbs': '<mj-text>mine</mj-text>' };
    expect((await letterWith(page('{{> mine}}'), mine)).html).toContain('mine');
  });

  it('is refused when its folder is not there', async () => {
    await expect(renderer.letter('welcome', newsletter({ templates: '/nowhere/at/all' }))).rejects.toThrow(
      'newsletters.daily.templates: there is no folder /nowhere/at/all',
    );
  });

  it('is refused by file and line in its text part, too', async () => {
    await expect(
      letterWith(page('<mj-text>a</mj-text>'), { 'welcome.txt.hbs': 'Hello\n{{{titel}}}\n' }),
    ).rejects.toThrow(/welcome\.txt\.hbs:2: "titel"/);
  });
});

describe('a look', () => {
  it('is compiled once: what becomes of its files later counts when it is told, or at the next start', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'templates-'));
    const file = join(folder, 'magazine.mjml.hbs');
    writeFileSync(file, page('<mj-text>{{subject}}</mj-text>'));
    const own = newsletter({ templates: folder });
    const before = await renderer.edition(own, MIXED, 1n);
    writeFileSync(file, 'something else');
    expect(await renderer.edition(own, MIXED, 1n)).toEqual(before);
    expect((await renderer.edition(own, MIXED, 2n)).html).toContain('Headline number 1');
    const next = createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links: LINKS });
    await expect(next.edition(own, MIXED, 1n)).rejects.toMatchObject({ code: 'TEMPLATE_INVALID' });
    renderer.forget();
    await expect(renderer.edition(own, MIXED, 1n)).rejects.toMatchObject({ code: 'TEMPLATE_INVALID' });
    writeFileSync(file, page('<mj-text>Mended: {{subject}}</mj-text>'));
    renderer.forget();
    expect((await renderer.edition(own, MIXED, 1n)).html).toContain('Mended: ');
  });

  it('can be read as the MJML it is: with its partials and its colours, and a place where the edition will be', () => {
    const mjml = renderer.mjml(newsletter({}), MIXED);
    expect(mjml).toMatch(/^<mjml lang="\{\{language\}\}" dir="ltr">/);
    expect(mjml).toContain(OUR_BRAND.accent);
    expect(mjml).not.toMatch(/\{\{>|\$accent/);
  });

  it('is one for each brand and each way of writing', async () => {
    const one = async (changes: Partial<NewsletterConfig>, language = 'en') => {
      const content = { ...MIXED.content, language };
      return (await renderer.edition(newsletter(changes), { ...MIXED, content }, 1n)).html;
    };
    expect(await one({})).toContain(OUR_BRAND.accent);
    const green = await one({ brand: { ...OUR_BRAND, accent: '#0b5345', type: 'literary' } });
    expect(green).toContain('#0b5345');
    expect(green).not.toContain(OUR_BRAND.accent);
    expect(green).toContain('Palatino');
    expect(await one({}, 'ja')).toContain('Hiragino Mincho');
    expect(await one({})).not.toMatch(/Palatino|Hiragino|#0b5345/);
  });
});

describe('our own letters', () => {
  it.each(LETTER_KINDS)('are whole HTML with balanced conditions: %s', async (kind) => {
    const { html } = renderForReading(await renderer.letter(kind, newsletter()), SLOT_VALUES);
    for (const seen of [html, wordHtml(html)])
      expect((await validator.validateString(seen)).results.flatMap(({ messages }) => messages)).toEqual([]);
    expect(html).not.toMatch(/\{\{|undefined|\[object|\$[a-z]/i);
  });

  it.each(NOTICE_KINDS)('to editors are so too: %s', async (kind) => {
    for (const [language, reason] of [
      ['en', 'held by Anna'],
      ['ar', ''],
    ] as const) {
      const told = notice(MIXED, { reason, mayApprove: language === 'en' });
      const mail = await renderer.notice(kind, newsletter({ language }), told);
      const { html } = renderForReading(mail, SLOT_VALUES);
      for (const seen of [html, wordHtml(html)])
        expect((await validator.validateString(seen)).results.flatMap(({ messages }) => messages)).toEqual(
          [],
        );
      expect(html).not.toMatch(/\{\{|undefined|\[object|\$[a-z]/i);
    }
  });
});
