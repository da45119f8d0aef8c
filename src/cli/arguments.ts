import { AppError } from '../base/errors.ts';
import { type EmailAddress, parseAddress } from '../base/text/address.ts';
import type { Config } from '../config/config.ts';
import { durationSchema } from '../config/config-fields.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { findEdition } from '../editions/store/edition-store.ts';
import type { KeptEdition } from '../editions/store/kept-edition.ts';
import type { Ground } from '../ground.ts';

/** `2020-11-11T07:00Z`, or a date alone for its midnight in UTC. @throws AppError USAGE. */
export function readMoment(text: string): number {
  const time = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2}))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new AppError('USAGE', `"${text}" is not a moment`, {
    hint: 'Write it with its zone, such as 2020-11-11T07:00Z, or as a date, 2020-11-11.',
  });
}

/** `30m`, `12h` … in milliseconds. @throws AppError USAGE. */
export function readDuration(text: string): number {
  const parsed = durationSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new AppError('USAGE', `"${text}" is not a length of time`, {
    hint: 'Write it as 90s, 30m, 12h or 2d.',
  });
}

/** A whole number of at least 1. @throws AppError USAGE. */
export function readCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new AppError('USAGE', `"${text}" is not a number of at least 1`);
}

/**
 * One bare address.
 * @param world whether letters beyond ASCII are taken before the @, as they are where somebody is
 * looked up.
 * @throws AppError ADDRESS_INVALID.
 */
export function readAddress(text: string, world = true): EmailAddress {
  const parsed = parseAddress(text, { world });
  if (parsed.ok) return parsed.address;
  throw new AppError('ADDRESS_INVALID', `"${text}" cannot be used: ${parsed.reason}`);
}

/**
 * The newsletter of that name; without a name the only one there is. @throws AppError USAGE or
 * NOT_FOUND.
 */
export function oneNewsletter(config: Config, id: string | undefined): NewsletterConfig {
  const [first, ...others] = config.newsletters;
  if (id === undefined && first && others.length === 0) return first;
  const found = config.newsletters.get(id);
  if (found) return found;
  const names = config.newsletters.map((newsletter) => newsletter.id).join(', ');
  if (id === undefined) throw new AppError('USAGE', `Which newsletter? There are ${names}.`);
  throw new AppError('NOT_FOUND', `There is no newsletter "${id}"`, {
    hint: `newsletters.yaml has ${names}.`,
  });
}

/** The newsletters a command is about: the named one, or all. */
export function newslettersNamed(config: Config, id: string | undefined): readonly NewsletterConfig[] {
  return id === undefined ? config.newsletters : [oneNewsletter(config, id)];
}

/**
 * The newsletter a name means, or the only one there is; undefined when the name must be an
 * edition's.
 */
export function newsletterNamed(config: Config, name: string | undefined): NewsletterConfig | undefined {
  return name === undefined ? oneNewsletter(config, name) : config.newsletters.get(name);
}

/** An edition by its id. @throws AppError NOT_FOUND. */
export async function editionNamed(ground: Ground, name = ''): Promise<KeptEdition> {
  const found = await findEdition(ground.db, name);
  if (found) return found;
  const names = ground.config.newsletters.map((newsletter) => newsletter.id).join(', ');
  throw new AppError('NOT_FOUND', `There is no edition or newsletter "${name}"`, {
    hint: `\`broadsheet status\` lists the editions; newsletters.yaml has ${names}.`,
  });
}
