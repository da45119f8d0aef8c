import { TEMPLATES_DIR } from '../src/base/templates.ts';
import type { EmailAddress } from '../src/base/text/address.ts';
import { TokenSigner } from '../src/base/token.ts';
import { senderOf } from '../src/config/config.ts';
import { type Edition, editionId } from '../src/editions/edition.ts';
import { EVERYTHING, select } from '../src/editions/selection.ts';
import type { MessageHeaders, Recipient } from '../src/mail/mime/message.ts';
import { createRenderer, type RenderedMail, renderForReading } from '../src/mail/render.ts';
import { mailLinks } from '../src/outbound/site-links.ts';
import { benchConfig, content, SLOT, TWO_EACH } from './newsroom.ts';

/** One mail of the edition outside the engine: for the other side, and for what is measured by itself. */
export interface Sample {
  readonly mail: RenderedMail;
  readonly messageHeaders: MessageHeaders;
  recipient(n: number): Recipient;
  /** HTML and text as one reader gets them. */
  personal(n: number): { html: string; text: string };
  /** The headers that nodemailer does not make by itself. */
  headers(n: number): Record<string, string>;
}

export async function renderSample(): Promise<Sample> {
  const { edition, newsletter, links, config, renderer } = newsroom();
  const mail = await renderer.edition(
    newsletter,
    edition,
    select(edition.content, { ...EVERYTHING, sections: TWO_EACH[0] ?? null }),
  );
  const signer = new TokenSigner(config.secrets);
  const slots = (n: number) => {
    const publicId = n.toString(16).padStart(16, '0');
    const lasting = { publicId, issuedAt: 0 };
    return {
      unsubscribe: signer.sign('unsubscribe', lasting),
      preferences: signer.sign('preferences', lasting),
      view: signer.signDelivery('view', { publicId, row: n }),
    };
  };
  return {
    mail,
    messageHeaders: {
      from: senderOf(config, newsletter),
      newsletter,
      kind: 'edition',
      listDomain: 'news.paper.example',
      links,
      editionId: edition.id,
    },
    recipient: (n) => ({
      address: `reader-${n}@readers.example` as EmailAddress,
      messageId: `${signer.signDelivery('message-id', { publicId: n.toString(16).padStart(16, '0'), row: n })}@paper.example`,
      date: SLOT,
      slots: slots(n),
    }),
    personal: (n) => renderForReading(mail, slots(n)),
    headers: (n) => ({
      'Auto-Submitted': 'auto-generated',
      'List-Id': '"The Daily Stopwatch" <daily.news.paper.example>',
      'List-Unsubscribe': `<${links.unsubscribe(slots(n).unsubscribe)}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'List-Post': 'NO',
      Precedence: 'bulk',
    }),
  };
}

export function newsroom() {
  const config = benchConfig('.', { port: 25, connections: 1 });
  const [newsletter] = config.newsletters;
  if (!newsletter) throw new Error('bench/newsletters.yaml has no newsletter');
  const links = mailLinks(config.publicUrl);
  const renderer = createRenderer({ templatesDir: TEMPLATES_DIR, publisher: config.publisher, links });
  const edition: Edition = {
    id: editionId(newsletter.id, SLOT),
    newsletterId: newsletter.id,
    slot: SLOT,
    content: content(),
  };
  return { config, newsletter, links, renderer, edition };
}
