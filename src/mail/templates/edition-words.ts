import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { languageTag, writingOf } from '../../base/text/language.ts';
import { group, languageSchema, lineSchema } from '../../config/config-fields.ts';
import { problemsOf, readYaml, refusal } from '../../config/yaml-file.ts';
import type { TemplateFolders } from './template-source.ts';

const KEYS = {
  one_story: lineSchema,
  stories: lineSchema,
  read: lineSchema,
  by: lineSchema,
  update: lineSchema,
  also_covered: lineSchema,
  more_stories: lineSchema,
  also_in: lineSchema,
  correction: lineSchema,
  corrected_edition: lineSchema,
  nothing: lineSchema,
  reason: lineSchema,
  preferences: lineSchema,
  view: lineSchema,
  unsubscribe: lineSchema,
  subscribe: lineSchema,
  also: lineSchema,
  updated: lineSchema,
  neutral: lineSchema,
};

/**
 * Fixed phrases of an edition that no publisher wrote; some hold `{count}`, `{name}`, `{title}` and
 * the like.
 */
export type Words = Readonly<Record<keyof typeof KEYS, string>>;
type WordsByLanguage = Readonly<Record<string, Partial<Words>>>;

const FILE = 'words.yaml';
const fileSchema = z.record(languageSchema, group(KEYS).partial());
const OUR_LANGUAGE = 'en';

/**
 * The words in a language, else in the language it is a kind of, else in English; word by word,
 * those of the first folder that has one.
 * @throws AppError CONFIG_INVALID naming file, line and word.
 */
export function wordsIn(folders: TemplateFolders, language: string): { words: Words; areEnglish: boolean } {
  const files = folders.map((folder) => readWords(join(folder, FILE))).reverse();
  const kinds = [OUR_LANGUAGE, ...kindsOf(language).reverse()];
  const found = kinds.flatMap((kind) => files.map((file) => file[kind] ?? {}));
  const areEnglish = !files.some((file) =>
    kinds.slice(1).some((kind) => kind !== OUR_LANGUAGE && file[kind]),
  );
  return { words: Object.assign({}, ...found), areEnglish };
}

/** Words around an edition's stories, and their language. */
export interface Spoken {
  readonly words: Words;
  /** In which dates are written. */
  readonly language: string;
  /**
   * Attributes for an element whose words are in another language than the stories: ` lang="de"
   * dir="ltr"`, or nothing.
   */
  readonly foreign: string;
  /**
   * The same for a date: it is in the edition's language even where its words are said in English
   * for want of others.
   */
  readonly foreignDate: string;
}

/**
 * Returns the words for an edition and reader.
 * @param own the edition's language. @param chosen what `languageFor` found; empty for the
 * edition's own.
 */
export function speech(folders: TemplateFolders, own: string, chosen: string): Spoken {
  const { words, areEnglish } = wordsIn(folders, chosen || own);
  if (chosen) return { words, language: chosen, foreign: inWords(chosen), foreignDate: inWords(chosen) };
  const isForeign = areEnglish && !writingOf(own).isEnglish;
  return { words, language: own, foreign: isForeign ? inWords(OUR_LANGUAGE) : '', foreignDate: '' };
}

/**
 * The language that a reader chose, where an edition can speak it: there are words in it, and it is
 * another than the edition's own. Else nothing. Labels are set in capitals and spaced where the
 * edition's script has that; letters of another script would be torn apart by it, so there the
 * edition keeps its own words.
 */
export function languageFor(folders: TemplateFolders, own: string, chosen: string): string {
  const found = kindsOf(chosen).find((kind) =>
    folders.some((folder) => kind in readWords(join(folder, FILE))),
  );
  if (found === undefined || kindsOf(found).at(-1) === kindsOf(own).at(-1)) return '';
  const [here, there] = [writingOf(own), writingOf(found)];
  return here.script === there.script || !here.spaced ? found : '';
}

/** `de-AT` and `de`, the narrowest first. */
function kindsOf(language: string): string[] {
  const tag = languageTag(language);
  return [...new Set([tag, tag.split('-')[0] ?? ''])];
}

function inWords(language: string): string {
  return ` lang="${language}" dir="${writingOf(language).direction}"`;
}

/** "{count} stories" → "14 stories". */
export function filledIn(words: string, values: Readonly<Record<string, string | number>>): string {
  return words.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

function readWords(file: string): WordsByLanguage {
  if (!existsSync(file)) return {};
  const yaml = readYaml(readFileSync(file, 'utf8'));
  if (yaml.problems.length > 0) throw refusal(file, yaml, yaml.problems);
  const parsed = fileSchema.safeParse(yaml.value, { reportInput: true });
  if (!parsed.success) throw refusal(file, yaml, parsed.error.issues.flatMap(problemsOf));
  return parsed.data as WordsByLanguage;
}
