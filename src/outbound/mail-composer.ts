import type { Clock } from '../base/clock.ts';
import { DAY_MS } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { domainOf, type EmailAddress } from '../base/text/address.ts';
import type { TokenSigner } from '../base/token.ts';
import { type Config, senderOf } from '../config/config.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import type { Speaks } from '../delivery/audience/variants.ts';
import type { Edition } from '../editions/edition.ts';
import { NOTHING, selectAll } from '../editions/selection.ts';
import type { MailLinks } from '../mail/mail-links.ts';
import {
  type MessageHeaders,
  type MessageTemplate,
  mergeMessage,
  prepareMessage,
} from '../mail/mime/message.ts';
import { type RenderedMail, type Renderer, renderForReading } from '../mail/render.ts';
import { LETTER_KINDS, type LetterAbout } from '../mail/views/letter-view.ts';
import { NOTICE_KINDS, type Notice } from '../mail/views/notice-view.ts';
import type { Database } from '../storage/schema/schema.ts';
import { DkimSigner } from '../transport/dkim/dkim.ts';
import type { Mail } from '../transport/transaction.ts';
import type { Addressed, Reader } from './addressed.ts';
import { letterAbout } from './letter-about.ts';
import { testMail } from './packed-mail.ts';
import { envelopeSender, messageId, type Personal, slotValues } from './personal-parts.ts';
import { VariantMails } from './variant-mails.ts';

export interface MailComposerDeps {
  readonly db: Database;
  readonly config: Config;
  readonly clock: Clock;
  readonly signer: TokenSigner;
  readonly renderer: Renderer;
  readonly links: MailLinks;
  readonly noticeFacts: NoticeFacts;
}

/**
 * Looks up what a letter to an editor says of a draft. @throws AppError NOT_FOUND where there is
 * nothing to tell of.
 */
export type NoticeFacts = (
  db: Database,
  newsletter: NewsletterConfig,
  about: { readonly editionId: string; readonly to: EmailAddress; readonly now: number },
) => Promise<Notice>;

function sampleNotice(edition: Edition): Notice {
  const { slot } = edition;
  return { edition, leavesAt: slot, toldAt: slot, fate: 'goes', heldBy: '', reason: '', mayApprove: true };
}

export interface Preview {
  readonly subject: string;
  readonly preheader: string;
  readonly html: string;
  readonly text: string;
  /** The whole message as it would be handed to the relay. */
  readonly raw: Buffer;
}

/** Prepared messages are a hundred kilobytes or so each; this many are kept at hand. */
const KEPT_TEMPLATES = 200;
/**
 * Confirmations and the like are rendered anew after this long, so that a changed title finds its
 * way into them.
 */
const SYSTEM_MAIL_FRESH_MS = DAY_MS;

/**
 * Makes a delivery's whole message: the variant's bytes, prepared once and kept, with this reader's
 * slots filled.
 */
export class MailComposer {
  /** Undefined when signing is left to the relay. */
  readonly dkim: DkimSigner | undefined;
  readonly #deps: MailComposerDeps;
  readonly #variants: VariantMails;
  readonly #templates = new Map<string, Promise<MessageTemplate>>();

  /** @throws AppError CONFIG_INVALID when a DKIM key cannot sign. */
  constructor(deps: MailComposerDeps) {
    this.#deps = deps;
    this.#variants = new VariantMails(deps.db, deps.renderer);
    this.dkim = deps.config.dkim && new DkimSigner(deps.config.dkim, deps.clock);
  }

  /** In which language an edition speaks to a reader around its stories. */
  readonly speaks: Speaks = (edition, chosen) => {
    const { config, renderer } = this.#deps;
    const newsletter = config.newsletters.get(edition.newsletterId);
    return newsletter ? renderer.languageFor(newsletter, edition, chosen) : '';
  };

  /**
   * @throws AppError when the newsletter is gone from the configuration or a template does not
   * compile.
   */
  async compose(delivery: Addressed): Promise<Mail> {
    const newsletter = this.#newsletter(delivery.newsletterId);
    const raw = await this.#merge(await this.#template(delivery, newsletter), delivery, newsletter);
    const { address } = senderOf(this.#deps.config, newsletter);
    return {
      from: envelopeSender(this.#deps.signer, delivery, address, this.#deps.config.bounceDomain),
      to: delivery.email,
      raw,
    };
  }

  /** The HTML of an edition as one reader of it got it, or of a test as an editor got that. */
  async personalVersion(delivery: Addressed): Promise<string> {
    const mail = await this.#mail(delivery, this.#newsletter(delivery.newsletterId));
    return renderForReading(mail, slotValues(this.#deps.signer, delivery)).html;
  }

  /**
   * An edition as one reader would get it, with everything a message has. @throws AppError
   * NOT_FOUND for no stories.
   */
  async preview(edition: Edition, reader: Reader): Promise<Preview> {
    const newsletter = this.#newsletter(edition.newsletterId);
    if (reader.selection === NOTHING)
      throw new AppError('NOT_FOUND', `${edition.id} has nothing for ${reader.email}`);
    const mail = await this.#deps.renderer.edition(newsletter, edition, reader.selection, reader.language);
    const delivery = {
      ...reader,
      kind: 'edition' as const,
      editionId: edition.id,
      newsletterId: newsletter.id,
    };
    const template = prepareMessage(mail, this.#headers(delivery, newsletter));
    const { html, text } = renderForReading(mail, slotValues(this.#deps.signer, delivery));
    return {
      subject: mail.subject,
      preheader: mail.preheader,
      html,
      text,
      raw: await this.#merge(template, delivery, newsletter),
    };
  }

  /**
   * Renders every mail a newsletter can send. @throws AppError TEMPLATE_INVALID naming the template
   * that does not work.
   */
  async rehearseTemplates(newsletter: NewsletterConfig, sample: Edition): Promise<void> {
    const { renderer } = this.#deps;
    await renderer.edition(newsletter, sample, selectAll(sample.content));
    for (const kind of LETTER_KINDS) await renderer.letter(kind, newsletter);
    for (const kind of NOTICE_KINDS) await renderer.notice(kind, newsletter, sampleNotice(sample));
  }

  async #merge(
    template: MessageTemplate,
    delivery: Pick<Addressed, 'email'> & Personal,
    newsletter: NewsletterConfig,
  ): Promise<Buffer> {
    const sender = senderOf(this.#deps.config, newsletter);
    const message = mergeMessage(template, {
      address: delivery.email,
      messageId: messageId(this.#deps.signer, delivery, domainOf(sender.address)),
      date: this.#deps.clock.now(),
      slots: slotValues(this.#deps.signer, delivery),
    });
    return this.dkim ? this.dkim.sign(message, { canonicalBody: true }) : message;
  }

  #newsletter(id: string): NewsletterConfig {
    const newsletter = this.#deps.config.newsletters.get(id);
    if (newsletter) return newsletter;
    throw new AppError('NOT_FOUND', `The newsletter "${id}" is not in newsletters.yaml any more`, {
      hint: 'Put it back until what was prepared for it has gone out.',
    });
  }

  async #template(delivery: Addressed, newsletter: NewsletterConfig): Promise<MessageTemplate> {
    // An editor is told how a draft stands at that moment, and of tests no two are the same.
    if (delivery.regards !== null) return this.#prepare(delivery, newsletter);
    const period = Math.floor(this.#deps.clock.now() / SYSTEM_MAIL_FRESH_MS);
    const key =
      delivery.variantId === null
        ? `${delivery.kind}/${newsletter.id}/${delivery.language ?? ''}/${period}/${JSON.stringify(await this.#about(delivery))}`
        : `variant/${delivery.variantId}`;
    const known = this.#templates.get(key);
    if (known) return known;
    const [oldest] = this.#templates.keys();
    if (oldest !== undefined && this.#templates.size >= KEPT_TEMPLATES) this.#templates.delete(oldest);
    const made = this.#prepare(delivery, newsletter);
    this.#templates.set(key, made);
    made.catch(() => this.#templates.delete(key)); // the next delivery tries again
    return made;
  }

  async #prepare(delivery: Addressed, newsletter: NewsletterConfig): Promise<MessageTemplate> {
    return prepareMessage(await this.#mail(delivery, newsletter), this.#headers(delivery, newsletter));
  }

  async #mail(delivery: Addressed, newsletter: NewsletterConfig): Promise<RenderedMail> {
    const { db, renderer, clock, noticeFacts } = this.#deps;
    const { id, kind, variantId, regards, email, language } = delivery;
    switch (kind) {
      case 'edition':
        return this.#variants.mail(variantId ?? 0, newsletter);
      case 'test':
        return testMail(db, id);
      case 'draft-ready':
      case 'draft-reminder':
      case 'draft-missed':
        return renderer.notice(
          kind,
          newsletter,
          await noticeFacts(db, newsletter, { editionId: regards ?? '', to: email, now: clock.now() }),
        );
      default:
        return renderer.letter(kind, newsletter, language, await this.#about(delivery));
    }
  }

  #about(delivery: Addressed): Promise<LetterAbout | undefined> {
    return letterAbout(this.#deps.db, this.#deps.config.newsletters, delivery);
  }

  #headers(delivery: Pick<Addressed, 'kind' | 'editionId'>, newsletter: NewsletterConfig): MessageHeaders {
    const { config, links } = this.#deps;
    return {
      from: senderOf(config, newsletter),
      ...(config.replyTo ? { replyTo: config.replyTo } : {}),
      newsletter,
      kind: delivery.kind,
      listDomain: new URL(config.publicUrl).hostname,
      links,
      ...(config.inbound ? { leaveBy: config.inbound.address } : {}),
      ...(delivery.editionId === null ? {} : { editionId: delivery.editionId }),
    };
  }
}
