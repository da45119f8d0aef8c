import type { InReason } from '../../composing/decision.ts';
import { cameLateWords, decisionWords } from '../../composing/decision-words.ts';
import type { NearbyReason } from '../../composing/nearby-articles.ts';
import { readEditionId } from '../../editions/edition.ts';
import { moment } from '../studio-words.ts';

/** Says why an article is in an edition or not, without its full stop, with other editions by their moments. */
export function nearbyWords(why: NearbyReason | InReason, timeZone: string, now: number): string {
  switch (why.code) {
    case 'leads-edition':
      return 'leads the edition';
    case 'in-edition':
      return 'in the edition';
    case 'in-section':
      return `in ${why.section}`;
    case 'left-out':
      return 'an editor left it out';
    case 'left-out-by-checks':
      return why.because;
    case 'came-late':
      return cameLateWords(why.place);
    default:
      return decisionWords(why, (id) => {
        const slot = readEditionId(id)?.slot;
        return slot === undefined ? id : `the edition of ${moment(slot, timeZone, now)}`;
      });
  }
}
