import { expect, test } from 'vitest';
import { baselineOf, clientSupport } from '../../src/checks/look/client-support.ts';
import { mjmlToHtml } from '../../src/mail/templates/mjml.ts';
import { newsletter } from '../mail/sample.ts';

const HREF = 'href="https://paper.example/"';
const PICTURE = 'src="https://paper.example/a.png" alt="A hat"';
const inColumn = (element: string) => `<mj-section><mj-column>${element}</mj-column></mj-section>`;

test.each([
  ['mj-image', inColumn(`<mj-image ${PICTURE} ${HREF} width="300px" fluid-on-mobile="true" />`)],
  ['mj-button', inColumn(`<mj-button ${HREF}>Read on</mj-button>`)],
  ['mj-divider and mj-spacer', inColumn('<mj-divider /><mj-spacer height="20px" />')],
  ['mj-text', inColumn('<mj-text><h1>A hat</h1><p>It was green.</p></mj-text>')],
  ['mj-table', inColumn('<mj-table><tr><td>A hat</td></tr></mj-table>')],
  [
    'mj-social',
    inColumn(`<mj-social><mj-social-element name="facebook" ${HREF}>Like</mj-social-element></mj-social>`),
  ],
  [
    'mj-navbar',
    inColumn(`<mj-navbar hamburger="hamburger"><mj-navbar-link ${HREF}>Hats</mj-navbar-link></mj-navbar>`),
  ],
  [
    'mj-accordion',
    inColumn(
      '<mj-accordion><mj-accordion-element><mj-accordion-title>Hats</mj-accordion-title><mj-accordion-text>Green.</mj-accordion-text></mj-accordion-element></mj-accordion>',
    ),
  ],
  [
    'mj-carousel',
    inColumn(`<mj-carousel><mj-carousel-image ${PICTURE} /><mj-carousel-image ${PICTURE} /></mj-carousel>`),
  ],
  [
    'mj-hero',
    '<mj-hero mode="fixed-height" height="300px" background-url="https://paper.example/b.png" background-width="600px" background-height="300px"><mj-text>Hats</mj-text></mj-hero>',
  ],
  [
    'mj-wrapper, mj-group and a section with a picture behind it',
    '<mj-wrapper border="1px solid #cccccc"><mj-section background-url="https://paper.example/b.png"><mj-group><mj-column><mj-text>A</mj-text></mj-column><mj-column><mj-text>B</mj-text></mj-column></mj-group></mj-section></mj-wrapper>',
  ],
])('a plain %s in a template of one’s own stops no edition', async (_name, body) => {
  const mjml = `<mjml lang="en"><mj-head><mj-title>Hats</mj-title></mj-head><mj-body>${body}</mj-body></mjml>`;
  const html = await mjmlToHtml([{ text: mjml, at: 'own.mjml.hbs:1' }]);
  const own = newsletter();
  const findings = await clientSupport({ html, newsletter: own }, baselineOf(own));
  expect(findings.filter(({ severity }) => severity === 'blocking')).toEqual([]);
});
