import { existsSync } from 'node:fs';
import { AppError } from '../../base/errors.ts';
import { compileTemplate, type Fill, type Helpers } from '../../base/templates.ts';
import { writingOf } from '../../base/text/language.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import type { Vocabulary } from '../../config/vocabulary.ts';
import { columnsOf, TEXT_WIDTH, wrapText } from '../text-layout.ts';
import { languageFor, type Spoken, speech } from './edition-words.ts';
import { tokensOf } from './look.ts';
import { mjmlToHtml } from './mjml.ts';
import {
  placeByName,
  placeOf,
  readTemplate,
  refuseStrangers,
  type SourceLine,
  type TemplateFolders,
  withTokens,
} from './template-source.ts';

/** The mail's templates, compiled when they are first needed, once for each look. */
export interface MailTemplates {
  /** @throws AppError TEMPLATE_INVALID naming file and line. */
  html(name: string, newsletter: NewsletterConfig, language: string): Promise<Fill>;
  text(name: string, newsletter: NewsletterConfig): Fill;
  /**
   * Returns the words of an edition for a reader.
   * @param chosen what `languageFor` gave; empty for the edition's own.
   * @throws AppError CONFIG_INVALID naming file and line of `words.yaml`.
   */
  speech(newsletter: NewsletterConfig, own: string, chosen: string): Spoken;
  /**
   * The language a reader chose, if an edition in its own can speak it and it is another; else
   * empty.
   */
  languageFor(newsletter: NewsletterConfig, own: string, chosen: string): string;
  /**
   * A template as MJML is given it, for reading: with its partials and its look, and Handlebars
   * where an edition will be.
   */
  source(name: string, newsletter: NewsletterConfig, language: string): string;
  /** The files have changed: each is read anew when it is next needed. */
  forget(): void;
}

/** Functions that an HTML template may call. */
const HTML_HELPERS: Helpers = {
  /**
   * `14 stories` on one line, by spaces that do not break: not every mail program knows
   * `white-space`.
   */
  unbroken: (text: unknown) => String(text).replaceAll(' ', '\u00a0'),
};

/** Functions that a plain-text template may call. */
const TEXT_HELPERS: Helpers = {
  /** `1` → ` 1. `, four columns for every number an edition can have. */
  label: (number: unknown) => `${String(number).padStart(2)}. `,
  /**
   * `{{{wrap text indent=4 first=" 1. "}}}`: broken between words, `first` standing in the first
   * line's indentation.
   */
  wrap: (text: unknown, { hash }: { hash: Record<string, unknown> }) =>
    wrapText(String(text), { indent: Number(hash.indent ?? 0), first: String(hash.first ?? '') }),
  underline: (text: unknown) => '-'.repeat(Math.min(columnsOf(String(text)), TEXT_WIDTH)),
  rule: (character: unknown) => String(character).repeat(TEXT_WIDTH),
  upper: (text: unknown) => String(text).toUpperCase(),
};

/**
 * @param folder the one that holds ours; a newsletter's own files stand before it.
 * @param vocabulary what letters are written with.
 */
export function mailTemplates(folder: string, vocabulary: Vocabulary): MailTemplates {
  const pages = new Map<string, Promise<Fill>>();
  const texts = new Map<string, Fill>();
  const speeches = new Map<string, Spoken>();
  const languages = new Map<string, string>();
  const speak = (newsletter: NewsletterConfig, own: string, chosen: string) =>
    kept(speeches, JSON.stringify([newsletter.templates, own, chosen]), () => {
      const folders = foldersOf(folder, newsletter);
      refuseStrangers(folders);
      return speech(folders, own, chosen);
    });
  const englishIn = (language: string) => ({
    areLettersEnglish: writingOf(vocabulary.in(language).language).isEnglish,
  });
  const looked = (name: string, newsletter: NewsletterConfig, language: string) => {
    const tokens = tokensOf(newsletter.brand, writingOf(language), englishIn(language));
    return withTokens(readTemplate(foldersOf(folder, newsletter), `${name}.mjml`), tokens);
  };
  return {
    html: (name, newsletter, language) => {
      const { templates, brand } = newsletter;
      speak(newsletter, language, ''); // a stranger among its templates is found at the first mail
      const key = JSON.stringify([name, templates, brand, writingOf(language), englishIn(language)]);
      return kept(pages, key, () => compileHtml(looked(name, newsletter, language)));
    },
    text: (name, newsletter) =>
      kept(texts, JSON.stringify([name, newsletter.templates]), () =>
        compileText(foldersOf(folder, newsletter), name),
      ),
    speech: speak,
    languageFor: (newsletter, own, chosen) =>
      kept(languages, JSON.stringify([newsletter.templates, own, chosen]), () =>
        languageFor(foldersOf(folder, newsletter), own, chosen),
      ),
    source: (name, newsletter, language) =>
      looked(name, newsletter, language)
        .map(({ text }) => text)
        .join('\n'),
    forget: () => {
      for (const all of [pages, texts, speeches, languages]) all.clear();
    },
  };
}

async function compileHtml(lines: readonly SourceLine[]): Promise<Fill> {
  compileTemplate(
    lines.map(({ text }) => text).join('\n'),
    (message) => placeOf(lines, message),
    HTML_HELPERS,
  ); // its tags match
  return compileTemplate(await mjmlToHtml(lines), (message) => placeByName(lines, message), HTML_HELPERS);
}

function compileText(folders: TemplateFolders, name: string): Fill {
  const lines = readTemplate(folders, `${name}.txt`);
  const source = lines.map(({ text }) => `${text}\n`).join('');
  return compileTemplate(source, (message) => placeOf(lines, message), TEXT_HELPERS);
}

function foldersOf(ours: string, { id, templates }: NewsletterConfig): TemplateFolders {
  if (templates === undefined) return [ours];
  if (existsSync(templates)) return [templates, ours];
  throw new AppError('TEMPLATE_INVALID', `newsletters.${id}.templates: there is no folder ${templates}`);
}

function kept<T>(all: Map<string, T>, key: string, make: () => T): T {
  const known = all.get(key);
  if (known) return known;
  const made = make();
  all.set(key, made);
  return made;
}
