import { shorten } from '../../../base/text/one-line.ts';

const MAX_CHARACTERS = 300;
const MIN_CHARACTERS = 100;

export interface Told {
  readonly standfirst: string;
  readonly paragraphs: readonly string[];
}

/**
 * Parts what introduces an article from what tells it: the first paragraph of the summary, else of
 * the text, is the standfirst. A paragraph that is used whole is not told twice.
 */
export function tell(summary: readonly string[], body: readonly string[]): Told {
  const opening = summary[0] ?? body[0] ?? '';
  const standfirst = cutSensibly(opening);
  const paragraphs = body.length > 0 ? body : summary;
  return { standfirst, paragraphs: paragraphs[0] === standfirst ? paragraphs.slice(1) : paragraphs };
}

/** At most 300 characters: up to the last sentence that fits, else up to the last word. */
export function cutSensibly(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  const ends = [...text.slice(0, MAX_CHARACTERS).matchAll(/[.!?…]["'”’»)]*(?=\s)/gu)];
  const last = ends.at(-1);
  const end = last ? last.index + last[0].length : 0;
  // A full stop behind one short word is mostly an abbreviation or an initial, so a very short cut is not trusted.
  return end >= MIN_CHARACTERS ? text.slice(0, end) : shorten(text, MAX_CHARACTERS);
}
