import type { MailLinks } from '../mail/mail-links.ts';

/**
 * Returns the addresses of a mail's links: the only place that knows both the links of mail and the
 * routes of pages.
 */
export function mailLinks(publicUrl: string): MailLinks {
  return {
    article: (link) =>
      link.startsWith('article:')
        ? `${publicUrl}/articles/${encodePath(link.slice('article:'.length))}`
        : link,
    picture: (url) =>
      url.startsWith('media:') ? `${publicUrl}/media/${encodePath(url.slice('media:'.length))}` : url,
    unsubscribe: (token) => `${publicUrl}/u/${token}`,
    preferences: (token) => `${publicUrl}/preferences/${token}`,
    view: (token) => `${publicUrl}/view/${token}`,
    confirm: (token) => `${publicUrl}/confirm/${token}`,
    review: (token) => `${publicUrl}/studio/review/${token}`,
    address: (token) => `${publicUrl}/address/${token}`,
    archive: (editionId) => `${publicUrl}/archive/${editionId}`,
    signUp: (newsletterId) => `${publicUrl}/#${newsletterId}`,
  };
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
