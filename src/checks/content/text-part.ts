import type { EditionStory } from '../../editions/edition.ts';
import type { CheckedMail } from '../checked-mail.ts';
import { isPersonal, storyAt } from '../checked-mail.ts';
import { type Finding, type Place, placeIn, type Severity } from '../finding.ts';
import { elementsIn, visibleText } from '../mail-page.ts';

/** Share of the HTML's words that the plain text must have, and the share it should have. */
const LEAST_SHARE = 0.2;
const USUAL_SHARE = 0.5;

/**
 * The plain text is the whole mail to some readers: it is there, it says as much, and it leads
 * where the HTML leads.
 */
export function textPart(mail: CheckedMail): Finding[] {
  const about = (severity: Severity, says: string, story?: EditionStory, excerpt?: string): Finding => ({
    check: 'text-part',
    severity,
    says,
    where: placeIn('text', story, excerpt),
    mend: 'Make edition.txt.hbs say what edition.mjml.hbs says.',
  });
  const text = mail.text.trim();
  if (text === '') return [about('blocking', 'The mail has no plain text')];
  const share = text.length / Math.max(1, visibleText(mail.page).length);
  const short = `The plain text has ${Math.round(share * 100)} % of the words of the HTML`;
  return [
    ...(share < LEAST_SHARE ? [about('blocking', short)] : []),
    ...(share >= LEAST_SHARE && share < USUAL_SHARE ? [about('advisory', short)] : []),
    ...missingLinks(mail).map((link) =>
      about('advisory', 'The plain text lacks a link that the HTML has', storyAt(mail, link), link),
    ),
  ];
}

/**
 * Lists links of the HTML that the plain text lacks: those of stories and those for the reader;
 * other links are decoration.
 */
function missingLinks(mail: CheckedMail): string[] {
  const links = new Set(elementsIn(mail.page, 'a').map((link) => link.attribs.href ?? ''));
  return [...links].filter(
    (link) => !mail.text.includes(link) && (storyAt(mail, link) !== undefined || isPersonal(mail, link)),
  );
}

/**
 * Traces that a template leaves when a value is missing, and the marks where a reader's own links
 * belong.
 */
const LEFTOVERS: readonly [RegExp, string][] = [
  [/\{\{|\}\}/, 'a template’s braces'],
  [/\bundefined\b/, 'the word "undefined"'],
  [/\[object \w+\]/, '"[object Object]"'],
  [/\bNaN\b/, '"NaN"'],
  [/[\ue000-\uf8ff]/, 'a merge field for a reader’s own link that was not filled'],
];

/**
 * Holes in the mail. Words that a story itself has are only shown: somebody may well write about
 * the undefined.
 */
export function leftovers(mail: CheckedMail): Finding[] {
  const parts: [Place['part'], string[]][] = [
    ['subject', [mail.subject]],
    ['preheader', [mail.preheader]],
    ['text', mail.text.split(/\n{2,}/)],
    ['html', piecesOfHtml(mail)],
  ];
  return parts.flatMap(([part, pieces]) =>
    LEFTOVERS.flatMap(([pattern, what]) =>
      pieces.flatMap((piece): Finding[] => {
        const found = pattern.exec(piece);
        if (!found) return [];
        const story = storyWith(mail, pattern);
        return [
          {
            check: 'leftovers',
            severity: story === undefined ? 'blocking' : 'advisory',
            says: `The ${NAMES[part] ?? part} holds ${what}`,
            where: placeIn(part, story, piece.slice(Math.max(0, found.index - 30), found.index + 50)),
            mend: 'Correct the template, or the story if the words are in it.',
          },
        ];
      }),
    ),
  );
}

const NAMES: Readonly<Record<string, string>> = {
  html: 'HTML',
  text: 'plain text',
  preheader: 'preview text',
};

/**
 * Words and the values of attributes; what is between `<style>` and `</style>` has braces of its
 * own.
 */
function piecesOfHtml({ page }: CheckedMail): string[] {
  const outside = elementsIn(page).filter(({ name }) => name !== 'style');
  return outside.flatMap((element) => [
    ...Object.values(element.attribs),
    ...element.children.flatMap((child) => (child.type === 'text' && 'data' in child ? [child.data] : [])),
  ]);
}

function storyWith({ stories }: CheckedMail, pattern: RegExp): EditionStory | undefined {
  return stories.find(({ headline, standfirst, author, link, picture }) =>
    [headline, standfirst, author, link, picture?.alt ?? ''].some((words) => pattern.test(words)),
  );
}
