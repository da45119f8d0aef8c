import { eventsIn, isColumn, type ToldEvent } from './story-events.ts';
import {
  fold,
  isColour,
  isEmpty,
  isRole,
  plainWords,
  type StoryLanguage,
  sentences,
  stem,
  storyLanguageOf,
  type Word,
  words,
} from './story-words.ts';

/** Parts of an article that tell which event it is about. */
export interface StoryText {
  readonly headline: string;
  readonly standfirst: string;
  readonly paragraphs: readonly string[];
  /** UTC milliseconds. */
  readonly publishedAt: number;
  /** BCP 47; what the words say counts where it is absent or empty. */
  readonly language?: string;
}

/**
 * Place where something was found: the nearer to the headline, the more the article is about it.
 */
export type Place = 'headline' | 'standfirst' | 'opening';

/**
 * Case of a word: `maybe` where a capital says nothing, as at the start of a sentence or in a
 * shouted headline.
 */
export type Casing = 'name' | 'maybe' | 'lower';

export interface FoundWord {
  readonly place: Place;
  readonly casing: Casing;
  /** Said to be where something is or happens: "in Oster". */
  readonly located: boolean;
}

export interface FoundEvent extends ToldEvent {
  readonly place: Place;
  /** 1, or less where it is only mentioned: see `IN_A_CLAUSE` and `UNDER_ANOTHER`. */
  readonly force: number;
}

export interface Traits {
  readonly language: StoryLanguage;
  /** The headline's folded words. */
  readonly headline: string;
  readonly isColumn: boolean;
  /** Words by folded form, each at its first place. */
  readonly words: ReadonlyMap<string, FoundWord>;
  /** Names of several words, folded. */
  readonly runs: readonly (readonly string[])[];
  readonly events: readonly FoundEvent[];
  /** The words that tell the events. */
  readonly told: ReadonlySet<string>;
  /** Stems of the rest, each at its first place: without roles and the words of events. */
  readonly stems: ReadonlyMap<string, FoundStem>;
  readonly colours: readonly string[];
}

export interface FoundStem {
  readonly word: string;
  readonly place: Place;
}

export const OPENING_PARAGRAPHS = 2;
export const OPENING_LENGTH = 400;
/** No headline or standfirst has more; what has was made to keep us busy. */
export const LEAD_LENGTH = 500;
/** Share of capitalised words from which capitals say nothing. */
const FLAT = 0.9;

/** Before a name they make it a place, in all the languages. */
const LOCATING = new Set('in at near from bei aus a en em'.split(' '));

/** An article is compared with many others; its traits are found once and go when it goes. */
const known = new WeakMap<StoryText, Traits>();

/** Pure but for the memory of what was found. */
export function traitsOf(text: StoryText): Traits {
  const found = known.get(text) ?? findTraits(text);
  known.set(text, found);
  return found;
}

function findTraits(text: StoryText): Traits {
  const opening = text.paragraphs
    .slice(0, OPENING_PARAGRAPHS)
    .map((paragraph) => paragraph.slice(0, OPENING_LENGTH));
  const parts: [Place, string][] = [
    ['headline', text.headline.slice(0, LEAD_LENGTH)],
    ['standfirst', text.standfirst.slice(0, LEAD_LENGTH)],
    ...opening.map((paragraph): [Place, string] => ['opening', paragraph]),
  ];
  const language = storyLanguageOf(parts.map(([, part]) => part).join(' '), text.language ?? '');
  const found = { words: new Map<string, FoundWord>(), runs: [] as string[][] };
  for (const [place, part] of parts) {
    const flat = language !== 'de' && isFlat(part, language);
    for (const sentence of sentences(part)) readSentence(sentence, { place, flat, language }, found);
  }
  const headline = plainWords(text.headline.slice(0, LEAD_LENGTH)).join(' ');
  const events = withAsides(parts.flatMap(([place, part]) => eventsOf(part, place, language)));
  const told = new Set(events.flatMap((event) => event.words));
  return {
    language,
    headline,
    isColumn: isColumn(headline),
    ...found,
    events,
    told,
    stems: stemsOf(found.words, told),
    colours: [...found.words]
      .filter(([word, { place }]) => place !== 'opening' && isColour(word))
      .map(([word]) => word),
  };
}

/** "The club where she was arrested" tells of the club. */
const IN_A_CLAUSE = 0.15;
const UNDER_ANOTHER = 0.5;
const CLAUSE = /(?<=[\p{L}\p{N}],? )(?:where|who|whose|whom|which|où|dont|donde|onde)\b[^,;.:!?]*/giu;

function eventsOf(part: string, place: Place, language: StoryLanguage): FoundEvent[] {
  const clauses = part.match(CLAUSE)?.join(' ') ?? '';
  const main = eventsIn(plainWords(part.replace(CLAUSE, ',')), language);
  const aside = clauses === '' ? [] : eventsIn(plainWords(clauses), language);
  return [
    ...main.map((event) => ({ ...event, place, force: 1 })),
    ...aside.map((event) => ({ ...event, place, force: IN_A_CLAUSE })),
  ];
}

/** Weakens events that stand under a headline about something else: they often led to it. */
function withAsides(events: readonly FoundEvent[]): FoundEvent[] {
  const told = events.filter(
    ({ place, kind, force }) => place === 'headline' && kind.stage > 0 && force === 1,
  );
  const isUnderAnother = ({ place, kind }: FoundEvent) =>
    place === 'standfirst' && told.length > 0 && !told.some((event) => event.kind.arc === kind.arc);
  return events.map((event) =>
    isUnderAnother(event) ? { ...event, force: Math.min(event.force, UNDER_ANOTHER) } : event,
  );
}

function stemsOf(words: ReadonlyMap<string, FoundWord>, told: ReadonlySet<string>): Map<string, FoundStem> {
  const stems = new Map<string, FoundStem>();
  for (const [word, { place }] of words) {
    const stemmed = stem(word);
    if (!told.has(word) && !isRole(word) && !stems.has(stemmed)) stems.set(stemmed, { word, place });
  }
  return stems;
}

function isFlat(text: string, language: StoryLanguage): boolean {
  const heavy = words(text).filter(({ text: word }) => word.length > 3 && !isEmpty(fold(word), language));
  if (text === text.toUpperCase()) return true;
  return heavy.length > 2 && heavy.filter(isCapital).length >= heavy.length * FLAT;
}

interface Reading {
  readonly place: Place;
  readonly flat: boolean;
  readonly language: StoryLanguage;
}

function readSentence(
  sentence: string,
  { place, flat, language }: Reading,
  found: { words: Map<string, FoundWord>; runs: string[][] },
): void {
  const all = words(sentence);
  const names = new Set<string>();
  for (const run of flat ? [] : capitalRuns(all, language)) {
    const startsSentence = run.from === 0 && run.words.length === 1;
    const isName = run.words.length > 1 || (!startsSentence && language !== 'de');
    if (isName) for (const word of run.words) names.add(word);
    if (isName) found.runs.push(run.words);
  }
  for (const [at, word] of all.entries()) {
    const folded = fold(word.text);
    const before = all[at - 1]?.text ?? '';
    const owner = all[at - 2];
    const located =
      LOCATING.has(before) ||
      (before === 'of' && owner !== undefined && isCapital(owner) && !isRole(fold(owner.text)));
    if (isEmpty(folded, language) && !names.has(folded)) continue;
    const casing = names.has(folded) ? 'name' : isCapital(word) && !isRole(folded) ? 'maybe' : 'lower';
    const known = found.words.get(folded);
    const better = known && (known.casing !== 'maybe' || casing === 'maybe') ? known.casing : casing;
    found.words.set(folded, {
      place: known?.place ?? place,
      casing: better,
      located: located || known?.located === true,
    });
  }
}

interface CapitalRun {
  /**
   * The place of its first word in the sentence, before what is no part of the name was taken off.
   */
  readonly from: number;
  readonly words: string[];
  /** Held together by "of": a title and its place. */
  isTitle: boolean;
}

/** Words with a capital that stand side by side, without the titles and roles before them. */
function capitalRuns(all: readonly Word[], language: StoryLanguage): CapitalRun[] {
  const runs: CapitalRun[] = [];
  let open: CapitalRun | undefined;
  all.forEach((word, at) => {
    const folded = fold(word.text);
    // "Duke of Wenning" is one name, of which the title is a part: the duchess is somebody else.
    if (folded === 'of' && open?.words.length === 1 && isRole(open.words[0] ?? '')) {
      open.isTitle = isCapital(all[at + 1] ?? word);
      return;
    }
    if (!isCapital(word) || isEmpty(folded, language) || /^\d/.test(folded)) {
      open = undefined;
      return;
    }
    if (!open || !(word.joined || open.isTitle)) {
      open = { from: at, words: [], isTitle: false };
      runs.push(open);
    }
    open.words.push(folded);
  });
  return runs.map(withoutRoles).filter((run) => run.words.length > 0);
}

function withoutRoles(run: CapitalRun): CapitalRun {
  const first = run.words.findIndex((word) => !isRole(word));
  if (first < 0) return { ...run, words: [] };
  return run.isTitle ? run : { ...run, from: run.from + first, words: run.words.slice(first) };
}

function isCapital({ text }: Word): boolean {
  return /^\p{Lu}/u.test(text);
}
