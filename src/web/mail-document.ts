import type { FastifyReply } from 'fastify';

/**
 * Permissions of a framed mail: its links open, and open unsandboxed, since they lead to real
 * pages.
 */
export const MAIL_FRAME_SANDBOX = 'allow-popups allow-popups-to-escape-sandbox';

/**
 * The same for mail of our own making that the page around it has to reach into, to keep its place
 * when it is shown anew. A page can do that with a frame of its own origin alone, so this one keeps
 * it. That is safe because nothing in it can act: without `allow-scripts` and under a policy
 * without scripts there is nobody who could use the origin, and without `allow-forms` a mail cannot
 * send one. Mail from anywhere else is shown in `MAIL_FRAME_SANDBOX`.
 */
export const OWN_MAIL_FRAME_SANDBOX = `allow-same-origin ${MAIL_FRAME_SANDBOX}`;

/** Mail HTML needs its inline styles and pictures from elsewhere; that is all it gets. */
const MAIL_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "img-src 'self' http: https: data:",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
];

/**
 * Sends the HTML of a mail as a document of its own, shut off from the site it is shown on.
 * @param sandbox of the frame it is meant for; it holds too where the document is opened alone.
 */
export function sendMailDocument(
  reply: FastifyReply,
  html: string | Buffer,
  sandbox: typeof MAIL_FRAME_SANDBOX | typeof OWN_MAIL_FRAME_SANDBOX = MAIL_FRAME_SANDBOX,
): FastifyReply {
  const policy = [`sandbox ${sandbox}`, ...MAIL_POLICY].join('; ');
  // Without our origin it cannot be keyed by it, as every page asks for: browsers would complain of it on their console.
  if (sandbox === MAIL_FRAME_SANDBOX) reply.removeHeader('origin-agent-cluster');
  return reply.header('content-security-policy', policy).type('text/html; charset=utf-8').send(html);
}

/**
 * A mail's HTML with something of ours added: `head` at the end of its head, `top` before
 * everything that is seen. Templates may be anybody's, so a mail without head or body is taken as
 * well.
 */
export function withAdditions(html: string, { head, top }: { head: string; top: string }): string {
  const headed = insertAt(html, /<\/head\s*>/i, head) ?? insertAfter(html, [/<html\b[^>]*>/i, DOCTYPE], head);
  return insertAfter(headed, [/<body\b[^>]*>/i, /<\/head\s*>/i, /<html\b[^>]*>/i, DOCTYPE], top);
}

/** Makes the links of a framed mail open outside of the frame. */
export function withLinksInNewTab(html: string): string {
  return atHeadStart(html, '<base target="_blank">');
}

/** A mail's HTML with an element of ours before everything in its head. */
export function atHeadStart(html: string, element: string): string {
  return insertAfter(html, [/<head\b[^>]*>/i, /<html\b[^>]*>/i, DOCTYPE], element);
}

const DOCTYPE = /<!doctype\b[^>]*>/i;

/**
 * After the first of these that there is, else in front. After the doctype, never before it where
 * there is one: anything in front of that changes how the whole mail is laid out.
 */
function insertAfter(html: string, openings: readonly RegExp[], addition: string): string {
  for (const opening of openings) {
    const found = opening.exec(html);
    if (!found) continue;
    const at = found.index + found[0].length;
    return html.slice(0, at) + addition + html.slice(at);
  }
  return addition + html;
}

function insertAt(html: string, place: RegExp, addition: string): string | undefined {
  const found = place.exec(html);
  return found ? html.slice(0, found.index) + addition + html.slice(found.index) : undefined;
}
