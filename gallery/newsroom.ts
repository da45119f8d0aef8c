import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { App } from '../src/app.ts';
import { clockAt } from '../src/base/clock.ts';
import { createLog } from '../src/base/log.ts';
import { TEMPLATES_DIR } from '../src/base/templates.ts';
import { type Config, loadConfig } from '../src/config/config.ts';
import type { NewsletterConfig } from '../src/config/newsletters.ts';
import type { Edition, EditionPicture } from '../src/editions/edition.ts';
import { withContent } from '../src/editions/store/kept-edition.ts';
import { createRenderer, type Renderer } from '../src/mail/render.ts';
import { mailLinks } from '../src/outbound/site-links.ts';
import { outlook } from '../src/publishing/publish.ts';

/** The moment of every edition here, so that two runs of one design show the same. A Sunday. */
export const SLOT = Date.UTC(2026, 10, 22, 7);
const PUBLIC_URL = 'https://news.broadsheet.example';
const ARTICLE_PICTURES = join(import.meta.dirname, '../articles/pictures');

/** What the cases are made from, collected and composed by Broadsheet itself. */
export interface Newsroom {
  readonly renderer: Renderer;
  /** Of the project's own articles. */
  readonly usual: Edition;
  /** Those of the usual edition's stories. */
  readonly pictures: readonly EditionPicture[];
  /** One upright, one very wide, one of few pixels. */
  readonly shapes: readonly EditionPicture[];
  /** @throws when the file beside this one has no such newsletter. */
  newsletter(id: string): NewsletterConfig;
  /** The bytes a mail's picture address stands for; undefined for any other address. */
  media(address: string): Promise<Buffer> | undefined;
}

/** Opens a newsroom whose database and pictures are gone afterwards. */
export async function withNewsroom<T>(work: (room: Newsroom) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-gallery-'));
  try {
    const shapes = join(folder, 'shapes');
    await drawShapes(shapes);
    const config = galleryConfig(folder, shapes);
    const app = await App.open(config, createLog('error', false), clockAt(SLOT));
    try {
      return await work(await newsroom(app, config));
    } finally {
      await app.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function galleryConfig(folder: string, shapes: string): Config {
  const variables = {
    DATA_DIR: folder,
    PUBLIC_URL,
    SECRET_KEY: 'a-key-for-the-gallery-and-for-nothing-else',
  };
  const config = loadConfig(variables, join(import.meta.dirname, 'newsletters.yaml'));
  const sources = config.sources.map((one) => (one.id === 'shapes' ? { ...one, folder: shapes } : one));
  return { ...config, sources };
}

async function newsroom(app: App, config: Config): Promise<Newsroom> {
  const reports = await app.collector.collect();
  const refused = reports.flatMap((report) => report.refused);
  if (refused.length > 0) throw new Error(`Not collected: ${JSON.stringify(refused)}`);
  const newsletter = (id: string) => {
    const found = config.newsletters.find((one) => one.id === id);
    if (!found) throw new Error(`gallery/newsletters.yaml has no newsletter "${id}"`);
    return found;
  };
  const composed = async (id: string) => {
    const { edition } = await outlook(app.publishing, newsletter(id), SLOT);
    return withContent(edition);
  };
  const picturesOf = ({ content }: Edition) => content.stories.flatMap(({ picture }) => picture ?? []);
  const usual = await composed('daily');
  const shapes = picturesOf(await composed('shapes'));
  const links = mailLinks(PUBLIC_URL);
  const prefix = links.picture('media:');
  return {
    renderer: createRenderer({ templatesDir: TEMPLATES_DIR, publisher: config.publisher, links }),
    usual,
    pictures: picturesOf(usual),
    shapes,
    newsletter,
    media: (address) =>
      address.startsWith(prefix)
        ? readFile(join(config.dataDir, 'media', decodeURIComponent(address.slice(prefix.length))))
        : undefined,
  };
}

const SHAPES = [
  { name: 'a portrait', picture: 'microphone.jpg', width: 700, height: 1400 },
  { name: 'a panorama', picture: 'empty-shore.jpg', width: 1800, height: 400 },
  { name: 'a tiny one', picture: 'kitchen-lemons.jpg', width: 60, height: 45 },
] as const;

/** A folder of articles whose pictures have the shapes that sources send when nobody looks. */
async function drawShapes(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const { name, picture, width, height } of SHAPES) {
    const file = name.replaceAll(' ', '-');
    await sharp(join(ARTICLE_PICTURES, picture))
      .resize(width, height, { fit: 'cover' })
      .toFile(join(folder, `${file}.jpg`));
    writeFileSync(
      join(folder, `${file}.md`),
      `---\nheadline: The picture of this story is ${name}\ndate: 1 hour ago\npicture: ${file}.jpg\n---\n\nWhat it shows is ${width} by ${height} pixels.\n`,
    );
  }
}
