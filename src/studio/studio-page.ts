import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Editor, may, REHEARSAL } from '../editors/editor.ts';
import { wantsJson } from '../web/accept.ts';
import type { PageValues } from '../web/pages.ts';
import type { Studio } from './studio-deps.ts';
import { typedIn } from './typed.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Editor who makes the request: set by the studio's guard. */
    editor: Editor;
    /** The token that a form of the pages this editor gets must bring back. */
    csrf: string;
  }
}

/** Values for a page of the studio. */
export interface StudioValues extends PageValues {
  /** Style sheets of its own, by their names in the assets: `board.css`. */
  readonly styles?: readonly string[];
}

/** Request for a page, with its editor. */
export type Asking = Pick<FastifyRequest, 'editor' | 'csrf' | 'url' | 'headers'> & {
  readonly body?: unknown;
};

/** Fills a template and sends it. Beside `values` it gets `editor`, `csrf` for its forms, and the bar's `nav`. */
export function sendPage(
  studio: Studio,
  request: Asking,
  reply: FastifyReply,
  name: string,
  values: StudioValues,
  status = 200,
): FastifyReply {
  return studio.pages.send(reply, name, { ...pageContext(studio, request), ...values }, status);
}

/**
 * Returns the values that every template can use; also for a part that is filled alone. Empty
 * outside of the guard, where nobody is known.
 */
export function pageContext(studio: Studio, { editor, csrf, url }: Asking) {
  if (!editor) return {};
  return { editor, csrf, nav: navigation(studio, editor, url), canLogOut: editor !== REHEARSAL };
}

/** Reason that something was not done. */
export interface Refusal {
  /** For scripts: `STALE_FORM`. */
  readonly code: string;
  readonly heading: string;
  /** Advice on what to do about it. */
  readonly explanation: string;
  /** For scripts: what kept it from being done, with what that is about. */
  readonly reasonCode?: { readonly code: string };
  /** Link to go on with; by default the studio's first page, for those who may see it. */
  readonly way?: Place;
  /** The same form would be taken later, with what was written into it. */
  readonly again?: boolean;
}

const OVERVIEW: Place = { href: '/studio', label: 'To the overview' };

/** Says so on a page, with whatever was written into the form; to a script that asks for JSON as `{ error: { code, message, explanation } }`. */
export function refuse(
  studio: Studio,
  request: Asking,
  reply: FastifyReply,
  status: number,
  { code, heading, explanation, reasonCode, way, again = false }: Refusal,
): FastifyReply {
  if (wantsJson(request))
    return reply.code(status).send({ error: { code, message: heading, explanation, reasonCode } });
  const typed = typedIn(request);
  const values = {
    pageTitle: heading,
    heading,
    explanation,
    way: way ?? (request.editor ? OVERVIEW : null),
    typed,
    again: again && typed ? request.url : '',
    csrf: request.csrf ?? '',
  };
  return sendPage(studio, request, reply, 'refused', values, status);
}

/** True for a request that changes nothing. */
export function isReading({ method }: Pick<FastifyRequest, 'method'>): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(method);
}

interface Place {
  readonly href: string;
  readonly label: string;
}

function navigation(studio: Studio, editor: Editor, url: string) {
  const [path = ''] = url.split('?');
  return places(studio, editor).map((place) => ({ ...place, current: isWithin(path, place.href) }));
}

function places(studio: Studio, editor: Editor): Place[] {
  return [
    { href: '/studio', label: 'Overview' },
    { href: '/studio/articles', label: 'Articles' },
    { href: '/studio/sources', label: 'Sources' },
    { href: '/studio/readers', label: 'Readers' },
    { href: '/studio/embed', label: 'Sign-up form' },
    ...(studio.caught ? [{ href: '/studio/caught', label: 'Caught mail' }] : []),
    ...(may(editor, 'approve') ? [{ href: '/studio/editors', label: 'Editors' }] : []),
    { href: '/', label: 'Readers’ site' },
  ];
}

/** The two front pages are above all others, and so only where they are themselves. */
function isWithin(path: string, href: string): boolean {
  return path === href || (href !== '/' && href !== '/studio' && path.startsWith(`${href}/`));
}
