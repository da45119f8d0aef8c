import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { App } from '../app.ts';
import { AppError } from '../base/errors.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { type KeptEdition, sentEditions } from '../editions/edition-store.ts';
import { type Reader, SAMPLE_READER } from '../publishing/mail-composer.ts';
import { composeEdition } from '../publishing/publish.ts';
import { deliveryTo } from '../publishing/sent-mail.ts';
import { streamSubscriptions } from '../subscribers/subscriber-store.ts';
import { editionNamed, newsletterNamed, readAddress } from './arguments.ts';
import { EXIT, say } from './output.ts';

/** `broadsheet preview [edition] --out DIR [--as EMAIL]`: html, text and .eml as they would go out. */
export async function preview(
  app: App,
  name: string | undefined,
  options: { out: string; as?: string },
): Promise<number> {
  const newsletter = newsletterNamed(app.config, name);
  const edition = newsletter ? await dueOrLast(app, newsletter) : await editionNamed(app, name);
  if (!edition.content) throw new AppError('NOT_FOUND', `${edition.id} has no stories: ${edition.reason}`);
  const reader = options.as === undefined ? SAMPLE_READER : await readerOf(app, edition, options.as);
  const { subject, html, text, raw } = await app.composer.preview(edition.id, reader);
  await mkdir(options.out, { recursive: true });
  const files = { html, txt: text, eml: raw };
  say(`${edition.id}, as ${options.as ?? 'somebody who reads everything'}: ${subject}`);
  for (const [ending, content] of Object.entries(files)) {
    const file = join(options.out, `${edition.id}.${ending}`);
    await writeFile(file, content);
    say(`  ${file} (${Buffer.byteLength(content)} bytes)`);
  }
  return EXIT.done;
}

/** The edition that is due, composed anew unless it was sent; when there is none, the last one that was sent. */
async function dueOrLast(app: App, newsletter: NewsletterConfig): Promise<KeptEdition> {
  await app.collect(newsletter.sources);
  const { edition } = await composeEdition(app.publishing, newsletter, app.clock.now());
  const [last] = edition.content ? [] : await sentEditions(app.db, newsletter.id, 1);
  return last ?? edition;
}

/** The reader at an address, with the tokens of their real delivery when there is one. */
async function readerOf(app: App, edition: KeptEdition, address: string): Promise<Reader> {
  const filter = { newsletterId: edition.newsletterId, email: readAddress(address) };
  for await (const subscription of streamSubscriptions(app.db, filter)) {
    const delivery = await deliveryTo(app.db, edition.id, subscription.id);
    return {
      id: delivery?.id ?? 0,
      subscriptionId: subscription.id,
      email: subscription.email,
      createdAt: delivery?.createdAt ?? app.clock.now(),
      sections: subscription.sections,
    };
  }
  throw new AppError('NOT_FOUND', `${address} does not subscribe to ${edition.newsletterId}`);
}
