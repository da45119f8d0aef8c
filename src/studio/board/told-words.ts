import type { Reach } from '../../delivery/audience/reach.ts';
import { type EditionStory, readEditionId } from '../../editions/edition.ts';
import type { Told } from '../../editions/store/told-before.ts';
import { day } from '../studio-words.ts';
import { shareInWords } from './reach-words.ts';

/**
 * Returns, for a story that an earlier edition told as far, the time and who gets it all the same.
 * Empty for one that is new or goes on.
 * @param reach of the draft that has it.
 */
export function toldWords(
  told: Told | undefined,
  { chapter, articleId }: Pick<EditionStory, 'chapter'> & Partial<Pick<EditionStory, 'articleId'>>,
  { zone, now, reach }: { readonly zone: string; readonly now: number; readonly reach?: Reach | undefined },
): string {
  const edition = told && chapter <= told.chapter ? readEditionId(told.editionId) : undefined;
  if (!edition) return '';
  const words = `Sent ${day(edition.slot, zone, now)}. Only readers who missed it will get it`;
  if (!reach) return words;
  const number = reach.whoGet((stories) => stories.some((story) => story.articleId === articleId));
  return `${words}: ${shareInWords(reach, number)}`;
}
