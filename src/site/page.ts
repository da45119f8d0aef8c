import type { FastifyReply } from 'fastify';
import { asHtml, type Helpers } from '../base/templates.ts';
import type { Values, Words } from '../config/vocabulary.ts';
import type { PageValues } from '../web/pages.ts';
import { chosenIn } from './language.ts';
import type { Site } from './site-deps.ts';

/** A page that says one thing and offers the next step; its words are the notice of that name in the language's file. */
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

/** What the templates of the site can call. */
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

/** What a template is filled with that speaks a language; caches are told that another browser may get another. */
export function withLanguage<V extends object>(site: Site, reply: FastifyReply, words: Words, values: V): V {
  reply.header('vary', 'accept-language');
  const others = otherLanguages(site, reply, words);
  return { words, chosen: chosenIn(site, reply.request), others, ...values };
}

/** Shows the notice called `name`. */
export function tell(site: Site, reply: FastifyReply, words: Words, name: string, told: Told): FastifyReply {
  const notice = noticeIn(words, name, told);
  return sendPage(site, reply, words, 'notice', { pageTitle: notice.heading, ...notice }, told.status);
}

/** What a notice says. */
export function noticeIn(words: Words, name: string, { values = {}, also = [], actions }: Told) {
  const say = (part: string) => words.say(`notices.${name}.${part}`, values);
  return {
    kicker: say('kicker'),
    heading: say('heading'),
    paragraphs: [...words.list(`notices.${name}.paragraphs`, values), ...also],
    actions,
  };
}

/** One answer for every link that is not ours, whatever is wrong with it. */
export function tellBroken(site: Site, reply: FastifyReply, words: Words): FastifyReply {
  return tell(site, reply, words, 'broken_link', { actions: [toSignUp(words)], status: 404 });
}

export function toSignUp(words: Words, href = '/'): Action {
  return { href, label: words.say('actions.sign_up') };
}

export function toArchive(words: Words): Action {
  return { href: '/archive', label: words.say('actions.archive') };
}

/**
 * The same page in the other languages. None where it answers a form, which is not to be sent again, nor where a reader came
 * by a link of their own: they choose in their preferences, once for all.
 */
function otherLanguages(site: Site, { request }: FastifyReply, words: Words) {
  const isTheirs = typeof request.params === 'object' && request.params !== null && 'token' in request.params;
  if (request.method !== 'GET' || isTheirs) return [];
  return inOtherLanguages(site, words, '', new URLSearchParams(request.url.split('?')[1] ?? ''));
}

/** Links to a page in the other languages; for a form that is asked back they are `others`, and lead to where it is empty. */
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
