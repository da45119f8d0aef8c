import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MINUTE_MS } from '../base/clock.ts';
import { isSame } from '../base/token.ts';
import { type Editor, REHEARSAL, THE_STUDIO } from '../editors/editor.ts';
import type { Studio } from './studio-deps.ts';

const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
const FORWARDING_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];
const WRONG_PASSWORDS = { max: 10, timeWindow: 15 * MINUTE_MS };
const CHALLENGE = 'Basic realm="Broadsheet studio", charset="UTF-8"';

/**
 * Lets in whoever sits at the machine during a rehearsal, and otherwise who has STUDIO_PASSWORD. Without one there is
 * no studio, and the page in its place says how to open it.
 */
export function guardStudio(scope: FastifyInstance, studio: Studio): void {
  scope.decorateRequest('editor').decorateRequest('csrf');
  const letIn = (request: FastifyRequest, editor: Editor) => {
    request.editor = editor;
    request.csrf = studio.signer.sign('studio', { id: 0, issuedAt: 0 });
  };
  const wrongPasswords = scope.createRateLimit(WRONG_PASSWORDS);
  scope.addHook('onRequest', async (request, reply) => {
    if (studio.rehearsal && isFromThisMachine(request)) return letIn(request, REHEARSAL);
    if (studio.studioPassword === undefined) return sendClosed(studio, reply);
    const given = passwordOf(request);
    const soFar = await wrongPasswords(request, { increment: false });
    // Also for the right password: else the limit would only slow down the guesses that fail.
    if (!soFar.isAllowed && soFar.remaining === 0) return sendLocked(studio, reply, soFar.ttlInSeconds);
    if (given !== undefined && isSame(given, studio.studioPassword)) return letIn(request, THE_STUDIO);
    // Asking for a page without a password is how every browser begins, and no guess.
    if (given !== undefined) await wrongPasswords(request);
    return sendChallenge(studio, reply);
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

/** The password of HTTP Basic; the user's name may be anything. */
function passwordOf(request: FastifyRequest): string | undefined {
  const [, encoded] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon < 0 ? undefined : decoded.slice(colon + 1);
}

function sendClosed(studio: Studio, reply: FastifyReply): FastifyReply {
  return sendDoor(studio, reply, 404, {
    heading: 'The studio is closed',
    explanation:
      'Set STUDIO_PASSWORD (at least 12 characters) in the environment and start Broadsheet again; the studio then opens with any user name and that password. In a rehearsal it is open without one, to a browser on the same machine, at localhost.',
  });
}

function sendChallenge(studio: Studio, reply: FastifyReply): FastifyReply {
  reply.header('www-authenticate', CHALLENGE);
  return sendDoor(studio, reply, 401, {
    heading: 'The studio asks for its password',
    explanation: 'Any user name will do, together with the STUDIO_PASSWORD of this installation.',
  });
}

function sendLocked(studio: Studio, reply: FastifyReply, seconds: number): FastifyReply {
  reply.header('retry-after', String(seconds));
  return sendDoor(studio, reply, 429, {
    heading: 'Too many wrong passwords',
    explanation: `Please wait ${Math.max(1, Math.ceil(seconds / 60))} minutes before you try again.`,
  });
}

function sendDoor(
  studio: Studio,
  reply: FastifyReply,
  status: number,
  words: { heading: string; explanation: string },
): FastifyReply {
  return studio.pages.send(reply, 'door', { pageTitle: words.heading, ...words }, status);
}
