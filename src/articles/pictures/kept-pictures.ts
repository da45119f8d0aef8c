import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import type { FilePictureFault } from './picture-fault.ts';
import { pictureKind } from './picture-kind.ts';
import { withoutMetadata } from './picture-metadata.ts';
import { MAX_PICTURE_BYTES, type PictureCut } from './pictures.ts';

export type KeptPicture =
  | { readonly ok: true /** `media:<file>`, a name in the media folder. */; readonly url: string }
  | { readonly ok: false; readonly reason: FilePictureFault };

/**
 * The name is the hash of the content, or of the original, so what a name stands for never changes.
 */
const FILE_NAME = /^[0-9a-f]{8,128}\.[a-z0-9]{2,5}$/;
const NAME_DIGITS = 32;
const SCHEME = 'media:';
const MAX_PATH = 1_000;

/**
 * Copies a picture that lies beside an article into the media folder, so that it is kept once and a
 * changed picture never appears in a mail that was already sent. Metadata from its camera stays
 * behind (`withoutMetadata`): the copy is served to everybody. It is named after the original, so
 * that one kept by an earlier version is replaced.
 * @param reference the path in the article: relative to the article's file, or, with a slash before
 * it, from the root of its site: the source's folder, or the folder in it that a site builder
 * serves.
 * @param root the source's folder: nothing outside it is read, also not through a symbolic link.
 */
export async function keepPicture(
  reference: string,
  articleFile: string,
  root: string,
  mediaDir: string,
): Promise<KeptPicture> {
  const file = await locate(reference.replace(/[?#].*$/s, ''), articleFile, root);
  if (!file) return refused({ code: 'no-file', reference });
  if ((await stat(file)).size > MAX_PICTURE_BYTES) return refused({ code: 'file-too-large', reference });
  const bytes = await readFile(file);
  const kind = pictureKind(bytes);
  if (!kind.ok) return refused({ code: 'file', reference, why: kind.reason });
  const clean = withoutMetadata(bytes, kind.extension);
  if (!clean) return refused({ code: 'file', reference, why: { code: 'damaged' } });
  return { ok: true, url: await keepAs(mediaDir, nameOf(bytes, kind.extension), clean) };
}

function refused(reason: FilePictureFault): KeptPicture {
  return { ok: false, reason };
}

/** Keeps a file under the hash of its content, and returns its `media:` address. */
export async function keepFile(mediaDir: string, bytes: Buffer, extension: string): Promise<string> {
  return keepAs(mediaDir, nameOf(bytes, extension), bytes);
}

function nameOf(bytes: Buffer, extension: string): string {
  return `${createHash('sha256').update(bytes).digest('hex').slice(0, NAME_DIGITS)}.${extension}`;
}

async function keepAs(mediaDir: string, name: string, bytes: Buffer): Promise<string> {
  const kept = await readFile(join(mediaDir, name)).catch(() => undefined);
  if (!kept?.equals(bytes)) await writeBeside(mediaDir, name, bytes);
  return `${SCHEME}${name}`;
}

/** The bytes of a `media:` address; undefined where the folder does not have it. */
export async function readMedia(mediaDir: string, url: string): Promise<Buffer | undefined> {
  const name = mediaFile(url);
  return name === undefined ? undefined : readFile(join(mediaDir, name)).catch(() => undefined);
}

/** True while the cut's file is there, whole. */
export async function hasCut(mediaDir: string, cut: PictureCut): Promise<boolean> {
  const name = mediaFile(cut.url);
  return name !== undefined && (await sizeOf(mediaDir, name)) === cut.bytes;
}

/**
 * True for a name that this folder gives its files; anything else in it is not for others to see.
 */
export function isMediaName(name: string): boolean {
  return FILE_NAME.test(name);
}

/** The file that a `media:` address names; undefined for any other address. */
function mediaFile(url: string): string | undefined {
  const name = url.startsWith(SCHEME) ? url.slice(SCHEME.length) : '';
  return isMediaName(name) ? name : undefined;
}

/** Folders whose files site builders serve unchanged. */
const SERVED = ['', 'static', 'public', 'assets', 'source', 'src', 'content'];

/**
 * The first of the places it may mean in which there is a file; nothing outside the root, also not
 * by a link.
 */
async function locate(reference: string, articleFile: string, root: string): Promise<string | undefined> {
  const path = decoded(reference);
  if (path === '' || path.includes('\0') || path.length > MAX_PATH) return undefined;
  const fromRoot = SERVED.map((folder) => join(root, folder, path));
  const places = isAbsolute(path) ? fromRoot : [resolve(dirname(articleFile), path), ...fromRoot];
  for (const place of places) {
    const file = await insideOf(root, place);
    if (file) return file;
  }
  return undefined;
}

async function insideOf(root: string, place: string): Promise<string | undefined> {
  try {
    const [file, folder] = await Promise.all([realpath(place), realpath(root)]);
    const inside = file.startsWith(folder.endsWith(sep) ? folder : folder + sep);
    return inside && (await stat(file)).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

async function sizeOf(mediaDir: string, name: string): Promise<number | undefined> {
  return (await stat(join(mediaDir, name)).catch(() => undefined))?.size;
}

/**
 * Written beside and renamed, so that nobody ever reads half a picture; two who write the same name
 * write the same bytes. On the disk before it has its name: after a power cut there must be no
 * empty file that a sent mail points to.
 */
async function writeBeside(mediaDir: string, name: string, bytes: Buffer): Promise<void> {
  await mkdir(mediaDir, { recursive: true });
  const draft = join(mediaDir, `.${randomUUID()}`);
  try {
    await writeFile(draft, bytes, { flush: true });
    await rename(draft, join(mediaDir, name));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
