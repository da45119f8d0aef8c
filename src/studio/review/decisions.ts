import { actsOf } from '../../editions/store/act-log.ts';
import { notedWords } from '../../editions/words/act-log-words.ts';
import type { Studio } from '../studio-deps.ts';
import { distance } from '../studio-words.ts';

/** Who decided what about an edition, newest first; null where nobody has decided anything. */
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
