import type { EditionPicture } from '../../editions/edition.ts';
import type { CheckedMail } from '../checked-mail.ts';
import { type Finding, placeIn } from '../finding.ts';
import { elementsIn } from '../mail-page.ts';

/**
 * Bytes. Gmail cuts a mail off somewhere past 99,500, as measured; what follows is gone, and the
 * unsubscribe link with it.
 */
const HTML_MOST = 100_000;
const HTML_MUCH = 80_000;
const UNSUBSCRIBE_WITHIN = 90_000;
const PICTURES_MUCH = 800_000;

/** Checks the length of the HTML with its links filled in. */
export function size({ html, name }: CheckedMail): Finding[] {
  const bytes = Buffer.byteLength(html);
  if (bytes < HTML_MUCH) return [];
  const tooMuch = bytes >= HTML_MOST;
  const limit = tooMuch ? HTML_MOST : HTML_MUCH;
  return [
    {
      check: 'size',
      severity: tooMuch ? 'blocking' : 'advisory',
      says: `The HTML for ${name} has ${inFigures(bytes)} bytes, ${inFigures(limit)} or more; Gmail clips a mail at about 100,000`,
      where: placeIn('html'),
      mend: 'Lower limits.stories in newsletters.yaml, or remove something from the template.',
    },
  ];
}

/** Every reader has to see the way out: before Gmail's cut, and in the plain text too. */
export function wayOut(mail: CheckedMail): Finding[] {
  const address = mail.links.unsubscribe('');
  const linked = elementsIn(mail.page, 'a').some((link) => link.attribs.href?.startsWith(address));
  const bytesBefore = Buffer.byteLength(mail.html.slice(0, mail.html.indexOf(address)));
  const missing = (part: 'html' | 'text', says: string): Finding => ({
    check: 'unsubscribe',
    severity: 'blocking',
    says,
    where: placeIn(part),
    mend: 'Put the unsubscribe link back into the template, near the end of every mail.',
  });
  return [
    ...(linked ? [] : [missing('html', 'The HTML has no unsubscribe link')]),
    ...(linked && bytesBefore > UNSUBSCRIBE_WITHIN
      ? [
          missing(
            'html',
            `The unsubscribe link comes after ${inFigures(bytesBefore)} bytes, where Gmail may have clipped the mail; within ${inFigures(UNSUBSCRIBE_WITHIN)} it is safe`,
          ),
        ]
      : []),
    ...(mail.text.includes(address) || mail.text.trim() === ''
      ? []
      : [missing('text', 'The plain text has no unsubscribe link')]),
  ];
}

/** Checks the weight of the pictures that a reader on a telephone loads. */
export function pictureWeight(mail: CheckedMail): Finding[] {
  const { bytes, pictures } = pictureBytes(mail);
  if (bytes <= PICTURES_MUCH) return [];
  return [
    {
      check: 'picture-weight',
      severity: 'advisory',
      says: `The ${pictures} pictures for ${mail.name} have ${inFigures(bytes)} bytes together; ${inFigures(PICTURES_MUCH)} is plenty`,
      where: placeIn('pictures'),
      mend: 'Show fewer or smaller pictures.',
    },
  ];
}

/** The pictures a mail shows whose size is known: those that were cut for it. Each counts once. */
export function pictureBytes(mail: CheckedMail): { bytes: number; pictures: number } {
  const cuts = mail.stories.flatMap(({ picture }) => cutsOf(picture, mail));
  const shown = new Set(elementsIn(mail.page, 'img').map((image) => image.attribs.src));
  const sizes = new Map(
    cuts.filter(({ address }) => shown.has(address)).map((cut) => [cut.address, cut.bytes]),
  );
  return { bytes: [...sizes.values()].reduce((sum, one) => sum + one, 0), pictures: sizes.size };
}

function cutsOf(picture: EditionPicture | null, { links }: CheckedMail) {
  return Object.values(picture?.cuts ?? {}).map(({ url, bytes }) => ({ address: links.picture(url), bytes }));
}

function inFigures(number: number): string {
  return number.toLocaleString('en-GB');
}
