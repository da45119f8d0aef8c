import type { FastifyRequest } from 'fastify';
import type { Vocabulary, Words } from '../config/vocabulary.ts';
import { SHOWN_FIELD } from '../subscribers/sign-up/form-contract.ts';
import type { Subscription } from '../subscribers/subscriber.ts';
import { field } from '../web/form-fields.ts';
import type { Site } from './site-deps.ts';

interface Known {
  /** Language that the reader chose; null or absent where unknown. */
  readonly reader?: string | null | undefined;
  readonly newsletter?: string | undefined;
}

type Asked = Pick<FastifyRequest, 'body' | 'query' | 'headers'>;

/**
 * The words for one request: those the form was shown in, else the reader's choice, else what the
 * address says (`?lang=de`), else the first of the browser's languages that there are words in,
 * else the newsletter's language, else English.
 */
export function wordsFor(
  { vocabulary }: { readonly vocabulary: Vocabulary },
  request: Asked,
  { reader, newsletter }: Known = {},
): Words {
  const asked = [
    field(request.body, SHOWN_FIELD),
    reader,
    askedFor(request),
    ...acceptedBy(request),
    newsletter,
  ];
  for (const language of asked) {
    const words = language ? vocabulary.find(language) : undefined;
    if (words) return words;
  }
  return vocabulary.in('en');
}

/** The words for whoever asks for a page that is not there. */
export function speaking(site: { readonly vocabulary: Vocabulary }): (request: Asked) => Words {
  return (request) => wordsFor(site, request);
}

/** The words for somebody who came by a link from their own mail. */
export function wordsForReader(
  site: Pick<Site, 'vocabulary' | 'newsletters'>,
  request: Asked,
  subscription: Pick<Subscription, 'language' | 'newsletterId'> | undefined,
): Words {
  const newsletter = site.newsletters.get(subscription?.newsletterId);
  return wordsFor(site, request, { reader: subscription?.language, newsletter: newsletter?.language });
}

/**
 * The language that the address names, if it is one that there are words in: the links of such a
 * page name it, too.
 */
export function chosenIn({ vocabulary }: { readonly vocabulary: Vocabulary }, request: Asked): string {
  return vocabulary.find(askedFor(request))?.language ?? '';
}

function askedFor({ query }: Asked): string {
  return canonical(field(query, SHOWN_FIELD));
}

/**
 * RFC 9110 §12.5.4: weighed, the reader's order among equals; `q=0` is "not that". `*` says
 * nothing.
 */
function acceptedBy({ headers }: Asked): string[] {
  return (headers['accept-language'] ?? '')
    .split(',', MOST_LANGUAGES)
    .map((part) => {
      const [language = '', ...parameters] = part.split(';').map((one) => one.trim());
      const weight = parameters.find((one) => one.startsWith('q='));
      return { language, weight: weight === undefined ? 1 : Number(weight.slice(2)) };
    })
    .filter(({ language, weight }) => /^[a-z]{2,3}(-[a-z0-9]+)*$/i.test(language) && weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ language }) => canonical(language));
}

const MOST_LANGUAGES = 30;

function canonical(language: string): string {
  try {
    return Intl.getCanonicalLocales(language)[0] ?? '';
  } catch {
    return '';
  }
}
