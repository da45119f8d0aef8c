import { type CorpusLanguage, LANGUAGES } from './languages.ts';
import { newsroomFeeds } from './newsrooms/feeds.ts';
import { ODD_SHAPES } from './odd-shapes.ts';
import { type CorpusEntry, type CorpusFeed, SHAPES } from './shapes.ts';

/** A feed as a server would send it. */
export interface FeedFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly contentType: string;
}

const ENTRIES = 6;
const FIRST = Date.UTC(2026, 10, 22, 5);
const HOUR_MS = 3_600_000;
/** Encodings that Node can write; the others are sent as UTF-8. */
const WRITABLE = new Set(['iso-8859-1', 'windows-1251']);

/** Feeds in the shape of every publishing system and language we know of, always the same ones. */
export function corpus(): FeedFile[] {
  return [...shapedFeeds(), ...newsroomFeeds()];
}

function shapedFeeds(): FeedFile[] {
  return Object.entries({ ...SHAPES, ...ODD_SHAPES }).flatMap(([shape, write], at) =>
    LANGUAGES.filter((_, number) => (number + at) % 4 !== 3).map((language, number) => {
      const name = `${shape}-${language.code}`;
      const text = write(feedOf(name, language, at * 20 + number));
      return { name: `${name}.xml`, ...encoded(text, language, at + number) };
    }),
  );
}

function feedOf(name: string, language: CorpusLanguage, seed: number): CorpusFeed {
  const home = `https://${name}.pub.example/`;
  const entries = Array.from({ length: ENTRIES }, (_, at) => entryOf(home, language, seed, at));
  return { home, title: `${language.sentences[0]} & Co`, language, entries };
}

function entryOf(home: string, language: CorpusLanguage, seed: number, at: number): CorpusEntry {
  const { sentences, names } = language;
  const pick = (number: number) => sentences[(seed + number) % sentences.length] ?? '';
  const number = seed * 10 + at;
  return {
    number,
    title: `${pick(at)} ${number}`,
    paragraphs: [
      `${pick(at + 1)}, ${pick(at + 2)}. ${pick(at + 3)}.`,
      `${pick(at)} (${number}): ${pick(at + 2)}.`,
    ],
    author: names[number % names.length] ?? '',
    at: new Date(FIRST - number * HOUR_MS),
    link: `${home}2026/11/${number}${at % 2 ? '/' : '.html'}`,
    picture: `${home}images/large/${number}.jpg`,
    category: ['local', 'culture', 'sport'][number % 3] ?? '',
  };
}

/** One in five in the encoding that its language was written in before, declared in the document. */
function encoded(text: string, { oldCharset }: CorpusLanguage, turn: number): Omit<FeedFile, 'name'> {
  if (turn % 5 !== 0 || !WRITABLE.has(oldCharset))
    return {
      bytes: Buffer.from(text),
      contentType: turn % 2 ? 'application/xml' : 'application/rss+xml; charset=utf-8',
    };
  const declared = text.replace(/encoding="utf-8"/i, `encoding="${oldCharset}"`);
  return {
    bytes: oldCharset === 'windows-1251' ? inWindows1251(declared) : inLatin1(declared),
    contentType: 'application/xml',
  };
}

function inLatin1(text: string): Buffer {
  return Buffer.from(
    text.replace(/[^\u0000-\u00ff]/g, (letter) => `&#${letter.charCodeAt(0)};`),
    'latin1',
  );
}

function inWindows1251(text: string): Buffer {
  const table = new Map(
    [...new TextDecoder('windows-1251').decode(Uint8Array.from({ length: 256 }, (_, code) => code))].map(
      (letter, code) => [letter, code],
    ),
  );
  const plain = [...text]
    .map((letter) => (table.has(letter) ? letter : `&#${letter.codePointAt(0)};`))
    .join('');
  return Buffer.from([...plain].map((letter) => table.get(letter) ?? 0x3f));
}
