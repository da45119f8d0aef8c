import { AppError, messageOf } from '../../base/errors.ts';
import type { Edition } from '../../editions/edition.ts';
import type { Preview } from '../../outbound/mail-composer.ts';
import { withLinksInNewTab } from '../../web/mail-document.ts';
import type { Studio } from '../studio-deps.ts';
import { type Asked, SHOW_NAMES, type Show } from './preview-choices.ts';
import { inMode } from './preview-modes.ts';
import { newsletterOf, type Seen } from './preview-readers.ts';

/** A document for the frame: the mail itself, or a page that shows its text or says why there is none. */
export interface PreviewDocument {
  readonly html: string;
  readonly status: number;
}

/**
 * Returns the document that the editor asked for, of the edition as it is. Shows a template's error
 * in place of the mail.
 */
export async function previewDocument(
  studio: Studio,
  edition: Edition,
  asked: Asked,
  seen: Seen,
): Promise<PreviewDocument> {
  try {
    if (asked.show === 'web') return { html: shown(await webVersion(studio, edition), asked), status: 200 };
    if (asked.show === 'mjml') return sourcePage(studio, asked.show, mjmlOf(studio, edition));
    if (!seen.reader) return noMail(studio, `No mail for ${seen.name}`, seen.why, 404);
    const mail = await studio.composer.preview(edition, seen.reader);
    if (asked.show === 'mail') return { html: shown(mail.html, asked), status: 200 };
    return sourcePage(studio, asked.show, partOf(mail, asked.show));
  } catch (error) {
    const { hint = '' } = error instanceof AppError ? error : {};
    return noMail(studio, 'This mail cannot be built', `${messageOf(error)}\n${hint}`.trim(), 422);
  }
}

function shown(html: string, { mode }: Asked): string {
  return withLinksInNewTab(inMode(html, mode));
}

/** A text of the mail as it is: its plain-text part, its HTML, its headers, or the message to the last byte. */
export function partOf({ html, text, raw }: Preview, show: Exclude<Show, 'mail' | 'mjml' | 'web'>): string {
  if (show === 'text') return text;
  if (show === 'html') return html;
  const message = raw.toString('utf8');
  return show === 'raw' ? message : message.slice(0, message.indexOf('\r\n\r\n') + 2);
}

async function webVersion(studio: Studio, edition: Edition): Promise<string> {
  return studio.renderer.webVersion(configured(studio, edition), edition);
}

function mjmlOf(studio: Studio, edition: Edition): string {
  return studio.renderer.mjml(configured(studio, edition), edition);
}

function configured(studio: Studio, edition: Edition) {
  const newsletter = newsletterOf(studio, edition);
  if (newsletter) return newsletter;
  throw new AppError(
    'NOT_FOUND',
    `The newsletter "${edition.newsletterId}" is no longer in newsletters.yaml`,
  );
}

function sourcePage(studio: Studio, show: Show, text: string): PreviewDocument {
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  const html = studio.pages.fill('preview-source', {
    title: SHOW_NAMES[show],
    lines,
    numbered: show !== 'text',
  });
  return { html, status: 200 };
}

function noMail(studio: Studio, heading: string, words: string, status: number): PreviewDocument {
  return { html: studio.pages.fill('preview-none', { heading, lines: words.split('\n') }), status };
}
