import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { once } from '../base/once.ts';
import { brandSchema } from './brand.ts';
import {
  countSchema,
  durationSchema,
  group,
  languageSchema,
  lineSchema,
  named,
  nameSchema,
  scheduleSchema,
  senderSchema,
  timeZoneSchema,
} from './config-fields.ts';
import { type PaceConfig, paceSchema } from './pace-config.ts';
import { reviewSchema } from './review-config.ts';
import { readSubjects, type Subject } from './sensitive.ts';
import { type SignUpConfig, signUpSchema, withDisposableDomains } from './sign-up-config.ts';
import { easternFirst, sourceSchema, websiteSchema, wordsSchema } from './source.ts';
import { ourVocabulary, readVocabulary, SHIPPED_WORDS, type Vocabulary } from './vocabulary.ts';
import { type Problem, problemsOf, readYaml, refusal } from './yaml-file.ts';

export const WEEKDAYS = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const;
export const LAYOUTS = ['magazine', 'brief'] as const;

/** An edition holds at most 64 stories, so that a reader's selection fits one 64-bit set. */
export const MAX_STORIES = 64;

const ruleSchema = group({ source: wordsSchema, category: wordsSchema, keyword: wordsSchema });

const sectionSchema = group({
  title: lineSchema,
  when: ruleSchema.prefault({}),
  limit: countSchema.optional(),
  /** Shopping, fun and the like: takes no story with a sensitive subject and stands beside none. */
  light: z.boolean().default(false),
});

const newsletterSchema = group({
  title: lineSchema,
  description: z.string().default(''),
  from: senderSchema.optional(),
  language: languageSchema.default('en'),
  schedule: scheduleSchema,
  time_zone: timeZoneSchema.default('UTC'),
  missed: z.enum(['catch_up', 'report']).default('catch_up'),
  catch_up_within: durationSchema.prefault('12h'),
  max_age: durationSchema.prefault('48h'),
  uncertain: z.enum(['resend', 'hold']).default('resend'),
  sources: z.array(nameSchema).min(1, 'at least one source'),
  sections: named(sectionSchema, 'at least one section'),
  /** The last edition of the week that ends on this day also goes to those who want one a week. */
  weekly_on: z.enum(WEEKDAYS).default('sunday'),
  /** Opens the mail, followed by the reader's name where there is one; nothing when absent. */
  greeting: lineSchema.optional(),
  /** One last mail to somebody who leaves through the page, with the way back. */
  goodbye: z.boolean().default(true),
  /** Visibility of past editions: to all and search engines, to all, or to their readers only. */
  archive: z.enum(['public', 'noindex', 'off']).default('public'),
  /** A line of help under a story with a sensitive subject, by subject. */
  help: z.record(nameSchema, lineSchema).default({}),
  layout: z.enum(LAYOUTS).default('magazine'),
  brand: brandSchema.optional(),
  /** Folder of this newsletter's own mail templates; a path relative to this file. */
  templates: lineSchema.optional(),
  /** Sections the lead may come from, the preferred one first; any section when empty. */
  lead: wordsSchema,
  review: reviewSchema.prefault({}),
  limits: group({
    stories: countSchema.max(MAX_STORIES, `at most ${MAX_STORIES}`).default(24),
    per_section: countSchema.optional(),
    per_source: countSchema.optional(),
  }).prefault({}),
});

const fileSchema = group({
  publisher: group({ name: lineSchema, postal_address: lineSchema, website: websiteSchema.optional() }),
  sources: z.record(nameSchema, sourceSchema),
  newsletters: named(newsletterSchema, 'at least one newsletter'),
  pace: paceSchema.prefault({}),
  sign_up: signUpSchema.prefault({}),
  /** Rules for sensitive subjects, relative to this file; by default those of Broadsheet. */
  sensitive: lineSchema.optional(),
  /** Folder of the publisher's own words, a file for each language; relative to this file. */
  words: lineSchema.optional(),
});

type Named<T> = T & { readonly id: string };
export type SourceConfig = Named<z.infer<typeof sourceSchema>> & {
  /** Zones for a time that names none: the source's, else its newsletters', easternmost first. */
  readonly time_zones?: readonly string[];
};
export type FeedConfig = Extract<SourceConfig, { feed: string }>;
export type SectionConfig = Named<z.infer<typeof sectionSchema>>;
export type NewsletterConfig = Readonly<Named<Omit<z.infer<typeof newsletterSchema>, 'sections'>>> & {
  /** In the order of the file, which is the order in the mail. */
  readonly sections: readonly SectionConfig[];
};

/** A publisher's newsletters, in the order of the file; `map` and `filter` return plain arrays. */
export class Newsletters extends Array<NewsletterConfig> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  /** Returns the newsletter with this id; undefined if it was removed from the file. */
  get(id: string | undefined): NewsletterConfig | undefined {
    return this.find((newsletter) => newsletter.id === id);
  }

  static with(list: readonly NewsletterConfig[]): Newsletters {
    const newsletters = new Newsletters();
    newsletters.push(...list);
    return newsletters;
  }
}
export type Publisher = Readonly<z.infer<typeof fileSchema>['publisher']>;

export interface NewslettersFile {
  readonly pace: PaceConfig;
  readonly signUp: SignUpConfig;
  readonly publisher: Publisher;
  readonly sources: readonly SourceConfig[];
  readonly newsletters: Newsletters;
  /** Sensitive subjects, in the order of their file. */
  readonly subjects: readonly Subject[];
  /** Text shown to readers, in every language. */
  readonly vocabulary: Vocabulary;
}

/**
 * Reads `newsletters.yaml`, and the rules for sensitive subjects with it.
 * @throws AppError CONFIG_INVALID naming file, line and key of every problem, and what was expected
 * there.
 */
export function readNewsletters(file: string): NewslettersFile {
  return parseNewsletters(readText(file), file);
}

export function parseNewsletters(text: string, file: string): NewslettersFile {
  const yaml = readYaml(text);
  const refuse = (problems: readonly Problem[]) => refusal(file, yaml, problems);
  if (yaml.problems.length > 0) throw refuse(yaml.problems);
  const parsed = fileSchema.safeParse(yaml.value, { reportInput: true });
  if (!parsed.success) throw refuse(parsed.error.issues.flatMap(problemsOf));
  const result = withIds(parsed.data, subjectsBeside(file, parsed.data.sensitive), dirname(file));
  const dangling = danglingNames(result);
  if (dangling.length > 0) throw refuse(dangling);
  return result;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', `${file} cannot be read`, {
      hint: 'It names your newsletters and their sources. Give its place with --newsletters, or start from the one in the repository.',
      cause,
    });
  }
}

/** Reads a publisher's rules at once, to check them; ours on demand: most commands need none. */
function subjectsBeside(file: string, sensitive: string | undefined): () => readonly Subject[] {
  if (sensitive === undefined) return once(readSubjects);
  const subjects = readSubjects(resolve(dirname(file), sensitive));
  return () => subjects;
}

function withIds(
  data: z.infer<typeof fileSchema>,
  subjects: () => readonly Subject[],
  folder: string,
): NewslettersFile {
  const list = <T extends object>(record: Record<string, T>) =>
    Object.entries(record).map(([id, value]) => ({ ...value, id }));
  return {
    get subjects() {
      return subjects();
    },
    pace: data.pace,
    signUp: withDisposableDomains(data.sign_up, folder),
    publisher: data.publisher,
    vocabulary: data.words ? readVocabulary([resolve(folder, data.words), SHIPPED_WORDS]) : ourVocabulary(),
    sources: list(data.sources).map((source) => ({
      ...source,
      time_zones: source.time_zone ? [source.time_zone] : zonesOfReaders(source.id, data.newsletters),
    })),
    newsletters: Newsletters.with(
      list(data.newsletters).map((newsletter) => ({
        ...newsletter,
        templates: newsletter.templates && resolve(folder, newsletter.templates),
        sections: list(newsletter.sections),
      })),
    ),
  };
}

function zonesOfReaders(id: string, newsletters: z.infer<typeof fileSchema>['newsletters']): string[] {
  const readers = Object.values(newsletters).filter(({ sources }) => sources.includes(id));
  return easternFirst(readers.map(({ time_zone }) => time_zone));
}

function danglingNames(file: NewslettersFile): Problem[] {
  const known = new Set(file.sources.map((source) => source.id));
  const noSource = (name: string) =>
    `there is no source "${name}"; the file has ${[...known].join(', ') || 'none'}`;
  return file.newsletters.flatMap((newsletter) => [
    ...newsletter.sources.flatMap((name, at) =>
      known.has(name) ? [] : [{ path: ['newsletters', newsletter.id, 'sources', at], says: noSource(name) }],
    ),
    ...newsletter.lead
      .filter((name) => !newsletter.sections.some((section) => section.id === name))
      .map((name) => ({
        path: ['newsletters', newsletter.id, 'lead'],
        says: `there is no section "${name}"; the newsletter has ${newsletter.sections.map((section) => section.id).join(', ')}`,
      })),
    ...Object.keys(newsletter.help)
      .filter((id) => !file.subjects.some((subject) => subject.id === id))
      .map((id) => ({
        path: ['newsletters', newsletter.id, 'help', id],
        says: `there is no sensitive subject "${id}"; there are ${file.subjects.map((subject) => subject.id).join(', ')}`,
      })),
    ...newsletter.sections.flatMap((section) =>
      section.when.source
        .filter((name) => !known.has(name))
        .map((name) => ({
          path: ['newsletters', newsletter.id, 'sections', section.id, 'when', 'source'],
          says: noSource(name),
        })),
    ),
  ]);
}
