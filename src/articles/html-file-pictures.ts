import { DomUtils, parseDocument } from 'htmlparser2';
import { oneLine } from '../base/one-line.ts';
import type { FilePicture } from './front-matter-values.ts';

export function htmlFilePictures(html: string): FilePicture[] {
  return DomUtils.getElementsByTagName('img', parseDocument(html)).map(({ attribs, parent }) => {
    const caption = parent ? DomUtils.getElementsByTagName('figcaption', parent)[0] : undefined;
    return {
      source: attribs.src ?? '',
      alt: oneLine(attribs.alt ?? ''),
      caption: caption ? oneLine(DomUtils.textContent(caption)) : '',
    };
  });
}
