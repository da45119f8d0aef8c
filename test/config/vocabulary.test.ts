import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { readVocabulary } from '../../src/config/vocabulary.ts';

const OURS = join(TEMPLATES_DIR, 'words');

/** A folder with these files. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'words-')), 'words');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const EN = `
plain: Come in
named: "{name} is here"
strong: "Is **{name}** [here]({link})?"
counted: { one: "{count} letter", other: "{count} letters" }
long:
  - First, {name}.
  - Then the rest.
`;

describe('a vocabulary', () => {
  const vocabulary = readVocabulary([
    folderOf({
      'en.yaml': EN,
      'de.yaml': 'plain: Herein\nnamed: "{name} ist da"\n',
      'pl.yaml':
        'counted: { one: "{count} list", few: "{count} listy", many: "{count} listów", other: "{count} listu" }\n',
      'pt-BR.yaml': 'plain: Entre\n',
    }),
  ]);

  test('says things in a language, and in English what it has no words for there', () => {
    const german = vocabulary.in('de');
    expect([german.say('plain'), german.say('named', { name: 'Mia' })]).toEqual(['Herein', 'Mia ist da']);
    expect(german.list('long', { name: 'Mia' })).toEqual(['First, Mia.', 'Then the rest.']);
  });

  test('takes a language for a kind of another, and knows which it has', () => {
    expect(vocabulary.find('de-AT')?.language).toBe('de');
    expect(vocabulary.find('pt-BR')?.language).toBe('pt-BR');
    expect([vocabulary.find('pt'), vocabulary.find('fi'), vocabulary.find('')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(vocabulary.in('fi').language).toBe('en');
    expect(vocabulary.languages.map(({ tag }) => tag)).toEqual(['en', 'de', 'pl', 'pt-BR']);
    expect(vocabulary.languages[1]?.name).toBe('Deutsch');
  });

  test('counts as each language counts', () => {
    const counted = (language: string) =>
      [1, 3, 5].map((count) => vocabulary.in(language).say('counted', { count }));
    expect(counted('en')).toEqual(['1 letter', '3 letters', '5 letters']);
    expect(counted('pl')).toEqual(['1 list', '3 listy', '5 listów']);
  });

  test('makes HTML of its own signs, and never of what stands in a value', () => {
    const values = { name: '**<b>** [x]({link})', link: '/a?b=1&c="' };
    expect(vocabulary.in('en').html('strong', values)).toBe(
      'Is <strong>**&lt;b&gt;** [x]({link})</strong> <a href="/a?b&#x3D;1&amp;c&#x3D;&quot;">here</a>?',
    );
  });

  test('does not say a sentence with a hole, nor one it does not know', () => {
    expect(() => vocabulary.in('en').say('named')).toThrow(/"named" has \{name\}, and nothing fills it/);
    expect(() => vocabulary.in('en').say('nmed')).toThrow(/no words called "nmed"/);
  });

  test('is a publisher’s own where they have words, one by one, and has their languages too', () => {
    const own = folderOf({ 'de.yaml': 'plain: Hereinspaziert\n', 'fi.yaml': 'plain: Sisään\n' });
    const theirs = readVocabulary([own, folderOf({ 'en.yaml': EN, 'de.yaml': 'named: "{name} ist da"\n' })]);
    expect(theirs.in('de').say('plain')).toBe('Hereinspaziert');
    expect(theirs.in('de').say('named', { name: 'Mia' })).toBe('Mia ist da');
    expect(theirs.in('fi').say('plain')).toBe('Sisään');
  });

  test('is refused by file and line where a word is mistyped, misplaced or of another kind', () => {
    const refusal = (text: string) =>
      expect(() => readVocabulary([folderOf({ 'fr.yaml': text }), folderOf({ 'en.yaml': EN })]));
    refusal('plain: Entrez\nplian: Entrez\n').toThrow(/fr\.yaml:2: plian: this key is not known here/);
    refusal('named: "{nom} est là"\n').toThrow(/fr\.yaml:1: named: .*\{nom\}; English has \{name\}/);
    refusal('long: Tout\n').toThrow(/fr\.yaml:1: long: expected what it is in English/);
    refusal('plain: 3\n').toThrow(/fr\.yaml:1: plain: expected text/);
    refusal('plain: [\n').toThrow(/fr\.yaml:/);
    expect(() => readVocabulary([folderOf({ 'in french.yaml': '' }), OURS])).toThrow(
      /called by its language, such as de\.yaml/,
    );
    expect(() => readVocabulary(['/nowhere', OURS])).toThrow(/no folder \/nowhere/);
  });
});
