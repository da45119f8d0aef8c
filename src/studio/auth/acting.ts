import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RawServerDefault,
  RouteGenericInterface,
  RouteHandlerMethod,
} from 'fastify';
import { isSame } from '../../base/token.ts';
import { type EditorRole, may } from '../../editors/editor.ts';
import { listEditors } from '../../editors/editor-store.ts';
import { field } from '../../web/form-fields.ts';
import type { Studio } from '../studio-deps.ts';
import { isReading, refuse } from '../studio-page.ts';
import { typedIn } from '../typed.ts';

/**
 * A route that changes something. It takes forms and JSON from the studio's own pages only (the guards below), and only
 * from an editor who may. After it a browser is led back to a page: `reply.redirect(url, 303)`.
 * `act<EditionRoute>(scope, studio, 'POST /studio/editions/:id/approve', { role: 'approve' }, …)`.
 */
export function act<Route extends RouteGenericInterface>(
  scope: FastifyInstance,
  studio: Studio,
  route: `POST /studio/${string}`,
  { role = 'edit' }: { readonly role?: EditorRole },
  handler: RouteHandlerMethod<RawServerDefault, IncomingMessage, ServerResponse, Route>,
): void {
  const preHandler = async (request: FastifyRequest, reply: FastifyReply) =>
    may(request.editor, role) ? undefined : refuseRole(studio, request, reply);
  scope.post<Route>(route.slice('POST '.length), { preHandler }, handler);
}

/**
 * Whatever would change something must come from a page of ours, as the browser says; where it says nothing of that, as
 * the address of the page says. For the whole of the studio, also where nobody is logged in. Pages of others may lead to
 * ours, and load nothing from here: in a rehearsal that has no cookie to leave out, they could keep the machine busy.
 */
export function guardOrigin(scope: FastifyInstance, studio: Studio): void {
  scope.addHook('onRequest', async (request, reply) => {
    if (isReading(request) ? !isLoadedElsewhere(request) : isSameOrigin(studio, request)) return undefined;
    return refuse(studio, request, reply, 403, {
      code: 'FOREIGN_ORIGIN',
      heading: 'This came from another site',
      explanation: `Nothing was changed. The studio only accepts requests from its own pages, at ${studio.publicUrl}/studio.`,
    });
  });
}

/** And with the token that only the pages of whoever is logged in hold: in the field `csrf`, or the header `x-csrf`. */
export function guardToken(scope: FastifyInstance, studio: Studio): void {
  scope.addHook('preHandler', async (request, reply) => {
    if (isReading(request) || isSame(tokenOf(request), request.csrf)) return undefined;
    return refuse(studio, request, reply, 403, {
      code: 'STALE_FORM',
      heading: 'This page is out of date',
      explanation: `Nothing was changed. The page was opened before you last logged in: ${
        typedIn(request)
          ? 'what you wrote is still here to send again or copy.'
          : 'go back, reload it and try again.'
      }`,
      again: true,
    });
  });
}

/**
 * Reports whether a request comes from our own pages. One without either header comes from no
 * current browser.
 */
function isSameOrigin({ publicUrl }: Pick<Studio, 'publicUrl'>, request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin } = request.headers;
  return origin === new URL(publicUrl).origin || origin === `${request.protocol}://${request.host}`;
}

/**
 * Reports whether another site loads this as its picture, script or stream of events, or by its
 * `fetch`.
 */
function isLoadedElsewhere({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  return (site === 'cross-site' || site === 'same-site') && headers['sec-fetch-mode'] !== 'navigate';
}

function tokenOf({ headers, body }: FastifyRequest): string {
  const header = headers['x-csrf'];
  return typeof header === 'string' ? header : field(body, 'csrf');
}

/** Says that the role is missing, and who has it. */
export async function refuseRole(
  studio: Studio,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const editors = await listEditors(studio.db);
  const names = editors.filter((one) => may(one, 'approve')).map(({ name }) => name);
  const who = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(
    names.length > 0 ? names : ['somebody with the shared studio password'],
  );
  return refuse(studio, request, reply, 403, {
    code: 'ROLE_MISSING',
    heading: 'You need approval rights',
    explanation: `Nothing was changed. You can edit but not approve, ${request.editor.name}. Ask ${who}.`,
  });
}
