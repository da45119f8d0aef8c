import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../base/errors.ts';
import { once } from '../base/once.ts';
import { escapeHtml } from '../base/text/escape-html.ts';
import { localeOf, writingOf } from '../base/text/language.ts';
import { languageSchema } from './config-fields.ts';
import { type Problem, readYaml, refusal, type YamlFile } from './yaml-file.ts';

/**
 * Values for merge fields such as `{name}`. In words with forms for different numbers, `count`
 * picks the form for that many, and `nth` the form for the first, second and so on.
 */
export type Values = Readonly<Record<string, string | number>>;

/**
 * Text for readers in one language. Every function throws if the text has a merge field that
 * `values` lacks.
 */
export interface Words {
  /** The language they are in, BCP 47. */
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  say(key: string, values?: Values): string;
  /**
   * The same as HTML: `**strong**` and `[the words of a link]({address})` are what they look like.
   */
  html(key: string, values?: Values): string;
  /** Paragraphs. */
  list(key: string, values?: Values): string[];
  /**
   * The name of something that not every language calls otherwise; as it is where there is none.
   */
  name(group: string, name: string): string;
  /** "Royals, Stars and Style". */
  series(items: readonly string[]): string;
}

export interface Vocabulary {
  /** Languages that have words, the default first, each under its own name: `Deutsch`. */
  readonly languages: readonly { readonly tag: string; readonly name: string }[];
  /**
   * The words in a language, or in the one it is a kind of (de-AT is a kind of de); undefined where
   * there are none.
   */
  find(language: string): Words | undefined;
  /** The same, in English where there are none. */
  in(language: string): Words;
}

/** A sentence; one for each number (`one`, `other` …); or paragraphs. */
type Said = string | readonly string[] | Readonly<Record<string, string>>;
type Entries = ReadonlyMap<string, Said>;

/** The words that come with Broadsheet. */
export const SHIPPED_WORDS = fileURLToPath(new URL('../../templates/words', import.meta.url));

const EXTENSION = '.yaml';
const OUR_LANGUAGE = 'en';
const NUMBERS = ['zero', 'one', 'two', 'few', 'many', 'other'];
const PLACE = /\{(\w+)\}/g;

/**
 * Makes a vocabulary of every `<language>.yaml` of the folders; of words that several have, the
 * first folder's count, and what a language lacks is said in English. Our English says which words
 * there are, and which places each has. A publisher's files are read at once; ours, which come last
 * and are known to be sound, when somebody first speaks their language.
 * @throws AppError CONFIG_INVALID naming file, line and word.
 */
export function readVocabulary(folders: readonly string[]): Vocabulary {
  const ours = folders.at(-1) ?? '';
  const model = join(ours, OUR_LANGUAGE + EXTENSION);
  const english = once(() => readEntries(model));
  const files = new Map<string, (() => Entries)[]>([[OUR_LANGUAGE, [english]]]);
  for (const folder of folders.toReversed())
    for (const file of filesIn(folder).filter((path) => path !== model)) {
      const read = once(() => readEntries(file, english()));
      if (folder !== ours) read();
      const tag = languageOfFile(file);
      files.set(tag, [...(files.get(tag) ?? []), read]);
    }
  const known = new Map<string, Words>();
  const wordsIn = (tag: string) => {
    const kinds = kindsOf(tag).filter((kind) => files.has(kind));
    const all = [OUR_LANGUAGE, ...kinds.toReversed()].flatMap((kind) => files.get(kind) ?? []);
    return makeWords(
      tag,
      once(() => new Map(all.flatMap((read) => [...read()]))),
    );
  };
  for (const tag of files.keys()) known.set(tag, wordsIn(tag));
  const find = (language: string) => {
    const tag = kindsOf(language).find((kind) => known.has(kind));
    return tag === undefined ? undefined : known.get(tag);
  };
  return {
    languages: [...known.keys()].map((tag) => ({ tag, name: nameOf(tag) })),
    find,
    in: (language) => find(language) ?? wordsIn(OUR_LANGUAGE),
  };
}

/** Returns the words that come with Broadsheet alone. */
export const ourVocabulary = once(() => readVocabulary([SHIPPED_WORDS]));

/** `zh-Hant-TW`, `zh-Hant`, `zh`. */
function kindsOf(language: string): string[] {
  const parts = language.split('-');
  return parts.map((_part, index) => parts.slice(0, parts.length - index).join('-'));
}

function nameOf(tag: string): string {
  const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}

function makeWords(language: string, entries: () => Entries): Words {
  const { direction } = writingOf(language);
  const plurals = new Intl.PluralRules(language);
  const ordinals = new Intl.PluralRules(language, { type: 'ordinal' });
  const and = new Intl.ListFormat(localeOf(language));
  const find = (key: string): Said => {
    const said = entries().get(key);
    if (said !== undefined) return said;
    throw new AppError('TEMPLATE_INVALID', `There are no words called "${key}"`);
  };
  const sentence = (key: string, values: Values) => {
    const said = find(key);
    if (typeof said === 'string') return said;
    if (Array.isArray(said)) throw new AppError('TEMPLATE_INVALID', `"${key}" is paragraphs`);
    const numbers = said as Readonly<Record<string, string>>;
    const number =
      values.nth === undefined ? plurals.select(Number(values.count)) : ordinals.select(Number(values.nth));
    return numbers[number] ?? numbers.other ?? '';
  };
  return {
    language,
    direction,
    say: (key, values = {}) => filled(key, sentence(key, values), values, String),
    html: (key, values = {}) =>
      filled(key, markedUp(escapeHtml(sentence(key, values))), values, (value) => escapeHtml(String(value))),
    list: (key, values = {}) => [find(key)].flat().map((said) => filled(key, String(said), values, String)),
    name: (group, name) => String(entries().get(`${group}.${name}`) ?? name),
    series: (items) => and.format(items),
  };
}

/** Before the values are filled in: what a value contains is never taken for a sign. */
function markedUp(escaped: string): string {
  return escaped
    .replace(/\*\*(.+?)\*\*/g, '<strong>$1</strong>')
    .replace(/\[(.+?)\]\((\{\w+\})\)/g, '<a href="$2">$1</a>');
}

function filled(
  key: string,
  words: string,
  values: Values,
  written: (value: string | number) => string,
): string {
  return words.replace(PLACE, (place, name: string) => {
    const value = values[name];
    if (value === undefined)
      throw new AppError('TEMPLATE_INVALID', `"${key}" has ${place}, and nothing fills it`);
    return written(value);
  });
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) throw new AppError('CONFIG_INVALID', `There is no folder ${folder} with words`);
  return readdirSync(folder)
    .filter((name) => name.endsWith(EXTENSION))
    .sort((a, b) => a.localeCompare(b))
    .map((name) => join(folder, name));
}

function languageOfFile(file: string): string {
  const parsed = languageSchema.safeParse(basename(file, EXTENSION));
  if (parsed.success) return parsed.data;
  throw new AppError('CONFIG_INVALID', `${file}: a file of words is called by its language, such as de.yaml`);
}

/** @param known which words there are; without it, all that are in the file. */
function readEntries(file: string, known?: Entries): Entries {
  const yaml = readYaml(readFileSync(file, 'utf8'));
  const entries = new Map<string, Said>();
  const problems = yaml.problems.length > 0 ? yaml.problems : collect(yaml, known, entries);
  if (problems.length > 0) throw refusal(file, yaml, problems);
  return entries;
}

function collect(yaml: YamlFile, known: Entries | undefined, into: Map<string, Said>): Problem[] {
  const visit = (value: unknown, path: readonly string[]): Problem[] => {
    if (isGroup(value) && !isNumbered(value))
      return Object.entries(value).flatMap(([name, inner]) => visit(inner, [...path, name]));
    if (!isSaid(value))
      return [{ path, says: 'expected text, paragraphs, or a text for each of one, other' }];
    const key = path.join('.');
    const says = strangeness(value, known, key);
    if (says) return [{ path, says }];
    into.set(key, value);
    return [];
  };
  return visit(yaml.value ?? {}, []);
}

function strangeness(said: Said, known: Entries | undefined, key: string): string | undefined {
  if (!known) return undefined;
  const model = known.get(key);
  if (model === undefined)
    return `this key is not known here; ${OUR_LANGUAGE}${EXTENSION} has those that are`;
  if (Array.isArray(model) !== Array.isArray(said))
    return 'expected what it is in English: text, or paragraphs';
  const places = placesIn(model);
  const strange = [...placesIn(said)].find((place) => !places.has(place));
  return (
    strange &&
    `there is nothing to stand for ${strange}; English has ${[...places].join(', ') || 'no such place'}`
  );
}

/** `{count}`, `{title}` … */
export function placesIn(said: Said): Set<string> {
  return new Set(JSON.stringify(said).match(PLACE));
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumbered(value: Record<string, unknown>): boolean {
  return typeof value.other === 'string' && Object.keys(value).every((key) => NUMBERS.includes(key));
}

function isSaid(value: unknown): value is Said {
  const isText = (one: unknown) => typeof one === 'string' && one.trim() !== '';
  if (Array.isArray(value)) return value.length > 0 && value.every(isText);
  return isGroup(value) ? isNumbered(value) && Object.values(value).every(isText) : isText(value);
}
