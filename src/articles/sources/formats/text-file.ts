import { oneLine } from '../../../base/text/one-line.ts';
import { stripBoilerplate } from '../text/boilerplate.ts';
import { plainParagraphs } from '../text/content.ts';
import { contentOf, type FileContent, withHeadline } from './file-content.ts';
import { partFile } from './front-matter.ts';

/** ` date 2020-11-10 Headline Standfirst`, or ` date 9 hours ago Headline`. */
const DATED_LINE =
  /^\s*date:?\s+(\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?|(?:\d+|an?|one)\s+(?:minutes?|hours?|days?|weeks?)\s+ago)\s+(\S.*)$/i;

/** Headline and standfirst together are never longer. */
const MAX_FIRST_LINE = 2_000;
const MIN_HEADLINE_WORDS = 4;
const MIN_STANDFIRST_WORDS = 5;
/**
 * Words that begin a sentence. Behind an article a name may follow ("The Crown"), so it has to go
 * on in lower case.
 */
const ARTICLES = new Set(['The', 'A', 'An']);
const OPENERS = new Set(
  'It She He They We You I Her His Their Our This That These Those There In On At After Before As When While Since With For From But And Here How What Why Who If One Two Both All Now'.split(
    ' ',
  ),
);
/**
 * After these the sentence is not over, so what follows is a name: "in The Hague", "watches The
 * Crown" needs no mark.
 */
const UNFINISHED = new Set(
  'a an the of in on at by to for from with without about into onto over under after before during through via per and or but nor as than that which who is are was were be been has have had will would can could may might must should not no its his her their our your my this these those new called titled named'.split(
    ' ',
  ),
);

export type TextResult =
  | { readonly ok: true; readonly content: FileContent }
  | { readonly ok: false; readonly reason: string };

/**
 * Plain text: front matter, or a first line with date, headline and standfirst, or just the
 * headline; then paragraphs.
 */
export function readTextFile(text: string): TextResult {
  const parted = partFile(text);
  if (!parted.ok) return parted;
  const said = contentOf(parted.data);
  const lines = parted.body.replace(/^\s*\n/, '').split('\n');
  if (said.headline)
    return { ok: true, content: { ...withHeadline(said, said.headline), paragraphs: paragraphs(lines) } };
  const first = lines[0] ?? '';
  const dated = DATED_LINE.exec(first.slice(0, MAX_FIRST_LINE));
  const opening = dated
    ? splitOpening(oneLine(dated[2] ?? ''))
    : { headline: oneLine(first), standfirst: '' };
  return {
    ok: true,
    content: {
      ...withHeadline(said, opening.headline),
      standfirst: said.standfirst || opening.standfirst,
      dates: [...said.dates, ...(dated?.[1] ? [dated[1]] : [])],
      paragraphs: paragraphs(lines.slice(1)),
    },
  };
}

function paragraphs(lines: readonly string[]): string[] {
  return stripBoilerplate(plainParagraphs(lines.join('\n')));
}

/**
 * Headline and standfirst stand on one line with nothing between them. The standfirst begins at the
 * first capitalised function word that follows a lower-case word and can only be the start of a
 * sentence; where none is certain, the whole line is the headline, since half a headline is worse
 * than a long one.
 */
export function splitOpening(line: string): { headline: string; standfirst: string } {
  const words = line.split(' ');
  const last = words.length - MIN_STANDFIRST_WORDS;
  for (let at = MIN_HEADLINE_WORDS; at <= last; at += 1) {
    if (isSentenceStart(words, at) && isSentenceCase(words.slice(0, at)))
      return { headline: words.slice(0, at).join(' '), standfirst: words.slice(at).join(' ') };
  }
  return { headline: line, standfirst: '' };
}

function isSentenceStart(words: readonly string[], at: number): boolean {
  const [before = '', word = '', after = ''] = words.slice(at - 1, at + 2);
  const endsLowerCase = /^\p{Ll}[\p{L}'’-]*[!?]?["'”’]?$/u.test(before) && !UNFINISHED.has(before);
  if (!endsLowerCase) return false;
  return ARTICLES.has(word) ? /^\p{Ll}/u.test(after) : OPENERS.has(word);
}

/** In A Headline Set Like This One every word is capital, and none says where a sentence begins. */
function isSentenceCase(words: readonly string[]): boolean {
  return words.filter((word) => /^\p{Ll}/u.test(word)).length >= 2;
}
