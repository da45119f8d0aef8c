import type { FastifyInstance } from 'fastify';
import { escapeHtml } from '../../base/text/escape-html.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import type { Words } from '../../config/vocabulary.ts';
import {
  consentWording,
  SHOWN_FIELD,
  SUBSCRIBE_PATH,
  TRAP_FIELD,
} from '../../subscribers/sign-up/form-contract.ts';
import type { Studio } from '../studio-deps.ts';
import { sendPage } from '../studio-page.ts';

/** "Put it on your site": three ways for each newsletter, to be copied. */
export function embedRoute(scope: FastifyInstance, studio: Studio): void {
  scope.get('/studio/embed', (request, reply) =>
    sendPage(studio, request, reply, 'embed', {
      pageTitle: 'Add a sign-up form to your site',
      origin: new URL(studio.publicUrl).origin,
      plainPerNetwork: studio.signUp.plain_forms_per_network,
      perNetwork: studio.signUp.per_network,
      newsletters: studio.newsletters.map((one) => ({
        id: one.id,
        title: one.title,
        snippets: snippetsFor(studio, one),
      })),
    }),
  );
}

interface Snippet {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly code: string;
  /** Rows of the field it is shown in. */
  readonly rows: number;
}

/** @returns the HTML of a plain form, of one that the script enhances, and of a link. */
export function snippetsFor(
  { publicUrl, publisher, vocabulary }: Pick<Studio, 'publicUrl' | 'publisher' | 'vocabulary'>,
  newsletter: NewsletterConfig,
): Snippet[] {
  const words = vocabulary.in(newsletter.language);
  const form = (attributes: string) =>
    plainForm(publicUrl, publisher.name, newsletter, { words, attributes });
  const link = `${publicUrl}/?newsletter=${encodeURIComponent(newsletter.id)}`;
  const script = `<script src="${publicUrl}/embed.js" async></script>`;
  return [
    snippet(
      newsletter,
      'plain',
      'A form',
      'Works everywhere, without a script. The confirmation opens as a page of this site.',
      form(''),
    ),
    snippet(
      newsletter,
      'inline',
      'A form that answers where it stands',
      'The same form with a small script, so the reader stays on your page. If the script does not load, it works like the form above.',
      `${form(' data-broadsheet')}\n${script}`,
    ),
    snippet(
      newsletter,
      'link',
      'A link',
      'Links to the sign-up page with this newsletter ticked.',
      `<a href="${link}">${escapeHtml(newsletter.title)}, by email</a>`,
    ),
  ];
}

function snippet(
  newsletter: NewsletterConfig,
  kind: string,
  title: string,
  about: string,
  code: string,
): Snippet {
  return { id: `${newsletter.id}-${kind}`, title, about, code, rows: code.split('\n').length };
}

/** In the newsletter's language. A publisher may change every word but the sentence by the button. */
function plainForm(
  publicUrl: string,
  publisher: string,
  { id, title }: NewsletterConfig,
  { words, attributes }: { readonly words: Words; readonly attributes: string },
): string {
  const field = `newsletter-email-${id}`;
  const wording = escapeHtml(consentWording(words, publisher, [title]));
  return `<form action="${publicUrl}${SUBSCRIBE_PATH}" method="post" accept-charset="utf-8"${attributes}>
  <input type="hidden" name="newsletter" value="${id}">
  <input type="hidden" name="${SHOWN_FIELD}" value="${words.language}">
  <p hidden><label>${words.html('sign_up.trap')}
    <input name="${TRAP_FIELD}" type="text" tabindex="-1" autocomplete="off"></label></p>
  <p><label for="${field}">${words.html('sign_up.email')}</label>
    <input id="${field}" name="email" type="email" required maxlength="254"
      autocomplete="email" aria-describedby="${field}-terms"></p>
  <p id="${field}-terms">
    ${wording}</p>
  <p><button type="submit">${words.html('sign_up.button')}</button></p>
</form>`;
}
