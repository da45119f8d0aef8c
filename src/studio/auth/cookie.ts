import type { FastifyReply, FastifyRequest } from 'fastify';
import { SECOND_MS } from '../../base/clock.ts';
import { SESSION_MOST_MS } from '../../editors/session-store.ts';
import type { Studio } from '../studio-deps.ts';

/**
 * The one cookie there is. Over https it has the prefix `__Host-`, which no other host of the domain can plant, and which a browser
 * takes only with `Path=/`: so an editor's own visits to readers' pages carry it too, where nobody reads it. Readers never get it.
 * Over plain http (a rehearsal) a browser refuses the prefix, and the path can be as narrow as it is meant.
 */
function shape(studio: Pick<Studio, 'publicUrl'>, request: FastifyRequest) {
  const secure = request.protocol === 'https' || studio.publicUrl.startsWith('https:');
  return secure
    ? { name: '__Host-broadsheet-studio', attributes: 'Path=/; Secure; HttpOnly; SameSite=Lax' }
    : { name: 'broadsheet-studio', attributes: 'Path=/studio; HttpOnly; SameSite=Lax' };
}

const TOKEN = /^[\w-]{43}$/;

/** The session's token that a browser sent; undefined for anything else. */
export function readCookie(studio: Pick<Studio, 'publicUrl'>, request: FastifyRequest): string | undefined {
  const { name } = shape(studio, request);
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const token = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  return token !== undefined && TOKEN.test(token) ? token : undefined;
}

/** Gives a browser the token of its session. */
export function setCookie(
  studio: Pick<Studio, 'publicUrl'>,
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
): void {
  const { name, attributes } = shape(studio, request);
  reply.header('set-cookie', `${name}=${token}; Max-Age=${SESSION_MOST_MS / SECOND_MS}; ${attributes}`);
}

/** Takes it away again. */
export function clearCookie(
  studio: Pick<Studio, 'publicUrl'>,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { name, attributes } = shape(studio, request);
  reply.header('set-cookie', `${name}=; Max-Age=0; ${attributes}`);
}
