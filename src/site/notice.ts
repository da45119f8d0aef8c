import type { FastifyReply } from 'fastify';
import type { Pages } from '../web/pages.ts';

/** A page that says one thing and offers the next step. */
export interface Notice {
  /** The small line above the heading. */
  readonly kicker: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly actions: readonly { readonly href: string; readonly label: string }[];
}

/** Shows a notice; the first action is the one most will want. */
export function sendNotice(pages: Pages, reply: FastifyReply, notice: Notice, status = 200): FastifyReply {
  return pages.send(reply, 'notice', { pageTitle: notice.heading, ...notice }, status);
}

export const SIGN_UP_ACTION = { href: '/', label: 'To the sign-up page' };
export const ARCHIVE_ACTION = { href: '/archive', label: 'Read past editions' };

/** One answer for every link that is not ours, whatever is wrong with it. */
export const BROKEN_LINK: Notice = {
  kicker: 'A broken link',
  heading: 'This link does not work',
  paragraphs: [
    'Some mail programs cut long links in two. Copy the whole address from the mail, or open it from there once more.',
    'Nothing was changed.',
  ],
  actions: [SIGN_UP_ACTION],
};
