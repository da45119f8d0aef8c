import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { keepFile } from '../articles/pictures/kept-pictures.ts';
import { pictureKind } from '../articles/pictures/picture-kind.ts';
import { pictureFaultWords } from '../articles/sources/failure-words.ts';
import { AppError } from '../base/errors.ts';
import type { Brand } from '../config/brand.ts';
import type { Config } from '../config/config.ts';
import { Newsletters } from '../config/newsletters.ts';

/** A masthead is small; a larger file keeps every reader waiting. */
const MOST_BYTES = 1024 * 1024;
/** Kinds that every mail program shows. */
const SHOWN = ['png', 'jpg', 'gif'];
const KEYS = ['logo', 'logo_dark'] as const;

/**
 * Returns the configuration with each logo that is a file beside `newsletters.yaml` kept under the
 * hash of its content and served by this site (`media:…`), so that a mail already sent keeps the
 * logo it was sent with.
 * @param mediaDir where files are kept; undefined for a diagnosis, which looks at the file and
 * keeps nothing.
 * @throws AppError CONFIG_INVALID naming newsletter, key and file.
 */
export async function withKeptLogos(config: Config, mediaDir: string | undefined): Promise<Config> {
  if (!config.newsletters.some(({ brand }) => brand)) return config;
  const newsletters = await Promise.all(
    config.newsletters.map(async (newsletter) => {
      const { id, brand } = newsletter;
      if (!brand) return newsletter;
      const kept: { -readonly [Key in (typeof KEYS)[number]]?: Brand[Key] } = {};
      for (const key of KEYS) {
        const logo = brand[key];
        if (logo !== undefined && !logo.startsWith('https:'))
          kept[key] = await keepLogo(config.baseDir, logo, mediaDir, `newsletters.${id}.brand.${key}`);
      }
      return { ...newsletter, brand: { ...brand, ...kept } };
    }),
  );
  return Object.freeze({ ...config, newsletters: Newsletters.with(newsletters) });
}

async function keepLogo(
  baseDir: string,
  logo: string,
  mediaDir: string | undefined,
  key: string,
): Promise<string> {
  const file = isAbsolute(logo) ? logo : join(baseDir, logo);
  const refuse = (says: string, cause?: unknown) =>
    new AppError('CONFIG_INVALID', `${key}: ${file} ${says}`, {
      hint: 'A logo is a PNG, JPEG or GIF of up to 1 MB: a file beside newsletters.yaml, or an https address.',
      cause,
    });
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw refuse(cause.code === 'ENOENT' ? 'is not there' : `cannot be read (${cause.code})`, cause);
  });
  const kind = pictureKind(bytes);
  if (!kind.ok) throw refuse(`cannot be a logo: ${pictureFaultWords(kind.reason)}`);
  if (!SHOWN.includes(kind.extension))
    throw refuse(`cannot be a logo: many mail programs show no ${kind.extension}`);
  if (bytes.length > MOST_BYTES) throw refuse('is over 1 MB');
  return mediaDir === undefined ? logo : keepFile(mediaDir, bytes, kind.extension);
}
