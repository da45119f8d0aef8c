import { HOUR_MS } from '../base/clock.ts';

/** What of an article says which event it tells. */
export interface StoryText {
  readonly headline: string;
  readonly standfirst: string;
  readonly paragraphs: readonly string[];
  /** UTC milliseconds. */
  readonly publishedAt: number;
}

/** Two articles further apart than this are never taken for one story: news that comes back is news again. */
export const STORY_WINDOW_MS = 72 * HOUR_MS;

const OPENING_PARAGRAPHS = 4;
const MIN_HEADLINE_WORDS = 5;
const MIN_SHARED_NAME_WORDS = 3;
const MIN_NAME_OVERLAP = 0.5;
const MIN_SHARED_EVENT_WORDS = 3;
const MIN_EVENT_OVERLAP = 0.6;

/**
 * True when two articles tell the same event. Careful on purpose: a story shown twice is a blemish, but a story taken
 * for another is never shown at all. So one person is not enough; names and what happened both have to agree.
 */
export function sameStory(a: StoryText, b: StoryText): boolean {
  if (Math.abs(a.publishedAt - b.publishedAt) > STORY_WINDOW_MS) return false;
  const [one, other] = [traitsOf(a), traitsOf(b)];
  // Short headlines recur ("News in brief"); a long one that is repeated to the word is the same news.
  if (one.headline === other.headline) return one.headline.split(' ').length >= MIN_HEADLINE_WORDS;
  return namesAgree(one, other) && eventsAgree(one, other);
}

interface Traits {
  readonly headline: string;
  /** Words of names in headline and standfirst. */
  readonly leadNames: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  /** Stems of what is said in headline and standfirst. */
  readonly leadEvents: ReadonlySet<string>;
  readonly events: ReadonlySet<string>;
}

/** Every new article is compared with hundreds; its traits are found once and go when it goes. */
const known = new WeakMap<StoryText, Traits>();

function traitsOf(text: StoryText): Traits {
  const found = known.get(text) ?? findTraits(text);
  known.set(text, found);
  return found;
}

function findTraits({ headline, standfirst, paragraphs }: StoryText): Traits {
  const lead = [headline, standfirst];
  const opening = [...lead, ...paragraphs.slice(0, OPENING_PARAGRAPHS)];
  const names = nameWords(opening);
  return {
    headline: words(headline).map(fold).join(' '),
    leadNames: new Set([...nameWords(lead)].filter((name) => names.has(name))),
    names,
    leadEvents: eventStems(lead, names),
    events: eventStems(opening, names),
  };
}

function namesAgree(a: Traits, b: Traits): boolean {
  const shared = [...a.names].filter((name) => b.names.has(name)).length;
  if (shared < MIN_SHARED_NAME_WORDS) return false;
  if (shared / Math.min(a.names.size, b.names.size) < MIN_NAME_OVERLAP) return false;
  // Each leads with somebody or some place the other never mentions: the same person, on another occasion.
  const onlyInOne = (x: Traits, y: Traits) => [...x.leadNames].some((name) => !y.names.has(name));
  return !(onlyInOne(a, b) && onlyInOne(b, a));
}

function eventsAgree(a: Traits, b: Traits): boolean {
  return isToldBy(a.leadEvents, b.events) && isToldBy(b.leadEvents, a.events);
}

function isToldBy(lead: ReadonlySet<string>, events: ReadonlySet<string>): boolean {
  const shared = [...lead].filter((stem) => events.has(stem)).length;
  return shared >= MIN_SHARED_EVENT_WORDS && shared / lead.size > MIN_EVENT_OVERLAP;
}

/** The words of capitalised runs; one capital at the start of a sentence is only its start. */
function nameWords(texts: readonly string[]): Set<string> {
  const found = new Set<string>();
  for (const sentence of texts.flatMap(sentences)) {
    const all = words(sentence);
    // Where most words are capital, as in some headlines, capitals say nothing.
    if (all.filter(isCapital).length > all.length * 0.6) continue;
    all.forEach((word, at) => {
      const name = fold(word);
      const startsSentence = at === 0 && !isCapital(all[1] ?? '');
      if (isCapital(word) && !startsSentence && !COMMON.has(name)) found.add(name);
    });
  }
  return found;
}

function eventStems(texts: readonly string[], names: ReadonlySet<string>): Set<string> {
  const lower = texts.flatMap(words).map(fold);
  return new Set(lower.filter((word) => word.length > 2 && !COMMON.has(word) && !names.has(word)).map(stem));
}

function sentences(text: string): string[] {
  return text.split(/(?<=[.!?…]["'”’]?)\s+|(?<=[:;–—])\s+|(?<=^|\s)["'“‘«„]/u).filter(Boolean);
}

function words(text: string): string[] {
  return text.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) ?? [];
}

function isCapital(word: string): boolean {
  return /^\p{Lu}/u.test(word);
}

function fold(word: string): string {
  return word
    .replace(/['’]s?$/u, '')
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '');
}

/** Crude on purpose: "receives", "received" and "receiving" have to meet, and nothing more depends on it. */
function stem(word: string): string {
  if (word.length <= 4) return word.replace(/s$/, '');
  return word.replace(/(ies|ied)$/, 'y').replace(/(ing|ed|es|s|ly|e)$/, '');
}

/** Words that stand in any article about anybody. */
const COMMON = new Set(
  (
    'the and but for nor yet with without about into onto from over under after before during through between against ' +
    'this that these those there here then than when where while who whom whose which what why how all any both each few ' +
    'more most other some such only own same too very just also still even ever never not now again once back out off ' +
    'she her hers him his they them their you your our ours its it is are was were been being has have had having does did ' +
    'doing will would can could may might must shall should one two three first last new old year years day days week month ' +
    'time today yesterday tomorrow monday tuesday wednesday thursday friday saturday sunday january february march april ' +
    'june july august september october november december says said say saying told tells tell reveal reveals revealed share ' +
    'shares shared sharing talk talks speaks spoke speaking open opens fan fans star stars photo photos picture pictures ' +
    'video clip post posts posted instagram twitter facebook social media interview exclusive news story report reports ' +
    'make makes made take takes took get gets got give gives gave see sees seen look looks like love loved people mr mrs ms'
  ).split(' '),
);
