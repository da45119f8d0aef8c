import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RawServerDefault,
  RouteGenericInterface,
  RouteHandlerMethod,
} from 'fastify';
import { isSame } from '../base/token.ts';
import { type EditorRole, may } from '../editors/editor.ts';
import { refuse } from './page.ts';
import type { Studio } from './studio-deps.ts';

const READING = ['GET', 'HEAD', 'OPTIONS'];

/**
 * A route that changes something. It takes forms and JSON from the studio's own pages only (`guardActing`), and only from
 * an editor who may. After it a browser is led back to a page: `reply.redirect(url, 303)`.
 * `act<EditionRoute>(scope, studio, 'POST /studio/editions/:id/approve', { role: 'approve' }, …)`.
 */
export function act<Route extends RouteGenericInterface>(
  scope: FastifyInstance,
  studio: Studio,
  route: `POST /studio/${string}`,
  { role = 'edit' }: { readonly role?: EditorRole },
  handler: RouteHandlerMethod<RawServerDefault, IncomingMessage, ServerResponse, Route>,
): void {
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) =>
    may(request.editor, role) ? undefined : refuseRole(studio, request, reply);
  scope.post<Route>(route.slice('POST '.length), { onRequest }, handler);
}

/**
 * Whatever would change something in this scope must come from a page of ours: as the browser says (or, where it says
 * nothing, as the address of the page says), and with the token that only our pages hold.
 */
export function guardActing(scope: FastifyInstance, studio: Studio): void {
  scope.addHook('onRequest', async (request, reply) => {
    if (READING.includes(request.method) || isSameOrigin(studio, request)) return undefined;
    return refuse(studio, request, reply, 403, {
      code: 'FOREIGN_ORIGIN',
      heading: 'This came from another site',
      explanation:
        'Nothing was changed. The studio does only what is asked on its own pages. If you pressed the button there, open the studio under the address that PUBLIC_URL names.',
    });
  });
  scope.addHook('preHandler', async (request, reply) => {
    if (READING.includes(request.method) || isSame(tokenOf(request), request.csrf)) return undefined;
    return refuse(studio, request, reply, 403, {
      code: 'STALE_FORM',
      heading: 'This page has gone stale',
      explanation:
        'Nothing was changed. The page was opened before you last logged in: go back, load it anew and try again.',
    });
  });
}

/** Whether a browser sends this from a page of ours. One that says neither where from nor of which site is none of ours. */
export function isSameOrigin({ publicUrl }: Pick<Studio, 'publicUrl'>, request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin } = request.headers;
  return origin === new URL(publicUrl).origin || origin === `${request.protocol}://${request.host}`;
}

function tokenOf({ headers, body }: FastifyRequest): string {
  const header = headers['x-csrf'];
  if (typeof header === 'string') return header;
  const field = typeof body === 'object' && body !== null && 'csrf' in body ? body.csrf : '';
  return typeof field === 'string' ? field : '';
}

function refuseRole(studio: Studio, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return refuse(studio, request, reply, 403, {
    code: 'ROLE_MISSING',
    heading: 'This takes somebody who may approve',
    explanation: 'Nothing was changed. You may edit; an editor with the role “approve” can do this.',
  });
}
