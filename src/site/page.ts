import type { FastifyReply } from 'fastify';
import { asHtml, type Helpers } from '../base/templates.ts';
import type { Values, Words } from '../config/vocabulary.ts';
import type { LostLink } from '../subscribers/subscription-links.ts';
import type { PageValues } from '../web/pages.ts';
import { chosenIn } from './page-language.ts';
import type { Site } from './site-deps.ts';

/**
 * A page that says one thing and offers the next step; its words are the notice of that name in the
 * language's file.
 */
export interface Told {
  readonly values?: Values;
  /** Paragraphs after those of the notice. */
  readonly also?: readonly string[];
  /** The first is the one most will want. */
  readonly actions: readonly Action[];
  readonly status?: number;
}

export interface Action {
  readonly href: string;
  readonly label: string;
}

/** Functions that the site's templates may call. */
export const PAGE_HELPERS: Helpers = {
  /** `{{say "confirm.heading" newsletter=title}}`: the words in the page's language. */
  say: (key: string, { hash, data }: { hash: Values; data: { root: { words: Words } } }) =>
    asHtml(data.root.words.html(key, hash)),
  /** A path of ours, which keeps to the language that was asked for. */
  to: (href: string, { data }: { data: { root: { chosen: string } } }) => inLanguage(href, data.root.chosen),
};

/** Sends a page in a language. */
export function sendPage(
  site: Site,
  reply: FastifyReply,
  words: Words,
  name: string,
  values: PageValues,
  status = 200,
): FastifyReply {
  reply.header('content-language', words.language);
  return site.pages.send(reply, name, withLanguage(site, reply, words, values), status);
}

/** Adds the language to a template's values; tells caches that another browser may get another. */
export function withLanguage<V extends object>(site: Site, reply: FastifyReply, words: Words, values: V) {
  reply.header('vary', 'accept-language');
  const others = otherLanguages(site, reply, words);
  return { words, chosen: chosenIn(site, reply.request), others, ...values };
}

/** Shows the notice called `name`. */
export function tell(site: Site, reply: FastifyReply, words: Words, name: string, told: Told): FastifyReply {
  const notice = noticeIn(words, name, told);
  return sendPage(site, reply, words, 'notice', { pageTitle: notice.heading, ...notice }, told.status);
}

/** Returns the text of a notice. */
export function noticeIn(words: Words, name: string, { values = {}, also = [], actions }: Told) {
  const say = (part: string) => words.say(`notices.${name}.${part}`, values);
  return {
    kicker: say('kicker'),
    heading: say('heading'),
    paragraphs: [...words.list(`notices.${name}.paragraphs`, values), ...also],
    actions,
  };
}

/**
 * Says why a link does nothing. No answer holds anything about anybody: whoever has the link may
 * not be whom it was sent to.
 */
export function tellLost(site: Site, reply: FastifyReply, words: Words, lost: LostLink): FastifyReply {
  const { notice, status } = LOST[lost];
  return tell(site, reply, words, notice, { actions: [toSignUp(words)], status });
}

/** The same in plain text, for programs. */
export function sendLostText(reply: FastifyReply, words: Words, lost: LostLink): FastifyReply {
  const { notice, status } = LOST[lost];
  const { heading, paragraphs } = noticeIn(words, notice, { actions: [] });
  const text = [heading, ...paragraphs].join('\n');
  return reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);
}

const LOST: Readonly<Record<LostLink, { readonly notice: string; readonly status: number }>> = {
  broken: { notice: 'broken_link', status: 404 },
  sample: { notice: 'sample_link', status: 404 },
  outdated: { notice: 'outdated_link', status: 410 },
  gone: { notice: 'gone_link', status: 410 },
};

export function toSignUp(words: Words, href = '/'): Action {
  return { href, label: words.say('actions.sign_up') };
}

export function toArchive(words: Words): Action {
  return { href: '/archive', label: words.say('actions.archive') };
}

/**
 * The same page in the other languages. None where it answers a form, which is not to be sent
 * again, nor where a reader came by a link of their own: they choose in their preferences, once for
 * all.
 */
function otherLanguages(site: Site, { request }: FastifyReply, words: Words) {
  const isTheirs = typeof request.params === 'object' && request.params !== null && 'token' in request.params;
  if (request.method !== 'GET' || isTheirs) return [];
  return inOtherLanguages(site, words, '', new URLSearchParams(request.url.split('?')[1] ?? ''));
}

/**
 * Links to a page in the other languages; for a form that is asked back they are `others`, and lead
 * to where it is empty.
 */
export function inOtherLanguages(
  { vocabulary }: Pick<Site, 'vocabulary'>,
  words: Words,
  path: string,
  query: URLSearchParams,
) {
  return vocabulary.languages
    .filter(({ tag }) => tag !== words.language)
    .map((language) => {
      query.set('lang', language.tag);
      return { ...language, href: `${path}?${query}` };
    });
}

function inLanguage(href: string, language: string): string {
  if (!language || !href.startsWith('/')) return href;
  const [path = '', query] = href.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set('lang', language);
  return `${path}?${parameters}`;
}
