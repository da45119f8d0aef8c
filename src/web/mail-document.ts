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

/** Makes the links of a framed mail open outside of the frame. */
export function withLinksInNewTab(html: string): string {
  const base = '<base target="_blank">';
  // After the doctype, never before it: anything in front of that changes how the whole mail is laid out.
  for (const opening of [/<head\b[^>]*>/i, /<html\b[^>]*>/i, /<!doctype\b[^>]*>/i]) {
    const found = opening.exec(html);
    if (!found) continue;
    const at = found.index + found[0].length;
    return html.slice(0, at) + base + html.slice(at);
  }
  return base + html;
}
