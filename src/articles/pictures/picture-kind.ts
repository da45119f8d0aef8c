import type { PictureFault } from './picture-fault.ts';
import { type PictureRefusal, pictureRefused } from './pictures.ts';

export type PictureKind = { readonly ok: true; readonly extension: PictureExtension } | PictureRefusal;
export type PictureExtension = 'jpg' | 'png' | 'gif' | 'webp' | 'avif';

const HEAD_BYTES = 512;
/**
 * Bytes read of the box that opens an AVIF: its length, `ftyp`, then the brands that the file
 * claims to be.
 */
const BRANDS_END = 64;

/** The kind of picture by its first bytes: a file's name and a server's word prove nothing. */
export function pictureKind(bytes: Uint8Array): PictureKind {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1');
  const extension = extensionOf(head);
  return extension ? { ok: true, extension } : pictureRefused(whatElse(head));
}

function extensionOf(head: string): PictureExtension | undefined {
  if (head.startsWith('\xff\xd8\xff')) return 'jpg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (/^GIF8[79]a/.test(head)) return 'gif';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'webp';
  return head.slice(4, 8) === 'ftyp' && /avi[fs]/.test(head.slice(8, BRANDS_END)) ? 'avif' : undefined;
}

function whatElse(head: string): PictureFault {
  if (head === '') return { code: 'empty' };
  if (/<svg[\s>]/i.test(head)) return { code: 'svg' };
  if (/<!doctype html|<html[\s>]|<head[\s>]/i.test(head)) return { code: 'web-page' };
  return { code: 'no-picture' };
}
