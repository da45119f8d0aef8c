import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../base/errors.ts';
import type { Tokens } from './look.ts';

/**
 * One line of a template with everything it includes, and where it was written:
 * `…/partials/card.hbs:12`.
 */
export interface SourceLine {
  readonly text: string;
  readonly at: string;
}

/**
 * Folders in which templates are looked up, the first that has a file winning: a newsletter's own,
 * then ours.
 */
export type TemplateFolders = readonly string[];

const ALONE = /^\s*\{\{>\s*([\w-]+)\s*\}\}\s*$/;
const INCLUSION = /\{\{>\s*([\w-]+)\s*\}\}/g;
const ANY_INCLUSION = /\{\{#?>/;
const BLOCK = /\{\{~?\s*([#^/])\s*([\w-]+)/g;
const COMMENT = /\{\{!--[\s\S]*?--\}\}/g;

/**
 * A template's text with its partials in place. They are put in as text, before MJML sees it, so
 * they take no parameters: `{{#with}}` hands them what they are about.
 * @throws AppError TEMPLATE_INVALID naming file and line.
 */
export function readTemplate(folders: TemplateFolders, name: string): SourceLine[] {
  const file = find(folders, `${name}.hbs`);
  if (!file) throw fault(join(folders.at(-1) ?? '', `${name}.hbs`), 'there is no such template');
  return expand(folders, file, []);
}

function expand(folders: TemplateFolders, file: string, trail: readonly string[]): SourceLine[] {
  // A comment leaves its line breaks behind, so that lines keep their numbers.
  const text = readFileSync(file, 'utf8').replace(COMMENT, (comment) => comment.replace(/[^\n]/g, ''));
  blocksEnd(file, text);
  return text
    .replace(/\n$/, '')
    .split('\n')
    .flatMap((line, index): SourceLine[] => {
      const at = `${file}:${index + 1}`;
      const include = (name: string) => partial(folders, name, at, [...trail, file]);
      const [, alone] = ALONE.exec(line) ?? [];
      if (alone) return include(alone);
      const whole = line.replace(INCLUSION, (_tag, name: string) => oneLineOf(include(name)));
      if (ANY_INCLUSION.test(whole))
        throw fault(at, 'a partial is included as {{> name}}, without parameters and without a block');
      return [{ text: whole, at }];
    });
}

/**
 * Checks that a file closes the blocks it opens: files are joined into one text, so a block left
 * open in a partial would be reported in whichever file comes last. @throws AppError
 * TEMPLATE_INVALID naming the line that opens it.
 */
function blocksEnd(file: string, text: string): void {
  const open: { readonly name: string; readonly at: string }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    for (const [, mark, name = ''] of line.matchAll(BLOCK)) {
      const at = `${file}:${index + 1}`;
      if (mark !== '/') open.push({ name, at });
      else if (open.at(-1)?.name === name) open.pop();
      else throw fault(at, `{{/${name}}} ends nothing that is open here`);
    }
  }
  const left = open.at(-1);
  if (left) throw fault(left.at, `{{#${left.name}}} does not end in this file`);
}

function partial(folders: TemplateFolders, name: string, at: string, trail: readonly string[]): SourceLine[] {
  const file = find(folders, join('partials', `${name}.hbs`));
  if (!file)
    throw fault(
      at,
      `there is no partial "${name}" in ${folders.map((one) => join(one, 'partials')).join(' or ')}`,
    );
  if (trail.includes(file)) throw fault(at, `"${name}" includes itself`);
  return expand(folders, file, trail);
}

function oneLineOf(lines: readonly SourceLine[]): string {
  return lines.map(({ text }) => text.trim()).join('');
}

function find(folders: TemplateFolders, path: string): string | undefined {
  return folders.map((folder) => join(folder, path)).find((file) => existsSync(file));
}

/**
 * A file that stands in for none of ours, and that no other includes, is a misspelt name: its owner
 * would wait in vain for it to make a difference. @throws AppError TEMPLATE_INVALID naming it.
 */
export function refuseStrangers([own, ours]: TemplateFolders): void {
  if (own === undefined || ours === undefined) return;
  const theirs = templatesIn(own);
  const included = new Set(
    theirs.flatMap((name) =>
      [...readFileSync(join(own, name), 'utf8').matchAll(INCLUSION)].map(
        ([, partial]) => `partials/${partial}.hbs`,
      ),
    ),
  );
  const known = templatesIn(ours);
  const stranger = theirs.find((name) => !known.includes(name) && !included.has(name));
  if (stranger === undefined) return;
  const among = known.filter((name) => dirname(name) === dirname(stranger)).map((name) => basename(name));
  throw fault(join(own, stranger), `it stands in for nothing; there are ${among.join(', ')}`);
}

function templatesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.split('\\').join('/'))
    .filter((name) => name.endsWith('.hbs'))
    .sort();
}

/**
 * Every `$name` replaced by what it stands for. @throws AppError TEMPLATE_INVALID naming the place
 * and the token.
 */
export function withTokens(lines: readonly SourceLine[], tokens: Tokens): SourceLine[] {
  return lines.map(({ text, at }) => ({
    at,
    text: text.replace(/\$([A-Za-z]\w*)/g, (token, name: string) => {
      const value = tokens[name];
      if (value === undefined)
        throw fault(
          at,
          `${token} stands for nothing; there are ${Object.keys(tokens)
            .map((one) => `$${one}`)
            .join(', ')}`,
        );
      return value;
    }),
  }));
}

/**
 * The line that a message of Handlebars about this very text is about, else the template's own
 * file.
 */
export function placeOf(lines: readonly SourceLine[], message: string): string {
  const [, parsed, compiled] = /on line (\d+)| - (\d+):\d+$/.exec(message.split('\n')[0] ?? '') ?? [];
  return lines[Number(parsed ?? compiled) - 1]?.at ?? placeByName(lines, message);
}

/**
 * The same for a text that MJML has made something else of: its lines are other lines, but its
 * names are the same.
 */
export function placeByName(lines: readonly SourceLine[], message: string): string {
  const [, value, helper] = /"([\w.]+)" not defined|unknown helper (\w+)/.exec(message) ?? [];
  const name = value ?? helper;
  const found = name && lines.find(({ text }) => new RegExp(`\\{\\{[^}]*\\b${name}\\b`).test(text));
  return (found || lines[0])?.at ?? '';
}

function fault(at: string, says: string): AppError {
  return new AppError('TEMPLATE_INVALID', `${at}: ${says}`);
}
