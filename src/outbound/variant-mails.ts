import { AppError } from '../base/errors.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { keepMails, keptMail, variantsWithoutMail } from '../delivery/audience/variants.ts';
import type { Edition } from '../editions/edition.ts';
import { selectionOf } from '../editions/selection.ts';
import { findEdition } from '../editions/store/edition-store.ts';
import { withContent } from '../editions/store/kept-edition.ts';
import type { RenderedMail, Renderer } from '../mail/render.ts';
import type { Database } from '../storage/schema/schema.ts';
import { packed, unpacked } from './packed-mail.ts';

/**
 * Rendered and written in one commit. Deliveries come in the order of their variants, so the next
 * ones are soon wanted.
 */
const AT_ONCE = 16;
const KEPT_EDITIONS = 4;

/**
 * The mails of variants: rendered once and kept with their rows, so that after a restart or with a
 * changed template all readers of a variant get the same.
 */
export class VariantMails {
  readonly #db: Database;
  readonly #renderer: Renderer;
  readonly #editions = new Map<string, Promise<Edition>>();
  /** Renderings in progress by edition, for other callers that want one of them. */
  readonly #rendering = new Map<string, Promise<void>>();

  constructor(db: Database, renderer: Renderer) {
    this.#db = db;
    this.#renderer = renderer;
  }

  /** @throws AppError when a template does not compile. */
  async mail(variantId: number, newsletter: NewsletterConfig): Promise<RenderedMail> {
    for (;;) {
      const variant = await keptMail(this.#db, variantId);
      if (variant.mail !== null) return unpacked(variant.mail);
      await this.#render(variant.editionId, variantId, newsletter);
    }
  }

  /**
   * One batch of an edition at a time: twenty connections that want their first mail would render
   * it twenty times.
   */
  async #render(editionId: string, from: number, newsletter: NewsletterConfig): Promise<void> {
    const underWay = this.#rendering.get(editionId);
    if (underWay) return underWay;
    const batch = this.#renderBatch(editionId, from, newsletter).finally(() =>
      this.#rendering.delete(editionId),
    );
    this.#rendering.set(editionId, batch);
    return batch;
  }

  async #renderBatch(editionId: string, from: number, newsletter: NewsletterConfig): Promise<void> {
    const edition = await this.#edition(editionId);
    const variants = await variantsWithoutMail(this.#db, editionId, { from, limit: AT_ONCE });
    const rendered: { id: number; mail: string }[] = [];
    for (const { id, selection, language } of variants) {
      const mail = await this.#renderer.edition(newsletter, edition, selectionOf(selection), language);
      rendered.push({ id, mail: await packed(mail) });
    }
    await keepMails(this.#db, rendered);
  }

  /**
   * An edition with variants is frozen: its content never changes, and all its variants are made
   * from one object.
   */
  #edition(id: string): Promise<Edition> {
    const known = this.#editions.get(id);
    if (known) return known;
    const [oldest] = this.#editions.keys();
    if (oldest !== undefined && this.#editions.size >= KEPT_EDITIONS) this.#editions.delete(oldest);
    const found = findEdition(this.#db, id).then((kept) => {
      if (kept) return withContent(kept);
      throw new AppError('NOT_FOUND', `There is no edition ${id}`);
    });
    this.#editions.set(id, found);
    found.catch(() => this.#editions.delete(id));
    return found;
  }
}
