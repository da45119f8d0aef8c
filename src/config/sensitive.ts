import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { group, languageSchema, lineSchema, named, nameSchema } from './config-fields.ts';
import { type Problem, problemsOf, readYaml, refusal } from './yaml-file.ts';

/**
 * Words that say a subject: one word, a phrase, `miscarr*` for any ending, `lost|losing` for
 * either.
 */
export interface Term {
  readonly words: string;
  /** One of these has to stand nearby; where there are none, the words alone say it. */
  readonly near: readonly string[];
}

/** Terms by language (`en`, `de` …); terms under `any` apply in every language. */
export type Terms = Readonly<Record<string, readonly Term[]>>;

/** Title and description of a subject. */
export type SubjectName = Pick<Subject, 'title' | 'description'>;

/** A sensitive subject and the rules that find it. */
export interface Subject {
  readonly id: string;
  /** "Baby loss". */
  readonly title: string;
  /** One kind line, for the page where a reader mutes it. */
  readonly description: string;
  /** Both for readers of other languages, by language. */
  readonly translations: Readonly<Record<string, SubjectName>>;
  /** Further subjects that anything tagged with this one is tagged with. */
  readonly also: readonly string[];
  /** One sentence in the opening of the body is enough, where other subjects need two. */
  readonly strict: boolean;
  readonly words: Terms;
  /** Take back the words they stand on: "to die for". */
  readonly unless: Terms;
}

/** The rules that come with Broadsheet. */
export const SHIPPED_SUBJECTS = fileURLToPath(new URL('../../sensitive.yaml', import.meta.url));

const ANY = 'any';
const WORD = String.raw`[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*`;
const ALTERNATIVES = String.raw`${WORD}\*?(?:\|${WORD}\*?)*`;
const TERM = new RegExp(`^${ALTERNATIVES}(?: ${ALTERNATIVES})*$`, 'u');
/** `di*` would be in every second sentence. */
export const MIN_STEM_LETTERS = 3;
const SHORT_STEM = new RegExp(String.raw`(?<![\p{L}\p{N}])[\p{L}\p{N}]{1,${MIN_STEM_LETTERS - 1}}\*`, 'u');

const termSchema = z
  .string()
  .trim()
  .regex(TERM, 'a word or phrase such as miscarr*, "passed away" or lost|losing')
  .refine((text) => !SHORT_STEM.test(text), `at least ${MIN_STEM_LETTERS} letters before a star`);

const termsSchema = z.array(
  z.union(
    [termSchema, z.record(termSchema, z.array(termSchema).min(1, 'at least one word'))],
    'a word or phrase, or "words: [one of these nearby]"',
  ),
);
const languageKeySchema = z.string().regex(/^[a-z]{2,3}$/, `a language such as en, or ${ANY}`);
/** A list without a language is for all of them. */
const rulesSchema = z
  .preprocess(
    (value) => (Array.isArray(value) ? { [ANY]: value } : value),
    z.record(languageKeySchema, termsSchema),
  )
  .transform(
    (byLanguage): Terms =>
      Object.fromEntries(
        Object.entries(byLanguage).map(([language, terms]) => [language, terms.flatMap(termsOf)]),
      ),
  );

/** A line for everybody, or one for each language; the first is the one for all others. */
const sayingSchema = z.union(
  [lineSchema, z.record(languageSchema, lineSchema).refine((lines) => Object.keys(lines).length > 0)],
  'text, or a text for each language',
);

const fileSchema = group({
  subjects: named(
    group({
      title: sayingSchema,
      description: sayingSchema,
      also: z.array(nameSchema).default([]),
      strict: z.boolean().default(false),
      words: rulesSchema,
      unless: rulesSchema.prefault({}),
    }),
    'at least one subject',
  ),
});

/**
 * Reads the rules for sensitive subjects.
 * @throws AppError CONFIG_INVALID naming file, line and key of every problem, and what was expected
 * there.
 */
export function readSubjects(file = SHIPPED_SUBJECTS): readonly Subject[] {
  return parseSubjects(readText(file), file);
}

export function parseSubjects(text: string, file: string): readonly Subject[] {
  const yaml = readYaml(text);
  if (yaml.problems.length > 0) throw refusal(file, yaml, yaml.problems);
  const parsed = fileSchema.safeParse(yaml.value, { reportInput: true });
  if (!parsed.success) throw refusal(file, yaml, parsed.error.issues.flatMap(problemsOf));
  const subjects = Object.entries(parsed.data.subjects).map(([id, subject]) => ({
    ...subject,
    ...namesOf(subject),
    id,
  }));
  const unknown = unknownNames(subjects);
  if (unknown.length > 0) throw refusal(file, yaml, unknown);
  return subjects;
}

/**
 * A subject in a reader's language, or in the one it is a kind of; else as it is called for all.
 */
export function subjectIn(
  { title, description, translations = {} }: SubjectName & Partial<Pick<Subject, 'translations'>>,
  language: string,
): SubjectName {
  const own = translations[language] ?? translations[language.split('-')[0] ?? ''];
  return { title, description, ...own };
}

function namesOf(said: Record<'title' | 'description', z.infer<typeof sayingSchema>>) {
  const [title, titles] = linesOf(said.title);
  const [description, descriptions] = linesOf(said.description);
  const languages = new Set([...Object.keys(titles), ...Object.keys(descriptions)]);
  const translations = [...languages].map((language): [string, SubjectName] => [
    language,
    { title: titles[language] ?? title, description: descriptions[language] ?? description },
  ]);
  return { title, description, translations: Object.fromEntries(translations) };
}

function linesOf(saying: z.infer<typeof sayingSchema>): [string, Readonly<Record<string, string>>] {
  return typeof saying === 'string' ? [saying, {}] : [Object.values(saying)[0] ?? '', saying];
}

/** The words for texts of this language, as a two- or three-letter code. */
export function termsFor(terms: Terms, language: string): readonly Term[] {
  return [...(terms[ANY] ?? []), ...(terms[language] ?? [])];
}

function termsOf(term: string | Record<string, string[]>): Term[] {
  if (typeof term === 'string') return [{ words: term, near: [] }];
  return Object.entries(term).map(([words, near]) => ({ words, near }));
}

function unknownNames(subjects: readonly Subject[]): Problem[] {
  const ids = subjects.map(({ id }) => id);
  return subjects.flatMap(({ id, also }) =>
    also.flatMap((name, at) =>
      ids.includes(name)
        ? []
        : [
            {
              path: ['subjects', id, 'also', at],
              says: `there is no subject "${name}"; the file has ${ids.join(', ')}`,
            },
          ],
    ),
  );
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', `${file} cannot be read`, {
      hint: '`sensitive:` in newsletters.yaml names it, relative to that file. Without the key the rules that come with Broadsheet are used.',
      cause,
    });
  }
}
