import { pipeline } from 'node:stream/promises';
import { AppError } from '../../base/errors.ts';
import { needsUtf8 } from '../../base/text/address.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import { addressesOf, readerHistory } from '../../delivery/reader-history.ts';
import type { Ground } from '../../ground.ts';
import { addReaders } from '../../subscribers/add-readers.ts';
import { exportReaders } from '../../subscribers/export-readers.ts';
import { normaliseSections } from '../../subscribers/subscriber.ts';
import { erase, streamSubscriptions } from '../../subscribers/subscriber-store.ts';
import { oneNewsletter, readAddress, readCount } from '../arguments.ts';
import { EXIT, say, sayJson } from '../output.ts';
import { privateFile } from '../private-file.ts';

export interface ReaderOptions {
  readonly newsletter?: string;
  readonly sections?: string;
  readonly name?: string;
  readonly weekly?: boolean;
  readonly out?: string;
  readonly json?: boolean;
  readonly limit?: string;
}

/** `subscribers add EMAIL…`: active at once, on the operator's word. */
export async function addSubscribers(
  ground: Ground,
  emails: readonly string[],
  options: ReaderOptions,
): Promise<number> {
  const newsletter = oneNewsletter(ground.config, options.newsletter);
  const sections = readSections(newsletter, options.sections);
  const choice = {
    name: options.name ?? '',
    sections,
    frequency: options.weekly ? 'weekly' : 'every',
  } as const;
  const world = emails.some(needsUtf8) && (await relayTakesUtf8(ground));
  const readers = emails.map((email) => ({ email: readAddress(email, world), ...choice }));
  const counts = await addReaders(ground.db, readers, {
    newsletterId: newsletter.id,
    origin: 'command line',
    now: ground.clock.now(),
  });
  say(
    `${newsletter.id}: ${counts.added} added, ${counts.known} already subscribed, ${counts.leftAlone} left alone (unsubscribed or suppressed)`,
  );
  return EXIT.done;
}

/** `subscribers export [--out FILE]` */
export async function exportSubscribers(ground: Ground, options: ReaderOptions): Promise<number> {
  const filter = options.newsletter
    ? { newsletterId: oneNewsletter(ground.config, options.newsletter).id }
    : {};
  const csv = exportReaders(ground.db, filter);
  if (options.out) await pipeline(csv, privateFile(options.out));
  else await pipeline(csv, process.stdout, { end: false });
  return EXIT.done;
}

/** `subscribers list`: the first ones; `export` has them all. */
export async function listSubscribers(ground: Ground, options: ReaderOptions): Promise<number> {
  const filter = options.newsletter
    ? { newsletterId: oneNewsletter(ground.config, options.newsletter).id }
    : {};
  const limit = readCount(options.limit ?? '50');
  const readers = [];
  // A list of everybody says nothing of what anybody mutes: `show` says it of one person, to answer that person.
  for await (const { mutes: _, ...reader } of streamSubscriptions(ground.db, filter)) {
    if (readers.length === limit) break;
    readers.push(reader);
  }
  if (options.json) sayJson(readers);
  else if (readers.length === 0)
    say('No subscribers yet. `broadsheet subscribers add EMAIL` or `import FILE` brings some.');
  else
    for (const { email, newsletterId, state, sections, frequency } of readers)
      say(
        `${email.padEnd(36)} ${newsletterId.padEnd(14)} ${state.padEnd(13)} ${sections?.join(' ') ?? 'everything'}${frequency === 'weekly' ? ', weekly' : ''}`,
      );
  return EXIT.done;
}

/**
 * `subscribers erase EMAIL`: forgets a person; a hash stays so that no import brings them back.
 * @throws AppError NOT_FOUND for the former address of somebody who moved: erasing it alone would
 * leave them here.
 */
export async function eraseSubscriber(ground: Ground, email: string): Promise<number> {
  const asked = readAddress(email);
  const { movedTo } = (await readerHistory(ground.db, asked)) ? {} : await addressesOf(ground.db, asked);
  if (movedTo)
    throw new AppError('NOT_FOUND', `${email} is a former address: its reader has ${movedTo} now`, {
      hint: `Nobody was erased. To erase them: broadsheet subscribers erase ${movedTo}`,
    });
  const known = await erase(ground.db, asked, ground.clock.now());
  say(
    known
      ? `${email} is erased, and no import will bring it back`
      : `${email} was not known; no import will bring it in`,
  );
  return EXIT.done;
}

/** Asks the relay for its SMTPUTF8, which letters beyond ASCII before the @ need. */
async function relayTakesUtf8({ config, clock }: Ground): Promise<boolean> {
  const { CaughtMails } = await import('../../transport/inbound/caught-mails.ts');
  const { Outlet } = await import('../../transport/outlet.ts');
  const { takesUtf8 } = await import('../../transport/relay-memory.ts');
  const outlet = new Outlet(config, { caught: CaughtMails.of(config), clock });
  try {
    return await takesUtf8(await outlet.connections());
  } finally {
    await outlet.close();
  }
}

function readSections(newsletter: NewsletterConfig, text: string | undefined): readonly string[] | null {
  const known = newsletter.sections.map((section) => section.id);
  const chosen = text?.split(/[\s,;|]+/).filter(Boolean) ?? [];
  const stranger = chosen.find((section) => !known.includes(section));
  if (stranger)
    throw new AppError('USAGE', `${newsletter.id} has no section "${stranger}"`, {
      hint: `It has ${known.join(', ')}.`,
    });
  return normaliseSections(chosen, known);
}
