import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { App } from '../../app.ts';
import { AppError, messageOf } from '../../base/errors.ts';
import { NOBODY } from '../../base/public-id.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import type { Edition } from '../../editions/edition.ts';
import { type KeptEdition, withContent } from '../../editions/store/kept-edition.ts';
import { sentEditions } from '../../editions/store/sent-editions.ts';
import { reasonInWords } from '../../editions/words/reason-words.ts';
import { type Reader, sampleReader } from '../../outbound/addressed.ts';
import { readerAt } from '../../outbound/reader-at.ts';
import { outlook } from '../../publishing/publish.ts';
import { editionNamed, newsletterNamed, readAddress, readMoment } from '../arguments.ts';
import { EXIT, say } from '../output.ts';
import { sayChecked } from './send.ts';

export interface PreviewOptions {
  readonly out: string;
  readonly as?: string;
  readonly asOf?: string;
}

/**
 * `broadsheet preview [edition] --out DIR [--as EMAIL]`: html, text and .eml as they would go out.
 */
export async function preview(app: App, name: string | undefined, options: PreviewOptions): Promise<number> {
  const newsletter = newsletterNamed(app.config, name);
  const kept = newsletter ? await dueOrLast(app, newsletter, options.asOf) : await editionNamed(app, name);
  if (!kept.content)
    throw new AppError('NOT_FOUND', `${kept.id} has no stories: ${reasonInWords(kept.reason)}`);
  const edition = withContent(kept, app.clock.now());
  const reader = options.as === undefined ? sampleReader(edition) : await readerOf(app, edition, options.as);
  const { subject, html, text, raw } = await app.composer.preview(edition, reader);
  await makeFolder(options.out);
  say(`${edition.id}, as ${options.as ?? 'somebody who reads everything'}: ${subject}`);
  for (const [ending, content] of Object.entries({ html, txt: text, eml: raw })) {
    const file = join(options.out, `${edition.id}.${ending}`);
    await writeFile(file, content);
    say(`  ${file} (${Buffer.byteLength(content)} bytes)`);
  }
  sayChecked(await app.verdict(edition));
  return EXIT.done;
}

/**
 * Returns the edition sent at the slot that is due, else the one that would be; when that is
 * nothing, the last edition sent.
 */
async function dueOrLast(
  app: App,
  newsletter: NewsletterConfig,
  asOf: string | undefined,
): Promise<KeptEdition> {
  await app.collector.collect(newsletter.sources);
  const at = asOf === undefined ? app.clock.now() : readMoment(asOf);
  const { edition, sent } = await outlook(app.publishing, newsletter, at);
  const [last] = edition.content ? [] : await sentEditions(app.db, newsletter.id, 1);
  return sent ?? last ?? edition;
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new AppError('USAGE', `${folder} cannot be made a folder: ${messageOf(cause)}`, { cause });
  }
}

/** The reader at an address, with the tokens of their real delivery when there is one. */
async function readerOf(app: App, edition: Edition, address: string): Promise<Reader> {
  const found = await readerAt(app.db, edition, readAddress(address), app.clock.now());
  if (!found) throw new AppError('NOT_FOUND', `${address} does not subscribe to ${edition.newsletterId}`);
  const { subscription, delivery, placed } = found;
  if ('excluded' in placed)
    throw new AppError('NOT_FOUND', `${edition.id} has nothing for ${address}: ${placed.excluded}`);
  return {
    id: delivery?.id ?? 0,
    publicId: delivery?.publicId ?? NOBODY,
    subscriptionId: subscription.id,
    subscriptionPublicId: subscription.publicId,
    email: subscription.email,
    name: subscription.name,
    language: subscription.language,
    createdAt: delivery?.createdAt ?? app.clock.now(),
    selection: placed.selection,
  };
}
