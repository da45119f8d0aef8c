import { join } from 'node:path';
import { AppError } from '../base/errors.ts';
import type { NewsletterConfig, Publisher } from '../config/newsletters.ts';
import { ourVocabulary, type Vocabulary } from '../config/vocabulary.ts';
import type { Edition } from '../editions/edition.ts';
import { type Selection, selectAll, storiesIn } from '../editions/selection.ts';
import type { MailLinks } from './mail-links.ts';
import { fillSlots, type SlotValues } from './mail-slots.ts';
import { type MailTemplates, mailTemplates } from './templates/mail-templates.ts';
import { tidyText } from './text-layout.ts';
import { type EditionView, type EditionViewInput, editionViews, languageOf } from './views/edition-view.ts';
import { type LetterAbout, type LetterKind, letterView } from './views/letter-view.ts';
import { type Notice, type NoticeKind, noticeView } from './views/notice-view.ts';
import { subjectOf } from './views/subject.ts';

/**
 * A mail for everyone who gets the same stories. `html` and `text` hold the slots of
 * `mail-slots.ts`.
 */
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
  /** Without it, the one that comes with Broadsheet. */
  readonly vocabulary?: Vocabulary;
}

/** One renderer for preview, test mail and the real one: what the editor saw is what goes out. */
export interface Renderer {
  /**
   * @param reader the language they chose, for what stands around the stories; see `languageFor`.
   */
  edition(
    newsletter: NewsletterConfig,
    edition: Edition,
    selection: Selection,
    reader?: string | null,
  ): Promise<RenderedMail>;
  /**
   * BCP 47: the language an edition speaks to a reader who chose this one; empty where that is the
   * edition's own.
   */
  languageFor(newsletter: NewsletterConfig, edition: Pick<Edition, 'content'>, reader: string | null): string;
  /**
   * The whole edition as a page for everybody: no personal link, an invitation to sign up in their
   * place.
   */
  webVersion(newsletter: NewsletterConfig, edition: Edition): Promise<string>;
  /**
   * A mail about a subscription itself.
   * @param reader the language they chose; in the newsletter's where they chose none, or one there
   * are no words in.
   * @param about without it, the newsletter with all its sections.
   */
  letter(
    kind: LetterKind,
    newsletter: NewsletterConfig,
    reader?: string | null,
    about?: LetterAbout,
  ): Promise<RenderedMail>;
  /** A letter to an editor about a draft, in the newsletter's language. */
  notice(kind: NoticeKind, newsletter: NewsletterConfig, notice: Notice): Promise<RenderedMail>;
  /**
   * The MJML an edition is filled into, for reading. @throws AppError TEMPLATE_INVALID naming file
   * and line.
   */
  mjml(newsletter: NewsletterConfig, edition: Edition): string;
  /** Template files have changed: what is rendered from now on is made of them as they are. */
  forget(): void;
  /** Counts how often they have changed. */
  version(): number;
}

/**
 * Gmail cuts a mail off somewhere past 99,500 bytes of HTML, and with it the unsubscribe link at
 * the end.
 */
export const HTML_MAX_BYTES = 99_000;

const SLOT_GROWTH_BYTES = 600; // the tokens and the name that will stand where a mark of three bytes stands now

export function createRenderer({
  templatesDir,
  publisher,
  links,
  vocabulary = ourVocabulary(),
}: RendererDependencies): Renderer {
  const templates = mailTemplates(join(templatesDir, 'mail'), vocabulary);
  const view = editionViews({ publisher, links, speech: templates.speech });
  let version = 0;
  const languageFor: Renderer['languageFor'] = (newsletter, one, reader) =>
    reader ? templates.languageFor(newsletter, languageOf(newsletter, one), reader) : '';
  const edition = (
    newsletter: NewsletterConfig,
    one: Edition,
    selection: Selection,
    { audience, language }: Pick<EditionViewInput, 'audience' | 'language'>,
  ) =>
    renderEdition(templates, view, {
      newsletter,
      edition: one,
      stories: storiesIn(one.content, selection),
      audience,
      language,
    });
  return {
    languageFor,
    edition: (newsletter, one, selection, reader = null) =>
      edition(newsletter, one, selection, {
        audience: 'reader',
        language: languageFor(newsletter, one, reader),
      }),
    webVersion: async (newsletter, one) =>
      (await edition(newsletter, one, selectAll(one.content), { audience: 'public', language: '' })).html,
    letter: (kind, newsletter, reader, about) => {
      const language = vocabulary.find(reader ?? '')?.language ?? newsletter.language;
      const view = letterView(kind, newsletter, publisher, links, {
        words: vocabulary.in(language),
        language,
        ...(about ? { about } : {}),
      });
      return renderPair(templates, { newsletter, language, page: kind, text: kind }, view);
    },
    notice: (kind, newsletter, notice) => {
      const { edition: one } = notice;
      const { language } = newsletter;
      const stories = storiesIn(one.content, selectAll(one.content));
      const spoken = templates.speech(newsletter, languageOf(newsletter, one), '');
      const subject = stories.length === 0 ? '' : subjectOf(newsletter, one, stories, spoken);
      const house = { publisher, links };
      const said = { words: vocabulary.in(language), language };
      const view = noticeView(kind, newsletter, house, said, { ...notice, subject });
      return renderPair(templates, { newsletter, language, page: kind, text: kind }, view);
    },
    mjml: (newsletter, one) => templates.source(newsletter.layout, newsletter, languageOf(newsletter, one)),
    forget: () => {
      version += 1;
      templates.forget();
    },
    version: () => version,
  };
}

/** The mail as one reader reads it, outside a mailbox: in a preview, in their own web version. */
export function renderForReading(mail: RenderedMail, slots: SlotValues): { html: string; text: string } {
  return { html: fillSlots(mail.html, slots, 'html'), text: fillSlots(mail.text, slots, 'plain') };
}

/**
 * An edition too long for Gmail loses its lesser pictures and standfirsts rather than its last
 * stories.
 */
async function renderEdition(
  templates: MailTemplates,
  view: (input: EditionViewInput) => EditionView,
  input: Omit<EditionViewInput, 'compact'>,
): Promise<RenderedMail> {
  const { newsletter, edition, stories, audience } = input;
  const language = languageOf(newsletter, edition);
  const names = { newsletter, language, page: newsletter.layout, text: 'edition' };
  for (const compact of [false, true]) {
    const mail = await renderPair(templates, names, view({ ...input, compact }));
    if (audience === 'public' || fits(mail)) return mail;
  }
  throw new AppError(
    'TEMPLATE_INVALID',
    `${newsletter.layout}.mjml: with ${stories.length} stories the mail is longer than ${HTML_MAX_BYTES} bytes even without pictures, and Gmail would cut it off`,
    { hint: 'Lower limits.stories in newsletters.yaml.' },
  );
}

interface TemplateNames {
  readonly newsletter: NewsletterConfig;
  readonly language: string;
  readonly page: string;
  readonly text: string;
}

async function renderPair(
  templates: MailTemplates,
  { newsletter, language, page, text }: TemplateNames,
  view: { readonly subject: string; readonly preheader: string },
): Promise<RenderedMail> {
  const html = await templates.html(page, newsletter, language);
  return {
    subject: view.subject,
    preheader: view.preheader,
    html: html(view),
    text: tidyText(templates.text(text, newsletter)(view)),
  };
}

function fits(mail: RenderedMail): boolean {
  return Buffer.byteLength(mail.html) + SLOT_GROWTH_BYTES < HTML_MAX_BYTES;
}
