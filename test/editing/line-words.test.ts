import { describe, expect, test } from 'vitest';
import { readSubjects } from '../../src/config/sensitive.ts';
import { editorialLine, namedStories } from '../../src/editing/line-words.ts';
import type { EditionContent } from '../../src/editions/edition.ts';
import { edition, story } from '../mail/sample.ts';

const CONTENT = told('en', [
  'Anna Holt marries in the rain',
  'Anna Holt’s dress, stitch by stitch',
  'Anna Holt sings at the opera',
  'A quiet morning for the lighthouse keeper',
  'Plum dumplings as grandmother made them',
  'Whole village painted turquoise',
]);

describe('words for the whole mail name a story', () => {
  test('by a rare word of its headline, however it is bent', () => {
    expect(named('Of dumplings, and painters in a village')).toEqual([4, 5]);
    expect(named('Dumpling!')).toEqual([4]);
  });

  test('by a name, and of several the one that more of the words fit', () => {
    expect(named('Anna Holt at the opera')).toEqual([2]);
    expect(named('The rain on Anna’s wedding day')).toEqual([0]);
  });

  test('but by no word that fits more than two of them', () => {
    expect(named('Anna Holt')).toEqual([]);
  });

  test('and not by greetings, days and what counts or praises', () => {
    expect(named('Good morning! A whole week of lovely stories for your Sunday')).toEqual([]);
    expect(named('')).toEqual([]);
  });

  test('in the edition’s language', () => {
    const german = told('de', ['Ein Morgen am Leuchtturm', 'Guten Morgen, sagt der Nachtwächter']);
    expect(namedStories(german, 'Guten Morgen, liebe Leserin').map(({ story }) => story.bit)).toEqual([]);
    expect(namedStories(german, 'Vom Leuchtturm').map(({ story }) => story.bit)).toEqual([0]);
  });

  test('with the words that do, as they are written', () => {
    expect(namedStories(CONTENT, 'The Keeper’s lighthouse').map(({ words }) => words)).toEqual([
      ['Keeper’s', 'lighthouse'],
    ]);
  });
});

test('words that touch a subject nobody tells of are refused, in their own words', () => {
  expect(editorialLine(CONTENT, 'She spoke about her miscarriage', readSubjects())).toEqual({
    refused:
      'This text touches Baby loss (“miscarriage”), but no story of this edition does. Reword it, or mark the story it is about with that subject.',
  });
});

function told(language: string, headlines: readonly string[]): EditionContent {
  const stories = headlines.map((headline, bit) => story(bit, { headline, standfirst: '' }));
  return edition(stories, { language }).content;
}

function named(text: string): number[] {
  return namedStories(CONTENT, text).map(({ story }) => story.bit);
}
