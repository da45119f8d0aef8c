import { oneLine } from '../../base/text/one-line.ts';
import { saysSomething } from '../../base/text/visible.ts';
import type { EditionStory } from '../../editions/edition.ts';
import { ADDRESS_MAX_CHARACTERS, webAddress } from '../../mail/mail-links.ts';
import type { CheckedMail } from '../checked-mail.ts';
import { cut, type Finding, placeIn } from '../finding.ts';

/**
 * Prefixes of replies and forwarded mail in several languages: `Re:`, `AW:`, `Fwd:`, `Re[2]:`, `[TR
 * :`.
 */
const PRETENCE =
  /^[\s\p{Cf}[(]*(re|res|fwd?|aw|wg|tr|rv|sv|vs|vb|vl|antw|doorst|rif|enc|odp|pd|ynt|ilt|απ|πρθ|回复|回覆|答复|转发|轉寄|返信)\s*([[(]?\d{1,3}[\])]?)?\s*[:：]/iu;

/** Returns true for words that look like the subject of an answer or of a forwarded mail. */
export function pretends(words: string): boolean {
  return PRETENCE.test(words);
}

/**
 * Looks at each story by itself, for it may be the one that names some reader's mail: its headline
 * can be read and is no answer's, and its link can be followed. Each finding names its story, so
 * that the edition can go without it.
 */
export function stories(mail: CheckedMail): Finding[] {
  return mail.stories.flatMap((story) => [
    ...headlineFindings(story),
    ...linkFindings(story, mail.links.article(story.link)),
  ]);
}

function headlineFindings(story: EditionStory): Finding[] {
  const headline = oneLine(story.headline);
  if (!saysSomething(headline))
    return [blocking(story, 'A headline has nothing to read', 'Give the story a headline.')];
  // A sad story never names the mail, whatever its headline begins with.
  if (story.tags.length > 0 || !pretends(headline)) return [];
  const says = `The headline “${cut(headline, 60)}” begins like the subject of a reply or a forwarded mail`;
  return [blocking(story, says, 'Remove "Re:", "Fwd:" or the like from the headline.')];
}

function linkFindings(story: EditionStory, address: string): Finding[] {
  if (webAddress(address) !== undefined) return [];
  const length = [...address].length;
  const why =
    length > ADDRESS_MAX_CHARACTERS
      ? `its address has ${length} characters, and the limit is ${ADDRESS_MAX_CHARACTERS}`
      : 'a mail cannot link to its address';
  const says = `“${cut(oneLine(story.headline), 60)}” leads nowhere: ${why}`;
  return [blocking(story, says, 'Give the article a shorter http:// or https:// address.', address)];
}

function blocking(story: EditionStory, says: string, mend: string, excerpt?: string): Finding {
  return {
    check: 'stories',
    severity: 'blocking',
    says,
    where: placeIn(excerpt === undefined ? 'html' : 'links', story, excerpt),
    mend,
  };
}
