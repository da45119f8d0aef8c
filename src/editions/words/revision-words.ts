import { shorten } from '../../base/text/one-line.ts';
import type { EditedWhat, RevisionWhat } from '../revision-what.ts';

type LineWhat = Extract<EditedWhat, { line: unknown }>;

const LINES: Readonly<Record<LineWhat['line'], string>> = {
  subject: 'subject',
  preheader: 'preview text',
  intro: 'intro',
  signoff: 'sign-off',
};

/** Says in English what was done to a draft: `Moved “A quiet wedding” to Royals`. */
export function revisionWords(what: RevisionWhat): string {
  switch (what.code) {
    case 'undo':
      return `Undo: ${editedWords(what.what)}`;
    case 'redo':
      return `Redo: ${editedWords(what.what)}`;
    default:
      return editedWords(what);
  }
}

function editedWords(what: EditedWhat): string {
  if ('line' in what) return lineWords(what);
  switch (what.code) {
    case 'composed':
      return 'Built';
    case 'composed-anew':
      return 'Rebuilt';
    case 'nothing':
      return 'Changed nothing';
    case 'unpinned':
      return 'Let the rules choose the lead';
    case 'refused':
      return what.stories.map(leftOutWords).join('; ');
    case 'text':
      return what.text;
    default:
      return storyWords(what);
  }
}

function storyWords(what: Extract<EditedWhat, { headline: unknown }>): string {
  const story = named(what.headline);
  switch (what.code) {
    case 'moved-to':
      return `Moved ${story} to ${what.section}`;
    case 'moved-within':
      return `Moved ${story} within ${what.section}`;
    case 'pinned':
      return `Pinned ${story} to the top`;
    case 'dropped':
      return `Left out ${story}`;
    case 'restored':
      return `Brought back ${story}`;
    case 'let-in':
      return `Added ${story}`;
    case 'let-in-as-update':
      return `Added ${story} as an update`;
    case 'headline':
    case 'standfirst':
      return `Changed the ${what.code} of ${story}`;
    case 'alt':
      return `Changed the alt text of ${story}`;
    case 'picture':
      return `Changed the picture of ${story}`;
    case 'no-picture':
      return `Removed the picture from ${story}`;
    case 'tags':
      return `Marked ${story} as ${what.tags.length > 0 ? what.tags.join(', ') : 'nothing sensitive'}`;
    case 'merged':
      return `Merged ${story} with ${named(what.other)}`;
    case 'retold':
      return `Switched ${story} to ${named(what.other)}`;
    case 'split':
      return `Split ${story} from ${named(what.other)}`;
  }
}

function lineWords({ code, line }: LineWhat): string {
  if (code === 'line-written') return `Wrote the ${LINES[line]}`;
  if (code === 'line-changed') return `Changed the ${LINES[line]}`;
  const isOurs = line === 'subject' || line === 'preheader';
  return isOurs ? `Cleared the ${LINES[line]}` : `Removed the ${LINES[line]}`;
}

/** A headline as history quotes it. */
function named(headline: string): string {
  return `“${shorten(headline, 60)}”`;
}

/**
 * `Left out “Re: your letters”: its headline begins like an answer`, of a story that the checks
 * refused.
 */
export function leftOutWords({ headline, because }: { headline: string; because: string }): string {
  return `Left out “${headline}”: ${because}`;
}
