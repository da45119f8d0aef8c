import type { StoryCorpus } from './story-corpus.ts';
import { LIVES, nearness, type Point, sharesArc } from './story-evidence.ts';
import type { Place, Traits } from './story-traits.ts';
import { stem } from './story-words.ts';

const MOST_FOR_FURTHER_NAMES = 0.6;
/** Events with many people at once: naming one of them is about that one. */
const CROWDS = new Set(['award', 'fashion', 'match', 'election']);

/** Shared name words, each with its weight. */
export function sharedNames(a: Traits, b: Traits, corpus: StoryCorpus): Map<string, number> {
  const shared = new Map<string, number>();
  for (const [word, inA] of a.words) {
    const inB = b.words.get(word);
    if (!inB || a.told.has(word) || b.told.has(word) || inA.casing === 'lower' || inB.casing === 'lower')
      continue;
    const certain = inA.casing === 'name' || inB.casing === 'name' || corpus.isName(word);
    if (!certain && corpus.isPlain(word)) continue;
    const near = nearness(inA.place, inB.place);
    if (near === 0 || !areCompatible(a, b, word)) continue;
    const weight = (certain ? 1 : 0.75) * (isFirstNameOnly(a, b, word) ? corpus.firstName(word) : 1);
    const place = corpus.isPlace(word) || inA.located || inB.located;
    shared.set(
      word,
      near * weight * (place ? 0.6 * corpus.rarity(stem(word)) : corpus.rarity(stem(word), 0.15)),
    );
  }
  return shared;
}

/** One has the name in full, the other no more than its first word, which many share. */
function isFirstNameOnly(a: Traits, b: Traits, word: string): boolean {
  const inFull = ({ runs }: Traits) => runs.filter((run) => run.length > 1 && run.includes(word));
  const [ofA, ofB] = [inFull(a), inFull(b)];
  if (ofA.length > 0 === ofB.length > 0) return false;
  const [full, short] = ofA.length > 0 ? [ofA, b] : [ofB, a];
  return full.every((run) => run[0] === word && !run.slice(1).some((rest) => short.words.has(rest)));
}

/** False when the word belongs to two people: Jonas and Mia Brandt, Anna Holt and Anna Verrell. */
function areCompatible(a: Traits, b: Traits, word: string): boolean {
  const runs = ({ runs }: Traits) => runs.filter((run) => run.length > 1 && run.includes(word));
  const [ofA, ofB] = [runs(a), runs(b)];
  if (ofA.length === 0 || ofB.length === 0) return true;
  return ofA.some((one) => ofB.some((other) => isWithin(one, other) || isWithin(other, one)));
}

function isWithin(one: readonly string[], other: readonly string[]): boolean {
  return one.every((word) => other.includes(word));
}

/**
 * The words of one name count together: a first name adds little to its surname. Further names add
 * little, too: who is seen once with somebody is often seen with them.
 */
export function namePoints(all: Traits['runs'], shared: ReadonlyMap<string, number>): Point[] {
  const left = new Set(shared.keys());
  const runs = all.toSorted(
    (one, other) => other.length - one.length || (one.join() < other.join() ? -1 : 1),
  );
  const groups = [...runs, ...[...left].map((word) => [word])].flatMap((group) => {
    const words = group.filter((word) => left.delete(word));
    return words.length > 0 ? [words] : [];
  });
  const [best, ...further] = groups
    .map((words) => ({ what: `name ${words.join(' ')}`, value: weightOf(words, shared) }))
    .sort((one, other) => other.value - one.value);
  if (!best) return [];
  const sum = further.reduce((total, { value }) => total + value / 2, 0);
  if (sum === 0) return [best];
  const what = `names ${further.map((point) => point.what.replace('name ', '')).join(', ')}`;
  return [best, { what, value: Math.min(MOST_FOR_FURTHER_NAMES, sum) }];
}

function weightOf(words: readonly string[], shared: ReadonlyMap<string, number>): number {
  const [best = 0, ...others] = words.map((word) => shared.get(word) ?? 0).sort((one, other) => other - one);
  return best + 0.3 * others.reduce((sum, one) => sum + one, 0);
}

/** Each is about somebody the other never mentions. */
export function otherNames(
  a: Traits,
  b: Traits,
  shared: ReadonlyMap<string, number>,
  corpus: StoryCorpus,
): Point[] {
  const sharesPerson = [...shared.keys()].some((word) => !corpus.isPlace(word));
  const places: readonly Place[] = sharesPerson ? ['headline'] : ['headline', 'standfirst'];
  const isOther = (one: Traits, other: Traits) => {
    const known = new Set(one.runs.filter((run) => run.some((word) => shared.has(word))).flat());
    return [...one.words].some(
      ([word, { place, casing }]) =>
        places.includes(place) &&
        (casing === 'name' || (casing === 'maybe' && corpus.isName(word))) &&
        !other.words.has(word) &&
        !known.has(word),
    );
  };
  if (sharesArc(a, b, CROWDS) && (namesAnother(a, b) || namesAnother(b, a)))
    return [{ what: 'one of many', value: -0.8 }];
  if (!isOther(a, b) || !isOther(b, a)) return shared.size === 0 ? [{ what: 'no name', value: -0.9 }] : [];
  return [{ what: 'other names', value: sharesPerson && sharesArc(a, b, LIVES) ? -0.4 : -1 }];
}

/** A full name in the headline, no word of which the other has. */
function namesAnother(one: Traits, other: Traits): boolean {
  return one.runs.some(
    (run) =>
      run.length > 1 &&
      run.every((word) => one.words.get(word)?.place === 'headline' && !other.words.has(word)),
  );
}
