import { type Subject, type Terms, termsFor } from '../../config/sensitive.ts';
import type { Article } from '../article.ts';
import { type Found, PhraseIndex } from './phrases.ts';
import { guessLanguage, sentencesOf, type Word, wordsOf } from './subject-words.ts';

/** Parts of an article that the rules read. */
export type SensitiveText = Pick<
  Article,
  'headline' | 'standfirst' | 'paragraphs' | 'categories' | 'language'
>;

export interface Tag {
  /** Its id. */
  readonly subject: string;
  /** The words of the text that decided, such as `miscarriage` or `lost … baby`. */
  readonly because: string;
}

/** Most words between a word and the one it needs nearby. */
const NEAR_WORDS = 10;
const OPENING_PARAGRAPHS = 3;
const MAX_REASONS = 3;
/**
 * Characters of a text that are read; no headline, standfirst or category has so many, and few
 * articles.
 */
const MOST_OF_LEAD = 5_000;
const MOST_OF_BODY = 40_000;

/**
 * The sensitive subjects of a text, in the order of the rules. One word is enough in the headline,
 * the standfirst (the first paragraph where there is none) or a category. The body has to come back
 * to a subject: two sentences of which one is in the opening three paragraphs (for a strict subject
 * one there), or one for every four paragraphs and at least three. So a profile that says in its
 * thirtieth paragraph that a grandmother died is not about death.
 */
export function tagsOf(text: SensitiveText, subjects: readonly Subject[]): Tag[] {
  const rules = rulesFor(subjects, languageOfText(text));
  const [standfirst = '', ...rest] = text.standfirst
    ? [text.standfirst, ...text.paragraphs]
    : text.paragraphs;
  const lead = mentionsIn(withoutEnd([text.headline, standfirst, ...text.categories], MOST_OF_LEAD), rules);
  const body = mentionsIn(withoutEnd(rest, MOST_OF_BODY), rules);
  const reasons = new Map<Subject, readonly string[]>();
  for (const subject of subjects) {
    const inLead = lead.filter((mention) => mention.subject === subject);
    const inBody = body.filter((mention) => mention.subject === subject);
    if (inLead.length > 0 || comesBack(inBody, rest.length, subject.strict))
      reasons.set(subject, distinct([...inLead, ...inBody].map(({ words }) => words)));
  }
  return withAlso(reasons, subjects).map(([subject, words]) => ({
    subject: subject.id,
    because: words.slice(0, MAX_REASONS).join(', '),
  }));
}

/** The texts as far as they have so many characters together. */
function withoutEnd(texts: readonly string[], most: number): string[] {
  let left = most;
  return texts.map((text) => {
    const read = text.slice(0, left);
    left -= read.length;
    return read;
  });
}

interface Mention {
  readonly subject: Subject;
  readonly words: string;
  /** Index of the text, from 0. */
  readonly text: number;
  /** Index of the sentence among all, from 0. */
  readonly sentence: number;
}

interface Rule {
  readonly subject: Subject;
  readonly takesBack: boolean;
  /** Undefined where the words alone say it. */
  readonly near: PhraseIndex<true> | undefined;
}

type Rules = PhraseIndex<Rule>;

/**
 * Putting the rules together takes longer than reading an article: done once for each list and
 * language.
 */
const compiled = new WeakMap<readonly Subject[], Map<string, Rules>>();

function rulesFor(subjects: readonly Subject[], language: string): Rules {
  const byLanguage = compiled.get(subjects) ?? new Map<string, Rules>();
  compiled.set(subjects, byLanguage);
  const rules = byLanguage.get(language) ?? compile(subjects, language);
  byLanguage.set(language, rules);
  return rules;
}

function compile(subjects: readonly Subject[], language: string): Rules {
  const rules: Rules = new PhraseIndex();
  const add = (subject: Subject, terms: Terms, takesBack: boolean) => {
    for (const { words, near } of termsFor(terms, language))
      rules.add(words, { subject, takesBack, near: near.length > 0 ? indexOf(near) : undefined });
  };
  for (const subject of subjects) {
    add(subject, subject.words, false);
    add(subject, subject.unless, true);
  }
  return rules;
}

function indexOf(phrases: readonly string[]): PhraseIndex<true> {
  const index = new PhraseIndex<true>();
  for (const phrase of phrases) index.add(phrase, true);
  return index;
}

function mentionsIn(texts: readonly string[], rules: Rules): Mention[] {
  const sentences = texts.flatMap((text, at) =>
    sentencesOf(text).map((sentence) => ({ sentence, text: at })),
  );
  return sentences.flatMap(({ sentence, text }, at) =>
    mentionsOf(sentence, rules).map((mention) => ({ ...mention, text, sentence: at })),
  );
}

function mentionsOf(sentence: string, rules: Rules): Pick<Mention, 'subject' | 'words'>[] {
  const words = wordsOf(sentence);
  const found = words.flatMap((_, at) => rules.at(words, at)).flatMap((one) => withCompanion(one, words));
  const takenBack = found.filter(({ value }) => value.takesBack);
  return found
    .filter((one) => !one.value.takesBack && !takenBack.some((back) => takesBack(back, one)))
    .map(({ value, spans }) => ({
      subject: value.subject,
      words: spans.map(({ from, to }) => sentence.slice(words[from]?.start, words[to - 1]?.end)).join(' … '),
    }));
}

type Span = Pick<Found<unknown>, 'from' | 'to'>;

interface FoundRule extends Found<Rule> {
  /** The words and their companion, in the order of the text. */
  readonly spans: readonly Span[];
}

/** Nothing where the rule needs a companion and has none. */
function withCompanion(found: Found<Rule>, words: readonly Word[]): FoundRule[] {
  const { near } = found.value;
  if (!near) return [{ ...found, spans: [found] }];
  const last = Math.min(words.length - 1, found.to + NEAR_WORDS);
  for (let at = Math.max(0, found.from - NEAR_WORDS); at <= last; at += 1) {
    const companion = near.at(words, at).find((one) => !overlap(one, found));
    if (companion) return [{ ...found, spans: [found, companion].toSorted((a, b) => a.from - b.from) }];
  }
  return [];
}

function takesBack(back: Found<Rule>, one: Found<Rule>): boolean {
  return back.value.subject === one.value.subject && overlap(back, one);
}

function overlap(a: Span, b: Span): boolean {
  return a.from < b.to && b.from < a.to;
}

function comesBack(mentions: readonly Mention[], paragraphs: number, strict: boolean): boolean {
  const sentences = new Set(mentions.map(({ sentence }) => sentence)).size;
  const isInOpening = mentions.some(({ text }) => text < OPENING_PARAGRAPHS);
  return (isInOpening && sentences >= (strict ? 1 : 2)) || sentences >= Math.max(3, paragraphs / 4);
}

/** With what follows from a subject: who was told of a lost baby was told of a pregnancy. */
function withAlso(
  reasons: ReadonlyMap<Subject, readonly string[]>,
  subjects: readonly Subject[],
): [Subject, readonly string[]][] {
  return subjects.flatMap((subject): [Subject, readonly string[]][] => {
    const own = reasons.get(subject);
    const implied = [...reasons].find(([other]) => other.also.includes(subject.id))?.[1];
    const words = own ?? implied;
    return words ? [[subject, words]] : [];
  });
}

function languageOfText({ language, headline, standfirst, paragraphs }: SensitiveText): string {
  if (language) return language.split('-')[0]?.toLowerCase() ?? '';
  const opening = [headline, standfirst, ...paragraphs.slice(0, OPENING_PARAGRAPHS)];
  return guessLanguage(withoutEnd(opening, MOST_OF_LEAD).join('\n'));
}

function distinct(words: readonly string[]): string[] {
  const lower = words.map((word) => word.toLowerCase());
  return words.filter((_, at) => lower.indexOf(lower[at] ?? '') === at);
}
