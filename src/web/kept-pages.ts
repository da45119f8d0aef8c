import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Response for a page that everybody sees alike. */
export interface MadePage {
  readonly body: string;
  /** Headers of this page alone, by their names in lower case, such as `last-modified`. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface KeptPage {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

interface Entry {
  readonly stamp: string;
  readonly page: Promise<KeptPage | undefined>;
}

/** About 100 KB each. */
const MOST_PAGES = 64;
/** Seconds. What is taken out of an edition can stay in a browser for so long, and no longer. */
const MAX_AGE = 60;

/**
 * Keeps pages that are the same for everybody: each is made once for as long as what it depends on
 * stays as it is, however many ask. The pages that were asked for longest ago give way.
 */
export class KeptPages {
  readonly #pages = new Map<string, Entry>();

  /**
   * @param key which page it is, in which language.
   * @param stamp changes whenever the page would.
   * @param make undefined for a page that there is not; that is not kept.
   */
  page(key: string, stamp: string, make: () => Promise<MadePage | undefined>): Promise<KeptPage | undefined> {
    const known = this.#pages.get(key);
    this.#pages.delete(key);
    const entry = known?.stamp === stamp ? known : { stamp, page: make().then((made) => made && kept(made)) };
    this.#pages.set(key, entry);
    const [oldest] = this.#pages.keys();
    if (oldest !== undefined && this.#pages.size > MOST_PAGES) this.#pages.delete(oldest);
    if (entry !== known) this.#forgetUnless(key, entry);
    return entry.page;
  }

  #forgetUnless(key: string, entry: Entry): void {
    const forget = () => {
      if (this.#pages.get(key) === entry) this.#pages.delete(key);
    };
    entry.page.then((page) => page ?? forget(), forget);
  }
}

function kept({ body, headers }: MadePage): KeptPage {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return {
    body: Buffer.from(body),
    headers: { 'cache-control': `public, max-age=${MAX_AGE}`, ...headers, etag },
  };
}

/**
 * Sets the headers of a kept page, and returns true where whoever asks has it already: then 304 is
 * the answer.
 */
export function isKnownTo({ headers: asked }: FastifyRequest, reply: FastifyReply, page: KeptPage): boolean {
  reply.headers(page.headers);
  const { etag, 'last-modified': changed } = page.headers;
  // RFC 9110 §13.2.2: the date counts only where no tag was sent.
  const tags = asked['if-none-match'];
  if (tags !== undefined)
    return tags.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
  return changed !== undefined && Date.parse(changed) <= Date.parse(asked['if-modified-since'] ?? '');
}
