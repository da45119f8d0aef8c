import { createHmac } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NOBODY } from '../../base/public-id.ts';
import { type Editor, REHEARSAL, THE_STUDIO } from '../../editors/editor.ts';
import { hasEditors } from '../../editors/editor-store.ts';
import { findSession } from '../../editors/session-store.ts';
import { wantsJson } from '../../web/accept.ts';
import type { Studio } from '../studio-deps.ts';
import { isReading, refuse } from '../studio-page.ts';
import { typedIn } from '../typed.ts';
import { readCookie } from './cookie.ts';

const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
const FORWARDING_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/** Somebody the studio is open to. */
export interface Visitor {
  readonly editor: Editor;
  /** Token that the forms of their pages send back. */
  readonly csrf: string;
  /** Token of their session; undefined for somebody at the machine of a rehearsal. */
  readonly token: string | undefined;
  /** They have to choose a password of their own first. */
  readonly mustChoose: boolean;
}

/**
 * Lets in who is logged in, and during a rehearsal without a password whoever sits at the machine. Everybody else is led to the log-in
 * page; where there is no password to log in with there is no studio, and the page in its place says how to open it.
 */
export function guardStudio(scope: FastifyInstance, studio: Studio): void {
  scope.decorateRequest('editor').decorateRequest('csrf');
  const guard = async (request: FastifyRequest, reply: FastifyReply) => {
    const visitor = await visitorOf(studio, request);
    if (!visitor) return turnAway(studio, request, reply);
    request.editor = visitor.editor;
    request.csrf = visitor.csrf;
    return visitor.mustChoose && !mayStill(request) ? sendToChoose(studio, request, reply) : undefined;
  };
  // A form is looked at once it has been read, so that whoever is turned away gets back what they wrote into it.
  scope.addHook('onRequest', async (request, reply) =>
    isReading(request) ? guard(request, reply) : undefined,
  );
  scope.addHook('preHandler', async (request, reply) =>
    isReading(request) ? undefined : guard(request, reply),
  );
}

/**
 * Returns the visitor by their cookie, or by the machine of a rehearsal; undefined for everybody
 * else.
 */
export async function visitorOf(studio: Studio, request: FastifyRequest): Promise<Visitor | undefined> {
  const token = readCookie(studio, request);
  const session = token && (await findSession(studio.db, token, studio.studioPassword, studio.clock.now()));
  if (token && session) {
    const { account } = session;
    return {
      editor: account ?? THE_STUDIO,
      csrf: createHmac('sha256', token).update('broadsheet:csrf').digest('base64url'),
      token,
      mustChoose: account?.passwordGiven ?? false,
    };
  }
  if (!studio.rehearsal || studio.studioPassword !== undefined || !isFromThisMachine(request))
    return undefined;
  const csrf = studio.signer.sign('studio', { publicId: NOBODY, issuedAt: 0 });
  return { editor: REHEARSAL, csrf, token: undefined, mustChoose: false };
}

/** Reports whether there is anything to log in with. */
export async function hasLogin({ db, studioPassword }: Studio): Promise<boolean> {
  return studioPassword !== undefined || (await hasEditors(db));
}

/** Returns the page to open after logging in: within the studio, else its first page. */
export function pathWithin(wanted: string | undefined): string {
  const base = 'http://studio.invalid';
  const url = URL.canParse(wanted ?? '', base) ? new URL(wanted ?? '', base) : undefined;
  const own = url?.origin === base && /^\/studio(\/|$)/.test(url.pathname);
  return own && !/^\/studio\/log(in|out)$/.test(url.pathname) ? url.pathname + url.search : '/studio';
}

/** Sends the reply where there is no studio. */
export function sendClosed(studio: Studio, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return refuse(studio, request, reply, 404, {
    code: 'STUDIO_CLOSED',
    heading: 'The studio is closed',
    explanation:
      'Set STUDIO_PASSWORD (at least 12 characters) in the environment and start Broadsheet again, or add a first editor with “broadsheet editors add”. In a rehearsal it is open without a password, to a browser on the same machine, at localhost.',
  });
}

/**
 * The connection comes from this machine, is not passed on by a proxy, and names this machine as host. The name is
 * what guards against DNS rebinding: a page of somebody else's whose name suddenly points here keeps its own name.
 */
function isFromThisMachine(request: FastifyRequest): boolean {
  return (
    LOCAL_HOST.test(request.headers.host ?? '') &&
    LOOPBACK.test(request.socket.remoteAddress ?? '') &&
    FORWARDING_HEADERS.every((name) => request.headers[name] === undefined)
  );
}

async function turnAway(studio: Studio, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  if (!(await hasLogin(studio))) return sendClosed(studio, request, reply);
  const isForm = request.method === 'POST';
  const here = pathWithin(isForm ? pathOf(request.headers.referer) : request.url);
  const login = `/studio/login?next=${encodeURIComponent(here)}`;
  if (!isForm && !wantsJson(request)) return reply.redirect(login, 303);
  return refuse(studio, request, reply, 401, {
    code: 'LOGGED_OUT',
    heading: 'You are logged out',
    explanation: typedIn(request)
      ? 'Nothing was changed, and what you wrote is still here. Log in, in another window, then send it again from this one.'
      : 'Nothing was changed. Log in again; then you are back where you were.',
    way: { href: login, label: 'Log in' },
    again: true,
  });
}

function pathOf(address: string | undefined): string | undefined {
  if (!URL.canParse(address ?? '')) return undefined;
  const { pathname, search } = new URL(address ?? '');
  return pathname + search;
}

function mayStill({ url }: FastifyRequest): boolean {
  return /^\/studio\/(account(\/password)?|logout)(\?|$)/.test(url);
}

function sendToChoose(studio: Studio, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (request.method !== 'POST' && !wantsJson(request)) return reply.redirect('/studio/account', 303);
  return refuse(studio, request, reply, 403, {
    code: 'PASSWORD_GIVEN',
    heading: 'Choose your own password first',
    explanation: 'Nothing was changed. Your current password was given to you, so somebody else knows it.',
    way: { href: '/studio/account', label: 'Choose a password' },
  });
}
