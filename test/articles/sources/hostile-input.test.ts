import { expect, test } from 'vitest';
import { canonicalLink } from '../../../src/articles/article.ts';
import { readHtmlFile } from '../../../src/articles/sources/formats/html-file.ts';
import { readMarkdownFile } from '../../../src/articles/sources/formats/markdown-file.ts';
import { readTextFile } from '../../../src/articles/sources/formats/text-file.ts';
import { pictureUrl } from '../../../src/articles/sources/text/content.ts';
import { compareStories } from '../../../src/articles/stories/story.ts';
import { tagsOf } from '../../../src/articles/subjects/sensitivity.ts';
import { guessLanguage } from '../../../src/articles/subjects/subject-words.ts';
import { parseAddress } from '../../../src/base/text/address.ts';
import { oneLine, shorten } from '../../../src/base/text/one-line.ts';
import { readSubjects } from '../../../src/config/sensitive.ts';
import { addresseeOf } from '../../../src/mail/mime/addressee.ts';
import { tidyText } from '../../../src/mail/text-layout.ts';
import { pullQuoteOf } from '../../../src/mail/views/pull-quote.ts';
import { calmed, isCalm } from '../../../src/mail/views/tone.ts';
import { isAutomatic, recipientsIn } from '../../../src/transport/inbound/automatic-mail.ts';
import { verdictOfReply } from '../../../src/transport/reply.ts';
import { processorMs } from '../../helpers/processor-time.ts';

/** Feeds have `hostile-text.test.ts`, lists `hostile-lists.test.ts`: here is everything else that reads what strangers wrote. */

const BYTES = 1_000_000;
const CPU_MS = 100;
/** As much front matter as is read; and a parser whose work grows with the square fails here in a moment instead of in minutes. */
const FIRST_BYTES = [16_000, 32_000];

const PIECES = [
  ...'()[{<>"\'`*_~#-=:;,.!?&|/\\@%0aÉ \n\t日'.split(''),
  ...['\r\n', ' \n', '\u00a0', '\u0301', '\u200d', '\u0000', '👩‍👩‍👧 ', '\ud83d'],
  ...[
    '<div>',
    '</div>',
    '<p>',
    '<a href="',
    '<a b="c" ',
    '<img src=x>',
    '<ul><li>',
    '<!--',
    '<![CDATA[',
    ']]>',
  ],
  ...['<script>', '<iframe/>', '&amp;', '&#', '&lt;b&gt;', '[a](', '![', '](', '*_', '**a ', '> ', '    a\n'],
  ...['- ', '- a\n', '```\n', '|a', '---\n', '{{', '{{<', '{%', 'a: ', 'a: &a ', '[a, ', '"a": {', '","'],
  ...[
    'a@',
    '@a.',
    '<a@b.c>',
    '=?utf-8?Q?',
    '=?utf-8?B?YQ==?= ',
    'Re: ',
    'a: b\r\n',
    'a:\r\n ',
    'http://',
    '../',
  ],
  ...[
    '&utm_a=b',
    '%20',
    '2026-',
    'Mon, ',
    'January ',
    'read more ',
    '[…] ',
    '“a” ',
    "l'",
    'lost baby ',
    'A. ',
    'x! ',
  ],
];

const NOW = Date.UTC(2026, 10, 22, 7);
const SUBJECTS = readSubjects();
const ARTICLE = { headline: 'H', standfirst: '', paragraphs: [], categories: [], language: '' };
const story = (text: string) => ({ headline: text, standfirst: text, paragraphs: [text], publishedAt: NOW });
/** As much of a mail as is taken in. */
const firstOf = (text: string) => Buffer.from(text).subarray(0, 100 * 1024);

const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  'the address of a picture': (text) => pictureUrl(text, 'https://a.example/'),
  'front matter': (text) => readMarkdownFile(`---\n${text}\n---\nText`),
  'front matter in TOML': (text) => readMarkdownFile(`+++\n${text}\n+++\nText`),
  'front matter in JSON': (text) => readMarkdownFile(`;;;\n${text}\n;;;\nText`),
  'a value of front matter': (text) => readMarkdownFile(`---\ntitle: ${text}\n---\nText`),
  'a date in front matter': (text) => readMarkdownFile(`---\ndate: "${text}"\n---\nText`),
  Markdown: (text) => readMarkdownFile(`---\ntitle: A weir\n---\n${text}`),
  'a page': (text) => readHtmlFile(text),
  'the head of a page': (text) => readHtmlFile(`<head><meta name="date" content="${text}">`),
  'linked data': (text) => readHtmlFile(`<script type="application/ld+json">${text}</script>`),
  'a text file': (text) => readTextFile(text),
  'sensitive subjects': (text) => tagsOf({ ...ARTICLE, headline: text, paragraphs: [text] }, SUBJECTS),
  'a language': guessLanguage,
  'two stories': (text) => compareStories(story(text), story(`${text} `)),
  'a link': (text) => [
    canonicalLink(text, 'https://a.example/'),
    canonicalLink(`https://a.example/${text}`, 'https://a.example/'),
  ],
  'an address': (text) => [parseAddress(text), parseAddress(`${text}@a.example`), parseAddress(`a@${text}`)],
  'a name': addresseeOf,
  'a line': (text) => [oneLine(text), shorten(text, 120)],
  'a calm line': (text) => [calmed(text), isCalm(text)],
  'a pull quote': (text) => pullQuoteOf(text),
  'the text of a mail': tidyText,
  'a header of a mail that came in': (text) => isAutomatic({ raw: firstOf(`From: ${text}`) }),
  'whom a mail is for': (text) => recipientsIn(firstOf(`To: ${text}`)),
  'a reply of a relay': (text) => verdictOfReply('rcpt', 550, text),
};

async function slowness(parse: (text: string) => unknown, piece: string): Promise<string | undefined> {
  for (const bytes of [...FIRST_BYTES, BYTES]) {
    const text = piece.repeat(Math.ceil(bytes / piece.length));
    const ms = await processorMs(() => parse(text), CPU_MS);
    if (ms >= CPU_MS) return `${JSON.stringify(piece)}: ${Math.round(ms)} ms for ${bytes} characters`;
  }
  return undefined;
}

test.each(Object.entries(PARSERS))(
  'a megabyte of any repetition costs at most 100 ms as %s',
  async (_what, parse) => {
    await processorMs(() => parse('An otter & a heron'), CPU_MS);
    const slow: (string | undefined)[] = [];
    for (const piece of PIECES) slow.push(await slowness(parse, piece));
    expect(slow.filter((one) => one !== undefined)).toEqual([]);
  },
  120_000,
);
