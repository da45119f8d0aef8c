import { type Alias, type Document, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { keysKnown } from './config-fields.ts';

/** Description of a problem and its place: a line, or the keys that lead to it. */
export interface Problem {
  readonly line?: number;
  readonly path?: readonly PropertyKey[];
  readonly says: string;
}

export interface YamlFile {
  readonly value: unknown;
  /** Problems that keep the text from being YAML; then there is no value. */
  readonly problems: readonly Problem[];
  /**
   * The line of the nearest thing that exists on the way to `path`: a missing key has no line of
   * its own.
   */
  lineOf(path: readonly PropertyKey[]): number;
}

/** YAML together with the lines its keys stand on. */
export function readYaml(text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const syntax = document.errors.map(({ linePos, message }) => ({
    line: linePos?.[0].line ?? 1,
    says: /alias/i.test(message) ? STAR : withoutPlace(message),
  }));
  const aliases = unknownAliases(document).map(({ source, range }) => ({
    line: lines.linePos(range?.[0] ?? 0).line,
    says: `*${source} stands for nothing: there is no &${source} before it`,
  }));
  const problems = syntax.length > 0 ? onceEach(syntax) : aliases;
  return {
    value: problems.length === 0 ? document.toJS() : undefined,
    problems,
    lineOf: (path) => lineOfPath(document, lines, path),
  };
}

/** To YAML a star begins an alias: what people stumble over is a schedule. */
const STAR = 'a text that begins with * has to stand in quotes, such as "*/15 * * * *"';

/** The library adds its own place, and a drawing of it. */
function withoutPlace(message: string): string {
  return message.split(/ at line \d+|\n/)[0] ?? message;
}

function onceEach(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.line} ${problem.says}`, problem])).values()];
}

/**
 * Every problem of a file in one error: file, line and key of each, and what was expected there.
 */
export function refusal(file: string, yaml: YamlFile, problems: readonly Problem[]): AppError {
  const lines = problems.map(({ line, path = [], says }) =>
    [`${file}:${line ?? yaml.lineOf(path)}`, ...(path.length > 0 ? [path.join('.')] : []), says].join(': '),
  );
  return new AppError('CONFIG_INVALID', lines.join('\n'), {
    hint: 'docs/CONFIGURATION.md lists every key with an example.',
  });
}

/** One problem for each thing that zod found, said in the words of the file. */
export function problemsOf(issue: z.core.$ZodIssue): Problem[] {
  const { path } = issue;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        says: `this key is not known here${suggestion(key, keysKnown(issue.message))}; ${issue.message}`,
      }));
    case 'invalid_type':
      return [
        { path, says: `expected ${KINDS[issue.expected] ?? issue.expected}, found ${found(issue.input)}` },
      ];
    case 'invalid_value':
      return [{ path, says: `expected one of ${issue.values.join(', ')}, found ${found(issue.input)}` }];
    case 'invalid_key':
      return [{ path, says: `expected ${issue.issues[0]?.message ?? issue.message}` }];
    case 'invalid_union':
      return meantBranch(issue) ?? [{ path, says: `expected ${issue.message}` }];
    default:
      return [{ path, says: `expected ${issue.message}` }];
  }
}

/** The one key that was probably meant; nothing where two are as near. */
function suggestion(key: string, known: readonly string[]): string {
  const distances = known.map((one) => [one, editDistance(key, one)] as const);
  const least = Math.min(...distances.map(([, distance]) => distance));
  const [meant, ...others] = distances.filter(([, distance]) => distance === least);
  const isNear = least <= 2 && least * 2 <= key.length;
  return meant && isNear && others.length === 0 ? ` (did you mean ${meant[0]}?)` : '';
}

/** Counts the letters to insert, delete or change (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j += 1) {
      const changed = (row[j] ?? 0) + (to[j] === letter ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** Returns the problems of the alternative that was meant: the only one with no key missing. */
function meantBranch({ path, errors }: z.core.$ZodIssueInvalidUnion): Problem[] | undefined {
  const isMissing = (issue: z.core.$ZodIssue) => issue.code === 'invalid_type' && issue.input === undefined;
  const [meant, ...others] = errors.filter((issues) => !issues.some(isMissing));
  if (!meant || others.length > 0) return undefined;
  return meant.flatMap((issue) => problemsOf({ ...issue, path: [...path, ...issue.path] }));
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of keys',
  record: 'a group of names',
};

function found(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'a group of keys';
  return JSON.stringify(value);
}

function unknownAliases(document: Document): Alias[] {
  const unknown: Alias[] = [];
  visit(document, {
    Alias: (_key, alias) => {
      if (!alias.resolve(document)) unknown.push(alias);
    },
  });
  return unknown;
}

function lineOfPath(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
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
