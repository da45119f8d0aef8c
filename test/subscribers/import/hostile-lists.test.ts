import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { addressKey, parseAddress } from '../../../src/base/text/address.ts';
import { holdsAddress, unwrapAddress } from '../../../src/base/text/wrapped-address.ts';
import type { Layout } from '../../../src/subscribers/import/columns/import-columns.ts';
import { statusOfWord } from '../../../src/subscribers/import/columns/import-status-words.ts';
import { isMoment, isNothing, isYes } from '../../../src/subscribers/import/columns/import-words.ts';
import { openCsv } from '../../../src/subscribers/import/csv/csv-rows.ts';
import { inspect } from '../../../src/subscribers/import/csv/import-source.ts';
import { rowReader } from '../../../src/subscribers/import/import-row.ts';
import { surveyList } from '../../../src/subscribers/import/import-survey.ts';
import { processorMs } from '../../helpers/processor-time.ts';
import { NOW, SECTIONS } from '../people.ts';

const MEGABYTE = 1_000_000;
const MOST_MS = 100;

const repeated = (piece: string) => piece.repeat(Math.ceil(MEGABYTE / piece.length)).slice(0, MEGABYTE);
const HOSTILE: [name: string, text: string][] = [
  ...[
    'a',
    ' ',
    '"',
    '""',
    "'",
    '(',
    ')',
    '<',
    '>',
    '@',
    ',',
    ';',
    '|',
    '\t',
    '.',
    '-',
    '0',
    '\\',
    '\\"',
    '#',
    '[',
  ],
  ...[
    '=',
    'é',
    '\u200b',
    '\u00a0',
    '\n',
    '\r',
    '\r\n',
    '\n\n ',
    'a@',
    '@a',
    'a.',
    '<a',
    'a>',
    '<@>',
    'a@b.c,',
    'a@b.c ',
  ],
  ...[
    '","',
    '"\n',
    ',"\n',
    'x,"y\n',
    '"",\n',
    '\\"\n',
    'sep=',
    'mailto:',
    '1970-01-01',
    '0000-',
    '2024-01-01 ',
    'T00',
    '1.',
  ],
].map((piece) => [JSON.stringify(piece), repeated(piece)]);

const quickest = (work: () => unknown) => processorMs(work, MOST_MS);

async function* inPieces(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += 65_536) yield text.slice(at, at + 65_536);
}

async function readAll(text: string): Promise<number> {
  const { pieces: all } = await openCsv(inPieces(text));
  let count = 0;
  for await (const rows of all) count += rows.length;
  return count;
}

function survey(text: string) {
  const open = () => Readable.from(pieces(Buffer.from(text)));
  return surveyList(open, 'utf-8', { file: 'readers.csv', sections: SECTIONS }).catch((error) => error.code);
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

/** A layout in which every kind of field reads the second column. */
const LAYOUT: Layout = {
  ...{
    columns: { email: 0, name: 1, sections: 1, frequency: 1, opted_in_at: 1 },
    format: undefined,
    words: {},
  },
  standing: (['status', 'subscribed', 'receives', 'unsubscribed', 'bounce_reason'] as const).map((field) => ({
    ...{ column: 1, field },
  })),
  ...{ headings: ['email', 'x'], names: ['email', 'x'], ignored: [], assumed: [] },
  ...{ headRows: 1, hasTags: true, loose: undefined, everybody: undefined, width: 2 },
};

describe('a megabyte of one repetition is read in a tenth of a second', () => {
  test.each(HOSTILE)('as a whole file: %s', async (_name, text) => {
    expect(await quickest(() => readAll(text))).toBeLessThan(MOST_MS);
  });

  test.each(HOSTILE)('as the first line, the second, or a heading, in a survey: %s', async (_name, text) => {
    expect(await quickest(() => survey(`${text}\nemail\nann@example.org\n`))).toBeLessThan(MOST_MS);
    expect(await quickest(() => survey(`email,x\n${text}\nann@example.org\n`))).toBeLessThan(MOST_MS);
    expect(await quickest(() => survey(`email,"${text}"\nann@example.org,x\n`))).toBeLessThan(MOST_MS);
  });

  test.each(HOSTILE)('as an address, a status, a time, a name: %s', async (_name, text) => {
    const read = rowReader(LAYOUT, { newsletterId: 'daily', sections: SECTIONS, file: 'r.csv', now: NOW });
    const looks: ((cell: string) => unknown)[] = [
      (cell) => read({ line: 2, cells: [cell, 'x'] }),
      (cell) => read({ line: 2, cells: ['ann@example.org', cell] }),
      (cell) => parseAddress(cell, { world: true }),
      unwrapAddress,
      holdsAddress,
      (cell) => [isMoment(cell), isNothing(cell), isYes(cell), statusOfWord(cell)],
    ];
    for (const look of looks) expect(await quickest(() => look(text))).toBeLessThan(MOST_MS);
  });

  test.each(HOSTILE)('as bytes: %s', async (_name, text) => {
    const bytes = Buffer.from(text);
    expect(await quickest(() => inspect(() => Readable.from(pieces(bytes))))).toBeLessThan(MOST_MS);
  });
});

test('an address of a thousand characters and more is none, and said to be too long', () => {
  const long = `${'a'.repeat(2_000)}@example.org`;
  expect(parseAddress(long)).toMatchObject({ ok: false, fault: 'long' });
  expect(unwrapAddress(long)).toEqual({ bare: long, name: '' });
  expect(addressKey('A@example.org')).toBe('a@example.org');
});
