import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { oneLine } from '../../base/text/one-line.ts';
import { saysSomething } from '../../base/text/visible.ts';
import type { EditionStory, EditorialLine } from '../../editions/edition.ts';
import { speaksTo } from '../../editions/editorial.ts';
import { languageOf } from '../../mail/views/edition-view.ts';
import { isCalm } from '../../mail/views/tone.ts';
import type { CheckedMail } from '../checked-mail.ts';
import { cut, type Finding, type Place, placeIn, type Severity } from '../finding.ts';
import { visibleText } from '../mail-page.ts';
import { pretends } from './story-checks.ts';

/** Characters. What a telephone and what a desktop shows of a subject. */
export const SUBJECT_CUTS = [35, 60] as const;
const SUBJECT_MOST = 60;
const PREHEADER_LEAST = 30;
const PREHEADER_MOST = 110;

/** The one line everybody reads. */
export function subject({ subject, stories }: CheckedMail): Finding[] {
  const about = finder('subject', 'subject', subject);
  const length = [...subject].length;
  if (!saysSomething(subject))
    return [about('blocking', 'The subject is empty', 'Give the lead a headline.')];
  return [
    ...(length > SUBJECT_MOST
      ? [
          about(
            'advisory',
            `The subject has ${length} characters; ${SUBJECT_CUTS.map((most) => `at ${most} it reads "${cut(subject, most)}"`).join(', ')}`,
            'Say what matters in the first words.',
          ),
        ]
      : []),
    ...(hasControls(subject)
      ? [
          about(
            'blocking',
            'The subject has a line break or a control character in it',
            'Take it out of the headline.',
          ),
        ]
      : []),
    ...(pretends(subject) && !isOfStory(subject, stories)
      ? [
          about(
            'blocking',
            'The subject pretends to be an answer or a forwarded mail',
            'Take "Re:" or "Fwd:" out of the headline.',
          ),
        ]
      : []),
  ];
}

/** Then the headline is at fault, and `stories` says so. */
function isOfStory(subject: string, stories: readonly EditionStory[]): boolean {
  return stories.some(
    ({ tags, headline }) =>
      tags.length === 0 && pretends(oneLine(headline)) && subject.startsWith(oneLine(headline).slice(0, 12)),
  );
}

/** Nothing shouts. */
export function shouting({ subject, preheader }: CheckedMail): Finding[] {
  return [['subject', subject] as const, ['preheader', preheader] as const].flatMap(([part, words]) => {
    const about = finder('shouting', part, words);
    const mend = 'Say it in calm words: filters count capitals and exclamation marks, and so do readers.';
    return [
      ...(isAllCapitals(words) ? [about('advisory', `The ${part} is in capitals`, mend)] : []),
      ...(/[!?]{2,}/.test(words)
        ? [about('advisory', `The ${part} has several exclamation or question marks in a row`, mend)]
        : []),
    ];
  });
}

/** With a sensitive story inside, the line above it in the inbox neither quotes it nor shouts. */
export function tone({ subject, preheader, stories, edition: { content } }: CheckedMail): Finding[] {
  const sensitive = stories.filter(({ tags }) => tags.length > 0);
  if (sensitive.length === 0) return [];
  const lines = [['subject', subject] as const, ['preheader', preheader] as const];
  return lines.flatMap(([part, words]) => {
    const about = finder('tone', part, words);
    const quoted = sensitive.find(({ headline }) => words.includes(oneLine(headline)));
    const subjects = quoted?.tags.join(', ');
    if (quoted && wroteItThemselves(content[part], stories))
      return [
        about(
          'advisory',
          `The ${part} names a story about ${subjects}, as an editor wrote it`,
          'Readers who muted the subject are not shown it. For all others, see that it can stand alone in an inbox.',
        ),
      ];
    if (quoted)
      return [
        about('blocking', `The ${part} is a story about ${subjects}`, 'Let a calm story lead.', quoted),
      ];
    return words === '' || isCalm(words)
      ? []
      : [
          about(
            'advisory',
            `The ${part} is loud, with ${sensitive.length === 1 ? 'a sensitive story' : `${sensitive.length} sensitive stories`} inside`,
            'Without exclamation marks, emoji, capitals and clickbait it can stand above them.',
          ),
        ];
  });
}

function wroteItThemselves(line: EditorialLine | undefined, stories: readonly EditionStory[]): boolean {
  return line !== undefined && speaksTo(line, stories);
}

/** The line beside the subject: its second half, not its echo. */
export function preheader({ subject, preheader, stories }: CheckedMail): Finding[] {
  const about = finder('preheader', 'preheader', preheader);
  const mend = 'Headlines and standfirsts of the next stories make it; look at those.';
  const length = [...preheader].length;
  // Sensitive stories are never quoted beside the subject: where there is nothing else, nothing is right.
  if (length === 0 && stories.every(({ tags }) => tags.length > 0)) return [];
  if (length === 0)
    return [about('advisory', 'There is no preheader: inboxes show whatever comes first', mend)];
  return [
    ...(hasControls(preheader)
      ? [about('advisory', 'The preheader has a line break or a control character in it', mend)]
      : []),
    ...(repeats(preheader, subject) ? [about('advisory', 'The preheader repeats the subject', mend)] : []),
    ...(length < PREHEADER_LEAST
      ? [
          about(
            'advisory',
            `The preheader has ${length} characters; with fewer than ${PREHEADER_LEAST}, inboxes add what comes next`,
            mend,
          ),
        ]
      : []),
    ...(length > PREHEADER_MOST
      ? [
          about(
            'advisory',
            `The preheader has ${length} characters; inboxes show at most about ${PREHEADER_MOST}`,
            mend,
          ),
        ]
      : []),
  ];
}

const phrasesSchema = z.record(z.string(), z.array(z.string().min(1)));

/** Reads the phrases by language. @throws ZodError when the file does not have the right form. */
export function readSpamPhrases(): Readonly<Record<string, readonly string[]>> {
  return phrasesSchema.parse(parse(readFileSync(new URL('./spam-phrases.yaml', import.meta.url), 'utf8')));
}

/**
 * Finds phrases that filters and readers know from unsolicited mail, in the mail's language and in
 * English.
 */
export function spamPhrases(mail: CheckedMail): Finding[] {
  const language = languageOf(mail.newsletter, mail.edition).slice(0, 2).toLowerCase();
  const phrases = readSpamPhrases();
  const looked = new Set([...(phrases[language] ?? []), ...(phrases.en ?? [])]);
  const parts: [Place['part'], string][] = [
    ['subject', mail.subject],
    ['preheader', mail.preheader],
    ['html', visibleText(mail.page)],
  ];
  return [...looked].flatMap((phrase) => {
    const pattern = phrasePattern(phrase);
    const found = parts.find(([, words]) => pattern.test(words));
    if (!found) return [];
    const [part, words] = found;
    const at = words.search(pattern);
    return [
      {
        check: 'spam-phrases',
        severity: 'advisory' as const,
        says: `"${phrase}" is what junk mail says`,
        where: placeIn(
          part,
          storyWith(mail, pattern),
          words.slice(Math.max(0, at - 30), at + phrase.length + 30),
        ),
        mend: 'Say it in other words, where they are ours to choose.',
      },
    ];
  });
}

function phrasePattern(phrase: string): RegExp {
  const literal = phrase.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+');
  return new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'iu');
}

function storyWith({ stories }: CheckedMail, pattern: RegExp): EditionStory | undefined {
  return stories.find(({ headline, standfirst }) => pattern.test(headline) || pattern.test(standfirst));
}

/** Two thirds capitals, in enough letters to tell shouting from "UK". */
function isAllCapitals(words: string): boolean {
  const letters = words.match(/\p{L}/gu) ?? [];
  const capitals = words.match(/\p{Lu}/gu) ?? [];
  return letters.length >= 10 && capitals.length > letters.length * 0.66;
}

function hasControls(words: string): boolean {
  return /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(words);
}

function repeats(preheader: string, subject: string): boolean {
  const plain = (words: string) =>
    words
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
  const said = plain(subject);
  return said !== '' && plain(preheader).startsWith(said);
}

function finder(check: string, part: Place['part'], words: string) {
  return (severity: Severity, says: string, mend: string, story?: EditionStory): Finding => ({
    check,
    severity,
    says,
    where: placeIn(part, story, words),
    mend,
  });
}
