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
            'Put what matters first.',
          ),
        ]
      : []),
    ...(hasControls(subject)
      ? [
          about(
            'blocking',
            'The subject has a line break or a control character',
            'Remove it from the headline.',
          ),
        ]
      : []),
    ...(pretends(subject) && !isOfStory(subject, stories)
      ? [
          about(
            'blocking',
            'The subject looks like a reply or a forwarded mail',
            'Remove "Re:" or "Fwd:" from the headline.',
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

/** The names of the two lines that an inbox shows, as editors know them. */
const NAMES = { subject: 'subject', preheader: 'preview text' } as const;

/** Nothing shouts. */
export function shouting({ subject, preheader }: CheckedMail): Finding[] {
  return [['subject', subject] as const, ['preheader', preheader] as const].flatMap(([part, words]) => {
    const about = finder('shouting', part, words);
    const mend = 'Tone it down: spam filters and readers dislike capitals and exclamation marks.';
    return [
      ...(isAllCapitals(words) ? [about('advisory', `The ${NAMES[part]} is in capitals`, mend)] : []),
      ...(/[!?]{2,}/.test(words)
        ? [about('advisory', `The ${NAMES[part]} has several exclamation or question marks in a row`, mend)]
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
          `The ${NAMES[part]} names a story about ${subjects}, as an editor wrote it`,
          'Readers who mute the subject do not see it. Check that it can stand alone in everybody else’s inbox.',
        ),
      ];
    if (quoted)
      return [
        about(
          'blocking',
          `The ${NAMES[part]} is a story about ${subjects}`,
          'Let a calm story lead.',
          quoted,
        ),
      ];
    return words === '' || isCalm(words)
      ? []
      : [
          about(
            'advisory',
            `The ${NAMES[part]} is loud, with ${sensitive.length === 1 ? 'a sensitive story' : `${sensitive.length} sensitive stories`} inside`,
            'Remove exclamation marks, emoji, capitals and clickbait.',
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
  const mend = 'It is made from the headlines and standfirsts of the next stories. Check those.';
  const length = [...preheader].length;
  // Sensitive stories are never quoted beside the subject: where there is nothing else, nothing is right.
  if (length === 0 && stories.every(({ tags }) => tags.length > 0)) return [];
  if (length === 0)
    return [about('advisory', 'There is no preview text: inboxes show whatever comes first', mend)];
  return [
    ...(hasControls(preheader)
      ? [about('advisory', 'The preview text has a line break or a control character', mend)]
      : []),
    ...(repeats(preheader, subject) ? [about('advisory', 'The preview text repeats the subject', mend)] : []),
    ...(length < PREHEADER_LEAST
      ? [
          about(
            'advisory',
            `The preview text has ${length} characters; with fewer than ${PREHEADER_LEAST}, inboxes add what comes next`,
            mend,
          ),
        ]
      : []),
    ...(length > PREHEADER_MOST
      ? [
          about(
            'advisory',
            `The preview text has ${length} characters; inboxes show at most about ${PREHEADER_MOST}`,
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
        says: `"${phrase}" is a typical spam phrase`,
        where: placeIn(
          part,
          storyWith(mail, pattern),
          words.slice(Math.max(0, at - 30), at + phrase.length + 30),
        ),
        mend: 'Reword it, if it is yours to reword.',
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
