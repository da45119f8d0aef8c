import { pictureFaultWords } from '../articles/sources/failure-words.ts';
import type { InReason, OutReason } from './decision.ts';

/** Names an edition for whoever reads: by its id, or by its moment. */
export type NameEdition = (id: string) => string;

/**
 * Says a decision in English, without its full stop: `leads the edition, from Royals`, `its story
 * was sent in …`.
 */
export function decisionWords(reason: InReason | OutReason, nameEdition: NameEdition = (id) => id): string {
  return isIn(reason) ? placeWords(reason) : outWords(reason, nameEdition);
}

/** Says what place an article would have in an edition that was made before it came. */
export function cameLateWords(reason: InReason): string {
  return `arrived after the draft was built; a rebuild would ${placeWords(reason, 'lead', 'be in')}`;
}

function isIn(reason: InReason | OutReason): reason is InReason {
  return reason.code === 'leads' || reason.code === 'in';
}

function placeWords(
  { code, section, update, withoutPicture }: InReason,
  leads = 'leads',
  isWithin = 'in',
): string {
  return [
    code === 'leads' ? `${leads} the edition, from ${section}` : `${isWithin} ${section}`,
    ...(update ? ['as an update'] : []),
    ...(withoutPicture ? [`without its picture: ${pictureFaultWords(withoutPicture)}`] : []),
  ].join(', ');
}

function outWords(reason: OutReason, nameEdition: NameEdition): string {
  switch (reason.code) {
    case 'no-section':
      return 'no section takes it';
    case 'light-section':
      return `${reason.section} is light, and this is about ${reason.tags.join(', ')}`;
    case 'refused':
      return `the checks refuse it: ${reason.because}`;
    case 'not-published-yet':
      return 'not published by then';
    case 'too-old':
      return `older than max_age (${reason.hours} h)`;
    case 'told':
      return `its story was sent in ${nameEdition(reason.edition)}`;
    case 'not-newer':
      return `not newer than the previous edition (${nameEdition(reason.edition)})`;
    case 'same-story':
      return `the same story as “${reason.headline}”`;
    case 'edition-full':
      return `the edition is full (${reason.stories} stories)`;
    case 'section-full':
      return `${reason.section} is full (${reason.stories})`;
    case 'enough-from-source':
      return `enough from ${reason.source} (${reason.stories})`;
  }
}
