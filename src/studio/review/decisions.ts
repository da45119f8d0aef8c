import { actsOf } from '../../editions/store/act-log.ts';
import { notedWords } from '../../editions/words/act-log-words.ts';
import type { Studio } from '../studio-deps.ts';
import { distance } from '../studio-words.ts';

/**
 * Returns the decisions about an edition with their authors, newest first; null where there are
 * none.
 */
export async function decisionsView({ db, clock }: Studio, editionId: string) {
  const acts = await actsOf(db, editionId);
  if (acts.length === 0) return null;
  return {
    acts: acts.map(({ at, by, what }) => ({
      by,
      what: notedWords(what),
      iso: new Date(at).toISOString(),
      when: distance(at, clock.now()),
    })),
  };
}
