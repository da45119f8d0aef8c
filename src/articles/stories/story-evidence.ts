import type { StoryCorpus } from './story-corpus.ts';
import type { EventKind } from './story-events.ts';
import type { FoundEvent, Place, Traits } from './story-traits.ts';

/** Evidence for one story, or against it. */
export interface Point {
  readonly what: string;
  readonly value: number;
}

const NEAR: Readonly<Record<Place, number>> = { headline: 1, standfirst: 0.85, opening: 0.45 };

/** 1 where both have it in the headline, 0 where both have it further down only. */
export function nearness(a: Place, b: Place): number {
  return a === 'opening' && b === 'opening' ? 0 : NEAR[a] * NEAR[b];
}

const EVENT_PLACE: Readonly<Record<Place, number>> = { headline: 1, standfirst: 0.85, opening: 0.25 };

/** Weighs whether the same event happened. `names`: names that both have. */
export function eventPoints(a: Traits, b: Traits, names: ReadonlyMap<string, number>): Point[] {
  const [inA, inB] = [leadEvents(a), leadEvents(b)];
  const shared = bestProof(inA, inB);
  if (shared) return sharesArc(a, b, LIVES) ? [shared] : [shared, ...furtherEvents(a, b)];
  if (isTelling(inA) && isTelling(inB)) return [{ what: 'other events', value: -1 }];
  // What is written about somebody who has just died is written because of it.
  if ((isDeath(inA) && isBareName(b, names)) || (isDeath(inB) && isBareName(a, names)))
    return [{ what: 'after a death', value: 0.6 }];
  // One tells what happened, the other what was worn meanwhile.
  if (inA.length > 0 && inB.length > 0) return [{ what: 'other events', value: -0.3 }];
  // What one tells, the other would say in its lead if it were about that.
  if ((isTelling(inA) && hasBody(b)) || (isTelling(inB) && hasBody(a)))
    return [{ what: 'no such event', value: -0.45 }];
  const further = bestProof(a.events, b.events);
  const isIdle = (one: readonly FoundEvent[]) => one.length > 0 && !isTelling(one);
  return [further ?? { what: 'no event', value: isIdle(inA) || isIdle(inB) ? -0.55 : -0.25 }];
}

/** A headline tells something beside what both tell: the fire, and the jobs that went with it. */
function furtherEvents(a: Traits, b: Traits): Point[] {
  const isFurther = (one: Traits, other: Traits) =>
    one.events.some(
      ({ place, kind }) =>
        place === 'headline' &&
        kind.stage > 0 &&
        !leadEvents(other).some((told) => told.kind.arc === kind.arc),
    );
  return isFurther(a, b) || isFurther(b, a) ? [{ what: 'a further event', value: -0.35 }] : [];
}

/** Returns the events of headline and standfirst. */
export function leadEvents({ events }: Traits): FoundEvent[] {
  return events.filter(({ place }) => place !== 'opening');
}

function isTelling(events: readonly FoundEvent[]): boolean {
  return events.some(({ kind }) => kind.stage > 0);
}

function hasBody({ words }: Traits): boolean {
  return [...words.values()].some(({ place }) => place === 'opening');
}

/** "The Desmond Arkwell I knew" */
function isBareName({ words }: Traits, names: ReadonlyMap<string, number>): boolean {
  const inHeadline = [...words].filter(([, { place }]) => place === 'headline').map(([word]) => word);
  return names.size > 0 && inHeadline.filter((word) => !names.has(word)).length <= 1;
}

function isDeath(events: readonly FoundEvent[]): boolean {
  return events.some(({ place, kind }) => place === 'headline' && kind.arc === 'health' && kind.stage === 3);
}

function bestProof(a: readonly FoundEvent[], b: readonly FoundEvent[]): Point | undefined {
  const points = a.flatMap((one) =>
    b
      .filter((other) => other.kind.arc === one.kind.arc)
      .map((other) => ({ what: `event ${one.kind.arc}`, value: proof(one, other) })),
  );
  return points.sort((one, other) => other.value - one.value)[0];
}

function proof(one: FoundEvent, other: FoundEvent): number {
  const stage = one.kind.stage === other.kind.stage ? 1 : 0.85;
  return weightOf(one) * weightOf(other) * stage * kindWeight(one.kind);
}

function weightOf({ place, force }: FoundEvent): number {
  return EVENT_PLACE[place] * force;
}

function kindWeight({ arc, stage }: EventKind): number {
  if (stage === 0) return 0.45;
  if (LIVES.has(arc)) return 1;
  return DAILY.has(arc) ? 0.5 : 0.76;
}

/**
 * Events that happen once in a life; bridges are opened and prizes won by the same person again and
 * again.
 */
export const LIVES = new Set([
  'wedding',
  'parting',
  'birth',
  'health',
  'law',
  'suit',
  'search',
  'rehab',
  'romance',
  'reunion',
]);

/** Events that a company or a team repeats. */
const DAILY = new Set(['product', 'match']);

const WORD = 0.6;
const MOST_FOR_WORDS = 1.4;
const FULL_TEXT = 14;
const MIN_COVERAGE = 0.2;

/** Weighs the other words that both use; rare words count more. */
export function wordPoints(
  a: Traits,
  b: Traits,
  names: ReadonlyMap<string, number>,
  corpus: StoryCorpus,
): Point[] {
  const shared = [...a.stems].flatMap(([one, { word, place }]) => {
    const there = b.stems.get(one);
    if (!there || names.has(word) || names.has(there.word)) return [];
    const value = WORD * nearness(place, there.place) * corpus.rarity(one);
    return value > 0 ? [{ word, value }] : [];
  });
  if (shared.length === 0) return [];
  const sum = shared.reduce((total, { value }) => total + value, 0);
  return [
    { what: `words ${shared.map(({ word }) => word).join(' ')}`, value: Math.min(MOST_FOR_WORDS, sum) },
  ];
}

/**
 * Another colour is another dress; and of two texts that say enough, hardly a word of one is in the
 * other.
 */
export function otherDetails(a: Traits, b: Traits): Point[] {
  const points: Point[] = [];
  if (a.colours.length > 0 && b.colours.length > 0 && !a.colours.some((colour) => b.colours.includes(colour)))
    points.push({ what: 'other colours', value: -0.6 });
  const full = a.words.size >= FULL_TEXT && b.words.size >= FULL_TEXT;
  if (full && coverage(a, b) < MIN_COVERAGE && coverage(b, a) < MIN_COVERAGE)
    points.push({ what: 'other words', value: -0.5 });
  return points;
}

/** Returns the share of one article's lead that the other also says. */
function coverage(a: Traits, b: Traits): number {
  const lead = [...a.stems].filter(
    ([, { place, word }]) => place !== 'opening' && a.words.get(word)?.casing !== 'name',
  );
  return lead.filter(([one]) => b.stems.has(one)).length / Math.max(1, lead.length);
}

/** True when both lead with the same kind of event, one of these. */
export function sharesArc(a: Traits, b: Traits, arcs: ReadonlySet<string>): boolean {
  return leadEvents(a).some(
    ({ kind }) => arcs.has(kind.arc) && leadEvents(b).some((other) => other.kind.arc === kind.arc),
  );
}
