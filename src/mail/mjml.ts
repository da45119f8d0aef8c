import { AppError, messageOf } from '../base/errors.ts';
import type { SourceLine } from './template-source.ts';

/** Elements whose inside is HTML or text: a tag of Handlebars is at home there. */
const TEXTUAL = 'mj-(?:text|table|button|raw|style|title)';
const CONTROL = String.raw`\{\{(?:[#/^]|else\b)[^}]*\}\}`;
const STEP = new RegExp(`<(${TEXTUAL})\\b[^>]*>|</${TEXTUAL}>|^[ \\t]*(?:${CONTROL}[ \\t]*)+$`, 'gm');

/**
 * MJML with Handlebars in it to HTML with Handlebars in it: no article ever meets MJML, and a look is compiled once for
 * all its mails. Conditions and loops standing alone on a line between elements pass through.
 * Strict: a misspelt tag or attribute is an error here, because MJML itself would leave it out silently and nobody would
 * notice before the mail is sent. Loaded on first use: it takes half a second that `status` need not pay.
 * @throws AppError TEMPLATE_INVALID naming file and line.
 */
export async function mjmlToHtml(lines: readonly SourceLine[]): Promise<string> {
  const { default: mjml2html } = await import('mjml');
  const source = passControls(lines.map(({ text }) => text).join('\n'));
  try {
    const { html } = await mjml2html(source, {
      validationLevel: 'strict',
      ignoreIncludes: true,
      keepComments: false,
      fonts: {}, // the default is a list of Google's, fetched by every reader's mail program
    });
    return squeeze(html);
  } catch (cause) {
    throw new AppError('TEMPLATE_INVALID', messagesOf(cause, lines).join('\n'), { cause });
  }
}

/** Between elements MJML takes text for a mistake: what stands alone on a line there is wrapped as its own raw element. */
function passControls(source: string): string {
  let depth = 0;
  return source.replace(STEP, (found, opened?: string) => {
    if (opened) depth += found.endsWith('/>') ? 0 : 1;
    else if (found.startsWith('</')) depth -= 1;
    else if (depth === 0) return `<mj-raw>${found}</mj-raw>`;
    return found;
  });
}

function messagesOf(cause: unknown, lines: readonly SourceLine[]): string[] {
  const errors =
    cause instanceof Error && 'errors' in cause && Array.isArray(cause.errors) ? cause.errors : [];
  if (errors.length === 0) return [`${lines[0]?.at}: ${messageOf(cause)}`];
  return errors.map(({ line, tagName, message }) => `${lines[line - 1]?.at}: ${tagName}: ${message}`);
}

/**
 * Drops indentation and empty lines, a fifth of what MJML writes. Not `minify`, which parses the document, and half a
 * document is what a condition leaves it with. A line break stays wherever white space stood.
 */
function squeeze(html: string): string {
  return html.replace(/\s*\n\s*/g, '\n').trim();
}
