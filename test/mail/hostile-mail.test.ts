import { describe, expect, it } from 'vitest';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { selectAll } from '../../src/editions/selection.ts';
import { createRenderer } from '../../src/mail/render.ts';
import { elementsOf } from './html-of-mail.ts';
import { edition, LINKS, newsletter, PUBLISHER, story } from './sample.ts';

const renderer = createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links: LINKS });

const TEXTS = [
  '<script>alert(1)</script>',
  '"><script>alert(1)</script>',
  "' onmouseover='alert(1)",
  '" onload="alert(1)" x="',
  '<svg/onload=alert(1)>',
  '<img src=x onerror=alert(1)>',
  '</mj-text><mj-raw><script>alert(1)</script></mj-raw><mj-text>',
  '</mj-title></mj-head><mj-raw><iframe src="https://evil.example"></iframe></mj-raw>',
  '<mj-include path="/etc/passwd" />',
  '{{constructor}} {{{x}}} {{#with "s"}}{{/with}} {{lookup this "constructor"}}',
  '[[ x ]] <%= x %> #{x}',
  '<style>*{background:url(https://evil.example/x)}</style>',
  'x;background:url(javascript:alert(1));width:expression(alert(1))',
  '<!--[if mso]><script>alert(1)</script><![endif]-->',
  '--><script>alert(1)</script><!--',
  ']]><script>alert(1)</script><![CDATA[',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;script&#62;alert(1)&#60;/script&#62;',
  '<!-- htmlmin:ignore --><script>alert(1)</script><!-- htmlmin:ignore -->',
  'right\u202eto left\u2066 zero\u200bwidth \ufeff',
  'forged \ue000 slot \ue001\ue002\ue003',
  'line\r\nBcc: victim@example.org\u2028\u2029\u0000\u0007',
  'lone \ud800 surrogate \udfff',
  '\u{1f451}'.repeat(400),
  'a'.repeat(2_000),
];

const ADDRESSES = [
  'javascript:alert(1)',
  ' JaVaScRiPt:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'file:///etc/passwd',
  'mailto:victim@example.org',
  '//evil.example',
  '"><script>alert(1)</script>',
  `https://evil.example/${'x'.repeat(2_000)}`,
  'https://evil.example/"><script>alert(1)</script>',
  "https://evil.example/' onclick='alert(1)",
  'https://evil.example/\ue000/\ue003',
  '',
];

function hostileStory(bit: number, text: string, address: string) {
  return story(bit, {
    headline: text,
    standfirst: text,
    author: text,
    link: address,
    picture: { url: address, alt: text, caption: text },
    sectionId: ['royals', 'celebrity', 'lifestyle'][bit % 3] ?? '',
  });
}

function expectHarmless(html: string): void {
  for (const { tag, attributes } of elementsOf(html)) {
    expect(['script', 'iframe', 'svg', 'object', 'embed', 'form', 'base', 'link']).not.toContain(tag);
    for (const [name, value] of Object.entries(attributes)) {
      expect(name).not.toMatch(/^on/i);
      if (name === 'href' || name === 'src') expect(value).toMatch(/^https?:\/\//);
      if (name === 'style') expect(value).not.toMatch(/url\(|expression/i);
    }
  }
  expect(html).not.toMatch(/<script|<iframe|<svg/i); // nor in comments, which Word reads
}

const cases = TEXTS.map((text, at) => ({ text, address: ADDRESSES[at % ADDRESSES.length] ?? '' }));

describe('text from outside', () => {
  it.each(cases)('never becomes markup, as a lead or anywhere: $text', async ({ text, address }) => {
    const one = edition(
      [0, 1, 2, 3, 4, 5, 6].map((bit) => hostileStory(bit, text, address)),
      { title: text, sections: ['royals', 'celebrity', 'lifestyle'].map((id) => ({ id, title: text })) },
    );
    const mail = await renderer.edition(newsletter({ description: text }), one, selectAll(one.content));
    expectHarmless(mail.html);
    expect([...mail.html.matchAll(/[\ue000-\uf8ff]/gu)]).toHaveLength(3);
    expect([...mail.text.matchAll(/[\ue000-\uf8ff]/gu)]).toHaveLength(3);
    expect(`${mail.html}${mail.text}${mail.subject}`).not.toMatch(
      /[\u202a-\u202e\u2066-\u2069\u200b\ufeff]/u,
    );
    expect(mail.subject).not.toMatch(/[\r\n\u2028\u0000]/);
    expect(mail.subject.isWellFormed() && mail.html.isWellFormed() && mail.text.isWellFormed()).toBe(true);
    expect([...mail.subject].length).toBeLessThanOrEqual(120);
  });

  it.each(ADDRESSES)('never becomes a link that is not http: %s', async (address) => {
    const one = edition([0, 1, 2].map((bit) => hostileStory(bit, 'A calm headline', address)));
    const mail = await renderer.edition(newsletter(), one, selectAll(one.content));
    expectHarmless(mail.html);
    expect(mail.text).not.toMatch(/^\s*(javascript|data|vbscript|file|mailto):/im);
    expect(mail.html).toContain('A calm headline');
  });

  it('stands in the text part as it was written', async () => {
    const one = edition([story(0, { headline: 'Fish & <chips> {{today}}' })]);
    const mail = await renderer.edition(newsletter(), one, selectAll(one.content));
    expect(mail.text).toContain('Fish & <chips> {{today}}');
    expect(mail.subject).toBe('Fish & <chips> {{today}}');
    expect(mail.html).toContain('Fish &amp; &lt;chips&gt; {{today}}');
  });
});
