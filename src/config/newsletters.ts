import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { durationSchema, scheduleSchema, senderSchema, timeZoneSchema } from './fields.ts';

const NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;
const nameSchema = z
  .string()
  .regex(NAME, 'a name of lower-case letters, digits and hyphens, such as "royal-weekly"');
const lineSchema = z.string().trim().min(1, 'some text');
/** One word or a list of them; read as a list. */
const wordsSchema = z.union([lineSchema.transform((word) => [word]), z.array(lineSchema)]).default([]);
const countSchema = z.int().min(1);

/** An edition holds at most 64 stories, so that a reader's selection fits one 64-bit set. */
export const MAX_STORIES = 64;

const ruleSchema = z.strictObject({ source: wordsSchema, category: wordsSchema, keyword: wordsSchema });
/** Which articles belong: those of a named source or category, or with a keyword. */
export type SectionRule = z.infer<typeof ruleSchema>;

const sectionSchema = z.strictObject({
  title: lineSchema,
  when: ruleSchema.prefault({}),
  limit: countSchema.optional(),
});

const sourceSchema = z.union([
  z.strictObject({
    folder: lineSchema,
    categories: wordsSchema,
    language: z.string().default(''),
  }),
  z.strictObject({
    feed: z.url({ protocol: /^https?$/, error: 'an http(s) address' }),
    categories: wordsSchema,
    language: z.string().default(''),
    /** Private and loopback addresses are refused unless the operator says that this one is meant. */
    allow_private: z.boolean().default(false),
  }),
]);

const newsletterSchema = z.strictObject({
  title: lineSchema,
  description: z.string().default(''),
  from: senderSchema.optional(),
  language: z.string().default('en'),
  schedule: scheduleSchema,
  time_zone: timeZoneSchema.default('UTC'),
  missed: z.enum(['catch_up', 'report']).default('catch_up'),
  catch_up_within: durationSchema.prefault('12h'),
  max_age: durationSchema.prefault('48h'),
  uncertain: z.enum(['resend', 'hold']).default('resend'),
  sources: z.array(nameSchema).min(1, 'at least one source'),
  sections: z.record(nameSchema, sectionSchema),
  /** Sections the lead may come from, the preferred one first; any section when empty. */
  lead: wordsSchema,
  limits: z
    .strictObject({
      stories: countSchema.max(MAX_STORIES).default(24),
      per_section: countSchema.optional(),
      per_source: countSchema.optional(),
    })
    .prefault({}),
});

const fileSchema = z.strictObject({
  publisher: z.strictObject({ name: lineSchema, postal_address: lineSchema, website: z.url().optional() }),
  sources: z.record(nameSchema, sourceSchema),
  newsletters: z
    .record(nameSchema, newsletterSchema)
    .refine((all) => Object.keys(all).length > 0, 'at least one newsletter'),
});

type Named<T> = T & { readonly id: string };
export type SourceConfig = Named<z.infer<typeof sourceSchema>>;
export type FeedConfig = Extract<SourceConfig, { feed: string }>;
export type FolderConfig = Extract<SourceConfig, { folder: string }>;
export type SectionConfig = Named<z.infer<typeof sectionSchema>>;
export type NewsletterConfig = Readonly<Named<Omit<z.infer<typeof newsletterSchema>, 'sections'>>> & {
  /** In the order of the file, which is the order in the mail. */
  readonly sections: readonly SectionConfig[];
};
export type Publisher = Readonly<z.infer<typeof fileSchema>['publisher']>;

export interface NewslettersFile {
  readonly publisher: Publisher;
  readonly sources: readonly SourceConfig[];
  readonly newsletters: readonly NewsletterConfig[];
}

/**
 * Reads `newsletters.yaml`.
 * @throws AppError CONFIG_INVALID naming file, line and key of every problem, and what was expected there.
 */
export function readNewsletters(file: string): NewslettersFile {
  return parseNewsletters(readText(file), file);
}

export function parseNewsletters(text: string, file: string): NewslettersFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineOf = (path: readonly PropertyKey[]) => lineOfPath(document, lines, path);
  const syntax = document.errors.map(
    (error) => `${file}:${error.linePos?.[0].line ?? 1}: ${error.message.split('\n')[0]}`,
  );
  if (syntax.length > 0) throw invalid(syntax);
  const parsed = fileSchema.safeParse(document.toJS());
  if (!parsed.success) throw invalid(parsed.error.issues.map((issue) => describeIssue(issue, file, lineOf)));
  const result = named(parsed.data);
  const dangling = danglingNames(result).map(
    ({ path, problem }) => `${file}:${lineOf(path)}: ${path.join('.')}: ${problem}`,
  );
  if (dangling.length > 0) throw invalid(dangling);
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

function invalid(problems: readonly string[]): AppError {
  return new AppError('CONFIG_INVALID', problems.join('\n'), {
    hint: 'docs/CONFIGURATION.md lists every key with an example.',
  });
}

function named(data: z.infer<typeof fileSchema>): NewslettersFile {
  const list = <T extends object>(record: Record<string, T>) =>
    Object.entries(record).map(([id, value]) => ({ ...value, id }));
  return {
    publisher: data.publisher,
    sources: list(data.sources),
    newsletters: list(data.newsletters).map((newsletter) => ({
      ...newsletter,
      sections: list(newsletter.sections),
    })),
  };
}

function danglingNames(file: NewslettersFile): { path: PropertyKey[]; problem: string }[] {
  const known = new Set(file.sources.map((source) => source.id));
  const problem = (name: string) =>
    `there is no source "${name}"; the file has ${[...known].join(', ') || 'none'}`;
  return file.newsletters.flatMap((newsletter) => [
    ...newsletter.sources.flatMap((name, at) =>
      known.has(name)
        ? []
        : [{ path: ['newsletters', newsletter.id, 'sources', at], problem: problem(name) }],
    ),
    ...newsletter.lead
      .filter((name) => !newsletter.sections.some((section) => section.id === name))
      .map((name) => ({
        path: ['newsletters', newsletter.id, 'lead'],
        problem: `there is no section "${name}"; the newsletter has ${newsletter.sections.map((section) => section.id).join(', ')}`,
      })),
    ...newsletter.sections.flatMap((section) =>
      section.when.source
        .filter((name) => !known.has(name))
        .map((name) => ({
          path: ['newsletters', newsletter.id, 'sections', section.id, 'when', 'source'],
          problem: problem(name),
        })),
    ),
  ]);
}

function describeIssue(
  issue: z.core.$ZodIssue,
  file: string,
  lineOf: (path: readonly PropertyKey[]) => number,
): string {
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const path = [...issue.path, key];
    return `${file}:${lineOf(path)}: ${path.join('.')}: this key is not known here`;
  }
  const where = issue.path.join('.') || 'the file';
  return `${file}:${lineOf(issue.path)}: ${where}: ${expectation(issue)}`;
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type')
    return `expected ${issue.expected}${issue.input === undefined ? ', found nothing' : ''}`;
  if (issue.code === 'invalid_value') return `expected one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_union')
    return 'expected either "folder: path" or "feed: https://…", with keys that belong to it';
  return `expected ${issue.message}`;
}

/** The line of the nearest thing that exists on the way to `path`: a missing key has no line of its own. */
function lineOfPath(
  document: ReturnType<typeof parseDocument>,
  lines: LineCounter,
  path: readonly PropertyKey[],
): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const parent = document.getIn(path.slice(0, depth - 1), true) as
      | { items?: { key?: { value?: unknown; range?: [number] } }[] }
      | undefined;
    const pair = parent?.items?.find((item) => item?.key?.value === path[depth - 1]);
    const node = document.getIn(path.slice(0, depth), true) as { range?: [number] } | undefined;
    const offset = pair?.key?.range?.[0] ?? node?.range?.[0];
    if (offset !== undefined) return lines.linePos(offset).line;
  }
  return 1;
}
