import { AppError } from '../../base/errors.ts';
import { Aside } from '../../base/processes/aside.ts';
import type { MjmlAnswer } from './mjml-aside.ts';
import type { SourceLine } from './template-source.ts';

const mjml = new Aside<string, MjmlAnswer>(new URL('./mjml-aside.ts', import.meta.url));

/** Elements whose inside is HTML or text: a tag of Handlebars is at home there. */
const TEXTUAL = 'mj-(?:text|table|button|raw|style|title)';
const CONTROL = String.raw`\{\{(?:[#/^]|else\b)[^}]*\}\}`;
const STEP = new RegExp(`<(${TEXTUAL})\\b[^>]*>|</${TEXTUAL}>|^[ \\t]*(?:${CONTROL}[ \\t]*)+$`, 'gm');

/**
 * MJML with Handlebars in it to HTML with Handlebars in it: no article ever meets MJML, and a look
 * is compiled once for all its mails. Conditions and loops standing alone on a line between
 * elements pass through. Strict: a misspelt tag or attribute is an error here, because MJML itself
 * would leave it out silently and nobody would notice before the mail is sent. In a process of its
 * own: half a second of loading and 70 MB that nobody needs afterwards.
 * @throws AppError TEMPLATE_INVALID naming file and line.
 */
export async function mjmlToHtml(lines: readonly SourceLine[]): Promise<string> {
  const answer = await mjml.ask(passControls(lines.map(({ text }) => text).join('\n')));
  if ('html' in answer) return squeeze(answer.html);
  const says = answer.errors.map(({ line = 1, says }) => `${lines[line - 1]?.at}: ${says}`);
  throw new AppError('TEMPLATE_INVALID', says.join('\n'));
}

/**
 * Between elements MJML takes text for a mistake: what stands alone on a line there is wrapped as
 * its own raw element.
 */
function passControls(source: string): string {
  let depth = 0;
  return source.replace(STEP, (found, opened?: string) => {
    if (opened) depth += found.endsWith('/>') ? 0 : 1;
    else if (found.startsWith('</')) depth -= 1;
    else if (depth === 0) return `<mj-raw>${found}</mj-raw>`;
    return found;
  });
}

/**
 * Drops indentation and empty lines, a fifth of what MJML writes. Not `minify`, which parses the
 * document, and half a document is what a condition leaves it with. A line break stays wherever
 * white space stood.
 */
function squeeze(html: string): string {
  return html.replace(/\s*\n\s*/g, '\n').trim();
}
