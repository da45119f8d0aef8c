import { join } from 'node:path';
import { AppError } from '../base/errors.ts';
import { loadTemplates, type Templates } from '../base/templates.ts';
import type { NewsletterConfig, Publisher } from '../config/newsletters.ts';
import type { Edition, EditionStory } from '../editions/edition.ts';
import { type Selection, selectAll, storiesIn } from '../editions/selection.ts';
import { type EditionViewInput, editionView } from './edition-view.ts';
import { type LetterKind, letterView } from './letter-view.ts';
import type { MailLinks } from './links.ts';
import { mjmlToHtml } from './mjml.ts';
import { fillSlots, type SlotValues } from './slots.ts';
import { TEXT_WIDTH, tidyText, wrapText } from './text-layout.ts';

/** A mail for everyone who gets the same stories. `html` and `text` hold the slots of `slots.ts`. */
export interface RenderedMail {
  readonly subject: string;
  readonly preheader: string;
  readonly html: string;
  readonly text: string;
}

export interface RendererDependencies {
  /** The folder that holds `mail/`, as `TEMPLATES_DIR`. */
  readonly templatesDir: string;
  readonly publisher: Publisher;
  readonly links: MailLinks;
}

/** One renderer for preview, test mail and the real one: what the editor saw is what goes out. */
export interface Renderer {
  edition(newsletter: NewsletterConfig, edition: Edition, selection: Selection): Promise<RenderedMail>;
  /** The whole edition as a page for everybody: no personal link, an invitation to sign up in their place. */
  webVersion(newsletter: NewsletterConfig, edition: Edition): Promise<string>;
  /** A mail about a subscription itself. */
  letter(kind: LetterKind, newsletter: NewsletterConfig): Promise<RenderedMail>;
}

/** Gmail cuts a mail off somewhere past 99,500 bytes of HTML, and with it the unsubscribe link at the end. */
export const HTML_MAX_BYTES = 99_000;

const SLOT_GROWTH_BYTES = 400; // the tokens that will stand where a mark of three bytes stands now

export function createRenderer({ templatesDir, publisher, links }: RendererDependencies): Renderer {
  const templates = loadTemplates(join(templatesDir, 'mail'), {
    wrap: (text: unknown) => wrapText(String(text)),
    rule: (character: unknown) => String(character).repeat(TEXT_WIDTH),
    upper: (text: unknown) => String(text).toUpperCase(),
  });
  const edition = (
    newsletter: NewsletterConfig,
    one: Edition,
    stories: readonly EditionStory[],
    audience: EditionViewInput['audience'],
  ) => renderEdition(templates, { newsletter, publisher, edition: one, stories, links, audience });
  const letter = (kind: LetterKind, newsletter: NewsletterConfig) =>
    renderPair(templates, kind, letterView(kind, newsletter, publisher, links));
  return {
    edition: (newsletter, one, selection) =>
      edition(newsletter, one, storiesIn(one.content, selection), 'reader'),
    webVersion: async (newsletter, one) => {
      const page = await edition(newsletter, one, storiesIn(one.content, selectAll(one.content)), 'public');
      return page.html;
    },
    letter,
  };
}

/** The mail as one reader reads it, outside a mailbox: in a preview, in their own web version. */
export function renderForReading(mail: RenderedMail, slots: SlotValues): { html: string; text: string } {
  return { html: fillSlots(mail.html, slots, 'html'), text: fillSlots(mail.text, slots, 'plain') };
}

/** An edition too long for Gmail loses its lesser pictures and standfirsts rather than its last stories. */
async function renderEdition(
  templates: Templates,
  input: Omit<EditionViewInput, 'compact'>,
): Promise<RenderedMail> {
  for (const compact of [false, true]) {
    const mail = await renderPair(templates, 'edition', editionView({ ...input, compact }));
    if (input.audience === 'public' || fits(mail)) return mail;
  }
  throw new AppError(
    'TEMPLATE_INVALID',
    `edition.mjml: with ${input.stories.length} stories the mail is longer than ${HTML_MAX_BYTES} bytes even without pictures, and Gmail would cut it off`,
    { hint: 'Lower limits.stories in newsletters.yaml.' },
  );
}

async function renderPair(
  templates: Templates,
  name: string,
  view: { readonly subject: string; readonly preheader: string },
): Promise<RenderedMail> {
  return {
    subject: view.subject,
    preheader: view.preheader,
    html: await mjmlToHtml(templates.fill(`${name}.mjml`, view), `${name}.mjml`),
    text: tidyText(templates.fill(`${name}.txt`, view)),
  };
}

function fits(mail: RenderedMail): boolean {
  return Buffer.byteLength(mail.html) + SLOT_GROWTH_BYTES < HTML_MAX_BYTES;
}
