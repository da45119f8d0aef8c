import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MINUTE_MS, SECOND_MS } from '../../base/clock.ts';
import { addressKey } from '../../base/text/address.ts';
import { isSame } from '../../base/token.ts';
import { hasEditors } from '../../editors/editor-store.ts';
import { accountOpenedBy } from '../../editors/log-in.ts';
import { endSession, type Opener, openSession } from '../../editors/session-store.ts';
import { wantsJson } from '../../web/accept.ts';
import { clientKey } from '../../web/client-key.ts';
import { field, fields } from '../../web/form-fields.ts';
import { guess } from '../attempts.ts';
import type { Studio } from '../studio-deps.ts';
import { sendPage } from '../studio-page.ts';
import { hasLogin, pathWithin, sendClosed, visitorOf } from './access.ts';
import { act } from './acting.ts';
import { clearCookie, readCookie, setCookie } from './cookie.ts';

interface LoginRoute {
  Querystring: { next?: string; out?: string };
}

/** The way in, open to everybody. */
export function loginRoutes(scope: FastifyInstance, studio: Studio): void {
  scope.get<LoginRoute>('/studio/login', async (request, reply) => {
    const visitor = await visitorOf(studio, request);
    const next = pathWithin(request.query.next);
    // Who sits at the machine of a rehearsal is in already, and may still want to try it as somebody.
    if (visitor?.token || (visitor && !(await hasLogin(studio)))) return reply.redirect(next, 303);
    if (!(await hasLogin(studio))) return sendClosed(studio, request, reply);
    return sendLogin(studio, request, reply, { next, out: request.query.out !== undefined });
  });
  scope.post('/studio/login', async (request, reply) => {
    if (!(await hasLogin(studio))) return sendClosed(studio, request, reply);
    const next = pathWithin(field(request.body, 'next'));
    const email = field(request.body, 'email');
    const who = { network: clientKey(request.ip), account: addressKey(email) };
    const given = await guess(studio.guesses, who, () => openerOf(studio, email, passwordIn(request)));
    if (!given.looked) return sendLogin(studio, request, reply, { next, email, wait: given.wait });
    if (!given.opened) return sendLogin(studio, request, reply, { next, email, wrong: true });
    await letIn(studio, request, reply, given.opened);
    return reply.redirect(next, 303);
  });
}

/** The way out. */
export function logoutRoute(scope: FastifyInstance, studio: Studio): void {
  act(scope, studio, 'POST /studio/logout', {}, async (request, reply) => {
    const token = readCookie(studio, request);
    if (token) await endSession(studio.db, token);
    clearCookie(studio, request, reply);
    return reply.redirect('/studio/login?out', 303);
  });
}

/** Opens a session under a new name, and ends the one whose cookie came along: one that was planted is worth nothing. */
export async function letIn(
  studio: Studio,
  request: FastifyRequest,
  reply: FastifyReply,
  opener: Opener,
): Promise<void> {
  const before = readCookie(studio, request);
  if (before) await endSession(studio.db, before);
  setCookie(studio, request, reply, await openSession(studio.db, opener, studio.clock.now()));
}

/** Returns the password as typed, with blanks at its ends. */
export function passwordIn({ body }: Pick<FastifyRequest, 'body'>, name = 'password'): string {
  return fields(body, name)[0] ?? '';
}

/** An address stands for an account, none for the studio's own password. */
async function openerOf(studio: Studio, email: string, password: string): Promise<Opener | undefined> {
  if (email !== '') {
    const kept = await accountOpenedBy(studio.db, email, password);
    return kept && { editorId: kept.account.id, secret: kept.passwordHash };
  }
  const { studioPassword } = studio;
  if (studioPassword === undefined || !isSame(password.normalize('NFC'), studioPassword.normalize('NFC')))
    return undefined;
  return { editorId: null, secret: studioPassword };
}

interface LoginState {
  readonly next: string;
  readonly email?: string;
  readonly out?: boolean;
  readonly wrong?: boolean;
  /** Milliseconds. */
  readonly wait?: number;
}

async function sendLogin(
  studio: Studio,
  request: FastifyRequest,
  reply: FastifyReply,
  { next, email = '', out = false, wrong = false, wait = 0 }: LoginState,
): Promise<FastifyReply> {
  const named = await hasEditors(studio.db);
  const told = wait > 0 ? lockedWords(wait) : wrong ? wrongWords(named) : '';
  if (wait > 0) reply.header('retry-after', String(Math.ceil(wait / SECOND_MS)));
  const status = wait > 0 ? 429 : wrong ? 401 : 200;
  if (told && wantsJson(request))
    return reply.code(status).send({ error: { code: wait > 0 ? 'TOO_MANY' : 'WRONG', message: told } });
  return sendPage(
    studio,
    request,
    reply,
    'login',
    {
      pageTitle: told ? `${told} Log in` : 'Log in',
      styles: ['login.css'],
      next,
      email,
      out,
      told,
      named,
      shared: studio.studioPassword !== undefined,
      elsewhere: publicAddress(studio, request),
    },
    status,
  );
}

function wrongWords(named: boolean): string {
  return named ? 'Wrong email address or password.' : 'Wrong password.';
}

/** Returns the words on when to try again. @param wait milliseconds. */
export function lockedWords(wait: number): string {
  const minutes = Math.ceil(wait / MINUTE_MS);
  return `Too many wrong passwords. Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`;
}

/**
 * Returns the address to log in at instead: a browser does not keep the cookie of an https site on
 * a page without https.
 */
function publicAddress({ publicUrl }: Studio, request: FastifyRequest): string {
  const isPublic = new URL(publicUrl).host === request.host;
  return publicUrl.startsWith('https:') && request.protocol !== 'https' && !isPublic
    ? `${publicUrl}/studio/login`
    : '';
}
