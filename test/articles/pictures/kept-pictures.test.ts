import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasCut, keepFile, keepPicture, readMedia } from '../../../src/articles/pictures/kept-pictures.ts';
import { filePictureWords } from '../../../src/articles/sources/failure-words.ts';
import { jpeg } from './picture-files.ts';

class Folder implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'broadsheet-media-'));
  readonly media = join(this.root, 'media');

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

const BYTES = Buffer.from('the same bytes');
const NAME = /^media:[0-9a-f]{32}\.jpg$/;

describe('a file in the media folder', () => {
  test('is named after its content and kept once, however many keep it at the same time', async () => {
    using folder = new Folder();
    const urls = await Promise.all(Array.from({ length: 8 }, () => keepFile(folder.media, BYTES, 'jpg')));
    expect(new Set(urls).size).toBe(1);
    expect(urls[0]).toMatch(NAME);
    expect(readdirSync(folder.media)).toHaveLength(1);
    expect(await readMedia(folder.media, urls[0] ?? '')).toEqual(BYTES);
  });

  test('that a power cut left empty is written again', async () => {
    using folder = new Folder();
    const url = await keepFile(folder.media, BYTES, 'jpg');
    const cut = { url, width: 1, height: 1, bytes: BYTES.length };
    truncateSync(join(folder.media, url.slice('media:'.length)));
    expect(await hasCut(folder.media, cut)).toBe(false);
    await keepFile(folder.media, BYTES, 'jpg');
    expect(await hasCut(folder.media, cut)).toBe(true);
  });

  test('that cannot get its name leaves no draft behind', async () => {
    using folder = new Folder();
    const url = await keepFile(folder.media, BYTES, 'jpg');
    const name = url.slice('media:'.length);
    rmSync(join(folder.media, name));
    mkdirSync(join(folder.media, name));
    await expect(keepFile(folder.media, BYTES, 'jpg')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
    expect(readdirSync(folder.media)).toEqual([name]);
  });

  test('is read by an address of this folder only', async () => {
    using folder = new Folder();
    mkdirSync(folder.media);
    writeFileSync(join(folder.root, 'abcdef0123456789.jpg'), 'outside');
    writeFileSync(join(folder.media, 'notes.txt'), 'ours');
    for (const url of [
      'media:../abcdef0123456789.jpg',
      'media:notes.txt',
      'abcdef0123456789.jpg',
      'file:///etc/passwd',
    ])
      expect(await readMedia(folder.media, url)).toBeUndefined();
  });
});

describe('a picture beside an article', () => {
  const keep = async (content: Buffer | string) => {
    using folder = new Folder();
    writeFileSync(join(folder.root, 'p.jpg'), content);
    const kept = await keepPicture('p.jpg', join(folder.root, 'a.md'), folder.root, folder.media);
    return kept.ok
      ? { url: kept.url, is: await readMedia(folder.media, kept.url) }
      : filePictureWords(kept.reason);
  };

  test('is kept as it is', async () => {
    const original = await jpeg(300, 200);
    expect(await keep(original)).toEqual({ url: expect.stringMatching(NAME), is: original });
  });

  test.each([
    [
      '<svg xmlns="http://www.w3.org/2000/svg"/>',
      'p.jpg: it is an SVG drawing, which mail programs do not show',
    ],
    ['<html>', 'p.jpg: it is a web page and not a picture'],
    [Buffer.alloc(15 * 1024 * 1024 + 1, 0xff), 'the picture p.jpg is over 15 MB'],
  ])('is refused by what it is, not by what it is called: %#', async (content, reason) => {
    expect(await keep(content)).toBe(reason);
  });
});
