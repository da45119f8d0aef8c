import type { FastifyReply } from 'fastify';

/**
 * Mail HTML needs its inline styles and pictures from elsewhere; that is all it gets. The sandbox gives it an origin of
 * its own, so that even a script that found its way in would find nothing here; links may open, and open unsandboxed,
 * since they lead to real pages.
 */
const MAIL_POLICY = [
  'sandbox allow-popups allow-popups-to-escape-sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "img-src 'self' http: https: data:",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
].join('; ');

/** What an `<iframe>` around mail HTML says, to the same end as the policy of the document in it. */
export const MAIL_FRAME_SANDBOX = 'allow-popups allow-popups-to-escape-sandbox';

/** Sends the HTML of a mail as a document of its own, shut off from the site it is shown on. */
export function sendMailDocument(reply: FastifyReply, html: string): FastifyReply {
  return reply.header('content-security-policy', MAIL_POLICY).type('text/html; charset=utf-8').send(html);
}

/**
 * A mail's HTML with something of ours added: `head` at the end of its head, `top` before everything that is seen.
 * Templates may be anybody's, so a mail without head or body is taken as well.
 */
export function withAdditions(html: string, { head, top }: { head: string; top: string }): string {
  const headed = insertAt(html, /<\/head\s*>/i, head) ?? insertAfter(html, [/<html\b[^>]*>/i, DOCTYPE], head);
  return insertAfter(headed, [/<body\b[^>]*>/i, /<\/head\s*>/i, /<html\b[^>]*>/i, DOCTYPE], top);
}

/** Makes the links of a framed mail open outside of the frame. */
export function withLinksInNewTab(html: string): string {
  return insertAfter(html, [/<head\b[^>]*>/i, /<html\b[^>]*>/i, DOCTYPE], '<base target="_blank">');
}

const DOCTYPE = /<!doctype\b[^>]*>/i;

/**
 * After the first of these that there is, else in front. After the doctype, never before it where there is one: anything in
 * front of that changes how the whole mail is laid out.
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
