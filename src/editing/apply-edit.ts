import { cleanText, oneLine } from '../base/text/one-line.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import type { EditionContent } from '../editions/edition.ts';
import type { Change, Edited, LineKind, Refused } from './edit.ts';
import { drop, letIn, move, pin, restore, unpin } from './edit-order.ts';
import { merge, repicture, retag, retell, reword, split } from './edit-story.ts';
import { changed, type Draft, type Of } from './edited.ts';
import { tooLong } from './text-limits.ts';

/**
 * A draft with one thing changed. Pure: the same draft and change give the same draft. What is so
 * already gives the very same content, so that a change that arrives twice is made once.
 */
export function applyEdit(
  newsletter: NewsletterConfig,
  content: EditionContent,
  change: Change,
): Edited | Refused {
  const draft = { newsletter, content };
  switch (change.kind) {
    case 'move':
      return move(draft, change);
    case 'lead':
      return pin(draft, change.story);
    case 'unpin':
      return unpin(draft);
    case 'drop':
      return drop(draft, change.story);
    case 'restore':
      return restore(draft, change);
    case 'let-in':
      return letIn(draft, change.story);
    case 'headline':
    case 'standfirst':
    case 'alt':
      return reword(draft, change);
    case 'picture':
      return repicture(draft, change);
    case 'tags':
      return retag(draft, change);
    case 'merge':
      return merge(draft, change);
    case 'retell':
      return retell(draft, change);
    case 'split':
      return split(draft, change);
    default:
      return say(draft, change);
  }
}

/** Words for the whole mail; without any, it is our own again. */
function say({ content }: Draft, { kind, line }: Of<LineKind>): Edited | Refused {
  const { [kind]: before, ...rest } = content;
  const text = line && editorialText(kind, line.text);
  if (!line || !text) {
    return changed(content, rest, { code: 'line-taken-out', line: kind }, [kind]);
  }
  const after = { ...content, [kind]: { ...line, text } };
  const code = before ? 'line-changed' : 'line-written';
  return tooLong(kind, text) ?? changed(content, after, { code, line: kind }, [kind]);
}

/**
 * Returns a text in its stored form: header text is one line; paragraphs are separated by one empty
 * line.
 */
export function editorialText(kind: LineKind, text: string): string {
  if (kind === 'subject' || kind === 'preheader') return oneLine(text);
  const paragraphs = cleanText(text).split(/\n\s*\n/);
  return paragraphs
    .map((paragraph) => oneLine(paragraph))
    .filter(Boolean)
    .join('\n\n');
}
