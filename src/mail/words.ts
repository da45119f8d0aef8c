import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { languageTag } from '../base/language.ts';
import { group, languageSchema, lineSchema } from '../config/fields.ts';
import { problemsOf, readYaml, refusal } from '../config/yaml-file.ts';
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

/** What an edition says that is no publisher's own; some hold `{count}`, `{name}`, `{title}` and the like. */
export type Words = Readonly<Record<keyof typeof KEYS, string>>;
type WordsByLanguage = Readonly<Record<string, Partial<Words>>>;

const FILE = 'words.yaml';
const fileSchema = z.record(languageSchema, group(KEYS).partial());
const OUR_LANGUAGE = 'en';

/**
 * The words in a language, else in the language it is a kind of, else in English; word by word, those of the first
 * folder that has one.
 * @throws AppError CONFIG_INVALID naming file, line and word.
 */
export function wordsIn(folders: TemplateFolders, language: string): { words: Words; areEnglish: boolean } {
  const files = folders.map((folder) => readWords(join(folder, FILE))).reverse();
  const tag = languageTag(language);
  const kinds = [OUR_LANGUAGE, tag.split('-')[0] ?? '', tag];
  const found = kinds.flatMap((kind) => files.map((file) => file[kind] ?? {}));
  const areEnglish = !files.some((file) =>
    kinds.slice(1).some((kind) => kind !== OUR_LANGUAGE && file[kind]),
  );
  return { words: Object.assign({}, ...found), areEnglish };
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
