import { ATOM_SYSTEMS } from './atom-systems.ts';
import type { Dice } from './dice.ts';
import { type Encoding, encode } from './encodings.ts';
import { MEDIA_SYSTEMS } from './media-systems.ts';
import { oddDatesFrom } from './odd-dates.ts';
import { OLD_SYSTEMS } from './old-systems.ts';
import { type Newsroom, newsroom } from './pieces.ts';
import { RSS_SYSTEMS, type System } from './rss-systems.ts';
import { TONGUES } from './tongues.ts';
import { type Hand, someHand, write } from './xml-writer.ts';

/** The feed of an invented newsroom, as its server would send it. */
export interface NewsroomFeed {
  readonly name: string;
  readonly system: string;
  readonly room: Newsroom;
  readonly bytes: Buffer;
  readonly contentType: string;
}

const SYSTEMS: Readonly<Record<string, System>> = {
  ...RSS_SYSTEMS,
  ...ATOM_SYSTEMS,
  ...OLD_SYSTEMS,
  ...MEDIA_SYSTEMS,
  'odd-dates-a': oddDatesFrom(0),
  'odd-dates-b': oddDatesFrom(6),
  'odd-dates-c': oddDatesFrom(12),
};
const TONGUES_OF_EACH = 5;
const NAMES: Readonly<Record<Encoding, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'utf-16',
  'iso-8859-1': 'ISO-8859-1',
  'iso-8859-2': 'iso-8859-2',
  'windows-1251': 'windows-1251',
  'windows-1252': 'Windows-1252',
};
const DOCTYPE =
  '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">\n';

/** The feeds of every system in five languages each, always the same ones. */
export function newsroomFeeds(): NewsroomFeed[] {
  return Object.entries(SYSTEMS).flatMap(([system, writeFeed], at) =>
    Array.from({ length: TONGUES_OF_EACH }, (_, turn) => feedOf(system, writeFeed, at, turn)),
  );
}

function feedOf(system: string, writeFeed: System, at: number, turn: number): NewsroomFeed {
  const number = at * TONGUES_OF_EACH + turn;
  const tongue = TONGUES[(at + turn * 2) % TONGUES.length];
  if (!tongue) throw new Error('there are no languages');
  const name = `${system}-${tongue.code}`;
  const room = newsroom(name, tongue, number);
  const { dice } = room;
  const encoding = turn % 2 ? dice.one(tongue.encodings) : 'utf-8';
  const hand = handFor(encoding, dice);
  const text = `${prologue(system, encoding, dice)}${write(writeFeed(room), hand).trimStart()}\n`;
  return {
    name: `${name}.xml`,
    system,
    room,
    bytes: encode(text, encoding),
    contentType: typeOf(encoding, dice),
  };
}

/** A character reference means itself in CDATA: who writes letters that way escapes the rest, too. */
function handFor(encoding: Encoding, dice: Dice): Hand {
  const hand = someHand(dice);
  return encoding.startsWith('utf') ? hand : { ...hand, cdata: 'never' };
}

function prologue(system: string, encoding: Encoding, dice: Dice): string {
  const declaration = `<?xml version="1.0" encoding="${NAMES[encoding]}"?>\n`;
  const more = dice.one([
    '',
    '',
    '<?xml-stylesheet type="text/xsl" media="screen" href="/feed.xsl"?>\n',
    '<!-- generator="press/1.0" -->\n',
  ]);
  return `${declaration}${more}${system === 'rss-091' ? DOCTYPE : ''}`;
}

function typeOf(encoding: Encoding, dice: Dice): string {
  const types = ['application/rss+xml', 'application/xml', `application/xml; charset=${NAMES[encoding]}`];
  return dice.one(encoding === 'utf-8' ? [...types, 'text/xml; charset=utf-8', 'text/xml'] : types);
}
