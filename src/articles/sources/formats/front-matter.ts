import { parse as parseToml, TomlDate, TomlError } from 'smol-toml';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { messageOf } from '../../../base/errors.ts';
import { FrontMatter } from './front-matter-values.ts';

/** A file, parted into what it says of itself and the text under that. */
export type PartedFile =
  | { readonly ok: true; readonly data: FrontMatter; readonly body: string }
  | { readonly ok: false; readonly reason: string };

type Entries = readonly (readonly [key: string, value: unknown])[];

/** Most characters of front matter that are read: a long one has 3,000. */
const MAX_CHARACTERS = 16 * 1024;
const OPENING = /^(---|\+\+\+|;;;)[ \t]*([a-z]*)[ \t]*(?:\n|$)/i;
const CLOSING = {
  '---': /^(?:---|\.\.\.)[ \t]*$/m,
  '+++': /^\+\+\+[ \t]*$/m,
  ';;;': /^;;;[ \t]*$/m,
} as const;
/** A line that can only be front matter: "title: …". */
const KEY_LINE = /^[A-Za-z][\w-]{0,60}[ \t]*:(?:[ \t]|$)/;
/** Header lines that begin files of MultiMarkdown, Pelican and Hexo without a fence. */
const BARE_HEADER =
  /^(?:title|headline|layout|date|author|authors|status|draft|slug|category|categories|tags|published|permalink)[ \t]*:[ \t]/i;
const NO_DATA = new FrontMatter([]);

/**
 * Takes the front matter off a text file: YAML between `---`, TOML between `+++`, JSON in braces or
 * between `;;;`.
 * @param bare takes lines of "key: value" at the very beginning, too, as MultiMarkdown and Pelican
 * write them.
 */
export function partFile(raw: string, { bare = false } = {}): PartedFile {
  const text = raw.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  const start = text.search(/\S/);
  if (start < 0) return { ok: true, data: NO_DATA, body: text };
  const rest = text.slice(text.lastIndexOf('\n', start) + 1);
  const firstLine = text.length - rest.length === 0 ? 1 : text.slice(0, start).split('\n').length;
  const opening = OPENING.exec(rest);
  if (opening) return partFenced(rest, opening, firstLine);
  if (/^\{\s*["}]/.test(rest)) return partBraces(rest, firstLine);
  if (bare && BARE_HEADER.test(rest)) return partBare(rest);
  return { ok: true, data: NO_DATA, body: text };
}

function partFenced(text: string, opening: RegExpExecArray, firstLine: number): PartedFile {
  const fence = (opening[1] ?? '---') as keyof typeof CLOSING;
  const from = opening[0].length;
  const inside = text.slice(from);
  const closing = CLOSING[fence].exec(inside);
  if (!closing) {
    // A rule above a text that has none below is no front matter.
    if (fence === '---' && !KEY_LINE.test(inside.trimStart()))
      return { ok: true, data: NO_DATA, body: inside };
    return broken(`it begins with ${fence} and there is no second ${fence} line to end it`, firstLine);
  }
  const language = opening[2]?.toLowerCase() || { '---': 'yaml', '+++': 'toml', ';;;': 'json' }[fence];
  return parted(language, inside.slice(0, closing.index), {
    body: inside.slice(closing.index + closing[0].length),
    firstLine: firstLine + 1,
  });
}

function partBraces(text: string, firstLine: number): PartedFile {
  const end = endOfBraces(text.slice(0, MAX_CHARACTERS));
  if (end === undefined) return broken('its { is never closed', firstLine);
  return parted('json', text.slice(0, end), { body: text.slice(end), firstLine });
}

/** The place behind the brace that closes the first one; braces within quotes do not count. */
function endOfBraces(text: string): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === '{') depth += 1;
    else if (!quoted && character === '}') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return undefined;
}

/** Lines of "key: value" up to the first that is none; the values are text, whatever is in them. */
function partBare(text: string): PartedFile {
  const entries: [string, string][] = [];
  let rest = text.slice(0, MAX_CHARACTERS);
  let length = 0;
  while (length < MAX_CHARACTERS && KEY_LINE.test(rest)) {
    const end = rest.indexOf('\n');
    const line = end < 0 ? rest : rest.slice(0, end);
    const colon = line.indexOf(':');
    entries.push([line.slice(0, colon), unquoted(line.slice(colon + 1).trim())]);
    length += line.length + 1;
    rest = text.slice(length, length + MAX_CHARACTERS);
  }
  const body = text.slice(length).replace(/^---[ \t]*(?=\n|$)/, '');
  return { ok: true, data: new FrontMatter(entries), body };
}

function unquoted(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text;
}

const READERS: Readonly<Record<string, (text: string) => Entries>> = {
  yaml: readYaml,
  yml: readYaml,
  toml: (text) => Object.entries(plain(parseToml(text)) as object),
  json: readJson,
};

function parted(
  language: string,
  text: string,
  { body, firstLine }: { readonly body: string; readonly firstLine: number },
): PartedFile {
  const read = READERS[language];
  if (!read) return broken(`it is ${language}, and only YAML, TOML and JSON are read`, firstLine);
  if (text.length > MAX_CHARACTERS)
    return broken(`it is longer than ${MAX_CHARACTERS.toLocaleString('en')} characters`, firstLine);
  try {
    return { ok: true, data: new FrontMatter(read(text)), body };
  } catch (error) {
    const { what, line } = flawOf(error);
    return broken(what, firstLine + line - 1);
  }
}

/** Error in front matter, with its line, from 1. */
class Flaw extends Error {
  readonly line: number;
  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/**
 * YAML's failsafe schema reads every scalar as the text it is: a date stays as typed instead of
 * becoming a Date in the machine's idea of a zone, and a headline of digits stays a headline. Tabs
 * that indent, which YAML forbids and people type, are read as two spaces.
 */
function readYaml(typed: string): Entries {
  const text = typed.replace(/^\t+/gm, (tabs) => '  '.repeat(tabs.length));
  const lines = new LineCounter();
  const document = withoutStacks(() =>
    parseDocument(text, {
      schema: 'failsafe',
      uniqueKeys: false,
      logLevel: 'silent',
      prettyErrors: false,
      lineCounter: lines,
    }),
  );
  const [error] = document.errors;
  // A quote that is never closed is only noticed behind the last line.
  const last = text.trimEnd().split('\n').length;
  if (error) throw new Flaw(inPlainWords(error.message), Math.min(lines.linePos(error.pos[0]).line, last));
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === '')) return [];
  if (!isMap(contents)) throw new Flaw('it is not a list of "key: value" lines', 1);
  // The whole first, for it counts what aliases unfold to.
  document.toJS({ maxAliasCount: 50 });
  return contents.items.map((pair) => {
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    const value =
      pair.value === null ? '' : document.createNode(pair.value).toJS(document, { maxAliasCount: 50 });
    return [key, value];
  });
}

/** Parses without stack traces: a hostile file has thousands of errors; traces cost 4× the parsing. */
function withoutStacks<T>(work: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function inPlainWords(message: string): string {
  if (/nested mappings|implicit keys|multi-line implicit/i.test(message))
    return 'a value that holds a colon has no quotes around it, or a line has no colon';
  return message.replace(/\s+at line \d+.*$/s, '').trim();
}

function readJson(text: string): Entries {
  const value = text.trim() === '' ? {} : parsedJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Flaw('it is not an object of keys and values', 1);
  return Object.entries(plain(value) as object);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const what = messageOf(error).split('\n')[0] ?? '';
    throw new Flaw(what, Number(/\(line (\d+)/.exec(messageOf(error))?.[1] ?? lineOfToken(text)));
  }
}

/** Finds the line of a character that JSON does not expect: the first line that has it. */
function lineOfToken(text: string): number {
  const lines = text.split('\n');
  let [low, high] = [1, lines.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (meetsToken(lines.slice(0, middle).join('\n'))) high = middle;
    else low = middle + 1;
  }
  return low;
}

function meetsToken(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    return /^Unexpected token/.test(messageOf(error));
  }
}

/** Returns numbers and booleans as text, as in YAML; TOML's dates as typed. */
function plain(value: unknown): unknown {
  if (value === null || value === undefined) return '';
  if (value instanceof TomlDate) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object') return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

function flawOf(error: unknown): { what: string; line: number } {
  if (error instanceof Flaw) return { what: error.message, line: error.line };
  if (error instanceof TomlError)
    return {
      what: error.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? '',
      line: error.line,
    };
  if (error instanceof RangeError) return { what: 'it is nested too deeply', line: 1 };
  return { what: messageOf(error).split('\n')[0] ?? '', line: 1 };
}

function broken(what: string, line: number): PartedFile {
  return { ok: false, reason: `its front matter cannot be read: line ${line}: ${what}` };
}
