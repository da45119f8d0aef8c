import { Dice } from './dice.ts';
import type { Tongue } from './tongues.ts';

/** An article of an invented newsroom, before any publishing system writes it. */
export interface Piece {
  readonly number: number;
  /** As readers see it: no entities, no markup. */
  readonly title: string;
  readonly lead: string;
  readonly paragraphs: readonly string[];
  readonly author: string;
  readonly at: Date;
  readonly slug: string;
  readonly link: string;
  /** Its picture without a size in its name: `…/heron.jpg`. */
  readonly picture: string;
  readonly caption: string;
  readonly topics: readonly string[];
}

export interface Newsroom {
  readonly host: string;
  readonly home: string;
  readonly name: string;
  readonly tongue: Tongue;
  readonly dice: Dice;
  readonly pieces: readonly Piece[];
}

const PIECES = 6;
const LAST = Date.UTC(2026, 10, 27, 18, 42, 7);
const MINUTE_MS = 60_000;
/** What editors type into a headline that a feed has to escape, or may break on. */
const GARNISH: readonly ((title: string) => string)[] = [
  (title) => title,
  (title) => `“${title}”`,
  (title) => `${title} & more`,
  (title) => `AT&T, R&D: ${title}`,
  (title) => `${title} – 5 < 6 > 4`,
  (title) => `${title}: it's "done"`,
  (title) => `${title} 🚲`,
  (title) => `[Update] ${title}?!`,
  (title) => `${title} – 20 € / 30 %`,
];

/** Makes a newsroom with its articles, always the same for one name and seed. */
export function newsroom(name: string, tongue: Tongue, seed: number): Newsroom {
  const dice = new Dice(seed + 1);
  const host = `${name}.press.example`;
  const home = `https://${host}/`;
  const paper = `${placeName(dice)} ${dice.one(['Post', 'Journal', '& District Gazette', 'Notes'])}`;
  const pieces = Array.from({ length: PIECES }, (_, at) => piece(home, tongue, dice, seed * 10 + at));
  return { host, home, name: paper, tongue, dice, pieces };
}

function piece(home: string, tongue: Tongue, dice: Dice, number: number): Piece {
  const slug = `${placeName(dice).toLowerCase()}-${number}`;
  const at = new Date(LAST - number * 67 * MINUTE_MS - dice.below(60) * 1000);
  const day = at.toISOString().slice(0, 10).replaceAll('-', '/');
  return {
    number,
    title: dice.one(GARNISH)(headline(tongue, dice)),
    lead: sentence(tongue, dice),
    paragraphs: Array.from({ length: 3 + dice.below(3) }, () =>
      Array.from({ length: 2 + dice.below(3) }, () => sentence(tongue, dice)).join(tongue.space),
    ),
    author: dice.one(tongue.names),
    at,
    slug,
    link: dice.one([
      `${home}${day}/${slug}/`,
      `${home}${slug}.html`,
      `${home}p/${number}?id=${number}&view=full`,
    ]),
    picture: `${home}media/${day.slice(0, 7)}/${slug}.jpg`,
    caption: sentence(tongue, dice),
    topics: [tongue.who[number % tongue.who.length] ?? '', placeName(dice)],
  };
}

function headline(tongue: Tongue, dice: Dice): string {
  return `${dice.one(tongue.who)}${tongue.space}${dice.one(tongue.does)}`;
}

/** A sentence with a place and a number that no other has, so that a lost one is missed. */
function sentence(tongue: Tongue, dice: Dice): string {
  const { space, stop } = tongue;
  const where = `(${placeName(dice)} ${dice.below(9000) + 1000})`;
  return `${headline(tongue, dice)}${space}${dice.one(tongue.when)} ${where}${stop}`;
}

function placeName(dice: Dice): string {
  const syllable = () =>
    dice.one(['bar', 'kel', 'mor', 'tan', 'wes', 'lin', 'dur', 'hal', 'fen', 'gos', 'rip', 'sol']);
  const end = dice.one(['ford', 'mere', 'holt', 'wick', 'stad', 'burg']);
  const name = `${syllable()}${syllable()}${end}`;
  return `${name[0]?.toUpperCase()}${name.slice(1)}`;
}
