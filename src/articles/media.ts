import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, isAbsolute, join, resolve, sep } from 'node:path';

export type KeptPicture =
  | { readonly ok: true /** `media:<file>`, a name in the media folder. */; readonly url: string }
  | { readonly ok: false; readonly reason: string };

const MAX_PICTURE_BYTES = 10 * 1024 * 1024;
const NAME_DIGITS = 32;

/**
 * Copies a picture that lies beside an article into the media folder, named after its content, so that it is kept once
 * and a changed picture never appears in a mail that was already sent.
 * @param reference the path as the article gives it, relative to the article's file.
 * @param root the source's folder: nothing outside it is read, also not through a symbolic link.
 */
export async function keepPicture(
  reference: string,
  articleFile: string,
  root: string,
  mediaDir: string,
): Promise<KeptPicture> {
  const file = await locate(reference, articleFile, root);
  if (!file) return refused(`there is no picture ${reference} in the source's folder`);
  if ((await stat(file)).size > MAX_PICTURE_BYTES) return refused(`the picture ${reference} is over 10 MB`);
  const bytes = await readFile(file);
  const extension = pictureExtension(bytes);
  if (!extension) return refused(`${reference} is not a JPEG, PNG, GIF or WebP picture (${extname(file)})`);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, NAME_DIGITS);
  await writeOnce(mediaDir, `${hash}.${extension}`, bytes);
  return { ok: true, url: `media:${hash}.${extension}` };
}

/** The kind of picture by its first bytes: a file's name proves nothing. */
export function pictureExtension(bytes: Uint8Array): 'jpg' | 'png' | 'gif' | 'webp' | undefined {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('\xff\xd8\xff')) return 'jpg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (/^GIF8[79]a/.test(head)) return 'gif';
  return head.startsWith('RIFF') && head.endsWith('WEBP') ? 'webp' : undefined;
}

async function locate(reference: string, articleFile: string, root: string): Promise<string | undefined> {
  const path = decoded(reference.split(/[?#]/)[0] ?? '');
  if (path === '' || isAbsolute(path) || path.includes('\0')) return undefined;
  try {
    const [file, folder] = await Promise.all([realpath(resolve(dirname(articleFile), path)), realpath(root)]);
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

/** Written beside and renamed, so that nobody ever reads half a picture; two who write the same name write the same bytes. */
async function writeOnce(mediaDir: string, name: string, bytes: Buffer): Promise<void> {
  const target = join(mediaDir, name);
  const kept = await stat(target).catch(() => undefined);
  if (kept?.size === bytes.length) return;
  await mkdir(mediaDir, { recursive: true });
  const draft = join(mediaDir, `.${randomUUID()}`);
  await writeFile(draft, bytes);
  await rename(draft, target);
}

function refused(reason: string): KeptPicture {
  return { ok: false, reason };
}
