import { join } from 'node:path';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  fastify,
} from 'fastify';
import type { Log } from '../base/log.ts';
import { loadTemplates, TEMPLATES_DIR } from '../base/templates.ts';
import { wantsPage } from './accept.ts';
import { clientKey } from './client-key.ts';
import { type Problem, type ProblemWords, problemOf, problemView } from './problems.ts';
import { Turnstile } from './turnstile.ts';

/** Content policy of every page: its own resources, and nobody else's. */
const PAGE_POLICY = {
  defaultSrc: ["'none'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'"],
  scriptSrc: ["'self'"],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
  frameAncestors: ["'self'"],
  frameSrc: ["'self'"],
  baseUri: ["'none'"],
};
const HSTS = 'max-age=31536000';
const MAX_BODY_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
/** One, so that a mail under way waits for one page at most. */
const REQUESTS_PER_TURN = 1;
const FORM_LIMITS = { fieldNameSize: 100, fieldSize: 8 * 1024, fields: 200, parts: 200, files: 0 };

/**
 * An HTTP server with the house's manners and no pages yet. It never logs a request: its addresses
 * carry tokens.
 * @param options.words in the language of whoever asks.
 * @param options.trustProxy hops or addresses whose `X-Forwarded-For` is believed; without it
 * nobody's is.
 */
export async function createServer(options: {
  log: Log;
  trustProxy?: string | undefined;
  words: (request: FastifyRequest) => ProblemWords;
}): Promise<FastifyInstance> {
  const app: FastifyInstance = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: trustedProxies(options.trustProxy),
    logger: false,
  });
  const turnstile = new Turnstile(REQUESTS_PER_TURN);
  app.addHook('onRequest', (_request, _reply, done) => turnstile.enter(done));
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: PAGE_POLICY },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: false,
  });
  await app.register(formbody);
  await app.register(multipart, { attachFieldsToBody: 'keyValues', limits: FORM_LIMITS });
  await app.register(rateLimit, {
    global: false,
    keyGenerator: (request) => clientKey(request.ip),
    // How many are left would tell one answer to a sign-up from another.
    addHeadersOnExceeding: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
  });
  app.addHook('onRequest', async (request, reply) => {
    // Over plain http a browser must ignore it, and on localhost it would lock out every other program there.
    if (request.protocol === 'https') reply.header('strict-transport-security', HSTS);
  });
  answerProblems(app, options);
  app.get('/livez', async () => ({ status: 'alive' }));
  return app;
}

/**
 * A list of addresses or names such as `loopback`; "1" is the one proxy right before us, whatever
 * its address, for containers whose proxy has none that stays. That is safe only where nobody
 * reaches this server past the proxy.
 */
function trustedProxies(setting: string | undefined): NonNullable<FastifyServerOptions['trustProxy']> {
  if (!setting || setting === 'false') return false;
  if (setting === 'true') return true;
  if (/^\d+$/.test(setting)) return (_address, hop) => hop < Number(setting);
  return setting;
}

function answerProblems(
  app: FastifyInstance,
  { log, words }: { log: Log; words: (request: FastifyRequest) => ProblemWords },
): void {
  const pages = loadTemplates(join(TEMPLATES_DIR, 'site'));
  const answer = (request: FastifyRequest, reply: FastifyReply, problem: Problem) => {
    const view = problemView(problem, words(request));
    reply.code(problem.status).header('cache-control', 'no-store').header('content-language', view.language);
    if (!wantsPage(request)) return reply.send({ error: { code: problem.code, message: view.heading } });
    return reply.type('text/html; charset=utf-8').send(pages.fill('problem', view));
  };
  // A form that breaks off in the middle is thrown as an error without a status, but it is the sender's doing.
  const unread = new WeakSet<FastifyRequest>();
  app.addHook('preParsing', async (request) => {
    if (request.headers['content-type']?.startsWith('multipart/')) unread.add(request);
  });
  app.addHook('preHandler', async (request) => void unread.delete(request));
  app.setNotFoundHandler((request, reply) => answer(request, reply, problemOf(404)));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = problemOf(error.statusCode ?? (unread.has(request) ? 400 : 500));
    if (problem.status >= 500)
      // The route's pattern, not the address that was asked for: that one may carry a reader's token.
      log.error({ err: error, method: request.method, route: request.routeOptions.url }, 'A page failed');
    return answer(request, reply, problem);
  });
}
