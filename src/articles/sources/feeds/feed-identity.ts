import { createHash } from 'node:crypto';
import { canonicalLink, type Refusal } from '../../article.ts';
import type { Draft } from './feed-article.ts';

/**
 * Tells the articles of a feed apart. The link does, with its fragment. Where several entries share
 * one link, or theirs is the page of the whole feed, their guids do; entries that share link and
 * headline are one article.
 */
export function identify(drafts: readonly Draft[]): { articles: Draft[]; twice: Refusal[] } {
  const byLink = Map.groupBy(drafts, ({ article }) => article.link);
  const articles = new Map<string, Draft>();
  const twice: Refusal[] = [];
  for (const draft of drafts) {
    const link = identityOf(draft, byLink.get(draft.article.link) ?? []);
    const same = articles.get(link);
    if (same) twice.push({ what: draft.article.headline, reason: `the same link twice: ${link}` });
    else articles.set(link, { ...draft, article: { ...draft.article, link } });
  }
  return { articles: [...articles.values()], twice };
}

function identityOf({ article, guid, home }: Draft, sharing: readonly Draft[]): string {
  const { link } = article;
  const isName = guid !== '' && canonicalLink(guid) !== link;
  if (!isName) return link;
  const isHome = home !== '' && canonicalLink(home) === link;
  const differ = new Set(sharing.map((one) => one.article.headline)).size > 1;
  return isHome || (differ && sharing.length > 1) ? withGuid(link, guid) : link;
}

/**
 * A longer one is known by its hash: databases index no key that is much longer than a link may be.
 */
const MAX_GUID_CHARACTERS = 200;

function withGuid(link: string, guid: string): string {
  const [page = ''] = link.split('#');
  const name = encodeURIComponent(guid.toWellFormed());
  const hash = () => createHash('sha256').update(name).digest('hex');
  return `${page}#guid:${name.length > MAX_GUID_CHARACTERS ? hash() : name}`;
}
