import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { placesIn, SHIPPED_WORDS } from '../../src/config/vocabulary.ts';

/** Those that come with Broadsheet, beside English. */
const LANGUAGES = readdirSync(SHIPPED_WORDS)
  .map((name) => name.replace('.yaml', ''))
  .filter((language) => language !== 'en');
const ROOT = resolve(import.meta.dirname, '../..');

type Said = string | string[] | Record<string, string>;

/** The words of a file by their whole key, those of different numbers as one. */
function wordsOf(language: string): Map<string, Said> {
  const found = new Map<string, Said>();
  const visit = (value: Said | Record<string, unknown>, path: string[]) => {
    const isGroup = typeof value === 'object' && !Array.isArray(value) && !('other' in value);
    if (!isGroup) found.set(path.join('.'), value as Said);
    else
      for (const [name, inner] of Object.entries(value))
        visit(inner as Record<string, unknown>, [...path, name]);
  };
  visit(parse(readFileSync(join(SHIPPED_WORDS, `${language}.yaml`), 'utf8')), []);
  return found;
}

const english = wordsOf('en');
/** Of words that begin alike, in one of several forms: `move.old_yes`. */
const MADE_UP =
  /^(letters\.[\w-]+\.\w+|notices\.\w+\.(kicker|heading|paragraphs)|preferences\.(get|pause_then|confirmed_then)_\w+|preferences\.(active|pending|unsubscribed)|move\.(old|new)_\w+|addresses\.\w+|problems\.\w+\.\w+|sign_up\.(role|disposable)|continents\.\w+|cities\.[\w ]+)$/;

describe.each(LANGUAGES)('the words in %s', (language) => {
  const words = wordsOf(language);

  test('are as many as in English, and have the same places', () => {
    expect([...words.keys()]).toEqual([...english.keys()]);
    for (const [key, said] of english) {
      // What is said of one may do without the number.
      const kinds = (one: Said) => [...placesIn(one)].sort();
      expect([key, kinds(words.get(key) ?? '')]).toEqual([key, kinds(said)]);
      expect([key, Array.isArray(said) && said.length]).toEqual([
        key,
        Array.isArray(words.get(key)) && (words.get(key) as string[]).length,
      ]);
    }
  });

  test('are said for every number that the language tells apart', () => {
    for (const [key, said] of words) {
      if (typeof said === 'string' || Array.isArray(said)) continue;
      const type = placesIn(said).has('{nth}') ? 'ordinal' : 'cardinal';
      const rules = new Intl.PluralRules(language, { type });
      // What Romance languages say of millions is said of nothing here; `other` is there in any case.
      const counted = Array.from({ length: 1000 }, (_, number) => rules.select(number));
      const needed = new Set([...counted, 'other']);
      expect([key, Object.keys(said).sort()]).toEqual([key, [...needed].sort()]);
    }
  });

  test('have signs that open and close, as in English', () => {
    const signs = (said: Said) => JSON.stringify(said).match(/\*\*|\]\(|\[(?=[^"])/g)?.length ?? 0;
    const [inEnglish, here] = [english, words].map((all) =>
      [...all].filter(([, said]) => !Array.isArray(said)).map(([key, said]) => [key, signs(said)]),
    );
    expect(here).toEqual(inEnglish);
  });
});

test('French has its spaces before signs, Spanish opens its questions, and no file has straight quotation marks', () => {
  const sentences = (language: string) =>
    [...wordsOf(language).values()].flatMap((said) =>
      typeof said === 'string' ? [said] : Object.values(said),
    );
  const wrongInFrench = /(?<!\u202f)[;?!]|(?<!\u00a0):(?=\s|$)|«(?!\u00a0)|(?<!\u00a0)»/u;
  expect(sentences('fr').filter((one) => wrongInFrench.test(one))).toEqual([]);
  const count = (text: string, sign: string) => text.split(sign).length;
  expect(sentences('es').filter((one) => count(one, '?') !== count(one, '¿'))).toEqual([]);
  for (const language of ['en', ...LANGUAGES])
    expect(sentences(language).filter((one) => /['"]/.test(one))).toEqual([]);
});

test('every word is said somewhere, and what is said is in the file', () => {
  const files = ['src', 'templates/site', 'templates/mail'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|hbs)$/.test(name))
      .map((name) => readFileSync(join(ROOT, folder, name), 'utf8')),
  );
  const text = files.join('\n');
  const said = new Set(
    [...text.matchAll(/(?:say "|(?:say|html|list)\('|'|")((?:[a-z_]+)\.[a-z_]+)["']/g)]
      .map(([, key = '']) => key)
      .filter((key) => [...english.keys()].some((known) => known.split('.')[0] === key.split('.')[0])),
  );
  const short = new Set(
    [...text.matchAll(/\bsay\((?:\w+ \? )?'(\w+)'(?: : '(\w+)')?/g)].flatMap(([, one, other]) => [
      one,
      other,
    ]),
  );
  const isSaid = (key: string) =>
    said.has(key) || MADE_UP.test(key) || short.has(key.split('.')[1]) || key.startsWith('letters.');
  expect([...english.keys()].filter((key) => !isSaid(key))).toEqual([]);
  expect([...said].filter((key) => !english.has(key))).toEqual([]);
});
